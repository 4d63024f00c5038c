"""Numbers in which the host of a disease differs from the typical patient, from the disease's `host.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from immunoreset.disease import families
from immunoreset.errors import InvalidFile
from immunoreset.patient.birth_certificates import Parameter, ParameterSet
from immunoreset.patient.theta import Theta
from immunoreset.toml_document import nearest

FAMILIES = Path(str(families.__file__)).parent
FAMILIES = Path(str(families.__file__)).parent
KEYS_MISSING = frozenset({"value", "source", "standing"})
KEYS = KEYS_MISSING | {"note", "spread"}


def read_host(name: str, path: Path, theta: Theta) -> ParameterSet:
    """The numbers of a file, each a table ["module.number"] with value, source, standing and note, and bounds and spread if own.

    `like` at the top names a family of diseases, whose numbers stand where the file has none of its own.
    """
    text, document = _read(path)
    title = text.splitlines()[0].removeprefix("# ").split(":")[0].strip()
    like = document.pop("like", None)
    found = dict(read_host(name, _family(path, like), theta).parameters) if like else {}
    for flat, entry in document.items():
        found[flat] = _replaced(path, flat, entry, found.get(flat) or theta.table[theta.find(flat)])
    return ParameterSet(name, title, MappingProxyType(found))


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InvalidFile(f"{path}: cannot be read: {fault}") from None


def _family(path: Path, name: object) -> Path:
    """The file of a family of diseases."""
    known = sorted(file.parent.name for file in FAMILIES.glob("*/host.toml"))
    if name not in known:
        raise InvalidFile(f"{path}: like = {name!r}, which is no family with a host; {nearest(str(name), known)}")
    return FAMILIES / str(name) / "host.toml"


def _replaced(path: Path, flat: str, entry: Any, typical: Parameter) -> Parameter:
    """The birth certificate of a number of the host: what the file does not say is as in the typical patient."""
    wrong = KEYS_MISSING - set(entry) if isinstance(entry, dict) else KEYS_MISSING
    if wrong:
        raise InvalidFile(f"{path}: '{flat}' needs {' and '.join(sorted(wrong))}")
    own = {key: value for key, value in entry.items() if key != "bounds"}
    if unheard := set(own) - KEYS:
        raise InvalidFile(f"{path}: '{flat}': no key '{sorted(unheard)[0]}' here; {nearest(sorted(unheard)[0], KEYS)}")
    low, high = (float(end) for end in entry.get("bounds", typical.bounds))
    if not low <= entry["value"] <= high:
        outside = f"{entry['value']:g} is outside its bounds, {low:g} to {high:g}; give bounds of its own"
        raise InvalidFile(f"{path}: '{flat}': {outside}")
    return replace(typical, **own, bounds=(low, high), calibration=None)
