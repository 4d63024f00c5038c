"""Responses with rescue, death, drop-out and missed visits, under each strategy."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.estimand import STRATEGIES, Strategies, Why, respond
from immunoreset.trial.analysis.tables import tabulate

DAYS = [84, 168, 365]
NEVER = np.inf


def counts_as(strategy, *, seen, rescue=NEVER, death=NEVER, drop_out=NEVER, missing="non-response"):
    plan = Strategies(
        strategy, death="composite" if strategy == "treatment policy" else strategy, drop_out=strategy, missing=missing
    )
    found = respond([seen], days=DAYS, assessment=365, strategies=plan, rescue=[rescue], death=[death], drop_out=[drop_out])
    return found.response[0], Why(int(found.why[0]))


def test_a_patient_without_events_counts_as_seen_under_every_strategy():
    for strategy in STRATEGIES:
        assert counts_as(strategy, seen=[0, 0, 1]) == (1, Why.SEEN)
        assert counts_as(strategy, seen=[1, 1, 0]) == (0, Why.SEEN)


@pytest.mark.parametrize(
    ("strategy", "answer", "why"),
    [("composite", 0, Why.RESCUED), ("treatment policy", 1, Why.SEEN), ("while on treatment", 0, Why.LAST_BEFORE_EVENT)],
)
def test_the_strategies_differ_for_a_rescued_patient(strategy, answer, why):
    assert counts_as(strategy, seen=[1, 0, 1], rescue=200) == (answer, why)


def test_while_on_treatment_uses_the_last_visit_seen_up_to_the_event():
    assert counts_as("while on treatment", seen=[1, np.nan, 0], drop_out=200) == (1, Why.LAST_BEFORE_EVENT)
    assert counts_as("while on treatment", seen=[0, 1, 0], drop_out=168) == (1, Why.LAST_BEFORE_EVENT)
    assert counts_as("while on treatment", seen=[1, 1, 1], drop_out=10) == (0, Why.MISSING)


def test_events_on_the_day_of_assessment_come_after_it_but_death_does_not():
    assert counts_as("composite", seen=[0, 0, 1], rescue=365) == (1, Why.SEEN)
    assert counts_as("composite", seen=[0, 0, 1], death=365) == (0, Why.DIED)
    assert counts_as("composite", seen=[0, 0, 1], rescue=400) == (1, Why.SEEN)


def test_the_earliest_composite_event_gives_the_reason():
    assert counts_as("composite", seen=[1, 1, np.nan], rescue=200, death=300) == (0, Why.RESCUED)
    assert counts_as("composite", seen=[1, 1, np.nan], drop_out=100, death=300) == (0, Why.DROPPED_OUT)


def test_missing_visits_are_non_response_or_left_out_as_stated():
    answer, why = counts_as("composite", seen=[1, 1, np.nan])
    assert (answer, why) == (0, Why.MISSING)
    answer, why = counts_as("composite", seen=[1, 1, np.nan], missing="leave out")
    assert np.isnan(answer) and why == Why.MISSING


def test_composite_never_gives_more_responses_than_treatment_policy():
    rng = np.random.default_rng(1)
    seen = rng.integers(0, 2, (200, 30, 3)).astype(float)
    seen[rng.random(seen.shape) < 0.1] = np.nan
    rescue = np.where(rng.random((200, 30)) < 0.3, rng.uniform(0, 400, (200, 30)), np.nan)
    found = {}
    for strategy in ("composite", "treatment policy"):
        plan = Strategies(strategy, death="composite", drop_out="treatment policy", missing="non-response")
        found[strategy] = respond(seen, days=DAYS, assessment=365, strategies=plan, rescue=rescue)
    assert np.all(found["composite"].response <= found["treatment policy"].response)
    assert sum(found["composite"].counted().values()) == 6000
    assert found["composite"].counted()[Why.RESCUED.message] == (rescue < 365).sum()


def test_left_out_patients_reach_the_analysis_only_when_it_says_so():
    plan = Strategies("composite", death="composite", drop_out="composite", missing="leave out")
    found = respond([[1], [np.nan], [0], [1]], days=[168], assessment=168, strategies=plan)
    arm = [1, 1, 0, 0]
    with pytest.raises(InvalidValue, match="response of patient 2 is missing"):
        tabulate(found.response, arm)
    assert tabulate(found.response, arm, missing="leave out").treated.tolist() == [1]


def test_no_strategy_is_assumed():
    with pytest.raises(TypeError):
        Strategies("composite", death="composite", drop_out="composite")  # pyright: ignore[reportCallIssue]
    with pytest.raises(UnknownName, match="no strategy for drop-out 'composit'; did you mean 'composite'"):
        Strategies("composite", death="composite", drop_out="composit", missing="leave out")
    with pytest.raises(UnknownName, match="strategy for missing visits"):
        Strategies("composite", death="composite", drop_out="composite", missing="impute")
    with pytest.raises(InvalidValue, match="outcome after death"):
        Strategies("composite", death="treatment policy", drop_out="composite", missing="leave out")


@pytest.mark.parametrize(
    ("seen", "days", "assessment", "rescue", "message"),
    [
        ([[0.5, 1]], [84, 168], 168, None, "response of patient 1 is 0.5"),
        ([[0, 1]], [168, 84], 168, None, "one visit day per column, rising"),
        ([[0, 1]], [84, 168], 100, None, "assessment on day 100 is no visit"),
        ([[0, 1]], [84, 168], 168, [-5], "rescue of patient 1 is on day -5"),
    ],
)
def test_bad_input_is_refused(seen, days, assessment, rescue, message):
    plan = Strategies("composite", death="composite", drop_out="composite", missing="leave out")
    with pytest.raises(InvalidValue, match=message):
        respond(seen, days=days, assessment=assessment, strategies=plan, rescue=rescue)
