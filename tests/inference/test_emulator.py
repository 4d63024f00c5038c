"""The emulator recovers functions that it can hold, knows its error, and says which rows it cannot hold."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.inference.emulator import anchored, checked, features, fit

RNG = np.random.default_rng(7)
Z = RNG.standard_normal((400, 5))
SLOPES, SQUARES = RNG.standard_normal((3, 5)), 0.3 * RNG.standard_normal((3, 5))


def truth(z):
    return 1 + z @ SLOPES.T + (z * z - 1) @ SQUARES.T


def test_linear_and_squares_are_recovered_with_the_noise_as_error():
    found = fit(Z, truth(Z) + 0.2 * RNG.standard_normal((400, 3)))
    assert not found.products
    new = RNG.standard_normal((2000, 5))
    np.testing.assert_allclose(((found(new) - truth(new)) ** 2).mean(axis=0), 0, atol=0.004)
    np.testing.assert_allclose(found.left_out, 0.04, rtol=0.25)
    assert (found.r2 > 0.95).all()


def test_left_out_error_is_that_of_leaving_each_point_out():
    z, y = Z[:40], truth(Z[:40]) + 0.3 * RNG.standard_normal((40, 3))
    found = fit(z, y)
    x = features(z)
    errors = []
    for out in range(40):
        kept = np.arange(40) != out
        best = min(
            (10.0**power for power in range(-4, 4)),
            key=lambda ridge: abs(_left_out(x, y[:, 0], ridge) - found.left_out[0]),
        )
        errors.append((y[out, 0] - _predict(x[kept], y[kept, 0], best, x[out], mean=x[:, 1:].mean(0))) ** 2)
    assert np.mean(errors) == pytest.approx(found.left_out[0], rel=0.05)


def _predict(x, y, ridge, at, mean):
    """Ridge about the mean of all points, with weights 1 / 40 as in the fit."""
    full = np.column_stack([np.ones(len(x)), x[:, 1:] - mean]) / 40**0.5
    penalty = np.diag([0.0, *[ridge] * (x.shape[1] - 1)])
    beta = np.linalg.solve(full.T @ full + penalty, full.T @ y / 40**0.5)
    return beta[0] + (at[1:] - mean) @ beta[1:]


def _left_out(x, y, ridge):
    full = np.column_stack([np.ones(len(x)), x[:, 1:] - x[:, 1:].mean(0)])
    hat = full @ np.linalg.solve(full.T @ full / len(x) + np.diag([0.0, *[ridge] * (x.shape[1] - 1)]), full.T / len(x))
    return np.mean(((y - hat @ y) / (1 - np.diag(hat))) ** 2)


def test_products_come_in_from_twenty_points_per_term():
    z = RNG.standard_normal((420, 5))
    y = (z[:, :1] * z[:, 1:2]) + 0.1 * RNG.standard_normal((420, 1))
    few, enough = fit(z[:419], y[:419]), fit(z, y)
    assert (few.products, enough.products) == (False, True)
    assert few.r2[0] < 0.1 and enough.r2[0] > 0.9
    assert few.weak(np.array([0.5])).all() and not enough.weak(np.array([0.5])).any()


def test_point_without_the_statistic_is_left_out_of_that_row_alone():
    y = truth(Z) + 0.1 * RNG.standard_normal((400, 3))
    holes = y.copy()
    holes[:150, 1] = np.nan
    found = fit(Z, holes)
    np.testing.assert_allclose(
        found.coefficients[1], fit(Z[150:], y[150:]).coefficients[1][: found.coefficients.shape[1]], atol=1e-9
    )
    assert found.points.tolist() == [400, 250, 400]
    holes[:392, 2] = np.nan
    with pytest.raises(InvalidValue, match="fewer than 12 of 400 points have the statistic of late;"):
        fit(Z, holes, names=["a", "b", "late"])


def test_weights_decide_where_it_is_right():
    y = np.exp(0.8 * Z[:, :1])
    near = np.exp(-0.5 * ((Z[:, 0] - 1) / 0.4) ** 2)
    at = np.array([[1.0, 0, 0, 0, 0]])
    assert abs(fit(Z, y, weights=near)(at)[0, 0] - np.exp(0.8)) < abs(fit(Z, y)(at)[0, 0] - np.exp(0.8))


def test_error_at_check_points_counts_where_it_is_larger_and_sampling_is_taken_away():
    found = fit(Z, truth(Z) + 0.1 * RNG.standard_normal((400, 3)))
    new = RNG.standard_normal((200, 5))
    seen = truth(new) + np.array([0.1, 0.8, 0.1]) * RNG.standard_normal((200, 3))
    seen[:, 0] = np.nan
    after = checked(found, new, seen, np.full((200, 3), 0.01))
    assert np.isnan(after.checked[0]) and after.variance[0] == found.left_out[0]
    assert after.variance[1] == pytest.approx(0.63, rel=0.25) and after.variance[2] == found.left_out[2]


def test_anchored_emulator_gives_the_whole_population_at_the_centre():
    found = fit(Z, truth(Z))
    few = truth(np.zeros((1, 5)))[0]
    moved = anchored(found, few, few + np.array([0.5, -1.0, np.nan]))
    np.testing.assert_allclose(moved(Z) - found(Z), np.tile([0.5, -1.0, 0.0], (400, 1)), atol=1e-12)
