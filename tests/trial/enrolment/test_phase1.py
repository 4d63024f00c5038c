"""Phase 1 in calendar time: the same decisions as without a calendar, and no infusion before its day."""

from dataclasses import replace

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Design
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.tite_boin import TiteBOIN
from immunoreset.trial.dose_finding.tite_crm import TiteCRM
from immunoreset.trial.dose_finding.titration import AcceleratedTitration
from immunoreset.trial.enrolment.conduct import Conduct
from immunoreset.trial.enrolment.description import Enrolment, Manufacture
from immunoreset.trial.enrolment.diary import Fate
from immunoreset.trial.enrolment.durations import Days
from immunoreset.trial.enrolment.phase1 import CalendarTrials, simulate_phase1
from immunoreset.trial.enrolment.sites import Site
from immunoreset.trial.enrolment.timed_outcomes import Timed
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.backfill import Backfill
from immunoreset.trial.rules.cohorts import Stagger, WaitForPending
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.rules.stopping import StopAtN
from immunoreset.trial.scenarios import simulate_trials

WINDOW = 28.0
RATES = RateTable((0.05, 0.15, 0.3, 0.5), (0.2, 0.4, 0.5, 0.6))
SOURCE = Timed(RATES, WINDOW)
SITES = (Site("Berlin", 4.0), Site("Erlangen", 2.0, opens=45, ramp_up=60))
PLAIN = Enrolment(SITES)
CONSTANT = Enrolment(SITES, Days(14), 0.0, Days(7), Manufacture(2, Days(14)), Days(20), lymphodepletion=5, reporting=Days(2))
BUSY = Enrolment(
    SITES, Days(14, 0.3), 0.2, Days(7, 0.2), Manufacture(2, Days(14, 0.3), 0.1, 0.05, attempts=2), Days(20),
    lymphodepletion=5, drop_out=0.002, visits=(1, 7, 14, 21, 28), missed=0.1, reporting=Days(3, 0.5),
)  # fmt: skip
TITE_CRM = NoSkipping(TiteCRM(CRM((0.05, 0.12, 0.25, 0.4), 0.25)))


def run(
    design: Design, enrolment: Enrolment = BUSY, conduct: Conduct | None = None, *, trials: int = 25, source: Timed = SOURCE
) -> CalendarTrials:
    return simulate_phase1(design, source, enrolment, conduct, trials=trials, seed=11)


@pytest.mark.parametrize("enrolment", [PLAIN, CONSTANT], ids=["no delays", "constant delays"])
@pytest.mark.parametrize(
    "design", [ThreePlusThree(4), BOIN(4, 0.3), AcceleratedTitration(ThreePlusThree(4)), StopAtN(Keyboard(4, 0.25), 20)], ids=str
)
def test_followed_to_the_end_a_trial_is_that_without_a_calendar(design, enrolment):
    source = Timed(RATES, WINDOW, benefit_by=1e-6)
    found, known = run(design, enrolment, trials=60, source=source).trials, simulate_trials(design, RATES, trials=60, seed=11)
    assert [found.outcomes.write(trial) for trial in range(60)] == [known.outcomes.write(trial) for trial in range(60)]
    for name in ("recommended", "stopped", "why"):
        assert np.array_equal(getattr(found, name), getattr(known, name)), name


def test_a_rolling_trial_that_waits_for_all_is_also_that_without_a_calendar():
    design = WaitForPending(BOIN(4, 0.3))
    found = run(design, PLAIN, Conduct(rolling=True), trials=40, source=Timed(RATES, WINDOW, benefit_by=1e-6)).trials
    known = simulate_trials(BOIN(4, 0.3), RATES, trials=40, seed=11)
    assert [found.outcomes.write(trial) for trial in range(40)] == [known.outcomes.write(trial) for trial in range(40)]


def test_rival_designs_meet_the_same_patients():
    one, other = (run(design, CONSTANT) for design in (BOIN(4, 0.3), ThreePlusThree(4)))
    same = (one.calendar.dose == other.calendar.dose) & (one.calendar.dose > 0)
    after = [made.calendar.wait("infusion", "toxicity")[same] for made in (one, other)]
    assert same.sum() > 100
    np.testing.assert_allclose(after[0], after[1])
    assert np.array_equal(one.calendar.consent[:, :6], other.calendar.consent[:, :6])


