"""Reading tidy CSV files: one row for each value of a patient on a date or day.

Columns, in any order and case: patient, date or day, item, value, unit, limit (or lower_limit and upper_limit), attribution and
end, separated by commas, semicolons or tabs; with semicolons or tabs numbers may have decimal commas. Only patient, a time, item
and value must be there. Everything that is wrong is reported, with its line, before anybody decides what to do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from immunoreset.errors import InvalidFile
from immunoreset.exchange.csv_records import LONGEST_LINE, Shape, records
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.intake import FileIntake, Intake, IntakeStore
from immunoreset.exchange.marks import Marks
from immunoreset.exchange.row_checks import Place

SYNONYMS = {
    "patient": ("patient", "subject", "patient_id", "subject_id", "usubjid", "subjid", "patientid", "subjectid", "id"),
    "date": ("date", "visit_date", "visitdate", "sample_date", "start_date", "start"),
    "day": ("day", "visit_day", "visitday", "study_day", "start_day"),
    "item": ("item", "analyte", "test", "testcd", "parameter", "paramcd", "code"),
    "value": ("value", "result", "aval"),
    "unit": ("unit", "units"),
    "limit": ("limit", "limits", "normal_range", "reference_range", "reference"),
    "lower_limit": ("lower_limit", "lower", "lln"),
    "upper_limit": ("upper_limit", "upper", "uln"),
    "attribution": ("attribution", "attributed_to", "due_to", "cause"),
    "end": ("end", "end_date", "end_day", "stop", "stop_date", "stop_day"),
}
COLUMN_BY_NAME = {name: column for column, names in SYNONYMS.items() for name in names}
DELIMITERS = (",", ";", "\t")
WITH_NUMBERS = ("value", "limit", "lower_limit", "upper_limit", "day", "end")
BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def read_tidy(paths: Iterable[Path | str], faults: Faults) -> Iterator[Intake]:
    """The contents of one or more tidy CSV files; what is wrong goes to `faults`, and the rest can be had as visits.

    Raises InvalidFile only for a file that cannot be opened. What is on disk in between is gone after the `with` block.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "visits.csv"
    ...     _ = path.write_text("patient,day,item,value,unit\\nA,0,CRP,0.7,mg/dL\\nA,28,CRP,high,mg/dL\\n")
    ...     with read_tidy([path], Faults()) as intake:
    ...         print(intake.kept, intake.conversions[0], [visits.column("CRP").tolist() for visits in intake.batches()])
    1 CRP: mg/dL to mg/L, × 10, 1 rows [[7.0]]
    """
    with IntakeStore(faults) as store:
        for path in paths:
            add_tidy(Path(path), store)
        yield store.finish()


def add_tidy(path: Path, store: IntakeStore) -> None:
    """Read a tidy CSV file into a store. Raises InvalidFile for a file that cannot be opened."""
    try:
        with path.open("rb") as stream:
            _read(stream, path, store)
    except OSError as error:
        raise InvalidFile(f"cannot read '{path}': {(error.strerror or str(error)).lower()}") from error


def _read(stream: BinaryIO, path: Path, store: IntakeStore) -> None:
    header, next_line = _header(stream)
    problem = _unreadable(header)
    if problem:
        store.file(Place(str(path))).report(1 if header.strip() else None, "", problem)
        return
    text = header.decode("utf-8").strip("\r\n")
    delimiter = max(DELIMITERS, key=text.count)
    try:
        names = next(csv.reader([text], delimiter=delimiter))
    except csv.Error as error:
        reason = f"the header cannot be read: {error}; this is not a table of visits"
        store.file(Place(str(path))).report(next_line - 1, "", reason)
        return
    columns = [COLUMN_BY_NAME.get(_plain(name), "") for name in names]
    found = {column: name.strip() for column, name in zip(columns, names, strict=True) if column}
    shape = Shape(delimiter=delimiter, fields=len(names), header=header.removeprefix(BOM), next_line=next_line)
    marks = None if delimiter == "," else _marks(stream, shape, columns)
    file = store.file(Place(str(path), names=found, marks=marks))
    if not _header_is_complete(file, names, columns, line=next_line - 1):
        return
    unread = [name.strip() or "(no name)" for name, column in zip(names, columns, strict=True) if not column]
    if unread:
        store.notes.append(f"'{path}': not read: column{'s' if len(unread) > 1 else ''} {', '.join(unread)}")
    before = store.rows_read
    for block in records(stream, shape, file.reject):
        file.add(block.lines, {column: block.columns[k] for k, column in enumerate(columns) if column})
    if store.rows_read == before:
        file.report(next_line - 1, "", "no rows stand under the header")
    _note_open_end(stream, path, store)


def _marks(stream: BinaryIO, shape: Shape, columns: list[str]) -> Marks:
    """The decimal and thousand marks of what is left of a stream, which is then back where it was."""
    begin, marks = stream.tell(), Marks()
    for block in records(stream, shape, lambda line, reason: None):
        for column, coded in zip(columns, block.columns, strict=True):
            if column in WITH_NUMBERS:
                marks.see(word.strip() for word in coded.words)
    stream.seek(begin)
    return marks


def _header(stream: BinaryIO) -> tuple[bytes, int]:
    """The first line with something on it, and the number of the line after it."""
    number, line = 1, stream.readline(LONGEST_LINE)
    while line and not line.strip(b" \t\r\n" + BOM):
        number, line = number + 1, stream.readline(LONGEST_LINE)
    return line.removeprefix(BOM), number + 1


def _unreadable(header: bytes) -> str:
    """Why a file cannot be read at all; empty if it can."""
    if not header.strip():
        return "the file is empty"
    if header.startswith(UTF_16):
        return "the file is written in UTF-16; save it with UTF-8 encoding"
    if b"\0" in header:
        return "a NUL byte stands in the first line; the file is damaged or is not text"
    try:
        header.decode("utf-8")
    except UnicodeDecodeError:
        return "the first line is not UTF-8; save the file with UTF-8 encoding"
    if b"\r" in header.strip():
        return "lines end with a bare carriage return; save the file with line feeds"
    if header.count(b'"') % 2:
        return "a quote opens in the header and is not closed"
    return ""


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def _header_is_complete(file: FileIntake, names: list[str], columns: list[str], *, line: int) -> bool:
    """Whether the columns are there, each once; reports what is missing."""
    problems = []
    for column in ("patient", "item", "value"):
        if column not in columns:
            problems.append((column, f"no column '{column}'; the header has {', '.join(name.strip() for name in names)}"))
    if "date" not in columns and "day" not in columns:
        problems.append(("date", "neither a column 'date' nor a column 'day'"))
    for column in sorted({column for column in columns if column and columns.count(column) > 1}):
        twice = [name.strip() for name, one in zip(names, columns, strict=True) if one == column]
        problems.append((column, f"several columns for one thing: {', '.join(twice)}; keep one"))
    for column, problem in problems:
        file.report(line, column, problem)
    return not problems


def _note_open_end(stream: BinaryIO, path: Path, store: IntakeStore) -> None:
    stream.seek(-1, 2)
    if stream.read(1) != b"\n":
        store.notes.append(
            f"'{path}': the last line has no line end; if the file was cut off there, its last value may be too short"
        )
