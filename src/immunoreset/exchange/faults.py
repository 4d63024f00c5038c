"""What is wrong with a file: every faulty place with its line, row, column and reason, not only the first.

A reader hands each fault to a `Faults` and goes on. Whoever asked for the file then decides: stop (`refuse`), or go on with the
rest and print the list.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from immunoreset.errors import InvalidFile, cut

HEADER = ("file", "line", "row", "column", "reason")
IN_MEMORY = 10_000
LONGEST_REASON, LONGEST_WORD = 400, 80  # characters
_QUOTED = re.compile(rf"'([^']{{{LONGEST_WORD},}})'")


@dataclass(frozen=True)
class Fault:
    """One faulty place: line and row count from 1, a row being a record of data (the header is none); None where it has no sense.

    >>> str(Fault("visits.csv", 7, "unit", "no unit 'mgg/L'; did you mean 'mg/L'?"))
    "visits.csv, line 7, column unit: no unit 'mgg/L'; did you mean 'mg/L'?"
    """

    file: str
    line: int | None
    column: str
    reason: str
    row: int | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.reason}"


def printable(text: str) -> str:
    """The text on one line, with a code for every character that a terminal cannot show.

    >>> printable("a\\nb")
    'a\\\\nb'
    """
    return text if text.isprintable() else "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in text)


def shortened(reason: str) -> str:
    """A reason in which nobody's input runs over pages: long words in quotes are cut, and then the whole.

    >>> shortened("'" + "x" * 5000 + "' is not a number")[-40:]
    "xxxxxxxxxxxxxxxxxxx ...' is not a number"
    """
    return cut(_QUOTED.sub(lambda found: f"'{cut(found[1], LONGEST_WORD)}'", reason), LONGEST_REASON)


class Faults:
    """The faults found so far, in the order in which they were found.

    With `report`, an open text file, each fault is written to it at once as one CSV line under a header, and only the first
    10,000 also stay in memory; so a file of many gigabytes in which every row is faulty is still reported row by row.

    >>> faults = Faults()
    >>> faults.add("visits.csv", 7, "value", "not a number: 'high'")
    >>> len(faults), [fault.line for fault in faults]
    (1, [7])
    >>> print(faults.summary())
    1 fault in 'visits.csv'; first: line 7, column value: not a number: 'high'
    """

    def __init__(self, report: TextIO | None = None) -> None:
        self._kept: list[Fault] = []
        self._count = 0
        self._by_file: dict[str, int] = {}
        self._report = None if report is None else csv.writer(report, lineterminator="\n")
        if self._report:
            self._report.writerow(HEADER)

    def add(self, file: str, line: int | None, column: str, reason: str, *, row: int | None = None) -> None:
        """Note one fault; nothing is raised."""
        fault = Fault(printable(str(file)), line, shortened(printable(column)), shortened(printable(reason)), row)
        self._count += 1
        self._by_file[fault.file] = self._by_file.get(fault.file, 0) + 1
        if self._report:
            self._report.writerow([fault.file, line, row, fault.column, fault.reason])
        if not self._report or len(self._kept) < IN_MEMORY:
            self._kept.append(fault)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Fault]:
        """The faults in memory: all, or the first 10,000 when each is also written to a report."""
        return iter(tuple(self._kept))

    def of(self, file: str) -> int:
        """How many faults the file has."""
        return self._by_file.get(printable(str(file)), 0)

    def summary(self) -> str:
        """One line for the terminal: how many faults, where, and the first of them."""
        if not self._count:
            return "no faults"
        first = self._kept[0]
        where = f"'{first.file}'" if len(self._by_file) == 1 else f"{len(self._by_file)} files"
        shown = (
            str(first).removeprefix(f"{first.file}, ").removeprefix(f"{first.file}: ") if len(self._by_file) == 1 else str(first)
        )
        lead = "fault" if self._count == 1 else "faults"
        return f"{self._count:,} {lead} in {where}; first: {shown}"

    def refuse(self, advice: str = "") -> None:
        """Raise InvalidFile with the one-line summary, and `advice` behind it, if there is any fault.

        >>> Faults().refuse()
        """
        if self._count:
            raise InvalidFile(self.summary() + (f"; {advice}" if advice else ""))
