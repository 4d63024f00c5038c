"""Endpoints of virtual trials: what missed visits, drop-out, rescue and failed simulations count as."""

import dataclasses

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.estimand import Strategies
from immunoreset.virtual_trial.endpoint import Change, Response, TimeTo
from immunoreset.virtual_trial.observation import Observation, Observed, observe
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.rescue import Rescue

NAN, NEVER = np.nan, np.inf


def small(doris, sledai=None, relapse=None, *, entry=None, failed=None, drop_out=None, death=None) -> Observed:
    """One arm, visits on days 84, 168 and 365."""
    answers = np.asarray(doris, dtype=float)[:, None, :]
    patients = len(answers)
    activity = np.full(answers.shape, 5.0) if sledai is None else np.asarray(sledai, dtype=float)[:, None, :]
    table = PotentialTable(
        ("only",),
        np.array([84.0, 168.0, 365.0]),
        {
            "relapse_day": np.asarray([NAN] * patients if relapse is None else relapse, dtype=float)[:, None],
            "death_day": np.asarray([NAN] * patients if death is None else death, dtype=float)[:, None],
        },
        {"doris": answers, "sledai": activity},
        {"sledai": np.full(patients, 10.0) if entry is None else np.asarray(entry, dtype=float)},
        np.asarray([False] * patients if failed is None else failed)[:, None],
        np.arange(patients),
    )
    seen = observe(table, Observation())
    left = np.full(patients, NEVER) if drop_out is None else np.asarray(drop_out, dtype=float)
    gone = table.days > left[:, None]
    visits = {name: np.where(gone[:, None, :], NAN, values) for name, values in table.visits.items()}
    return dataclasses.replace(seen, visits=visits, drop_out=left)


def test_composite_response_counts_all_that_intervenes_as_non_response():
    seen = small(
        [[0, 1, 1], [1, 1, 1], [0, NAN, 1], [NAN, NAN, NAN], [1, 1, 1]],
        [[5, 5, 5], [10, 5, 5], [5, 5, 5], [NAN, NAN, NAN], [5, 5, 5]],
        failed=[False, False, False, True, False],
        drop_out=[NEVER, NEVER, NEVER, NEVER, 100],
    )
    assert Response("doris", 168).read(seen, Rescue()).value.ravel().tolist() == [1, 0, 0, 0, 0]
    assert Response("doris", 168).read(seen).value.ravel().tolist() == [1, 1, 0, 0, 0]


def test_death_before_the_assessment_is_non_response_or_ends_what_counts():
    """The last has left before death, the one before it died before drop-out was due."""
    died, left = [NAN, 168, 200, 100, 150], [NEVER, NEVER, NEVER, 120, 120]
    seen = small([[1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]], death=died, drop_out=left)
    assert Response("doris", 168).read(seen).value.ravel().tolist() == [1, 0, 1, 0, 0]
    until_death = Strategies("composite", death="while on treatment", drop_out="composite", missing="non-response")
    assert Response("doris", 168, until_death).read(seen).value.ravel().tolist() == [1, 0, 1, 1, 0]


def test_death_censors_a_bad_event_competes_with_a_good_one_and_can_be_the_event():
    seen = small(
        [[0, 1, 1], [0, 0, 0], [0, 0, 0], [1, 0, 0]],
        relapse=[365, NAN, NAN, 168],
        death=[NAN, 200, 400, 180],
        drop_out=[NEVER, NEVER, NEVER, 100],
    )
    relapse = TimeTo("relapse_day", 365).read(seen)
    assert relapse.value.ravel().tolist() == [365, 200, 365, 100] and relapse.event.ravel().tolist() == [1, 0, 0, 0]
    assert relapse.truth.ravel().tolist() == [365, 200, 365, 168]
    remission = TimeTo("doris", 365, good=True).read(seen)
    assert remission.value.ravel().tolist() == [168, 365, 365, 84] and remission.event.ravel().tolist() == [1, 0, 0, 1]
    dead = TimeTo("death_day", 365).read(seen)
    assert dead.value.ravel().tolist() == [365, 200, 365, 100] and dead.event.ravel().tolist() == [0, 1, 0, 0]


