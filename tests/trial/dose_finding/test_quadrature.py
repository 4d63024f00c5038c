"""Fixed grids give the integrals that adaptive quadrature gives."""

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.special import expit, logit
from scipy.stats import multivariate_normal, norm

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding import quadrature
from immunoreset.trial.dose_finding.quadrature import average, below, line, plane, weigh
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, LogisticGamma, TwoParameterLogistic
from immunoreset.trial.dose_finding.toxicity_posterior import posterior
from immunoreset.trial.outcomes import Outcomes


def test_a_line_reproduces_the_moments_and_tails_of_its_prior():
    nodes = line(0.4, 1.7)
    weight = np.exp(nodes.log_weight)[None, :]
    moments = average(
        weight, np.stack([np.ones_like(nodes.values[0]), nodes.values[0], nodes.values[0] ** 2, nodes.values[0] ** 4])
    )
    expected = [1, *(norm(0.4, 1.7).moment(order) for order in (1, 2, 4))]
    np.testing.assert_allclose(moments[0], expected, rtol=1e-10)
    for score in (-3.0, -0.513, 0.0, 1.2345):
        np.testing.assert_allclose(average(weight, below(nodes, np.array([[score]])))[0, 0], norm.cdf(score), atol=1e-12)


def test_one_parameter_posterior_equals_adaptive_quadrature():
    skeleton, seen = np.array([0.05, 0.2, 0.4]), Outcomes.from_counts([6, 9, 3], [0, 3, 2])
    safe = seen.treated[0] - seen.toxic[0]

    def weighted(slope, of):
        rate = skeleton ** np.exp(slope)
        return of(slope) * np.prod(rate ** seen.toxic[0] * (1 - rate) ** safe) * np.exp(-(slope**2) / 2 / 1.34)

    def integral(of, low=-12.0, high=12.0):
        return quad(weighted, low, high, args=(of,), epsabs=0, epsrel=1e-12, limit=400, points=[0.0])[0]

    mass = integral(lambda slope: 1.0)
    found = posterior(Empiric(), tuple(skeleton), seen, limits=(0.3,))
    np.testing.assert_allclose(found.parameters[0, 0], integral(lambda slope: slope) / mass, rtol=1e-9)
    np.testing.assert_allclose(found.mean[0, 1], integral(lambda slope: skeleton[1] ** np.exp(slope)) / mass, rtol=1e-9)
    turn = np.log(np.log(0.3) / np.log(skeleton[1]))
    tail = quad(weighted, -12, turn, args=(lambda slope: 1.0,), epsabs=0, epsrel=1e-12, limit=400)[0] / mass
    np.testing.assert_allclose(found.above[0, 0, 1], tail, atol=1e-9)
    np.testing.assert_allclose(found.log_evidence[0], np.log(mass / np.sqrt(2 * np.pi * 1.34)), rtol=1e-9)


def test_two_parameter_posterior_equals_adaptive_quadrature():
    model = TwoParameterLogistic((-0.7, 0.2), (1.2, 0.8), -0.3)
    scaled, seen = np.log([0.5, 1.0, 2.0]), Outcomes.from_counts([3, 6, 6], [0, 1, 3])
    safe = seen.treated[0] - seen.toxic[0]
    prior = multivariate_normal([-0.7, 0.2], [[1.44, -0.3 * 0.96], [-0.3 * 0.96, 0.64]])

    def weighted(level, slope, of):
        rate = expit(level + np.exp(slope) * scaled)
        return of(rate) * np.prod(rate ** seen.toxic[0] * (1 - rate) ** safe) * prior.pdf([level, slope])

    def integral(of, low=-7.0):
        return dblquad(weighted, -4.5, 4.5, low, 6.0, args=(of,), epsabs=1e-13, epsrel=1e-9)[0]

    mass = integral(lambda rate: 1.0)
    found = posterior(model, tuple(scaled), seen, limits=(0.33,))
    np.testing.assert_allclose(found.mean[0, 2], integral(lambda rate: rate[2]) / mass, atol=1e-7)
    middle = integral(lambda rate: 1.0, low=logit(0.33)) / mass
    np.testing.assert_allclose(found.above[0, 0, 1], middle, atol=1e-6)


def test_halving_the_steps_changes_nothing_up_to_sixty_patients(monkeypatch):
    model, scaled = TwoParameterLogistic((-1.0, 0.0), (2.0, 1.0)), tuple(np.log([0.25, 0.5, 1.0, 2.0]))
    seen = Outcomes.from_counts([[3, 6, 6, 0], [15, 15, 15, 15], [3, 3, 3, 51]], [[0, 1, 3, 0], [1, 3, 5, 8], [0, 0, 0, 4]])
    usual = posterior(model, scaled, seen, limits=(0.16, 0.33))
    monkeypatch.setattr(quadrature, "PLANE_STEPS", (0.05, 0.1))
    finer = TwoParameterLogistic((-1.0, 0.0), (2.0, 1.0 + 1e-13))
    exact = posterior(finer, scaled, seen, limits=(0.16, 0.33))
    for name in ("mean", "sd", "above"):
        np.testing.assert_allclose(getattr(usual, name), getattr(exact, name), atol=1e-6)


def test_gamma_slope_has_its_prior_mean_and_tail():
    nodes = LogisticGamma(3.0, 2.0, 1.5).nodes()
    weight = np.exp(nodes.log_weight)[None, :]
    np.testing.assert_allclose(average(weight, np.exp(nodes.values))[0], [2 / 1.5], rtol=1e-6)


def test_impossible_outcomes_are_refused():
    with pytest.raises(InvalidValue, match="impossible"):
        weigh(np.zeros(3), np.full((1, 3), -np.inf))


def test_a_correlated_plane_has_the_covariance_asked_for():
    nodes = plane((0.5, -1.0), (1.5, 0.5), 0.6)
    weight = np.exp(nodes.log_weight)
    mean = nodes.values @ weight
    centred = nodes.values - mean[:, None]
    np.testing.assert_allclose((centred * weight) @ centred.T, [[2.25, 0.45], [0.45, 0.25]], rtol=1e-9)
