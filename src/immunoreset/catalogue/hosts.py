"""Numbers in which the host of a disease differs from the typical patient, from the disease's `host.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from immunoreset.errors import InvalidFile
from immunoreset.patient.birth_certificates import ParameterSet
from immunoreset.patient.theta import Theta


def read_host(name: str, path: Path, theta: Theta) -> ParameterSet:
    """The numbers of a file, each a table ["module.number"] with value, source, standing and note."""
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise InvalidFile(f"{path}: cannot be read: {fault}") from None
    title = text.splitlines()[0].removeprefix("# ").split(":")[0].strip()
    replaced = {flat: replace(theta.table[theta.find(flat)], **entry) for flat, entry in document.items()}
    return ParameterSet(name, title, MappingProxyType(replaced))
