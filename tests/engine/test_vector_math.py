"""exp, log and powers in compiled code agree with NumPy to the last digits, and with IEEE 754 where there are none.

Numbers below 2.2e-308 (denormal) are zero to the engine, by decision: they cost a hundred times as much on some processors.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Model, simulate
from immunoreset.engine.arithmetic import exp, log, log10, sqrt

LARGEST = np.finfo(float).max
SMALLEST = np.finfo(float).tiny


class Still(NamedTuple):
    nothing: Any


class Numbers(NamedTuple):
    x: Any
    y: Any


MODEL = Model(lambda t, s, p: Still(0.0 * s.nothing - 1.0), Still, Numbers)
FUNCTIONS = {
    "exp": lambda t, s, p: exp(p.x),
    "log": lambda t, s, p: log(p.x),
    "log10": lambda t, s, p: log10(p.x),
    "sqrt": lambda t, s, p: sqrt(p.x),
    "power": lambda t, s, p: p.x**p.y,
    "fourth root": lambda t, s, p: p.x**0.25,
    "cube": lambda t, s, p: p.x**3,
    "reciprocal": lambda t, s, p: 1 / p.x,
}


def compiled(name: str, x: Any, y: Any = 0.0) -> np.ndarray:
    """The function at each x, one patient each, as the compiled kernels see it."""
    x = np.asarray(x, dtype=float)
    found = simulate(
        MODEL,
        parameters={"x": x, "y": np.broadcast_to(np.asarray(y, dtype=float), x.shape)},
        initial={"nothing": 1.0},
        start=0.0,
        stop=1.0,
        outputs={"value": FUNCTIONS[name]},
        grid=[0.0],
    )
    return found.outputs["value"][:, 0]


def ulps(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference in units of the last place of the expected number."""
    return float(np.max(np.abs(found - expected) / np.spacing(np.abs(expected))))


def numbers(low: float, high: float, count: int = 4001, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(low, high, count)


def test_exp_is_within_2_ulp_of_numpy_over_its_whole_range() -> None:
    for low, high in ((-1e-3, 1e-3), (-1, 1), (-40, 40), (-690, 709.7)):
        x = numbers(low, high)
        assert ulps(compiled("exp", x), np.exp(x)) <= 2, (low, high)


def test_log_is_within_2_ulp_of_numpy_over_its_whole_range() -> None:
    near_one = 1 + np.concatenate([numbers(-1e-3, 1e-3), numbers(-1e-9, 1e-9), [2**-52, -(2**-53)]])
    for x in (near_one, numbers(0.5, 2), np.exp(numbers(-700, 700)), np.array([SMALLEST, LARGEST, 2.0, 0.5, 10.0])):
        assert ulps(compiled("log", x), np.log(x)) <= 2


def test_log10_and_sqrt_agree_with_numpy() -> None:
    x = np.exp(numbers(-600, 600))
    assert ulps(compiled("log10", x), np.log10(x)) <= 4
    assert ulps(compiled("sqrt", x), np.sqrt(x)) == 0


def test_exp_of_special_numbers_is_as_in_ieee_754() -> None:
    x = np.array([0.0, -0.0, 1e-320, 709.78, 709.79, 1e5, np.inf, -708.5, -745.0, -1e5, -np.inf, np.nan])
    found = compiled("exp", x)
    assert found[:3].tolist() == [1.0, 1.0, 1.0] and found[3] == pytest.approx(np.exp(709.78), rel=1e-15)
    assert np.all(found[4:7] == np.inf) and np.all(found[7:11] == 0.0) and np.isnan(found[11])


def test_log_of_special_numbers_is_as_in_ieee_754() -> None:
    found = compiled("log", [1.0, np.inf, 0.0, -0.0, -1e-300, -1.0, -np.inf, np.nan, 1e-320])
    assert found[0] == 0.0 and found[1] == np.inf
    assert np.all(found[2:4] == -np.inf) and np.all(np.isnan(found[4:8]))
    assert found[8] == -np.inf, "a denormal number counts as zero"


def test_powers_agree_with_numpy_as_far_as_the_logarithm_allows() -> None:
    """x**y = exp(y log x) loses |y log x| times the rounding of the logarithm."""
    random = np.random.default_rng(2)
    x, y = np.exp(random.uniform(-20, 20, 4000)), random.uniform(-10, 10, 4000)
    found, expected = compiled("power", x, y), x**y
    allowed = 3 * np.finfo(float).eps * (1 + np.abs(y * np.log(x)))
    assert np.all(np.abs(found / expected - 1) <= allowed)
    assert ulps(compiled("cube", x), x**3) <= 2
    assert compiled("fourth root", x) == pytest.approx(x**0.25, rel=1e-14)


def test_zero_to_a_power_is_zero_and_anything_to_the_power_zero_is_one() -> None:
    assert compiled("power", [0.0, 0.0, 5.0, np.inf], [2.5, 0.1, 0.0, -1.0]).tolist() == [0.0, 0.0, 1.0, 0.0]
    assert compiled("power", [0.0, 1.0], [-1.5, 1e9]).tolist() == [np.inf, 1.0]
    assert np.isnan(compiled("power", [-2.0], [0.5])[0])


def test_a_reciprocal_is_rounded_correctly_and_infinite_at_zero() -> None:
    x = np.concatenate([np.exp(numbers(-600, 600)), [0.0]])
    with np.errstate(divide="ignore"):
        assert np.array_equal(compiled("reciprocal", x), 1 / x)


def test_a_value_does_not_depend_on_its_lane_or_neighbours() -> None:
    x = numbers(-50, 50, 67)
    alone = np.array([compiled("exp", [value])[0] for value in x[:17]])
    assert np.array_equal(compiled("exp", x)[:17], alone)
    assert np.array_equal(compiled("exp", x[::-1]), compiled("exp", x)[::-1])
