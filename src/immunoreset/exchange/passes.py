"""A file may be read more than once: its faults are noted once, and without a list of faults the first pass ends in an error."""

from __future__ import annotations

from dataclasses import dataclass, field

from immunoreset.exchange.faults import Faults


@dataclass
class Pass:
    """One reading of the rows of one file; rows count from 1."""

    file: str
    faults: Faults
    strict: bool
    noted_rows: int
    noted_end: bool
    seen: int = 0

    def note(self, line: int | None, row: int | None, reason: str, column: str = "") -> None:
        """Note a fault of a row, or of the file where `row` is None, unless an earlier pass did."""
        self.seen = max(self.seen, row or 0)
        if not self.noted_end if row is None else row > self.noted_rows:
            self.faults.add(self.file, line, column, reason, row=row)

    @property
    def gives_rows(self) -> bool:
        """Whether rows are still handed out: after a fault nobody wants them if the pass ends in an error."""
        return not (self.strict and len(self.faults))


@dataclass
class Passes:
    """All readings of one file. With `faults` None, a pass that meets a fault reads to the end and raises InvalidFile."""

    file: str
    faults: Faults | None
    _noted_rows: int = field(default=0, init=False)
    _noted_end: bool = field(default=False, init=False)

    def begin(self) -> Pass:
        if self.faults is None:
            return Pass(self.file, Faults(), strict=True, noted_rows=0, noted_end=False)
        return Pass(self.file, self.faults, strict=False, noted_rows=self._noted_rows, noted_end=self._noted_end)

    def reached(self, row: int) -> None:
        """All faults up to this row are noted."""
        self._noted_rows = max(self._noted_rows, row)

    def end(self, reading: Pass) -> None:
        """The file was read to its end."""
        self.reached(reading.seen)
        self._noted_end = True
        if reading.strict:
            reading.faults.refuse()
