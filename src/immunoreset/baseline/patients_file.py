"""The patients of a balanced run as a CSV file, and the same patients drawn again from it.

A virtual patient is a population, a seed and a number. The covariates stand beside them for the reader, and show whether
this version of the model still draws the same patients.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from immunoreset.baseline.covariates import COVARIATES, covariates_of
from immunoreset.catalogue import Catalogue
from immunoreset.errors import InvalidFile
from immunoreset.population import Cohort, sample_ids
from immunoreset.toml_document import TABLES

WHO = ("population", "seed", "patient")
_SAME = 1e-6  # relative difference of a number that was written on another machine


def is_patients_file(path: Path) -> bool:
    """Whether a baseline is given as patients, not as a document."""
    return path.suffix.lower() in TABLES


def rows_of(cohort: Cohort) -> list[list[str]]:
    """The file as rows of text, its column names first; patients are numbered from 1, as runs name them."""
    known = covariates_of(cohort)
    columns = [[_written(name, value) for value in values.tolist()] for name, values in known.items()]
    who = ([cohort.population, str(cohort.seed), str(number + 1)] for number in cohort.ids.tolist())
    return [[*WHO, *known], *([*one, *values] for one, values in zip(who, zip(*columns, strict=True), strict=True))]


def _written(name: str, value: float) -> str:
    return ("yes" if value else "no") if COVARIATES[name].yes_or_no else f"{value:.10g}"


def write_patients(path: Path, cohort: Cohort) -> None:
    """The patients as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows_of(cohort))


def read_cohort(path: Path, *, n: int, population: str, catalogue: Catalogue) -> Cohort:
    """The first `n` patients of the file.

    Raises InvalidFile, naming the line, for a file that `immunoreset population` did not write, for another population, for
    fewer patients than `n`, and where the model no longer draws these patients; with changed numbers it draws them about those.
    """
    rows = _read(path)
    header = rows[0]
    if header[: len(WHO)] != list(WHO):
        raise InvalidFile(
            f"{path}, line 1: these are not the columns {', '.join(WHO)}; give patients.csv as `immunoreset population` writes it"
        )
    if len(rows) - 1 < n:
        raise InvalidFile(f"{path}: {n} patients are asked for and {len(rows) - 1} are there; ask for as many, or make more")
    seeds, ids = set(), []
    for line, row in enumerate(rows[1 : n + 1], start=2):
        if len(row) != len(header):
            raise InvalidFile(f"{path}, line {line}: {len(row)} values for {len(header)} columns; make the file anew")
        if row[0] != population:
            raise InvalidFile(f"{path}, line {line}: a patient of '{row[0]}', and '{population}' is asked for; name the same one")
        seed, number = (_whole(text, f"{path}, line {line}") for text in row[1:3])
        seeds.add(seed)
        ids.append(number - 1)
    if len(seeds) > 1 or min(ids) < 0 or len(set(ids)) < len(ids):
        raise InvalidFile(f"{path}: patients need one seed and numbers of their own from 1; make the file anew")
    cohort = sample_ids(population, np.array(ids), seed=seeds.pop(), catalogue=catalogue)
    if not catalogue.changed and not catalogue.spreads:
        _check_same(path, rows[: n + 1], rows_of(cohort))
    return cohort


def _read(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, strict=True) if row]
    except FileNotFoundError:
        raise InvalidFile(f"no file '{path}'; give patients.csv of `immunoreset population`, or a baseline document") from None
    except (OSError, ValueError, csv.Error) as error:
        raise InvalidFile(f"cannot read '{path}' as CSV: {str(error).splitlines()[0].lower()}; make the file anew") from None
    if not rows:
        raise InvalidFile(f"{path}: the file is empty; make it with `immunoreset population`")
    return rows


def _whole(text: str, where: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise InvalidFile(f"{where}: {text[:20]!r} is no whole number; make the file anew")
    return int(text)


def _check_same(path: Path, written: Sequence[Sequence[str]], drawn: Sequence[Sequence[str]]) -> None:
    """Raise InvalidFile, naming the first line that differs, unless the file tells what the model draws."""
    header = written[0]
    if list(header) != list(drawn[0]):
        raise InvalidFile(f"{path}: its columns are not those of this version; make the file anew")
    for line, (before, now) in enumerate(zip(written[1:], drawn[1:], strict=True), start=2):
        for name, old, new in zip(header[len(WHO) :], before[len(WHO) :], now[len(WHO) :], strict=True):
            if old != new and not _near(old, new):
                raise InvalidFile(
                    f"{path}, line {line}: '{name}' is {old[:20]}, and this version draws the patient with {new}; "
                    f"make the file anew with `immunoreset population`"
                )


def _near(first: str, second: str) -> bool:
    try:
        return bool(np.isclose(float(first), float(second), rtol=_SAME, atol=0))
    except ValueError:
        return False
