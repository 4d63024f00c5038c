"""Which curves of a course a disease is judged by: those that its outcomes and its scored lines ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from immunoreset.disease.disease import Disease
from immunoreset.patient.course import Course


@dataclass(frozen=True)
class _Watched(Mapping[str, np.ndarray]):
    """Curves that note which of them is asked for."""

    curves: Mapping[str, np.ndarray]
    asked: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> np.ndarray:
        self.asked.add(name)
        return self.curves[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.curves)

    def __len__(self) -> int:
        return len(self.curves)


def judged_by(disease: Disease, course: Course) -> frozenset[str]:
    """Names of the curves that decide the disease's outcomes of a course; the states of its modules where it has no outcome."""
    first = _first(course)
    watched = _Watched(first.curves)
    seen = replace(first, curves=watched)
    disease.read_outcomes(seen)
    disease.scored_curves(seen)
    own = (f"{module.name}.{name}" for module in disease.modules for name in module.fields)
    return frozenset(watched.asked or own)


def _first(course: Course) -> Course:
    """The course of the first twin."""

    def one(values: Any) -> Any:
        return values[:1] if np.ndim(values) else values

    return replace(
        course,
        curves={name: one(values) for name, values in course.curves.items()},
        readouts={name: one(values) for name, values in course.readouts.items()},
        parameters={name: one(values) for name, values in course.parameters.items()},
        failed=one(course.failed),
        ids=course.ids_of()[:1],
    )
