"""Roots of matrices, summed in a fixed order: LAPACK rounds otherwise with another number of threads, and bytes would differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue

Floats = NDArray[np.float64]
ROUNDING = 1e-10


def root(matrix: Floats) -> Floats:
    """The lower triangle L (N, N) with L L' = matrix (Cholesky), a column of zeros where nothing is left.

    Raises InvalidValue for a matrix that has a negative direction.
    """
    n = len(matrix)
    left = np.zeros((n, n))
    for j in range(n):
        column = matrix[j:, j] - np.einsum("ik,k->i", left[j:, :j], left[j, :j])
        scale = ROUNDING * max(float(matrix[j, j]), 0.0)
        if column[0] > scale:
            left[j:, j] = column / np.sqrt(column[0])
        elif column[0] < -100 * scale or np.abs(column).max(initial=0.0) > np.sqrt(ROUNDING) * np.abs(matrix[j, j]):
            raise InvalidValue("the matrix is no covariance: in some direction its variance is negative")
    return left


def inverse_of_root(left: Floats) -> Floats:
    """The inverse (N, N) of a lower triangle without zeros on its diagonal."""
    n = len(left)
    found = np.eye(n)
    for i in range(n):
        found[i] = (found[i] - np.einsum("j,jk->k", left[i, :i], found[:i])) / left[i, i]
    return found


def positive(correlation: Floats) -> Floats:
    """The correlation matrix, drawn towards independence as little as needed to be one: pairs were estimated one by one."""
    n = len(correlation)
    for own in (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75):
        mended = (1 - own) * correlation + own * np.eye(n)
        try:
            root(mended)
        except InvalidValue:
            continue
        return mended
    return np.eye(n)
