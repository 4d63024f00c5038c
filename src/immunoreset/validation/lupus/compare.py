"""Published rows of lupus beside the simulated statistic, with its chance and a verdict; nothing is stored, all is simulated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from immunoreset.catalogue import built_in
from immunoreset.evidence import Row, band, evidence
from immunoreset.evidence.row_bands import point
from immunoreset.validation.compared import Compared, Simulated, simulated
from immunoreset.validation.lupus.followed import ARMS, Floats, Followed, follow
from immunoreset.validation.lupus.long_run import of_class
from immunoreset.validation.lupus.published import BY_CLASS, CLASSES, NEPHRITIS_SHARE, REGISTER, ROWS, Reading


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
        return simulated(self.values(reading), reading.statistic, seed=self.seed)


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
