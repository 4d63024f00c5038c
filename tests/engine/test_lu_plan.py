"""The planned elimination factors any sparse matrix that needs no pivoting, with all its fill foreseen."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.engine.lu_plan import LuPlan, plan


def factor(matrix: np.ndarray, made: LuPlan) -> dict[tuple[int, int], float]:
    """The factors by the plan alone: every entry that is read or written must have a slot."""
    work = {place: float(matrix[place]) for place in made.slot}
    for i in made.order:
        for j in made.lower[i]:
            work[i, j] /= work[j, j]
            for k in made.upper[j]:
                work[i, k] -= work[i, j] * work[j, k]
    return work


def solve(factors: dict[tuple[int, int], float], made: LuPlan, right: np.ndarray) -> np.ndarray:
    x = np.array(right, dtype=float)
    for i in made.order:
        for j in made.lower[i]:
            x[i] -= factors[i, j] * x[j]
    for i in reversed(made.order):
        for j in made.upper[i]:
            x[i] -= factors[i, j] * x[j]
        x[i] /= factors[i, i]
    return x


@pytest.mark.parametrize(("size", "density"), [(1, 1.0), (2, 1.0), (5, 0.5), (12, 0.2), (30, 0.1), (60, 0.05), (20, 1.0)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_factors_solve_random_sparse_systems_as_numpy_does(size: int, density: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    matrix = np.where(random.random((size, size)) < density, random.normal(size=(size, size)), 0.0)
    matrix += np.diag(np.abs(matrix).sum(axis=1) + 1.0)
    made = plan(size, zip(*(index.tolist() for index in np.nonzero(matrix)), strict=True))
    right = random.normal(size=size)
    factors = factor(matrix, made)
    assert solve(factors, made, right) == pytest.approx(np.linalg.solve(matrix, right), rel=1e-10, abs=1e-12)
    outside = [(i, j) for i in range(size) for j in range(size) if matrix[i, j] != 0 and (i, j) not in made.slot]
    assert not outside and sorted(made.order) == list(range(size))


def test_lower_and_upper_factors_multiply_to_the_matrix() -> None:
    random = np.random.default_rng(4)
    size = 25
    matrix = np.where(random.random((size, size)) < 0.15, random.normal(size=(size, size)), 0.0) + 20 * np.eye(size)
    made = plan(size, zip(*(index.tolist() for index in np.nonzero(matrix)), strict=True))
    factors = factor(matrix, made)
    lower, upper = np.eye(size), np.zeros((size, size))
    for i in range(size):
        for j in made.lower[i]:
            lower[i, j] = factors[i, j]
        for j in (i, *made.upper[i]):
            upper[i, j] = factors[i, j]
    assert lower @ upper == pytest.approx(matrix, abs=1e-12)


def test_an_arrow_is_eliminated_from_its_tip_without_fill() -> None:
    size = 40
    entries = [(0, j) for j in range(size)] + [(i, 0) for i in range(size)]
    made = plan(size, entries)
    assert len(made.slot) == 3 * size - 2 and made.order[-2:] == [0, size - 1]


def test_a_chain_needs_no_fill_in_any_numbering() -> None:
    random = np.random.default_rng(5)
    size = 50
    name = random.permutation(size).tolist()
    entries = [(name[i], name[i + d]) for i in range(size) for d in (-1, 1) if 0 <= i + d < size]
    made = plan(size, entries)
    assert len(made.slot) == 3 * size - 2 and made.multiply_adds == size - 1


def test_a_missing_diagonal_gets_a_slot() -> None:
    made = plan(3, [(0, 1), (1, 2)])
    assert {(0, 0), (1, 1), (2, 2)} <= set(made.slot)


def test_ties_go_to_the_lowest_index_so_the_plan_is_reproducible() -> None:
    assert plan(4, []).order == [0, 1, 2, 3] and plan(6, [(5, 0)]) == plan(6, [(5, 0), (5, 0)])
