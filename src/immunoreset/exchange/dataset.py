"""A CDISC dataset in memory or on disk: named, labelled, typed columns, and rows that come in batches.

Every file format is read into this one form and written from it. The values are those of Dataset-JSON: dates and times are ISO
8601 text in every column, whatever a SAS file makes of them; a missing value is None, a missing text may also be empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple, get_args

from immunoreset.errors import InvalidValue, unknown

DataType = Literal["string", "integer", "decimal", "float", "double", "boolean", "datetime", "date", "time", "URI"]
TargetDataType = Literal["", "integer", "decimal"]
DATA_TYPES: tuple[str, ...] = get_args(DataType)
DATED = ("date", "datetime", "time")
NUMERIC = ("integer", "float", "double")
BATCH_ROWS = 5_000

Value = str | int | float | bool | Decimal | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Column:
    """One variable; `target_data_type` is "integer" for a date that SAS holds as a number, "decimal" for exact decimals.

    `length` counts characters as planned, `key_sequence` is its place among the sort keys; both are None where not stated.
    """

    name: str
    label: str
    data_type: DataType
    length: int | None = None
    display_format: str = ""
    key_sequence: int | None = None
    target_data_type: TargetDataType = ""
    item_oid: str = ""

    def __post_init__(self) -> None:
        if self.data_type not in DATA_TYPES:
            raise unknown(f"data type of column {self.name}", str(self.data_type), DATA_TYPES)

    @property
    def is_number(self) -> bool:
        """Whether SAS holds it as a number: plain numbers, and dates and decimals that say so."""
        return self.data_type in NUMERIC or self.target_data_type in ("integer", "decimal")


@dataclass(frozen=True)
class Metadata:
    """Where a dataset came from; everything is text as in the file, and empty where the file does not say.

    `not_read` names members of an extended file that the standard does not know and that were therefore not read.
    """

    created: str = ""
    version: str = ""
    file_oid: str = ""
    modified: str = ""
    originator: str = ""
    source_system: str = ""
    source_version: str = ""
    study_oid: str = ""
    metadata_version_oid: str = ""
    metadata_ref: str = ""
    item_group_oid: str = ""
    not_read: tuple[str, ...] = ()


class Batch(NamedTuple):
    """Some rows, with the number of each in the file (from 1) and, for files of text, its line.

    Numbers have gaps where faulty rows were left out.
    """

    rows: list[Row]
    numbers: Sequence[int]
    lines: Sequence[int] | None = None


@dataclass(frozen=True)
class Dataset:
    """One dataset: what its columns are, and how to get its rows, which may be asked for again and again.

    `records` is the number of rows that the file announces; None if it announces none.

    >>> dm = Dataset.of_rows("DM", "Demographics", [Column("USUBJID", "Subject", "string"), Column("AGE", "Age", "integer")],
    ...                      [("01", 34), ("02", None)])
    >>> dm.records, dm.names, list(dm.rows())
    (2, ('USUBJID', 'AGE'), [('01', 34), ('02', None)])
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    batches: Callable[[], Iterator[Batch]] = field(repr=False, compare=False)
    records: int | None = None
    metadata: Metadata = Metadata()

    def __post_init__(self) -> None:
        twice = repeated(column.name for column in self.columns)
        if twice:
            raise InvalidValue(f"dataset {self.name} has the column {twice[0]} twice; give every column its own name")

    @classmethod
    def of_rows(
        cls, name: str, label: str, columns: Iterable[Column], rows: Sequence[Row], *, metadata: Metadata | None = None
    ) -> Dataset:
        """A dataset held in memory."""
        columns = tuple(columns)
        for number, row in enumerate(rows, start=1):
            if len(row) != len(columns):
                raise InvalidValue(f"row {number} of dataset {name} has {len(row)} values for {len(columns)} columns")
        return cls(name, label, columns, partial(_slices, rows), len(rows), metadata or Metadata())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def index(self, name: str) -> int:
        """The place of a column in every row."""
        if name not in self.names:
            raise unknown(f"column of dataset {self.name}", name, self.names)
        return self.names.index(name)

    def rows(self) -> Iterator[Row]:
        """All rows, one by one."""
        for batch in self.batches():
            yield from batch.rows


def _slices(rows: Sequence[Row]) -> Iterator[Batch]:
    for start in range(0, len(rows), BATCH_ROWS):
        some = list(rows[start : start + BATCH_ROWS])
        yield Batch(some, range(start + 1, start + 1 + len(some)))


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once, in order.

    >>> repeated(["AGE", "SEX", "AGE"])
    ['AGE']
    """
    seen: set[str] = set()
    twice = []
    for name in names:
        if name in seen and name not in twice:
            twice.append(name)
        seen.add(name)
    return twice
