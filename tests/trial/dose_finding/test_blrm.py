"""The BLRM: interval probabilities, overdose control, losses, mixtures and quantiles."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.toxicity_curves import TwoParameterLogistic
from immunoreset.trial.outcomes import Outcomes

AMOUNTS = (10.0, 20.0, 35.0, 50.0, 65.0, 80.0, 90.0, 100.0)
PRIOR = TwoParameterLogistic((-0.708, -0.389), (1.2, 0.9))
SCENARIO = BLRM(AMOUNTS, 90, PRIOR, target=(0.2, 0.35), losses=(1, 0, 2, 3))


def random_counts(trials=30):
    draws = np.random.default_rng(3)
    treated = draws.integers(0, 10, size=(trials, len(AMOUNTS)))
    return Outcomes.from_counts(treated, draws.binomial(treated, 0.3))


def test_probabilities_are_those_of_the_sas_macro_quoted_by_crmpack():
    """crmPack, test-sas-results-part-1, situation 1: no toxicity in three patients at 10."""
    belief = SCENARIO.belief(Outcomes.from_counts([3, 0, 0, 0, 0, 0, 0, 0], [0] * 8))
    np.testing.assert_allclose(
        [belief.target[0, 2], belief.excessive[0, 2], belief.unacceptable[0, 2], belief.mean[0, 2]],
        [0.186355, 0.09001, 0.010025, 0.154505],
        atol=0.005,
    )


def test_interval_probabilities_add_up_and_shift_upwards_with_dose():
    belief = SCENARIO.belief(random_counts())
    np.testing.assert_allclose(belief.under + belief.target + belief.excessive + belief.unacceptable, 1, atol=1e-12)
    assert (np.diff(belief.over, axis=1) >= -1e-9).all() and (np.diff(belief.under, axis=1) <= 1e-9).all()
    assert (np.diff(belief.mean, axis=1) > 0).all()


def test_overdose_control_closes_exactly_the_doses_over_the_limit():
    seen = random_counts()
    now, belief = SCENARIO.decide(seen), SCENARIO.belief(seen)
    assert np.array_equal(now.admissible, belief.over < 0.25)
    strict = BLRM(AMOUNTS, 90, PRIOR, target=(0.2, 0.35), ewoc=0.1).decide(seen)
    assert (strict.dose <= BLRM(AMOUNTS, 90, PRIOR, target=(0.2, 0.35), ewoc=0.4).decide(seen).dose).all()


def test_the_next_dose_is_the_best_of_the_open_ones():
    seen = random_counts()
    plain = BLRM(AMOUNTS, 90, PRIOR, target=(0.2, 0.35))
    for design, merit in ((plain, plain.belief(seen).target), (SCENARIO, -SCENARIO.expected_loss(SCENARIO.belief(seen)))):
        now = design.decide(seen)
        best = np.where(now.admissible, merit, -np.inf).argmax(axis=1) + 1
        assert np.array_equal(now.dose, np.where(now.admissible.any(axis=1), best, 0))


def test_quantiles_invert_the_probabilities():
    seen = random_counts(3)
    median = SCENARIO.quantile(seen, 0.5)
    for trial in range(3):
        for dose in (1, 6):
            limit = float(median[trial, dose])
            there = BLRM(AMOUNTS, 90, PRIOR, target=(limit, 0.999), unacceptable=0.9995)
            assert there.belief(seen).under[trial, dose] == pytest.approx(0.5, abs=1e-5)


def test_a_mixture_of_equal_priors_is_that_prior_and_evidence_moves_the_weights():
    seen = Outcomes.from_counts([3, 3, 3, 0, 0, 0, 0, 0], [1, 2, 3, 0, 0, 0, 0, 0])
    twice = BLRM(AMOUNTS, 90, (PRIOR, PRIOR), (0.3, 0.7))
    np.testing.assert_allclose(twice.belief(seen).mean, BLRM(AMOUNTS, 90, PRIOR).belief(seen).mean, rtol=1e-12)
    np.testing.assert_allclose(twice.belief(seen).weight, [[0.3, 0.7]], rtol=1e-12)
    toxic = TwoParameterLogistic((1.5, 0.0), (0.7, 0.7))
    mixed = BLRM(AMOUNTS, 90, (PRIOR, toxic), (0.8, 0.2)).belief(seen)
    assert mixed.weight[0, 1] > 0.2
    parts = [BLRM(AMOUNTS, 90, one).belief(seen).mean for one in (PRIOR, toxic)]
    np.testing.assert_allclose(mixed.mean, mixed.weight[0, 0] * parts[0] + mixed.weight[0, 1] * parts[1], rtol=1e-12)


def test_many_patients_recover_the_curve_that_made_them():
    level, slope = -0.9, 0.3
    rates = 1 / (1 + np.exp(-(level + np.exp(slope) * np.log(np.array(AMOUNTS) / 90))))
    patients = np.full(8, 60)
    belief = SCENARIO.belief(Outcomes.from_counts(patients, np.round(patients * rates).astype(int)))
    np.testing.assert_allclose(belief.mean[0], rates, atol=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amounts": (10.0, 10.0)}, "doses 10, 10"),
        ({"amounts": (0.0, 10.0)}, "rising doses above 0"),
        ({"target": (0.33, 0.16)}, "target 0.33 to 0.16"),
        ({"target": (0.2, 0.7)}, "unacceptable from 0.6"),
        ({"weights": (0.5, 0.5)}, "2 weights for 1 priors"),
        ({"ewoc": 0.0}, "ewoc 0"),
        ({"start": 3}, "first dose 3"),
    ],
)
def test_impossible_settings_are_refused(change, message):
    with pytest.raises(InvalidValue, match=message):
        BLRM(**{"amounts": (10.0, 20.0), "reference": 20.0, "prior": PRIOR, **change})


def test_losses_must_be_given_before_they_are_asked_for():
    design = BLRM((10.0, 20.0), 20.0, PRIOR)
    with pytest.raises(InvalidValue, match="no losses"):
        design.expected_loss(design.belief(Outcomes.none(doses=2)))


@pytest.mark.parametrize(("sd", "correlation"), [((0.0, 1.0), 0.0), ((1.0, 1.0), 1.0)])
def test_impossible_priors_are_refused(sd, correlation):
    with pytest.raises(InvalidValue):
        TwoParameterLogistic((0.0, 0.0), sd, correlation)
