"""Bayesian looks in one arm and two: published numbers, laws, and exact errors against simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import beta

from immunoreset.engine import random
from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.bayesian_monitoring import Rule, against_history, against_rate, safety_characteristics, safety_table
from immunoreset.trial.phase2.beta_mixture import BetaMixture, beta_prior
from immunoreset.trial.phase2.comparison import probability_greater
from immunoreset.trial.phase2.enumeration import operating_characteristics
from immunoreset.trial.phase2.two_arms import TwoArms, two_arm_characteristics

FLAT = beta_prior(1, 1)
TREATMENT = beta_prior(0.5, 1)
# the mixture printed in the RBesT 1.9 introduction for placebo in ankylosing spondylitis
HISTORY = BetaMixture(
    (0.4612914, 0.1917812, 0.1893896, 0.1575378),
    (33.9513487, 19.4400089, 12.2692310, 2.2521243),
    (103.0146367, 41.5205219, 55.9202833, 5.4812202),
)


@pytest.mark.parametrize(
    ("treatment", "control", "margin"),
    [
        ((1, 1), (1, 1), 0.2),
        ((0.5, 1), (0.2, 0.8), -0.1),
        ((30, 20), (300, 400), 0.1),
        ((2, 5), (1, 1), 0.0),
        ((0.2, 5), (1, 1), 0.3),
    ],
)
def test_the_probability_equals_adaptive_quadrature(treatment, control, margin):
    edges = sorted({1e-6, 0.3, 0.43, 1 - abs(margin) - 1e-9, abs(margin) + 1e-9})
    exact, _ = quad(
        lambda x: beta.pdf(x, *control) * beta.sf(x + margin, *treatment), 0, 1, points=edges, limit=500, epsabs=1e-13
    )
    assert probability_greater(beta_prior(*treatment), beta_prior(*control), margin) == pytest.approx(exact, abs=1e-9)


def test_the_two_directions_sum_to_one():
    for a, b in ((HISTORY, TREATMENT), (FLAT, beta_prior(0.1, 0.2))):
        assert probability_greater(a, b) + probability_greater(b, a) == pytest.approx(1, abs=1e-10)


def test_the_published_analysis_of_the_secukinumab_trial():
    # RBesT introduction: 14 of 24 on treatment, 1 of 6 on placebo, robust prior of the control
    found = probability_greater(TREATMENT.posterior(14, 24), HISTORY.robust(0.2).posterior(1, 6))
    assert found == pytest.approx(0.9917197, abs=1e-6)


@pytest.mark.parametrize(
    ("patients", "treatment", "control", "difference"),
    [
        ((24, 6), TREATMENT, HISTORY, 0.302),
        ((24, 24), FLAT, FLAT, 0.341),
        ((24, 6), TREATMENT, HISTORY.robust(0.2), 0.368),
        ((24, 6), FLAT, FLAT, 0.529),
    ],
)
def test_the_difference_with_80_percent_power_equals_the_published_one(patients, treatment, control, difference):
    design = TwoArms((patients,), treatment, control)
    rate = HISTORY.mean
    found = brentq(lambda more: two_arm_characteristics(design, [(rate + more, rate)]).claim[0] - 0.8, 0, 0.7)
    assert found == pytest.approx(difference, abs=5e-4)


def test_two_arms_with_looks_agree_with_simulated_trials():
    design = TwoArms(((10, 5), (20, 10), (30, 15)), FLAT, HISTORY.robust(0.5), claim=0.9, futile=0.2, benefit=0.99, margin=0.05)
    trials = 10_000
    chance = random.uniform(6, "two arms", np.arange(trials), count=45)
    treated, controls = (chance[:, :30] < 0.5).cumsum(axis=1), (chance[:, 30:] < 0.3).cumsum(axis=1)
    running, claimed, patients = np.ones(trials, bool), np.zeros(trials, bool), np.zeros(trials)
    for look, (n, m) in enumerate(design.looks):
        sure = design.probability(look)[treated[:, n - 1], controls[:, m - 1]]
        last = look == 2
        wins = running & (sure > (0.9 if last else 0.99))
        ends = running & (wins | last | (sure < 0.2))
        claimed |= wins
        patients[ends] = n + m
        running &= ~ends
    found = two_arm_characteristics(design, [(0.5, 0.3)])
    assert abs(claimed.mean() - found.claim[0]) < 4 * np.sqrt(0.25 / trials)
    assert abs(patients.mean() - found.expected[0]) < 4 * patients.std() / np.sqrt(trials)


def test_more_responses_of_the_control_never_make_a_claim_easier():
    design = TwoArms(((20, 20),), FLAT, FLAT)
    assert np.all(np.diff(design.fewest_to_claim(0)) >= 0)


def test_with_flat_priors_the_error_stays_near_one_minus_the_claim():
    design = TwoArms(((40, 40),), FLAT, FLAT, claim=0.975)
    rates = np.linspace(0.1, 0.9, 17)
    errors = two_arm_characteristics(design, [(rate, rate) for rate in rates]).claim
    assert errors.max() < 0.03


def test_tables_of_one_arm_rise_with_the_patients():
    looks = (5, 10, 15, 20, 25)
    for table in (
        against_rate(FLAT, 0.3, looks, Rule(0.1, 0.95, 0.99)),
        against_history(FLAT, HISTORY, looks, Rule(0.1, 0.9, 0.99)),
    ):
        assert np.all(np.diff(table.stop_le) >= 0)
        assert np.all(np.diff(table.upper[:-1]) >= 0)
        found = operating_characteristics(table, [0.1, 0.6])
        assert found.claim[0] < 0.1 < 0.8 < found.claim[1]


def test_certain_history_is_a_known_rate():
    looks, rule = (10, 20, 30), Rule(0.1, 0.9)
    certain = beta_prior(0.25e5, 0.75e5)
    assert against_history(FLAT, certain, looks, rule) == against_rate(FLAT, 0.25, looks, rule)


def test_a_safety_rule_stops_more_often_the_more_toxic_the_treatment():
    table = safety_table(beta_prior(0.3, 0.7), 0.3, (3, 6, 9, 12, 15), sure=0.95)
    assert np.all(np.diff(table.stop_ge) >= 0)
    found = safety_characteristics(table, [0.0, 0.1, 0.3, 0.5, 0.7, 1.0])
    assert np.all(np.diff(found.stop) > 0)
    assert found.stop[0] == 0
    assert found.stop[-1] == pytest.approx(1)
    assert found.expected[0] == 15
    assert found.expected[-1] == 3


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: against_rate(FLAT, 1.3, (10,), Rule(0.1, 0.9)), "rate 1.3"),
        (lambda: against_rate(FLAT, 0.3, (10,), Rule(0.9, 0.1)), "futile < claim"),
        (lambda: against_rate(FLAT, 0.9, (2,), Rule(0.0, 0.999)), "lower the claim"),
        (lambda: safety_table(FLAT, 0.0, (3,)), "limit 0"),
        (lambda: safety_table(FLAT, 0.9, (1,), sure=0.99), "would stop"),
        (lambda: TwoArms(((10, 10), (5, 20)), FLAT, FLAT), "does not follow"),
        (lambda: TwoArms((), FLAT, FLAT), "need patients"),
        (lambda: TwoArms(((10, 10),), FLAT, FLAT, claim=1.2), "claim < 1"),
        (lambda: two_arm_characteristics(TwoArms(((5, 5),), FLAT, FLAT), [(1.2, 0.1)]), "between 0 and 1"),
        (lambda: probability_greater(FLAT, FLAT, 1.0), "margin is 1"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(InvalidValue, match=says):
        call()
