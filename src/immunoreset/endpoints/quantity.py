"""One measured value or many with their unit: both are part of the type, so that CRP in mg/dL is never read as mg/L."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import DECIMALS, Range
from immunoreset.endpoints.units import sizes
from immunoreset.errors import InvalidValue, UnknownName

ALIKE = 1e-9  # relative difference of two sizes that are the same
ALSO = {"IU": "U", "U": "IU"}  # where a kind knows one of them only, as enzymes do


@dataclass(frozen=True, eq=False)
class Quantity:
    """A value and its unit; each kind of measurement is a final class of its own.

    `UNITS` gives the usual units and their size in the first one, the standard unit; `units` reads other spellings and sizes.
    Raises InvalidValue for a negative or impossibly high value and UnknownName for a unit that measures something else.
    """

    NAME: ClassVar[str] = ""
    UNITS: ClassVar[Mapping[str, float]] = {}
    HIGHEST: ClassVar[float] = np.inf

    value: Range | ArrayLike | None
    unit: str

    def __post_init__(self) -> None:
        if not self.UNITS:
            raise InvalidValue("a quantity needs a kind: use Crp, Creatinine, ... of immunoreset.endpoints.quantities")
        object.__setattr__(self, "unit", self.spelled(self.unit))
        known = Range.of(self.value)
        may_be_negative = self.unit in ("C", "F")
        if not may_be_negative and (negative := known.low[(known.low < 0) & np.isfinite(known.low)]).size:
            raise InvalidValue(f"{self.NAME} cannot be {negative.flat[0]:g} {self.unit}: it is never negative")
        highest = self.HIGHEST / self.size(self.unit)
        if (impossible := known.high[np.isfinite(known.high) & (known.high > highest + 10.0**-DECIMALS)]).size:
            raise InvalidValue(f"{self.NAME} cannot be {impossible.flat[0]:g} {self.unit}: the most is {highest:g}")

    @classmethod
    def spelled(cls, unit: str) -> str:
        """The unit as this class writes it: 'mg/dl', 'MG/DL' and 'mg/dL' are one. Raises UnknownName.

        A unit of another size is understood too, such as 'ng/dL' where 'mg/dL' stands in `UNITS`; it keeps its own spelling.
        """
        return _reading(cls, unit)[0]

    @classmethod
    def size(cls, unit: str) -> float:
        """How many standard units one of this unit is. Raises UnknownName."""
        return _reading(cls, unit)[1]

    @classmethod
    def standard_unit(cls) -> str:
        return next(iter(cls.UNITS))

    def to(self, unit: str) -> Range:
        """The value in another unit of this measurement; what is missing lies between 0 and the highest possible value."""
        factor = self.size(self.unit) / self.size(unit)
        return (Range.of(self.value) * factor).clip(0.0, self.HIGHEST / self.size(unit))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r}, {self.unit!r})"


def need(kind: type[Quantity], value: Quantity | None, where: str) -> Quantity:
    """The value if it is of this kind, an unmeasured one for None. Raises InvalidValue for a bare number or another kind.

    >>> from immunoreset.endpoints.quantities import Crp
    >>> need(Crp, 7, "crp")
    Traceback (most recent call last):
    immunoreset.errors.InvalidValue: crp: a bare 7 has no unit; give Crp(7, 'mg/L') or another of its units: mg/L, mg/dL
    """
    if value is None:
        return kind(None, kind.standard_unit())
    if isinstance(value, kind):
        return value
    if isinstance(value, Quantity):
        raise InvalidValue(f"{where}: {kind.__name__} is needed here, not {value!r}")
    example = f"{kind.__name__}({value!r}, '{kind.standard_unit()}')"
    raise InvalidValue(f"{where}: a bare {value!r} has no unit; give {example} or another of its units: {', '.join(kind.UNITS)}")


@cache
def _reading(kind: type[Quantity], unit: str) -> tuple[str, float]:
    """A unit as the kind writes it, and its size in standard units. Raises UnknownName."""
    literal = {known.lower(): known for known in kind.UNITS}.get(unit.strip().lower())
    if literal is not None:
        return literal, kind.UNITS[literal]
    found = list(_readings(kind, unit))
    for known, size in found:
        if abs(size / kind.UNITS[known] - 1) < ALIKE:
            return known, kind.UNITS[known]
    if not found:
        raise UnknownName(f"no unit of {kind.NAME} '{unit}'; known: {', '.join(kind.UNITS)}")
    return unit.strip(), found[0][1]


def _readings(kind: type[Quantity], unit: str) -> Iterator[tuple[str, float]]:
    """Units of the kind that measure the same thing, each with the size of this unit by way of it."""
    for one in sizes(unit):
        for name in (one.of, _swapped(one.of)):
            same = [(known, size.factor) for known in kind.UNITS for size in sizes(known) if size.of == name]
            if same:
                yield from ((known, kind.UNITS[known] * one.factor / factor) for known, factor in same)
                break


def _swapped(of: str) -> str:
    above, slash, below = of.partition("/")
    return f"{ALSO[above]}{slash}{below}" if above in ALSO else of
