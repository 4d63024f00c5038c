"""The columns of a regression: intercept, arm, covariates and strata, for one trial or many at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.trial.analysis.patients import Compared, Flags, Floats, finite, strata_numbers

ARM = 1  # the column of the arm, after the intercept


def design_matrix(arms: Compared, *, covariates: Sequence[ArrayLike] = (), stratum: ArrayLike | None = None) -> Floats:
    """Columns (..., n, p): 1, treatment arm, each covariate (..., n), and all strata but the first.

    >>> from immunoreset.trial.analysis.patients import compare
    >>> design_matrix(compare([1, 0, 1]), stratum=["a", "b", "b"])
    array([[1., 1., 0.],
           [1., 0., 1.],
           [1., 1., 1.]])

    Raises InvalidValue for a covariate that is missing.
    """
    columns = [np.ones(arms.used.shape), arms.treated.astype(float)]
    for number, covariate in enumerate(covariates, start=1):
        columns.append(finite(covariate, what=f"covariate {number}", among=arms.used))
    numbers, strata = strata_numbers(stratum, among=arms.used)
    columns += [(numbers == one).astype(float) for one in range(1, strata)]
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def cross_products(matrix: Floats, weight: Floats) -> Floats:
    """Weighted sums X'WX (..., p, p) over the patients of (..., n, p)."""
    return np.swapaxes(matrix, -1, -2) @ (matrix * weight[..., None])


def solve(information: Floats, score: Floats) -> tuple[Floats, Flags]:
    """The solution (..., p) of information x = score, and whether it exists (...); 0 where it does not."""
    scaled, scale, good = _scaled(information)
    found = np.linalg.solve(scaled, (score / scale)[..., None])[..., 0] / scale
    return np.where(good[..., None], found, 0.0), good


def inverse(information: Floats) -> Floats:
    """The inverse (..., p, p) of a positive matrix; not a number where there is none."""
    scaled, scale, good = _scaled(information)
    found = np.linalg.inv(scaled) / scale[..., :, None] / scale[..., None, :]
    return np.where(good[..., None, None], found, np.nan)


def _scaled(information: Floats) -> tuple[Floats, Floats, Flags]:
    """The matrix with 1 on its diagonal, the scale that was taken out, and whether it is positive; if not, the identity."""
    size = np.sqrt(np.maximum(np.diagonal(information, axis1=-2, axis2=-1), 0))
    scale = np.where((size > 0) & np.isfinite(size), size, 1.0)
    scaled = information / scale[..., :, None] / scale[..., None, :]
    good = np.asarray(np.isfinite(scaled).all(axis=(-1, -2)))
    identity = np.eye(information.shape[-1])
    scaled = np.where(good[..., None, None], scaled, identity)
    good = good & (np.linalg.eigvalsh(scaled)[..., 0] > 1e-10)
    return np.where(good[..., None, None], scaled, identity), scale, good
