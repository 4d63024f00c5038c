"""The arms of a randomised trial: their names, how many patients each gets, and when a patient may be rescued."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.whole_numbers import is_whole

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Arms:
    """Arms by name and their shares as whole numbers: ratio (2, 1) gives the first twice as many patients.

    A patient's arm is its place in `names`, from 0.

    >>> Arms(("standard", "car-t"), ratio=(1, 2)).shares
    (0.3333333333333333, 0.6666666666666666)

    Raises InvalidValue for fewer than two arms, names used twice, or a ratio that is not of whole numbers above 0.
    """

    names: tuple[str, ...]
    ratio: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not all(isinstance(name, str) and name.strip() for name in self.names):
            raise InvalidValue(f"arms {', '.join(map(str, self.names))}: give every arm a name")
        if len(self.names) < 2 or len(set(self.names)) < len(self.names):
            raise InvalidValue(f"arms {', '.join(self.names) or 'missing'}: give at least two different names")
        if not self.ratio:
            object.__setattr__(self, "ratio", (1,) * len(self.names))
        if len(self.ratio) != len(self.names) or not all(is_whole(share) and share >= 1 for share in self.ratio):
            raise InvalidValue(
                f"ratio {':'.join(map(str, self.ratio))}: give a whole number above 0 for each of {len(self.names)} arms"
            )
        object.__setattr__(self, "ratio", tuple(int(share) for share in self.ratio))

    @property
    def unit(self) -> int:
        """Patients in the smallest block that keeps the ratio."""
        return sum(self.ratio)

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(share / self.unit for share in self.ratio)

    @property
    def places(self) -> Ints:
        """The arm of each place in the smallest block.

        >>> Arms(("standard", "car-t"), ratio=(1, 2)).places
        array([0, 1, 1])
        """
        return np.repeat(np.arange(len(self.names)), self.ratio)

    def number(self, name: str) -> int:
        """The place of an arm; UnknownName when there is none of that name."""
        if name not in self.names:
            raise errors.unknown("arm", name, self.names)
        return self.names.index(name)


@dataclass(frozen=True)
class RescueRule:
    """Rescue is given at the first visit from `from_day` to `to_day` at which disease activity is too high.

    Too high is at least `above`, or at least `rise` more than at baseline. A missed visit rescues nobody.

    >>> RescueRule(from_day=84, rise=3).day([[8, 12, 12], [8, 9, 9]], days=[28, 84, 168], baseline=[8, 8])
    array([84., inf])

    Raises InvalidValue when neither limit is given, or the days are in the wrong order.
    """

    from_day: float
    to_day: float = np.inf
    above: float | None = None
    rise: float | None = None

    def __post_init__(self) -> None:
        set_numbers(self)
        if self.above is None and self.rise is None:
            raise InvalidValue("rescue rule: give `above`, a level of activity, or `rise`, an increase over baseline")
        if any(limit is not None and not np.isfinite(limit) for limit in (self.above, self.rise)):
            raise InvalidValue(f"rescue rule: limits {self.above} and {self.rise}; give numbers")
        if not 0 <= self.from_day <= self.to_day:
            raise InvalidValue(f"rescue rule: days {self.from_day:g} to {self.to_day:g}; give them in rising order from 0")

    def day(self, activity: ArrayLike, *, days: ArrayLike, baseline: ArrayLike | None = None) -> Floats:
        """The day of rescue (..., n), infinite without, from activity (..., n, V) at visit days (V,) and baseline (..., n)."""
        seen, visits = np.asarray(activity, dtype=float), np.asarray(days, dtype=float)
        if visits.ndim != 1 or seen.shape[-1:] != visits.shape or np.any(np.diff(visits) <= 0):
            raise InvalidValue(f"rescue rule: activity {seen.shape} needs one visit day per column, rising; {visits.shape} given")
        high = np.zeros(seen.shape, dtype=bool)
        if self.above is not None:
            high |= seen >= self.above
        if self.rise is not None:
            if baseline is None:
                raise InvalidValue("rescue rule: a rise needs the baseline of each patient")
            high |= seen >= np.asarray(baseline, dtype=float)[..., None] + self.rise
        high &= (visits >= self.from_day) & (visits <= self.to_day)
        return np.where(high.any(axis=-1), visits[high.argmax(axis=-1)], np.inf)
