"""The few functions that a model may use beside + - * / **.

Each works on floats, NumPy arrays, quantities with units and the engine's symbols, so one and the same equation can be
evaluated, checked for units and compiled.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _apply(name: str, x: Any) -> Any:
    method = getattr(x, f"_{name}_", None)  # symbols define _exp_, _log_, _sqrt_
    return method() if method is not None else getattr(np, name)(x)


def exp(x: Any) -> Any:
    """e to the power of x; x without unit."""
    return _apply("exp", x)


def log(x: Any) -> Any:
    """Natural logarithm; x without unit."""
    return _apply("log", x)


def log10(x: Any) -> Any:
    """Decimal logarithm; x without unit."""
    method = getattr(x, "_log_", None)
    return method() * (1 / float(np.log(10.0))) if method is not None else np.log10(x)


def sqrt(x: Any) -> Any:
    """Square root."""
    return _apply("sqrt", x)


def where(condition: Any, if_true: Any, if_false: Any) -> Any:
    """`if_true` where the comparison holds, else `if_false`."""
    method = getattr(condition, "_where_", None)
    if method is not None:
        return method(if_true, if_false)
    if isinstance(condition, (bool, np.bool_)):
        return if_true if condition else if_false
    return np.where(condition, if_true, if_false)


def maximum(a: Any, b: Any) -> Any:
    """The larger of two values."""
    return where(a > b, a, b)


def minimum(a: Any, b: Any) -> Any:
    """The smaller of two values."""
    return where(a < b, a, b)
