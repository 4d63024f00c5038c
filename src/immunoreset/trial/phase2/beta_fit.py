"""Standing in for any distribution of a rate with a few beta distributions, by expectation and maximisation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, digamma, polygamma

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.beta_mixture import BetaMixture
from immunoreset.whole_numbers import whole_number

Floats = NDArray[np.float64]

_MOST = 4
_WORTH_IT = 2e-3  # a further component must lower the divergence by more


class Fit(NamedTuple):
    """A mixture and its Kullback-Leibler divergence from what it stands for."""

    mixture: BetaMixture
    divergence: float


def fit_betas(rate: Floats, mass: Floats, *, components: int | None = None) -> Fit:
    """The mixture nearest to the probability `mass` (N,) at the rates (N,), of so many components or as few as serve.

    >>> rate = (np.arange(2000) + 0.5) / 2000
    >>> density = rate**10 * (1 - rate)**31
    >>> fitted = fit_betas(rate, density / density.sum()).mixture
    >>> round(fitted.a[0], 2), round(fitted.b[0], 2)
    (11.0, 32.0)

    Raises InvalidValue when more than four components are asked for.
    """
    if components is not None:
        components = whole_number("beta mixture: components", components)
        if components > _MOST:
            raise InvalidValue(f"beta mixture: {components} components; give 1 to {_MOST}")
        return _fit(rate, mass, components)
    best = _fit(rate, mass, 1)
    for count in range(2, _MOST + 1):
        further = _fit(rate, mass, count)
        if further.divergence > best.divergence - _WORTH_IT:
            break
        best = further
    return best


def _fit(rate: Floats, mass: Floats, components: int) -> Fit:
    logs = np.stack([np.log(rate), np.log1p(-rate)])
    width = np.gradient(rate)
    weights = np.full(components, 1 / components)
    mean = float(mass @ rate)
    size = mean * (1 - mean) / float(mass @ (rate - mean) ** 2) - 1
    # start around the mean, from half to several times the overall size
    sizes = size * np.exp2(np.arange(components) - float(components > 1))
    a: Floats = sizes * mean
    b: Floats = sizes * (1 - mean)
    for _ in range(1000):
        log_parts = _log_density(logs, weights, a, b)
        total = np.logaddexp.reduce(log_parts, axis=0)
        held = np.exp(log_parts - total) * mass
        share = held.sum(axis=1)
        targets = held @ logs.T / share[:, None]
        new_a, new_b = _most_likely(targets, a, b)
        moved = max(np.abs(share - weights).max(), np.abs(np.log(new_a / a)).max(), np.abs(np.log(new_b / b)).max())
        weights, a, b = share, new_a, new_b
        if moved < 1e-7:
            break
    density = np.logaddexp.reduce(_log_density(logs, weights, a, b), axis=0)
    some = mass > 0
    divergence = float(mass[some] @ (np.log(mass[some] / width[some]) - density[some]))
    order = np.argsort(-weights)
    parts = (tuple(map(float, part[order])) for part in (weights / weights.sum(), a, b))
    return Fit(BetaMixture(*parts), divergence)


def _log_density(logs: Floats, weights: Floats, a: Floats, b: Floats) -> Floats:
    return np.log(weights)[:, None] + (a - 1)[:, None] * logs[0] + (b - 1)[:, None] * logs[1] - betaln(a, b)[:, None]


def _most_likely(targets: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Beta parameters whose mean logs of the rate and of its complement are the targets (K, 2), by Newton's steps."""
    for _ in range(20):
        both = polygamma(1, a + b)
        score_a = targets[:, 0] - digamma(a) + digamma(a + b)
        score_b = targets[:, 1] - digamma(b) + digamma(a + b)
        curve_a, curve_b = polygamma(1, a) - both, polygamma(1, b) - both
        whole = curve_a * curve_b - both**2
        step_a, step_b = (score_a * curve_b + score_b * both) / whole, (score_b * curve_a + score_a * both) / whole
        a, b = np.maximum(a + step_a, a / 4), np.maximum(b + step_b, b / 4)
        if max(np.abs(step_a / a).max(), np.abs(step_b / b).max()) < 1e-10:
            break
    return a, b
