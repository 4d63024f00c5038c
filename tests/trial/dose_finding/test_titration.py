"""Accelerated titration: single patients up to the first toxicity, then full cohorts."""

import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.titration import AcceleratedTitration
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.scenarios import simulate_trials


def test_trials_begin_with_one_patient_per_dose_and_fill_up_after_the_first_toxicity():
    source = RateTable((0.0, 0.0, 1.0, 1.0))
    runs = simulate_trials(AcceleratedTitration(ThreePlusThree(4, "deescalation")), source, trials=1, seed=1)
    assert runs.outcomes.write() == "1N 2N 3T 3TT 2NN 2NNN"
    assert runs.recommended.tolist() == [2]


def test_without_toxicity_the_highest_dose_gets_a_full_cohort():
    runs = simulate_trials(BOIN(3, 0.3, titration=True), RateTable((0.0,) * 3), trials=1, seed=1, max_cohorts=3)
    assert runs.outcomes.write() == "1N 2N 3N 3NN 3NNN 3N"


def test_the_option_of_boin_is_the_wrapper():
    lines = ["", "1N", "1N 2N", "1N 2T", "1N 2T 2NN", "1N 2N 3N 4T 4TT"]
    seen = Outcomes.read(lines, doses=4)
    option, wrapper = BOIN(4, 0.3, titration=True).decide(seen), AcceleratedTitration(BOIN(4, 0.3)).decide(seen)
    assert all((mine == theirs).all() for mine, theirs in zip(option, wrapper, strict=True))
    assert option.dose.tolist() == [1, 2, 3, 2, 2, 3] and option.cohort.tolist() == [1, 1, 1, 2, 0, 2]


def test_the_next_patient_waits_for_the_one_before():
    seen = Outcomes.from_counts([1, 0, 0], [0, 0, 0], current=2, pending=[0, 1, 0], followed=[0, 0.3, 0])
    now = AcceleratedTitration(BOIN(3, 0.3)).decide(seen)
    assert now.wait.tolist() == [True] and now.dose.tolist() == [2] and now.why.tolist() == [Why.PENDING]


def test_empty_cohorts_are_refused():
    with pytest.raises(InvalidValue):
        AcceleratedTitration(BOIN(3, 0.3), 0)
