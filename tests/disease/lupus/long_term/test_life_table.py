"""The life table gives back what was published of it."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.disease.lupus.long_term.life_table import FEMALE, MALE, accumulated_hazard, life_table


@pytest.mark.parametrize(("male", "published"), [(FEMALE, 80.96), (MALE, 75.97)])
def test_life_expectancy_at_birth_is_that_of_the_published_table(male: int, published: float) -> None:
    alive = np.exp(-accumulated_hazard(np.arange(0, 121.0), male))
    assert np.trapezoid(alive) == pytest.approx(published, abs=0.05)


def test_risk_within_a_year_is_q_of_the_table_at_any_age_and_sex() -> None:
    for male, q35, q80 in ((0, 0.001085, 0.042771), (1, 0.002138, 0.058206)):
        hazard = np.diff(accumulated_hazard([35.0, 36.0, 80.0, 81.0], male))
        np.testing.assert_allclose(-np.expm1(-hazard[[0, 2]]), [q35, q80], rtol=1e-9)


def test_accumulated_hazard_is_continuous_and_rises_with_age_beyond_the_last() -> None:
    ages = np.linspace(0, 130, 4001)
    for male in (0, 1):
        hazard = accumulated_hazard(ages, male)
        assert (np.diff(hazard) > 0).all()
        assert np.abs(np.diff(hazard)).max() < 1.01 * life_table().hazard.max() * (ages[1] - ages[0])
