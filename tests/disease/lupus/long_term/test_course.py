"""What lasts of invented courses, and the outcomes that are read of it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from immunoreset.disease.lupus.long_term.course import long_term
from immunoreset.disease.lupus.long_term.outcomes import OUTCOMES
from immunoreset.disease.lupus.long_term.outcomes import read_outcomes as read_with
from immunoreset.endpoints.quantities import Pga
from immunoreset.patient.course import Course
from immunoreset.study import simulate_arm
from immunoreset.study_reading import parse_study

N = 20_000


def active_without_signs(course: Course, places: np.ndarray, twins: slice) -> SimpleNamespace:
    """An invented activity, of which well-being hears the physician's assessment alone."""
    return SimpleNamespace(pga=Pga(np.full((len(course.ids_of(twins)), len(places)), 0.9), "0-3"))


def read_outcomes(course: Course) -> dict[str, np.ndarray]:
    return read_with(course, active_without_signs)  # type: ignore[arg-type]


ARTHRITIS_AND_RASH, SIX_POINTS = 4 + 8, 6  # marks of SLEDAI items, and their points


def test_a_constant_state_gives_the_rate_of_damage_and_the_share_of_dead_by_hand(course) -> None:
    found = read_outcomes(course(N, sledai_items=ARTHRITIS_AND_RASH, prednisolone=10.0, parameters={"history.age": 35.0}))
    years = np.linspace(0, 365 / 365.25, 1001)
    mean = np.trapezoid(0.055 * np.exp(0.086 * SIX_POINTS + 0.028 * 10 + 0.03 * years), years)
    damage = found["sdi_year1"]
    assert np.nanmean(damage) == pytest.approx(mean, abs=3 * np.sqrt(mean / N) + 0.003)  # read up to 27 days early
    share = -np.expm1(np.log1p(-0.001085) * 1.15 * np.exp(0.08 * SIX_POINTS) * 365 / 365.25 * (1 + 0.46 * mean / 2))
    assert found["death_year1"].mean() == pytest.approx(share, abs=3 * np.sqrt(share / N))


def test_the_same_twins_meet_less_damage_and_later_death_in_the_better_arm(course) -> None:
    better, worse = (long_term(course(2000, sledai_items=marks)) for marks in (0, ARTHRITIS_AND_RASH))
    living = np.isfinite(better.damage) & np.isfinite(worse.damage)
    assert (better.damage[living] <= worse.damage[living]).all()
    dead = np.isfinite(better.death_day)
    assert (better.death_day[dead] >= worse.death_day[dead]).all()
    assert np.isnan(better.death_day).sum() > np.isnan(worse.death_day).sum()


def test_a_twin_has_the_same_course_alone_as_among_others(course) -> None:
    many = course(1500, sledai_items=ARTHRITIS_AND_RASH)
    one = replace(course(1, sledai_items=ARTHRITIS_AND_RASH), ids=np.array([1234]))
    for every, alone in zip(long_term(many), long_term(one), strict=True):
        np.testing.assert_array_equal(alone, every[1234:1235])


def test_damage_never_falls_in_the_living_and_is_nan_in_the_dead(course) -> None:
    upcr = np.where(np.random.default_rng(1).random((300, 1)) < 0.5, 4.0, 0.2)
    seen = long_term(course(300, sledai_items=ARTHRITIS_AND_RASH, proteinuria=upcr, parameters={"history.age": 70.0}))
    changes = np.diff(seen.damage, axis=1)
    assert (changes[np.isfinite(changes)] >= 0).all() and (changes > 0).any()
    days = course(1).days
    np.testing.assert_array_equal(np.isnan(seen.damage), days >= seen.death_day[:, None])
    assert 0 < np.isfinite(seen.death_day).mean() < 1


