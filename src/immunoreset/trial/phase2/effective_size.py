"""How many patients a prior is worth."""

from __future__ import annotations

import numpy as np
from scipy.special import betaln

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.beta_mixture import BetaMixture


def moment_size(prior: BetaMixture) -> float:
    """Patients of the beta distribution with the same mean and standard deviation.

    >>> round(moment_size(BetaMixture((1.0,), (11.0,), (32.0,))), 6)
    43.0
    """
    return prior.mean * (1 - prior.mean) / prior.sd**2 - 1


def elir_size(prior: BetaMixture, nodes: int = 4000) -> float:
    """Patients by the expected local information ratio, which forecasts consistently (Neuenschwander et al. 2020).

    The information of the prior (minus the second derivative of its log density) over that of one patient, averaged over it.

    >>> round(elir_size(BetaMixture((1.0,), (11.0,), (32.0,))), 4)
    43.0

    Raises InvalidValue when a component has a parameter below 1, for which the average does not exist.
    """
    if min(*prior.a, *prior.b) < 1:
        raise InvalidValue("effective size: a component has a parameter below 1; use moment_size instead")
    # midpoints evenly spaced in log odds, where every component is smooth
    edges = [np.log(rate / (1 - rate)) for rate in (prior.quantile(1e-12), prior.quantile(1 - 1e-12))]
    step = (edges[1] - edges[0]) / nodes
    odds = edges[0] + step * (np.arange(nodes) + 0.5)
    rate = 1 / (1 + np.exp(-odds))
    a, b, weight = (np.asarray(part)[:, None] for part in (prior.a, prior.b, prior.weights))
    parts = weight * np.exp((a - 1) * np.log(rate) + (b - 1) * np.log1p(-rate) - betaln(a, b))
    density = parts.sum(axis=0)
    slope = (a - 1) / rate - (b - 1) / (1 - rate)
    curve = slope**2 - (a - 1) / rate**2 - (b - 1) / (1 - rate) ** 2
    first, second = (parts * slope).sum(axis=0) / density, (parts * curve).sum(axis=0) / density
    information = first**2 - second
    measure = density * rate * (1 - rate) * step
    return float((information * rate * (1 - rate) * measure).sum() / measure.sum())
