"""What surrounds a renal response: the steroid rule of AURORA 1 from daily doses, and the renal flare of AURORA 2."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.renal import Known, Specimen, read_specimen
from immunoreset.endpoints.quantities import Prednisone, Upcr, need
from immunoreset.errors import InvalidValue

DOSE_LIMIT, DAYS_IN_A_ROW, DAYS_IN_ALL = 10.0, 3, 7
VERY_LOW_UPCR, LOW_UPCR = 0.2, 1.0  # the best after the response, g/g
FLARE_FROM_VERY_LOW, FLARE_FROM_LOW = 1.0, 2.0


class RenalFlare(NamedTuple):
    """`specimen` is that of the UPCR."""

    flare: Answer
    specimen: str | NDArray[np.str_]


def low_dose_aurora(daily_doses: Prednisone | None) -> Answer:
    """Whether steroids stayed low: never above 10 mg a day for 3 days in a row, nor on 7 days or more in all.

    `daily_doses` has a last axis of days, those of weeks 44 to 52. Raises InvalidValue for a single dose, which cannot say.

    >>> low_dose_aurora(Prednisone([5, 20, 20, 5, 20, 20, 5], "mg/day")), low_dose_aurora(Prednisone([5, 20, 20, 20], "mg/day"))
    (Answer(True), Answer(False))

    Source: Rovin 2021, doi:10.1016/S0140-6736(21)00578-X.
    """
    doses = need(Prednisone, daily_doses, "daily_doses")
    if doses.value is None:
        return Answer.of(None)
    above = doses.to("mg/day") > DOSE_LIMIT
    if above.yes.ndim == 0:
        raise InvalidValue("daily_doses: one dose is not enough; give the dose of every day of weeks 44 to 52 (last axis)")
    days = Range(above.yes.sum(axis=-1).astype(float), (~above.no).sum(axis=-1).astype(float))
    return ~(_in_a_row(above) | (days >= DAYS_IN_ALL))


def renal_flare_aurora2(
    upcr: Upcr | None, best_upcr: Upcr | None, *, adjudicated: Known = None, specimen: Specimen
) -> RenalFlare:
    """Renal flare of AURORA 2: UPCR above 1 after a response below 0.2, above 2 after one of 0.2 to 1.0 g/g.

    `best_upcr` is that after the response; above 1.0 the definition does not say, and the answer is undecided. `adjudicated`
    is the committee's word: no means no flare, None leaves a crossing of the threshold undecided.

    >>> renal_flare_aurora2(Upcr(1.1, "g/g"), Upcr(0.1, "g/g"), adjudicated=True, specimen="first-morning void").flare
    Answer(True)

    Source: tables/renal_response.csv, from lupus.bmj.com/content/11/Suppl_2/A85.1.
    """
    now, best = need(Upcr, upcr, "upcr").to("g/g"), need(Upcr, best_upcr, "best_upcr").to("g/g")
    very_low, low, higher = best < VERY_LOW_UPCR, best <= LOW_UPCR, best > LOW_UPCR
    crossed = (very_low & (now > FLARE_FROM_VERY_LOW)) | (low & (now > FLARE_FROM_LOW)) | (higher & Answer.of(None))
    return RenalFlare(crossed & Answer.of(adjudicated), read_specimen(specimen))


def _in_a_row(above: Answer) -> Answer:
    """Whether the limit is exceeded on every day of one window, along the last axis."""
    if above.yes.shape[-1] < DAYS_IN_A_ROW:
        return Answer.of(np.zeros(above.yes.shape[:-1]))
    yes = sliding_window_view(above.yes, DAYS_IN_A_ROW, axis=-1)
    no = sliding_window_view(above.no, DAYS_IN_A_ROW, axis=-1)
    return Answer(yes=np.asarray(yes.all(axis=-1).any(axis=-1)), no=np.asarray(no.any(axis=-1).all(axis=-1)))
