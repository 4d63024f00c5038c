"""A study document written back as TOML, so that what was run in the browser can be run again from the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from immunoreset.study_document import Study


def study_toml(study: Study) -> str:
    """STUDY.toml of a study; an arm of its treatment alone is one line."""
    document = study.model_dump(mode="json", exclude_unset=True)
    document["arms"] = {name: arm["treatment"] if list(arm) == ["treatment"] else arm for name, arm in document["arms"].items()}
    return to_toml(document)


def to_toml(document: Mapping[str, Any]) -> str:
    """The TOML of a document of texts, numbers, yes or no, lists and tables; what is None is left out.

    >>> print(to_toml({"title": "A", "arms": {"car-t": "no treatment"}}), end="")
    title = "A"
    <BLANKLINE>
    [arms]
    "car-t" = "no treatment"
    """
    known = {key: value for key, value in document.items() if value is not None}
    plain = {key: value for key, value in known.items() if not isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, table in known.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{_key(key)}]"]
            lines += [f"{_key(name)} = {_value(value)}" for name, value in table.items() if value is not None]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items() if part is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)
