"""The part of docs/diseases.md on the prototype of the equations beside our patients: `python docs/refresh.py diseases`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from compared_cells import simulated as with_chance
from reset_page import table

from immunoreset.catalogue import built_in
from immunoreset.population import Cohort, sample
from immunoreset.report.words import number
from immunoreset.validation.compared import Simulated
from immunoreset.validation.mapped import Cohorts, Mapped

FILE = Path(__file__).resolve().parent / "diseases_prototype.toml"
ITS_PATIENTS, ERRORS = 64, 3.0
HEADS = ("disease", "population, treatment", "read", "prototype", "ours (95 % by chance)", "errors apart", "why, beyond three")


@dataclass(frozen=True)
class Beside:
    """What the prototype gave, and our patients, who are as many errors apart as chance leaves of both."""

    disease: str
    row: Mapped
    prototype: float
    ours: Simulated
    why: str

    @property
    def apart(self) -> float:
        """Monte Carlo errors of both between the two; a share of none or of all is one patient unsure."""
        error = self.ours.error
        if self.row.statistic == "share":
            unsure = 1 / ITS_PATIENTS
            error = max(error, math.sqrt(unsure * (1 - unsure) / self.ours.patients))
        return (self.ours.value - self.prototype) / (error * math.sqrt(1 + self.ours.patients / ITS_PATIENTS))


def _as_usual(population: str, patients: int, *, seed: int) -> Cohort:
    """Patients who enter as active as they are on average."""
    cohort = sample(population, patients, seed=seed)
    return replace(cohort, parameters={**cohort.parameters, "flare.mean": np.zeros(patients)})


def beside(patients: int, seed: int, *, only: str = "") -> Iterator[Beside]:
    """Every row of the prototype, or of one disease, beside our patients. Raises UnknownName for a score that there is not."""
    found: dict[str, list[tuple[Mapped, float, str]]] = {}
    for table_row in tomllib.loads(FILE.read_text("utf-8"))["rows"]:
        row = {name: value for name, value in table_row.items() if name not in ("disease", "prototype", "why")}
        if only not in ("", table_row["disease"]):
            continue
        told = Mapped.model_validate(row), float(table_row["prototype"]), table_row.get("why", "")
        found.setdefault(table_row["disease"], []).append(told)
    for disease, rows in found.items():
        cohorts = Cohorts(built_in().disease(disease), [row for row, _, _ in rows], patients, seed, draw=partial(_as_usual))
        for row, prototype, why in rows:
            yield Beside(disease, row, prototype, cohorts.simulated(row), why)


def part(patients: int, seed: int) -> str:
    """The table."""
    rows = list(beside(patients, seed))
    far = sum(abs(row.apart) > ERRORS for row in rows)
    lines = []
    for row in rows:
        unit = "fraction" if row.row.statistic == "share" else ""
        treatment = row.row.treatment if len(row.row.treatment) < 60 else row.row.treatment[:57] + "..."
        who = f"`{row.row.population}`, {treatment}"
        read = f"{row.row.statistic} of `{row.row.outcome}` on day {row.row.day:g}"
        prototype, ours = number(row.prototype, unit), with_chance(row.ours, unit)
        lines.append((row.disease, who, read, prototype, ours, f"{row.apart:+.1f}", row.why if abs(row.apart) > ERRORS else ""))
    summary = (
        f"{len(rows) - far} of {len(rows)} rows lie within three Monte Carlo errors, {patients} patients an arm, seed {seed}."
    )
    return f"{summary}\n\n{table(HEADS, lines)}"
