"""Diseases other than lupus beside published rows: each folder says in `published.toml` how a row is simulated, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from immunoreset.catalogue import built_in
from immunoreset.validation.compared import Compared
from immunoreset.validation.mapped import Cohorts, Mapped, read_mapped


@cache
def mapped(disease: str) -> Mapping[str, Mapped]:
    """The rows of a disease by their name in the evidence. Raises InvalidFile for a table that cannot be read."""
    host = built_in().disease(disease).host
    path = host.with_name("published.toml") if host else None
    return read_mapped(path) if path is not None and path.is_file() else {}


def diseases() -> tuple[str, ...]:
    """The diseases that have published rows, in the order of the catalogue."""
    return tuple(name for name in built_in().diseases if mapped(name))


def compare(disease: str, *, patients: int, seed: int, threads: int | None = None) -> Iterator[Compared]:
    """Every row of a disease, in the order of its file. Raises UnknownName for an outcome that it does not have."""
    rows = mapped(disease)
    cohorts = Cohorts(built_in().disease(disease), list(rows.values()), patients, seed, threads)
    for name, row in rows.items():
        yield cohorts.compared(name, row)
