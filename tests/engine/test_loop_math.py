"""exp and log of loops are those of NumPy, and a loop that calls them becomes vector code."""

import numba
import numpy as np
import pytest

from immunoreset.engine.loop_math import exponential, logarithm, wide_vectors


@numba.njit(fastmath={"contract"}, error_model="numpy")
def exponentials(x, out):
    wide_vectors()
    for i in range(len(x)):
        out[i] = exponential(x[i])


@numba.njit(fastmath={"contract"}, error_model="numpy")
def logarithms(x, out):
    wide_vectors()
    for i in range(len(x)):
        out[i] = logarithm(x[i])


def ulps(found, expected):
    return np.abs(found - expected) / np.spacing(np.abs(expected))


def test_exponential_is_within_two_ulp_of_numpy():
    x = np.concatenate([np.linspace(-700, 709, 200_001), np.geomspace(1e-300, 1, 1000), [0.0, -0.0]])
    found = np.empty_like(x)
    exponentials(x, found)
    assert ulps(found, np.exp(x)).max() <= 2


def test_exponential_stays_finite_beyond_its_range():
    found = np.empty(2)
    exponentials(np.array([-1e300, 1e300]), found)
    assert found[0] == pytest.approx(np.exp(-708), rel=1e-14) and found[1] == pytest.approx(np.exp(709), rel=1e-14)


def test_logarithm_is_within_two_ulp_of_numpy():
    x = np.concatenate([np.geomspace(np.finfo(float).tiny, 1e300, 200_001), np.linspace(0.5, 2, 10_001)])
    found = np.empty_like(x)
    logarithms(x, found)
    assert ulps(found, np.log(x)).max() <= 2


@pytest.mark.parametrize("function", [exponentials, logarithms])
def test_loops_are_vector_code(function):
    function(np.ones(8), np.ones(8))
    assert "x double>" in "".join(function.inspect_llvm().values())
