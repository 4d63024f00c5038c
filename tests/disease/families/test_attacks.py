"""Attacks come as their expected number grows, belong to the patient, and are scored as those of a file of real visits."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.disease.disease import Disease
from immunoreset.disease.families.autoimmune import attacks
from immunoreset.disease.families.autoimmune.look import Floats, Look
from immunoreset.disease.multiple_sclerosis import MULTIPLE_SCLEROSIS
from immunoreset.disease.multiple_sclerosis import chart as of_multiple_sclerosis
from immunoreset.disease.nmosd import NMOSD
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.patient.course import Course
from immunoreset.population import sample

YEAR, DEAD_TIME = 365.25, 30.0
DISEASES = (MULTIPLE_SCLEROSIS, NMOSD)


def solved(expected: Floats, days: Floats, disease: Disease = MULTIPLE_SCLEROSIS, **states: Floats) -> Course:
    """Patients whose expected attacks are as given (twins x days) and whose other states are 1, unless given."""
    cohort = sample(disease.populations[0].name, len(expected), seed=5)
    curves = dict.fromkeys(disease.followed, np.ones(expected.shape)) | states | {attacks.EXPECTED: expected}
    return Course(days, curves, {}, cohort.parameters, np.zeros(len(expected), dtype=bool), cohort.ids, cohort.seed)


def steady(patients: int, days: Floats, rate: float) -> Floats:
    """Expected attacks at a constant rate a year."""
    return np.broadcast_to(rate / YEAR * (days - days[0]), (patients, len(days)))


def test_attacks_are_a_renewal_process_of_the_rate_with_a_dead_time() -> None:
    """A rate of r a year with 30 days within which nothing new begins gives r / (1 + r * 30 / 365.25) in the long run."""
    days, rate = np.arange(-7.0, 20 * YEAR, 28.0), 1.5
    found = attacks.starts(solved(steady(400, days, rate), days))
    counts = np.sum(~np.isnan(found), axis=1)
    a_year = counts / (days[-1] / YEAR)
    expected = rate / (1 + rate * DEAD_TIME / YEAR)
    assert abs(a_year.mean() - expected) < 3 * a_year.std(ddof=1) / np.sqrt(len(a_year)) + 1 / 20 / 10
    gaps = np.diff(np.sort(found, axis=1), axis=1)
    assert np.nanmin(gaps) >= DEAD_TIME and np.nanmin(found) > 0


def test_attacks_of_two_treatments_are_the_same_until_their_rates_part() -> None:
    days = np.arange(-7.0, 731.0, 7.0)
    untreated = steady(200, days, 2.0)
    stopped = np.minimum(untreated, untreated[:, [np.searchsorted(days, 98.0)]])
    one, other = (attacks.starts(solved(expected, days)) for expected in (untreated, stopped))
    assert np.nanmax(other) <= 98.0 < np.nanmax(one)
    early = [np.sort(found[found <= 98.0]) for found in (one, other)]
    assert len(early[0]) > 20
    np.testing.assert_allclose(*early, rtol=1e-12)


def test_attacks_of_a_patient_do_not_depend_on_who_else_is_there_or_how_many_draws_were_made() -> None:
    days = np.arange(-7.0, 366.0, 7.0)
    rates = np.array([0.5, 1.0, 20.0])[:, None]
    together = solved(rates * steady(3, days, 1.0), days)
    alone = solved(steady(1, days, 0.5), days)
    all_of, one = attacks.starts(together)[0], attacks.starts(alone)[0]
    np.testing.assert_array_equal(all_of[~np.isnan(all_of)], one[~np.isnan(one)])
    assert attacks.starts(together).shape[1] > attacks.starts(alone).shape[1]


@pytest.mark.parametrize("disease", DISEASES, ids=lambda disease: disease.name)
def test_scores_stay_in_their_ranges_on_any_state(disease: Disease) -> None:
    random, days = np.random.default_rng(2), np.arange(0.0, 700.0, 28.0)
    grown = np.cumsum(random.lognormal(-2.0, 2.0, (150, len(days))), axis=1)
    course = solved(grown, days, disease, progression=np.cumsum(random.lognormal(-3.0, 2.0, grown.shape), axis=1))
    seen = disease.visits(course, days)
    assert np.isin(2 * seen["edss"], np.arange(21)).all() and (np.diff(seen["edss"], axis=1) >= 0).all()
    assert np.array_equal(seen["relapsed"], (seen["relapses"] > 0).astype(float)) and seen["relapses"].max() < 700 / DEAD_TIME + 1
    assert np.isnan(seen["annualised_relapse_rate"][:, 0]).all() and (seen["annualised_relapse_rate"][:, 1:] >= 0).all()


def test_a_course_that_failed_has_no_attacks_and_no_freedom_from_them() -> None:
    days = np.arange(0.0, 365.0, 7.0)
    expected = steady(3, days, 3.0).copy()
    expected[1] = np.nan
    seen = NMOSD.visits(solved(expected, days, NMOSD), days[[10, 40]])
    assert all(np.isnan(seen[name][1]).all() for name in ("relapses", "relapsed", "edss"))
    assert all(np.isfinite(seen[name][[0, 2]]).all() for name in ("relapses", "relapsed", "edss"))


def test_a_file_of_the_same_visits_is_scored_alike() -> None:
    """EDSS every 12 weeks and each relapse on its day, as a clinic writes them down."""
    days = np.arange(0.0, 84.0 * 11 + 1, 7.0)
    faster = np.random.default_rng(4).lognormal(-6.5, 0.8, (60, 1)) * days
    course = solved(steady(60, days, 0.8), days, progression=faster)
    visits = np.arange(0.0, days[-1] + 1, 84.0)
    look = Look(course, np.searchsorted(days, visits))
    disability, began = of_multiple_sclerosis.edss(look), attacks.starts(course)
    rows = [(who, day, "EDSS", disability[who, k]) for who in range(60) for k, day in enumerate(visits)]
    rows += [(who, day, "RELAPSE", 1.0) for who in range(60) for day in began[who][~np.isnan(began[who])]]
    patient, day, item, value = (np.array(column) for column in zip(*rows, strict=True))
    table = Visits.from_long(patient=[f"{who:02d}" for who in patient], day=day, item=item, value=value)
    scored = {result.name: result for result in score(table, USUAL).results}
    ours = MULTIPLE_SCLEROSIS.visits(course, visits)
    at = np.isin(table.day, visits) & ~np.isnan(table.column("EDSS"))
    for name in ("edss", "edss_worse", "relapses", "relapsed", "annualised_relapse_rate", "edss_confirmed"):
        low, high = (end[at].reshape(60, -1)[:, 1:] for end in scored[name].limits())
        assert np.array_equal(low, high) and np.array_equal(low, ours[name][:, 1:]), name
    assert 5 < np.nansum(ours["edss_confirmed"][:, -1]) < 55 and np.nansum(ours["relapses"][:, -1]) > 30


def test_what_is_written_at_visits_four_weeks_apart_names_each_attack_once() -> None:
    days = np.arange(0.0, 729.0, 7.0)
    course = solved(steady(100, days, 1.0), days, NMOSD)
    look = Look(course, np.searchsorted(days, np.arange(0.0, 729.0, 28.0)))
    written = attacks.attacked(look).values
    assert np.array_equal(written.sum(axis=1), attacks.counts(look)["relapses"][:, -1]) and written.sum() > 50
