"""The members of a CDISC Dataset-JSON 1.1 file and what each may hold; the reader and the writer share them.

Source: CDISC Dataset-JSON Specification 1.1 (2024-12-05) and Compressed Dataset-JSON 1.1 (2025-12-11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from immunoreset.errors import InvalidFile
from immunoreset.exchange.column_values import shown, why_not_text
from immunoreset.exchange.dataset import DATA_TYPES, DATED, Column, DataType, Metadata, TargetDataType, repeated

FORMS = (".json", ".ndjson", ".dsjc")
"""One object; one value per line; one value per line, compressed by zlib."""

VERSION = "1.1.0"
CREATED, VERSION_MEMBER, GROUP, ROWS, COLUMNS, RECORDS = (
    "datasetJSONCreationDateTime",
    "datasetJSONVersion",
    "itemGroupOID",
    "rows",
    "columns",
    "records",
)
REQUIRED = (CREATED, VERSION_MEMBER, GROUP, RECORDS, "name", "label", COLUMNS)
TEXTS = {
    CREATED: "created",
    VERSION_MEMBER: "version",
    "fileOID": "file_oid",
    "dbLastModifiedDateTime": "modified",
    "originator": "originator",
    "studyOID": "study_oid",
    "metaDataVersionOID": "metadata_version_oid",
    "metaDataRef": "metadata_ref",
    GROUP: "item_group_oid",
}
ORDER = (
    *(CREATED, VERSION_MEMBER, "fileOID", "dbLastModifiedDateTime", "originator", "sourceSystem"),
    *("studyOID", "metaDataVersionOID", "metaDataRef", GROUP, RECORDS, "name", "label", COLUMNS, ROWS),
)
COLUMN_TEXTS = ("itemOID", "name", "label", "dataType", "targetDataType", "displayFormat")
COLUMN_REQUIRED = ("itemOID", "name", "label", "dataType")
COLUMN_COUNTS = ("length", "keySequence")
NOT_EMPTY = ("fileOID", "studyOID", "metaDataVersionOID", GROUP, "name", "itemOID")
TARGETS: dict[str, tuple[str, ...]] = dict.fromkeys(DATED, ("", "integer")) | {"decimal": ("", "decimal")}
_VERSION = re.compile(r"1\.1(\.(0|[1-9]\d*))?", re.ASCII)
_CREATED = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)
Report = Callable[[str, str], None]
"""Takes the member or column and the reason."""


@dataclass(frozen=True)
class Head:
    """All of a dataset but its rows."""

    name: str
    label: str
    records: int
    columns: tuple[Column, ...]
    metadata: Metadata


def form_of(path: Path) -> str:
    """Which of the three forms a file has, by its name.

    >>> form_of(Path("adsl.NDJSON"))
    '.ndjson'
    """
    form = path.suffix.lower()
    if form not in FORMS:
        raise InvalidFile(f"'{path.name}' is not named as a Dataset-JSON file; give it one of the endings {', '.join(FORMS)}")
    return form


def is_creation_time(text: str) -> bool:
    """Whether a text is a date and time as the standard wants it, such as 2026-01-31T08:30:00."""
    return bool(_CREATED.fullmatch(text))


def read_head(document: Mapping[str, object], report: Report) -> Head | None:
    """What the members say; each faulty one is reported, and then the answer is None."""
    faulty = False

    def wrong(member: str, reason: str) -> None:
        nonlocal faulty
        faulty = True
        report(member, reason)

    for member in REQUIRED:
        if member not in document:
            wrong(member, "is missing, but every Dataset-JSON file must have it")
    texts = {member: _text(document, member, wrong) for member in (*TEXTS, "name", "label") if member in document}
    version = texts.get(VERSION_MEMBER)
    if version is not None and not _VERSION.fullmatch(version):
        wrong(VERSION_MEMBER, f"version {shown(version)} cannot be read; this reader knows 1.1")
    for member in (CREATED, "dbLastModifiedDateTime"):
        if texts.get(member) is not None and not is_creation_time(texts[member] or ""):
            wrong(member, f"not a date and time: {shown(texts[member])}")
    records = document.get(RECORDS, 0)
    if not _is_count(records, least=0):
        wrong(RECORDS, f"not a number of rows: {shown(records)}")
    system = _source_system(document.get("sourceSystem"), wrong)
    columns = _columns(document.get(COLUMNS, []), wrong)
    if faulty:
        return None
    not_read = tuple(member for member in document if member not in ORDER)
    known = {TEXTS[member]: text for member, text in texts.items() if member in TEXTS and text is not None}
    metadata = Metadata(**known, source_system=system[0], source_version=system[1], not_read=not_read)
    return Head(texts["name"] or "", texts["label"] or "", cast("int", records), columns, metadata)


def _is_count(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _text(document: Mapping[str, object], member: str, wrong: Report) -> str | None:
    value = document[member]
    if not isinstance(value, str):
        wrong(member, f"not text: {shown(value)}")
        return None
    if not value and member in NOT_EMPTY:
        wrong(member, "is empty")
    if reason := why_not_text(value):
        wrong(member, reason)
    return value


def _source_system(value: object, wrong: Report) -> tuple[str, str]:
    if value is None:
        return "", ""
    if not isinstance(value, dict):
        wrong("sourceSystem", f"not an object with a name and a version: {shown(value)}")
        return "", ""
    name, version = value.get("name"), value.get("version")
    if not isinstance(name, str) or not isinstance(version, str):
        wrong("sourceSystem", "needs a name and a version, both text")
        return "", ""
    return name, version


def _columns(value: object, wrong: Report) -> tuple[Column, ...]:
    if not isinstance(value, list):
        wrong(COLUMNS, f"not a list: {shown(value)}")
        return ()
    found = [_column(item, number, wrong) for number, item in enumerate(value, start=1)]
    columns = tuple(column for column in found if column)
    for name in repeated(column.name for column in columns):
        wrong(name, "two columns have this name")
    return columns


def _column(value: object, number: int, wrong: Report) -> Column | None:
    if not isinstance(value, dict):
        wrong(f"{COLUMNS}[{number}]", f"not an object: {shown(value)}")
        return None
    item = cast("dict[str, object]", value)
    name = item.get("name")
    place = name if isinstance(name, str) and name and not why_not_text(name) else f"{COLUMNS}[{number}]"
    reasons = list(_column_faults(item))
    for reason in reasons:
        wrong(place, reason)
    if reasons:
        return None
    return Column(
        name=str(item["name"]),
        label=str(item["label"]),
        data_type=cast("DataType", item["dataType"]),
        length=cast("int | None", item.get("length")),
        display_format=str(item.get("displayFormat", "")),
        key_sequence=cast("int | None", item.get("keySequence")),
        target_data_type=cast("TargetDataType", item.get("targetDataType", "")),
        item_oid=str(item["itemOID"]),
    )


def _column_faults(item: Mapping[str, object]) -> Iterator[str]:
    for member in COLUMN_REQUIRED:
        if member not in item:
            yield f"has no {member}"
    for member in COLUMN_TEXTS:
        text = item.get(member, "")
        if not isinstance(text, str):
            yield f"{member} is not text: {shown(text)}"
        elif member in item and member in NOT_EMPTY and not text:
            yield f"{member} is empty"
        elif reason := why_not_text(text):
            yield f"{member}: {reason}"
    for member in COLUMN_COUNTS:
        if member in item and not _is_count(item[member], least=1):
            yield f"{member} is not a whole number from 1: {shown(item[member])}"
    kind, target = item.get("dataType"), item.get("targetDataType", "")
    if isinstance(kind, str) and kind not in DATA_TYPES:
        yield f"no dataType {shown(kind)}; known: {', '.join(DATA_TYPES)}"
    elif isinstance(kind, str) and isinstance(target, str) and target not in TARGETS.get(kind, ("",)):
        allowed = TARGETS.get(kind, ("",))[-1]
        advice = f"may only be '{allowed}'" if allowed else "has no place here"
        yield f"targetDataType '{target}' for dataType '{kind}': it {advice}"
