"""Writes SAS transport files (XPT, version 5) as regulators take them; nothing is cut, rounded or renamed to make it fit.

Names have at most 8 characters, labels 40, texts 200 bytes, all ASCII. SAS cannot tell a missing text from an empty one: both
become blank. Dates become SAS numbers where the column says so (target "integer") and stay text elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.exchange.column_values import settle, shown
from immunoreset.exchange.dataset import Column, Dataset, Row, Value
from immunoreset.exchange.dataset_json import is_creation_time
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.sas_dates import TO_SAS
from immunoreset.exchange.xpt_layout import CREATED_AT, MODIFIED_AT, MONTHS, kind_of_format, pyreadstat
from immunoreset.placing import replacing

LONGEST_LABEL = 40
LONGEST_TEXT = 200
LARGEST, SMALLEST = 1e74, 1e-75  # what the IBM numbers of the file hold, with a margin
LARGEST_WHOLE = 2**53
DEFAULT_FORMATS = {"date": "DATE9.", "datetime": "DATETIME20.", "time": "TIME8."}
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,7}", re.ASCII)
_FORMAT = re.compile(r"\$?([A-Z_]([A-Z0-9_]{0,6}[A-Z_])?)?\d{0,3}(\.\d{0,2})?", re.ASCII)
_PRINTABLE = re.compile(r"[ -~]*")


def write_xpt(dataset: Dataset, path: Path | str, *, created: str, faults: Faults | None = None) -> None:
    """Write a dataset, which is held in memory as a whole; `created` is as in 2026-01-31T08:30:00, never the clock.

    What does not fit is noted in `faults` with row and column; then InvalidFile is raised, and a file that was there stays.
    """
    path = Path(path)
    package = pyreadstat()
    stamp = _stamp(created)
    found = Faults() if faults is None else faults
    before = len(found)
    for column, reason in _faults_of_names(dataset):
        found.add(str(path), None, column, reason)
    table = [_filled(column, values) for column, values in zip(dataset.columns, _checked(dataset, str(path), found), strict=True)]
    if len(found) > before:
        raise InvalidFile(f"{found.summary()}; nothing was written")
    formats = {column.name: _format(column) for column in dataset.columns if _format(column)}
    with replacing(path) as scratch:
        package.write_xport(
            _frame(dataset.columns, table),
            scratch,
            file_label=dataset.label,
            column_labels=[column.label or None for column in dataset.columns],
            table_name=dataset.name,
            file_format_version=5,
            variable_format=formats,
        )
        _set_stamp(scratch, stamp)


def _stamp(created: str) -> bytes:
    """Date and time as the headers have them.

    >>> _stamp("2026-01-31T08:30:00")
    b'31JAN26:08:30:00'
    """
    if not is_creation_time(created):
        raise InvalidValue(f"not a date and time: '{created}'; write it as 2026-01-31T08:30:00")
    moment = datetime.fromisoformat(created)
    return f"{moment:%d}{MONTHS[moment.month - 1]}{moment:%y:%H:%M:%S}".encode()


def _set_stamp(path: Path, stamp: bytes) -> None:
    with path.open("r+b") as file:
        for place in (*CREATED_AT, *MODIFIED_AT):
            file.seek(place.start)
            file.write(stamp)


def _format(column: Column) -> str:
    if column.display_format:
        return column.display_format
    return DEFAULT_FORMATS.get(column.data_type, "") if column.target_data_type == "integer" else ""


def _faults_of_names(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """(column, reason) for all names, labels and formats that version 5 cannot hold."""
    rule = "1 to 8 capital letters, digits or underscores, a letter first"
    if not _NAME.fullmatch(dataset.name):
        yield "", f"the name of the dataset, {shown(dataset.name)}, is not {rule}"
    if reason := _label_fault(dataset.label):
        yield "", f"the label of the dataset {reason}"
    for column in dataset.columns:
        if not _NAME.fullmatch(column.name):
            yield column.name, f"the name is not {rule}"
        if reason := _label_fault(column.label):
            yield column.name, f"the label {reason}"
        if column.data_type == "boolean":
            yield column.name, "SAS has no true and false; use text, 'Y' and 'N'"
        if column.display_format and not _FORMAT.fullmatch(column.display_format):
            yield column.name, f"no SAS format: {shown(column.display_format)}"
        if column.target_data_type == "integer" and kind_of_format(_format(column)) != column.data_type:
            yield column.name, f"the format {column.display_format} does not show a {column.data_type}"
        if not column.target_data_type and column.is_number and kind_of_format(column.display_format):
            yield column.name, f"the format {column.display_format} shows a {kind_of_format(column.display_format)}, not a number"


def _label_fault(label: str) -> str:
    if len(label) > LONGEST_LABEL:
        return f"has {len(label)} characters, more than {LONGEST_LABEL}: {shown(label)}"
    return "" if _PRINTABLE.fullmatch(label) and label == label.rstrip() else f"is not plain ASCII: {shown(label)}"


def _checked(dataset: Dataset, file: str, faults: Faults) -> list[list[Value]]:
    """The values as SAS holds them, by column; every one that does not fit is noted."""
    table: list[list[Value]] = [[] for _ in dataset.columns]
    last: Row = ()
    for batch in dataset.batches():

        def note(place: int, column: str, reason: str, numbers=batch.numbers) -> None:
            faults.add(file, None, column, reason, row=numbers[place])

        rows, places = settle(dataset.columns, batch.rows, note)
        for column, values, filled in zip(dataset.columns, zip(*rows, strict=True), table, strict=False):
            fit = _fitting(column)
            for place, value in zip(places, values, strict=True):
                try:
                    filled.append(fit(value))
                except InvalidValue as error:
                    filled.append(None)
                    note(place, column.name, str(error))
        last = rows[-1] if rows else last
    if last and not any(column.is_number for column in dataset.columns) and not any(last):
        faults.add(file, None, "", "the last row is blank, which the file cannot tell from its end", row=len(table[0]))
    return table


def _fitting(column: Column) -> Callable[[Value], Value]:
    if not column.is_number:
        return _fit_text
    if column.target_data_type == "integer":
        to_sas = TO_SAS[column.data_type]
        return lambda value: None if value is None else float(to_sas(str(value)))
    return _fit_number


def _fit_text(value: Value) -> str:
    text = "" if value is None else str(value)
    if not _PRINTABLE.fullmatch(text):
        strange = next(character for character in text if not " " <= character <= "~")
        raise InvalidValue(f"the character {strange!a} is not ASCII text: {shown(text)}")
    if len(text) > LONGEST_TEXT:
        raise InvalidValue(f"{len(text)} bytes, more than {LONGEST_TEXT}: {shown(text)}")
    if text.endswith(" "):
        raise InvalidValue(f"blanks at the end would be lost: {shown(text)}")
    return text


def _fit_number(value: Value) -> float | None:
    if value is None or isinstance(value, str):
        return None
    number = float(value)
    if number and not SMALLEST <= abs(number) <= LARGEST:
        raise InvalidValue(f"beyond what a transport file holds, {SMALLEST:g} to {LARGEST:g}: {value}")
    if (isinstance(value, int) and abs(value) > LARGEST_WHOLE) or (isinstance(value, Decimal) and Decimal(repr(number)) != value):
        raise InvalidValue(f"more digits than a number in SAS holds: {value}")
    return number


def _filled(column: Column, values: list[Value]) -> list[Value]:
    """The first text is filled up with blanks to the planned length, which is how the file gets the length of the column."""
    if column.is_number or not values:
        return values
    planned = min(column.length or 1, LONGEST_TEXT)
    return [str(values[0] or "").ljust(planned), *values[1:]]


def _frame(columns: tuple[Column, ...], table: list[list[Value]]):
    import pandas as pd

    series = {
        column.name: pd.Series(values, dtype="float64" if column.is_number else object)
        for column, values in zip(columns, table, strict=True)
    }
    return pd.DataFrame(series)
