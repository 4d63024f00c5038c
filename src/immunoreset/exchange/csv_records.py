"""The records of a delimited text file of any size, block by block, each with the line on which it begins.

Whatever is wrong with the text itself is reported with its line: a wrong number of fields, a quote that is not closed or stands
inside a field, bytes that are not UTF-8, NUL bytes, the header again, an end of file within a line. All other records become
columns; work is done on whole blocks, and only on faulty lines one by one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

BLOCK_BYTES = 8 << 20
LONGEST_LINE = 1 << 20
MOST_LINES = 50  # of one record; a quote that is open longer was never closed
NEWLINE, RETURN, QUOTE, FIRST_BEYOND_ASCII = 10, 13, 34, 128
_NO_NUMBER = "\U0010ffff"  # the last character, so that the word is last among sorted words, too

Report = Callable[[int, str], None]
Bytes = NDArray[np.uint8]
Lines = NDArray[np.int64]


class Coded(NamedTuple):
    """A text column as its different `words` and, for each row, the place in them: `codes` (n,)."""

    codes: NDArray[np.int64]
    words: list[str]

    @classmethod
    def of(cls, texts: ArrayLike) -> Coded:
        """From the texts themselves; None counts as empty.

        >>> Coded.of(["A", "B", "A"]).codes.tolist()
        [0, 1, 0]
        """
        column = np.array(["" if text is None else str(text) for text in np.asarray(texts, dtype=object)], dtype=object)
        codes, words = pd.factorize(column)
        return cls(codes, [str(word) for word in words])

    def stripped(self) -> Coded:
        """Without blanks around the words, each word once."""
        places, words = pd.factorize(np.array([word.strip() for word in self.words], dtype=object))
        return Coded(places[self.codes], [str(word) for word in words])

    def take(self, rows: NDArray[np.bool_] | slice) -> Coded:
        return Coded(self.codes[rows], self.words)


class Records(NamedTuple):
    """Well-formed records: the line on which each begins (n,), and its fields by column."""

    lines: Lines
    columns: tuple[Coded, ...]


@dataclass(frozen=True)
class Shape:
    """How records are written: delimiter, number of fields, the header line, and the number of the line after it."""

    delimiter: str
    fields: int
    header: bytes
    next_line: int


class _Text(NamedTuple):
    """Bytes of whole records, `starts` of each, its line, and whether the file ends without ending the last."""

    raw: Bytes
    starts: Lines
    lines: Lines

    @property
    def lengths(self) -> Lines:
        return np.diff(np.append(self.starts, len(self.raw)))

    def keep(self, kept: NDArray[np.bool_]) -> _Text:
        if kept.all():
            return self
        lengths = self.lengths
        starts = np.cumsum(lengths[kept]) - lengths[kept]
        return _Text(self.raw[np.repeat(kept, lengths)], starts, self.lines[kept])

    def record(self, k: int | np.intp) -> bytes:
        return self.raw[self.starts[k] : self.starts[k] + self.lengths[k]].tobytes()


def records(stream: BinaryIO, shape: Shape, report: Report, *, block: int = BLOCK_BYTES) -> Iterator[Records]:
    """The well-formed records of what is left of a stream; `report(line, reason)` is told of every other."""
    line, rest, final = shape.next_line, b"", False
    while not final:
        piece = stream.read(block)
        final = len(piece) < block
        data = rest + piece
        end = len(data) if final else data.rfind(b"\n") + 1
        if not end and len(data) > LONGEST_LINE:
            report(line, f"the line is longer than {LONGEST_LINE:,} bytes; this is not a table of visits")
            final, data = _skip_line(stream, block)
            line += 1
            rest = data
            continue
        unended = final and bool(data) and not data.endswith(b"\n")
        text, taken = _text(data[:end] + (b"\n" if unended else b""), replace(shape, next_line=line), report, final=final)
        rest = data[taken:]
        line += data.count(b"\n", 0, taken)
        if len(text.starts):
            found = _columns(text, shape, report, unended=unended)
            if len(found.lines):
                yield found


def _skip_line(stream: BinaryIO, block: int) -> tuple[bool, bytes]:
    while True:
        piece = stream.read(block)
        if b"\n" in piece or len(piece) < block:
            return not piece, piece[piece.find(b"\n") + 1 :] if b"\n" in piece else b""


def _text(data: bytes, shape: Shape, report: Report, *, final: bool) -> tuple[_Text, int]:
    """Records of a block of whole lines, and how many bytes were used: a record that may go on is left for the next block."""
    raw = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(raw == NEWLINE)
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    begins, kept, used = np.ones(len(starts), dtype=bool), np.ones(len(starts), dtype=bool), len(data)
    if b'"' in data:
        quotes = np.bincount(np.searchsorted(ends, np.flatnonzero(raw == QUOTE)), minlength=len(ends))
        odd = np.flatnonzero(quotes % 2)
        k = 0
        while k < len(odd):
            first = int(odd[k])
            last = int(odd[k + 1]) if k + 1 < len(odd) else None
            if last is None and not final and len(starts) - first < MOST_LINES:
                used = int(starts[first])
                begins, kept, starts = begins[:first], kept[:first], starts[:first]
                break
            if last is not None and last - first < MOST_LINES and _is_record(data[starts[first] : ends[last] + 1], shape):
                begins[first + 1 : last + 1] = False
                k += 2
            else:
                report(shape.next_line + first, "a quote opens on this line and is not closed")
                kept[first] = False
                k += 1
    lines = shape.next_line + np.arange(len(starts))
    whole = _Text(raw[:used], starts[begins], lines[begins])
    return whole.keep(kept[begins]), used


def _is_record(text: bytes, shape: Shape) -> bool:
    rows = csv.reader(io.StringIO(text.decode("utf-8", "replace"), newline=""), delimiter=shape.delimiter, strict=True)
    try:
        return [len(row) for row in rows] == [shape.fields]
    except csv.Error:
        return False


def _columns(text: _Text, shape: Shape, report: Report, *, unended: bool) -> Records:
    found: dict[int, str] = {}
    last_line = int(text.lines[-1])
    for check in (_bad_bytes, _misplaced_quotes, _wrong_fields):
        bad = check(text, shape)
        if unended and last_line in bad:
            bad[last_line] += "; the file ends within this line: was it cut off?"
        found |= bad
        text = text.keep(~np.isin(text.lines, list(bad))) if bad else text
        if not len(text.starts):
            break
    for line in sorted(found):
        report(line, found[line])
    text = text.keep(text.lengths > _blank_length(text))
    lines = text.lines
    raw = text.raw
    if _has(raw, RETURN):
        returns = np.flatnonzero(raw == RETURN)
        before = returns[raw[np.minimum(returns + 1, len(raw) - 1)] == NEWLINE]
        raw = np.delete(raw, before)
    if not len(raw):
        return Records(lines[:0], tuple(Coded(np.zeros(0, dtype=np.int64), []) for _ in range(shape.fields)))
    # A last record of a word that is no number keeps pandas from making numbers of a column: 007 is not 7, and 1.500 is not 1.5.
    closing = (shape.delimiter.join([_NO_NUMBER] * shape.fields) + "\n").encode()
    table = pd.read_csv(
        io.BytesIO(raw.tobytes() + closing), sep=shape.delimiter, header=None, names=list(range(shape.fields)), dtype="category",
        na_filter=False, lineterminator="\n", low_memory=False, skip_blank_lines=False, index_col=False, encoding="utf-8",
    )  # fmt: skip
    return Records(lines, tuple(_coded(table[k].array) for k in range(shape.fields)))


def _coded(column: Any) -> Coded:
    """A column without its last record."""
    codes, words = column.codes[:-1].astype(np.int64), column.categories.tolist()
    alone = words[-1] == _NO_NUMBER and codes.max() < len(words) - 1
    return Coded(codes, words[:-1] if alone else words)


def _blank_length(text: _Text) -> Lines:
    """Length below which a record is nothing but its line end."""
    if not _has(text.raw, RETURN):
        return np.ones(len(text.starts), dtype=np.int64)
    lengths = text.lengths
    returns = (lengths >= 2) & (text.raw[np.maximum(text.starts + lengths - 2, 0)] == RETURN)
    return 1 + returns


def _has(raw: Bytes, byte: int) -> bool:
    """Whether a byte stands anywhere."""
    return bytes([byte]) in raw.data.tobytes()


def _bad_bytes(text: _Text, shape: Shape) -> dict[int, str]:
    """Lines with NUL bytes or with bytes that are not UTF-8, and lines that repeat the header."""
    found: dict[int, str] = {}
    if _has(text.raw, 0):
        for k in np.unique(np.searchsorted(text.starts, np.flatnonzero(text.raw == 0), side="right") - 1):
            found[int(text.lines[k])] = "a NUL byte stands in this line; the file is damaged or is not text"
    try:
        str(text.raw.data, "utf-8")
    except UnicodeDecodeError:
        beyond = np.flatnonzero(text.raw >= FIRST_BEYOND_ASCII)
        for k in np.unique(np.searchsorted(text.starts, beyond, side="right") - 1):
            try:
                text.record(k).decode("utf-8")
            except UnicodeDecodeError as error:
                byte = error.object[error.start]
                found.setdefault(int(text.lines[k]), f"byte 0x{byte:02x} is not UTF-8; save the file with UTF-8 encoding")
    header = shape.header.strip()
    for k in np.flatnonzero(np.abs(text.lengths - len(header) - 1) <= 1):
        if text.raw[text.starts[k]] == header[0] and text.record(k).strip() == header:
            found.setdefault(int(text.lines[k]), "this is the header again; was a second file appended?")
    return found


def _inside(text: _Text) -> Bytes:
    """1 from an opening quote to before its closing quote, else 0; all records have an even number of quotes."""
    return np.bitwise_xor.accumulate((text.raw == QUOTE).view(np.uint8))


def _misplaced_quotes(text: _Text, shape: Shape) -> dict[int, str]:
    """Lines with a quote within a field: one that opens after, or closes before, something other than a delimiter."""
    if not _has(text.raw, QUOTE):
        return {}
    quotes = np.flatnonzero(text.raw == QUOTE)
    opens = _inside(text)[quotes] == 1
    edge = np.isin(np.arange(256), (ord(shape.delimiter), NEWLINE, QUOTE))
    before = np.where(quotes > 0, text.raw[quotes - 1], NEWLINE)
    after = text.raw[np.minimum(quotes + 1, len(text.raw) - 1)]
    bad = quotes[np.where(opens, ~edge[before], ~edge[after] & (after != RETURN))]
    places = np.unique(np.searchsorted(text.starts, bad, side="right") - 1)
    reason = "a quote stands inside a field; write it twice and put the field in quotes"
    return {int(text.lines[k]): reason for k in places}


def _wrong_fields(text: _Text, shape: Shape) -> dict[int, str]:
    """Lines that have more or fewer fields than the header; empty lines are none."""
    between = text.raw == ord(shape.delimiter)
    if _has(text.raw, QUOTE):
        between &= _inside(text) == 0
    fields = np.diff(np.searchsorted(np.flatnonzero(between), np.append(text.starts, len(text.raw)))) + 1
    wrong = np.flatnonzero((fields != shape.fields) & (text.lengths > _blank_length(text)))
    return {
        int(text.lines[k]): f"{fields[k]} field{'s' if fields[k] > 1 else ''}, but the header has {shape.fields}" for k in wrong
    }
