"""Reading TRIAL.toml, and saying in one line what is wrong with it: file, line, key, what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from immunoreset.document_kinds import refuse_other_kinds
from immunoreset.errors import InvalidFile, quoted
from immunoreset.toml_document import Where, first_lower, nearest, one_line, parse_toml, read_text
from immunoreset.virtual_trial.document import TrialDocument
from immunoreset.virtual_trial.kinds import ADAPTER
from immunoreset.virtual_trial.tables import NO_NUMBER, UNKNOWN_KEY


def read_trial(path: Path) -> TrialDocument:
    """The trial of a TOML file; the files that it names are looked for beside it."""
    return parse_trial(read_text(path, "trial"), name=str(path)).in_folder(path.parent)


def parse_trial(text: str, name: str = "trial") -> TrialDocument:
    """The trial of a TOML text; `name` stands in the error messages. Raises InvalidFile."""
    document = parse_toml(text, name)
    refuse_other_kinds(document, "trial", name=name)

    def place(complaint: Any) -> Where:
        location = _without_names_of_kinds(complaint["loc"], document)
        key = [str(complaint.get("ctx", {}).get("key"))] if complaint["type"] in (UNKNOWN_KEY, NO_NUMBER) else []
        return [*location, *key]

    try:
        return ADAPTER.validate_python(document)
    except ValidationError as error:
        raise InvalidFile(one_line(error, text, name, place=place, say=_complaint)) from None


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
        case "no_number":
            return f"'{key}' is {quoted(complaint['ctx']['value'])}; give a number, without quotes"
        case "missing" | "union_tag_not_found":
            missing = _shown([*location, "kind"]) if complaint["type"] == "union_tag_not_found" else key
            return f"the key '{missing}' is missing; add it (`immunoreset schema --trial` describes all keys)"
        case "union_tag_invalid":
            known = re.findall(r"'([^']*)'", complaint["ctx"]["expected_tags"])
            return f"'{key}': no kind '{complaint['ctx']['tag']}'; {nearest(complaint['ctx']['tag'], known)}"
        case "value_error":
            return f"'{key}': {complaint['ctx']['error']}" if location else f"{complaint['ctx']['error']}"
        case "literal_error":
            return f"'{key}' is {quoted(complaint['input'])}; it can be {complaint['ctx']['expected']}"
        case "model_type" | "model_attributes_type":
            return f"'{key}' is {quoted(complaint['input'])}; give a table of keys"
        case "too_short":
            return f"'{key}' is empty; give at least one"
        case _:
            return f"'{key}' is {quoted(complaint['input'])}; {first_lower(complaint['msg'])}"
