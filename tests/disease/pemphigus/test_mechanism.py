"""Antibody of short-lived cells, memory that rituximab reaches, and remission by itself decide the course of pemphigus."""

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.disease.pemphigus.blisters import Blisters, acantholysis
from immunoreset.disease.pemphigus.remission import REMISSION
from immunoreset.patient import course
from immunoreset.population.sample import sample
from immunoreset.therapy import Regimen

ENOUGH = 3  # Monte Carlo errors
PEMPHIGUS = "pemphigus"
SHORT_COURSE = "prednisolone 1.25 mg/kg daily from 0 until 60"


def test_blisters_follow_the_antibody_steeply():
    numbers = Blisters(**dict.fromkeys(Blisters._fields, np.nan))._replace(half_antibody=0.5)
    assert [acantholysis(numbers, level) for level in (0.0, 1.0)] == [0.0, 1.0]
    assert acantholysis(numbers, 0.5) == pytest.approx(0.625) and acantholysis(numbers, 0.1) < 0.05


def test_antibody_of_long_lived_plasma_cells_would_keep_blisters_after_car_t(arms, errors_apart):
    kept = arms.score("pdai", PEMPHIGUS, "car-t", 360, titre__from_long_lived=0.5)
    assert errors_apart(kept, arms.score("pdai", PEMPHIGUS, "car-t", 360)) > ENOUGH


def test_patients_relapse_after_rituximab_where_it_leaves_autoreactive_memory(arms, errors_apart):
    usual = arms.score("pemphigus_remission", PEMPHIGUS, "rituximab", 540)
    left = {"rituximab__kill_autoreactive_activated": 0.36, "rituximab__kill_autoreactive_memory": 0.0004}
    assert errors_apart(usual, arms.score("pemphigus_remission", PEMPHIGUS, "rituximab", 540, **left)) > ENOUGH


def test_remission_without_treatment_is_what_comes_by_itself(arms, errors_apart):
    rate, days = 0.2, 540
    usual = arms.score("pemphigus_remission", PEMPHIGUS, "untreated", days)
    none = arms.score("pemphigus_remission", PEMPHIGUS, "untreated", days, blisters__spontaneous_remission=0.0)
    assert errors_apart(usual, none) > ENOUGH and not none.any()
    latest, earliest = (1 - np.exp(-rate * (days - healing) / 365.25) for healing in (0, 200))
    error = np.sqrt(latest * (1 - latest) / len(usual))
    assert earliest - 2 * error < np.mean(usual) < latest + 2 * error


def test_a_patient_has_the_same_remission_whatever_is_given(arms):
    assert {event.name for event in built_in().disease(PEMPHIGUS).natural_events(-7.0, 100.0)} >= {REMISSION}
    untreated, treated = (arms.score("pdai", PEMPHIGUS, what, 540) == 0 for what in ("untreated", "rituximab"))
    assert untreated.any() and np.all(treated[untreated])


def test_glucocorticoids_hold_blisters_back_only_while_they_are_taken(arms, errors_apart):
    untreated, treated = (arms.score("pdai", PEMPHIGUS, what, 56) for what in ("untreated", SHORT_COURSE))
    assert errors_apart(untreated, treated) > ENOUGH and np.mean(treated) < 0.5 * np.mean(untreated)
    without = arms.score("pdai", PEMPHIGUS, SHORT_COURSE, 56, blisters__steroid_block=0.0)
    assert errors_apart(without, treated) > ENOUGH
    later = [np.mean(arms.score("pdai", PEMPHIGUS, what, 300)) for what in ("untreated", SHORT_COURSE)]
    assert later[1] == pytest.approx(later[0], rel=0.1)


def test_no_remission_off_therapy_under_glucocorticoid(arms):
    still = "rituximab 1000 mg on days 0 14; prednisolone 5 mg daily from 0"
    assert arms.score("pemphigus_lesion_free", PEMPHIGUS, still, 540, n=20).any()
    assert not arms.score("pemphigus_remission", PEMPHIGUS, still, 540, n=20).any()


def test_who_has_no_chance_has_no_remission_by_itself():
    cohort, none = sample(PEMPHIGUS, 2, seed=1), Regimen.parse("no treatment")
    names = [
        {event.name for event in course.prepare(cohort, none, start=-7.0, stop=100.0, chance=chance).events}
        for chance in (True, False)
    ]
    assert REMISSION in names[0] and REMISSION not in names[1]