@pytest.mark.parametrize("design", [ThreePlusThree(4), BOIN(4, 0.3)], ids=str)
def test_more_slots_never_lengthen_a_trial(design):
    duration = []
    for slots in (1, 2, 4, None):
        enrolment = replace(CONSTANT, manufacture=replace(CONSTANT.manufacture, slots=slots))
        duration.append(run(design, enrolment, Conduct(backlog=40)).calendar.duration)
    assert (np.diff(duration, axis=0) <= 1e-9).all() and (duration[0] > duration[-1]).any()


@pytest.mark.parametrize("rolling", [False, True])
def test_no_infusion_before_its_stagger(rolling):
    conduct = Conduct(rolling=rolling, between_patients=10, staggered=2, between_cohorts=18, hold=0.0)
    made = run(TiteBOIN(BOIN(4, 0.3)), BUSY, conduct)
    seen, calendar = made.trials.outcomes.patients, made.calendar
    assert seen is not None
    for trial in range(25):
        treated = np.argsort(calendar.infusion[trial])[: calendar.treated[trial]]
        day, dose = calendar.infusion[trial][treated], calendar.dose[trial][treated]
        assert (np.diff(day[dose == 1][:3]) >= 10 - 1e-9).all()
        for level in range(1, 5):
            gaps = np.diff(day[dose == level][:3])
            assert (gaps >= 10 - 1e-9).all(), (trial, level)
        moves = np.flatnonzero(np.diff(dose))
        assert (np.diff(day)[moves] >= 18 - 1e-9).all()


def test_nobody_is_infused_during_a_safety_hold():
    made = run(BOIN(4, 0.3), replace(BUSY, visits=(), reporting=Days(0)), Conduct(hold=21)).calendar
    assert np.isfinite(made.toxicity).sum() > 50
    for infusion, toxicity in zip(made.infusion, made.toxicity, strict=True):
        for day in toxicity[np.isfinite(toxicity)]:
            assert not ((infusion > day) & (infusion < day + 21 - 1e-9)).any()


def test_review_after_a_hold_stops_a_cohort_that_cannot_be_safe():
    source = Timed(RateTable((1.0,)), 10)
    slow = Conduct(max_cohorts=2, between_patients=12, staggered=3)
    for hold, treated in ((0.0, 3), (1.0, 2)):
        made = simulate_phase1(ThreePlusThree(1), source, PLAIN, replace(slow, hold=hold), trials=10, seed=1)
        assert (made.calendar.treated == treated).all() and made.trials.stopped.all()
        assert (made.trials.recommended == 0).all()


def test_waits_of_the_design_are_honoured():
    design, source = Stagger(TiteBOIN(BOIN(1, 0.3)), gap=1.0, first=2), Timed(RateTable((0.1,)), WINDOW)
    made = run(design, replace(BUSY, drop_out=0.0), Conduct(rolling=True, max_cohorts=3), source=source)
    days = np.sort(made.calendar.infusion, axis=1)
    for first, second in ((0, 1), (1, 2)):
        assert np.nanmin(days[:, second] - days[:, first]) >= WINDOW - 1e-6
    assert np.nanmin(days[:, 3] - days[:, 2]) < WINDOW


@pytest.mark.parametrize("design", [TiteBOIN(BOIN(4, 0.3)), TITE_CRM], ids=["TITE-BOIN", "TITE-CRM"])
def test_time_to_event_designs_shorten_the_trial_and_choose_as_well(design):
    slow = run(WaitForPending(design), PLAIN, Conduct(rolling=True), trials=150)
    fast = run(design, PLAIN, Conduct(rolling=True), trials=150)
    assert fast.calendar.duration.mean() < 0.8 * slow.calendar.duration.mean()
    right = [np.isin(made.trials.recommended, (2, 3)).mean() for made in (slow, fast)]
    assert abs(right[0] - right[1]) < 4 * np.sqrt(0.5 / 150)


