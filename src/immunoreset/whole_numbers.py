"""Whole numbers as people give them: of Python, of NumPy, or written 3.0; everything else is refused by name."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue


def is_whole(value: object) -> bool:
    """Whether a value is one whole number, whatever its type; a truth value is none.

    >>> is_whole(np.int64(3)), is_whole(3.0), is_whole(2.5), is_whole(True)
    (True, True, False, False)
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_):
        return False
    return isinstance(value, Integral) or (isinstance(value, Real) and float(value).is_integer())


def whole_number(name: str, value: Any, *, least: int = 1) -> int:
    """The value as a whole number of at least `least`.

    >>> whole_number("looks", 3.0)
    3

    Raises InvalidValue for anything else, with the name.
    """
    if not is_whole(value) or int(value) < least:
        raise InvalidValue(f"{name} {shown(value)}: give a whole number, at least {least}")
    return int(value)


def set_whole(owner: object, /, _least: int = 1, **named: str) -> None:
    """Replace fields of a frozen dataclass by whole numbers; each keyword is a field, its value the name in the message.

    A field that is None stays so. Raises InvalidValue as `whole_number` does.
    """
    for field, name in named.items():
        value = getattr(owner, field)
        if value is not None:
            object.__setattr__(owner, field, whole_number(name, value, least=_least))


def whole_numbers(name: str, values: ArrayLike) -> NDArray[np.int64]:
    """Whole numbers of any shape; InvalidValue names the first that is not one."""
    given = np.asarray(values)
    if given.dtype.kind in "iu":
        return given.astype(np.int64)
    if given.dtype.kind != "f":
        raise InvalidValue(f"{name} {shown(values)}: give whole numbers")
    wrong = ~(np.isfinite(given) & (given == np.round(given)))
    if wrong.any():
        raise InvalidValue(f"{name} {given[wrong].flat[0]:g}: give whole numbers")
    return given.astype(np.int64)


def yes_or_no(name: str, values: ArrayLike) -> NDArray[np.bool_]:
    """Truth values, or 1 and 0, of any shape; InvalidValue, with the name, for anything else: what is missing is no yes."""
    given = np.asarray(values)
    if given.dtype.kind == "b":
        return given
    numbers = whole_numbers(name, given)
    if (wrong := (numbers != 0) & (numbers != 1)).any():
        raise InvalidValue(f"{name} {numbers[wrong].flat[0]}: give yes or no, 1 or 0")
    return numbers == 1


def shown(value: object) -> str:
    """A value for a message, at most 40 characters."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
