"""The hazard of infection is a number wherever a count lies, also just below zero, where the solver may leave it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.patient.compose import reading


def test_a_count_just_below_zero_is_none(changed: Callable[[Any, Any], Any]) -> None:
    p = STANDARD_PATIENT.build(typical())
    hazard, untreated = reading("infections_per_100_days"), STANDARD_PATIENT.initial(p)
    usual, none, below = (
        float(hazard(0.0, changed(untreated, {"neutrophils.neutrophils": count}), p)) for count in (4.0, 0.0, -1e-9)
    )
    assert np.isfinite(below) and below == none > usual