def test_missing_responses_can_be_left_out():
    plan = Strategies("composite", death="composite", drop_out="composite", missing="leave out")
    found = Response("doris", 168, plan).read(small([[0, 1, 1], [0, NAN, 1]])).value.ravel()
    np.testing.assert_array_equal(found, [1, NAN])


def test_treatment_policy_on_rescue_needs_outcomes_that_nobody_simulated():
    with pytest.raises(InvalidValue, match="treatment policy needs outcomes after rescue"):
        Response("doris", 168, Strategies("treatment policy", "composite", "composite", "non-response"))


def test_change_is_from_entry_and_no_change_after_rescue():
    seen = small([[0, 0, 0]] * 4, [[5, 4, 4], [12, 4, 4], [5, NAN, 4], [5, 13, 4]])
    change = Change("sledai", 168)
    assert change.read(seen).value.ravel().tolist() == [-6, -6, 0, 3]
    assert change.read(seen, Rescue()).value.ravel().tolist() == [-6, 0, 0, 3]  # rescued only after the last was seen
    left_out = Change("sledai", 168, missing="leave out").read(seen, Rescue()).value.ravel()
    np.testing.assert_array_equal(left_out, [-6, NAN, NAN, 3])


def test_a_bad_event_comes_with_relapse_rescue_or_failure_and_drop_out_censors():
    seen = small(
        [[0, 0, 0]] * 7,
        [[5, 5, 5], [5, 5, 5], [5, 12, 5], [5, 5, 5], [5, 5, 5], [NAN, NAN, NAN], [5, 5, 5]],
        relapse=[NAN, 168, NAN, 365, 168, NAN, 365],
        drop_out=[NEVER, NEVER, NEVER, 200, 400, NEVER, NEVER],
        failed=[False] * 5 + [True, False],
    )
    found = TimeTo("relapse_day", 365).read(seen, Rescue())
    assert found.value.ravel().tolist() == [365, 168, 168, 200, 168, 84, 365]
    assert found.event.ravel().tolist() == [0, 1, 1, 0, 1, 1, 1]
    assert found.truth.ravel().tolist() == [365, 168, 168, 365, 168, 84, 365]


def test_a_good_event_is_the_first_visit_with_a_response_and_never_comes_after_rescue():
    seen = small([[0, 1, 0], [0, 0, 1], [NAN, NAN, NAN], [0, 0, 0]], [[5, 5, 5], [5, 12, 5], [5, 5, 5], [5, 5, 5]])
    found = TimeTo("doris", 365, good=True).read(seen, Rescue())
    assert found.value.ravel().tolist() == [168, 365, 365, 365]
    assert found.event.ravel().tolist() == [1, 0, 0, 0]


def test_what_the_table_does_not_hold_is_refused(invented_table):
    seen = observe(invented_table, Observation())
    with pytest.raises(InvalidValue, match="day 90 is no visit"):
        Response("doris", 90).read(seen)
    with pytest.raises(InvalidValue, match="'sledai' is not a yes or no"):
        Response("sledai", 180).read(seen)
    with pytest.raises(InvalidValue, match="'doris' has no value at entry; a change can be of sledai"):
        Change("doris", 180).read(seen)
    with pytest.raises(InvalidValue, match="the last visit is on day 365"):
        TimeTo("relapse_day", 500).read(seen)
    with pytest.raises(InvalidValue, match="'dlt' is not the day of an event"):
        TimeTo("dlt", 365).read(seen)
    with pytest.raises(UnknownName, match="no test of times 'cox'"):
        TimeTo("relapse_day", 365, test="cox")  # pyright: ignore[reportArgumentType]
