"""NMOSD: long-lived plasma cells leave a few attacks after CAR-T cells; attacks follow cells more than the titre."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset import Study, run
from immunoreset.therapy import STANDARD

STOP = 360


def arm(treatment: str, numbers: dict[str, float], *, group: str = "nmosd-refractory", n: int = 100):
    patients = {"population": group, "n": n, "parameters": numbers, "beyond_bounds": True}
    document = {
        "title": "nmosd",
        "seed": 4,
        "start": -14,
        "stop": STOP,
        "patients": patients,
        "arms": {"arm": {"treatment": treatment}},
    }
    return run(Study.model_validate(document)).arm("arm")


def test_without_long_lived_plasma_cells_fewer_attacks_are_left_after_car_t_cells() -> None:
    usual, without = (
        arm(STANDARD["car-t"], own).trajectories["attacks_expected"][:, -1] for own in ({}, {"titre.from_long_lived": 0.0})
    )
    fewer = usual - without
    assert fewer.mean() > 3 * fewer.std(ddof=1) / np.sqrt(len(fewer))


def test_were_it_the_titre_alone_rituximab_would_prevent_fewer_attacks() -> None:
    antibody_alone = {"tissue_inflammation.weight_activated": 0.0, "tissue_inflammation.weight_antibody": 1.0}
    usual, titre = (arm(STANDARD["rituximab"], own).trajectories["attacks_expected"][:, -1] for own in ({}, antibody_alone))
    more = titre - usual
    assert more.mean() > 3 * more.std(ddof=1) / np.sqrt(len(more))


def test_expected_attacks_untreated_are_rate_times_time_and_fewer_on_steroid() -> None:
    own = {"flare.sd": 0.0}
    found, on_steroid = (
        arm("no treatment", own, group=group, n=6).trajectories["attacks_expected"][:, -1]
        for group in ("nmosd", "nmosd-on-steroid")
    )
    np.testing.assert_allclose(on_steroid / found, 0.35 / 0.85, rtol=1e-6)
    fixed = arm("no treatment", own | {"astrocytes.attack_rate": 0.85}, n=2).trajectories["attacks_expected"][:, -1]
    assert fixed == pytest.approx(0.85 * (STOP + 14) / 365.25, rel=1e-6)


def test_care_blocks_as_much_of_the_rate() -> None:
    none, care = (
        arm(treatment, {"flare.sd": 0.0}, n=3).trajectories["attacks_expected"]
        for treatment in ("no treatment", "background-care 50 % from 0")
    )
    late = none[:, -1] - none[:, -30], care[:, -1] - care[:, -30]
    np.testing.assert_allclose(late[1] / late[0], 0.5, rtol=1e-4)
