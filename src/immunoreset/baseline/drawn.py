"""The patients that a document asks for: drawn from a population as it is, or made to agree with a published table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from immunoreset.baseline.balanced import balanced
from immunoreset.baseline.document import read_baseline
from immunoreset.baseline.patients_file import is_patients_file, read_cohort
from immunoreset.catalogue import Catalogue
from immunoreset.errors import InvalidFile
from immunoreset.population import Cohort, sample


def drawn_patients(population: str, n: int, *, seed: int, baseline: Path | None, catalogue: Catalogue) -> Cohort:
    """`n` patients of a population; where there is a `baseline`, such as agree with it.

    A baseline document is balanced anew with the `seed`; the patients of a file stay who they are, and `seed` decides only what
    happens to them. Raises InvalidFile for a baseline of another population or one that cannot be read, InvalidValue for one
    that cannot be met.
    """
    if baseline is None:
        return sample(population, n, seed=seed, catalogue=catalogue)
    if is_patients_file(baseline):
        return replace(read_cohort(baseline, n=n, population=population, catalogue=catalogue), seed=seed)
    document = read_baseline(baseline)
    if document.population != population:
        raise InvalidFile(
            f"{baseline}: this table is of '{document.population}', and patients of '{population}' are asked for; "
            f"name the same one"
        )
    return balanced(document, patients=n, seed=seed, catalogue=catalogue).cohort
