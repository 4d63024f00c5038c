"""Cohort size, staggering and waiting for pending patients."""

import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.cohorts import CohortSize, Stagger, WaitForPending
from immunoreset.trial.scenarios import simulate_trials

BASE = BOIN(3, 0.3)


def test_an_incomplete_cohort_is_filled_up_before_the_dose_changes():
    now = CohortSize(BASE, 4).decide(Outcomes.read(["1N", "1NNN", "1NNNN", "1NNNN 2NNNNT"], doses=3))
    assert now.dose.tolist() == [1, 1, 2, 2] and now.cohort.tolist() == [3, 1, 4, 3]
    assert now.why.tolist()[:3] == [Why.COHORT_INCOMPLETE, Why.COHORT_INCOMPLETE, Why.ESCALATE]


def test_a_closed_dose_is_left_although_its_cohort_is_incomplete():
    assert CohortSize(BASE, 6).decide(Outcomes.read("1NNNNNN 2TTTT", doses=3)).dose.tolist() == [1]


def test_simulated_cohorts_have_the_size_of_the_rule():
    runs = simulate_trials(CohortSize(BASE, 2), RateTable((0.0, 0.0, 0.0)), trials=1, seed=1, max_cohorts=3)
    assert runs.outcomes.write() == "1NN 2NN 3NN 3NN 3N"


def pending(number: int, *, since: float, treated: int = 0) -> Outcomes:
    return Outcomes.from_counts(
        [treated, 0, 0], [0, 0, 0], current=1, pending=[number, 0, 0], followed=[since * number, 0, 0], since_last=since
    )


def test_the_first_patients_at_a_dose_come_one_by_one_and_apart():
    rule = Stagger(BASE, gap=0.5, first=2)
    assert rule.decide(Outcomes.none(doses=3)).cohort.tolist() == [1]
    early, late = rule.decide(pending(1, since=0.2)), rule.decide(pending(1, since=0.6))
    assert early.wait.tolist() == [True] and early.why.tolist() == [Why.STAGGER]
    assert late.wait.tolist() == [False] and late.cohort.tolist() == [1]
    second = rule.decide(pending(2, since=0.6))
    assert second.wait.tolist() == [False] and second.cohort.tolist() == [0]
    assert rule.decide(pending(3, since=0.1)).wait.tolist() == [False]


@pytest.mark.parametrize(("share", "waits"), [(0.0, [False, True, True]), (0.5, [False, False, True])])
def test_waiting_depends_on_the_share_of_pending_patients(share, waits):
    states = [pending(0, since=1.0, treated=3), pending(1, since=0.5, treated=2), pending(2, since=0.5, treated=1)]
    assert [bool(WaitForPending(BASE, share).decide(seen).wait[0]) for seen in states] == waits


@pytest.mark.parametrize("make", [lambda: CohortSize(BASE, 0), lambda: Stagger(BASE, 1.5), lambda: WaitForPending(BASE, 1)])
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(InvalidValue):
        make()
