"""Stopping rules stop when, and only when, they say."""

import numpy as np
import pytest
from scipy.stats import beta

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.stopping import StopAtN, StopWhenAtDose, StopWhenPrecise, StopWhenTooToxic, StopWithoutLowerDose
from immunoreset.trial.scenarios import simulate_trials

BASE = BOIN(3, 0.3)


@pytest.mark.parametrize("n", [1, 7, 10, 12])
def test_never_more_than_n_patients_are_treated(n):
    runs = simulate_trials(StopAtN(BASE, n), RateTable((0.1, 0.2, 0.3)), trials=20, seed=1)
    assert (runs.outcomes.enrolled.sum(axis=1) == n).all() and (runs.why == Why.ENOUGH_PATIENTS).all()


def test_patients_at_one_dose_are_counted_at_the_dose_asked_for():
    seen = Outcomes.read(["1NNNNNN 2NNT", "1NNT 2NNNNNN"], doses=3)
    assert StopWhenAtDose(BASE, 6).decide(seen).stop.tolist() == [True, True]
    assert StopWhenAtDose(BASE, 6, 1).decide(seen).stop.tolist() == [True, False]
    assert StopWhenAtDose(BASE, 3, "recommended").decide(seen).stop.tolist() == [True, False]


def test_too_toxic_is_judged_by_the_posterior_of_the_lowest_dose():
    rule = StopWhenTooToxic(BOIN(3, 0.3, cutoff_eli=1), 0.3, 0.9)
    for patients in range(1, 10):
        for toxic in range(patients + 1):
            now = rule.decide(Outcomes.from_counts([patients, 0, 0], [toxic, 0, 0]))
            chance = beta.sf(0.3, 1 + toxic, 1 + patients - toxic)
            assert now.stop[0] == (chance > 0.9)
            assert not now.stop[0] or (now.recommended[0] == 0 and not now.admissible.any())


def test_precise_is_judged_by_the_width_of_the_interval():
    rule = StopWhenPrecise(BOIN(1, 0.3), 0.4)
    for patients in range(1, 40):
        toxic = patients // 4
        low, high = beta.interval(0.95, 1 + toxic, 1 + patients - toxic)
        now = rule.decide(Outcomes.from_counts([patients], [toxic]))
        assert now.stop[0] == (patients >= 6 and high - low <= 0.4)


def test_going_down_from_the_lowest_dose_ends_the_trial_only_under_the_rule():
    seen = Outcomes.read(["1NTT", "1NNT", "1NNN 2TTN"], doses=3)
    assert BASE.decide(seen).stop.tolist() == [False] * 3
    now = StopWithoutLowerDose(BASE).decide(seen)
    assert now.stop.tolist() == [True, False, False] and now.recommended[0] == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: StopAtN(BASE, 0),
        lambda: StopWhenAtDose(BASE, 3, "lowest"),
        lambda: StopWhenAtDose(BASE, 3, 4),
        lambda: StopWhenTooToxic(BASE, 30),
        lambda: StopWhenPrecise(BASE, 0),
    ],
)
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(InvalidValue):
        make()


def test_rules_agree_in_either_order():
    seen = Outcomes.read(["1NNN 2NNT 2NNN", "1TTT", "1NNN", ""], doses=3)
    one, other = StopAtN(StopWhenAtDose(BASE, 6), 9).decide(seen), StopWhenAtDose(StopAtN(BASE, 9), 6).decide(seen)
    assert np.array_equal(one.stop, other.stop) and np.array_equal(one.recommended, other.recommended)
