"""Multiple sclerosis: what reaches the cerebrospinal fluid decides progression, and what accumulates does so in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset import Study, run
from immunoreset.population import sample
from immunoreset.therapy import STANDARD

GROUP, STOP, SEED = "multiple-sclerosis-refractory", 360, 4


def arm(treatment: str, numbers: dict[str, float] | None = None, *, group: str = GROUP, n: int = 100):
    patients = {"population": group, "n": n, "parameters": numbers or {}, "beyond_bounds": True}
    document = {
        "title": "ms",
        "seed": SEED,
        "start": -14,
        "stop": STOP,
        "patients": patients,
        "arms": {"arm": {"treatment": treatment}},
    }
    return run(Study.model_validate(document)).arm("arm")


def apart(one, other, curve: str) -> tuple[float, float]:
    """Mean difference of a curve on the last day, patient by patient, and its Monte Carlo error."""
    difference = one.trajectories[curve][:, -1] - other.trajectories[curve][:, -1]
    return float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(len(difference)))


def test_without_reach_into_the_cerebrospinal_fluid_car_t_cells_stop_relapses_and_hardly_progression() -> None:
    usual, without = (arm(STANDARD["car-t"], own) for own in ({}, {"nervous_system.csf_reach": 0.0}))
    for curve in ("microglia", "progression"):
        more, error = apart(without, usual, curve)
        assert more > 3 * error, curve
    assert apart(without, usual, "attacks_expected")[0] == pytest.approx(0, abs=1e-6)
    assert np.median(usual.trajectories["csf_b_cells"].min(axis=1)) < 1e-9, "none are left in most"
    assert np.median(without.trajectories["csf_b_cells"][:, -1]) > 0.55, "what keeps itself stays: 1 - rho - rho * Kc"


def test_antibodies_do_not_reach_the_cerebrospinal_fluid() -> None:
    usual, without = (arm(STANDARD["rituximab"], own, n=10) for own in ({}, {"nervous_system.csf_reach": 0.0}))
    for curve in ("csf_b_cells", "microglia", "progression", "attacks_expected"):
        np.testing.assert_array_equal(usual.trajectories[curve], without.trajectories[curve])


def test_without_b_cells_in_what_keeps_microglia_progression_is_not_slowed() -> None:
    usual, without = (arm(STANDARD["car-t"], own) for own in ({}, {"nervous_system.microglia_from_b_cells": 0.0}))
    more, error = apart(without, usual, "progression")
    assert more > 3 * error


def test_what_accumulates_untreated_does_so_in_closed_form() -> None:
    """Without flares: relapses at the rate of the age, progression at its own."""
    own = {"flare.sd": 0.0, "nervous_system.relapse_rate": 0.75, "nervous_system.progression_rate": 0.0007}
    found = arm("no treatment", own, n=8)
    days = STOP + 14
    cohort = sample(GROUP, 8, seed=SEED)
    age = cohort.parameters["autoimmune_entry.age"]
    assert np.ptp(age) > 5 and np.array_equal(age, cohort.covariates["age"])
    np.testing.assert_allclose(found.trajectories["progression"][:, -1], 0.0007 * days, rtol=1e-6)
    a_year = 0.75 * np.exp(-0.03046 * (age - 30))
    np.testing.assert_allclose(found.trajectories["attacks_expected"][:, -1], a_year * days / 365.25, rtol=1e-6)


def test_care_that_blocks_inflammation_takes_as_much_of_the_rate_of_relapses() -> None:
    own = {"flare.sd": 0.0}
    none, interferon = (arm(treatment, own, n=4) for treatment in ("no treatment", "background-care 60 % from 0"))
    ratio = interferon.trajectories["relapses_a_year"][:, -1] / none.trajectories["relapses_a_year"][:, -1]
    np.testing.assert_allclose(ratio, 0.40, rtol=1e-4)


def test_primary_progressive_patients_do_not_relapse_and_stay_within_what_is_possible() -> None:
    found = arm("no treatment", group="multiple-sclerosis-primary-progressive", n=20)
    assert found.outcomes.values["relapses_day180"].sum() == 0
    at_entry = sample("multiple-sclerosis-primary-progressive", 400, seed=SEED).parameters["nervous_system.disability_at_entry"]
    assert at_entry.max() <= 7.5 and np.median(at_entry) > 4
