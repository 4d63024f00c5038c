"""How a SAS transport file (XPT, version 5) is laid out: where its rows begin, how long each is, and how many there are.

The file is a run of records of 80 bytes: headers, one description of 140 bytes per variable, then the rows without gaps, blanks
filling up the last record. No count of rows is stored, so a truncated file shows only in what is left over at the end.

Source: SAS Institute, Record Layout of a SAS Version 5 or 6 Data Set in SAS Transport (XPORT) Format (TS-140).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from immunoreset.errors import InvalidFile

RECORD = 80
LIBRARY = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
LIBRARY_8 = b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!"
MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
NAMES = b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!"
ROWS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"
MEMBER_AT, NAMES_AT = 3 * RECORD, 7 * RECORD
DESCRIPTION_SIZE = slice(MEMBER_AT + 74, MEMBER_AT + 78)
VARIABLES = slice(NAMES_AT + 54, NAMES_AT + 58)
LENGTH_AT, POSITION_AT = 4, 84  # in the description of a variable
CREATED_AT = (slice(144, 160), slice(464, 480))
MODIFIED_AT = (slice(160, 176), slice(480, 496))
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

DATE_FORMATS = (
    *("DATE", "DAY", "DDMMYY", "E8601DA", "B8601DA", "IS8601DA", "JULIAN", "MMDDYY", "MMYY", "MONYY", "MONNAME", "NLDATE"),
    *("WEEKDATE", "WEEKDATX", "WORDDATE", "WORDDATX", "YEAR", "YYMM", "YYMMDD", "YYMON", "YYQ"),
)
DATETIME_FORMATS = ("DATETIME", "DATEAMPM", "DTDATE", "E8601DT", "B8601DT", "IS8601DT", "MDYAMPM", "NLDATM", "DTMONYY", "DTYEAR")
TIME_FORMATS = ("TIME", "TIMEAMPM", "TOD", "HHMM", "E8601TM", "B8601TM", "IS8601TM", "NLTIME")
_FORMAT = re.compile(r"\$?([A-Z_][A-Z0-9_]*?)?[BCDNPS]?\d*\.?\d*")


@dataclass(frozen=True)
class Layout:
    """Where the rows of a file lie; `left_over` is what follows the last whole row and is no padding: 0 in an intact file."""

    header: bytes
    row_length: int
    records: int
    left_over: int


def pyreadstat() -> ModuleType:
    """The package that knows SAS transport files; an optional one, so a clear word when it is missing."""
    try:
        import pyreadstat as package
    except ImportError as error:
        advice = "install it with: pip install 'immunoreset[cdisc]'"
        raise InvalidFile(f"SAS transport files (XPT) need the package pyreadstat; {advice}") from error
    return package


def kind_of_format(display_format: str) -> str:
    """What a SAS format shows: "date", "datetime" or "time"; empty for anything else.

    >>> [kind_of_format(name) for name in ("DATE9.", "E8601DT19.", "TIME8", "YYMMDDN8.", "8.1", "")]
    ['date', 'datetime', 'time', 'date', '', '']
    """
    match = _FORMAT.fullmatch(display_format.upper())
    name = match.group(1) if match else ""
    whole = display_format.upper().rstrip("0123456789.")
    for kind, formats in (("date", DATE_FORMATS), ("datetime", DATETIME_FORMATS), ("time", TIME_FORMATS)):
        if name in formats or whole in formats:
            return kind
    return ""


def read_layout(path: Path) -> Layout:
    """The layout of a file; raises InvalidFile when its headers are not those of version 5."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(NAMES_AT + RECORD)
        if start.startswith(LIBRARY_8):
            raise InvalidFile(f"'{path}' is a SAS transport file of version 8; save it as version 5")
        if not start.startswith(LIBRARY):
            raise InvalidFile(f"'{path}' is not a SAS transport file (XPT): its first record is missing")
        cut = InvalidFile(f"'{path}' ends in its headers; it is truncated or damaged")
        if start[MEMBER_AT : MEMBER_AT + len(MEMBER)] != MEMBER or start[NAMES_AT : NAMES_AT + len(NAMES)] != NAMES:
            raise cut
        described = start[DESCRIPTION_SIZE], start[VARIABLES]
        if not all(number.isdigit() for number in described):
            raise cut
        each, variables = map(int, described)
        descriptions = file.read(_filled(each * variables))
        rows = file.read(RECORD)
        if each < POSITION_AT + 4 or not rows.startswith(ROWS) or len(rows) < RECORD:
            raise cut
        header = start + descriptions + rows
        row_length = max((_end_of(descriptions[i * each : (i + 1) * each]) for i in range(variables)), default=0)
        if row_length <= 0:
            raise InvalidFile(f"'{path}' describes no variables")
        records, left_over = _count(file, size - len(header), row_length)
    return Layout(header, row_length, records, left_over)


def _filled(length: int) -> int:
    return -(-length // RECORD) * RECORD


def _end_of(description: bytes) -> int:
    length = struct.unpack_from(">h", description, LENGTH_AT)[0]
    return struct.unpack_from(">l", description, POSITION_AT)[0] + length


def _count(file, size: int, row_length: int) -> tuple[int, int]:
    """Whole rows, and the bytes after them that are no padding; blank rows within the padding are padding."""
    records, rest = divmod(size, row_length)
    tail = min(size, rest + RECORD)
    file.seek(-tail, 2)
    end = file.read(tail)
    if end[len(end) - rest :].strip(b" ") or rest >= RECORD or size % RECORD:
        return records, rest or size % RECORD
    blank = len(end) - len(end.rstrip(b" "))
    while records and rest + row_length < RECORD and blank >= rest + row_length:
        records, rest = records - 1, rest + row_length
    return records, 0
