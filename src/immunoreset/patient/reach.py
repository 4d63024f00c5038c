"""What one part of a patient reaches: the states that it moves, at first or in turn, found from the equations themselves.

The equations are evaluated with the part as it is and with the part silent, and then with each state changed a little: whatever
comes out otherwise hears it. Nothing is simulated, and no list says who hears whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.names import flat_values
from immunoreset.patient.compose import Patient, compose
from immunoreset.patient.module import AnyModule

Floats = NDArray[np.float64]

MOVED = 1e-12  # of a rate, or of a reading: less is rounding
SIDES = (1.3, 0.7)  # of the untreated state: where the equations are asked, since at rest much cancels
STEP = 1.1
LITTLE = 0.5  # in the unit of a state that is zero in the untreated patient


@dataclass(frozen=True)
class Reach:
    """The patient with these numbers by 'module.number', one each, and one of its parts."""

    patient: Patient
    part: AnyModule
    values: Mapping[str, float]

    @cached_property
    def states(self) -> frozenset[str]:
        """The states of other parts, by 'module.state', that the part moves, at first or by way of others."""
        names, own = list(self.patient.states), set(self._own)
        touched = {name for name, moves in zip(names, self._differ(*self._rates()), strict=True) if np.any(moves)} - own
        hears = self._hears()
        found: set[str] = set()
        while touched:
            found |= touched
            heard = np.any(hears[:, [names.index(name) for name in touched]], axis=1)
            touched = {name for name, moves in zip(names, heard, strict=True) if moves} - found - own
        return frozenset(found)

    def moves(self, outputs: Iterable[str]) -> bool:
        """Whether any of these outputs comes out otherwise, by what the part does or by the states that it moves."""
        names = [name for name in outputs if name in self.patient.outputs]
        silent = self._part_silent
        return any(
            np.any(self._differ(self._read(self._said_only, names, base), self._read(silent, names, base)))
            or np.any(self._differ(self._read(silent, names, moved), self._read(silent, names, base)))
            for base, moved in zip(self._bases(), self._bases(self.states), strict=True)
        )

    @property
    def _own(self) -> list[str]:
        return [f"{self.part.name}.{field}" for field in self.part.fields]

    @cached_property
    def _part_silent(self) -> Patient:
        """The same patient, to whom the part says nothing."""
        return self._with(replace(self.part, offers=None, does=None, shows=None))

    @cached_property
    def _said_only(self) -> Patient:
        """The same patient, where nobody finds that the part is given."""
        return self._with(replace(self.part, shows=None))

    def _with(self, part: AnyModule) -> Patient:
        return compose(*(part if module is self.part else module for module in self.patient.modules))

    @cached_property
    def _numbers(self) -> Any:
        """The numbers as arrays; the inputs of daily medicine, zero until it is given, as if it were given in full."""
        return self.patient.build({name: np.array([value], dtype=float) for name, value in self.values.items()})

    def _bases(self, moved: Iterable[str] = ()) -> list[list[Floats]]:
        """States (1,) in which the equations are asked, in order; those in `moved` a little changed, each by its share."""
        untreated = [np.broadcast_to(value, 1).astype(float) for value in flat_values(self.patient.initial(self._numbers))]
        chosen = set(moved)
        found = []
        for side in SIDES:
            base = [side * value + LITTLE * (value == 0) for value in untreated]
            changed = zip(self.patient.states, base, strict=True)
            found.append([value * (STEP + 0.01 * n) if name in chosen else value for n, (name, value) in enumerate(changed)])
        return found

    def _rates(self) -> tuple[list[Floats], list[Floats]]:
        """Rates of all states with the part, and with it silent, in each base."""
        with_it, without = (
            [self._change(patient, base) for base in self._bases()] for patient in (self.patient, self._part_silent)
        )
        return [np.concatenate(rates) for rates in zip(*with_it, strict=True)], [
            np.concatenate(rates) for rates in zip(*without, strict=True)
        ]

    def _hears(self) -> NDArray[np.bool_]:
        """Which state's rate (row) depends on which state (column)."""
        count = len(self.patient.states)
        found = np.zeros((count, count), dtype=bool)
        for base in self._bases():
            stepped = [np.repeat(value, count + 1) for value in base]
            for place, values in enumerate(stepped):
                values[place + 1] *= STEP
            rates = [np.broadcast_to(rate, count + 1) for rate in self._change(self.patient, stepped)]
            found |= np.array(self._differ([rate[1:] for rate in rates], [rate[:1] for rate in rates]))
        return found

    def _change(self, patient: Patient, flat: list[Floats]) -> list[Floats]:
        state = self._state(patient, flat)
        with np.errstate(all="ignore"):
            return [np.atleast_1d(rate) for rate in flat_values(patient.derivative(0.0, state, self._numbers))]

    def _read(self, patient: Patient, names: list[str], flat: list[Floats]) -> list[Floats]:
        state = self._state(patient, flat)
        with np.errstate(all="ignore"):
            return [np.atleast_1d(patient.output(name).read(0.0, state, self._numbers)) for name in names]

    @staticmethod
    def _state(patient: Patient, flat: list[Floats]) -> Any:
        values = iter(flat)
        return patient.state(*(module.state(*(next(values) for _ in module.fields)) for module in patient.modules))

    @staticmethod
    def _differ(now: list[Floats], before: list[Floats]) -> list[Any]:
        """Where values differ by more than rounding, elementwise."""
        return [np.abs(a - b) > MOVED * np.maximum(np.abs(a), np.abs(b)) for a, b in zip(now, before, strict=True)]
