"""Priors from history: the published ankylosing spondylitis example, and an independent calculation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import beta, binom

from immunoreset.engine import random
from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.beta_fit import fit_betas
from immunoreset.trial.phase2.beta_mixture import BetaMixture, beta_prior, power_prior
from immunoreset.trial.phase2.effective_size import elir_size, moment_size
from immunoreset.trial.phase2.map_prior import Heterogeneity, map_prior

# placebo response in eight trials (Baeten et al. 2013), and the mixture and numbers of the RBesT 1.9 introduction for them
RESPONSES, PATIENTS = (23, 12, 19, 9, 39, 6, 9, 10), (107, 44, 51, 39, 139, 20, 78, 35)
PRINTED = BetaMixture(
    (0.4612914, 0.1917812, 0.1893896, 0.1575378),
    (33.9513487, 19.4400089, 12.2692310, 2.2521243),
    (103.0146367, 41.5205219, 55.9202833, 5.4812202),
)


def test_the_predicted_rate_equals_the_published_one_within_its_sampling_error():
    found = map_prior(RESPONSES, PATIENTS)
    assert (found.mean, found.sd) == pytest.approx((0.255, 0.0864), abs=0.005)
    assert (found.low, found.median, found.high) == pytest.approx((0.106, 0.247, 0.461), abs=0.012)
    assert (found.tau_mean, found.tau_sd) == pytest.approx((0.387, 0.215), abs=0.012)
    half = map_prior(RESPONSES, PATIENTS, heterogeneity=Heterogeneity(tau=0.5))
    assert (half.mean, half.sd) == pytest.approx((0.259, 0.0776), abs=0.005)
    assert half.tau_mean == pytest.approx(0.335, abs=0.01)


def test_the_mixture_has_the_moments_of_what_it_stands_for():
    found = map_prior(RESPONSES, PATIENTS)
    assert found.divergence < 2e-3
    assert found.mixture.mean == pytest.approx(found.mean, abs=5e-4)
    assert found.mixture.sd == pytest.approx(found.sd, abs=5e-4)
    assert elir_size(found.mixture) == pytest.approx(38, abs=2)


def test_weighted_draws_from_the_prior_give_the_same_prediction():
    draws = 200_000
    normal = random.normal(8, "meta-analysis", np.arange(draws), count=5)
    mu, tau = 2 * normal[:, 0], np.abs(normal[:, 1])
    weight = np.ones(draws)
    for place, (seen, treated) in enumerate(((0, 10), (3, 12))):
        weight *= binom.pmf(seen, treated, expit(mu + tau * normal[:, 2 + place]))
    rate = expit(mu + tau * normal[:, 4])
    mean = np.average(rate, weights=weight)
    error = np.sqrt(np.sum((weight * (rate - mean)) ** 2)) / weight.sum()
    assert abs(map_prior((0, 3), (10, 12)).mean - mean) < 4 * error


def test_more_heterogeneity_between_trials_weakens_the_prior():
    alike = map_prior((20, 21, 19), (80, 80, 80))
    unlike = map_prior((8, 21, 40), (80, 80, 80))
    assert moment_size(alike.mixture) > 3 * moment_size(unlike.mixture)


def test_the_order_of_the_trials_does_not_matter():
    turned = map_prior(RESPONSES[::-1], PATIENTS[::-1])
    assert turned.mean == pytest.approx(map_prior(RESPONSES, PATIENTS).mean, rel=1e-10)


def test_effective_sizes_equal_the_published_ones():
    assert round(elir_size(PRINTED)) == 38
    assert round(moment_size(PRINTED)) == 24
    assert round(elir_size(PRINTED.robust(0.2))) == 27
    assert moment_size(beta_prior(11, 32)) == pytest.approx(43)
    assert [round(PRINTED.quantile(share), 5) for share in (0.025, 0.5, 0.975)] == pytest.approx(
        [0.1073, 0.24759, 0.46276], abs=5e-5
    )


def test_the_posterior_of_a_mixture_is_bayes_rule():
    rates = np.linspace(1e-4, 1 - 1e-4, 20_001)
    prior = PRINTED.robust(0.2)
    density = sum(w * beta.pdf(rates, a, b) for w, a, b in zip(prior.weights, prior.a, prior.b, strict=True))
    density *= binom.pmf(9, 14, rates)
    exact = density[rates > 0.4].sum() / density.sum()
    assert prior.posterior(9, 14).above(0.4) == pytest.approx(exact, abs=1e-4)


def test_conflict_with_the_data_hands_the_weight_to_the_robust_part():
    prior = PRINTED.robust(0.2)
    assert prior.posterior(18, 20).weights[-1] > 0.95
    assert prior.posterior(5, 20).weights[-1] < 0.2


def test_a_power_prior_runs_from_nothing_to_pooling():
    assert power_prior(20, 80, weight=0) == beta_prior(1, 1)
    assert power_prior(20, 80, weight=1) == beta_prior(1, 1).posterior(20, 80)


def test_a_fitted_mixture_returns_the_one_it_was_made_from():
    rates = (np.arange(4000) + 0.5) / 4000
    made = 0.6 * beta.pdf(rates, 30, 70) + 0.4 * beta.pdf(rates, 3, 9)
    found = fit_betas(rates, made / made.sum(), components=2).mixture
    assert found.weights == pytest.approx((0.6, 0.4), abs=5e-3)
    assert found.a == pytest.approx((30, 3), rel=0.02)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: map_prior((3,), (10, 12)), "1 numbers of responses for 2"),
        (lambda: map_prior((3, 13), (10, 12)), "trial 2: 13 responses of 12"),
        (lambda: map_prior((), ()), "0 trials"),
        (lambda: Heterogeneity(tau=0.0), "above 0"),
        (lambda: map_prior((3,), (10,), components=9), "give 1 to 4"),
        (lambda: BetaMixture((0.7, 0.7), (1.0, 1.0), (1.0, 1.0)), "sum to 1"),
        (lambda: BetaMixture((1.0,), (0.0,), (1.0,)), "above 0"),
        (lambda: beta_prior(1, 1).robust(1.0), "between 0 and 1"),
        (lambda: power_prior(20, 80, weight=1.2), "from 0 to 1"),
        (lambda: power_prior(90, 80, weight=1.0), "90 responses of 80"),
        (lambda: elir_size(beta_prior(0.5, 1)), "moment_size"),
        (lambda: beta_prior(1, 1).posterior(3, 2), "between 0 and"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(InvalidValue, match=says):
        call()
