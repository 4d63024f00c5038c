"""MMRM, the mixed model for repeated measures: the arms' difference at every visit, with patients who miss some visits kept.

The covariance between visits is free (unstructured), fitted by REML. Standard errors and degrees of freedom are those of Kenward
and Roger, with the observed information, as SAS and the R package mmrm report for this covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.means import MeanDifference, difference
from immunoreset.trial.analysis.patients import Compared, Floats, Label, compare, finite, level_quantile, strata_numbers
from immunoreset.trial.analysis.reml import RemlFit, fit_unstructured

Method = Literal["kenward-roger", "satterthwaite"]


class MMRM(NamedTuple):
    """Treatment minus control at each visit (V,), the covariance of visits (V, V), and the fit behind them.

    `patients` were seen at least once; `left_out` were not. A fit that has not converged is not to be used.
    """

    differences: MeanDifference
    covariance: Floats
    fit: RemlFit
    patients: int
    left_out: int

    @property
    def converged(self) -> bool:
        return self.fit.converged


def mmrm(
    outcome: ArrayLike,
    arm: ArrayLike,
    *,
    covariates: Sequence[ArrayLike] = (),
    stratum: ArrayLike | None = None,
    treatment: Label = 1,
    control: Label = 0,
    method: Method = "kenward-roger",
    level: float = 0.95,
) -> MMRM:
    """Fit one trial: outcome (n, V) by visit, not a number where missing; covariates such as baseline, each (n,).

    Mean, arm and every covariate have their own effect at each visit; strata (n,) have one effect. Missing visits are taken to
    be missing at random, given what was seen.

    >>> rng = np.random.default_rng(2)
    >>> change = rng.normal(size=(60, 3)) + np.outer(np.repeat([1, 0], 30), [0.0, 1.0, 2.0])
    >>> change[5, 2] = np.nan
    >>> found = mmrm(change, np.repeat([1, 0], 30))
    >>> found.differences.estimate.round(1), found.differences.freedom.round(1)
    (array([-0.6,  1.3,  2.5]), array([58., 58., 57.]))

    Raises InvalidValue for a missing covariate, an empty arm, an arm never seen at a visit, or visits never seen together.
    Source: Mallinckrodt et al. 2008 for the model; Kenward and Roger 1997.
    """
    if method not in ("kenward-roger", "satterthwaite"):
        raise errors.unknown("method", method, ("kenward-roger", "satterthwaite"))
    level_quantile(level)
    arms = compare(arm, treatment=treatment, control=control)
    values = _outcomes(outcome, arms)
    kept = arms.used & np.isfinite(values).any(axis=1)
    matrix = _columns(arms, covariates=covariates, stratum=stratum, visits=values.shape[1])
    matrix = matrix[kept]
    fit = fit_unstructured(values[kept], matrix[..., np.any(matrix != 0, axis=(0, 1))])
    visits = values.shape[1]
    rows = np.eye(len(fit.coefficients))[visits : 2 * visits]
    parts = [contrast(fit, row, method=method) for row in rows]
    estimate, error, freedom = (np.array(part) for part in zip(*parts, strict=True))
    found = difference(estimate, error, freedom, level=level)
    return MMRM(found, fit.covariance, fit, int(kept.sum()), int((arms.used & ~kept).sum()))


def contrast(fit: RemlFit, weights: ArrayLike, *, method: Method = "kenward-roger") -> tuple[float, float, float]:
    """Estimate, standard error and degrees of freedom of a weighted sum of coefficients (p,).

    For one contrast the degrees of freedom of Kenward and Roger are those of Satterthwaite; only the error is adjusted.
    """
    row = np.asarray(weights, dtype=float)
    variance = fit.variance
    plain = float(row @ variance @ row)
    turned = variance @ row
    gradient = np.einsum("p,kpq,q->k", turned, fit.slopes, turned)
    spread = float(gradient @ fit.parameter_variance @ gradient)
    adjusted = variance + 2 * variance @ fit.bias @ variance if method == "kenward-roger" else variance
    return float(row @ fit.coefficients), float(np.sqrt(row @ adjusted @ row)), 2 * plain**2 / spread


def _outcomes(outcome: ArrayLike, arms: Compared) -> Floats:
    values = np.asarray(outcome, dtype=float)
    if values.ndim != 2 or arms.used.shape != values.shape[:1]:
        raise InvalidValue(f"mixed model: outcome has shape {values.shape}, the arms {arms.used.shape}; give patients by visits")
    values = np.where(np.isfinite(values), values, np.nan)
    size = np.nanmax(np.abs(values[arms.used]), initial=0.0)
    if size and not 1e-100 < size < 1e100:
        raise InvalidValue(f"mixed model: outcomes as large as {size:g}; give them in another unit")
    for members, name in ((arms.treated, "treatment"), (arms.used & ~arms.treated, "control")):
        unseen = ~np.isfinite(values[members]).any(axis=0)
        if unseen.any():
            visit = int(np.flatnonzero(unseen)[0]) + 1
            raise InvalidValue(f"mixed model: nobody in the {name} arm is seen at visit {visit}; leave out that visit")
    return values


def _columns(arms: Compared, *, covariates: Sequence[ArrayLike], stratum: ArrayLike | None, visits: int) -> Floats:
    """Columns (n, V, p): visits, arm by visit, each centred covariate by visit, strata but the first."""
    patients = len(arms.used)
    by_visit = [np.ones(patients), arms.treated.astype(float)]
    for number, covariate in enumerate(covariates, start=1):
        values = finite(covariate, what=f"covariate {number}", among=arms.used)
        by_visit.append(values - values[arms.used].mean())
    numbers, strata = strata_numbers(stratum, among=arms.used)
    blocks = [values[:, None, None] * np.eye(visits) for values in by_visit]
    blocks += [np.broadcast_to((numbers == one)[:, None, None], (patients, visits, 1)).astype(float) for one in range(1, strata)]
    return np.concatenate(blocks, axis=-1)
