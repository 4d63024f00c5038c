"""Units of dose: flat (mg, cells), per square metre and per kilogram, told apart and brought to one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from immunoreset.errors import InvalidRegimen, unknown

# as written -> (as kept, factor)
_UNITS: dict[str, tuple[str, float]] = {
    "mg": ("mg", 1.0),
    "g": ("mg", 1000.0),
    "ug": ("mg", 0.001),
    "mg/m2": ("mg/m2", 1.0),
    "g/m2": ("mg/m2", 1000.0),
    "mg/kg": ("mg/kg", 1.0),
    "g/kg": ("mg/kg", 1000.0),
    "cells": ("cells", 1.0),
    "cells/kg": ("cells/kg", 1.0),
    "%": ("%", 1.0),
}
OWN = "own"
"""Unit of background care that works as well as it does in each patient; has no number when written."""


def unit_name(written: str) -> str:
    """The unit as the table above spells it: `mg/m²`, `mg/m^2` and `MG/M2` are all `mg/m2`."""
    return written.lower().replace("²", "2").replace("^2", "2").replace("µ", "u").replace("μ", "u")


def is_unit(written: str) -> bool:
    """Whether the word is a unit of dose."""
    return unit_name(written) in _UNITS


def to_kept_unit(amount: float, unit: str) -> tuple[float, str]:
    """The amount in the unit that regimens are kept in (mg, mg/m2, mg/kg, cells, cells/kg, %).

    >>> to_kept_unit(2, "g"), to_kept_unit(9, "ug")
    ((2000.0, 'mg'), (0.009, 'mg'))
    """
    if unit == OWN:
        return float(amount), OWN
    if not is_unit(unit):
        raise InvalidRegimen(str(unknown("unit", unit, _UNITS)))
    kept, factor = _UNITS[unit_name(unit)]
    return float(amount) * factor if factor >= 1 else float(amount) / round(1 / factor), kept  # 9 ug are 0.009 mg to the last bit


def finite(value: object, what: str) -> float:
    """The value as a float, or an error that names it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        try:
            value = float(value)  # type: ignore[arg-type]  # NumPy scalars and texts such as '3'
        except (TypeError, ValueError):
            raise InvalidRegimen(f"{what} is '{value}', which is no number; write a number such as 0 or 28") from None
    if not math.isfinite(value):
        raise InvalidRegimen(f"{what} is {value}, which is not finite; write a finite number")
    return float(value) + 0.0  # -0.0 becomes 0.0


def number_text(value: float) -> str:
    """The shortest text that reads back as exactly this number: `-5`, `0.25`, `1e6`."""
    if value == int(value) and abs(value) < 1e5:
        return str(int(value))
    short = f"{value:g}"
    text = short if float(short) == value else repr(value)
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")


def given_in(units: Sequence[str]) -> str:
    """How a drug is given, in words.

    >>> given_in(("mg", "mg/m2")), given_in((OWN,)), given_in((OWN, "%"))
    ('in mg or mg/m2', 'without a dose', 'without a dose or in %')
    """
    measured = [unit for unit in units if unit != OWN]
    words = (["without a dose"] if OWN in units else []) + ([f"in {' or '.join(measured)}"] if measured else [])
    return " or ".join(words)
