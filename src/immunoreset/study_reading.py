"""Reading STUDY.toml, and saying in one line what is wrong with it: file, line, key, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from immunoreset.document_kinds import refuse_other_kinds
from immunoreset.errors import InvalidFile, quoted
from immunoreset.study_document import Arm, Axis, Modules, Outputs, Patients, Scan, Solver, Study
from immunoreset.toml_document import Where, first_lower, nearest, one_line, parse_toml, read_text

TABLES: dict[str, type[BaseModel]] = {
    "patients": Patients,
    "outputs": Outputs,
    "scan": Scan,
    "modules": Modules,
    "solver": Solver,
}


def read_study(path: Path) -> Study:
    """The study of a TOML file; the files that it names are looked for beside it."""
    return parse_study(read_text(path, "study"), name=str(path)).in_folder(path.parent)


def parse_study(text: str, name: str = "study") -> Study:
    """The study of a TOML text; `name` stands in the error messages."""
    document = parse_toml(text, name)
    refuse_other_kinds(document, "study", name=name)
    try:
        return Study.model_validate(document)
    except ValidationError as error:
        raise InvalidFile(one_line(error, text, name, say=_complaint)) from None


def _complaint(complaint: Any, location: Where) -> str:
    keys = [str(part) for part in location]
    key = ".".join(keys) or "the study"
    match complaint["type"]:
        case "extra_forbidden":
            return f"no key '{key}' in a study; {nearest(keys[-1], _model_at(keys[:-1]).model_fields)}"
        case "missing":
            return f"the key '{key}' is missing; add it (`immunoreset schema` describes all keys)"
        case "value_error":
            return f"'{key}': {complaint['ctx']['error']}"
        case "model_type" if keys[:1] == ["arms"]:
            return (
                f"'{key}' is {quoted(complaint['input'])}; give a regimen in quotes, such as \"rituximab 1000 mg on days 0 14\""
            )
        case "literal_error":
            allowed = ", ".join(repr(value) for value in get_args(get_args(Study.model_fields["compare_with"].annotation)[0]))
            return f"'{key}' is {quoted(complaint['input'])}; it can be {allowed}"
        case _:
            return f"'{key}' is {quoted(complaint['input'])}; {first_lower(complaint['msg'])}"


def _model_at(location: Sequence[str]) -> type[BaseModel]:
    """The table in which a key lies."""
    if not location:
        return Study
    if location[:2] == ["scan", "axes"]:
        return Axis
    if location[-1] in TABLES:
        return TABLES[location[-1]]
    return Arm if location[0] == "arms" else Study
