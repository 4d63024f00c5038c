"""Reads SAS transport files (XPT, version 5), as regulators receive them, some thousand rows at a time.

SAS dates and times become ISO 8601 text, the missing number becomes None, a blank text stays an empty text. The numbers of the
file know no type, so every other number is a "float". Every faulty row is reported with its number, column and reason.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.exchange.column_values import NUL_INSIDE, shown
from immunoreset.exchange.dataset import Batch, Column, Dataset, DataType, Metadata, Row, Value
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.passes import Pass, Passes
from immunoreset.exchange.sas_dates import FROM_SAS
from immunoreset.exchange.xpt_layout import MEMBER, RECORD, Layout, kind_of_format, pyreadstat, read_layout

ONE_BYTE_PER_CHARACTER = "ISO-8859-1"  # lets every byte through; `encoding` then decides what it means
BATCH_BYTES = 16 << 20
BLANK = 32
TOO_LARGE = "a number too large for this computer's numbers"


def read_xpt(
    path: Path | str, *, faults: Faults | None = None, encoding: str = "ascii", batch_bytes: int = BATCH_BYTES
) -> Dataset:
    """The dataset of a file; its rows are read when they are asked for.

    With `faults`, each faulty row is noted there, once however often the rows are read, and left out. Without, a pass over a file
    with a faulty row ends in InvalidFile, which counts them all. The file does not say its `encoding`; version 5 asks for ASCII,
    and other text is a fault unless the encoding is given, such as "utf-8" or "latin-1".
    """
    path = Path(path)
    package = pyreadstat()
    try:
        layout = read_layout(path)
    except OSError as error:
        raise InvalidFile(f"cannot read '{path}': {(error.strerror or str(error)).lower()}") from error
    meta = _parse(package, layout.header, str(path))[1]
    named = [
        _decoded(text or "", encoding) for text in (*meta.column_names, *meta.column_labels, meta.table_name, meta.file_label)
    ]
    *names, name, label = named
    count = len(meta.column_names)
    columns = tuple(map(partial(_column, meta), meta.column_names, names[:count], names[count:]))
    created = meta.creation_time.isoformat() if meta.creation_time else ""
    widths = tuple(meta.variable_storage_width[key] for key in meta.column_names)
    rows = _Rows(path, layout, columns, widths, Passes(str(path), faults), encoding, max(1, batch_bytes // layout.row_length))
    return Dataset(name, label, columns, rows, layout.records, Metadata(created=created))


def _parse(package, content: bytes, file: str):
    try:
        return package.read_xport(
            io.BytesIO(content), output_format="dict", disable_datetime_conversion=True, encoding=ONE_BYTE_PER_CHARACTER
        )
    except (package.ReadstatError, UnicodeDecodeError) as error:
        raise InvalidFile(f"cannot read '{file}', it is damaged: {str(error).lower()}") from error


def _decoded(text: str, encoding: str) -> str:
    """Text whose bytes were read one per character, in its true encoding."""
    try:
        return text.encode(ONE_BYTE_PER_CHARACTER).decode(encoding)
    except UnicodeDecodeError as error:
        advice = "say the encoding of the file, or save it as ASCII"
        raise InvalidValue(f"text that is not {encoding}: {shown(text)}; {advice}") from error


def _column(meta, key: str, name: str, label: str) -> Column:
    display = meta.original_variable_types.get(key) or ""
    display = display if not display or "." in display else f"{display}."
    if meta.readstat_variable_types[key] == "string":
        return Column(name, label, "string", length=meta.variable_storage_width[key], display_format=display)
    kind = kind_of_format(display)
    target = "integer" if kind else ""
    return Column(name, label, cast("DataType", kind or "float"), display_format=display, target_data_type=target)


@dataclass
class _Rows:
    """Called, it reads the rows anew."""

    path: Path
    layout: Layout
    columns: tuple[Column, ...]
    widths: tuple[int, ...]
    passes: Passes
    encoding: str
    batch_rows: int

    def __call__(self) -> Iterator[Batch]:
        reading = self.passes.begin()
        with self.path.open("rb") as file:
            file.seek(len(self.layout.header))
            while reading.seen < self.layout.records:
                first = reading.seen + 1
                wanted = min(self.batch_rows, self.layout.records - reading.seen)
                content = file.read(wanted * self.layout.row_length)
                if MEMBER in content:
                    reading.note(None, None, "the file holds more than one dataset; save each as a file of its own")
                    break
                rows, numbers = self._batch(content, wanted, first, reading)
                reading.seen = max(reading.seen, first + wanted - 1)
                self.passes.reached(reading.seen)
                if rows and reading.gives_rows:
                    yield Batch(rows, numbers)
        if self.layout.left_over:
            reading.note(None, None, f"the file ends within row {self.layout.records + 1:,}; it is truncated")
        self.passes.end(reading)

    def _batch(self, content: bytes, wanted: int, first: int, reading: Pass) -> tuple[list[Row], Sequence[int]]:
        padding = b" " * (-len(content) % RECORD)
        table = _parse(pyreadstat(), self.layout.header + content + padding, str(self.path))[0]
        faulty: set[int] = set()
        for place, name in _nul_within(content, self.layout.row_length, self.columns, self.widths):
            faulty.add(place)
            reading.note(None, first + place, NUL_INSIDE, name)
        values = []
        for column, found in zip(self.columns, table.values(), strict=True):
            found = list(found[:wanted]) + [""] * (wanted - len(found))  # a last row of blanks alone is taken for padding
            read, reasons = self._settle(column, found)
            values.append(read)
            for place, reason in reasons.items():
                faulty.add(place)
                reading.note(None, first + place, reason, column.name)
        rows = list(zip(*values, strict=True))
        kept = [place for place in range(wanted) if place not in faulty] if faulty else range(wanted)
        return [rows[place] for place in kept] if faulty else rows, [first + place for place in kept]

    def _settle(self, column: Column, values: list) -> tuple[list[Value], dict[int, str]]:
        if column.data_type == "string":
            return (
                _each(values, partial(_decoded, encoding=self.encoding))
                if any(not value.isascii() for value in values)
                else (values, {})
            )
        numbers = [None if value is None or value == "" or math.isnan(value) else value for value in values]
        if column.data_type != "float":
            return _each(numbers, FROM_SAS[column.data_type])
        return numbers, {place: TOO_LARGE for place, value in enumerate(numbers) if value in (math.inf, -math.inf)}


def _nul_within(content: bytes, length: int, columns: Sequence[Column], widths: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Row and column of texts in which something stands behind a NUL; NULs at the end only fill."""
    if sum(widths) != length:
        return
    table = np.frombuffer(content, dtype=np.uint8, count=len(content) // length * length).reshape(-1, length)
    start = 0
    for column, width in zip(columns, widths, strict=True):
        if column.data_type == "string":
            nul, text = table[:, start : start + width] == 0, table[:, start : start + width] > BLANK
            seen = np.logical_or.accumulate(nul, axis=1) & text
            yield from ((int(place), column.name) for place in np.flatnonzero(seen.any(axis=1)))
        start += width


def _each(values: list, change: Callable) -> tuple[list[Value], dict[int, str]]:
    """Every value changed, None kept; and why some cannot be."""
    changed: dict[Value, Value] = {None: None}
    reasons: dict[Value, str] = {}
    for value in set(values) - {None}:
        try:
            changed[value] = change(value)
        except InvalidValue as error:
            reasons[value] = str(error)
    places = {place: reasons[value] for place, value in enumerate(values) if value in reasons} if reasons else {}
    return [changed.get(value) for value in values], places
