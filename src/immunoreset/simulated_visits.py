"""The charts of simulated patients as visits, so that they are scored as real ones are, from memory or from a file.

    visits = simulated_visits(Study.read("study.toml"), "car-t")
    write_tidy(visits, "visits.csv")

What is written is what a hospital would write: laboratory readings with the noise of the assay, the clinician's items, signs of
CRS and ICANS on the ward, doses. What the model does not know of is written as absent or, like platelets, not at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.outcomes import activity_of, bilag_at
from immunoreset.endpoints.items import items
from immunoreset.endpoints.scoring.lupus import BILAG_ITEMS
from immunoreset.endpoints.visits import DISEASE, OTHER, RELEASE, Visits
from immunoreset.errors import InvalidValue
from immunoreset.patient import signs
from immunoreset.patient.course import Course
from immunoreset.patient.observe import observe
from immunoreset.placing import replacing
from immunoreset.study import simulate_arm

if TYPE_CHECKING:
    from immunoreset.catalogue import Catalogue, Theta
    from immunoreset.study_document import Study

WARD_DAYS = tuple(range(15))  # daily, after the infusion
CLINIC_DAYS = (28, 56, 84, 112, 140, 180, 270, 360, 450, 540, 630, 720)
DIGITS = 3  # of a laboratory reading
UPPER_LIMITS = {"DSDNA": "autoantibody.positive_above"}
LOWER_LIMITS = {"C3": "sledai.cut_c3"}
NEUTROPHIL_LIMIT = 1.8  # 10^9/L, lower limit of normal of a usual laboratory
ASSAYED = {"c3": "C3", "proteinuria": "UPCR", "anti_dsdna_reading": "DSDNA", "cd20_positive_per_ul": "B_CELLS", "il6": "IL6"}
WARD_ASSAYED = {"il6": "IL6", "car_t_per_ul": "CAR_T", "cd20_positive_per_ul": "B_CELLS"}


def simulated_visits(
    study: Study, arm: str, *, threads: int | None = None, catalogue: Catalogue | None = None, theta: Theta | None = None
) -> Visits:
    """The visits of an arm: one at entry, daily ones on the ward for two weeks, then clinic visits to the last day.

    Twins whose simulation failed have no visits. Raises UnknownName for an arm that the study does not have.
    """
    course, twins = simulate_arm(study, arm, threads=threads, catalogue=catalogue, theta=theta)
    several = int(twins.twin.max()) > 0
    wide = max(len(number) for name in twins.names for number in re.findall(r"\d+", name) or [""])
    padded = [re.sub(r"\d+", lambda number: number[0].zfill(wide), name) for name in twins.names]  # names sort as numbers do
    names = [
        f"{padded[patient]}{f' twin {twin + 1}' if several else ''}"
        for patient, twin in zip(twins.patient, twins.twin, strict=True)
    ]
    ids = np.asarray(twins.cohort.ids)
    return visits_of(course, names, seed=study.seed, ids=ids)


def visits_of(course: Course, names: Sequence[str], *, seed: int, ids: np.ndarray) -> Visits:
    """Visits from solved courses; `names` and `ids` (the numbers of the random draws) have one entry per twin."""
    if len(set(names)) < len(names):
        raise InvalidValue("two twins have the same name; name each one")
    last = course.days[-1]
    rows = _Rows(course, np.array(names, dtype=object), seed, ids)
    rows.clinic(float(course.days[0]))
    for day in WARD_DAYS:
        if day <= last:
            rows.ward(float(day))
    for day in CLINIC_DAYS:
        if day <= last:
            rows.clinic(float(day))
    return rows.visits()


class _Rows:
    """The rows of the long table, visit by visit."""

    def __init__(self, course: Course, names: np.ndarray, seed: int, ids: np.ndarray) -> None:
        self.course, self.names, self.seed, self.ids = course, names, seed, ids
        self.there = ~course.failed
        self.parts: list[tuple[np.ndarray, float, str, np.ndarray, float, float, float]] = []

    def clinic(self, day: float) -> None:
        """Lupus activity, doses, and the laboratory."""
        place = self._place(day)
        steroid = np.maximum(self._curve("prednisolone", place), 0.0)
        if "sledai_items" in self.course.curves:
            activity = activity_of(self.course, np.array([place]))
            steroid = np.asarray(activity.prednisone.value)[:, 0]
            for code, answer in chart.sledai_answers(activity.marks[:, 0]).items():
                self.write(day, code, answer.values)
            for code in ("HAEMOLYSIS", "GI_ACTIVITY"):
                self.write(day, code, np.zeros(len(self.names)))
            self.write(day, "PGA", np.asarray(activity.pga.value)[:, 0])
            self._bilag(day, place)
        self.write(day, "PREDNISONE", steroid)
        self.write(day, "IMMUNOSUPPRESSANT", self._curve("immunosuppressed", place))
        self.write(day, "ANTIMALARIAL", np.zeros(len(self.names)))
        self._laboratory(day, place, ASSAYED)
        self.write(day, "NEUT", _digits(self._curve("neutrophils", place)), lower=NEUTROPHIL_LIMIT, cause=OTHER)

    def ward(self, day: float) -> None:
        """Signs of CRS and ICANS, counts."""
        place, p = self._place(day), self.course.parameters
        if day == 0:
            self.write(day, "INFUSION", np.ones(len(self.names)))
        crs = signs.severity(self._curve("crs_signal", place), p, signs.CRS_CUTS)
        self.write(day, "TEMP", signs.TEMPERATURE[crs], cause=RELEASE)
        self.write(day, "HYPOTENSION", signs.HYPOTENSION[crs], cause=RELEASE)
        self.write(day, "PRESSORS", signs.PRESSORS[crs])
        self.write(day, "VASOPRESSIN", np.zeros(len(self.names)))
        self.write(day, "OXYGEN", np.zeros(len(self.names)), cause=RELEASE)
        icans = signs.severity(self._curve("icans_signal", place), p, signs.ICANS_CUTS)
        self.write(day, "ICE", signs.ICE[icans])
        words = items()["CONSCIOUSNESS"].words
        self.write(day, "CONSCIOUSNESS", np.array([words.index(word) for word in signs.CONSCIOUSNESS], dtype=float)[icans])
        self.write(day, "NEUT", _digits(self._curve("neutrophils", place)), lower=NEUTROPHIL_LIMIT, cause=OTHER)
        self._laboratory(day, place, WARD_ASSAYED)

    def _bilag(self, day: float, place: int) -> None:
        grades = bilag_at(self.course, place)
        for column, code in enumerate(BILAG_ITEMS):
            self.write(day, code, grades.values[:, column])

    def _laboratory(self, day: float, place: int, assayed: Mapping[str, str]) -> None:
        p = self.course.parameters
        for output, code in assayed.items():
            if output not in self.course.curves:
                continue
            true = self._curve(output, place)[:, None]
            read = observe(output, true, [day], parameters=p, patients=self.ids, seed=self.seed)[:, 0]
            lower = float(np.min(p[LOWER_LIMITS[code]])) if code in LOWER_LIMITS else np.nan
            upper = float(np.min(p[UPPER_LIMITS[code]])) if code in UPPER_LIMITS else np.nan
            self.write(day, code, _digits(read), lower=lower, upper=upper)

    def write(
        self, day: float, code: str, values: np.ndarray, *, lower: float = np.nan, upper: float = np.nan, cause: float = np.nan
    ) -> None:
        """One item of every twin on a day."""
        values = np.where(self.there, np.broadcast_to(values, self.there.shape), np.nan)
        self.parts.append((self.names, day, code, values, lower, upper, cause))

    def _place(self, day: float) -> int:
        return self.course.place(day)

    def _curve(self, name: str, place: int) -> np.ndarray:
        return np.asarray(self.course.curves[name][:, place], dtype=float)

    def visits(self) -> Visits:
        """The table."""
        n = len(self.names)

        def column(place: int) -> np.ndarray:
            return np.repeat(np.array([part[place] for part in self.parts]), n)

        values = np.concatenate([part[3] for part in self.parts])
        kept = ~np.isnan(values)
        return Visits.from_long(
            patient=np.tile(self.names, len(self.parts))[kept],
            day=column(1)[kept],
            item=column(2)[kept],
            value=values[kept],
            lower=column(4)[kept],
            upper=column(5)[kept],
            cause=column(6)[kept],
        )


def _digits(values: np.ndarray) -> np.ndarray:
    """Readings with the digits that a laboratory prints."""
    return np.array([float(f"{value:.{DIGITS}g}") for value in np.asarray(values, dtype=float)])


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
