"""Where the outcomes of simulated trials come from: rates by dose, patients with known responses to every dose, or real ones.

A source turns each patient's own fixed random numbers and the dose given into an outcome. Rival designs therefore meet the same
patients, and one who tolerates a dose under one design tolerates it under all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.decision import Flags
from immunoreset.trial.outcomes import Counts
from immunoreset.whole_numbers import whole_numbers, yes_or_no

Latent = NDArray[np.float64]


class OutcomeSource(Protocol):
    """What a simulation asks of a source."""

    @property
    def doses(self) -> int: ...

    @property
    def latent(self) -> int:
        """Random numbers that each patient needs."""
        ...

    def outcomes(self, latent: Latent, dose: Counts) -> tuple[Flags, Flags]:
        """Toxicity and benefit (n,) of patients with random numbers `latent` (n, k) at the doses (n,), 1-based."""
        ...

    def rates(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """True rates of toxicity and benefit, each (D,)."""
        ...


@dataclass(frozen=True)
class RateTable:
    """A chance of toxicity, and perhaps of benefit, at each dose.

    `correlation` links the two in a patient, through normal latent variables. Raises InvalidValue for rates outside 0 to 1.

    >>> RateTable((0.1, 0.3)).outcomes(np.array([[0.2], [0.2]]), np.array([1, 2]))[0].tolist()
    [False, True]
    """

    toxic: tuple[float, ...]
    effective: tuple[float, ...] | None = None
    correlation: float = 0.0

    def __post_init__(self) -> None:
        set_numbers(self)
        for name, rates in (("toxicity", self.toxic), ("benefit", self.effective or ())):
            for dose, rate in enumerate(rates, start=1):
                if not 0 <= rate <= 1:
                    raise InvalidValue(f"{name} rate {rate:g} at dose {dose}: give a share between 0 and 1")
        if not self.toxic or (self.effective is not None and len(self.effective) != len(self.toxic)):
            raise InvalidValue(
                f"{len(self.toxic)} toxicity rates and {len(self.effective or ())} benefit rates: give one per dose"
            )
        if not -1 < self.correlation < 1:
            raise InvalidValue(f"correlation {self.correlation:g}: give a number between -1 and 1")

    @property
    def doses(self) -> int:
        return len(self.toxic)

    @property
    def knows_benefit(self) -> bool:
        return self.effective is not None

    @property
    def latent(self) -> int:
        return 1 if self.effective is None else 2

    def outcomes(self, latent: Latent, dose: Counts) -> tuple[Flags, Flags]:
        toxic = latent[:, 0] < np.array(self.toxic)[dose - 1]
        if self.effective is None:
            return toxic, np.zeros(len(dose), dtype=bool)
        benefit = latent[:, 1]
        if self.correlation:
            share = np.sqrt(1 - self.correlation**2)
            benefit = ndtr(self.correlation * ndtri(latent[:, 0]) + share * ndtri(benefit))
        return toxic, benefit < np.array(self.effective)[dose - 1]

    def rates(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.array(self.toxic), np.array(self.effective or (0.0,) * self.doses)


@dataclass(frozen=True, eq=False)
class PotentialOutcomes:
    """Patients whose toxicity and benefit at every dose are known, (P, D) of yes or no; trials draw patients with replacement.

    Raises InvalidValue for tables of unequal shape or without a patient.
    """

    toxic: ArrayLike
    effective: ArrayLike | None = None

    knows_benefit: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "knows_benefit", self.effective is not None)
        toxic = yes_or_no("toxicity", self.toxic)
        effective = np.zeros_like(toxic) if self.effective is None else yes_or_no("benefit", self.effective)
        if toxic.ndim != 2 or not toxic.size or toxic.shape != effective.shape:
            raise InvalidValue(
                f"potential outcomes {toxic.shape} and {effective.shape}: give patients by doses, the same for both"
            )
        object.__setattr__(self, "toxic", toxic)
        object.__setattr__(self, "effective", effective)

    @property
    def doses(self) -> int:
        return np.shape(self.toxic)[1]

    @property
    def latent(self) -> int:
        return 1

    def outcomes(self, latent: Latent, dose: Counts) -> tuple[Flags, Flags]:
        toxic, effective = np.asarray(self.toxic), np.asarray(self.effective)
        patient = (latent[:, 0] * len(toxic)).astype(np.int64)
        return toxic[patient, dose - 1], effective[patient, dose - 1]

    def rates(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return np.mean(np.asarray(self.toxic), axis=0), np.mean(np.asarray(self.effective), axis=0)


@dataclass(frozen=True, eq=False)
class ObservedOutcomes:
    """Real patients, each treated at one dose: `dose`, `toxic` and perhaps `effective`, each (P,).

    Whoever is given a dose in a simulated trial gets the outcome of one of the real patients who had that dose.
    Raises InvalidValue when a dose between the lowest and the highest was given to nobody.
    """

    dose: ArrayLike
    toxic: ArrayLike
    effective: ArrayLike | None = None

    knows_benefit: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "knows_benefit", self.effective is not None)
        dose, toxic = whole_numbers("dose", self.dose), yes_or_no("toxicity", self.toxic)
        effective = np.zeros_like(toxic) if self.effective is None else yes_or_no("benefit", self.effective)
        if not (dose.ndim == 1 and dose.size and dose.shape == toxic.shape == effective.shape):
            raise InvalidValue(
                f"{dose.size} doses, {toxic.size} toxicities, {effective.size} benefits: give one of each per patient"
            )
        for level in range(1, max(int(dose.max()), 1) + 1):
            if not (dose == level).any():
                raise InvalidValue(f"no patient was treated at dose {level}: number the doses 1, 2, ... as they were given")
        if dose.min() < 1:
            raise InvalidValue(f"dose {dose.min()} of a patient: number the doses from 1")
        order = np.argsort(dose, kind="stable")
        for name, values in (("dose", dose), ("toxic", toxic), ("effective", effective)):
            object.__setattr__(self, name, values[order])

    @property
    def doses(self) -> int:
        return int(np.max(np.asarray(self.dose)))

    @property
    def latent(self) -> int:
        return 1

    def outcomes(self, latent: Latent, dose: Counts) -> tuple[Flags, Flags]:
        number = np.bincount(np.asarray(self.dose), minlength=self.doses + 1)
        begin = np.concatenate([[0], number.cumsum()])[dose]
        patient = begin + (latent[:, 0] * number[dose]).astype(np.int64)
        return np.asarray(self.toxic)[patient], np.asarray(self.effective)[patient]

    def rates(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        dose = np.asarray(self.dose)
        number = np.bincount(dose, minlength=self.doses + 1)[1:]
        toxic, effective = (
            np.bincount(dose, weights=np.asarray(part), minlength=self.doses + 1)[1:] for part in (self.toxic, self.effective)
        )
        return toxic / number, effective / number
