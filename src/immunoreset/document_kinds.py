"""Which kind of document a TOML file is, so that a command given another kind can say which command reads it."""

from __future__ import annotations

from typing import Any

from immunoreset.errors import InvalidFile

READ_BY = {
    "study": "run it with `immunoreset simulate {name}`",
    "trial": "run it with `immunoreset trial {name}`",
    "calibration": "run it with `immunoreset calibrate {name}`",
    "baseline": "run it with `immunoreset population {name}`, or name it as the baseline of a study's patients",
    "evidence": "name it under `evidence` in a calibration",
}


def kind_of(document: dict[str, Any]) -> str | None:
    """The kind of document by the keys that no other kind has; None where they do not tell.

    >>> kind_of({"free": ["crs.cut"], "arms": {}})
    'calibration'
    """
    tables = {key for key, value in document.items() if isinstance(value, dict)}
    if "kind" in document:
        return "trial"
    if {"arms", "patients"} <= tables:
        return "study"
    if "free" in document:
        return "calibration"
    if "publication" in tables:
        return "evidence"
    if isinstance(document.get("row"), list):
        return "baseline"
    return "study" if tables & {"arms", "patients"} else None


def refuse_other_kinds(document: dict[str, Any], wanted: str, *, name: str) -> None:
    """Raises InvalidFile, naming the command that reads it, where the document is plainly of another kind than `wanted`."""
    found = kind_of(document)
    if found in (None, wanted):
        return
    article = "an" if found == "evidence" else "a"
    raise InvalidFile(f"{name}: this is {article} {found} document, not a {wanted}; {READ_BY[found].format(name=name)}")
