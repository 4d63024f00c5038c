"""Writes CDISC Dataset-JSON 1.1: .json, .ndjson, or compressed .dsjc, as the name of the file says.

The rows are written as they come, under a temporary name; the file appears, or is replaced, only when it is complete.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.exchange.column_values import settle
from immunoreset.exchange.dataset import Column, Dataset, Row
from immunoreset.exchange.dataset_json import ORDER, TEXTS, VERSION, form_of, is_creation_time
from immunoreset.exchange.faults import Faults
from immunoreset.placing import replacing

COMPRESSION = 9  # recommended by the standard
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def write_dataset_json(dataset: Dataset, path: Path | str, *, created: str, faults: Faults | None = None) -> None:
    """Write a dataset; `created` is the date and time that the file states, as in 2026-01-31T08:30:00, never the clock.

    Every value that its column cannot hold is noted in `faults`; then InvalidFile is raised, and a file that was there stays.

    Source: CDISC Dataset-JSON Specification 1.1 (2024), Compressed Dataset-JSON 1.1 (2025).
    """
    path = Path(path)
    form = form_of(path)
    if not is_creation_time(created):
        raise InvalidValue(f"not a date and time: '{created}'; write it as 2026-01-31T08:30:00")
    found = Faults() if faults is None else faults
    before = len(found)
    records = dataset.records
    if records is None:
        records = sum(len(batch.rows) for batch in dataset.batches())
    head = _encode(describe(dataset, created, records))
    rows = _checked_rows(dataset, records, str(path), found)
    pieces = _object(head, rows) if form == ".json" else _lines(head, rows)
    with replacing(path) as scratch, scratch.open("wb") as file:
        for piece in _compressed(pieces) if form == ".dsjc" else pieces:
            file.write(piece)
        if len(found) > before:
            raise InvalidFile(f"{found.summary()}; nothing was written")


def describe(dataset: Dataset, created: str, records: int) -> dict[str, object]:
    """The members of the file but its rows, in the order that the standard recommends; empty ones are left out."""
    metadata = dataset.metadata
    members: dict[str, object] = {member: getattr(metadata, attribute) for member, attribute in TEXTS.items()}
    members |= {
        "datasetJSONCreationDateTime": created,
        "datasetJSONVersion": VERSION,
        "itemGroupOID": metadata.item_group_oid or f"IG.{dataset.name}",
        "records": records,
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(dataset.name, column) for column in dataset.columns],
    }
    if metadata.source_system:
        members["sourceSystem"] = {"name": metadata.source_system, "version": metadata.source_version}
    return {member: members[member] for member in ORDER if member in members and (members[member] != "" or member == "label")}


def _column(dataset: str, column: Column) -> dict[str, object]:
    members: dict[str, object] = {
        "itemOID": column.item_oid or f"IT.{dataset}.{column.name}",
        "name": column.name,
        "label": column.label,
        "dataType": column.data_type,
    }
    extra = {
        "targetDataType": column.target_data_type,
        "length": column.length,
        "displayFormat": column.display_format,
        "keySequence": column.key_sequence,
    }
    return members | {member: value for member, value in extra.items() if value}


def _checked_rows(dataset: Dataset, records: int, file: str, faults: Faults) -> Iterator[list[Row]]:
    """The rows as JSON holds them: decimals as text. Faulty ones are noted."""
    decimals = [place for place, column in enumerate(dataset.columns) if column.data_type == "decimal"]
    written = 0
    for batch in dataset.batches():

        def note(place: int, column: str, reason: str, numbers=batch.numbers) -> None:
            faults.add(file, None, column, reason, row=numbers[place])

        rows, _ = settle(dataset.columns, batch.rows, note)
        written += len(batch.rows)
        yield [_with_texts(row, decimals) for row in rows] if decimals else rows
    if written != records:
        faults.add(file, None, "records", f"the dataset announces {records:,} records and has {written:,}")


def _with_texts(row: Row, decimals: list[int]) -> Row:
    values = list(row)
    for place in decimals:
        value = values[place]
        values[place] = format(value, "f") if isinstance(value, Decimal) else value
    return tuple(values)


def _object(head: str, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    yield f'{head[:-1]},"rows":['.encode()
    comma = ""
    for rows in batches:
        if rows:
            yield (comma + _encode(rows)[1:-1]).encode()
            comma = ","
    yield b"]}"


def _lines(head: str, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    yield f"{head}\n".encode()
    for rows in batches:
        yield "".join(f"{_encode(row)}\n" for row in rows).encode()


def _compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    stream = zlib.compressobj(COMPRESSION)
    for piece in pieces:
        yield stream.compress(piece)
    yield stream.flush()
