"""exp and log as straight-line vector code in LLVM IR, the same on every machine and without a mathematics library.

Each takes and returns the name of a `<8 x double>` value and appends its instructions through `emit`. Against NumPy: exp
within 2 ulp for results above 1e-300 (smaller ones flush to 0), log within 2 ulp; nan, infinities, zero and negative
arguments as in IEEE 754. Powers are exp(y log x).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

LANES = 8
DOUBLES = f"<{LANES} x double>"
INTEGERS = f"<{LANES} x i64>"
BOOLEANS = f"<{LANES} x i1>"

Emit = Callable[[str], str]  # takes the right-hand side of an instruction, returns the name of its result

ROUNDER = 1.5 * 2.0**52  # adding it leaves the nearest whole number in the low bits
LOG2_E = 1.4426950408889634
LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # 32 bits: multiples up to 2^20 are exact
LN2_LOW = 1.9082149292705877e-10
_EXP_TERMS = 13
LOG_TERMS = 11


def literal(value: float) -> str:
    """A double as LLVM writes it, exactly."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


def splat(value: float) -> str:
    """A vector constant with `value` in every lane."""
    return "<" + ", ".join([f"double {literal(value)}"] * LANES) + ">"


def splat_integer(value: int) -> str:
    """A vector constant with the whole number in every lane."""
    return "<" + ", ".join([f"i64 {value}"] * LANES) + ">"


def _add(emit: Emit, a: str, b: str) -> str:
    return emit(f"fadd contract {DOUBLES} {a}, {b}")


def _multiply(emit: Emit, a: str, b: str) -> str:
    return emit(f"fmul contract {DOUBLES} {a}, {b}")


def _polynomial(emit: Emit, x: str, coefficients: list[float]) -> str:
    """Sum of coefficients[k] x^k by pairs (Estrin), which shortens the chain of dependent operations."""
    terms = [splat(c) for c in coefficients]
    power = x
    while len(terms) > 1:
        pairs = []
        for k in range(0, len(terms) - 1, 2):
            pairs.append(_add(emit, terms[k], _multiply(emit, terms[k + 1], power)))
        if len(terms) % 2:
            pairs.append(terms[-1])
        terms = pairs
        if len(terms) > 1:
            power = _multiply(emit, power, power)
    return terms[0]


def exponential(emit: Emit, x: str) -> str:
    """e^x: x = n ln 2 + r with |r| <= ln 2 / 2, a Taylor series for e^r, and n added to the exponent bits."""
    too_low = emit(f"fcmp olt {DOUBLES} {x}, {splat(-708.0)}")
    too_high = emit(f"fcmp ogt {DOUBLES} {x}, {splat(709.782712893384)}")
    scaled = emit(f"fmul {DOUBLES} {x}, {splat(LOG2_E)}")
    shifted = emit(f"fadd {DOUBLES} {scaled}, {splat(ROUNDER)}")
    whole = emit(f"fsub {DOUBLES} {shifted}, {splat(ROUNDER)}")
    remainder = _add(emit, x, _multiply(emit, whole, splat(-LN2_HIGH)))
    remainder = _add(emit, remainder, _multiply(emit, whole, splat(-LN2_LOW)))
    # twice the series and half of 2^n, so that 2^1024 does not overflow on the way
    series = _polynomial(emit, remainder, [2 / math.factorial(k) for k in range(_EXP_TERMS + 1)])
    bits = emit(f"add {INTEGERS} {emit(f'bitcast {DOUBLES} {shifted} to {INTEGERS}')}, {splat_integer(1022)}")
    power = emit(f"bitcast {INTEGERS} {emit(f'shl {INTEGERS} {bits}, {splat_integer(52)}')} to {DOUBLES}")
    result = emit(f"fmul {DOUBLES} {series}, {power}")
    result = emit(f"select {BOOLEANS} {too_high}, {DOUBLES} {splat(math.inf)}, {DOUBLES} {result}")
    return emit(f"select {BOOLEANS} {too_low}, {DOUBLES} {splat(0.0)}, {DOUBLES} {result}")


def logarithm(emit: Emit, x: str) -> str:
    """ln x: x = 2^n m with m in [1/sqrt 2, sqrt 2), and ln m = 2 artanh((m - 1) / (m + 1)) as a series."""
    bits = emit(f"bitcast {DOUBLES} {x} to {INTEGERS}")
    centred = emit(f"sub {INTEGERS} {bits}, {splat_integer(0x3FE6A09E667F3BCD)}")  # bits of 1/sqrt 2
    exponent = emit(f"ashr {INTEGERS} {centred}, {splat_integer(52)}")
    removed = emit(f"shl {INTEGERS} {exponent}, {splat_integer(52)}")
    mantissa = emit(f"bitcast {INTEGERS} {emit(f'sub {INTEGERS} {bits}, {removed}')} to {DOUBLES}")
    biased = emit(f"add {INTEGERS} {exponent}, {splat_integer(0x4338000000000000)}")  # exponent + 1.5 * 2^52, as bits
    n = emit(f"fsub {DOUBLES} {emit(f'bitcast {INTEGERS} {biased} to {DOUBLES}')}, {splat(ROUNDER)}")
    f = emit(f"fadd {DOUBLES} {mantissa}, {splat(-1.0)}")
    s = emit(f"fdiv {DOUBLES} {f}, {emit(f'fadd {DOUBLES} {mantissa}, {splat(1.0)}')}")
    square = emit(f"fmul {DOUBLES} {s}, {s}")
    series = _polynomial(emit, square, [2 / (2 * k + 1) for k in range(1, LOG_TERMS)])
    # ln m = f - s (f - square * series): the leading f is exact, so no accuracy is lost near x = 1
    correction = emit(f"fsub contract {DOUBLES} {f}, {_multiply(emit, square, series)}")
    tail = _add(emit, _multiply(emit, s, correction), _multiply(emit, n, splat(-LN2_LOW)))
    mantissa_part = emit(f"fsub {DOUBLES} {f}, {tail}")
    result = _add(emit, _multiply(emit, n, splat(LN2_HIGH)), mantissa_part)
    zero = emit(f"fcmp oeq {DOUBLES} {x}, {splat(0.0)}")
    result = emit(f"select {BOOLEANS} {zero}, {DOUBLES} {splat(-math.inf)}, {DOUBLES} {result}")
    infinite = emit(f"fcmp oeq {DOUBLES} {x}, {splat(math.inf)}")
    result = emit(f"select {BOOLEANS} {infinite}, {DOUBLES} {splat(math.inf)}, {DOUBLES} {result}")
    ordered = emit(f"fcmp oge {DOUBLES} {x}, {splat(0.0)}")
    return emit(f"select {BOOLEANS} {ordered}, {DOUBLES} {result}, {DOUBLES} {splat(math.nan)}")
