"""How virtual patients with a B-cell cancer are drawn: the burden of malignant cells; no autoimmune disease."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from immunoreset.disease.disease import Entry, Hooks, Population, Values
from immunoreset.disease.facts import Facts
from immunoreset.patient.draws import Draws, within_bounds
from immunoreset.patient.theta import Theta

WIDER = frozenset(
    {
        "car_t.expansion_max",
        "car_t.cytokine_consumption",
        "car_t.engraftment_fraction",
        "car_t.activation_rate",
        "car_t.effector_death_without_antigen",
        "neutrophils.reserve_recovery",
        "car_t.response_growth",
    }
)
"""Numbers that differ more between cancer patients: growth of CAR-T cells and the host's response (assumed: the specification
says only "extra"; a factor of 2 gives its spread of CAR-T peaks)."""

_NOT_KILLED = "its kill of malignant cells is not simulated"
REFUSED: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("teclistamab", "elranatamab", "blinatumomab", "mosunetuzumab"), _NOT_KILLED)
)
"""Drugs that would seem to leave the cancer as it is."""


def present(population: Population, draws: Draws, facts: Facts, theta: Theta) -> Entry:
    """No autoimmune disease to present."""
    none = np.zeros(draws.ids.shape)
    return Entry({}, none.astype(bool), none)


def settle(population: Population, values: Values, draws: Draws, theta: Theta) -> Values:
    """The burden; `entry` of the population is the spread of its logarithm."""
    parameter = theta.table["malignancy.burden"]
    drawn = draws.lognormal(parameter.drawn_as, values["malignancy.burden"], population.entry)
    return {"malignancy.burden": within_bounds(parameter, drawn)}


def admits(population: Population, values: Values, entry: Entry, facts: Facts) -> np.ndarray:
    """Everybody."""
    return np.ones(entry.nephritis.shape, dtype=bool)


HOOKS = Hooks(present, settle, admits)
