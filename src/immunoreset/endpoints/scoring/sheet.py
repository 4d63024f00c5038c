"""A table of visits made ready for scoring: values with units, baseline and previous visits, SLEDAI items over their window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.items import items
from immunoreset.endpoints.known import Answer, Booleans, Floats, Range
from immunoreset.endpoints.lupus import sledai_findings, sledai_laboratory
from immunoreset.endpoints.lupus.sledai import Sledai, sledai
from immunoreset.endpoints.lupus.sledai_items import CODES
from immunoreset.endpoints.quantities import (
    C3,
    C4,
    AntiDsDna,
    CellsPerField,
    Ch50,
    Leukocytes,
    Platelets,
    Quantity,
    Temperature,
    Upcr,
    UrineProtein,
)
from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.endpoints.together import all_of
from immunoreset.endpoints.toxicity.episodes import Table
from immunoreset.endpoints.visits import DISEASE, Visits
from immunoreset.errors import InvalidValue

OTHER_DISEASES = (
    "TJC28", "SJC28", "MMT8", "MRSS", "FVC", "DLCO", "EDSS", "RELAPSE", "MGADL", "QMG", "MGC", "BVAS", "BVASWG", "ESSDAI",
    "ESSPRI", "SALIVARY_FLOW", "PDAI", "T25FW", "STIFFNESS", "MRS",
)  # fmt: skip
"""Items of which scores outside lupus are made."""
LUPUS = (
    "PGA", "DSDNA", "C3", "C4", "CH50", "SDI", "BILAG_CONST", "BILAG_MUCO", "BILAG_NEURO", "BILAG_MSK", "BILAG_CARDIO",
    "BILAG_GI", "BILAG_OPHTH", "BILAG_RENAL", "BILAG_HAEM",
)  # fmt: skip
"""Items by which, beside those of SLEDAI, lupus alone is judged."""
Rows = NDArray[np.int64]
Kind = TypeVar("Kind", bound=Quantity)


def take(values: Range, rows: Rows) -> Range:
    """The range of other rows; anything where the row is -1."""
    absent = rows < 0
    return Range(np.where(absent, -np.inf, values.low[rows]), np.where(absent, np.inf, values.high[rows]))


def take_answer(answer: Answer, rows: Rows) -> Answer:
    """The answer of other rows; undecided where the row is -1."""
    there = rows >= 0
    return Answer(answer.yes[rows] & there, answer.no[rows] & there)


@dataclass(frozen=True)
class Sheet:
    """Visits and the protocol by which to score them."""

    visits: Visits
    protocol: Protocol

    @cached_property
    def table(self) -> Table:
        return Table.of(self.visits.patient, self.visits.day)

    def made(self, *codes: str) -> Booleans:
        """Whether any of these items was written down, by visit."""
        known = [~np.isnan(self.visits.values[code]) for code in codes if code in self.visits.values]
        return np.logical_or.reduce(known) if known else np.zeros(len(self.visits), dtype=bool)

    def missing(self, *codes: str) -> dict[str, Booleans]:
        """Which of these items were not written down or are known by a limit only, by visit."""
        return {code: ~self.visits.exact(code) for code in codes}

    def quantity(self, kind: type[Kind], code: str, rows: Rows | None = None) -> Kind:
        """Values with their unit, of the visits themselves or of other rows (nan where the row is -1)."""
        number = self.visits.number(code)
        return self._measured(kind, code, number if rows is None else take(number, rows))

    def lower_limit(self, kind: type[Kind], code: str) -> Kind:
        """The laboratory's lower limits of normal; a limit given at another visit of the patient is carried forward."""
        return self._measured(kind, code, self._carried(self.visits.lower_limit(code)))

    def upper_limit(self, kind: type[Kind], code: str) -> Kind:
        """The laboratory's upper limits of normal; a limit given at another visit of the patient is carried forward."""
        return self._measured(kind, code, self._carried(self.visits.upper_limit(code)))

    def _measured(self, kind: type[Kind], code: str, values: Range | Floats) -> Kind:
        if items()[code].measure is not kind:
            raise InvalidValue(f"item {code} is not measured as {kind.__name__}")
        return kind(values, kind.standard_unit())

    def _carried(self, limits: Floats) -> Floats:
        rows = self.table.latest(~np.isnan(limits))
        return np.where(rows < 0, np.nan, limits[rows])

    def baseline_rows(self, known: Booleans) -> Rows:
        """For every visit its patient's last row with something known up to the end of baseline; -1 if there is none."""
        return self.table.latest(known & (self.visits.day <= self.protocol.baseline_until))[self.table.last]

    def previous_rows(self, known: Booleans) -> Rows:
        """For every visit its patient's last earlier row with something known; -1 if there is none."""
        before = np.concatenate([[-1], self.table.latest(known)[:-1]]) if len(known) else np.empty(0, dtype=np.int64)
        return np.where(before >= self.table.first, before, -1)

    def baseline(self, code: str) -> Rows:
        """Rows of the baseline value of an item."""
        return self.baseline_rows(self.made(code))

    def held(self, code: str) -> Rows:
        """Rows of what holds of a patient at each visit, such as age: the last up to it, or the first after it; -1 for none."""
        made = self.made(code)
        latest, given = self.table.latest(made), np.flatnonzero(made)[::-1]
        first = np.full(len(self.visits.patients), -1)
        first[self.visits.patient[given]] = given
        return np.where(latest >= 0, latest, first[self.visits.patient])

    def due_to_disease(self, code: str) -> Answer:
        """Attribution of a laboratory value: soon after the infusion, what nobody judged is not known to be due to lupus."""
        soon = (self.visits.day >= 0) & (self.visits.day <= self.protocol.judge_until)
        judged, silent = (self.visits.due_to(DISEASE, code, if_not_judged=unless) for unless in (True, None))
        return Answer(np.where(soon, silent.yes, judged.yes), np.where(soon, silent.no, judged.no))

    def after_baseline(self) -> Booleans:
        return self.visits.day > self.protocol.baseline_until

    @cached_property
    def judged(self) -> dict[str, Answer]:
        """The SLEDAI items as judged on the day itself: by the clinician, else by the laboratory; undecided where neither did."""
        found = _derived(self)
        judged = {}
        for code in CODES:
            noted = self.visits.answer(code)
            noted = (noted & self.visits.due_to(DISEASE, code)) if code in self.visits.values else noted
            derived = found.get(code, Answer.of(np.full(len(self.visits), np.nan)))
            judged[code] = Answer(noted.yes | (~noted.decided & derived.yes), noted.no | (~noted.decided & derived.no))
        return judged

    @cached_property
    def of_another_disease(self) -> bool:
        """Whether the file holds what scores of another disease are made of, and nothing that only lupus is judged by."""
        return self.visits.has(*OTHER_DISEASES) and not self.visits.has(*CODES, *LUPUS)

    @cached_property
    def assessed(self) -> Booleans:
        """Visits at which a clinician judged a SLEDAI item; in a file without any, those with a value that decides one.

        Days on the ward with a temperature or a blood count alone are no assessment of lupus, nor is a laboratory value in the
        file of another disease.
        """
        if self.visits.has(*CODES):
            return self.made(*CODES)
        if self.of_another_disease:
            return np.zeros(len(self.visits), dtype=bool)
        return np.logical_or.reduce([one.decided for one in self.judged.values()])

    @cached_property
    def sledai_baseline(self) -> Rows:
        """Rows of the baseline SLEDAI: the last that is known, or else the last assessment."""
        known = self.baseline_rows(self.assessed & self.sledai.total.known)
        return np.where(known >= 0, known, self.baseline_rows(self.assessed))

    @cached_property
    def sledai_items(self) -> dict[str, Answer]:
        """The SLEDAI items over the protocol's window."""
        return {code: self._over_window(answer) for code, answer in self.judged.items()}

    def _over_window(self, answer: Answer) -> Answer:
        window = self.protocol.sledai_window
        yes, no = self.table.latest(answer.yes), self.table.latest(answer.no)
        day = self.visits.day
        present = (yes >= 0) & (day - day[yes] <= window)
        return self.unlisted(Answer(present, ~present & (no >= 0) & (day - day[no] <= window)))

    def unlisted(self, answer: Answer) -> Answer:
        """An item that was not written down, as the protocol takes it."""
        if self.protocol.unlisted_items == "missing":
            return answer
        return Answer(answer.yes, answer.no | (~answer.yes & self.assessed))

    @cached_property
    def sledai(self) -> Sledai:
        return sledai(self.sledai_items, version=self.protocol.sledai)


