"""The rows of a Dataset-JSON file one after the other, as they stand: from one large array, or from one line each.

A row that cannot be read is reported, and the reading goes on with the next one.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from immunoreset.exchange.dataset_json import ROWS
from immunoreset.exchange.json_text import BLANK, LONGEST_VALUE, Broken, JsonText, cut_or_broken, decode

COMPRESSED_PIECE = 1 << 16
EITHER_WRAPPER = zlib.MAX_WBITS + 32
"""zlib as the standard says, or gzip as the published examples are; the stream itself says which."""


class Report(Protocol):
    """Takes one fault: where it stands, and why."""

    def __call__(self, line: int | None, row: int | None, reason: str) -> None: ...


@dataclass
class RawRows:
    """Rows as the file has them, unchecked, with the number and the line of each."""

    rows: list[object] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, row: object, number: int, line: int) -> None:
        self.rows.append(row)
        self.numbers.append(number)
        self.lines.append(line)


class Damaged(OSError):
    """Compressed data that do not unpack."""


class Inflated(io.RawIOBase):
    """The text of a .dsjc file: one compressed stream, unpacked piece by piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._inflate = zlib.decompressobj(EITHER_WRAPPER)
        self._packed = b""

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        piece = b""
        while not piece and not self._inflate.eof:
            self._packed = self._packed or self._file.read(COMPRESSED_PIECE)
            if not self._packed:
                raise Damaged("the compressed data end too early; the file is truncated")
            try:
                piece = self._inflate.decompress(self._packed, len(buffer))
            except zlib.error as error:
                raise Damaged("the compressed data are damaged, or are neither zlib nor gzip") from error
            self._packed = self._inflate.unconsumed_tail
        if self._inflate.eof and (self._inflate.unused_data or self._file.read(1)):
            raise Damaged("something follows the end of the compressed data")
        buffer[: len(piece)] = piece
        return len(piece)


def open_text(path: Path, form: str) -> BinaryIO:
    """The bytes of the JSON text, unpacked where the form says so."""
    file = path.open("rb")
    return io.BufferedReader(Inflated(file), LONGEST_VALUE // 16) if form == ".dsjc" else file


def rows_of_object(file: BinaryIO, most: int, report: Report) -> Iterator[RawRows]:
    """The rows of a .json file, at most so many at a time; then the rest of the file is checked for being JSON."""
    text = JsonText(file)
    seen: set[str] = set()
    try:
        for member in text.members():
            if member in seen:
                raise text.broken(f"the member '{member}' is given twice")
            seen.add(member)
            if member != ROWS:
                text.value(f"in the member '{member}'")
            elif not (yield from rows_of_array(text, most, report)):
                return
        if text.peek():
            raise text.broken("text follows the end of the dataset; for one value per line, name the file .ndjson")
    except Broken as broken:
        report(broken.line, None, broken.reason)


def rows_of_array(text: JsonText, most: int, report: Report) -> Generator[RawRows, None, bool]:
    """The rows of the array that starts here; True if its end was found."""
    text.take("[", "at the start of the rows")
    number, ended, found = 0, text.peek() == "]", RawRows()
    while not ended:
        rows, lines = text.rows_at_hand(most - len(found.rows))
        found.rows += rows
        found.lines += lines
        found.numbers += range(number + 1, number + 1 + len(rows))
        number += len(rows)
        if len(found.rows) >= most:
            yield found
            found = RawRows()
        number += 1
        try:
            text.peek()
            line = text.line()
            found.add(text.value(f"in row {number}"), number, line)
            ended = _after_row(text, number, report)
        except Broken as broken:
            report(broken.line, number, broken.reason)
            if not text.next_row():
                break
    if found.rows:
        yield found
    text.at += ended
    return ended


def _after_row(text: JsonText, number: int, report: Report) -> bool:
    """Step over the comma behind a row; True if the array ends here instead."""
    mark = text.peek()
    if mark == "[":
        report(text.line(), number + 1, "the comma before this row is missing")
    elif mark == ",":
        text.at += 1
    elif mark != "]":
        text.take(",", f"after row {number}")
    return mark == "]"


def rows_of_lines(file: BinaryIO, most: int, report: Report) -> Iterator[RawRows]:
    """The rows of a text with one value per line, whose first line is the description."""
    found, number = RawRows(), 0
    for line, text in lines_of(file):
        if line == 1 or not text:
            continue
        number += 1
        try:
            found.add(value_of_line(line, text), number, line)
        except Broken as broken:
            report(line, number, broken.reason)
        if len(found.rows) >= most:
            yield found
            found = RawRows()
    if found.rows:
        yield found


def lines_of(file: BinaryIO) -> Iterator[tuple[int, str]]:
    """Number and text of each line, without blanks around it; of a line that has no end, only the beginning."""
    line = 0
    while piece := file.readline(LONGEST_VALUE):
        line += 1
        text = piece.decode("utf-8", "surrogateescape").strip(BLANK)
        yield line, text.removeprefix("\ufeff") if line == 1 else text
        while len(piece) == LONGEST_VALUE and not piece.endswith(b"\n"):
            piece = file.readline(LONGEST_VALUE)


def value_of_line(line: int, text: str) -> object:
    """The one JSON value of a line; raises Broken."""
    try:
        value, end = decode(text, 0)
    except ValueError as error:
        raise Broken(line, cut_or_broken(error, text, "in this line")) from error
    if end < len(text):
        raise Broken(line, f"a line holds one value; this one goes on with {text[end : end + 20]!a}")
    return value
