"""Reading STUDY.toml, and saying in one line what is wrong with it: file, line, key, what to do."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from immunoreset.errors import InvalidFile
from immunoreset.study_document import Arm, Patients, Solver, Study

TABLES: dict[str, type[BaseModel]] = {"patients": Patients, "solver": Solver}


def read_study(path: Path) -> Study:
    """The study of a TOML file; the files that it names are looked for beside it."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise InvalidFile(f"no study file '{path}'; give the path of a STUDY.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InvalidFile(f"cannot read the study file '{path}': {why}") from None
    return parse_study(text, name=str(path)).in_folder(path.parent)


def parse_study(text: str, name: str = "study") -> Study:
    """The study of a TOML text; `name` stands in the error messages."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{name}: not TOML: {_first_lower(str(error))}") from None
    try:
        return Study.model_validate(document)
    except ValidationError as error:
        raise InvalidFile(_describe(error, text, name)) from None


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _describe(error: ValidationError, text: str, name: str) -> str:
    """The first complaint in one line, and how many more there are."""
    complaints = error.errors(include_url=False)
    first = complaints[0]
    location = [str(part) for part in first["loc"]]
    line = _line_of(text, location)
    where = f"{name}, line {line}" if line else name
    more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
    return f"{where}: {_complaint(first, location)}{more}"


def _complaint(complaint: Any, location: Sequence[str]) -> str:
    key = ".".join(location) or "the study"
    match complaint["type"]:
        case "extra_forbidden":
            known = list(_model_at(location[:-1]).model_fields)
            near = difflib.get_close_matches(location[-1], known, n=1, cutoff=0.5)
            advice = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
            return f"no key '{key}' in a study; {advice}"
        case "missing":
            return f"the key '{key}' is missing; add it (`immunoreset schema` describes all keys)"
        case "value_error":
            return f"'{key}': {complaint['ctx']['error']}"
        case "model_type" if location[:1] == ["arms"]:
            return f"'{key}' is {complaint['input']!r}; give a regimen in quotes, such as \"rituximab 1000 mg on days 0 14\""
        case "literal_error":
            allowed = ", ".join(repr(value) for value in get_args(get_args(Study.model_fields["compare_with"].annotation)[0]))
            return f"'{key}' is {complaint['input']!r}; it can be {allowed}"
        case _:
            return f"'{key}' is {complaint['input']!r}; {_first_lower(complaint['msg'])}"


def _model_at(location: Sequence[str]) -> type[BaseModel]:
    """The table in which a key lies."""
    if not location:
        return Study
    if location[-1] in TABLES:
        return TABLES[location[-1]]
    return Arm if location[0] == "arms" else Study


def _line_of(text: str, location: Sequence[str]) -> int | None:
    """The line where the deepest key of the location that can be found stands; a key is searched after its table."""
    line, found = 0, None
    lines = text.splitlines()
    for part in location:
        name = rf'"?{re.escape(part)}"?'
        pattern = re.compile(rf"^\s*(\[+\s*([\w.\"-]+\.)?{name}\s*(\.|\])|({name}\s*[.=]))|[{{,]\s*{name}\s*=")
        match = next((i for i in range(line, len(lines)) if pattern.search(lines[i])), None)
        if match is not None:
            line, found = match, match + 1
    return found