def test_backfill_treats_more_patients_meanwhile_at_lower_doses():
    made = run(Backfill(BOIN(4, 0.3), limit=0.3), PLAIN, Conduct(max_cohorts=8))
    seen = made.trials.outcomes
    assert (seen.enrolled.sum(axis=1) == 24).all()
    plain = run(BOIN(4, 0.3), PLAIN, Conduct(max_cohorts=8))
    assert made.calendar.duration.mean() < plain.calendar.duration.mean()
    assert seen.treated[:, 0].mean() > plain.trials.outcomes.treated[:, 0].mean()


def test_the_lost_are_replaced_and_fates_add_up():
    made = run(BOIN(4, 0.3), BUSY)
    calendar, seen = made.calendar, made.trials.outcomes
    assert calendar.count(Fate.LEFT_AFTER_INFUSION).sum() > 0
    assert np.array_equal(calendar.count(Fate.COMPLETED), seen.treated.sum(axis=1))
    assert (seen.treated.sum(axis=1)[~made.trials.stopped] == 30).all()
    kinds = sum(calendar.count(fate) for fate in Fate if fate != Fate.NOT_ENROLLED)
    assert np.array_equal(kinds, calendar.enrolled) and (calendar.turned_away > 0).any()
    shares = calendar.utilisation
    assert ((shares > 0) & (shares <= 1)).all()


def test_missed_visits_and_reports_delay_what_is_known():
    prompt, slow = (
        run(BOIN(4, 0.3), replace(CONSTANT, visits=visits, missed=missed, reporting=Days(delay))).calendar
        for visits, missed, delay in (((), 0.0, 0.0), ((7.0, 14.0, 28.0), 0.3, 5.0))
    )
    wait = prompt.wait("toxicity", "end")
    np.testing.assert_allclose(wait[np.isfinite(wait)], 0, atol=1e-9)
    later = slow.wait("infusion", "end")
    later = later[np.isfinite(later)]
    assert np.isin(later.round(6), (12.0, 19.0, 33.0)).all() and len(np.unique(later.round(6))) == 3
    assert (slow.duration > prompt.duration).all()


def test_a_trial_is_the_same_whatever_the_number_of_trials():
    few, many = (run(TITE_CRM, BUSY, Conduct(rolling=True, max_cohorts=6), trials=trials) for trials in (4, 15))
    for name in ("infusion", "dose", "fate", "attempts", "left"):
        assert np.array_equal(
            getattr(few.calendar, name), getattr(many.calendar, name)[:4], equal_nan=name in ("infusion", "left")
        )
    assert np.array_equal(few.trials.recommended, many.trials.recommended[:4])


def test_a_limited_number_of_volunteers_ends_the_trial():
    made = run(BOIN(4, 0.3), BUSY, Conduct(enrolled=30))
    assert (made.calendar.enrolled == 30).any() and (made.calendar.enrolled <= 30).all()
    assert (made.calendar.treated < 30).any()


class Idle:
    """A design that only ever waits."""

    doses = 4

    def decide(self, outcomes: Outcomes) -> Decision:
        made = BOIN(4, 0.3).decide(outcomes)
        return made._replace(wait=np.ones(outcomes.trials, dtype=bool))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Conduct(enrolled=20), "30 patients to be treated of 20 enrolled"),
        (lambda: Conduct(cohort=0), "10 cohorts of 0"),
        (lambda: Conduct(hold=-1), "hold -1"),
        (lambda: Conduct(backlog=0), "backlog 0"),
        (lambda: run(BOIN(3, 0.3)), "3 doses, the outcomes 4"),
        (lambda: run(BOIN(4, 0.3), conduct=Conduct(start=5)), "first dose 5"),
        (lambda: run(BOIN(4, 0.3), trials=0), "0 trials"),
        (lambda: run(Idle()), "it cannot decide"),
        (lambda: run(BOIN(4, 0.3), replace(CONSTANT, drop_out=0.5)), "lower the drop-out"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(make, said):
    with pytest.raises(InvalidValue, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)
