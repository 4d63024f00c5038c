"""When patients die: against the closed form, by hand, and what treatment adds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.disease.lupus.long_term import death
from immunoreset.disease.lupus.long_term.death import death_day, factor, from_infections, from_lupus, from_toxicity
from immunoreset.disease.lupus.long_term.life_table import accumulated_hazard

N = 20_000
DAYS = np.concatenate([[-35.0, -7.0], np.arange(0.0, 3653, 28)])


def test_factor_at_stated_values_is_that_by_hand(numbers) -> None:
    found = factor(numbers(death.MODULE), damage=2, sledai=6, antimalarial=1)
    assert float(found) == pytest.approx(1.15 * 1.46**2 * np.exp(0.08 * 6) * 0.6, rel=1e-12)


def test_remission_has_0_53_fold_the_hazard_of_sledai_8(numbers) -> None:
    quiet, active = (factor(numbers(death.MODULE), damage=1, sledai=s, antimalarial=0) for s in (0, 8))
    assert float(quiet / active) == pytest.approx(0.53, abs=0.005)


def test_ratio_to_the_general_population_is_2_3_with_one_point_of_damage_at_sledai_4(numbers) -> None:
    assert float(factor(numbers(death.MODULE), damage=1, sledai=4, antimalarial=0)) == pytest.approx(2.3, abs=0.05)


@pytest.mark.parametrize(("age", "male", "times"), [(35.5, 0, 2.3), (60.0, 1, 5.0)])
def test_share_of_dead_in_a_constant_state_is_the_closed_form(age: float, male: int, times: float) -> None:
    accumulated = from_lupus(DAYS, np.full((1, len(DAYS)), times), age=np.array([[age]]), male=np.array([[male]]))
    died = death_day(DAYS, np.broadcast_to(accumulated, (N, len(DAYS))), seed=1, ids=np.arange(N))
    for day in (DAYS[40], DAYS[-1]):
        life = accumulated_hazard([age, age + day / 365.25], male)
        share = -np.expm1(-times * (life[1] - life[0]))
        assert (died <= day).mean() == pytest.approx(share, abs=3 * np.sqrt(share * (1 - share) / N))
    assert np.isnan(died).any() and np.nanmin(died) > 0


def test_infections_before_treatment_are_part_of_lupus_and_added_ones_kill_a_share(numbers) -> None:
    days = np.array([-10.0, 0, 10, 30])
    found = from_infections(numbers(death.MODULE), days, np.array([[0.01, 0.01, 0.03, 0.01], [0.02, 0.01, 0.0, 0.02]]))
    added = 0.02 / 2 * 10 + 0.02 / 2 * 20  # infections, two triangles
    np.testing.assert_allclose(found[0], np.array([0, 0, 0.02 / 2 * 10, added]) * 0.25 * 0.05)
    np.testing.assert_array_equal(found[1], 0.0)


def test_a_severe_toxicity_kills_its_share_on_its_day_and_nobody_else() -> None:
    days, on = np.array([0.0, 5, 6, 7, 30]), np.where(np.arange(N) % 2, 6.0, np.nan)
    died = death_day(days, np.zeros((N, len(days))), from_toxicity(days, on, 0.05), seed=2, ids=np.arange(N))
    ill = np.isfinite(on)
    assert np.isnan(died[~ill]).all()
    assert np.isfinite(died[ill]).mean() == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / ill.sum()))
    assert (died[ill][np.isfinite(died[ill])] == 6).all()
    slowly = death_day(
        days, np.linspace(0, 0.5, len(days)) * np.ones((N, 1)), from_toxicity(days, on, 0.05), seed=2, ids=np.arange(N)
    )
    assert (slowly[ill] == 6).mean() == pytest.approx(0.05 * np.exp(-0.25), abs=0.004) and not (slowly[~ill] == 6).any()
    assert ((slowly > 5) & (slowly < 6)).any(), "others die in between"


def test_same_patient_dies_no_sooner_under_half_the_hazard() -> None:
    hazard = np.linspace(0, 2, len(DAYS)) * np.ones((500, 1))
    treated, untreated = (death_day(DAYS, h, seed=3, ids=np.arange(500)) for h in (hazard / 2, hazard))
    both = np.isfinite(treated)
    assert (treated[both] >= untreated[both]).all() and np.isfinite(untreated[both]).all()


@given(st.integers(0, 2**31), st.floats(0, 50))
def test_death_lies_on_the_simulated_days_where_the_hazard_has_been_reached(seed: int, most: float) -> None:
    rising = np.sort(np.random.default_rng(seed).uniform(0, most, (8, len(DAYS))), axis=1)
    rising[:, 0] = 0.0
    died = death_day(DAYS, rising, seed=seed, ids=np.arange(8))
    dead = np.isfinite(died)
    assert ((died[dead] >= DAYS[0]) & (died[dead] <= DAYS[-1])).all()
    alone = death_day(DAYS, rising[3:4], seed=seed, ids=[3])
    np.testing.assert_array_equal(alone, died[3:4])
