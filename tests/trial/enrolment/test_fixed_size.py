"""Trials of fixed size: the calendar follows from accrual, and slots only ever make patients wait."""

from dataclasses import replace
from itertools import pairwise
from math import factorial

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.enrolment.description import Enrolment, Manufacture
from immunoreset.trial.enrolment.diary import Fate
from immunoreset.trial.enrolment.durations import Days
from immunoreset.trial.enrolment.fixed_size import enrol
from immunoreset.trial.enrolment.sites import DAYS_PER_MONTH, Site, first_arrivals

SITES = (Site("Berlin", 4.0), Site("Erlangen", 2.0, opens=45, ramp_up=60))
MADE = Manufacture(2, Days(14, 0.3), failure=0.1, out_of_specification=0.1, attempts=2, infuse_out_of_specification=True)
BUSY = Enrolment(
    SITES, Days(14, 0.3), 0.25, Days(7, 0.2), MADE, Days(20), lymphodepletion=5, drop_out=0.001, reporting=Days(5, 0.5)
)


def with_slots(slots: int | None, enrolment: Enrolment = BUSY) -> Enrolment:
    return replace(enrolment, manufacture=replace(enrolment.manufacture, slots=slots))


def test_without_delays_the_calendar_is_the_accrual():
    made = enrol(Enrolment(SITES), 40, trials=20, seed=1, follow_up=100)
    day, site = first_arrivals(SITES, np.arange(20), seed=1, number=40)
    assert np.array_equal(made.randomised, day) and np.array_equal(made.treated, day) and np.array_equal(made.site, site)
    np.testing.assert_array_equal(made.calendar.duration, day[:, -1] + 100)


def test_slots_without_limit_equal_more_slots_than_patients():
    free, many = (enrol(with_slots(slots), 60, trials=40, seed=3, follow_up=300).calendar for slots in (None, 500))
    for name in ("apheresis", "slot", "product", "lymphodepletion", "infusion", "end", "left"):
        np.testing.assert_allclose(getattr(free, name), getattr(many, name), rtol=1e-12, err_msg=name)
    for name in ("fate", "attempts", "off_specification", "dose"):
        assert np.array_equal(getattr(free, name), getattr(many, name)), name


def test_more_slots_never_delay_a_product():
    once = replace(BUSY, drop_out=0.0, manufacture=replace(MADE, attempts=1))
    runs = [enrol(with_slots(slots, once), 60, trials=30, seed=4, follow_up=300) for slots in (1, 2, 3, None)]
    for fewer, more in pairwise(runs):
        assert (np.nan_to_num(more.treated, nan=np.inf) <= np.nan_to_num(fewer.treated, nan=np.inf)).all()
        assert (more.calendar.duration <= fewer.calendar.duration).all()
        assert np.array_equal(more.calendar.manufactured, fewer.calendar.manufactured)
    assert np.nanmean(runs[0].calendar.wait("apheresis", "slot")) > 10


def test_waiting_for_a_slot_agrees_with_the_queue_of_erlang():
    """M/M/c queue: mean wait C / (c mu - lambda) with Erlang's C; Erlang 1917, in any text on queues."""
    slots, load, rate = 3, 0.75, 1.0
    enrolment = Enrolment((Site("Berlin", rate * DAYS_PER_MONTH),), manufacture=Manufacture(slots, Days(slots * load / rate, 1)))
    made = enrol(enrolment, 2000, trials=40, seed=6, follow_up=1)
    wait = np.take_along_axis(made.calendar.wait("apheresis", "slot"), made.patient, axis=1)[:, 300:].mean(axis=1)
    offered = slots * load
    waits = offered**slots / factorial(slots) / (1 - load)
    chance = waits / (sum(offered**number / factorial(number) for number in range(slots)) + waits)
    expected = chance / (rate / load - rate)
    assert abs(wait.mean() - expected) < 4 * wait.std(ddof=1) / np.sqrt(40)
    assert abs(made.calendar.utilisation.mean() - load) < 0.03


def test_shares_of_failures_come_out():
    made = enrol(with_slots(None), 150, trials=60, seed=7, follow_up=200).calendar
    screened = made.screen_failures.sum() + np.isfinite(made.eligible).sum()
    assert abs(made.screen_failures.sum() / screened - 0.25) < 4 * np.sqrt(0.25 * 0.75 / screened)
    finished = np.isfinite(made.product) | (made.fate == Fate.NO_PRODUCT)
    failed = (made.fate == Fate.NO_PRODUCT).sum() / finished.sum()
    assert abs(failed - 0.01) < 4 * np.sqrt(0.01 / finished.sum()) + 0.001
    marked = made.off_specification.sum() / np.isfinite(made.product).sum()
    assert abs(marked - 0.1) < 4 * np.sqrt(0.09 / np.isfinite(made.product).sum())


