"""What the state of the kidney leaves: points of the damage index, dialysis, a transplant."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.disease.lupus.long_term import kidney_failure
from immunoreset.disease.lupus.long_term.kidney_failure import (
    Filtration,
    failure_day,
    healthy_filtration,
    kidney_points,
    transplant_day,
)

DAYS = np.arange(0.0, 1401, 100)
HEALTHY = np.array([[100.0]])


def of(numbers, upcr, egfr, *, lost=0.0) -> list[float]:
    proteinuria, filtration = (np.broadcast_to(np.asarray(curve, float), (1, len(DAYS))) for curve in (upcr, egfr))
    kidney = Filtration(filtration, HEALTHY, np.array([[lost]]))
    return kidney_points(numbers(kidney_failure.MODULE), DAYS, proteinuria, kidney)[0].tolist()


def test_low_filtration_counts_after_six_months_and_stays_when_it_recovers(numbers) -> None:
    found = of(numbers, 0.2, np.where((DAYS >= 300) & (DAYS <= 700), 40.0, 90.0))
    assert found == [0.0] * 5 + [1.0] * 10  # low from day 300 on; 182 days later is seen on day 500


def test_low_filtration_for_less_than_six_months_leaves_nothing(numbers) -> None:
    assert of(numbers, 0.2, np.where((DAYS >= 300) & (DAYS <= 400), 40.0, 90.0)) == [0.0] * 15


def test_at_entry_low_filtration_of_lost_nephrons_counts_and_that_of_inflammation_or_proteinuria_has_to_last(numbers) -> None:
    assert of(numbers, 0.2, 40.0, lost=0.6) == [1.0] * 15
    assert of(numbers, 0.2, 40.0, lost=0.4) == [0.0] * 2 + [1.0] * 13
    assert of(numbers, 3.5, 90.0) == [0.0] * 2 + [1.0] * 13


def test_end_stage_disease_takes_the_place_of_lower_points_and_is_for_good(numbers) -> None:
    found = of(numbers, np.where(DAYS < 900, 4.0, 1.0), np.where(DAYS < 800, 40.0, np.where(DAYS < 1000, 12.0, 60.0)), lost=0.6)
    assert found == [1.0] * 2 + [2.0] * 6 + [3.0] * 7


def test_who_has_no_filtration_simulated_has_points_of_proteinuria_only(numbers) -> None:
    my, upcr = numbers(kidney_failure.MODULE), np.full((2, len(DAYS)), [[4.0], [0.2]])
    found = kidney_points(my, DAYS, upcr, None)
    assert found[:, -1].tolist() == [1.0, 0.0]


def test_dialysis_begins_on_the_first_day_below_the_limit(numbers) -> None:
    egfr = np.array([np.where(DAYS < 500, 20.0, 14.9), np.where(DAYS < 500, 20.0, 15.0)])
    np.testing.assert_array_equal(failure_day(numbers(kidney_failure.MODULE), DAYS, egfr), [500.0, np.nan])


def test_half_of_those_on_dialysis_wait_longer_than_the_median_for_a_transplant(numbers) -> None:
    n, my = 20_000, numbers(kidney_failure.MODULE)
    waited = transplant_day(my, np.full(n, 100.0), seed=1, ids=np.arange(n)) - 100
    assert (waited > float(my.transplant_wait)).mean() == pytest.approx(0.5, abs=3 * 0.5 / np.sqrt(n))
    assert waited.mean() == pytest.approx(float(my.transplant_wait) / np.log(2), rel=0.03)
    assert np.isnan(transplant_day(my, np.array([np.nan]), seed=1, ids=[0])).all()


def test_healthy_filtration_is_what_lost_nephrons_and_inflammation_left_at_entry() -> None:
    lost, inflamed = np.array([0.0, 0.4]), np.array([0.0, 0.3])
    at_entry = 100 * (1 - lost) * (1 - inflamed / 2)
    np.testing.assert_allclose(healthy_filtration(at_entry, lost_before=lost, inflamed=inflamed), 100.0)
