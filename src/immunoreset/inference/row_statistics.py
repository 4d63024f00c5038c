"""The statistic of a row from simulated patients, on its scale, with the chance that so few patients leave in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue

Floats = NDArray[np.float64]
FEWEST = 5
"""Of fewer patients who have the outcome there is no statistic (chosen by us)."""
KINDS = ("share", "free", "mean", "sd", "median", "geometric mean", "rate", "difference")


class Simulated(NamedTuple):
    """Value and sampling variance on the scale of the kind, both nan where invalid, and the patients who have the outcome."""

    value: Floats
    variance: Floats
    patients: NDArray[np.int64]


def statistic(
    values: Floats, kind: str, *, against: Floats | None = None, log: bool = False, exposure: float = 1.0, late: bool = False
) -> Simulated:
    """The statistic of `values` (..., P) over patients, for all leading places at once; nan marks a patient without the outcome.

    Shares and "free" take 0 and 1 and give logit((k + 0.5) / (n + 1)). A rate takes events counted over `exposure` units of time
    and gives log((k + 0.5) / (n x exposure)). SDs and geometric means are in logs, medians with `log`. A difference takes the
    same patients in two arms, `against` being subtracted. With `late`, a patient without the outcome is later than all others
    (medians). Invalid: fewer than 5 patients with the outcome, a logarithm of what is not above 0, a median that nobody reached.

    >>> statistic(np.array([0, 1, 1, 1, 1, np.nan]), "share").value
    array(1.0986...)
    """
    if kind not in KINDS or (kind == "difference") != (against is not None):
        raise InvalidValue(
            f"no statistic '{kind}' of {'two arms' if against is not None else 'one arm'}; there are {', '.join(KINDS)}"
        )
    x = values - against if against is not None else values
    if kind == "geometric mean" or (kind == "median" and log):
        x = np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), np.where(np.isnan(x), np.nan, -np.inf))
    has = ~np.isnan(x)
    n = has.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "median":
            value, variance = _median(np.where(has, x, np.inf), np.full_like(n, x.shape[-1]) if late else n)
        else:
            value, variance = _moments(np.where(has, x, 0.0), has, n, kind, exposure)
    good = (n >= FEWEST) & np.isfinite(value) & np.isfinite(variance)
    return Simulated(np.where(good, value, np.nan), np.where(good, variance, np.nan), n)


def _moments(x: Floats, has: NDArray[np.bool_], n: NDArray[np.int64], kind: str, exposure: float) -> tuple[Floats, Floats]:
    total = x.sum(axis=-1)
    if kind in ("share", "free"):
        return np.log((total + 0.5) / (n - total + 0.5)), 1 / (total + 0.5) + 1 / (n - total + 0.5)
    if kind == "rate":
        own = np.where(has, x - (total / n)[..., None], 0.0)  # events of a patient come in clusters: never less than Poisson
        ratio = np.maximum(1.0, (own**2).sum(axis=-1) / np.maximum(total, 0.5))
        return np.log((total + 0.5) / (n * exposure)), ratio / (total + 0.5)
    mean = total / n
    away = np.where(has, x - mean[..., None], 0.0)
    square = (away**2).sum(axis=-1) / (n - 1)
    if kind == "sd":
        fourth = (away**4).sum(axis=-1) / n
        return 0.5 * np.log(square), np.maximum(fourth / square**2 - (n - 3) / (n - 1), 0.0) / (4 * n)
    return mean, square / n


def _median(x: Floats, n: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Median of the first `n` in order, and the variance from the order statistics one sd of their rank to either side."""
    x = np.sort(x, axis=-1)

    def at(share: Floats) -> Floats:
        place = np.clip(share * n - 0.5, 0, np.maximum(n - 1, 0))
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(n - 1, 0))
        low, high = (np.take_along_axis(x, index[..., None], axis=-1)[..., 0] for index in (below, above))
        return np.where(place == below, low, low + (place - below) * (high - low))

    step = 0.5 / np.sqrt(np.maximum(n, 1))
    middle, low, high = at(np.full(n.shape, 0.5)), at(0.5 - step), at(0.5 + step)
    return middle, (np.where(np.isfinite(high), (high - low) / 2, middle - low)) ** 2


def influence(values: Floats, kind: str, *, log: bool = False) -> Floats:
    """What each patient adds to a statistic (influence function), up to a factor; (..., P), 0 for one without the outcome.

    Two statistics of the same patients correlate as their influences do. A difference of two arms is given arm by arm, as means.
    """
    x = np.asarray(values, dtype=float)
    if kind == "geometric mean" or (kind == "median" and log):
        x = np.log(np.where(x > 0, x, np.nan))
    has = ~np.isnan(x)
    n = np.maximum(has.sum(axis=-1, keepdims=True), 1)
    filled = np.where(has, x, 0.0)
    away = np.where(has, filled - filled.sum(axis=-1, keepdims=True) / n, 0.0)
    if kind == "median":
        middle, _ = _median(np.where(has, x, np.inf), has.sum(axis=-1))
        away = np.where(has, np.sign(filled - middle[..., None]), 0.0)
    elif kind == "sd":
        square = away**2
        away = np.where(has, square - square.sum(axis=-1, keepdims=True) / n, 0.0)
    return away