def _derived(sheet: Sheet) -> dict[str, Answer]:
    """The items that laboratory values, temperature and joint counts decide, by visit; only those that the file has."""
    visits, version = sheet.visits, sheet.protocol.sledai
    rules: dict[str, tuple[tuple[str, ...], Callable[[], Answer]]] = {
        "HEMATURIA": (("URBC",), lambda: sledai_laboratory.haematuria(sheet.quantity(CellsPerField, "URBC"))),
        "PYURIA": (("UWBC",), lambda: sledai_laboratory.pyuria(sheet.quantity(CellsPerField, "UWBC"))),
        "DNA": (("DSDNA",), lambda: _dna(sheet)),
        "FEVER": (("TEMP",), lambda: sledai_laboratory.fever(sheet.quantity(Temperature, "TEMP"))),
        "THROMBOCYTOPENIA": (("PLAT",), lambda: sledai_laboratory.thrombocytopenia(sheet.quantity(Platelets, "PLAT"))),
        "LEUKOPENIA": (("WBC",), lambda: sledai_laboratory.leukopenia(sheet.quantity(Leukocytes, "WBC"))),
        "ARTHRITIS": (("JOINTS",), lambda: sledai_findings.arthritis(visits.points("JOINTS"), version=version)),
        "PROTEINURIA": (("UPCR", "PROT24H"), lambda: _proteinuria(sheet)),
        "LOWCOMP": (("C3", "C4", "CH50"), lambda: _complement(sheet)),
    }
    found = {}
    for item, (sources, rule) in rules.items():
        if visits.has(*sources):
            finding, here = rule(), sheet.made(*sources)
            due = all_of(sheet.due_to_disease(source) for source in sources)
            found[item] = Answer(finding.yes & here, finding.no & here) & due
    return found


