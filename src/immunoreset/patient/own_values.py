"""The value of a number in patients: their own, that of another module or product, or the typical one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from immunoreset.patient.birth_certificates import Table, held

if TYPE_CHECKING:
    from immunoreset.patient.theta import Theta


def value_of(theta: Theta, module: str, number: str, given: Mapping[str, Any]) -> Any:
    """The value of a module's number in patients whose own are `given` (one number, or one per patient)."""
    name, table = f"{module}.{number}", theta.tables[module]
    if name in given:
        return given[name]
    if number in table.shared:
        return value_of(theta, *table.shared[number].split(".", 1), given)  # type: ignore[call-arg]
    if table.like and number not in table.own:
        return _of_product(theta, name, table, number, given)
    return theta.table[name].value


def _of_product(theta: Theta, name: str, table: Table, number: str, given: Mapping[str, Any]) -> Any:
    """The patient's number of the product that this one is like, times the ratio of the two published values."""
    base = value_of(theta, table.like, number, given)
    own = theta.products[name.split(".")[0]].parameters.get(name)
    if own is None:
        return base
    standard = theta if name in theta.changed else theta.published
    low, high = own.bounds
    if np.any(np.asarray(base) > high):  # in a disease that has wider bounds
        high = math.inf
    return held(base * (own.value / standard.owner(table.like, number).value), low, high)
