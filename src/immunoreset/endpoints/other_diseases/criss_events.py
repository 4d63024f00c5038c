"""Systemic sclerosis: the fall of lung capacity, and the events that rule out improvement in the ACR-CRISS."""

from __future__ import annotations

from typing import Literal, NamedTuple

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases.named_points import Points, YesNo, points
from immunoreset.endpoints.other_diseases.systemic_sclerosis import HIGHEST_CAPACITY, relative_change
from immunoreset.endpoints.quantities import BloodPressure, VascularResistance, need
from immunoreset.endpoints.together import any_of
from immunoreset.errors import unknown

Measure = Literal["relative", "absolute"]

LARGE_FALL, SMALL_FALL, DIFFUSION_FALL = 10, 5, 15  # %, all to be exceeded
HIGHEST_DIFFUSION = 250  # % of the predicted
EVENT_FALL, EVENT_CAPACITY = 15, 80  # relative fall of FVC in %, at least; FVC in % of the predicted, below
EVENT_EJECTION = 45  # % at most
MEAN_PRESSURE, WEDGE_PRESSURE, RESISTANCE = 25, 15, 3  # mmHg at least, mmHg at most, Wood units to be exceeded


class CapacityFall(NamedTuple):
    """The fall in % of the value before, and in points of % of the predicted; below 0 for a rise."""

    relative: Range
    absolute: Range


def capacity_fall(before: Points, now: Points, *, highest: float = HIGHEST_CAPACITY) -> CapacityFall:
    """The fall of a lung function that is given in % of the predicted, up to `highest`.

    >>> capacity_fall(80, 72)
    CapacityFall(relative=Range(10), absolute=Range(8))

    Raises InvalidValue for a value outside 0 to `highest`.
    """
    first = points(before, highest=highest, where="lung function before")
    second = points(now, highest=highest, where="lung function now")
    return CapacityFall(relative=0 - relative_change(first, second), absolute=first - second)


def lung_progression(capacity: CapacityFall, diffusion: CapacityFall | None, *, measure: Measure) -> Answer:
    """Progression of lung disease: FVC fell by more than 10 %, or by more than 5 % with DLCO by more than 15 %.

    `measure` says which of the falls is meant, the same for both; None as `diffusion` is a DLCO that was not measured. Raises
    UnknownName for another measure.

    >>> diffusion = capacity_fall(60, 48, highest=250)
    >>> lung_progression(capacity_fall(80, 74), diffusion, measure="relative")
    Answer(True)
    >>> lung_progression(capacity_fall(80, 72), None, measure="relative").value

    Source: thresholds of trials; which of the two falls is meant differs between them.
    """
    if measure not in CapacityFall._fields:
        raise unknown("measure of the fall", measure, CapacityFall._fields)
    fall: Range = getattr(capacity, measure)
    of_diffusion: Range = getattr(diffusion, measure) if diffusion else Range.of(None)
    return (fall > LARGE_FALL) | ((fall > SMALL_FALL) & (of_diffusion > DIFFUSION_FALL))


def lung_event(before: Points, now: Points, *, confirmed: YesNo, interstitial_disease: YesNo) -> Answer:
    """Step 1 of the CRISS, lungs: FVC % predicted fell by at least 15 % of its value, to below 80 %, with lung disease on HRCT.

    `confirmed`: the fall was found again within a month. `interstitial_disease`: seen on high-resolution CT.

    >>> lung_event(90, 76, confirmed=True, interstitial_disease=True)
    Answer(True)

    Source: Khanna 2016, PMC4818571, table 11.
    """
    low = points(now, highest=HIGHEST_CAPACITY, where="lung function now") < EVENT_CAPACITY
    return (capacity_fall(before, now).relative >= EVENT_FALL) & low & Answer.of(confirmed) & Answer.of(interstitial_disease)


def heart_event(ejection_fraction: Points, *, new: YesNo, treated: YesNo) -> Answer:
    """Step 1 of the CRISS, heart: a new left ventricular ejection fraction of 45 % or less that needs treatment.

    >>> heart_event(45, new=True, treated=True), heart_event(46, new=True, treated=None)
    (Answer(True), Answer(False))

    Source: Khanna 2016, PMC4818571, table 11.
    """
    low = points(ejection_fraction, highest=100, where="ejection fraction") <= EVENT_EJECTION
    return low & Answer.of(new) & Answer.of(treated)


def pulmonary_hypertension_event(
    *,
    mean_pressure: BloodPressure | None,
    wedge_pressure: BloodPressure | None,
    resistance: VascularResistance | None,
    new: YesNo,
    treated: YesNo,
) -> Answer:
    """Step 1 of the CRISS, pulmonary arteries: new arterial hypertension on catheterisation that needs treatment.

    Mean pulmonary arterial pressure at least 25 mmHg, wedge pressure at most 15 mmHg, resistance above 3 Wood units. The whole
    is no as soon as one part is: a patient who never had new hypertension needs no catheter.

    >>> pulmonary_hypertension_event(mean_pressure=None, wedge_pressure=None, resistance=None, new=False, treated=None)
    Answer(False)

    Source: Khanna 2016, PMC4818571, table 11.
    """
    pressure = need(BloodPressure, mean_pressure, "mean_pressure").to("mmHg") >= MEAN_PRESSURE
    wedge = need(BloodPressure, wedge_pressure, "wedge_pressure").to("mmHg") <= WEDGE_PRESSURE
    resists = need(VascularResistance, resistance, "resistance").to("WU") > RESISTANCE
    return pressure & wedge & resists & Answer.of(new) & Answer.of(treated)


def criss_event(*, renal_crisis: YesNo, lung: YesNo, heart: YesNo, pulmonary_hypertension: YesNo) -> Answer:
    """Step 1 of the CRISS: whether any event makes the patient not improved; `renal_crisis` is a new scleroderma renal crisis.

    >>> criss_event(renal_crisis=False, lung=False, heart=None, pulmonary_hypertension=True)
    Answer(True)

    Source: Khanna 2016, PMC4818571, table 11.
    """
    return any_of(Answer.of(event) for event in (renal_crisis, lung, heart, pulmonary_hypertension))
