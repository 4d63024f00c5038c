"""Checks the values of a dataset against the types of its columns, column by column over a batch of rows.

Tolerated, as nothing is lost: 63.0 in a column of whole numbers becomes 63; an empty text among decimals or SAS dates becomes a
missing value. Texts may be longer than planned: the length of a column is a plan. Dates not bound for SAS may be partial.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from immunoreset.errors import InvalidValue
from immunoreset.exchange.dataset import DATED, Column, Row, Value
from immunoreset.exchange.sas_dates import TO_SAS

Note = Callable[[int, str, str], None]
"""Takes the place of a row in the batch, the column and the reason."""
Reasons = Iterable[tuple[int, str]]

SHOWN = 40
NUL_INSIDE = "a NUL character stands in the text; the file is damaged"
NOTHING = type(None)
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "URI": (str,),
    "integer": (int, float),
    "float": (int, float),
    "double": (int, float),
    "decimal": (str, Decimal),
    "boolean": (bool,),
    "date": (str,),
    "datetime": (str,),
    "time": (str,),
}
IN_WORDS = {
    "string": "text",
    "URI": "text",
    "integer": "a whole number",
    "float": "a number",
    "double": "a number",
    "decimal": "a decimal number written as text",
    "boolean": "true or false",
    "date": "a date written as text",
    "datetime": "a date and time written as text",
    "time": "a time written as text",
}
_CLOCK = r"(\d\d|-)(:(\d\d|-)(:(\d\d(\.\d+)?|-))?)?(Z|[+-]\d\d:\d\d)?"
_MOMENT = rf"(\d{{4}}|-)(-(\d\d|-)(-(\d\d|-)(T{_CLOCK})?)?)?"
_PARTIAL = {
    "date": re.compile(rf"{_MOMENT}(/{_MOMENT})?", re.ASCII),
    "datetime": re.compile(rf"{_MOMENT}(/{_MOMENT})?", re.ASCII),
    "time": re.compile(_CLOCK, re.ASCII),
}
_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+(?=\.))(\.\d*)?([eE][+-]?\d{1,3})?", re.ASCII)


def settle(columns: Sequence[Column], rows: Sequence[object], note: Note) -> tuple[list[Row], list[int]]:
    """The good rows, their values in the column's type, and the place of each in the batch; every other row is noted.

    >>> age = Column("AGE", "Age", "integer")
    >>> settle([age], [[63.0], ["old"], [None]], lambda place, column, reason: print(place, column, reason))
    1 AGE not a whole number: 'old'
    ([(63,), (None,)], [0, 2])
    """
    places = list(_of_right_length(columns, rows, note))
    table = [cast("list[Value]", rows[place]) for place in places]
    settled: list[Sequence[Value]] = []
    faulty: set[int] = set()
    for column, values in zip(columns, zip(*table, strict=True), strict=True) if table else ():
        values, reasons = settle_column(column, values)
        settled.append(values)
        for index, reason in reasons:
            faulty.add(index)
            note(places[index], column.name, reason)
    good = list(zip(*settled, strict=True)) if columns else [() for _ in table]
    if not faulty:
        return good, places
    kept = [index for index in range(len(places)) if index not in faulty]
    return [good[index] for index in kept], [places[index] for index in kept]


def _of_right_length(columns: Sequence[Column], rows: Sequence[object], note: Note) -> Iterator[int]:
    expected = len(columns)
    for place, row in enumerate(rows):
        if not isinstance(row, list | tuple):
            note(place, "", f"a row is a list of values, not {shown(row)}")
        elif len(row) != expected:
            note(place, "", f"{len(row)} values for {expected} columns")
        else:
            yield place


def settle_column(column: Column, values: Sequence[Value]) -> tuple[Sequence[Value], Reasons]:
    """The values in the column's type; and (place, reason) of each that cannot be."""
    kinds = set(map(type, values)) - {NOTHING}
    allowed = TYPES[column.data_type]
    if not kinds <= set(allowed):
        wanted = IN_WORDS[column.data_type]
        wrong = {i: f"not {wanted}: {shown(v)}" for i, v in enumerate(values) if type(v) not in (*allowed, NOTHING)}
        rest, more = settle_column(column, [None if i in wrong else v for i, v in enumerate(values)])
        return rest, [*wrong.items(), *more]
    if str in kinds:
        return _settle_texts(column, values)
    if float in kinds or Decimal in kinds:
        return _settle_numbers(column, values)
    return values, ()


def _settle_numbers(column: Column, values: Sequence[Value]) -> tuple[Sequence[Value], Reasons]:
    floats = {value for value in values if isinstance(value, float | Decimal)}
    strange = {v: f"not a finite number: {v!r}" for v in floats if not math.isfinite(v)}
    if column.data_type != "integer":
        return values, _places(values, strange)
    whole = {value: int(value) for value in floats if value == value // 1}
    part = {value: f"not a whole number: {value!r}" for value in floats if value not in whole}
    return [whole.get(v, v) if isinstance(v, float) else v for v in values], _places(values, part | strange)


def _settle_texts(column: Column, values: Sequence[Value]) -> tuple[Sequence[Value], Reasons]:
    texts = {value for value in values if isinstance(value, str)}
    reasons = {text: reason for text in texts if not text.isprintable() and (reason := why_not_text(text))}
    kind = column.data_type
    if kind == "decimal":
        numbers = {
            text: Decimal(text.replace(",", "")) if text else None for text in texts if _NUMBER.fullmatch(text) or not text
        }
        reasons |= {text: f"not a decimal number: {shown(text)}" for text in texts if text not in numbers}
        return [numbers.get(v) if isinstance(v, str) else v for v in values], _places(values, reasons)
    if kind in DATED:
        check = _why_not_sas if column.target_data_type else _why_not_iso
        reasons |= {text: reason for text in texts if text and text not in reasons and (reason := check(kind, text))}
        if column.target_data_type and "" in texts:
            return [None if value == "" else value for value in values], _places(values, reasons)
    return values, _places(values, reasons)


def _places(values: Sequence[Value], reasons: Mapping) -> Reasons:
    return [(place, reasons[value]) for place, value in enumerate(values) if value in reasons] if reasons else ()


def shown(value: object) -> str:
    """A value as a message shows it, cut after 40 characters.

    >>> shown(None), shown([1, 2]), shown("no date")
    ('null', 'a list', "'no date'")
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = ascii(value) if isinstance(value, str) and why_not_utf8(value) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def why_not_text(text: str) -> str:
    """Why a text cannot be one of a table: a byte that is not UTF-8 or a NUL character; empty if all is well."""
    return NUL_INSIDE if "\0" in text else why_not_utf8(text)


def why_not_utf8(text: str) -> str:
    """The byte of the file, or the half character, that is not UTF-8; empty if all is well."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        if 0xDC80 <= code <= 0xDCFF:
            return f"the byte 0x{code - 0xDC00:02X} is not UTF-8; save the file as UTF-8"
        return f"half of a character (\\u{code:04x}); save the file as UTF-8"
    return ""


def _why_not_sas(kind: str, text: str) -> str:
    try:
        TO_SAS[kind](text)
    except InvalidValue as error:
        return str(error)
    return ""


def _why_not_iso(kind: str, text: str) -> str:
    if not _PARTIAL[kind].fullmatch(text):
        return f"not an ISO 8601 {kind}: {shown(text)}"
    for day in _FULL_DATE.findall(text):
        try:
            date.fromisoformat(day)
        except ValueError:
            return f"no such day: '{day}'"
    return ""
