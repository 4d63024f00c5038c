"""What is known: numbers and answers that may be missing, in part or altogether.

A rule is written once, as it stands in its paper, and serves one visit or a hundred thousand: a `Range` holds the attainable
values of a number, an `Answer` yes, no or undecided. A missing item widens the range; a response is decided wherever both ends
of the range agree. Comparisons are made after rounding, so that 1.5 - 1.2 counts as 0.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue

DECIMALS = 6  # finer than any recorded value, coarser than the error of decimal fractions in binary

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """Yes, no or undecided, for one visit (shape ()) or many; `&`, `|` and `~` follow Kleene's three-valued logic.

    >>> (Answer.of(True) & Answer.of(None)).value, (Answer.of(False) & Answer.of(None)).value
    (None, False)
    """

    yes: Booleans
    no: Booleans

    @classmethod
    def of(cls, value: Answer | bool | ArrayLike | None) -> Answer:
        """From True, False, None, or an array of 1, 0 and nan. Raises InvalidValue for anything else."""
        if isinstance(value, Answer):
            return value
        numbers = np.asarray(np.nan if value is None else value)
        if numbers.dtype == bool:
            return cls(yes=numbers, no=~numbers)
        if numbers.dtype == object:
            numbers = np.array([np.nan if one is None else one for one in numbers.ravel()]).reshape(numbers.shape)
        if numbers.dtype.kind not in "bif" or not np.isin(numbers[~np.isnan(numbers.astype(float))], (0, 1)).all():
            raise InvalidValue(f"an answer is True, False or None (missing), or an array of 1, 0 and nan, not {value!r}")
        return cls(yes=numbers == 1, no=numbers == 0)

    @property
    def decided(self) -> Booleans:
        return self.yes | self.no

    @property
    def value(self) -> bool | None:
        """True, False or None, of one visit."""
        return bool(self.yes) if bool(self.decided) else None

    @property
    def values(self) -> Floats:
        """1, 0 and nan, in the shape of the visits."""
        return np.where(self.yes, 1.0, np.where(self.no, 0.0, np.nan))

    def __and__(self, other: Answer | bool | None) -> Answer:
        right = Answer.of(other)
        return Answer(self.yes & right.yes, self.no | right.no)

    def __or__(self, other: Answer | bool | None) -> Answer:
        right = Answer.of(other)
        return Answer(self.yes | right.yes, self.no & right.no)

    def __invert__(self) -> Answer:
        return Answer(yes=self.no, no=self.yes)

    __rand__, __ror__ = __and__, __or__

    def __bool__(self) -> bool:
        raise InvalidValue("an answer may be undecided: use .value, which is True, False or None")

    def __repr__(self) -> str:
        return f"Answer({self.value})" if self.yes.ndim == 0 else f"Answer({self.values})"

    def points(self, weight: float = 1) -> Range:
        """`weight` where yes, 0 where no, either where undecided."""
        ends = np.where(self.yes, weight, 0), np.where(self.no, 0, weight)
        return Range(np.minimum(*ends).astype(float), np.maximum(*ends).astype(float))


@dataclass(frozen=True, eq=False, slots=True)
class Range:
    """A number with the least and the greatest value that what is known allows; both are the same where it is known.

    >>> score = Range.of(4) + Answer.of(None).points(2)
    >>> score, score.value, (score >= 4).value, (score >= 5).value
    (Range(4 to 6), None, True, None)
    """

    low: Floats
    high: Floats

    @classmethod
    def of(cls, value: Range | ArrayLike | None, *, lowest: float = -np.inf, highest: float = np.inf) -> Range:
        """From a number, None (missing) or an array with nan where missing; what is missing lies in `lowest` to `highest`.

        Raises InvalidValue for what is no number and for a known value outside the limits.
        """
        if isinstance(value, Range):
            return value
        try:
            numbers = np.asarray(np.nan if value is None else value, dtype=float)
        except (TypeError, ValueError):
            raise InvalidValue(f"a number, None or an array of numbers is needed here, not {value!r}") from None
        outside = (numbers < lowest) | (numbers > highest)
        if outside.any():
            raise InvalidValue(f"{numbers[outside].flat[0]:g} is outside the possible {lowest:g} to {highest:g}")
        missing = np.isnan(numbers)
        return cls(np.where(missing, lowest, numbers), np.where(missing, highest, numbers))

    @property
    def known(self) -> Booleans:
        return self.low == self.high

    @property
    def value(self) -> float | None:
        """The number of one visit, or None where it is not known."""
        return float(self.low) if bool(self.known) else None

    @property
    def values(self) -> Floats:
        """The numbers, nan where not known, in the shape of the visits."""
        return np.where(self.known, self.low, np.nan)

    def __add__(self, other: Any) -> Range:
        right = Range.of(other)
        return Range(self.low + right.low, self.high + right.high)

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low)

    def __sub__(self, other: Any) -> Range:
        return self + (-Range.of(other))

    def __rsub__(self, other: Any) -> Range:
        return Range.of(other) - self

    def __mul__(self, factor: float) -> Range:
        """By a plain number, or an array of numbers, all known."""
        ends = self.low * factor, self.high * factor
        return Range(np.minimum(*ends), np.maximum(*ends))

    def __truediv__(self, divisor: Any) -> Range:
        """By a number above 0, which may be as near to 0 as its range allows; by 0 itself the result is anything.

        >>> Range.of(0) / Range.of(None, lowest=0, highest=5), Range.of(None, lowest=0) / Range.of(None, lowest=0)
        (Range(0), Range(0 to inf))
        """
        right = Range.of(divisor)
        low = _quotient(self.low, np.where(self.low >= 0, right.high, right.low), least=True)
        high = _quotient(self.high, np.where(self.high >= 0, right.low, right.high), least=False)
        nothing = right.high == 0
        return Range(np.where(nothing, -np.inf, low), np.where(nothing, np.inf, high))

    __radd__, __rmul__ = __add__, __mul__

    def __le__(self, other: Any) -> Answer:
        right = Range.of(other)
        return Answer(yes=_round(self.high) <= _round(right.low), no=_round(self.low) > _round(right.high))

    def __lt__(self, other: Any) -> Answer:
        return ~(self >= other)

    def __ge__(self, other: Any) -> Answer:
        return Range.of(other) <= self

    def __gt__(self, other: Any) -> Answer:
        return ~(self <= other)

    def equals(self, other: Any) -> Answer:
        return (self <= other) & (self >= other)

    def rounded(self, decimals: int) -> Range:
        """Half away from what binary fractions lose: rounded to DECIMALS first, then to `decimals`."""
        return Range(_round(self.low, decimals), _round(self.high, decimals))

    def clip(self, low: float = -np.inf, high: float = np.inf) -> Range:
        return Range(np.clip(self.low, low, high), np.clip(self.high, low, high))

    def __repr__(self) -> str:
        if self.low.ndim == 0:
            return f"Range({self.low:g})" if self.known else f"Range({self.low:g} to {self.high:g})"
        return f"Range({self.low} to {self.high})"


def _quotient(above: Floats, below: Floats, *, least: bool) -> Floats:
    """An end of a quotient: 0 for a numerator of 0, and for infinity over infinity whatever it may come near to."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = above / below
    endless = np.isinf(above) & np.isinf(below)
    found = np.where(endless, np.where((above > 0) == least, 0.0, np.where(least, -np.inf, np.inf)), found)
    return np.where(above == 0, 0.0, found)


def _round(values: Floats, decimals: int = DECIMALS) -> Floats:
    fine = np.round(values, DECIMALS)
    return fine if decimals >= DECIMALS else np.floor(fine * 10**decimals + 0.5 + 10.0**-DECIMALS) / 10**decimals
