"""Screening for trials of fixed size: who consents, who is eligible, and when."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.enrolment.draws import Draws, draw_patients
from immunoreset.trial.enrolment.sites import first_arrivals

_MOST_DOUBLINGS = 8
_SPARE_SHARE, _SPARE_PATIENTS = 1.5, 30


class Screened(NamedTuple):
    """Volunteers of T trials in the order of consent, (T, E); days from the start of the trial."""

    consent: NDArray[np.float64]
    site: NDArray[np.int64]
    draws: Draws
    eligible: NDArray[np.float64]
    """Day on which a patient is found eligible and randomised; infinite for never."""


def screen(enrolment: Enrolment, patients: int, *, trials: int, seed: int, enrolled: int | None) -> Screened:
    """As many volunteers as it takes until `patients` are eligible; of `enrolled` volunteers where their number is limited.

    Raises InvalidValue when they do not suffice.
    """
    volunteers = enrolled or ceil(_SPARE_SHARE * patients / (1 - enrolment.screen_failure)) + _SPARE_PATIENTS
    for doubling in range(_MOST_DOUBLINGS):
        found = _screened(enrolment, volunteers * 2**doubling, np.arange(trials), seed=seed)
        last = np.partition(found.eligible, patients - 1, axis=1)[:, patients - 1]
        if enrolled and not np.isfinite(last).all():
            break
        if enrolled or (last <= found.consent[:, -1]).all():
            return found
    raise InvalidValue(
        f"too few of {enrolled or 'all'} volunteers are eligible for {patients} patients: enrol more or treat fewer"
    )


def _screened(enrolment: Enrolment, volunteers: int, numbers: NDArray[np.int64], *, seed: int) -> Screened:
    consent, site = first_arrivals(enrolment.sites, numbers, seed=seed, number=volunteers)
    draws = draw_patients(enrolment, numbers, seed=seed, patients=volunteers)
    passed = ~draws.screen_failure & (draws.screening <= draws.stay)
    return Screened(consent, site, draws, np.where(passed, consent + draws.screening, np.inf))
