"""exp and log written so that LLVM makes vector code of a loop that calls them; the library's functions keep a loop scalar.

The formulas are those of `vector_math`. Within 2 ulp of NumPy for results above 1e-300 and, for log, normal numbers; exp below
e^-708 is e^-708, above e^709 it is e^709.
"""

from __future__ import annotations

import math
from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from immunoreset.engine.vector_math import LN2_HIGH, LN2_LOW, LOG2_E, LOG_TERMS, ROUNDER

_LOWEST, _HIGHEST = -708.0, 709.0
_EXP_SERIES = tuple(1 / math.factorial(k) for k in range(12, -1, -1))
_LOG_SERIES = tuple(2 / (2 * k + 1) for k in range(LOG_TERMS - 1, 0, -1))
_ROOT_HALF_BITS, _ROUNDER_BITS = 0x3FE6A09E667F3BCD, 0x4338000000000000


def _recast(kind: Any, source: Any, target: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], kind)

    def typed(_typing_context: Any, value: Any) -> Any:
        return target(source), generate

    return intrinsic(typed)


def _widen(_context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
    # llvmlite's own `add` knows no attributes with a value; the engine's kernels ask for the same.
    set.add(builder.function.attributes, '"prefer-vector-width"="512"')
    return _context.get_dummy_value()


def _wide_vectors(_typing_context: Any) -> Any:
    """Let the function that says this use vectors of eight doubles where the processor has them."""
    return types.void(), _widen


wide_vectors: Any = intrinsic(_wide_vectors)

_bits: Any = _recast(ir.IntType(64), types.float64, types.int64)
_number: Any = _recast(ir.DoubleType(), types.int64, types.float64)


@numba.njit(inline="always")
def exponential(x: float) -> float:
    """e^x: x = n ln 2 + r with |r| <= ln 2 / 2, a Taylor series for e^r, and n put into the exponent bits."""
    bounded = min(max(x, _LOWEST), _HIGHEST)
    shifted = bounded * LOG2_E + ROUNDER
    whole = shifted - ROUNDER
    r = (bounded - whole * LN2_HIGH) - whole * LN2_LOW
    series = 0.0
    for term in _EXP_SERIES:
        series = series * r + term
    return series * _number((_bits(shifted) + 1023) << 52)


@numba.njit(inline="always")
def logarithm(x: float) -> float:
    """ln x: x = 2^n m with m in [1/sqrt 2, sqrt 2), and ln m = 2 artanh((m - 1) / (m + 1)) as a series."""
    bits = _bits(x)
    exponent = (bits - _ROOT_HALF_BITS) >> 52
    f = _number(bits - (exponent << 52)) - 1.0
    n = _number(exponent + _ROUNDER_BITS) - ROUNDER
    s = f / (f + 2.0)
    square = s * s
    series = 0.0
    for term in _LOG_SERIES:
        series = series * square + term
    return n * LN2_HIGH + (f - (s * (f - square * series) - n * LN2_LOW))
