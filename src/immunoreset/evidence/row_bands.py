"""The band of a published row: which values of a simulated statistic the publication does not contradict."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from immunoreset.errors import InvalidValue
from immunoreset.evidence import bands
from immunoreset.evidence.rows import Row, Statistic

SMALL = 12
"""Up to so many patients the range is a usable band of the median; beyond, it says more of the extremes than of the median."""
STEP = 1.5
"""How much wider a band becomes for each step away: another disease, another class of product, a proxy (chosen by us)."""


@dataclass(frozen=True)
class Band:
    """Low, high and, in words, how they came about; `ours` marks a tolerance that we chose."""

    low: float
    high: float
    how: str
    ours: bool = False

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def band(row: Row, steps: int = 0) -> Band | None:
    """The band of a row, or None where the publication leaves none.

    A tolerance of the row stands before anything computed. `steps` counts how far the asked patients are from the published
    ones (`steps_away`); each multiplies the distance from the published value to either limit by 1.5.
    """
    if row.tolerance is not None:
        found = Band(row.tolerance.low, row.tolerance.high, f"tolerance chosen by us: {row.tolerance.why}", ours=True)
    else:
        computed = _computed(row.statistic)
        if computed is None:
            return None
        found = computed
    return widened(found, row, steps) if steps else found


def steps_away(row: Row, *, disease: str = "", product: str = "") -> int:
    """In how many respects the row is about something else: disease, class of product, and whether it is a proxy."""
    return sum((bool(disease) and row.disease != disease, bool(product) and row.product != product, bool(row.proxy)))


def widened(found: Band, row: Row, steps: int) -> Band:
    """The band with both limits moved away from the published value; shares stay between 0 and 1."""
    middle = point(row.statistic)
    middle = (found.low + found.high) / 2 if middle is None else middle
    low, high = (middle + (limit - middle) * STEP**steps for limit in (found.low, found.high))
    if row.statistic.kind in ("share", "free"):
        low, high = max(0.0, low), min(1.0, high)
    return replace(found, low=low, high=high, how=f"{found.how}; widened {STEP**steps:g} times, {steps} away")


def point(s: Statistic) -> float | None:
    """The published value itself, as a fraction for shares."""
    if s.value is not None:
        return s.value
    if s.kind == "difference" and s.count is not None and s.of and s.against_count is not None and s.against_of:
        return s.count / s.of - s.against_count / s.against_of
    if s.count is not None and s.of:
        return s.count / s.of
    if s.events is not None and s.patient_days:
        rate = s.events / s.patient_days
        return math.exp(-rate * s.horizon_days) if s.horizon_days else rate
    return None


def predictive(row: Row, patients: int) -> Band | None:
    """Where the statistic of `patients` simulated patients may lie: the band, and the chance of so small a cohort.

    A share is beta-binomial (Jeffreys prior), a mean is Student's t with the published SD; other statistics widen by
    sqrt(1 + n / patients), which is exact for a normal mean. A tolerance that we chose stays as it is.
    """
    if patients < 1:
        raise InvalidValue(f"{patients} simulated patients have no statistic; give 1 or more")
    found, s = band(row), row.statistic
    if found is None or found.ours:
        return found
    how = f"{found.how}, and the chance of {patients} patients"
    if s.kind == "share" and s.of:
        from scipy.stats import betabinom

        count = s.count if s.count is not None else (s.value or 0) * s.of
        prior = betabinom(patients, count + 0.5, s.of - count + 0.5)
        tail = (1 - bands.CONFIDENCE) / 2
        return replace(found, low=float(prior.ppf(tail)) / patients, high=float(prior.ppf(1 - tail)) / patients, how=how)
    middle = point(s)
    if middle is None or s.patients is None:
        return found
    wider = math.sqrt(1 + s.patients / patients)
    low, high = (middle + (limit - middle) * wider for limit in (found.low, found.high))
    if s.kind in ("share", "free"):
        low, high = max(0.0, low), min(1.0, high)
    return replace(found, low=low, high=high, how=how)


def _computed(s: Statistic) -> Band | None:
    if s.limit in ("<", ">"):  # a bound says nothing of the other side
        return None
    if s.interval is not None:
        return Band(*s.interval, "published 95 % interval")
    match s.kind:
        case "share" if s.of and (s.count is not None or s.value is not None):
            count = s.count if s.count is not None else (s.value or 0) * s.of
            return Band(*bands.fraction(count, s.of), f"exact 95 % interval of {count:.4g} of {s.of}")
        case "difference" if s.count is not None and s.of and s.against_count is not None and s.against_of:
            counts = (s.count, s.of, s.against_count, s.against_of)
            return Band(*bands.difference(*counts), "95 % interval of {} of {} less {} of {} (Newcombe)".format(*counts))
        case "rate" if s.events is not None and s.patient_days:
            limits = bands.rate(s.events, s.patient_days)
            return Band(*limits, f"exact 95 % interval of {s.events} events in {s.patient_days / 365.25:.1f} patient-years")
        case "free" if s.events is not None and s.patient_days and s.horizon_days:
            limits = bands.event_free(s.events, s.patient_days, s.horizon_days)
            months = s.patient_days / 30.44
            return Band(*limits, f"exact 95 % interval of the rate of {s.events} events in {months:.0f} patient-months")
        case "range" | "median" if s.range and s.n and s.n <= SMALL:
            confidence = 100 * bands.median_confidence(s.n)
            return Band(*s.range, f"range of {s.n}, which holds the median with {confidence:.3g} % confidence")
        case _:
            return _of_spread(s)


def _of_spread(s: Statistic) -> Band | None:
    if s.value is None:
        return None
    match s.kind:
        case "mean" if s.sd is not None and s.n and s.n > 1:
            return Band(*bands.mean(s.value, s.sd, s.n), f"95 % interval of the mean of {s.n} (t)")
        case "mean" | "difference" if s.se is not None:
            z = bands.normal_quantile((1 + bands.CONFIDENCE) / 2)
            return Band(s.value - z * s.se, s.value + z * s.se, "95 % interval from the standard error")
        case "sd" if s.n and s.n > 1:
            return Band(*bands.standard_deviation(s.value, s.n), f"95 % interval of the SD of {s.n} (chi-square)")
        case "median" if s.iqr and s.n and s.n > 1:
            return Band(*bands.median_between_quartiles(s.value, s.iqr, s.n), f"95 % interval of the median of {s.n} (quartiles)")
        case "geometric mean" if s.cv is not None and s.n and s.n > 1:
            return Band(*bands.geometric_mean(s.value, s.cv, s.n), f"95 % interval of the geometric mean of {s.n} (t, log scale)")
        case _:
            return None
