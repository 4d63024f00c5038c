"""Runs the equations of a composed patient on quantities with units, and says which of them has a unit that does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from immunoreset.errors import ImmunoresetError
from immunoreset.patient.birth_certificates import states_of
from immunoreset.patient.compose import Patient, compose
from immunoreset.patient.module import AnyModule, Module, Nothing
from immunoreset.patient.vocabulary import Effects, Signals, View
from immunoreset.patient.word_units import UNITS


class WrongUnit(ImmunoresetError):
    """A state, a word or a reading that has another unit than it says."""


@cache
def registry() -> Any:
    """The units of this package: those of pint, cells, units of antibody and hundreds of days."""
    import pint

    units = pint.UnitRegistry()
    for definition in ("cell = [cell]", "IU = [antibody_activity]", "hundred_days = 100 * day"):
        units.define(definition)
    return units


def dressed(patient: Patient, view: View) -> Patient:
    """The same patient whose zeros say their units: untreated states, and the words that nobody says (`view`, without units)."""
    silent = Module(
        "silence",
        __file__,
        Nothing,
        Nothing,
        offers=lambda me, my: _zeros(view.seen),
        does=lambda me, my, seen: _zeros(view.on),
    )
    return compose(silent, *(replace(module, start=_start_with_units(module)) for module in patient.modules))


def _zeros(words: Any) -> Any:
    """Zero, with its unit, for each word that is silent."""
    make = registry().Quantity
    silence = type(words)()
    said = {word: make(0.0, UNITS[word]) for word in words._fields if getattr(words, word) is getattr(silence, word)}
    return type(words)(**said)


def _start_with_units(module: AnyModule) -> Callable[[Any], Any]:
    units = [entry.unit for entry in states_of(module).values()]

    def start(my: Any) -> Any:
        plain = module.start(my)
        return module.state(*(registry().Quantity(value, unit) for value, unit in zip(plain, units, strict=True)))

    return start


def quantities(patient: Patient, state: Any, values: Mapping[str, Any], units: Mapping[str, str]) -> tuple[Patient, Any, Any]:
    """The dressed patient, and a state and numbers with their units; `values`, `units` are of numbers, by 'module.number'."""
    make, worn = registry().Quantity, dressed(patient, patient.view(state, patient.build(values)))
    numbers = worn.build({name: make(value, units[name]) for name, value in values.items()})
    groups = []
    for module, group in zip(patient.modules, state, strict=True):
        names = [f"{module.name}.{field}" for field in module.fields]
        groups.append(module.state(*(make(float(v), patient.states[n].unit) for n, v in zip(names, group, strict=True))))
    return worn, worn.state(Nothing(), *groups), numbers


def magnitude(found: Any, unit: str, what: str) -> float:
    """The number of a quantity in a unit. Raises WrongUnit when it has another."""
    import pint

    try:
        return float(registry().Quantity(found).to("dimensionless" if unit == "1" else unit).magnitude)
    except pint.DimensionalityError as fault:
        raise WrongUnit(f"{what} is in {fault.units1}, not in {unit}") from None


def check_words(said: Signals | Effects) -> None:
    """Raise WrongUnit unless each word that is said has the unit of the vocabulary."""
    for word, value, nothing in zip(said._fields, said, type(said)(), strict=True):
        if value is not nothing:
            magnitude(value, UNITS[word], f"'{word}'")


def check_units(patient: Patient, state: Any, numbers: Any) -> None:
    """Raise WrongUnit for a change, a word or a concentration with a unit that does not fit; the arguments carry units."""
    for module, me, my in zip(patient.modules, state, numbers, strict=True):
        if module.offers:
            check_words(module.offers(me, my))
    seen = patient.signals(state, numbers)
    for module, me, my in zip(patient.modules, state, numbers, strict=True):
        if module.does:
            check_words(module.does(me, my, seen))
    changes = patient.derivative(0.0, state, numbers)
    for module, group in zip(patient.modules, changes, strict=True):
        for field, change in zip(module.fields, group, strict=True):
            name = f"{module.name}.{field}"
            magnitude(change, f"({patient.states[name].unit}) / day", f"the change of '{name}'")
        if module.concentration:
            magnitude(patient.outputs[f"{module.name}.concentration"].read(0.0, state, numbers), "mg/L", "the concentration")
