"""Skeletons from intervals of indifference."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import expit, logit

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.skeleton import getprior


@pytest.mark.parametrize("model", ["empiric", "logistic"])
def test_the_model_changes_its_mind_at_the_ends_of_the_interval(model):
    """Where the lower dose sits at the target less the halfwidth, the next one sits at the target plus it (Lee 2009)."""
    skeleton, half, target = getprior(0.06, 0.25, 3, 5, model=model), 0.06, 0.25
    for low, high in pairwise(skeleton):
        if model == "empiric":
            slope = np.log(target - half) / np.log(low)
            reached = high**slope
        else:
            slope = (logit(target - half) - 3) / (logit(low) - 3)
            reached = expit(3 + slope * (logit(high) - 3))
        np.testing.assert_allclose(reached, target + half, rtol=1e-12)


def test_the_guessed_dose_has_the_target_and_the_guesses_rise():
    for nu in range(1, 7):
        skeleton = getprior(0.05, 0.3, nu, 6)
        assert skeleton[nu - 1] == pytest.approx(0.3) and (np.diff(skeleton) > 0).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.3, 0.25, 3, 5), "halfwidth 0.3"),
        ((0.05, 1.2, 3, 5), "target 1.2"),
        ((0.05, 0.25, 6, 5), "first dose 6"),
    ],
)
def test_impossible_intervals_are_refused(arguments, message):
    with pytest.raises(InvalidValue, match=message):
        getprior(*arguments)


def test_unknown_models_and_low_intercepts_are_refused():
    with pytest.raises(UnknownName, match="did you mean 'logistic'"):
        getprior(0.05, 0.25, 3, 5, model="logistc")
    with pytest.raises(InvalidValue, match="intercept -2"):
        getprior(0.05, 0.25, 3, 5, model="logistic", intercept=-2.0)


@pytest.mark.parametrize("skeleton", [(), (0.1, 0.1), (0.3, 0.2), (0.0, 0.2), (0.2, 1.0)])
def test_a_skeleton_must_rise_within_0_and_1(skeleton):
    with pytest.raises(InvalidValue, match="skeleton"):
        CRM(skeleton, 0.25)
