"""Reading TRIAL.toml, and saying in one line what is wrong with it: file, line, key, what to do."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from immunoreset.errors import InvalidFile
from immunoreset.virtual_trial.document import TrialDocument
from immunoreset.virtual_trial.kinds import ADAPTER
from immunoreset.virtual_trial.tables import UNKNOWN_KEY

Where = list[str | int]


def read_trial(path: Path) -> TrialDocument:
    """The trial of a TOML file; the files that it names are looked for beside it."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise InvalidFile(f"no trial file '{path}'; give the path of a TRIAL.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InvalidFile(f"cannot read the trial file '{path}': {why}") from None
    return parse_trial(text, name=str(path)).in_folder(path.parent)


def parse_trial(text: str, name: str = "trial") -> TrialDocument:
    """The trial of a TOML text; `name` stands in the error messages. Raises InvalidFile."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(f"{name}: not TOML: {_first_lower(str(error))}") from None
    try:
        return ADAPTER.validate_python(document)
    except ValidationError as error:
        raise InvalidFile(_describe(error, text, document, name=name)) from None


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _describe(error: ValidationError, text: str, document: dict[str, Any], *, name: str) -> str:
    """The first complaint in one line, and how many more there are."""
    complaints = error.errors(include_url=False)
    first = complaints[0]
    location = _without_names_of_kinds(first["loc"], document)
    if first["type"] == UNKNOWN_KEY:
        location.append(str(first.get("ctx", {}).get("key")))
    line = _line_of(text, location)
    where = f"{name}, line {line}" if line else name
    more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
    return f"{where}: {_complaint(first, location)}{more}"


def _without_names_of_kinds(location: Sequence[str | int], document: Any) -> Where:
    """The keys and places that lead to a value; pydantic also names the kind of table that it tried."""
    found: Where = []
    here = document
    for position, part in enumerate(location):
        last = position == len(location) - 1
        in_list = isinstance(here, list) and isinstance(part, int) and part < len(here)
        kind = isinstance(here, dict) and part == here.get("kind")
        if in_list or (isinstance(here, dict) and part in here and not kind):
            here = here[part]  # pyright: ignore[reportArgumentType, reportCallIssue]
        elif kind or not (last and isinstance(here, dict)):
            continue
        found.append(part)
    return found


def _shown(location: Where) -> str:
    """The location as a person writes it; places in a list count from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or "the trial"


def _complaint(complaint: Any, location: Where) -> str:
    key = _shown(location)
    match complaint["type"]:
        case "unknown_key":
            return f"no key '{key}' in a trial; {complaint['ctx']['advice']}"
        case "missing" | "union_tag_not_found":
            missing = _shown([*location, "kind"]) if complaint["type"] == "union_tag_not_found" else key
            return f"the key '{missing}' is missing; add it (`immunoreset schema --trial` describes all keys)"
        case "union_tag_invalid":
            known = re.findall(r"'([^']*)'", complaint["ctx"]["expected_tags"])
            near = difflib.get_close_matches(complaint["ctx"]["tag"], known, n=1, cutoff=0.5)
            advice = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
            return f"'{key}': no kind '{complaint['ctx']['tag']}'; {advice}"
        case "value_error":
            return f"'{key}': {complaint['ctx']['error']}" if location else f"{complaint['ctx']['error']}"
        case "literal_error":
            return f"'{key}' is {complaint['input']!r}; it can be {complaint['ctx']['expected']}"
        case "model_type" | "model_attributes_type":
            return f"'{key}' is {complaint['input']!r}; give a table of keys"
        case "too_short":
            return f"'{key}' is empty; give at least one"
        case _:
            return f"'{key}' is {complaint['input']!r}; {_first_lower(complaint['msg'])}"


def _line_of(text: str, location: Where) -> int | None:
    """The line where the deepest key of the location that can be found stands; a key is searched after its table."""
    lines = text.splitlines()
    line, found = 0, None
    for position, part in enumerate(location):
        if isinstance(part, int):
            continue
        name = rf'"?{re.escape(part)}"?'
        place = location[position + 1] if position + 1 < len(location) else None
        several = re.compile(rf"^\s*\[\[\s*([\w.\"-]+\.)?{name}\s*\]\]")
        one = re.compile(rf"^\s*(\[\s*([\w.\"+-]+\.)?{name}\s*(\.|\])|({name}\s*[.=]))|[{{,]\s*{name}\s*=")
        headers = [number for number in range(line, len(lines)) if several.search(lines[number])]
        if isinstance(place, int) and place < len(headers):
            match = headers[place]
        else:
            match = next((number for number in range(line, len(lines)) if one.search(lines[number])), None)
        if match is not None:
            line, found = match, match + 1
    return found
