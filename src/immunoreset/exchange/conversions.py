"""Units of a file to standard units, glucocorticoids to prednisone, and the log of what was converted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from immunoreset.endpoints.items import Item, find, items
from immunoreset.endpoints.lupus.glucocorticoid import prednisone_equivalent
from immunoreset.endpoints.quantities import Prednisone
from immunoreset.errors import UnknownName

NO_UNIT = frozenset({"", "1", "point", "points", "score", "count", "{score}"})
OF_ITEM = {"AGE": {"years", "year", "y", "a"}, "FVC": {"%", "percent"}, "DLCO": {"%", "percent"}, "JOINTS": {"joints"}}
OF_ITEM |= {"TJC28": {"joints"}, "SJC28": {"joints"}, "NEW_T2": {"lesions"}, "GD_LESIONS": {"lesions"}}


MOST_NAMES = 500


@dataclass(frozen=True)
class Conversion:
    """Rows of an item that came in `given` and are held in `standard` units: value × factor + offset."""

    item: str
    given: str
    standard: str
    factor: float
    offset: float
    rows: int

    def __str__(self) -> str:
        shift = f" {self.offset:+.6g}" if self.offset else ""
        return f"{self.item}: {self.given} to {self.standard}, × {self.factor:.6g}{shift}, {self.rows:,} rows"


@dataclass(frozen=True)
class Scale:
    """From the unit of a file to the standard unit: value × factor + offset."""

    factor: float = 1.0
    offset: float = 0.0
    unit: str = ""


@cache
def scale(item: Item, unit: str) -> Scale:
    """How an item in this unit becomes standard. Raises UnknownName for a unit that the item does not have, or a missing one.

    >>> from immunoreset.endpoints.items import find
    >>> scale(find("CRP"), "mg/dl")
    Scale(factor=10.0, offset=0.0, unit='mg/dL')
    """
    measure = Prednisone if item.kind == "dose" else item.measure
    if measure is None:
        if unit.lower() not in NO_UNIT | OF_ITEM.get(item.code, set()):
            raise UnknownName(f"{item.code} has no unit, so '{unit}' cannot be right; leave it empty")
        return Scale()
    if not unit:
        if len(measure.UNITS) > 1:
            raise UnknownName(f"{item.code} needs its unit: {' or '.join(measure.UNITS)}")
        unit = measure.standard_unit()
    given, standard = measure.spelled(unit), measure.standard_unit()
    if given == standard:
        return Scale(unit=given)
    zero, one = (float(measure(number, given).to(standard).low) for number in (0.0, 1.0))
    return Scale(factor=one - zero, offset=zero, unit=given)


@cache
def prednisone_factors() -> dict[str, float]:
    """Milligrams of prednisone to which 1 mg of each glucocorticoid is equivalent, by item code.

    >>> prednisone_factors()["METHYLPREDNISOLONE"]
    1.25
    """
    factors = {"PREDNISONE": 1.0}
    for item in items().values():
        if item.kind == "dose":
            factors[item.code] = float(prednisone_equivalent({item.drug: 1.0}).to(item.unit).low)
    return factors


@cache
def item_number(code: str) -> int:
    """The place of an item in the catalogue, by which a store knows it."""
    return list(items()).index(code)


@dataclass
class Names:
    """The items and units that a file names, each looked up once; wrong names beyond the first 500 get no advice."""

    items: dict[str, tuple[int, str]] = field(default_factory=dict)
    scales: dict[tuple[int, str], Scale | str] = field(default_factory=dict)

    def item(self, name: str) -> tuple[int, str]:
        """The place of an item in the catalogue and "", or -1 and the reason."""
        if name in self.items:
            return self.items[name]
        found = _item(name, advice=len(self.items) < MOST_NAMES)
        if len(self.items) < MOST_NAMES:
            self.items[name] = found
        return found

    def scale(self, number: int, unit: str) -> Scale | str:
        """How a unit of an item becomes standard, or the reason why it cannot."""
        key = number, unit
        if key in self.scales:
            return self.scales[key]
        item = items()[list(items())[number]]
        try:
            found: Scale | str = scale(item, unit)
        except UnknownName as error:
            found = str(error) if len(self.scales) < MOST_NAMES else f"{item.code} has no unit '{unit}'"
        if len(self.scales) < MOST_NAMES:
            self.scales[key] = found
        return found


@cache
def _all_names() -> frozenset[str]:
    return frozenset(name.lower() for item in items().values() for name in item.names if name)


def _item(name: str, *, advice: bool) -> tuple[int, str]:
    if not name:
        return -1, "no item"
    if name.lower() not in _all_names() and not advice:
        return -1, f"no item '{name}'"
    try:
        return item_number(find(name).code), ""
    except UnknownName as error:
        return -1, str(error)


@dataclass
class ReadingLog:
    """What was converted, what is known by a limit only and what else a reader should know, counted in rows."""

    converted: Counter[tuple[str, str, str, float, float]] = field(default_factory=Counter)
    censored: Counter[str] = field(default_factory=Counter)
    without_value: int = 0

    def convert(self, item: Item, by: Scale, rows: int) -> None:
        """Count rows that changed their unit."""
        if rows and (by.factor != 1 or by.offset or by.unit != item.unit):
            self.converted[item.code, by.unit, item.unit, by.factor, by.offset] += rows

    def conversions(self) -> tuple[Conversion, ...]:
        """Every conversion of units and of glucocorticoids, by item."""
        return tuple(Conversion(*key, rows=rows) for key, rows in sorted(self.converted.items()))
