"""Treatments beside published rows, in lupus and cancers: `therapy/published.toml` says how each is simulated, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from immunoreset import therapy
from immunoreset.catalogue import built_in
from immunoreset.validation.compared import Compared
from immunoreset.validation.mapped import Cohorts, Mapped, beside, read_mapped


@cache
def mapped() -> Mapping[str, Mapped]:
    """The rows by their name in the evidence. Raises InvalidFile for a table that cannot be read."""
    return read_mapped(Path(therapy.__file__).with_name("published.toml"))


def compare(*, patients: int, seed: int, threads: int | None = None) -> Iterator[tuple[str, Compared]]:
    """Every row by its name, in the order of the file. Raises UnknownName for an outcome that there is not."""
    rows = mapped()
    cohorts: dict[str, Cohorts] = {}
    for name, row in rows.items():
        if row.not_simulated:
            yield name, beside(name, row, None)
            continue
        disease, _ = built_in().population(row.population)
        if disease.name not in cohorts:
            cohorts[disease.name] = Cohorts(disease, list(rows.values()), patients, seed, threads)
        yield name, cohorts[disease.name].compared(name, row)
