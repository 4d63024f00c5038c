"""Who patients are at entry, and how much damage they bring."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.disease.facts import NOTHING_KNOWN
from immunoreset.disease.lupus.long_term import MODULES, damage, history
from immunoreset.disease.lupus.populations import POPULATIONS
from immunoreset.patient.draws import Draws

N = 20_000
THETA = built_in().theta.with_modules(MODULES)
TRIAL = next(population for population in POPULATIONS if population.name == "trial")


def with_person(draws: Draws, facts=NOTHING_KNOWN, **known) -> dict[str, np.ndarray]:
    values = {name: np.full(draws.ids.shape, parameter.value) for name, parameter in THETA.table.items()}
    return values | history.draw_person(TRIAL, draws, facts, THETA) | {f"history.{name}": value for name, value in known.items()}


def test_shares_of_persons_are_those_of_the_table() -> None:
    values = with_person(Draws(1, np.arange(N)))
    for share, published in (
        (values["history.male"] == 1, 1 - TRIAL.female_share),
        (values["history.antimalarial"] == 1, 0.70),
        (values["history.ancestry_factor"] == 1.5, 0.27),
        (values["history.ancestry_factor"] == 1.3, 0.20),
        (values["history.ancestry_factor"] == 0.6, 0.05),
        (values["history.ancestry_factor"] == 1, 0.48),
    ):
        assert share.mean() == pytest.approx(published, abs=3 * np.sqrt(published * (1 - published) / N))


def test_known_age_and_sex_take_the_place_of_a_draw() -> None:
    values = with_person(Draws(1, np.arange(50)), replace(NOTHING_KNOWN, age=27.0, sex="M"))
    assert (values["history.age"] == 27).all() and (values["history.male"] == 1).all()


def test_damage_at_entry_without_factors_is_poisson_with_the_integral_over_the_years_of_disease() -> None:
    draws = Draws(2, np.arange(N))
    person = {"age": np.full(N, 45.0), "male": 0.0, "antimalarial": 0.0, "ancestry_factor": 1.0, "disease_years": 10.0}
    found = history.draw_damage(with_person(draws, **person), draws, THETA)["history.damage_at_entry"]
    ages = np.linspace(35, 45, 2001)
    mean = np.trapezoid(0.055 * np.exp(0.086 * 4 + 0.028 * 7.5 + 0.03 * (ages - 35)), ages)
    assert found.mean() == pytest.approx(mean, abs=3 * np.sqrt(mean / N))
    assert found.var() == pytest.approx(mean, rel=0.05)


def test_nobody_has_lupus_for_longer_than_the_age_allows_nor_damage_without_years_of_it() -> None:
    draws = Draws(3, np.arange(500))
    found = history.draw_damage(with_person(draws, age=np.full(500, 25.0), disease_years=30.0), draws, THETA)
    assert (found["history.disease_years"] == 20).all()
    none = history.draw_damage(with_person(draws, disease_years=0.0), draws, THETA)
    assert (none["history.damage_at_entry"] == 0).all()


def test_damage_at_entry_is_a_patients_own_whoever_else_is_drawn() -> None:
    every, some = Draws(4, np.arange(40)), Draws(4, np.array([7, 31]))
    found, alone = (history.draw_damage(with_person(draws), draws, THETA)["history.damage_at_entry"] for draws in (every, some))
    np.testing.assert_array_equal(alone, found[[7, 31]])
    assert found.max() <= damage.HIGHEST