def test_drop_out_has_its_hazard():
    made = enrol(Enrolment(SITES, drop_out=0.002), 200, trials=50, seed=8, follow_up=365)
    share = np.isfinite(made.left).mean()
    expected = 1 - np.exp(-0.002 * 365)
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / made.left.size)
    assert (made.end <= made.randomised + 365).all()


def test_steps_of_a_patient_follow_one_another():
    made = enrol(BUSY, 60, trials=20, seed=9, follow_up=300).calendar
    steps = ("consent", "eligible", "apheresis", "slot", "product", "lymphodepletion", "infusion", "end")
    for before, after in pairwise(steps):
        wait = made.wait(before, after)
        assert (wait[np.isfinite(wait)] >= -1e-9).all(), (before, after)
    wait = made.wait("lymphodepletion", "infusion")
    np.testing.assert_allclose(wait[np.isfinite(wait)], 5)
    wait = made.wait("apheresis", "lymphodepletion")
    assert (wait[np.isfinite(wait)] >= 20 - 1e-9).all()


def test_every_patient_has_one_fate():
    made = enrol(BUSY, 60, trials=20, seed=9, follow_up=300).calendar
    kinds = sum(made.count(fate) for fate in Fate if fate != Fate.NOT_ENROLLED)
    assert np.array_equal(kinds, made.enrolled)
    assert np.array_equal(np.isfinite(made.consent).sum(axis=1), made.enrolled)
    assert np.array_equal(np.isfinite(made.infusion).sum(axis=1), made.treated)
    rows = made.rows(3)
    assert len(rows) == made.enrolled[3] and {str(row["fate"]) for row in rows} >= {"completed", "screen failure"}


def test_only_arms_with_a_product_wait_for_one():
    made = enrol(BUSY, 40, trials=10, seed=2, follow_up=300, assign=lambda site: np.arange(site.size).reshape(site.shape) % 2,
                 product_arms=[1])  # fmt: skip
    control, car_t = made.arm == 0, made.arm == 1
    assert np.array_equal(made.treated[control], made.randomised[control])
    assert np.nanmin((made.treated - made.randomised)[car_t]) > 20
    assert (made.calendar.attempts.sum(axis=1) <= 2 * 20).all()


def test_a_trial_is_the_same_whatever_the_number_of_trials():
    few, many = (enrol(BUSY, 30, trials=trials, seed=5, follow_up=200) for trials in (3, 12))
    assert np.array_equal(few.treated, many.treated[:3], equal_nan=True)
    assert np.array_equal(few.calendar.slot_days, many.calendar.slot_days[:3])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: enrol(BUSY, 40, trials=2, seed=1, follow_up=100, enrolled=30), "40 patients to be treated of 30 enrolled"),
        (lambda: enrol(BUSY, 40, trials=2, seed=1, follow_up=100, enrolled=41), "too few of 41 volunteers are eligible"),
        (lambda: enrol(BUSY, 0, trials=2, seed=1, follow_up=100), "give more than none"),
        (lambda: enrol(BUSY, 4, trials=2, seed=1, follow_up=9, assign=lambda site: site[:, :2]), "give 0, 1"),
        (lambda: Enrolment(()), "no sites"),
        (lambda: Enrolment((SITES[0], SITES[0])), "site 'Berlin' is there twice"),
        (lambda: Enrolment(SITES, screen_failure=1.0), "screening failure 1"),
        (lambda: Enrolment(SITES, drop_out=-0.1), "drop_out -0.1"),
        (lambda: Enrolment(SITES, visits=(7, 1)), "in rising order"),
        (lambda: Manufacture(0), "0 manufacturing slots"),
        (lambda: Manufacture(attempts=0), "0 attempts"),
        (lambda: Manufacture(failure=-0.1), "manufacturing failure -0.1"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(make, said):
    with pytest.raises(InvalidValue, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_an_unknown_step_is_named():
    with pytest.raises(UnknownName, match="did you mean 'infusion'"):
        enrol(BUSY, 4, trials=1, seed=1, follow_up=9).calendar.wait("consent", "infused")
