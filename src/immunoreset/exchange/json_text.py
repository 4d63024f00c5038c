"""Reads JSON through a small window, so that a file of any size is read piece by piece and every error has a line.

The text is decoded as UTF-8; bytes that are not UTF-8 become lone surrogates (PEP 383), which the check of the values reports
with row and column, instead of an error that would end the reading.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NoReturn

PIECE = 1 << 20
LONGEST_VALUE = 16 * PIECE  # characters of one value, such as one row or the list of columns
LONGEST_TOKEN = 16  # an error this near to the end of the window may only mean that the window ends here
LONGEST_BORDER = 1024  # characters between two rows, blanks above all
BLANK = " \t\r\n"
_BLANKS = re.compile(r"[ \t\r\n]*")
_BETWEEN_ROWS = re.compile(r"[ \t\r\n]*,[ \t\r\n]*(?=\[)")
_NEXT_ROW = re.compile(r"\][ \t\r\n]*,[ \t\r\n]*(?=\[)")


class Broken(Exception):
    """Text that is not JSON: the line, and the reason in plain words."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class RepeatedMember(ValueError):
    """An object names a member twice."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON; a missing number is null")


def _members_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RepeatedMember(f"the member '{twice}' is given twice in one object")
    return found


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_members_once)
_REASONS = {
    "Expecting value": "a value is missing or is not JSON",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing, or a quotation mark stands inside a text",
    "Unterminated string starting at": "a text has no closing quotation mark",
    "Invalid control character at": "a line break or another control character stands inside a text",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket",
}


def decode(text: str, at: int) -> tuple[object, int]:
    """The JSON value that starts at a position, and where it ends; raises ValueError with a plain reason."""
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError as error:
        raise ValueError("brackets are nested too deeply") from error


def in_words(error: ValueError) -> str:
    """Why a value cannot be read."""
    if isinstance(error, json.JSONDecodeError):
        return _REASONS.get(error.msg, error.msg[:1].lower() + error.msg[1:])
    return str(error)


def cut_or_broken(error: ValueError, text: str, where: str) -> str:
    """Why the last value of a text cannot be read: because the text ends too early, or because it is not JSON."""
    if isinstance(error, json.JSONDecodeError):
        rest = text[error.pos :].rstrip(BLANK)
        if not rest or any(word.startswith(rest) for word in ("true", "false", "null", "-")):
            return f"the text ends {where}; it is truncated"
    return in_words(error)


class JsonText:
    """A place in a JSON file that moves forward only."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._ended = False
        self._line, self._counted = 1, 0
        self.window, self.at = "", 0
        if self.more() and self.window.startswith("\ufeff"):
            self.at = 1

    def more(self) -> bool:
        """Move the window forward by one piece; False at the end of the file."""
        if self._ended:
            return False
        piece = self._file.read(PIECE)
        self._ended = not piece
        self.line()
        self.window = self.window[self.at :] + self._decode(piece, final=self._ended)
        self.at = self._counted = 0
        return not self._ended or bool(self.window)

    def line(self) -> int:
        """The line of the current place, from 1."""
        self._line += self.window.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def peek(self) -> str:
        """The next character that is not blank; empty at the end of the file."""
        while True:
            match = _BLANKS.match(self.window, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.window):
                return self.window[self.at]
            if not self.more():
                return ""

    def broken(self, reason: str) -> Broken:
        return Broken(self.line(), reason)

    def take(self, expected: str, where: str) -> None:
        """Step over one character of punctuation."""
        found = self.peek()
        if not found:
            raise self.broken(f"the text ends {where}; it is truncated")
        if found != expected:
            raise self.broken(f"'{expected}' expected {where}, found {found!a}")
        self.at += 1

    def value(self, where: str) -> object:
        """The value that starts here; numbers outside the range of a double become infinite."""
        if not self.peek():
            raise self.broken(f"the text ends {where}; it is truncated")
        while True:
            try:
                found, end = decode(self.window, self.at)
            except json.JSONDecodeError as error:
                unfinished = error.msg.startswith("Unterminated") or error.pos >= len(self.window) - LONGEST_TOKEN
                if unfinished and len(self.window) - self.at >= LONGEST_VALUE:
                    reason = f"a value of more than {LONGEST_VALUE:,} characters; a bracket or a quotation mark is not closed"
                    raise self.broken(reason) from error
                if unfinished and self.more():
                    continue
                line = self.line() + self.window.count("\n", self.at, error.pos)
                raise Broken(line, cut_or_broken(error, self.window, where)) from error
            except ValueError as error:
                raise self.broken(in_words(error)) from error
            if end == len(self.window) and type(found) in (int, float) and self.more():
                continue  # the digits may go on
            self.at = end
            return found

    def members(self) -> Iterator[str]:
        """Names of the members of the object that starts here; the caller takes each value before asking for the next name."""
        self.take("{", "at the start: a Dataset-JSON file is one object")
        first = True
        while True:
            if first and self.peek() == "}":
                break
            first = False
            name = self.value("where a member is expected")
            if not isinstance(name, str):
                raise self.broken(f"a member's name is expected, found {str(name)[:40]}")
            self.take(":", f"after the name '{name}'")
            yield name
            if self.peek() == "}":
                break
            self.take(",", f"after the member '{name}'")
        self.at += 1

    def rows_at_hand(self, most: int) -> tuple[list[object], list[int]]:
        """The rows that lie whole in the window, each followed by another one, with their lines; the way for nearly all rows."""
        rows: list[object] = []
        lines: list[int] = []
        self.peek()
        window, at, line = self.window, self.at, self.line()
        try:
            while len(rows) < most:
                row, end = decode(window, at)
                between = _BETWEEN_ROWS.match(window, end)
                if between is None:
                    break
                rows.append(row)
                lines.append(line)
                line += window.count("\n", at, between.end())
                at = between.end()
        except ValueError:
            pass  # the row is cut by the window or is broken: `value` finds out which
        self.at = at
        return rows, lines

    def next_row(self) -> bool:
        """After a broken row, go to the start of the next one: to the bracket behind the next '],'; False if there is none."""
        start = self.at + 1
        while True:
            match = _NEXT_ROW.search(self.window, start)
            if match:
                self.at = match.end()
                return True
            self.at = max(self.at, len(self.window) - LONGEST_BORDER)
            if not self.more():
                self.at = len(self.window)
                return False
            start = 0
