"""Reads CDISC Dataset-JSON 1.1 (.json, .ndjson and compressed .dsjc) of any size, a few thousand rows at a time.

A file of 2 GB needs less than 100 MB of memory. Every faulty row is reported with its line, column and reason, and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from immunoreset.errors import InvalidFile
from immunoreset.exchange.column_values import settle
from immunoreset.exchange.dataset import BATCH_ROWS, Batch, Dataset
from immunoreset.exchange.dataset_json import COLUMNS, REQUIRED, ROWS, Head, form_of, read_head
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.json_rows import (
    RawRows,
    lines_of,
    open_text,
    rows_of_array,
    rows_of_lines,
    rows_of_object,
    value_of_line,
)
from immunoreset.exchange.json_text import Broken, JsonText
from immunoreset.exchange.passes import Pass, Passes

TAIL = 4096
_ENDS_WITH_ROWS = re.compile(rb"[\[\]]\s*\]\s*\}\s*$")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_dataset_json(path: Path | str, *, faults: Faults | None = None, batch_rows: int = BATCH_ROWS) -> Dataset:
    """The dataset of a file; its rows are read when they are asked for.

    With `faults`, each faulty row is noted there, once however often the rows are read, and left out. Without, a pass over a file
    with a faulty row ends in InvalidFile, which counts them all. A faulty description raises InvalidFile in both cases.

    Source: CDISC Dataset-JSON Specification 1.1 (2024), Compressed Dataset-JSON 1.1 (2025).
    """
    path = Path(path)
    form = form_of(path)
    found = Faults()
    head = _read_head(path, form, found)
    if faults is not None:
        for fault in found:
            faults.add(fault.file, fault.line, fault.column, fault.reason)
    found.refuse()
    if head is None:
        raise InvalidFile(f"cannot read '{path}'")
    rows = _Rows(path, form, head, Passes(str(path), faults), batch_rows)
    return Dataset(head.name, head.label, head.columns, rows, head.records, head.metadata)


def _open(path: Path, form: str) -> BinaryIO:
    try:
        return open_text(path, form)
    except OSError as error:
        raise InvalidFile(f"cannot read '{path}': {(error.strerror or str(error)).lower()}") from error


def _read_head(path: Path, form: str, faults: Faults) -> Head | None:
    """All members but the rows; None and faults if they cannot be read."""
    lines: dict[str, int] = {}

    def report(member: str, reason: str) -> None:
        faults.add(str(path), lines.get(member, lines.get(COLUMNS)), member, reason)

    with _open(path, form) as file:
        try:
            if form == ".json":
                document = _members(file, path, lines, report)
            else:
                line, text = next(lines_of(file), (1, ""))
                document = value_of_line(line, text)
                if not isinstance(document, dict):
                    raise Broken(line, "the first line must be the object that describes the dataset")
                lines.update(dict.fromkeys(document, line))
                if ROWS in document:
                    report(ROWS, "has no place in the first line; each row stands in a line of its own")
        except Broken as broken:
            faults.add(str(path), broken.line, "", broken.reason)
            return None
        except OSError as error:
            faults.add(str(path), None, "", error.strerror or str(error))
            return None
    return read_head(document, report)


def _members(file: BinaryIO, path: Path, lines: dict[str, int], report) -> dict[str, object]:
    """The members of a .json file; the rows are read over only if something stands behind them."""
    if (start := file.read(2)) in _UTF16:
        raise Broken(1, "the file is UTF-16; save it as UTF-8")
    if not start:
        raise Broken(1, "the file is empty")
    file.seek(0)
    document: dict[str, object] = {}
    text = JsonText(file)
    try:
        for member in text.members():
            if member in document:
                report(member, "is given twice")
            lines[member] = text.line()
            if member != ROWS:
                document[member] = text.value(f"in the member '{member}'")
                continue
            document[member] = None
            if _is_complete(document) and _ends_with_rows(path):
                break
            if not _read_over(text):
                raise Broken(text.line(), "the description does not stand before the rows, and the rows have no end")
    except Broken:
        if not _is_complete(document):
            raise  # otherwise the fault lies in the rows or behind them, and is reported when they are read
    return document


def _is_complete(document: dict[str, object]) -> bool:
    return ROWS in document and all(member in document for member in REQUIRED)


def _ends_with_rows(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return bool(_ENDS_WITH_ROWS.search(file.read()))


def _read_over(text: JsonText) -> bool:
    rows = rows_of_array(text, BATCH_ROWS, lambda line, row, reason: None)
    while True:
        try:
            next(rows)
        except StopIteration as end:
            return bool(end.value)


@dataclass
class _Rows:
    """Called, it reads the rows anew."""

    path: Path
    form: str
    head: Head
    passes: Passes
    batch_rows: int

    def __call__(self) -> Iterator[Batch]:
        reading = self.passes.begin()
        for raw in self._raw(reading):
            reading.seen = max(reading.seen, raw.numbers[-1])
            rows, places = settle(self.head.columns, raw.rows, partial(_note_in, reading, raw))
            self.passes.reached(reading.seen)
            if rows and reading.gives_rows:
                yield Batch(rows, [raw.numbers[i] for i in places], [raw.lines[i] for i in places])
        if reading.seen != self.head.records:
            reason = f"the file announces {self.head.records:,} records and has {reading.seen:,}"
            reading.note(None, None, reason, "records")
        self.passes.end(reading)

    def _raw(self, reading: Pass) -> Iterator[RawRows]:
        read = rows_of_object if self.form == ".json" else rows_of_lines
        with _open(self.path, self.form) as file:
            try:
                yield from read(file, self.batch_rows, reading.note)
            except OSError as error:
                reading.note(None, None, error.strerror or str(error))


def _note_in(reading: Pass, raw: RawRows, place: int, column: str, reason: str) -> None:
    reading.note(raw.lines[place], raw.numbers[place], reason, column)
