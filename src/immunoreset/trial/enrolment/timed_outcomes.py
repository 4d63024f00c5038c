"""What happens to a patient after infusion and on which day: toxicity within its window, benefit at any time."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.checking import check_share
from immunoreset.trial.outcome_sources import Latent, OutcomeSource
from immunoreset.trial.outcomes import Counts


class EventDays(NamedTuple):
    """Days after infusion, each (n,); infinite where the event does not happen."""

    toxic: NDArray[np.float64]
    effective: NDArray[np.float64]


class TimedSource(Protocol):
    """What a trial in calendar time asks of a source of outcomes."""

    @property
    def doses(self) -> int: ...

    @property
    def window(self) -> float:
        """Days after infusion during which toxicity counts and is waited for."""
        ...

    @property
    def latent(self) -> int:
        """Random numbers that each patient needs."""
        ...

    def event_days(self, latent: Latent, clock: NDArray[np.float64], dose: Counts) -> EventDays:
        """Events of patients with random numbers `latent` (n, k), and `clock` (n, 2) for the timing, at the doses (n,)."""
        ...


@dataclass(frozen=True)
class Timed:
    """A source of yes or no outcomes with days added to them.

    Toxicities fall in the `window` of days; the share `late` of them in its second half (0.5: evenly spread). Benefit is seen
    between day 0 and `benefit_by` (the window unless given), evenly spread. Raises InvalidValue for days that are not positive
    or a share outside (0, 1).

    >>> from immunoreset.trial.outcome_sources import RateTable
    >>> source = Timed(RateTable((0.1, 0.3)), window=28)
    >>> source.event_days(np.array([[0.2], [0.2]]), np.full((2, 2), 0.5), np.array([1, 2])).toxic.tolist()
    [inf, 14.0]
    """

    source: OutcomeSource
    window: float
    late: float = 0.5
    benefit_by: float | None = None

    def __post_init__(self) -> None:
        check_window(self.window)
        check_share("share of late toxicities", self.late)
        if self.benefit_by is not None and not 0 < self.benefit_by < np.inf:
            raise InvalidValue(f"benefit by day {self.benefit_by:g}: give a day after infusion")

    @property
    def doses(self) -> int:
        return self.source.doses

    @property
    def latent(self) -> int:
        return self.source.latent

    def event_days(self, latent: Latent, clock: NDArray[np.float64], dose: Counts) -> EventDays:
        toxic, effective = self.source.outcomes(latent, dose)
        power = 1 / -log2(1 - self.late)
        last = self.window if self.benefit_by is None else self.benefit_by
        return EventDays(
            np.where(toxic, self.window * clock[:, 0] ** power, np.inf), np.where(effective, last * clock[:, 1], np.inf)
        )


@dataclass(frozen=True, eq=False)
class PotentialDays:
    """Patients whose days of toxicity and benefit at every dose are known, (P, D), infinite for never.

    Trials draw patients with replacement. Toxicity after the window does not count. Raises InvalidValue for tables of unequal
    shape, without a patient, or with negative days.
    """

    toxic: ArrayLike
    window: float
    effective: ArrayLike | None = None

    def __post_init__(self) -> None:
        check_window(self.window)
        toxic = np.array(self.toxic, dtype=float)
        effective = np.full_like(toxic, np.inf) if self.effective is None else np.array(self.effective, dtype=float)
        if toxic.ndim != 2 or not toxic.size or toxic.shape != effective.shape:
            raise InvalidValue(f"event days {toxic.shape} and {effective.shape}: give patients by doses, the same for both")
        if not ((toxic >= 0).all() and (effective >= 0).all()):
            raise InvalidValue("event days that are negative or missing: give days after infusion, infinite for never")
        object.__setattr__(self, "toxic", np.where(toxic <= self.window, toxic, np.inf))
        object.__setattr__(self, "effective", effective)

    @property
    def doses(self) -> int:
        return np.shape(self.toxic)[1]

    @property
    def latent(self) -> int:
        return 1

    def event_days(self, latent: Latent, clock: NDArray[np.float64], dose: Counts) -> EventDays:
        toxic, effective = np.asarray(self.toxic), np.asarray(self.effective)
        patient = (latent[:, 0] * len(toxic)).astype(np.int64)
        return EventDays(toxic[patient, dose - 1], effective[patient, dose - 1])


def check_window(window: float) -> None:
    """Raises InvalidValue unless the window has a length."""
    if not 0 < window < np.inf:
        raise InvalidValue(f"window of {window:g} days: give the days after infusion during which toxicity counts")