def test_failing_kidneys_add_damage_dialysis_and_death_and_a_transplant_may_follow(course) -> None:
    days = course(1).days
    failing = np.where(days < 1000, 30.0, 10.0)
    quiet = {"damage.hazard": 0.0, "nephritis.nephrons_lost_before": 0.7, "body.egfr": 30.0}
    found, spared = (read_outcomes(course(4000, egfr=egfr, parameters=quiet)) for egfr in (failing, 90.0))
    assert (found["sdi_entry"] == 1).all() and (spared["sdi_entry"] == 0).all()
    year5 = found["sdi_year5"]
    assert (year5[np.isfinite(year5)] == 3).all()  # end-stage disease in place of low filtration
    first = days[days >= 1000][0]
    died_before = found["death_day"] <= first
    np.testing.assert_array_equal(found["dialysis_day"], np.where(died_before, np.nan, first))
    assert found["eskd_year10"].mean() == pytest.approx(1 - died_before.mean()) and (spared["eskd_year10"] == 0).all()
    got = np.isfinite(found["transplant_day"])
    later = found["transplant_day"][got]
    assert got.any() and (later > first).all() and (later <= days[-1]).all()
    assert (later < np.nan_to_num(found["death_day"][got], nan=np.inf)).all()
    assert found["death_year15"].mean() > spared["death_year15"].mean()


def test_damage_at_entry_already_holds_what_the_kidney_shows_on_the_first_day(course) -> None:
    scarred = {"nephritis.nephrons_lost_before": 0.7, "body.egfr": 30.0}
    for drawn, expected in ((0.0, 1.0), (2.0, 2.0)):
        found = read_outcomes(course(5, egfr=30.0, parameters={**scarred, "history.damage_at_entry": drawn}))
        np.testing.assert_array_equal(found["sdi_entry"], expected)


def test_severe_release_of_cytokines_kills_a_share_at_its_height(course) -> None:
    n, days = 4000, course(1).days
    signal = np.where(days == 28, 9.0, -9.0)
    one = course(n, crs_signal=signal, readouts={"crs_signal_peak": np.full(n, 9.0)}, parameters={"history.age": 20.0})
    died = long_term(one).death_day
    at_height = (died > 0) & (died <= 28)
    assert at_height.mean() == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / n))


def test_every_outcome_is_described_and_those_without_their_curve_are_not_there(course) -> None:
    full = course(3, sledai_items=ARTHRITIS_AND_RASH, egfr=90.0, fatigue=0.8)
    days = np.sort(np.append(full.days, 360.0))
    on = np.minimum(np.searchsorted(full.days, days), len(full.days) - 1)
    full = replace(full, days=days, curves={name: curve[:, on] for name, curve in full.curves.items()})
    assert read_outcomes(full).keys() == OUTCOMES.keys()
    bare = replace(full, curves={name: curve for name, curve in full.curves.items() if name not in ("egfr", "fatigue")})
    missing = {"dialysis_day", "transplant_day", "eskd_year10", "facit_f_day360", "sf36_pcs_day360"}
    assert OUTCOMES.keys() - read_outcomes(bare).keys() == missing
    short = replace(full, days=days[days < 400], curves={name: curve[:, days < 400] for name, curve in full.curves.items()})
    assert {name for name in read_outcomes(short) if "year" in name} == {"sdi_year1", "death_year1"}


def test_well_being_is_that_of_the_state_on_its_day(course) -> None:
    one = course(2, sledai_items=0, fatigue=0.5, parameters={"damage.hazard": 0.0, "history.damage_at_entry": 2.0})
    days = np.where(one.days == 364, 360.0, one.days)
    found = read_outcomes(replace(one, days=days))
    np.testing.assert_allclose(found["facit_f_day360"], 44 - 9 - 3)
    np.testing.assert_allclose(found["sf36_pcs_day360"], 50 - 3 - 2.5 - 4)


STUDY = """
title = "the long run"
seed = 1
stop = 400
[patients]
population = "cart"
n = 30
[arms]
car-t = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
none = "no treatment"
"""


def test_solved_courses_of_two_arms_have_the_same_patients_and_less_damage_after_car_t(typical) -> None:
    hazard = {"damage.hazard": 0.5}  # within its bounds, so that thirty patients have damage in a year
    arms = [simulate_arm(parse_study(STUDY), arm)[0] for arm in ("car-t", "none")]
    treated, untreated = (long_term(replace(one, parameters={**typical, **one.parameters, **hazard})) for one in arms)
    np.testing.assert_array_equal(treated.damage[:, 0], untreated.damage[:, 0])
    new = (treated.damage - untreated.damage)[:, -1]
    assert np.nanmean(new) < 0 and np.isfinite(new).sum() > len(new) / 2
