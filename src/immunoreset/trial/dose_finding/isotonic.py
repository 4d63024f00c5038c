"""The maximum tolerated dose at the end of a trial, when toxicity may only rise with dose.

Observed rates that fall from one dose to the next are pooled (isotonic regression); the dose whose pooled rate lies nearest
to the target is chosen. The weights and the handling of ties are those of the R package BOIN, whose choice it equals.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.trial.decision import Flags
from immunoreset.trial.dose_finding.distinct import for_distinct
from immunoreset.trial.outcomes import Counts, Outcomes

_PRIOR = 0.05
_TIE = 1e-10


def isotonic(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nearest values (T, D) that never fall along a row, by weighted least squares; weight 0 leaves a place out (NaN).

    The highest, over starts at or before a place, of the lowest weighted mean up to an end at or after it (Robertson 1988,
    section 1.4).

    >>> isotonic(np.array([[0.1, 0.4, 0.2]]), np.ones((1, 3))).round(2).tolist()
    [[0.1, 0.3, 0.3]]
    """
    trials, doses = values.shape
    used = weights > 0
    weight = np.concatenate([np.zeros((trials, 1)), np.where(used, weights, 0.0).cumsum(axis=1)], axis=1)
    total = np.concatenate([np.zeros((trials, 1)), np.where(used, weights * values, 0.0).cumsum(axis=1)], axis=1)
    best = np.full((trials, doses), -np.inf)
    for first in range(doses):
        mass = weight[:, first + 1 :] - weight[:, first : first + 1]
        mean = np.divide(
            total[:, first + 1 :] - total[:, first : first + 1],
            mass,
            out=np.full(mass.shape, np.inf),
            where=used[:, first:] & (mass > 0),
        )
        lowest = np.minimum.accumulate(mean[:, ::-1], axis=1)[:, ::-1]
        best[:, first:] = np.where(used[:, [first]], np.maximum(best[:, first:], lowest), best[:, first:])
    return np.where(used, best, np.nan)


def toxicity_estimates(outcomes: Outcomes, among: Flags | None = None) -> NDArray[np.float64]:
    """Isotonic toxicity rates (T, D) of the doses treated, those in `among` (T, D) if given; NaN elsewhere.

    >>> toxicity_estimates(Outcomes.from_counts([3, 6, 0], [1, 0, 0])).round(2).tolist()
    [[0.01, 0.01, nan]]
    """
    patients, toxic = outcomes.treated, outcomes.toxic
    rate = (toxic + _PRIOR) / (patients + 2 * _PRIOR)
    variance = rate * (1 - rate) / (patients + 2 * _PRIOR + 1)
    used = patients > 0 if among is None else (patients > 0) & among
    return isotonic(rate, np.where(used, 1 / variance, 0.0))


def select_mtd(outcomes: Outcomes, target: float, *, open_doses: Flags, highest_rate: float | None = None) -> Counts:
    """Dose (T,) among the treated open ones whose isotonic rate is nearest to `target`; 0 where there is none.

    With `highest_rate`, only doses whose isotonic rate does not exceed it. Equal distances go to the lower dose, but of doses
    pooled below the target the highest is taken.

    >>> seen = Outcomes.from_counts([3, 6, 6], [0, 1, 4])
    >>> select_mtd(seen, 0.3, open_doses=np.array([[True, True, False]])).tolist()
    [2]

    Source: Liu and Yuan 2015, section 2.3; R package BOIN, `select.mtd`.
    """
    columns = (*outcomes.treated.T, *outcomes.toxic.T, *open_doses.T)

    def select(rows: Counts) -> tuple[Counts]:
        among, seen = open_doses[rows], outcomes.take(rows)
        used = (seen.treated > 0) & among
        rate = toxicity_estimates(seen, among) + used.cumsum(axis=1) * _TIE
        if highest_rate is not None:
            used = used & (rate <= highest_rate)
        distance = np.where(used, np.abs(rate - target), np.inf)
        return (np.where(used.any(axis=1), distance.argmin(axis=1) + 1, 0),)

    return for_distinct(columns, select)[0]
