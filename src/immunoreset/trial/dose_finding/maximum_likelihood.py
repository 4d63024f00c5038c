"""The parameters of a toxicity model under which the outcomes are most likely, without a prior.

They exist only once the trial has seen a patient with toxicity and one without. The log slope is kept between -10 and 10, since
outcomes that the doses separate perfectly ask for an endless slope.
"""

from __future__ import annotations

import numpy as np

from immunoreset.trial.decision import Flags
from immunoreset.trial.dose_finding.quadrature import Floats
from immunoreset.trial.dose_finding.toxicity_curves import ToxicityCurve, TwoParameterLogistic
from immunoreset.trial.dose_finding.toxicity_posterior import Watched
from immunoreset.trial.outcomes import Outcomes

LARGEST_LOG_SLOPE = 10.0
_GOLDEN = (np.sqrt(5) - 1) / 2
_SHRINKAGES = 75
_HALVINGS = 60
_DIFFERENCE = 1e-3


def likelihood_has_peak(outcomes: Outcomes) -> Flags:
    """Whether both a toxicity and its absence have been seen, (T,)."""
    toxic = outcomes.toxic.sum(axis=1)
    return (toxic > 0) & (toxic < outcomes.enrolled.sum(axis=1))


def log_likelihood(
    model: ToxicityCurve, scaled: Floats, outcomes: Outcomes, *, parameters: Floats, watched: Watched | None = None
) -> Floats:
    """Logarithm of the likelihood (T,) at parameters (T, K)."""
    log_toxic, log_safe = model.log_rates(scaled, parameters)
    total = (outcomes.toxic * log_toxic + (outcomes.treated - outcomes.toxic) * log_safe).sum(axis=1)
    if watched is None or not watched.dose.shape[1]:
        return total
    there = np.maximum(watched.dose, 1) - 1
    toxic = np.take_along_axis(np.exp(log_toxic), there, axis=1)
    return total + np.where(watched.dose > 0, np.log1p(-watched.share * toxic), 0.0).sum(axis=1)


def most_likely(model: ToxicityCurve, scaled: tuple[float, ...], outcomes: Outcomes, *, watched: Watched | None = None) -> Floats:
    """Most likely parameters (T, K) to about 1e-7, by golden-section search; without a peak, at an end of the range.

    >>> from immunoreset.trial.dose_finding.toxicity_curves import Empiric
    >>> found = most_likely(Empiric(), (1 / 3,), Outcomes.from_counts([9], [1]))
    >>> found.round(6).tolist(), round(float(np.log(2)), 6)
    ([[0.693147]], 0.693147)
    """
    doses = np.array(scaled)
    two = isinstance(model, TwoParameterLogistic)

    def at(log_slope: Floats) -> Floats:
        return _with_intercept(doses, outcomes, log_slope, watched) if two else log_slope[:, None]

    def height(log_slope: Floats) -> Floats:
        return log_likelihood(model, doses, outcomes, parameters=at(log_slope), watched=watched)

    low, high = (np.full(outcomes.trials, end) for end in (-LARGEST_LOG_SLOPE, LARGEST_LOG_SLOPE))
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    left_height, right_height = height(left), height(right)
    for _ in range(_SHRINKAGES):
        up = right_height > left_height
        low, high = np.where(up, left, low), np.where(up, high, right)
        kept, kept_height = np.where(up, right, left), np.where(up, right_height, left_height)
        new = np.where(up, low + _GOLDEN * (high - low), high - _GOLDEN * (high - low))
        new_height = height(new)
        left, right = np.where(up, kept, new), np.where(up, new, kept)
        left_height, right_height = np.where(up, kept_height, new_height), np.where(up, new_height, kept_height)
    return at((low + high) / 2)


def inverse_information(
    model: ToxicityCurve, scaled: tuple[float, ...], outcomes: Outcomes, *, best: Floats, watched: Watched | None = None
) -> Floats:
    """Variance (T, 1) of the one parameter around its most likely value, by the curvature of the likelihood; NaN for two."""
    if best.shape[1] > 1:
        return np.full(best.shape, np.nan)
    low, middle, high = (
        log_likelihood(model, np.array(scaled), outcomes, parameters=best + shift, watched=watched)
        for shift in (-_DIFFERENCE, 0.0, _DIFFERENCE)
    )
    curvature = (2 * middle - low - high) / _DIFFERENCE**2
    return np.where(curvature > 0, 1 / np.where(curvature > 0, curvature, 1.0), np.inf)[:, None]


def _with_intercept(doses: Floats, outcomes: Outcomes, log_slope: Floats, watched: Watched | None) -> Floats:
    """Log slopes (T,) with the most likely intercept of each, (T, 2), where the slope of the likelihood changes sign."""
    slope = np.exp(log_slope)[:, None] * doses
    reach = np.abs(slope).max(axis=1) + 40.0
    low, high = -reach, reach
    toxic, patients = outcomes.toxic.sum(axis=1), outcomes.treated
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rate = 1 / (1 + np.exp(-np.clip(middle[:, None] + slope, -700, 700)))
        rising = toxic - (patients * rate).sum(axis=1)
        if watched is not None and watched.dose.shape[1]:
            there = np.take_along_axis(rate, np.maximum(watched.dose, 1) - 1, axis=1)
            lost = watched.share * there * (1 - there) / (1 - watched.share * there)
            rising -= np.where(watched.dose > 0, lost, 0.0).sum(axis=1)
        low, high = np.where(rising > 0, middle, low), np.where(rising > 0, high, middle)
    return np.stack([(low + high) / 2, log_slope], axis=1)
