"""The charts of simulated patients as visits, so that they are scored as real ones are, from memory or from a file.

    visits = simulated_visits(Study.read("study.toml"), "car-t")
    write_tidy(visits, "visits.csv")

What is written is what a hospital would write: laboratory readings with the noise of the assay, the clinician's items, signs of
CRS and ICANS on the ward, doses. What the model does not know of is written as absent or not at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from immunoreset.disease.disease import Disease
from immunoreset.disease.lupus.notes import COUNT_LIMITS
from immunoreset.disease.note import Note
from immunoreset.endpoints.items import items
from immunoreset.endpoints.visits import DISEASE, OTHER, RELEASE, Visits
from immunoreset.errors import InvalidValue
from immunoreset.patient import signs
from immunoreset.patient.course import Course
from immunoreset.patient.observe import observe, printed
from immunoreset.placing import replacing
from immunoreset.study import simulate_arm

if TYPE_CHECKING:
    from immunoreset.catalogue import Catalogue, Theta
    from immunoreset.study_document import Study

WARD_DAYS = tuple(range(15))  # daily, after the infusion
CLINIC_DAYS = (30, 60, 90, 120, 150, 180, 270, 330, 360, 450, 510, 540, 630, 720)
"""Those on which outcomes are judged, the visits before them, by which new is told from old, and some between."""
QUARTER = 90  # days between the visits after these
NEUTROPHILS = {"lower": COUNT_LIMITS["NEUT"], "cause": OTHER}
CLINIC_ASSAYED = {"cd20_positive_per_ul": "B_CELLS", "il6": "IL6"}
WARD_ASSAYED = {**CLINIC_ASSAYED, "car_t_per_ul": "CAR_T"}


def simulated_visits(
    study: Study, arm: str, *, threads: int | None = None, catalogue: Catalogue | None = None, theta: Theta | None = None
) -> Visits:
    """The visits of an arm: one at entry, daily ones on the ward for two weeks, then clinic visits to the last day.

    After two years visits are quarterly. Nobody has a visit after death, which is written on the day by which it has come. Twins
    whose simulation failed have no visits. Raises UnknownName for an arm that the study does not have, and InvalidValue when all
    simulations failed.
    """
    return chart_arm(study, arm, threads=threads, catalogue=catalogue, theta=theta)[0]


def chart_arm(
    study: Study, arm: str, *, threads: int | None = None, catalogue: Catalogue | None = None, theta: Theta | None = None
) -> tuple[Visits, int]:
    """The same, and how many simulations failed."""
    course, twins = simulate_arm(study, arm, threads=threads, catalogue=catalogue, theta=theta)
    several = int(twins.twin.max()) > 0
    wide = max(len(number) for name in twins.names for number in re.findall(r"\d+", name) or [""])
    padded = [re.sub(r"\d+", lambda number: number[0].zfill(wide), name) for name in twins.names]  # names sort as numbers do
    names = [
        f"{padded[patient]}{f' twin {twin + 1}' if several else ''}"
        for patient, twin in zip(twins.patient, twins.twin, strict=True)
    ]
    cohort = twins.cohort
    people = {"age": np.floor(cohort.covariates["age"]), "sex": cohort.covariates["sex"]}
    failed = int(course.failed.sum())
    if failed == len(names):
        raise InvalidValue(
            f"arm '{arm}': all {failed} simulations failed, so that nobody has a visit; `immunoreset simulate` says why"
        )
    died = cohort.illness.deaths(course).day
    table = visits_of(course, names, cohort.illness, seed=study.seed, ids=np.asarray(cohort.ids), covariates=people, died=died)
    return table, failed


def visits_of(
    course: Course,
    names: Sequence[str],
    disease: Disease,
    *,
    seed: int,
    ids: np.ndarray,
    covariates: Mapping[str, np.ndarray] = MappingProxyType({}),
    died: np.ndarray | None = None,
) -> Visits:
    """Visits from solved courses of patients with a disease; `names` and `ids` (that name random draws) have one entry per twin.

    `covariates` may hold `age` in whole years and `sex` ("F", "M"), one per twin; `died` is the day of death, nan for who lives.
    """
    if len(set(names)) < len(names):
        raise InvalidValue("two twins have the same name; name each one")
    last = course.days[-1]
    until = np.full(len(names), np.inf) if died is None else np.where(np.isnan(died), np.inf, died)
    rows = _Rows(course, np.array(names, dtype=object), seed, ids, covariates, until, disease)
    rows.entry(float(course.days[0]))
    rows.clinic(float(course.days[0]))
    for day in WARD_DAYS:
        if day <= last:
            rows.ward(float(day))
    for day in clinic_days(course.days):
        rows.clinic(day)
    rows.deaths()
    return rows.visits()


def clinic_days(stored: np.ndarray) -> list[float]:
    """Days of clinic visits of a course that is stored on some days: each on the first of these from the day it is due on.

    >>> clinic_days(np.array([0.0, 30, 60, 800, 828, 900, 920]))[-3:]
    [800.0, 828.0, 900.0]
    """
    due = np.append(CLINIC_DAYS, np.arange(CLINIC_DAYS[-1] + QUARTER, max(stored[-1], 0) + 1, QUARTER))
    return np.unique(stored[np.searchsorted(stored, due[due <= stored[-1]])]).tolist()


class _Rows:
    """The rows of the long table, visit by visit."""

    def __init__(
        self,
        course: Course,
        names: np.ndarray,
        seed: int,
        ids: np.ndarray,
        covariates: Mapping[str, np.ndarray],
        until: np.ndarray,
        disease: Disease,
    ) -> None:
        self.course, self.names, self.seed, self.ids, self.covariates = course, names, seed, ids, covariates
        self.disease = disease
        self.there, self.until = ~course.failed, until
        self.parts: list[tuple[np.ndarray, float | np.ndarray, Note]] = []

    def entry(self, day: float) -> None:
        """Who they are."""
        if "age" in self.covariates:
            self.write(day, Note("AGE", self.covariates["age"]))
        if "sex" in self.covariates:
            words = items()["SEX"].words
            self.write(day, Note("SEX", np.array([words.index(sex) for sex in self.covariates["sex"]], dtype=float)))

    def clinic(self, day: float) -> None:
        """What a clinic writes down of the disease, doses, and the laboratory."""
        place, written = self._place(day), set[str]()
        for note in self.disease.notes(self.course, place, self.covariates) if self.disease.notes else ():
            self.write(day, note)
            written.add(note.code)
        if "PREDNISONE" not in written:
            self.write(day, Note("PREDNISONE", np.maximum(self._curve("prednisolone", place), 0.0)))
        if "NEUT" not in written:
            self.write(day, Note("NEUT", printed(self._curve("neutrophils", place)), **NEUTROPHILS))
        self.write(day, Note("IMMUNOSUPPRESSANT", self._curve("immunosuppressed", place)))
        self.write(day, Note("ANTIMALARIAL", 0.0))
        self._laboratory(day, place, CLINIC_ASSAYED)

    def ward(self, day: float) -> None:
        """Signs of CRS and ICANS, counts."""
        place, p = self._place(day), self.course.parameters
        if day == 0:
            self.write(day, Note("INFUSION", 1.0))
        crs = signs.severity(self._curve("crs_signal", place), p, signs.CRS_CUTS)
        self.write(day, Note("TEMP", signs.TEMPERATURE[crs], cause=RELEASE))
        self.write(day, Note("HYPOTENSION", signs.HYPOTENSION[crs], cause=RELEASE))
        self.write(day, Note("PRESSORS", signs.PRESSORS[crs]))
        self.write(day, Note("VASOPRESSIN", 0.0))
        self.write(day, Note("OXYGEN", 0.0, cause=RELEASE))
        icans = signs.severity(self._curve("icans_signal", place), p, signs.ICANS_CUTS)
        self.write(day, Note("ICE", signs.ICE[icans]))
        words = items()["CONSCIOUSNESS"].words
        self.write(day, Note("CONSCIOUSNESS", np.array([words.index(word) for word in signs.CONSCIOUSNESS], dtype=float)[icans]))
        self.write(day, Note("NEUT", printed(self._curve("neutrophils", place)), **NEUTROPHILS))
        self._laboratory(day, place, WARD_ASSAYED)

    def _laboratory(self, day: float, place: int, assayed: Mapping[str, str]) -> None:
        for output, code in assayed.items():
            true = self._curve(output, place)[:, None]
            read = observe(output, true, [day], parameters=self.course.parameters, patients=self.ids, seed=self.seed)[:, 0]
            self.write(day, Note(code, printed(read)))

    def deaths(self) -> None:
        """Who has died during the study, on the day by which it had come."""
        died = np.where(self.there & (self.until <= self.course.days[-1]), 1.0, np.nan)
        if not np.isnan(died).all():
            self.parts.append((died, np.ceil(self.until), Note("DEATH", died)))

    def write(self, day: float, note: Note) -> None:
        """One item of every twin on a day that he or she lives to see."""
        values = np.where(self.there & (day <= self.until), np.broadcast_to(note.values, self.there.shape), np.nan)
        self.parts.append((values, day, note))

    def _place(self, day: float) -> int:
        return self.course.place(day)

    def _curve(self, name: str, place: int) -> np.ndarray:
        return np.asarray(self.course.curves[name][:, place], dtype=float)

    def visits(self) -> Visits:
        """The table."""
        n = len(self.names)

        def each(of: Callable[[Note], float | np.ndarray]) -> np.ndarray:
            return np.concatenate([np.broadcast_to(of(note), n) for _, _, note in self.parts])[kept]

        values = np.concatenate([values for values, _, _ in self.parts])
        kept = ~np.isnan(values)
        return Visits.from_long(
            patient=np.tile(self.names, len(self.parts))[kept],
            day=np.concatenate([np.broadcast_to(day, n) for _, day, _ in self.parts])[kept],
            item=np.repeat([note.code for _, _, note in self.parts], n)[kept],
            value=values[kept],
            lower=each(lambda note: note.lower),
            upper=each(lambda note: note.upper),
            cause=each(lambda note: note.cause),
        )


def write_tidy(visits: Visits, path: Path | str) -> None:
    """Write visits as a tidy CSV in standard units, by patient and day; it reads back to the same table.

    A file that is there stays until the new one is complete. Raises InvalidFile where it cannot be written.
    """
    with replacing(Path(path)) as scratch:
        write_rows(visits, scratch)


def write_rows(visits: Visits, path: Path) -> None:
    """Write visits as a tidy CSV straight into a file that is nobody's yet."""
    causes = {OTHER: "other", DISEASE: "disease", RELEASE: "crs"}
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["patient", "day", "item", "value", "unit", "lower_limit", "upper_limit", "attribution"])
        columns = {code: (items()[code], visits.values[code]) for code in items() if code in visits.values}
        limits = {code: (visits.lower_limit(code), visits.upper_limit(code)) for code in columns}
        due = {code: visits.cause.get(code) for code in columns}
        signed = {code: visits.written(code) for code in columns}
        for row in range(len(visits)):
            who, day = visits.patients[visits.patient[row]], f"{visits.day[row]:g}"
            for code, (item, values) in columns.items():
                if np.isnan(values[row]):
                    continue
                value = signed[code][row] or _written(item.kind, item.words, float(values[row]))
                low, high = (_number(limit[row]) for limit in limits[code])
                cause = due[code]
                why = "" if cause is None or np.isnan(cause[row]) else causes[int(cause[row])]
                out.writerow([who, day, code, value, item.unit, low, high, why])


def _written(kind: str, words: Sequence[str], value: float) -> str:
    if kind == "yes_no":
        return "yes" if value else "no"
    return words[int(value)] if kind == "word" else repr(value).removesuffix(".0")


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))
