"""Every number of the patient: its value, unit, bounds, source and standing, and the named sets that replace some of them.

A parameter is named `group.field` ("car_t.expansion_max") or by the symbol of the specification ("kexp").
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, NamedTuple, get_type_hints

import numpy as np

from immunoreset import errors
from immunoreset.patient.antibodies import Antibodies
from immunoreset.patient.antibody_drugs import Anifrolumab, AntiCd20, Belimumab, Tocilizumab
from immunoreset.patient.autoreactive_loop import AutoreactiveLoop, Flare
from immunoreset.patient.b_cells import BCells
from immunoreset.patient.background import Background, Steroid
from immunoreset.patient.blood_counts import Assay
from immunoreset.patient.body import Body
from immunoreset.patient.car_t import CarT
from immunoreset.patient.chemotherapy import Chemotherapy, Cyclophosphamide, Fludarabine
from immunoreset.patient.cytokines import Cytokines
from immunoreset.patient.infection import Infection
from immunoreset.patient.killing import Killing
from immunoreset.patient.lymphocytes import AntiCar, Lymphocytes
from immunoreset.patient.malignancy import Malignancy
from immunoreset.patient.neutrophils import Neutrophils
from immunoreset.patient.organs import Organs
from immunoreset.patient.plasma_cells import PlasmaCells
from immunoreset.patient.sledai import Sledai
from immunoreset.patient.toxicity import Crs, Icans

STANDINGS = ("published", "adapted", "unverified", "assumed")
LISTED = "`immunoreset parameters` lists all."


class Trial(NamedTuple):
    """Constants of virtual cohorts and trials; no equation of the patient uses them."""

    enrolment_excess: Any
    enrolment_excess_nephritis: Any
    care_median: Any
    care_median_nephritis: Any
    adherence: Any
    drop_out: Any
    visit_noise: Any
    bicla_cut: Any
    item_cut: Any


class Parameters(NamedTuple):
    """All parameters of one patient (floats) or of many (arrays), grouped as in parameters.toml."""

    body: Body
    lymphocytes: Lymphocytes
    car_t: CarT
    anti_car: AntiCar
    killing: Killing
    chemotherapy: Chemotherapy
    fludarabine: Fludarabine
    cyclophosphamide: Cyclophosphamide
    anti_cd20: AntiCd20
    belimumab: Belimumab
    anifrolumab: Anifrolumab
    tocilizumab: Tocilizumab
    steroid: Steroid
    background: Background
    b_cells: BCells
    autoreactive_loop: AutoreactiveLoop
    flare: Flare
    organs: Organs
    plasma_cells: PlasmaCells
    antibodies: Antibodies
    neutrophils: Neutrophils
    cytokines: Cytokines
    malignancy: Malignancy
    infection: Infection
    sledai: Sledai
    crs: Crs
    icans: Icans
    assay: Assay
    trial: Trial


@dataclass(frozen=True)
class Parameter:
    """One number and where it comes from."""

    name: str
    symbol: str
    value: float
    unit: str
    bounds: tuple[float, float]
    spread: str
    source: str
    standing: str
    note: str

    @property
    def sampled(self) -> bool:
        """Whether virtual patients differ in it."""
        return self.spread != "none" and not self.spread.startswith("suggested")


@dataclass(frozen=True)
class ParameterSet:
    """A product, host or drug: the parameters that it replaces."""

    name: str
    title: str
    parameters: Mapping[str, Parameter]

    @property
    def values(self) -> dict[str, float]:
        """Flat name to value."""
        return {name: parameter.value for name, parameter in self.parameters.items()}


def _table(file: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("immunoreset.patient").joinpath(file).read_text(encoding="utf-8"))


@cache
def table() -> Mapping[str, Parameter]:
    """All parameters by flat name, in the order of the file."""
    found = {}
    for group, fields in _table("parameters.toml").items():
        for field, entry in fields.items():
            name = f"{group}.{field}"
            found[name] = Parameter(name, **{**entry, "bounds": tuple(entry["bounds"])})
    return MappingProxyType(found)


@cache
def sets() -> Mapping[str, ParameterSet]:
    """The named sets: `4-1bb-rapid`, `cd28`, `lymphoma`, `leukaemia`, `obinutuzumab`."""
    found = {}
    for name, entries in _table("sets.toml").items():
        replaced = {flat: replace(table()[flat], **entry) for flat, entry in entries.items() if flat != "title"}
        found[name] = ParameterSet(name, entries["title"], MappingProxyType(replaced))
    return MappingProxyType(found)


@cache
def _aliases() -> Mapping[str, str]:
    return {parameter.symbol: name for name, parameter in table().items()}


def find(name: str) -> str:
    """The flat name of a parameter given by flat name or symbol.

    >>> find("kexp")
    'car_t.expansion_max'
    """
    if name in table():
        return name
    if name in _aliases():
        return _aliases()[name]
    raise errors.unknown("parameter", name, [*table(), *_aliases()], LISTED)


def find_set(name: str) -> ParameterSet:
    """A named set."""
    if name not in sets():
        raise errors.unknown("parameter set", name, sets())
    return sets()[name]


def check(name: str, value: Any) -> None:
    """Refuse a value, or an array of values, that is not a number or outside the bounds of the parameter."""
    parameter = table()[find(name)]
    low, high = parameter.bounds
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise errors.InvalidValue(f"parameter '{name}' is {value!r}; give a number from {low:g} to {high:g}") from None
    outside = ~((numbers >= low) & (numbers <= high))
    if np.any(outside):
        worst = float(numbers[outside].flat[0])
        unit = "" if parameter.unit == "1" else f" {parameter.unit}"
        raise errors.InvalidValue(f"parameter '{name}' is {worst:g}; give a value from {low:g} to {high:g}{unit}")


def typical(*names: str, **overrides: Any) -> dict[str, Any]:
    """Values of the typical patient by flat name, after the named sets and then single values.

    `overrides` are named by flat name or symbol, and are floats or arrays over patients.

    >>> typical("cd28", penA=0.004)["killing.access_autoreactive"]
    0.004
    """
    values: dict[str, Any] = {name: parameter.value for name, parameter in table().items()}
    for name in names:
        values.update(find_set(name).values)
    for name, value in overrides.items():
        check(name, value)
        values[find(name)] = value
    return values


@cache
def _groups() -> Mapping[str, type]:
    return get_type_hints(Parameters)


def build(values: Mapping[str, Any]) -> Parameters:
    """Parameters from a mapping of flat names to floats or arrays; every parameter must be there."""
    missing = [name for name in table() if name not in values]
    if missing:
        raise errors.InvalidValue(f"no value for parameter '{missing[0]}' ({len(missing)} missing); start from typical()")
    groups = {
        group: kind(*(values[f"{group}.{field}"] for field in kind._fields))  # type: ignore[attr-defined]
        for group, kind in _groups().items()
    }
    return Parameters(**groups)


def standing_counts() -> dict[str, int]:
    """How many parameters are published, adapted, unverified and assumed."""
    counts = Counter(parameter.standing for parameter in table().values())
    return {standing: counts[standing] for standing in STANDINGS}
