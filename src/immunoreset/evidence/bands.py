"""How far a published number from a handful of patients can be trusted: the interval that it leaves open.

Each function turns what was published (a count, a mean, a range) into the interval that holds the true value with 95 %
confidence, or 93.75 % for a range of five. A simulated value inside it does not contradict the publication, which is less
than being proved by it.
"""

from __future__ import annotations

import math

from immunoreset.errors import InvalidValue

CONFIDENCE = 0.95


def fraction(count: int, n: int) -> tuple[float, float]:
    """Exact interval of a proportion (Clopper and Pearson 1934).

    >>> low, high = fraction(5, 5)
    >>> round(low, 3), high
    (0.478, 1.0)
    """
    from scipy.special import betaincinv  # scipy.stats takes a second to load

    if not 0 <= count <= n or n == 0:
        raise InvalidValue(f"{count} of {n} is not a proportion")
    tail = (1 - CONFIDENCE) / 2
    low = float(betaincinv(count, n - count + 1, tail)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, n - count, 1 - tail)) if count < n else 1.0
    return low, high


def mean(value: float, sd: float, n: int) -> tuple[float, float]:
    """Interval of a mean from its standard deviation (Student's t).

    >>> [round(limit) for limit in mean(110, 32, 5)]
    [70, 150]
    """
    from scipy.special import stdtrit

    margin = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * sd / math.sqrt(n)
    return value - margin, value + margin


def standard_deviation(sd: float, n: int) -> tuple[float, float]:
    """Interval of a standard deviation of a normal quantity (chi-square).

    >>> [round(limit) for limit in standard_deviation(32, 5)]
    [19, 92]
    """
    from scipy.special import chdtri  # of the upper tail

    tail = (1 - CONFIDENCE) / 2
    low = sd * math.sqrt((n - 1) / float(chdtri(n - 1, tail)))
    high = sd * math.sqrt((n - 1) / float(chdtri(n - 1, 1 - tail)))
    return low, high


def median_confidence(n: int) -> float:
    """The confidence with which smallest and largest of n patients enclose the median of all: both would have to lie on one side.

    >>> median_confidence(5)
    0.9375
    """
    return 1 - 2 * 0.5**n


def event_free(events: int, patient_days: float, horizon_days: float) -> tuple[float, float]:
    """Interval of the fraction still free of the event at the horizon, from events per time followed (exact Poisson).

    >>> [round(limit, 2) for limit in event_free(0, 49 * 30.44, 540)]
    [0.26, 1.0]
    """
    from scipy.special import chdtri

    tail = (1 - CONFIDENCE) / 2
    most = float(chdtri(2 * events + 2, tail)) / 2
    least = float(chdtri(2 * events, 1 - tail)) / 2 if events else 0.0
    return math.exp(-most * horizon_days / patient_days), math.exp(-least * horizon_days / patient_days)
