"""Reading evidence documents, and saying in one line what is wrong with one: file, line, row, what to do."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from immunoreset.errors import InvalidFile
from immunoreset.evidence.document import (
    CohortTable,
    Document,
    MoveTable,
    OverlapTable,
    PointTable,
    PublicationTable,
    RowTable,
    to_publication,
)
from immunoreset.evidence.rows import Publication
from immunoreset.toml_document import Where, first_lower, nearest, one_line, parse_toml, read_text

PLACE = files("immunoreset.evidence").joinpath("publications")
TABLES: dict[str, type[BaseModel]] = {
    "publication": PublicationTable,
    "cohort": CohortTable,
    "row": RowTable,
    "point": PointTable,
}
INNER: dict[str, type[BaseModel]] = {"history": MoveTable, "overlaps": OverlapTable}


def shipped() -> tuple[Publication, ...]:
    """The publications that come with the package, in the order of their names."""
    found = sorted((file for file in PLACE.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(parse_publication(file.read_text("utf-8"), file.name.removesuffix(".toml"), file.name) for file in found)


def read_publication(path: Path) -> Publication:
    """The publication of a TOML file, called as the file is. Raises InvalidFile."""
    return parse_publication(read_text(path, "evidence"), path.stem, str(path))


def parse_publication(text: str, name: str, file: str) -> Publication:
    """The publication of a TOML text; `name` is what rows of other files call it, `file` stands in the error messages."""
    tables = parse_toml(text, file)
    try:
        return to_publication(Document.model_validate(tables), name, file)
    except ValidationError as error:
        raise InvalidFile(one_line(error, text, file, place=_place, say=_complaint)) from None


def _place(complaint: Any) -> Where:
    return [part for part in complaint["loc"] if isinstance(part, int) or "[" not in str(part)]


def _model(location: Where) -> type[BaseModel]:
    """The table in which the last key lies."""
    inner = [INNER[part] for part in location[:-1] if isinstance(part, str) and part in INNER]
    return inner[-1] if inner else TABLES.get(str(location[0]), Document) if len(location) > 1 else Document


def _complaint(complaint: Any, location: Where) -> str:
    keys = [str(part + 1) if isinstance(part, int) else part for part in location]
    key = ".".join(keys) or "the document"
    match complaint["type"]:
        case "extra_forbidden":
            names = (field.alias or name for name, field in _model(location).model_fields.items())
            return f"no key '{key}' in an evidence document; {nearest(keys[-1], names)}"
        case "missing":
            return f"the key '{key}' is missing; docs/evidence.md describes all keys"
        case "value_error":
            return (
                f"{keys[0]} '{'.'.join(keys[1:])}': {complaint['ctx']['error']}"
                if len(keys) > 1
                else str(complaint["ctx"]["error"])
            )
        case "literal_error":
            return f"'{key}' is {complaint['input']!r}; it can be {complaint['ctx']['expected']}"
        case "string_pattern_mismatch":
            return f"'{key}' is not the 64 hexadecimal digits of a SHA-256"
        case _:
            return f"'{key}' is {complaint['input']!r}; {first_lower(complaint['msg'])}"
