"""Unknowns: coordinates of the prior, and the numbers that they stand for."""

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.inference.posterior import Posterior
from immunoreset.inference.unknowns import can_be_free, prior_of, theta_of, thetas_at

CURRENT = Theta.current()
FREE = [prior_of(CURRENT, name) for name in can_be_free(CURRENT)]


@pytest.mark.parametrize("unknown", FREE, ids=lambda own: own.name)
def test_zero_is_the_model_and_no_draw_leaves_the_bounds(unknown):
    values = unknown.value(np.linspace(-8, 8, 33))
    assert np.all(np.diff(values) >= 0)
    assert values[16] == unknown.center
    assert unknown.bounds[0] <= values[0] and values[-1] <= unknown.bounds[1]


@pytest.mark.parametrize("z", [-2.0, -0.3, 0.0, 1.7])
@pytest.mark.parametrize("name", ["kexp", "car_t.engraftment_fraction", "entry.chronicity_with_age", "spread of kexp"])
def test_the_coordinate_of_a_value_is_where_it_came_from(name, z):
    unknown = prior_of(CURRENT, name)
    assert unknown.coordinate(float(unknown.value(z))) == pytest.approx(z, abs=1e-6)


def test_a_number_that_was_measured_is_known_better_than_its_bounds_say():
    published = next(own for own in FREE if own.standing == "published")
    assert published.sd == 0.10
    assert all(own.sd <= 0.5 for own in FREE if own.scale != "linear")


def test_a_spread_moves_the_spread_alone():
    theta = theta_of({"spread of car_t.expansion_max": 1.3, "car_t.kill_max": 2.0}, CURRENT)
    assert theta.spreads == {"car_t.expansion_max": 1.3} and theta.changed == {"car_t.kill_max": 2.0}


@pytest.mark.parametrize("name", ["sledai.has_rash", "crs.shift", "voclosporin.level", "body.weight"])
def test_what_says_that_nothing_is_there_cannot_be_free(name):
    with pytest.raises(InvalidValue):
        prior_of(CURRENT, name)
    with pytest.raises(UnknownName, match="did you mean"):
        prior_of(CURRENT, "car_t.expansion_maxx")


def test_a_posterior_is_thinned_evenly():
    unknowns = [prior_of(CURRENT, "kexp"), prior_of(CURRENT, "spread of kexp")]
    prior = Posterior.of_prior(unknowns, 100, seed=1)
    few = prior.thetas(10, CURRENT)
    assert [theta.changed["car_t.expansion_max"] for theta in few] == prior.draws[::10, 0].tolist()
    assert thetas_at(np.zeros((1, 2)), unknowns, CURRENT)[0].spreads == {"car_t.expansion_max": 1.0}
    assert np.std(np.log(prior.draws[:, 1])) == pytest.approx(0.4, rel=0.05)
