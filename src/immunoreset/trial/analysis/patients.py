"""Who is compared with whom: arms, strata and readable data, checked once for every analysis.

Data have patients on their last axis, (n,) for one trial or (T, n) for T trials at once; results then have no axis or (T,).
Patients of other arms are left out of a comparison of two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.labels import labels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Label = str | int


class Compared(NamedTuple):
    """Patients (..., n) of the treatment arm, and those of either arm."""

    treated: Flags
    used: Flags


def compare(arm: ArrayLike, *, treatment: Label = 1, control: Label = 0, among: ArrayLike | None = None) -> Compared:
    """The two arms to compare, from the arm (..., n) of each patient by number or name, `among` those marked (..., n).

    >>> compare(["car-t", "placebo", "car-t"], treatment="car-t", control="placebo").treated
    array([ True, False,  True])

    Raises UnknownName for an arm that nobody has, InvalidValue when it is empty in one of the trials.
    """
    if np.ndim(arm) == 0 or not np.size(arm):
        raise InvalidValue("arm: no patient given; give one arm per patient")
    marked = np.ones(np.shape(arm), dtype=bool) if among is None else np.asarray(among, dtype=bool)
    given = labels(arm, what="arm", among=marked)
    if given.dtype.kind == "U":
        treatment, control = str(treatment), str(control)
    if treatment == control:
        raise InvalidValue(f"arm '{treatment}' is compared with itself; name two arms")
    treated = _members(given, treatment, among=marked)
    return Compared(treated, treated | _members(given, control, among=marked))


def _members(given: NDArray, name: Label, *, among: Flags) -> Flags:
    members = np.asarray(given == name, dtype=bool)
    if members.shape != given.shape or not members.any():
        raise errors.unknown("arm", str(name), [str(known) for known in np.unique(given)])
    members = members & among
    empty = np.asarray(~members.any(axis=-1))
    if empty.any():
        raise InvalidValue(f"{where(empty)}arm '{name}' has no patient; the trial cannot be analysed")
    return members


def where(wrong: Flags, *, what: str = "trial") -> str:
    """The place of the first wrong entry, counted from 1, to begin a message; empty for a single trial.

    >>> where(np.array([False, True]))
    'trial 2: '
    """
    if wrong.ndim == 0:
        return ""
    return f"{what} {int(np.flatnonzero(wrong)[0]) + 1}: "


def place(wrong: Flags) -> str:
    """The patient, and the trial where there are several, of the first wrong entry of (..., n)."""
    position = np.argwhere(wrong)[0]
    trial = f"trial {position[0] + 1}, " if wrong.ndim > 1 else ""
    return f"{trial}patient {position[-1] + 1}"


def finite(values: ArrayLike, *, what: str, among: Flags) -> Floats:
    """Numbers (..., n) of the patients who count, broadcast to `among`; InvalidValue names the first that is missing."""
    numbers = np.asarray(values, dtype=float)
    try:
        numbers = np.broadcast_to(numbers, np.broadcast_shapes(numbers.shape, among.shape))
    except ValueError as error:
        raise InvalidValue(f"{what} has shape {numbers.shape}, the arms {among.shape}; give one value per patient") from error
    wrong = ~np.isfinite(numbers) & among
    if wrong.any():
        raise InvalidValue(f"{what} of {place(wrong)} is missing or not finite; say first how missing values count")
    return np.where(np.isfinite(numbers), numbers, 0.0)


def strata_numbers(stratum: ArrayLike | None, *, among: Flags) -> tuple[Ints, int]:
    """Strata (..., n) as numbers from 0, and how many there are; one stratum when none is given."""
    if stratum is None:
        return np.zeros(among.shape, dtype=np.int64), 1
    if np.ndim(stratum) == 0 or np.shape(stratum)[-1] != among.shape[-1]:
        raise InvalidValue(f"stratum has shape {np.shape(stratum)}, the arms {among.shape}; give one stratum per patient")
    given = labels(stratum, what="stratum", among=among)
    known, numbers = np.unique(given, return_inverse=True)
    numbers = numbers.reshape(given.shape)
    shape = np.broadcast_shapes(numbers.shape, among.shape)
    return np.broadcast_to(numbers, shape).astype(np.int64), len(known)


def level_quantile(level: float) -> float:
    """The normal quantile of a two-sided interval; InvalidValue for a level outside (0, 1).

    >>> round(level_quantile(0.95), 2)
    1.96
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise InvalidValue(f"level {level:g}: give the coverage of the interval as a share between 0 and 1, such as 0.95")
    return float(ndtri(0.5 + level / 2))


def ratio_or(value: ArrayLike, divisor: ArrayLike, *, otherwise: float) -> Floats:
    """value / divisor, and `otherwise` where the divisor is 0."""
    above, below = np.broadcast_arrays(np.asarray(value, dtype=float), np.asarray(divisor, dtype=float))
    return np.divide(above, below, out=np.full(above.shape, float(otherwise)), where=below != 0)
