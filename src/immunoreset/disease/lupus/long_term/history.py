"""Who the patient is and what lupus has left so far: age, sex, years of disease, ancestry, antimalarial, damage at entry.

What is known of a real patient takes the place of a draw: age and sex do today; years of disease, antimalarial and damage would
be taken from the facts in the same two functions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import exprel

from immunoreset.disease.covariates import draw_age, draw_sex
from immunoreset.disease.disease import Population, Values
from immunoreset.disease.facts import Facts
from immunoreset.disease.lupus.long_term import damage
from immunoreset.disease.lupus.long_term.damage import Damage
from immunoreset.disease.lupus.long_term.numbers import own
from immunoreset.patient.draws import Draws
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.theta import Theta
from immunoreset.patient.vocabulary import Num

ANCESTRIES = ("black", "hispanic", "asian")
"""Those with a factor of their own on damage; everybody else has 1."""


class History(NamedTuple):
    """The person, the shares from which it is drawn, and what years before entry are taken to have been like."""

    age: Num
    male: Num
    disease_years: Num
    antimalarial: Num
    ancestry_factor: Num
    damage_at_entry: Num
    youngest_onset: Num
    antimalarial_share: Num
    share_black: Num
    share_hispanic: Num
    share_asian: Num
    factor_black: Num
    factor_hispanic: Num
    factor_asian: Num
    past_sledai: Num
    past_steroid: Num


MODULE = Module("history", __file__, Nothing, History)


def draw_person(population: Population, draws: Draws, facts: Facts, theta: Theta) -> Values:
    """Age, sex, antimalarial and ancestry by flat name, (n,) each. Belongs to `present`, which knows the facts."""
    number = {name: theta.table[f"history.{name}"].value for name in History._fields}
    left, factor = draws.uniform("ancestry"), np.ones(draws.ids.shape)
    for ancestry in ANCESTRIES:
        share = number[f"share_{ancestry}"]
        factor = np.where((left >= 0) & (left < share), number[f"factor_{ancestry}"], factor)
        left = left - share
    return {
        "history.age": draw_age(population, draws, facts),
        "history.male": (draw_sex(population, draws, facts) == "M").astype(float),
        "history.antimalarial": draws.happens("antimalarial", number["antimalarial_share"]).astype(float),
        "history.ancestry_factor": factor,
    }


def draw_damage(values: Values, draws: Draws, theta: Theta) -> Values:
    """Years of disease that the age allows, and the damage index at entry, (n,) each. Belongs to `settle`.

    The index is drawn from the hazard of damage over the years of disease, at an activity and a dose that are assumed.
    """
    known = theta.values_for((MODULE, damage.MODULE), values)
    my, rates = own(MODULE, known, History), own(damage.MODULE, known, Damage)
    years = np.clip(my.disease_years, 0.0, np.maximum(my.age - my.youngest_onset, 0.0))
    now = damage.rate(rates, sledai=my.past_sledai, steroid=my.past_steroid, age=my.age, ancestry=my.ancestry_factor)
    first, later = damage.factors(rates, male=my.male, antimalarial=my.antimalarial)
    accumulated = np.broadcast_to(now * years * exprel(-rates.per_year_of_age * years), (len(draws.ids), 1))
    between = damage.waits(draws.seed, "before entry", draws.ids)
    never = np.full((len(draws.ids), 1), np.inf)
    found = damage.points(accumulated, between, first=first, later=later, damaged=never)
    return {
        "history.disease_years": np.broadcast_to(years, found.shape)[:, 0].copy(),
        "history.damage_at_entry": found[:, 0],
    }
