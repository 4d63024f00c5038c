"""Checks of each row by itself: text columns of a file become patients, times, items and values in standard units.

A row with any fault is reported, with every column that is wrong, and left out of what is returned. Whatever reads a file, from a
tidy CSV to a CDISC dataset, brings its columns into this one form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Floats
from immunoreset.exchange.block_checks import Block
from immunoreset.exchange.conversions import Names, ReadingLog
from immunoreset.exchange.csv_records import Coded
from immunoreset.exchange.dates import numbers
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.marks import Marks

COLUMNS = ("patient", "date", "day", "item", "value", "unit", "limit", "lower_limit", "upper_limit", "attribution", "end")
APART = ("variant", "turn", "derived")  # what tells records of one moment apart; only CDISC datasets say so


@dataclass(frozen=True)
class Rows:
    """Rows (n,) that are right by themselves, in standard units: what `IntakeStore.add_rows` takes.

    `item` is the place in the catalogue (`conversions.item_number`); `date` counts days from 1970-01-01 and `day` from the
    infusion; one of them may be nan. `lasting` is how many days later an interval ends: inf while it goes on, nan for a row of a
    single visit. `value` is nan where the file says that nothing was measured, and `beyond` the sign of one written as <0.5
    (`visits.SIGNS`), 0 else. Doses stay in mg of their own drug. `clock` is the
    time of day in seconds, nan where there is none.

    `variant` tells records of one moment apart (position, side, repetition, time point, ...), 0 where nothing does; `turn` puts
    them in order, nan where nothing does; `derived` is 1 for what was worked out from other records.
    """

    lines: NDArray[np.int64]
    patient: Coded
    date: Floats
    day: Floats
    clock: Floats
    lasting: Floats
    item: NDArray[np.int16]
    value: Floats
    lower: Floats
    upper: Floats
    cause: Floats
    beyond: Floats
    variant: Floats
    turn: Floats
    derived: Floats

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Place:
    """Where rows stand: the file, what it calls each of `COLUMNS`, and whether it counts lines or rows of data.

    `names` may leave out columns that have their own name. `marks` are those of a file whose numbers may be written 0,7.
    """

    file: str
    names: Mapping[str, str] = field(default_factory=dict)
    by_line: bool = True
    marks: Marks | None = None


class RowChecker:
    """Checks blocks of rows of one file, and counts what it `read` and what was `faulty`.

    >>> faults, log = Faults(), ReadingLog()
    >>> checker = RowChecker(Place("visits.csv"), faults=faults, log=log)
    >>> texts = {"patient": ["A", "A"], "day": ["0", "28"], "item": ["crp", "crp"], "value": ["1.2", "low"]}
    >>> texts["unit"] = ["mg/dL", "mg/dL"]
    >>> checker.check(np.array([2, 3]), {name: Coded.of(column) for name, column in texts.items()}).value.tolist()
    [12.0]
    >>> faults.summary()
    "1 fault in 'visits.csv'; first: line 3, column value: 'low' is not a number"
    """

    def __init__(self, place: Place, *, faults: Faults, log: ReadingLog) -> None:
        self.place, self.faults, self.log = place, faults, log
        self.names = Names()
        self.read = self.faulty = 0

    def check(self, lines: NDArray[np.int64], columns: Mapping[str, Coded]) -> Rows:
        """The right rows among these; `columns` holds those of `COLUMNS` that the file has, (n,) each, "" where empty."""
        stripped = {name: column.stripped() for name, column in columns.items()}
        block = Block(lines, stripped, names=self.names, marks=self.place.marks)
        date, day, clock, lasting = block.times()
        block.patients()
        measured = block.measured()
        lower, upper = block.limits(measured)
        cause = block.cause()
        block.note(measured, self.log)
        self.read += len(lines)
        self.faulty += int(block.bad.sum())
        good = ~block.bad if block.bad.any() else slice(None)
        for line, column, reason in sorted(block.found):
            where = (line, None) if self.place.by_line else (None, line)
            self.faults.add(self.place.file, where[0], self.place.names.get(column, column), reason, row=where[1])
        return Rows(
            lines=lines[good],
            patient=stripped["patient"].take(good),
            date=date[good],
            day=day[good],
            clock=clock[good],
            lasting=lasting[good],
            item=measured.item[good].astype(np.int16),
            value=measured.value[good],
            lower=lower[good],
            upper=upper[good],
            cause=cause[good],
            beyond=measured.beyond[good],
            variant=_fingerprints(stripped.get("variant"), len(lines))[good],
            turn=_numbers(stripped.get("turn"), len(lines))[good],
            derived=np.nan_to_num(_numbers(stripped.get("derived"), len(lines)))[good],
        )


def _fingerprints(column: Coded | None, rows: int) -> Floats:
    """A number for each different text (n,), 0 for none."""
    if column is None:
        return np.zeros(rows)
    marks = [int.from_bytes(blake2b(word.encode(), digest_size=6).digest()) if word else 0 for word in column.words]
    return np.array(marks, dtype=float)[column.codes]


def _numbers(column: Coded | None, rows: int) -> Floats:
    return np.full(rows, np.nan) if column is None else numbers(column.words)[column.codes]
