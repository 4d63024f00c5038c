"""Interim analyses fall on the day that their trigger names, and count what is known by then."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.enrolment.durations import Days
from immunoreset.trial.enrolment.fixed_size import enrol
from immunoreset.trial.enrolment.interim import AfterEvents, AfterPatients, OnDay, analyses
from immunoreset.trial.enrolment.sites import Site

SITES = (Site("Berlin", 4.0),)
TRIALS = enrol(Enrolment(SITES, drop_out=0.0005, reporting=Days(10)), 50, trials=30, seed=1, follow_up=365)
EVENTS = np.random.default_rng(1).exponential(400, size=(30, 50))


def test_each_trigger_finds_its_number():
    looks = analyses(TRIALS, [AfterPatients(25), AfterEvents(12)], EVENTS)
    assert (looks.randomised[:, 0] == 25).all()
    assert (looks.events[:, 1] == np.maximum(looks.events[:, 0], 12)).all()
    assert (np.diff(looks.day, axis=1) >= 0).all()


def test_followed_patients_are_waited_for_unless_they_left():
    day = analyses(TRIALS, [AfterPatients(50, followed=180)]).day[:, 0]
    last = TRIALS.randomised.max(axis=1)
    assert (day <= last + 180).all() and (day == last + 180).any()


def test_an_event_is_known_when_reported_and_only_within_follow_up():
    first = analyses(TRIALS, [AfterEvents(1)], EVENTS).day[:, 0]
    happened = np.where(TRIALS.randomised + EVENTS <= TRIALS.end, TRIALS.randomised + EVENTS, np.inf).min(axis=1)
    np.testing.assert_allclose(first, happened + 10)
    assert np.isinf(analyses(TRIALS, [AfterEvents(50)], EVENTS).day).all()


def test_stopping_at_an_analysis_ends_the_trial_then_and_never_later():
    looks = analyses(TRIALS, [AfterPatients(25, 100), OnDay(5000)], EVENTS)
    stopped = np.arange(30) % 3
    duration = looks.duration(stopped, TRIALS)
    full = TRIALS.calendar.duration
    assert np.array_equal(duration[stopped != 1], full[stopped != 1])
    assert np.array_equal(duration[stopped == 1], looks.day[stopped == 1, 0]) and (duration <= full).all()
    assert (looks.completed[:, 1] == 50).all()


@pytest.mark.parametrize(
    ("triggers", "said"),
    [
        ([], "no analysis"),
        ([AfterPatients(51)], "51 patients of 50"),
        ([AfterEvents(0)], "0 events"),
        ([OnDay(-1)], "day -1"),
    ],
)
def test_triggers_that_cannot_be_are_refused(triggers, said):
    with pytest.raises(InvalidValue, match=said):
        analyses(TRIALS, triggers, EVENTS)


def test_events_and_stops_of_another_shape_are_refused():
    with pytest.raises(InvalidValue, match="give one for each"):
        analyses(TRIALS, [AfterEvents(3)], EVENTS[:, :4])
    with pytest.raises(InvalidValue, match="stop at analysis 2 of 1"):
        analyses(TRIALS, [AfterEvents(3)], EVENTS).duration(2, TRIALS)
