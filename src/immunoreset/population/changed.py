"""Changed numbers are checked as drawn ones are: there must be such a patient, and the change must reach the patients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from immunoreset.catalogue import Catalogue, Theta
from immunoreset.disease.disease import Disease, Population, Values
from immunoreset.errors import InvalidValue
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST
from immunoreset.patient.possible import refuse_impossible
from immunoreset.patient.spreads import read_spread


def typical_values(disease: Disease, catalogue: Catalogue) -> Values:
    """Typical values of what a patient with this disease can be composed of, in this host, by flat name."""
    modules = {module.name for module in catalogue.modules_of(disease)}
    values = catalogue.theta.typical(*([disease.name] if disease.host else []))
    return {name: value for name, value in values.items() if name.split(".")[0] in modules}


def check_typical(disease: Disease, catalogue: Catalogue) -> None:
    """Raise InvalidValue, by the name of what is changed, unless the typical untreated patient is possible."""
    theta = catalogue.theta
    patient = compose(*HOST, *disease.modules)

    def check(numbers: Theta) -> None:
        within = catalogue.with_theta(numbers)
        values = within.theta.values_for(patient.modules, typical_values(disease, within))
        refuse_impossible(patient, values, 1, within.theta.change)

    try:
        check(theta)
    except InvalidValue:
        for name, value in theta.changed.items():  # one of them is wrong by itself, or only all together are
            check(theta.with_changes({name: value}, {}))
        raise


def check_reached(
    population: Population, catalogue: Catalogue, values: Mapping[str, Any], drawn: Callable[[Catalogue], Mapping[str, Any]]
) -> None:
    """Raise InvalidValue for a changed number that patients of the population have from elsewhere; see `without_effect`."""
    for name in without_effect(catalogue, values, drawn):
        raise InvalidValue(
            f"'{name}' = {catalogue.theta.changed[name]:g} would change nothing: patients of '{population.name}' draw it by a "
            f"rule of their own, or it follows from other numbers; change it in the cohort, with `cohort.with_values`"
        )


def without_effect(
    catalogue: Catalogue, values: Mapping[str, Any], drawn: Callable[[Catalogue], Mapping[str, Any]]
) -> Iterator[str]:
    """The changed numbers that patients have from elsewhere, by flat name.

    `values` are the numbers of a few patients, by flat name, as `drawn` draws them with the numbers of a catalogue. A number
    that is changed to what it was has no effect to be seen, and is not among them.
    """
    theta = catalogue.theta
    for name, value in theta.changed.items():
        if name not in values or follows(theta, name, values[name]) or value == theta.published.parameter(name).value:
            continue
        if np.array_equal(values[name], drawn(catalogue.with_theta(_without(theta, name)))[name]):
            yield name


def follows(theta: Theta, name: str, value: Any) -> bool:
    """Whether drawn values plainly follow the changed typical one: they are it, or are spread about it by the table's rule."""
    return np.array_equal(value, theta.changed[name]) or (
        np.ndim(value) > 0 and read_spread(theta.table[name].spread) is not None
    )


def _without(theta: Theta, name: str) -> Theta:
    return theta.with_changes({other: value for other, value in theta.changed.items() if other != name}, theta.spreads)
