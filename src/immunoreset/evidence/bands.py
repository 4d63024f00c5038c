"""How far a published number from a handful of patients can be trusted: the interval that it leaves open.

Each function turns what was published (a count, a mean, a range) into the interval that holds the true value with 95 %
confidence, or 93.75 % for a range of five. A simulated value inside it does not contradict the publication, which is less
than being proved by it.
"""

from __future__ import annotations

import math

from immunoreset.errors import InvalidValue

CONFIDENCE = 0.95


def fraction(count: float, n: int) -> tuple[float, float]:
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


def rate(events: int, patient_days: float) -> tuple[float, float]:
    """Interval of an event rate per patient-day (exact Poisson; Garwood 1936).

    >>> low, high = rate(0, 18.75 * 365.25)
    >>> low, round(high * 365.25 * 100, 1)
    (0.0, 19.7)
    """
    from scipy.special import chdtri

    tail = (1 - CONFIDENCE) / 2
    low = float(chdtri(2 * events, 1 - tail)) / 2 / patient_days if events else 0.0
    return low, float(chdtri(2 * events + 2, tail)) / 2 / patient_days


def difference(count: float, n: int, against_count: float, against_n: int) -> tuple[float, float]:
    """Interval of the difference of two independent proportions (Newcombe 1998, method 10: Wilson limits combined).

    >>> [round(limit, 3) for limit in difference(73, 179, 40, 178)]
    [0.087, 0.275]
    """
    (p, low, high), (q, against_low, against_high) = _wilson(count, n), _wilson(against_count, against_n)
    gap = p - q
    return gap - math.hypot(p - low, against_high - q), gap + math.hypot(high - p, q - against_low)


def _wilson(count: float, n: int) -> tuple[float, float, float]:
    """A proportion and its score interval (Wilson 1927)."""
    if not 0 <= count <= n or n == 0:
        raise InvalidValue(f"{count} of {n} is not a proportion")
    z, p = normal_quantile((1 + CONFIDENCE) / 2), count / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def geometric_mean(value: float, cv: float, n: int) -> tuple[float, float]:
    """Interval of a geometric mean from its coefficient of variation (a fraction), on the log scale (Student's t).

    >>> [round(limit) for limit in geometric_mean(100, 1.0, 20)]
    [68, 148]
    """
    low, high = mean(math.log(value), math.sqrt(math.log(1 + cv * cv)), n)
    return math.exp(low), math.exp(high)


def median_between_quartiles(value: float, quartiles: tuple[float, float], n: int) -> tuple[float, float]:
    """Interval of a median: the order statistics at 0.5 ± z / (2 sqrt(n)), read off a line between median and quartile.

    Conservative for bell-shaped quantities, which are denser near the median than the line supposes.

    >>> median_between_quartiles(10, (6, 18), 100)
    (8.43..., 13.1...)
    """
    step = normal_quantile((1 + CONFIDENCE) / 2) / (2 * math.sqrt(n)) / 0.25
    return value - step * (value - quartiles[0]), value + step * (quartiles[1] - value)


def normal_quantile(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))
