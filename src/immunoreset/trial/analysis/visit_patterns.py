"""Repeated measurements summed up by which visits were seen, so that a fit costs the same for 50 patients or 5,000."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.design_matrix import solve
from immunoreset.trial.analysis.patients import Floats

_ROUNDING = 1e-20  # of the sum of squares: what is left is rounding


class Patterns(NamedTuple):
    """Sums over the patients of each of G patterns of visits; X are their columns (V, p), y what least squares leaves over.

    `squares` (G, V, V, p, p) are sums of X X', `crosses` (G, V, V, p) of X y' and `residuals` (G, V, V) of y y'; entries of
    visits that were not seen are 0. `seen` is (G, V), `number` (G,), and `shift` (p,) the least-squares coefficients.
    """

    seen: NDArray[np.bool_]
    number: Floats
    squares: Floats
    crosses: Floats
    residuals: Floats
    shift: Floats

    @property
    def observations(self) -> int:
        return int(self.number @ self.seen.sum(axis=1))


def gather(outcome: Floats, matrix: Floats) -> Patterns:
    """Patterns of outcome (n, V), not a number where missing, and columns (n, V, p).

    >>> found = gather(np.array([[1.0, 2.0], [3.0, np.nan], [2.0, 5.0]]), np.ones((3, 2, 1)))
    >>> found.seen.tolist(), found.number, found.shift
    ([[True, False], [True, True]], array([1., 2.]), array([2.6]))

    Raises InvalidValue when two visits are not seen together in at least two patients, or columns repeat one another.
    """
    seen = np.isfinite(outcome)
    kinds, which = np.unique(seen, axis=0, return_inverse=True)
    which = which.reshape(-1)
    _check_pairs(seen)
    columns = np.where(seen[..., None], matrix, 0.0)
    values = np.where(seen, outcome, 0.0)
    shift, good = solve(np.einsum("iap,iaq->pq", columns, columns), np.einsum("iap,ia->p", columns, values))
    if not good:
        raise InvalidValue("mixed model: columns repeat one another, or patients are too few; leave out a covariate")
    scale = (values**2).sum(axis=0)
    values = values - columns @ shift
    constant = (values**2).sum(axis=0) <= _ROUNDING * scale
    if constant.any():
        visit = int(np.flatnonzero(constant)[0]) + 1
        raise InvalidValue(f"mixed model: the outcome never varies at visit {visit} beyond its columns; leave out that visit")
    parts = [which == kind for kind in range(len(kinds)) if kinds[kind].any()]
    return Patterns(
        kinds[kinds.any(axis=1)],
        np.array([float(part.sum()) for part in parts]),
        np.stack([np.einsum("iap,ibq->abpq", columns[part], columns[part], optimize=True) for part in parts]),
        np.stack([np.einsum("iap,ib->abp", columns[part], values[part], optimize=True) for part in parts]),
        np.stack([values[part].T @ values[part] for part in parts]),
        shift,
    )


def _check_pairs(seen: NDArray[np.bool_]) -> None:
    together = seen.T.astype(float) @ seen
    if np.any(together < 2):
        first, second = (int(place) + 1 for place in np.argwhere(together < 2)[0])
        raise InvalidValue(
            f"mixed model: visits {first} and {second} are seen together in fewer than two patients; drop one visit"
        )


def visit_spread(patterns: Patterns) -> Floats:
    """The variance of each visit (V,) around least squares, to start from."""
    squares = np.einsum("gaa->a", patterns.residuals)
    return np.maximum(squares / (patterns.number @ patterns.seen), 1e-300)


def moments(patterns: Patterns, coefficients: Floats) -> Floats:
    """Sums (G, V, V) of r r' of the residuals r under coefficients (p,) that are added to the least-squares ones."""
    crossed = patterns.crosses @ coefficients
    fitted = patterns.squares @ coefficients @ coefficients
    return patterns.residuals - crossed - np.swapaxes(crossed, 1, 2) + fitted


def weights(patterns: Patterns, covariance: Floats) -> tuple[Floats, float] | None:
    """Inverse covariance (G, V, V) of the visits seen, 0 elsewhere, and the log determinants added up; None if not positive."""
    both = patterns.seen[:, :, None] & patterns.seen[:, None, :]
    padded = np.where(both, covariance, np.eye(len(covariance)) * covariance.diagonal().max())
    eigen = np.linalg.eigvalsh(padded)
    if not np.all(np.isfinite(eigen)) or not np.all(eigen[:, 0] > 1e-14 * eigen[:, -1]):
        return None
    unseen = (~patterns.seen).sum(axis=1) * np.log(covariance.diagonal().max())
    determinant = float(patterns.number @ (np.log(eigen).sum(axis=1) - unseen))
    return np.where(both, np.linalg.inv(padded), 0.0), determinant
