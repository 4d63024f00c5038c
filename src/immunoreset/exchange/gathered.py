"""All rows of some patients, gathered from every file in the order in which they were read, and what is found wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Floats
from immunoreset.endpoints.visits import SIGNS
from immunoreset.exchange.block_checks import ITEMS, Flags, Places
from immunoreset.exchange.row_checks import Place


@dataclass(frozen=True)
class Gathered:
    """Rows (n,) of all files: `patient` is the place among the sorted names, the rest as in `Rows`; `files` are their places."""

    file: Places
    line: Places
    patient: Places
    item: Places
    date: Floats
    day: Floats
    clock: Floats
    lasting: Floats
    value: Floats
    lower: Floats
    upper: Floats
    cause: Floats
    beyond: Floats
    variant: Floats
    turn: Floats
    derived: Floats
    files: Sequence[Place]
    patients: int

    def __len__(self) -> int:
        return len(self.line)

    @property
    def single(self) -> Flags:
        """Rows of one visit; the others are intervals."""
        return np.isnan(self.lasting)

    def place(self, row: int, seen_from: int) -> str:
        """Where a row stands, as read beside another row: 'line 7', or 'line 7 of labs.csv', or 'row 7 of lb.xpt'."""
        here, there = self.files[self.file[row]], self.files[self.file[seen_from]]
        elsewhere = f" of {here.file}" if here.file != there.file else ""
        return f"{'line' if here.by_line else 'row'} {self.line[row]}{elsewhere}"

    def time_column(self, row: int) -> str:
        """The column that says when."""
        return "day" if np.isnan(self.date[row]) else "date"

    def said(self, row: int) -> str:
        """The value of a row in words."""
        item, value = ITEMS[self.item[row]], float(self.value[row])
        if np.isnan(value):
            return "missing"
        if item.kind == "yes_no":
            return "yes" if value else "no"
        sign = next((name for name, sign in SIGNS.items() if sign == self.beyond[row]), "")
        return item.words[int(value)] if item.words else f"{sign}{value:.6g} {item.unit}".strip()


@dataclass
class Found:
    """Faults of gathered rows: `bad` (n,) has every row with one; `faults` are row, column and reason."""

    bad: Flags
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def mark(self, rows: Flags | NDArray[np.int64], column: str | Callable[[int], str], reason: Callable[[int], str]) -> None:
        """Note a fault of these rows."""
        places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        self.bad[places] = True
        for row in places.tolist():
            self.faults.append((row, column if isinstance(column, str) else column(row), reason(row)))
