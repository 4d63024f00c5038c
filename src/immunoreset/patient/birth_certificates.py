"""The `.toml` beside a module: every number with its unit, bounds, source and standing, and every state with its tolerance.

[numbers.kill]            a number of the module's own, complete
same_as = "body.egfr"     a number that is another module's: one value, one birth certificate
like = "car_t"            (at the top) a product of a family: numbers that are not listed are those of that product
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.patient.module import AnyModule
from immunoreset.toml_document import line_of, nearest

STANDINGS = ("published", "adapted", "calibrated", "tuned", "unverified", "assumed")


@dataclass(frozen=True)
class Calibrated:
    """The calibration by which a number earned its standing: by how much it narrowed it, and the rows behind it."""

    name: str
    contraction: float
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    """One number and where it comes from; `was` is an earlier name, still understood, that also names its random draw."""

    name: str
    symbol: str
    value: float
    unit: str
    bounds: tuple[float, float]
    spread: str
    source: str
    standing: str
    note: str
    was: str = ""
    calibration: Calibrated | None = field(default=None, repr=False)

    @property
    def sampled(self) -> bool:
        """Whether virtual patients differ in it."""
        return self.spread != "none" and not self.spread.startswith("suggested")

    @property
    def drawn_as(self) -> str:
        """The name of its random draw."""
        return self.was or self.name


@dataclass(frozen=True)
class ParameterSet:
    """A product, host or drug: the parameters that it replaces."""

    name: str
    title: str
    parameters: Mapping[str, Parameter]

    @property
    def values(self) -> dict[str, float]:
        """Flat name to value."""
        return {name: parameter.value for name, parameter in self.parameters.items()}


@dataclass(frozen=True)
class StateEntry:
    """One state: what it is, and how exactly it is solved.

    `tolerance` is absolute, in the unit of the state; `strictness` is how much stricter than others its relative tolerance is;
    one that `moves` does so in an untreated patient too, as time, growth and lasting loss do.
    """

    name: str
    symbol: str
    unit: str
    meaning: str
    tolerance: float
    strictness: float = 1.0
    moves: bool = False


@dataclass(frozen=True)
class Table:
    """The numbers of one module: complete ones, ones shared with another module, and the product that the others are like."""

    own: Mapping[str, Parameter]
    shared: Mapping[str, str]
    like: str = ""
    replaced: Mapping[str, Mapping[str, Any]] | None = None


_KEYS = {
    "numbers": ({f.name for f in fields(Parameter)} - {"name"}, {"value", "unit", "bounds", "source", "standing"}),
    "states": ({f.name for f in fields(StateEntry)} - {"name"}, {"unit", "meaning", "tolerance"}),
}


def table_of(module: AnyModule) -> Table:
    """The numbers of a module. Raises InvalidFile that names file, line and number."""
    return _table(module.name, module.table, module.number_names)


@cache
def _table(name: str, path: Path, wanted: tuple[str, ...]) -> Table:
    document, text = _read(path)
    like, entries = document.get("like", ""), document.get("numbers", {})
    own: dict[str, Parameter] = {}
    shared: dict[str, str] = {}
    replaced: dict[str, Mapping[str, Any]] = {}
    for number, entry in entries.items():
        if number not in wanted:
            raise _wrong(path, text, ["numbers", number], f"module '{name}' has no number '{number}'; {nearest(number, wanted)}")
        if "same_as" in entry:
            shared[number] = entry["same_as"]
        elif like and not {"unit", "bounds"} & set(entry):
            replaced[number] = entry
        else:
            own[number] = _parameter(f"{name}.{number}", entry, path, text)
    missing = [number for number in wanted if number not in entries]
    if missing and not like:
        raise InvalidFile(
            f"{path}: module '{name}' needs the number '{missing[0]}'; add a table [numbers.{missing[0]}] with value, unit, "
            f"bounds, source and standing"
        )
    return Table(own, shared, like, replaced)


def product_number(name: str, entry: Mapping[str, Any], base: Parameter) -> Parameter:
    """The birth certificate of a number that a product replaces: what it does not say is that of the base product."""
    own = {**entry, "name": name, "symbol": "", "was": ""}
    if "standing" in entry:  # what the base product has earned is not this one's
        own["calibration"] = _calibrated(entry.get("calibration"), lambda why: InvalidFile(f"'{name}': {why}"))
    return replace(base, **own)


def _parameter(name: str, entry: Mapping[str, Any], path: Path, text: str) -> Parameter:
    number = name.split(".", 1)[1]
    _check_keys("numbers", number, entry, path, text)
    low, high = _pair(entry["bounds"], lambda why: _wrong(path, text, ["numbers", number, "bounds"], why))
    value = entry["value"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise _wrong(path, text, ["numbers", number, "value"], f"{value!r} is outside its bounds, {low:g} to {high:g}")
    if (entry["standing"] == "calibrated") != ("calibration" in entry):
        why = "a number is calibrated by a calibration: give both the standing and calibration = { name, contraction, rows }"
        raise _wrong(path, text, ["numbers", number, "standing"], why)
    if entry["standing"] not in STANDINGS:
        why = f"standing '{entry['standing']}'; {nearest(str(entry['standing']), STANDINGS)}"
        raise _wrong(path, text, ["numbers", number, "standing"], why)
    return Parameter(
        name=name,
        symbol=entry.get("symbol", ""),
        value=float(value),
        unit=entry["unit"],
        bounds=(low, high),
        spread=entry.get("spread", "none"),
        source=entry["source"],
        standing=entry["standing"],
        note=entry.get("note", ""),
        was=entry.get("was", ""),
        calibration=_calibrated(
            entry.get("calibration"), lambda why: _wrong(path, text, ["numbers", number, "calibration"], why)
        ),
    )


def _calibrated(entry: Any, wrong: Callable[[str], InvalidFile]) -> Calibrated | None:
    """What a table says of the calibration of a number."""
    if entry is None:
        return None
    if not isinstance(entry, dict) or entry.keys() != {"name", "contraction", "rows"}:
        raise wrong('give { name = "...", contraction = 0.4, rows = ["..."] }')
    if not isinstance(entry["contraction"], (int, float)) or not entry["contraction"] <= 1:
        raise wrong(f"a contraction of {entry['contraction']!r}; give a number up to 1")
    return Calibrated(str(entry["name"]), float(entry["contraction"]), tuple(map(str, entry["rows"])))


def check_references(module: AnyModule, tables: Mapping[str, Table]) -> None:
    """Raise InvalidFile unless what a module is like, and the numbers that it shares, have birth certificates of their own."""
    table = tables[module.name]
    standard = [name for name, other in tables.items() if not other.like]
    if table.like and table.like not in standard:
        why = f"like = '{table.like}', which is no module with numbers of its own"
        raise InvalidFile(f"{module.table}: {why}; {nearest(table.like, standard)}")
    own = [parameter.name for other in tables.values() for parameter in other.own.values()]
    for number, owner in table.shared.items():
        if owner not in own:
            why = f"same_as = '{owner}', which is no number with a birth certificate of its own"
            raise InvalidFile(f"{module.table}: 'numbers.{number}': {why}; {nearest(owner, own)}")


def states_of(module: AnyModule) -> Mapping[str, StateEntry]:
    """The states of a module, by field. Raises InvalidFile that names file, line and state."""
    return _states(module.name, module.table, Path(module.family).with_suffix(".toml") if module.family else None, module.fields)


@cache
def _states(name: str, path: Path, family: Path | None, wanted: tuple[str, ...]) -> Mapping[str, StateEntry]:
    if not wanted:
        return {}
    document, text = _read(path)
    entries = {state: dict(entry) for state, entry in (_read(family)[0].get("states", {}) if family else {}).items()}
    for state, entry in document.get("states", {}).items():
        if state not in wanted:
            raise _wrong(path, text, ["states", state], f"module '{name}' has no state '{state}'; {nearest(state, wanted)}")
        entries[state] = entries.get(state, {}) | entry
    found = {}
    for state in wanted:
        if state not in entries:
            raise InvalidFile(
                f"{path}: module '{name}' needs the state '{state}'; add [states.{state}] with unit, meaning and tolerance"
            )
        _check_keys("states", state, entries[state], path, text)
        if not entries[state]["tolerance"] > 0:
            raise _wrong(path, text, ["states", state, "tolerance"], f"{entries[state]['tolerance']!r}; give a number above 0")
        found[state] = StateEntry(**{"name": f"{name}.{state}", "symbol": "", **entries[state]})
    return found


def _check_keys(kind: str, name: str, entry: Mapping[str, Any], path: Path, text: str) -> None:
    allowed, needed = _KEYS[kind]
    for key in entry:
        if key not in allowed:
            raise _wrong(path, text, [kind, name, key], f"no key '{key}' here; {nearest(key, allowed)}")
    for key in sorted(needed):
        if key not in entry:
            raise _wrong(path, text, [kind, name], f"the key '{key}' is missing; add it")


def _pair(value: Any, wrong: Any) -> tuple[float, float]:
    try:
        low, high = (float(one) for one in value)
    except (TypeError, ValueError):
        raise wrong(f"{value!r}; give the lowest and the highest value, as [0.1, 3.0]") from None
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise wrong(f"{value!r}; give the lowest and the highest value, as [0.1, 3.0]")
    return low, high


def _wrong(path: Path, text: str, location: list[str | int], why: str) -> InvalidFile:
    line = line_of(text, location)
    where = f"{path}, line {line}" if line else str(path)
    return InvalidFile(f"{where}: '{'.'.join(map(str, location))}': {why}")


@cache
def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InvalidFile(f"{path}: no such file; a module has its numbers in a .toml beside it, of the same name") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidFile(f"{path}: cannot be read ({fault}); save it as text in UTF-8") from None
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as fault:
        raise InvalidFile(f"{path}: not TOML: {fault}") from None


def title_of(module: AnyModule) -> str:
    """What a module is, from the first line of its file of numbers."""
    return module.table.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").strip()


def standing_counts(parameters: Mapping[str, Parameter]) -> dict[str, int]:
    """How many parameters have each standing, from the best to the least known."""
    counts = Counter(parameter.standing for parameter in parameters.values())
    return {standing: counts[standing] for standing in STANDINGS}


def check_value(parameter: Parameter, value: Any, name: str = "") -> None:
    """Refuse a value, or an array of values, that is not a number or outside the bounds of the parameter."""
    called = name or parameter.name
    low, high = parameter.bounds
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InvalidValue(f"parameter '{called}' is {value!r}; give a number from {low:g} to {high:g}") from None
    outside = ~((numbers >= low) & (numbers <= high))
    if np.any(outside):
        worst = float(numbers[outside].flat[0])
        unit = "" if parameter.unit == "1" else f" {parameter.unit}"
        raise InvalidValue(f"parameter '{called}' is {worst:g}; give a value from {low:g} to {high:g}{unit}")


def held(value: Any, low: float, high: float) -> Any:
    """A number, or an array of them, within bounds."""
    return np.clip(value, low, high) if np.ndim(value) else min(max(value, low), high)
