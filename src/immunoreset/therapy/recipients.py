"""Whom a regimen is given to: what decides the size of a dose and the chance of the graft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from immunoreset.errors import InvalidRegimen
from immunoreset.patient.theta import Theta

Value = float | np.ndarray


class Patients(Protocol):
    """Anything with patients in it; a cohort of the population package is one."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Flat parameter name -> one number for all or an array over patients."""
        ...

    @property
    def ids(self) -> np.ndarray:
        """Patient numbers, which name their random draws."""
        ...

    @property
    def seed(self) -> int:
        """Seed of the study."""
        ...

    @property
    def theta(self) -> Theta:
        """The numbers of all modules, for those that nobody has of his own."""
        ...

    @property
    def covariates(self) -> Mapping[str, np.ndarray]:
        """What is known of patients beside parameters: adherence, response to background care."""
        ...


@dataclass(frozen=True)
class Recipients:
    """Patients who get a regimen, with the days on which it infuses cells, and those on which it can release cytokines.

    `founder_noise` off gives each patient exactly the expected number of founder cells, as the typical patient has.
    `start` is the day on which the simulation begins.
    """

    parameters: Mapping[str, Any]
    ids: np.ndarray = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    seed: int = 0
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    founder_noise: bool = True
    infusion_days: tuple[float, ...] = ()
    releasing_days: tuple[float, ...] = ()
    start: float = -np.inf

    def value(self, parameter: str) -> Value:
        """The patients' own value of a parameter: a number or an array over patients."""
        return self.parameters[parameter]

    def total(self, amount: float, unit: str) -> Value:
        """The whole dose per patient, in mg or cells, from a flat dose or one per square metre or per kilogram."""
        if unit.endswith("/m2"):
            return amount * self.value("body.surface_area")
        if unit.endswith("/kg"):
            return amount * self.value("body.weight")
        return amount

    def covariate(self, name: str, otherwise: float) -> Value:
        """The patients' own value, or the population median where it is not known."""
        return self.covariates.get(name, otherwise)

    def infusions_of_others(self, day: float, own: Sequence[float]) -> int:
        """How many infusions of other CAR-T products than the one infused on the `own` days come before a day."""
        before = sum(other < day for other in self.infusion_days)
        return max(before - sum(one < day for one in own), 0)

    def require_started(self, drug: str, first_day: float) -> None:
        """Raise when a dose comes before the first simulated day."""
        if first_day < self.start:
            raise InvalidRegimen(
                f"{drug} on day {first_day:g} comes before the first simulated day, {self.start:g}; "
                f"start on day {first_day:g} or earlier, or shift the regimen"
            )


def per_dose(value: Value) -> Value:
    """Shape (n, 1), so that the dose of each patient spreads over the days."""
    return value[:, None] if isinstance(value, np.ndarray) and value.ndim == 1 else value
