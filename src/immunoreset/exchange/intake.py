"""The intake: rows of every file wait until all are read, are checked against each other, and come out as visits.

A file of any size passes through in blocks; memory holds one block and up to `GATHERED_ROWS` rows at a time, and more rows than
these wait on disk. What is on disk is removed at the end, whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from immunoreset.endpoints.items import items
from immunoreset.endpoints.known import Floats
from immunoreset.endpoints.visits import Visits
from immunoreset.exchange.across_rows import Entries, Settled, settle
from immunoreset.exchange.adverse_events import AdverseEvents
from immunoreset.exchange.conversions import Conversion, ReadingLog
from immunoreset.exchange.csv_records import Coded
from immunoreset.exchange.day_zero import DayZero
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.gathered import Found
from immunoreset.exchange.row_checks import Place, RowChecker, Rows
from immunoreset.exchange.row_database import RowDatabase
from immunoreset.exchange.within_day import merged_notes

GATHERED_ROWS = 500_000  # rows that are held in memory together: all, or those of some patients
MOST_ROWS = 2_000_000  # of one patient
CELLS = 3_000_000  # visits × items of one batch


@dataclass(frozen=True)
class Intake:
    """What was read. Rows are those of the files, without header; `read` is `kept` + `faulty` + `duplicates`.

    `censored` counts, by item, values such as <0.5 or >60, which are known by a limit only; `without_value` rows say that
    nothing was measured; `notes` are sentences on what was understood, such as how day 0 was chosen. `adverse_events` are
    those that somebody judged and graded; a tidy CSV has none. `subjects` has their site, race, arm and treatment, where told.
    """

    files: tuple[str, ...]
    read: int
    kept: int
    faulty: int
    duplicates: int
    without_value: int
    patients: int
    faults: Faults
    conversions: tuple[Conversion, ...]
    censored: Mapping[str, int]
    notes: tuple[str, ...]
    store: IntakeStore
    adverse_events: AdverseEvents = field(default_factory=AdverseEvents)
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def batches(self, visits: int = 200_000) -> Iterator[Visits]:
        """Tables of at most so many visits (fewer where memory asks for it), whole patients in the order of their names.

        A patient with more visits than that has a table of his own. Rows with faults are not in them.
        """
        return self.store.batches(visits)


class FileIntake:
    """One file on its way into the store: `add` its rows as text, or `add_rows` that were checked elsewhere."""

    def __init__(self, store: IntakeStore, number: int, place: Place) -> None:
        self.store, self.number, self.place = store, number, place
        self.checker = RowChecker(place, faults=store.faults, log=store.log)

    def add(self, lines: NDArray[np.int64], columns: Mapping[str, Coded]) -> None:
        """Check text rows and keep the right ones; `columns` holds some of `row_checks.COLUMNS`, (n,) each, "" where empty."""
        rows = self.checker.check(lines, columns)
        self.store.count(read=len(lines), faulty=len(lines) - len(rows))
        self.store.insert(self.number, rows)

    def add_rows(self, rows: Rows) -> None:
        """Keep rows that are right by themselves."""
        self.store.count(read=len(rows))
        self.store.insert(self.number, rows)

    def reject(self, line: int, reason: str, column: str = "") -> None:
        """Report a row that cannot even be taken apart, and count it."""
        self.report(line, column, reason)
        self.store.count(read=1, faulty=1)

    def report(self, line: int | None, column: str, reason: str) -> None:
        """Report a fault of a row that is counted already, or of the file as a whole."""
        where = (line, None) if self.place.by_line else (None, line)
        self.store.faults.add(self.place.file, where[0], self.place.names.get(column, column), reason, row=where[1])


class IntakeStore:
    """Rows of any number of files, on disk where they are many; use it in a `with` block, which removes them at the end.

    >>> texts = {"patient": ["A", "A"], "day": ["0", "28"], "item": ["PGA", "PGA"], "value": ["2.1", "0.3"]}
    >>> texts["unit"] = ["0-3", "0-3"]
    >>> with IntakeStore(Faults()) as store:
    ...     file = store.file(Place("visits.csv"))
    ...     file.add(np.array([2, 3]), {name: Coded.of(column) for name, column in texts.items()})
    ...     [visits.column("PGA").tolist() for visits in store.finish().batches()]
    [[2.1, 0.3]]
    """

    def __init__(self, faults: Faults, *, gathered_rows: int = GATHERED_ROWS, most_rows: int = MOST_ROWS) -> None:
        self.faults, self.log = faults, ReadingLog()
        self.notes: list[str] = []
        self.rows_read = self.rows_faulty = 0
        self._files: list[FileIntake] = []
        self._in_order: list[bool] = []
        self._parts: list[int] = []
        self._recorded: set[int] = set()
        self._recorded_upper: set[int] = set()
        self._gathered_rows, self._most_rows = gathered_rows, most_rows
        self._database = RowDatabase(held=gathered_rows)

    def __enter__(self) -> IntakeStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def file(self, place: Place, *, in_order: bool = True) -> FileIntake:
        """A file whose rows follow; `in_order` if its rows must ascend in time for a patient and item."""
        self._in_order.append(in_order)
        self._files.append(FileIntake(self, len(self._files), place))
        return self._files[-1]

    def count(self, *, read: int = 0, faulty: int = 0) -> None:
        """Count rows of a file."""
        self.rows_read += read
        self.rows_faulty += faulty

    def insert(self, file: int, rows: Rows) -> None:
        """Keep rows."""
        if len(rows):
            self._database.insert_rows(file, rows)

    def finish(self) -> Intake:
        """Check all rows against each other, once all files are in."""
        parts = self._database.parts(rows=self._gathered_rows, most=self._most_rows)
        self._refuse_crowded()
        patients, tally = 0, Tally()
        for number, first, last in parts:
            settled = self._settle(number, first, last)
            patients += int(np.count_nonzero(np.bincount(settled.entries.patient)))
            tally.add(settled)
        self._parts = [number for number, _, _ in parts]
        return Intake(
            files=tuple(file.place.file for file in self._files),
            read=self.rows_read,
            kept=self.rows_read - self.rows_faulty - tally.duplicates,
            faulty=self.rows_faulty,
            duplicates=tally.duplicates,
            without_value=self.log.without_value,
            patients=patients,
            faults=self.faults,
            conversions=self.log.conversions(),
            censored=dict(sorted(self.log.censored.items())),
            notes=(*self.notes, *tally.notes(), *_beyond(self.log.censored)),
            store=self,
        )

    def _refuse_crowded(self) -> None:
        """Patients with more rows than memory holds; every row of theirs is left out."""
        for name, n, file, line, here in self._database.crowded():
            reason = (
                f"patient {name} has {n:,} rows, more than {self._most_rows:,}; all {here:,} here from this one on are left out"
            )
            self._files[file].report(line, "patient", reason)
            self.count(faulty=here)

    def _settle(self, number: int, first: str, last: str) -> Settled:
        rows = self._database.gather(first, last, files=[file.place for file in self._files])
        found = Found(np.zeros(len(rows), dtype=bool))
        settled = settle(rows, found, in_order=np.array(self._in_order))
        for row, column, reason in sorted(found.faults):
            self._files[int(rows.file[row])].report(int(rows.line[row]), column, reason)
        self.count(faulty=int(found.bad.sum()))
        self._database.insert_settled(number, settled.entries)
        item, with_upper = settled.entries.item, ~np.isnan(settled.entries.upper)
        self._recorded |= set(np.flatnonzero(np.bincount(item)).tolist())
        self._recorded_upper |= set(np.flatnonzero(np.bincount(item[with_upper])).tolist())
        return settled

    def batches(self, visits: int) -> Iterator[Visits]:
        """See `Intake.batches`."""
        codes = np.array(list(items()), dtype=object)
        for entries, names in self._database.settled(self._parts):
            for rows in _slices(entries, visits):
                batch = entries.part(rows)
                table = Visits.from_long(
                    patient=batch.patient,
                    day=batch.day,
                    item=codes[batch.item],
                    value=batch.value,
                    lower=_given(batch.lower),
                    upper=_given(batch.upper),
                    cause=_given(batch.cause),
                    beyond=batch.beyond if batch.beyond.any() else None,
                )
                yield replace(
                    table,
                    patients=tuple(names[int(code)] for code in table.patients),
                    recorded=frozenset(codes[sorted(self._recorded)]),
                    recorded_upper=frozenset(codes[sorted(self._recorded_upper)]),
                )


def _beyond(censored: Mapping[str, int]) -> list[str]:
    """What a reader must know of values such as >60: a rule that asks for 90 is not decided by them."""
    told = ", ".join(f"{code} {rows:,}" for code, rows in sorted(censored.items()))
    return [f"values with < or > are known as far as they say: {told}"] if told else []


def _given(column: Floats) -> Floats | None:
    return None if np.isnan(column).all() else column


def _slices(entries: Entries, visits: int) -> Iterator[slice]:
    """Slices of whole patients, each with at most so many visits and not too many cells."""
    if not len(entries.item):
        return
    new_visit = ~pd.DataFrame({"patient": entries.patient, "day": entries.day}).duplicated().to_numpy()
    starts = np.flatnonzero(np.diff(entries.patient, prepend=-1))
    per_patient = np.add.reduceat(new_visit, starts, dtype=np.int64)
    most = max(1, min(visits, CELLS // np.count_nonzero(np.bincount(entries.item))))
    begin, held = 0, 0
    for start, count in zip(starts.tolist(), per_patient.tolist(), strict=True):
        if held and held + count > most:
            yield slice(begin, start)
            begin, held = start, 0
        held += count
    yield slice(begin, len(entries.item))


class Tally:
    """What happened to rows while they were settled, added up over all patients."""

    def __init__(self) -> None:
        self.duplicates = self.idle = self.first_date = self.moved = self.several = 0
        self.merged = np.zeros(len(items()), dtype=np.int64)

    def add(self, settled: Settled) -> None:
        """Add some patients."""
        zero: DayZero = settled.zero
        self.duplicates += settled.duplicates
        self.idle += settled.idle
        self.merged += settled.merged
        self.first_date += zero.first_date
        self.moved += zero.moved
        self.several += zero.several

    def notes(self) -> list[str]:
        """What the reader should know, in sentences."""
        told = (
            (self.first_date, "patient", "without INFUSION: day 0 is the first date"),
            (self.moved, "patient", "with INFUSION on another day than 0: days are counted from it"),
            (self.several, "patient", "with several INFUSION rows: day 0 is the first"),
            (self.idle, "interval", "with no visit inside: no visit has its value"),
        )
        return [*(f"{n:,} {thing}{'s' if n > 1 else ''} {rest}" for n, thing, rest in told if n), *merged_notes(self.merged)]
