"""Diseases and drugs that installed packages offer, by the entry points `immunoreset.diseases` and `immunoreset.drugs`.

[project.entry-points."immunoreset.drugs"]
daratumumab = "my_package.daratumumab:DRUG"
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from immunoreset.disease.disease import Disease
from immunoreset.errors import ImmunoresetError
from immunoreset.therapy.drug import Drug


def installed_drugs() -> list[Drug]:
    """The drugs of installed packages."""
    return [_loaded(entry, Drug) for entry in entry_points(group="immunoreset.drugs")]


def installed_diseases() -> list[Disease]:
    """The diseases of installed packages."""
    return [_loaded(entry, Disease) for entry in entry_points(group="immunoreset.diseases")]


def _loaded(entry: EntryPoint, kind: type[Any]) -> Any:
    """What an entry point names. Raises ImmunoresetError, in one line, when it cannot be loaded or is something else."""
    try:
        found = entry.load()
    except (ImportError, AttributeError) as fault:
        raise ImmunoresetError(f"the installed {kind.__name__.lower()} '{entry.name}' cannot be loaded: {fault}") from None
    if not isinstance(found, kind):
        wanted = f"a {kind.__name__}"
        raise ImmunoresetError(f"'{entry.value}', installed as '{entry.name}', is a {type(found).__name__}, not {wanted}")
    return found