def _dna(sheet: Sheet) -> Answer:
    limit = sheet.upper_limit(AntiDsDna, "DSDNA")
    return sledai_laboratory.dna_binding(sheet.quantity(AntiDsDna, "DSDNA"), upper_limit=limit, version=sheet.protocol.sledai)


def _proteinuria(sheet: Sheet) -> Answer:
    """By UPCR where it was measured, else by the 24-h collection."""
    result = Answer.of(np.full(len(sheet.visits), np.nan))
    for kind, code in ((UrineProtein, "PROT24H"), (Upcr, "UPCR")):
        if not sheet.visits.has(code):
            continue
        previous = sheet.quantity(kind, code, sheet.previous_rows(sheet.made(code)))
        answer = sledai_laboratory.proteinuria(sheet.quantity(kind, code), version=sheet.protocol.sledai, previous=previous)
        here = sheet.made(code)
        result = Answer(np.where(here, answer.yes, result.yes), np.where(here, answer.no, result.no))
    return result


def _complement(sheet: Sheet) -> Answer:
    """By the complements that the file has; one that was not measured at a visit leaves a normal one undecided."""
    pairs = [
        (sheet.quantity(kind, code), sheet.lower_limit(kind, code))
        for kind, code in ((C3, "C3"), (C4, "C4"), (Ch50, "CH50"))
        if sheet.visits.has(code)
    ]
    return sledai_laboratory.low_complement(*pairs)
