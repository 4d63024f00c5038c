"""Nobody has cytokine release or neurotoxicity without CAR-T cells, however sensitive: 4,000 untreated and rituximab patients."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.followed import readouts
from immunoreset.patient import signs
from immunoreset.patient.course import prepare, solve
from immunoreset.population import sample
from immunoreset.therapy.regimen import Regimen

MOST_SENSITIVE = 30.0  # logistic deviate; nobody among billions has more


@pytest.mark.parametrize("treatment", ["", "rituximab 1000 mg on days 0 14"])
@pytest.mark.parametrize("sensitive", [False, True], ids=["drawn", "sensitive"])
def test_no_grade_without_a_cause(treatment: str, sensitive: bool) -> None:
    cohort = sample("cart", 2000, seed=4)
    if sensitive:
        shifts = np.full(len(cohort), MOST_SENSITIVE)
        cohort = cohort.with_parameters({"crs.shift": shifts, "icans.shift": shifts})
    regimen = Regimen.parse(treatment) if treatment else Regimen()
    peaks = {name: readouts(cohort.theta)[name] for name in ("crs_signal_peak", "icans_signal_peak")}
    arm = prepare(cohort, regimen, start=-7.0, stop=60.0)
    outputs = ("crs_signal", "icans_signal")
    course, _, failures = solve(arm, cohort, outputs=outputs, readouts=peaks, grid=np.array([0.0, 60.0]), rtol=1e-5)
    assert not failures
    assert not (signs.crs_grade(course.readouts["crs_signal_peak"], course.parameters) >= 1).yes.any()
    assert not (signs.icans_grade(course.readouts["icans_signal_peak"], course.parameters) >= 1).yes.any()
