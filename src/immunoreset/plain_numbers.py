"""Settings that are numbers, as people give them: Python's, NumPy's, lists and arrays become plain floats and tuples."""

from __future__ import annotations

import re
from dataclasses import fields
from numbers import Real
from typing import Any

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.whole_numbers import shown

_ONE = re.compile(r"float( \| None)?")
_SEVERAL = re.compile(r"tuple\[float(, (float|\.\.\.))*\]( \| None)?")


def set_numbers(owner: Any) -> None:
    """Make the fields of a frozen dataclass that are declared `float`, or tuples of it, so; what is None stays so.

    A design with a list or an array among its settings could not be compared or kept, one with a text would fail later.
    Limits are left to the class.

    >>> from immunoreset.trial.dose_finding.keyboard import Keyboard
    >>> Keyboard(3, np.float64(0.3), prior=[1, 1]) == Keyboard(3, 0.3)
    True

    Raises InvalidValue, with the name of the field, for what is no number.
    """
    for field in fields(owner):
        value = getattr(owner, field.name) if field.init else None
        if value is None:
            continue
        if _ONE.fullmatch(str(field.type)):
            object.__setattr__(owner, field.name, plain_number(field.name, value))
        elif _SEVERAL.fullmatch(str(field.type)):
            if isinstance(value, str) or np.ndim(value) != 1:
                raise InvalidValue(f"{field.name} {shown(value)}: give a list of numbers")
            object.__setattr__(owner, field.name, tuple(plain_number(field.name, part) for part in value))


def plain_number(name: str, value: Any) -> float:
    """The value as a float; InvalidValue, with the name, for a truth value, a text or anything else."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise InvalidValue(f"{name} {shown(value)}: give a number")
    return float(value)
