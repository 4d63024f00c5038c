"""The meta-analytic-predictive prior: what earlier trials say of the response rate in the next one.

Each trial has its own log odds, normal around a common mean mu with standard deviation tau between trials. The posterior of mu
and tau is summed over a grid, and so is the log odds of a new trial: no sampling, and an error below 1e-5 in the rates. A few
beta distributions then stand in for the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, xlog1py, xlogy

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.phase2.beta_fit import fit_betas
from immunoreset.trial.phase2.beta_mixture import BetaMixture
from immunoreset.whole_numbers import whole_numbers

Floats = NDArray[np.float64]

_TAU_NODES, _MU_NODES, _INNER = 48, 161, 301
_INNER_REACH = 7.0
_BINS = 800
_TINY = 1e-280


@dataclass(frozen=True)
class Heterogeneity:
    """What is believed before the trials: tau is half-normal with scale `tau`, mu normal (log odds)."""

    tau: float = 1.0
    mu_mean: float = 0.0
    mu_sd: float = 2.0

    def __post_init__(self) -> None:
        set_numbers(self)
        if not 0 < self.tau < np.inf or not 0 < self.mu_sd < np.inf or not np.isfinite(self.mu_mean):
            raise InvalidValue(f"MAP prior: scale of tau {self.tau:g} and sd of mu {self.mu_sd:g} must be above 0")


class MapPrior(NamedTuple):
    """The predicted rate: mean, sd and quantiles by quadrature, the mean of tau, and the beta mixture that stands in for it.

    `divergence` is the Kullback-Leibler divergence of the mixture from the exact distribution.
    """

    mean: float
    sd: float
    low: float
    median: float
    high: float
    tau_mean: float
    tau_sd: float
    mixture: BetaMixture
    divergence: float


class _Joint(NamedTuple):
    # posterior probability (T, M) at tau (T,) and mu (T, M)
    tau: Floats
    mu: Floats
    probability: Floats


def map_prior(
    responses: tuple[int, ...],
    patients: tuple[int, ...],
    *,
    heterogeneity: Heterogeneity | None = None,
    components: int | None = None,
) -> MapPrior:
    """The prior of a response rate from earlier trials (J,), as a mixture of `components` betas or as many as help.

    >>> found = map_prior((23, 12, 19, 9, 39, 6, 9, 10), (107, 44, 51, 39, 139, 20, 78, 35))
    >>> [round(value, 2) for value in (found.mean, found.sd, found.low, found.median, found.high)]
    [0.26, 0.09, 0.11, 0.25, 0.47]

    Raises InvalidValue when the numbers of the trials do not fit. Source: Neuenschwander et al. 2010; data: Baeten et al. 2013.
    """
    responses, patients = (
        tuple(int(count) for count in whole_numbers(f"MAP prior: {name}", given))
        for name, given in (("responses", responses), ("patients", patients))
    )
    if len(responses) != len(patients) or not responses:
        raise InvalidValue(f"MAP prior: {len(responses)} numbers of responses for {len(patients)} trials; give one for each")
    for trial, (seen, treated) in enumerate(zip(responses, patients, strict=True), start=1):
        if not 0 <= seen <= treated or treated < 1:
            raise InvalidValue(f"MAP prior, trial {trial}: {seen} responses of {treated} patients cannot be")
    joint = _posterior(np.asarray(responses, float), np.asarray(patients, float), heterogeneity or Heterogeneity())
    edges, mass = _predicted(joint)
    rate = expit((edges[:-1] + edges[1:]) / 2)
    mean = float(mass @ rate)
    low, median, high = (float(expit(np.interp(share, mass.cumsum(), edges[1:]))) for share in (0.025, 0.5, 0.975))
    by_tau = joint.probability.sum(axis=1)
    tau_mean = float(by_tau @ joint.tau)
    fit = fit_betas(rate, mass, components=components)
    return MapPrior(
        mean,
        float(np.sqrt(mass @ (rate - mean) ** 2)),
        low,
        median,
        high,
        tau_mean,
        float(np.sqrt(by_tau @ (joint.tau - tau_mean) ** 2)),
        fit.mixture,
        fit.divergence,
    )


def _posterior(responses: Floats, patients: Floats, before: Heterogeneity) -> _Joint:
    nodes, weights = np.polynomial.legendre.leggauss(_TAU_NODES)
    tau = 2.5 * before.tau * (nodes + 1)  # 5 scales hold all but 6e-7 of the half-normal
    log_weight = np.log(weights) - 0.5 * (tau / before.tau) ** 2
    centre, spread = _rough_mean(responses, patients, before)
    mu = np.empty((_TAU_NODES, _MU_NODES))
    log_joint = np.empty_like(mu)
    inner = np.linspace(-_INNER_REACH, _INNER_REACH, _INNER)
    normal = np.exp(-0.5 * inner**2)
    for row, between in enumerate(tau):
        reach = 7 * np.sqrt(spread**2 + between**2 / len(responses) + (1 / patients.sum()))
        mu[row] = np.linspace(centre - reach, centre + reach, _MU_NODES)
        odds = mu[row][:, None] + between * inner[None, :]
        softplus = np.logaddexp(0.0, odds)
        log_joint[row] = log_weight[row] - 0.5 * ((mu[row] - before.mu_mean) / before.mu_sd) ** 2 + np.log(reach)
        for seen, treated in zip(responses, patients, strict=True):
            log_most = xlogy(seen, seen / treated) + xlog1py(treated - seen, -seen / treated)
            log_joint[row] += np.log(np.exp(seen * odds - treated * softplus - log_most) @ normal + _TINY)
    probability = np.exp(log_joint - log_joint.max())
    return _Joint(tau, mu, probability / probability.sum())


def _rough_mean(responses: Floats, patients: Floats, before: Heterogeneity) -> tuple[float, float]:
    # mean and sd of mu for tau = 0, each trial lent half a response so that 0 of n has log odds
    odds = float(np.log((responses.sum() + 0.5) / (patients.sum() - responses.sum() + 0.5)))
    rate = 1 / (1 + np.exp(-odds))
    precision = patients.sum() * rate * (1 - rate)
    total = precision + before.mu_sd**-2
    return float((precision * odds + before.mu_mean * before.mu_sd**-2) / total), float(total**-0.5)


def _predicted(joint: _Joint) -> tuple[Floats, Floats]:
    """Edges (bins + 1) in log odds and the probability (bins,) of a new trial's log odds between them."""
    kept = joint.probability > 1e-12
    tau = np.broadcast_to(joint.tau[:, None], joint.mu.shape)[kept]
    mu, probability = joint.mu[kept], joint.probability[kept] / joint.probability[kept].sum()
    mean = float(probability @ mu)
    reach = 8 * float(np.sqrt(probability @ ((mu - mean) ** 2 + tau**2)))
    edges = np.linspace(mean - reach, mean + reach, _BINS + 1)
    below = np.array([probability @ ndtr((edge - mu) / tau) for edge in edges])
    mass = np.diff(below)
    return edges, mass / mass.sum()
