"""Adverse events of AE and ADAE: the kinds that follow cell therapy are kept with their grades; fatal ones are deaths."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from immunoreset.exchange.adverse_events import AdverseEvent, Kind
from immunoreset.exchange.cdisc.blocks import Block, Texts, first_given
from immunoreset.exchange.cdisc.study import Source
from immunoreset.exchange.cdisc.study_days import NO_DAY_ZERO, date_number
from immunoreset.exchange.cdisc.supplements import ASTCT_GRADE
from immunoreset.exchange.dates import numbers, read_dates

TERMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("crs", re.compile(r"cytokine release|\bcrs\b", re.IGNORECASE)),
    ("iec_hs", re.compile(r"ha?emophagocytic|\biec-?hs\b|macrophage activation", re.IGNORECASE)),
    ("icans", re.compile(r"immune effector cell[- ]associated neurotox|\bicans\b", re.IGNORECASE)),
    ("infection", re.compile(r"infection|pneumonia|sepsis|septic|zoster|herpes|bacter[ai]emia|vir[ae]mia|covid", re.IGNORECASE)),
)
DATE_IN_PART = "kept with a date known only in part, whose day is not known"
INFECTIONS = "INFECTIONS AND INFESTATIONS"
GRADE = re.compile(r"(?:GRADE\s*)?([1-5])")


@dataclass(frozen=True)
class Variables:
    """What a dataset of adverse events calls its columns; the first that is given counts.

    `earliest` is the first day that the start can have, from the infusion, which stands in for a start that nobody saw.
    """

    grade: tuple[str, ...]
    start: tuple[str, ...]
    start_day: str
    end: tuple[str, ...]
    end_day: str
    related: tuple[str, ...]
    earliest: str = ""


SDTM = Variables((*ASTCT_GRADE, "AETOXGR"), ("AESTDTC",), "AESTDY", ("AEENDTC",), "AEENDY", ("AEREL",))
ADAM = Variables(
    ("ASTCTGR", "ATOXGR", "ATOXGRN", "AETOXGR", "AETOXGRN"),
    ("ASTDT", "AESTDTC"),
    "ASTDY",
    ("AENDT", "AEENDTC"),
    "AENDY",
    ("AREL", "AEREL"),
    "STARTLO",
)


def kind_of(term: str, body_system: str) -> Kind | None:
    """The kind of adverse event that a term means, None for any other.

    >>> kind_of("Cytokine release syndrome", ""), kind_of("Nausea", "Gastrointestinal disorders")
    ('crs', None)
    """
    for kind, pattern in TERMS:
        if pattern.search(term):
            return kind
    return "infection" if body_system.upper() == INFECTIONS else None


def add_adverse_events(source: Source, variables: Variables) -> None:
    """Read a dataset of adverse events; terms of other kinds are counted."""
    for block in source.blocks():
        _Events(source, block, variables).read()
    source.close()


class _Events:
    """The adverse events of a block."""

    def __init__(self, source: Source, block: Block, variables: Variables) -> None:
        self.source, self.block, self.variables = source, block, variables
        self.patients = block.text("USUBJID")
        self.terms = first_given(block.text("AEDECOD"), block.text("AETERM"))
        self.systems = first_given(block.text("AEBODSYS"), block.text("AESOC"))
        self.grades = first_given(*(block.upper(name) for name in variables.grade))
        self.related = first_given(*(block.text(name) for name in variables.related))
        self.earliest = block.text(variables.earliest)
        self.serious, self.outcomes = block.text("AESER"), block.text("AEOUT")
        starts = block.recorded_date(variables.start)
        ends = block.recorded_date(variables.end)
        self.start = source.times(block, starts, variables.start_day)
        self.end = source.times(block, ends, variables.end_day)

    def read(self) -> None:
        """Keep, reject or count every row; then the deaths."""
        strangers = self.source.study.subjects.are_unknown(self.patients)
        kinds: list[Kind | None] = [kind_of(term, system) for term, system in zip(self.terms, self.systems, strict=True)]
        fatal = np.array([self._is_fatal(row) for row in range(len(self.block))], dtype=bool)
        for row, kind in enumerate(kinds):
            if kind is None:
                if not fatal[row]:
                    self.source.leave([self.terms[row].upper()])
                continue
            problems = self._problems(row, stranger=bool(strangers[row]))
            for number, (column, reason) in enumerate(problems):
                if number == 0 and not fatal[row]:
                    self.source.reject(self.block, row, column, reason)
                else:
                    self.source.report(self.block, row, column, reason)
            if not problems:
                self._keep(row, kind)
        self._deaths(fatal)

    def _is_fatal(self, row: int) -> bool:
        return self.outcomes[row].upper() == "FATAL" or self.grades[row] in ("5", "GRADE 5")

    def _problems(self, row: int, *, stranger: bool) -> list[tuple[str, str]]:
        """Column and reason of everything that is wrong with an event."""
        variables, found = self.variables, []
        if not self.patients[row]:
            found.append(("USUBJID", "no patient"))
        if stranger:
            found.append(("USUBJID", f"no subject '{self.patients[row]}' in {self.source.study.subjects.listed_in}"))
        if self.grades[row] and not GRADE.fullmatch(self.grades[row]):
            name = next(name for name in variables.grade if self.block.text(name)[row])
            found.append((name, f"'{self.grades[row]}' is not a grade from 1 to 5"))
        moments = ((variables.start[0], variables.start_day, self.start), (variables.end[0], variables.end_day, self.end))
        for date, day, moment in moments:
            reason = read_dates([moment.dates[row]]).reason.get(0, "")
            if reason:
                found.append((date, reason))
            if moment.day_zero[row]:
                found.append((day, f"day 0: {NO_DAY_ZERO}"))
        start = self.start
        if not (start.dates[row] or start.days[row] or start.in_part[row] or self.earliest[row] or start.day_zero[row]):
            found.append((variables.start[0], "neither a date nor a day"))
        one, other = (date_number(moment.dates[row]) for moment in (self.start, self.end))
        if other < one:
            found.append((variables.end[0], "the end is before the start"))
        return found

    def _keep(self, row: int, kind: Kind) -> None:
        grade = GRADE.fullmatch(self.grades[row])
        self.source.remark(DATE_IN_PART, int(self.start.unplaced[row] or self.end.unplaced[row]))
        start_day, end_day = numbers([self.start.days[row] or self.earliest[row], self.end.days[row]]).tolist()
        self.source.study.events.append(
            AdverseEvent(
                patient=self.patients[row],
                kind=kind,
                term=self.terms[row],
                start=self.start.dates[row][:10] or self.start.in_part[row],
                end=self.end.dates[row][:10] or self.end.in_part[row],
                start_day=start_day,
                end_day=end_day,
                grade=float(grade[1]) if grade else math.nan,
                related=self.related[row],
                serious=self.serious[row],
                outcome=self.outcomes[row],
            )
        )

    def _deaths(self, fatal: np.ndarray) -> None:
        """A fatal event is a death on the day on which it ended; where that is not said, on the day of death of DM."""
        subjects = self.source.study.subjects
        dated = np.array([bool(date) or bool(day) for date, day in zip(self.end.dates, self.end.days, strict=True)], dtype=bool)
        elsewhere = np.array([name in subjects.deaths for name in self.patients.tolist()], dtype=bool)
        self.source.remark("fatal, with the date of death elsewhere", int((fatal & ~dated & elsewhere).sum()))
        rows = fatal & (dated | ~elsewhere)
        for row in np.flatnonzero(rows).tolist():
            subjects.die(self.patients[row], date_number(self.end.dates[row]))
        if rows.any():
            names = {"item": "AEOUT", "value": "AEOUT", "date": self.variables.end[0], "day": self.variables.end_day}
            self.source.put(self.block, rows, self.end, _always("DEATH", len(rows)), names=names)


def _always(code: str, n: int) -> dict[str, Texts]:
    """Columns that say yes to an item in every row."""
    return {"item": np.full(n, code, dtype=object), "value": np.full(n, "yes", dtype=object)}
