"""How virtual patients with an autoimmune disease enter: what their group is chosen for, and how active they are just then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from immunoreset.disease.covariates import draw_age
from immunoreset.disease.disease import Entry, Hooks, Population, Values
from immunoreset.disease.facts import Facts
from immunoreset.errors import unknown
from immunoreset.patient.draws import Draws
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.theta import Theta
from immunoreset.patient.vocabulary import Num


class AutoimmuneEntry(NamedTuple):
    """Constants of cohorts and trials, which no equation of the patient uses, and the age at entry."""

    enrolment_excess: Num
    other_in_refractory: Num
    expectation_days: Num
    care_median: Num
    age: Num


MODULE = Module("autoimmune_entry", __file__, Nothing, AutoimmuneEntry)
CARE = "autoimmune_entry.care_median"
"""Name of the number that is the median response to the standard care of the disease."""
OTHER = "tissue_inflammation.weight_other"


@dataclass(frozen=True)
class Group:
    """What distinguishes a group of patients with one disease.

    `refractory` patients are chosen for a disease of B cells, so that less of it is driven by other cells; those `in_flare` were
    enrolled when they were worse than they are on average; `factors` multiply numbers of everybody in the group, by flat name.
    """

    refractory: bool = False
    in_flare: bool = False
    factors: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __hash__(self) -> int:
        return hash((self.refractory, self.in_flare, tuple(self.factors.items())))


def present(population: Population, draws: Draws, facts: Facts, theta: Theta) -> Entry:
    """Entry asks for nothing but the disease; what is known is the age."""
    none = np.zeros(draws.ids.shape)
    return Entry({"autoimmune_entry.age": draw_age(population, draws, facts)}, none.astype(bool), none)


def settle(host: str, population: Population, values: Values, draws: Draws, theta: Theta) -> Values:
    """The numbers of the group, within the bounds of the host, and how much more active than usual all are at enrolment."""
    group: Group = population.entry
    factors = dict(group.factors)
    if group.refractory:
        factors[OTHER] = factors.get(OTHER, 1.0) * values["autoimmune_entry.other_in_refractory"]
    factors.setdefault(OTHER, 1.0)
    table = theta.in_host(host)
    for name in factors:
        if name not in values or name not in table:
            raise unknown(f"number for a factor of population '{population.name}'", name, table)
    found: Values = {name: np.clip(values[name] * factor, *table[name].bounds) for name, factor in factors.items()}
    if group.in_flare:
        excess = values["autoimmune_entry.enrolment_excess"] * values["flare.sd"] * np.abs(draws.normal("enrolment"))
        found["flare.mean"] = np.clip(-excess, *table["flare.mean"].bounds)
    return found


def admits(population: Population, values: Values, entry: Entry, facts: Facts) -> np.ndarray:
    """Everybody."""
    return np.ones(entry.nephritis.shape, dtype=bool)


def hooks(host: str) -> Hooks:
    """How patients with the disease of that name are drawn."""
    return Hooks(present, partial(settle, host), admits)
