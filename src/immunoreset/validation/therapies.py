"""Treatments beside published rows, in lupus and cancers: `therapy/published.toml` says how each is simulated, or why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from immunoreset import therapy
from immunoreset.catalogue import built_in
from immunoreset.evidence import Row, band, evidence
from immunoreset.validation.compared import Compared
from immunoreset.validation.mapped import Cohorts, Mapped, read_mapped


@cache
def mapped() -> Mapping[str, Mapped]:
    """The rows by their name in the evidence. Raises InvalidFile for a table that cannot be read."""
    return read_mapped(Path(therapy.__file__).with_name("published.toml"))


def set_to(row: Row) -> tuple[str, ...]:
    """Numbers of drugs whose source names the publication of a row: it is no independent test of these."""
    publication = evidence().publications[row.publication]
    names = {name.lower() for name in (publication.doi, publication.name.split(",")[0]) if name}
    theta = built_in().theta
    numbers = theta.read_by(drug.module for drug in built_in().drugs.values())
    products = {name: one for found in theta.products.values() for name, one in found.parameters.items()}
    return tuple(name for name, one in {**numbers, **products}.items() if any(said in one.source.lower() for said in names))


def compare(*, patients: int, seed: int, threads: int | None = None) -> Iterator[tuple[str, Compared]]:
    """Every row by its name, in the order of the file. Raises UnknownName for an outcome that there is not."""
    rows = mapped()
    cohorts: dict[str, Cohorts] = {}
    for name, row in rows.items():
        if row.not_simulated:
            published = evidence().row(name)
            yield name, Compared(published, band(published), row.how, None)
            continue
        disease, _ = built_in().population(row.population)
        if disease.name not in cohorts:
            cohorts[disease.name] = Cohorts(disease, list(rows.values()), patients, seed, threads)
        yield name, cohorts[disease.name].compared(name, row)
