"""Rules about doses: no skipping, closing, and at most so many patients at one dose."""

import numpy as np

from immunoreset.trial.decision import Decision, Why, decision
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.doses import AtMostAtDose, CloseTooToxic, NoSkipping
from immunoreset.trial.scenarios import simulate_trials


class Always:
    """A design that always names one dose, among some that may be given."""

    doses = 5

    def __init__(self, dose: int, admissible: tuple[bool, ...] = (True,) * 5):
        self.dose, self.admissible = dose, admissible

    def decide(self, outcomes: Outcomes) -> Decision:
        number = outcomes.trials
        return decision(
            outcomes, dose=np.full(number, self.dose), why=Why.MODEL, admissible=np.tile(self.admissible, (number, 1))
        )


def test_one_dose_up_at_a_time_and_when_asked_one_down():
    seen = Outcomes.read(["1NNN", "2NNN", "4NNN", "5NNN", ""], doses=5)
    assert NoSkipping(Always(5)).decide(seen).dose.tolist() == [2, 3, 5, 5, 5]
    assert NoSkipping(Always(1)).decide(seen).dose.tolist() == [1, 1, 1, 1, 1]
    assert NoSkipping(Always(1), down=True).decide(seen).dose.tolist() == [1, 1, 3, 4, 1]


def test_no_skipping_gives_no_closed_dose_and_stops_when_none_is_within_reach():
    seen = Outcomes.read(["1NNN", "2NNN", "3NNN"], doses=5)
    now = NoSkipping(Always(5, (False, False, False, True, True))).decide(seen)
    assert now.dose.tolist() == [0, 0, 4] and now.stop.tolist() == [True, True, False]
    assert now.why.tolist() == [Why.OUT_OF_REACH, Why.OUT_OF_REACH, Why.NO_SKIPPING]


def test_going_down_step_by_step_yields_to_a_closed_dose():
    seen = Outcomes.read("5TTT", doses=5)
    assert NoSkipping(Always(1, (True, False, False, False, False)), down=True).decide(seen).dose.tolist() == [1]


def test_a_closed_dose_closes_all_above_and_the_lowest_stops_the_trial():
    rule = CloseTooToxic(Always(5), 0.3, 0.95)
    now = rule.decide(Outcomes.read(["1NNN 3TTT", "1TTT", "3TT"], doses=5))
    assert now.admissible.tolist() == [[True, True, False, False, False], [False] * 5, [True] * 5]
    assert now.dose.tolist() == [2, 0, 5] and now.stop.tolist() == [False, True, False]


def test_no_dose_gets_more_patients_than_allowed():
    runs = simulate_trials(AtMostAtDose(BOIN(3, 0.3), 7), RateTable((0.1, 0.3, 0.5)), trials=60, seed=2)
    assert runs.outcomes.enrolled.max() == 7
    assert (runs.why[runs.stopped] == Why.ENOUGH_AT_DOSE).any()
