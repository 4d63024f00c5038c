"""A module's numbers of some twins, ready to meet curves that are twins x days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from immunoreset.patient.module import AnyModule
from immunoreset.patient.signs import column

Numbers = TypeVar("Numbers", bound=tuple)


def own(module: AnyModule, parameters: Mapping[str, Any], kind: type[Numbers]) -> Numbers:
    """The numbers of `module`, of its `kind`, each one for all or a column with one per twin."""
    return kind(*(column(parameters[f"{module.name}.{name}"]) for name in module.number_names))
