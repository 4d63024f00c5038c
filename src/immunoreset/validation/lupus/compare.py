"""Published rows of lupus beside the simulated statistic, with its chance and a verdict; nothing is stored, all is simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from immunoreset.catalogue import built_in
from immunoreset.evidence import Band, Row, band, evidence
from immunoreset.evidence.row_bands import point
from immunoreset.validation.lupus.followed import ARMS, Floats, Followed, follow
from immunoreset.validation.lupus.long_run import of_class
from immunoreset.validation.lupus.published import BY_CLASS, CLASSES, NEPHRITIS_SHARE, REGISTER, ROWS, Reading

Verdict = Literal["inside", "outside", "no band", "not simulated"]
RESAMPLES = 400


@dataclass(frozen=True)
class Simulated:
    """A statistic of `patients` who have the outcome, its standard error, and the middle 95 % of resampled cohorts."""

    value: float
    error: float
    low: float
    high: float
    patients: int


@dataclass(frozen=True)
class Compared:
    """A published row, its band if it leaves one, and what was simulated, or why nothing was."""

    row: Row
    band: Band | None
    how: str
    simulated: Simulated | None

    @property
    def published(self) -> float | None:
        return point(self.row.statistic)

    @property
    def verdict(self) -> Verdict:
        """Whether the simulated statistic, without regard to its chance, lies in the band."""
        if self.simulated is None:
            return "not simulated"
        if self.band is None:
            return "no band"
        return "inside" if self.band.holds(self.simulated.value) else "outside"

    @property
    def beyond(self) -> float:
        """How many standard errors the simulated statistic lies beyond its band; negative inside, nan without either."""
        if self.simulated is None or self.band is None:
            return np.nan
        value = self.simulated.value
        away = max(self.band.low - value, value - self.band.high)
        return away / self.simulated.error if self.simulated.error > 0 else float(np.sign(away) * np.inf)


class Patients:
    """The arms, each simulated when it is first asked for."""

    def __init__(self, patients: int, *, seed: int, threads: int | None = None) -> None:
        self.patients, self.seed, self.threads = patients, seed, threads
        self._arms: dict[str, Followed] = {}

    def arm(self, name: str) -> Followed:
        """The patients of an arm."""
        if name not in self._arms:
            self._arms[name] = follow(name, self.patients, seed=self.seed, threads=self.threads)
        return self._arms[name]

    def values(self, reading: Reading) -> Floats:
        """What is read of each patient, (n,) or (n, k)."""
        if reading.arm != REGISTER:
            return np.asarray(reading.of(self.arm(reading.arm)), dtype=float)
        share = point(evidence().row(NEPHRITIS_SHARE).statistic)
        assert share is not None  # a row with a count
        sick = round(share * self.patients)
        kidneys, others = (np.asarray(reading.of(self.arm(name)), dtype=float) for name in ("nephritis", "standard care"))
        return np.concatenate([kidneys[:sick], others[: self.patients - sick]])

    def simulated(self, reading: Reading) -> Simulated:
        """The statistic with its chance, by resampling patients."""
        values = self.values(reading)
        has = np.isfinite(values).reshape(len(values), -1).all(axis=1)
        values = values[has]
        if not len(values):
            return Simulated(np.nan, np.nan, np.nan, np.nan, 0)
        draws = np.random.default_rng(self.seed).integers(0, len(values), (RESAMPLES, len(values)))
        found = np.array([reading.statistic(values[draw]) for draw in draws])
        found = found[np.isfinite(found)]
        low, high = np.quantile(found, [0.025, 0.975]) if len(found) else (np.nan, np.nan)
        error = float(found.std()) if len(found) else np.nan
        return Simulated(reading.statistic(values), error, float(low), float(high), len(values))


def compare(patients: Patients, rows: Mapping[str, Reading | str] = ROWS) -> list[Compared]:
    """Every row of the mapping, in its order. Raises UnknownName for one that the evidence does not have."""
    found = []
    for name, reading in rows.items():
        row = evidence().row(name)
        if isinstance(reading, str):
            found.append(Compared(row, band(row), reading, None))
        else:
            found.append(Compared(row, band(row), reading.how, patients.simulated(reading)))
    return found


def by_class(patients: Patients) -> dict[str, dict[str, Simulated]]:
    """What is read of each class of nephritis apart, by quantity and class."""
    return {
        title: {
            name: patients.simulated(Reading(reading.arm, reading.how, of_class(kind, reading.of), reading.statistic))
            for name, kind in CLASSES.items()
        }
        for title, reading in BY_CLASS.items()
    }


def taken_from(row: Row) -> tuple[str, ...]:
    """Numbers of the model that name the publication of the row as their source: it is no independent test of these."""
    doi = evidence().publications[row.publication].doi
    return tuple(name for name, number in built_in().theta.table.items() if doi and doi in number.source)


def patients_in_words(compared: Compared) -> str:
    """Whose patients stand for the published ones."""
    reading = ROWS[compared.row.id]
    if isinstance(reading, str):
        return ""
    return "mixed" if reading.arm == REGISTER else ARMS[reading.arm].title
