"""A quantity of ours beside that of another program: the largest difference, and whether it is within tolerance."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Row = dict[str, str]
Rows = list[Row]


class Pair(NamedTuple):
    """A quantity with its numbers by the product and by the other program, one number or an array of the same shape."""

    quantity: str
    ours: ArrayLike
    theirs: ArrayLike


@dataclass(frozen=True)
class Tolerance:
    """The unit of a quantity and the largest absolute difference that is still agreement; `why` says where it comes from."""

    unit: str
    largest: float
    why: str


@dataclass(frozen=True)
class Table:
    """A reference file, the program it comes from, and how its rows are computed here.

    `tolerances` holds one for every quantity that `pairs` gives.
    """

    file: str
    title: str
    program: str
    pairs: Callable[[Rows], Iterable[Pair]]
    tolerances: dict[str, Tolerance]


class Comparison(NamedTuple):
    """A quantity of a table over all rows: how many numbers, the largest difference and the verdict."""

    table: str
    title: str
    program: str
    quantity: str
    unit: str
    numbers: int
    largest_difference: float
    tolerance: float
    tolerance_from: str
    agrees: bool


def read_rows(file: str) -> Rows:
    """The rows of a packaged reference file."""
    text = (files("immunoreset.validation") / "references" / file).read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def compare(table: Table, rows: Rows | None = None) -> Iterator[Comparison]:
    """The comparisons of a table, a quantity at a time, from its packaged rows unless others are given.

    A number on one side only is an infinite difference; missing on both sides is agreement.
    """
    found: dict[str, list[np.ndarray]] = {name: [] for name in table.tolerances}
    for quantity, ours, theirs in table.pairs(read_rows(table.file) if rows is None else rows):
        found[quantity].append(_differences(np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)))
    for quantity, parts in found.items():
        allowed, away = table.tolerances[quantity], np.concatenate(parts) if parts else np.array([np.inf])
        largest = float(away.max(initial=0.0))
        yield Comparison(
            table.file, table.title, table.program, quantity, allowed.unit, len(away), largest, allowed.largest, allowed.why,
            largest <= allowed.largest,
        )  # fmt: skip


def _differences(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    if ours.shape != theirs.shape:
        return np.full(max(ours.size, theirs.size, 1), np.inf)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):  # an infinity beside a number
        away = np.where(same, 0.0, np.abs(ours - theirs))
    return np.nan_to_num(np.ravel(away), nan=np.inf)


def numbers(text: str) -> list[float]:
    """Numbers between semicolons; NA and ---- are missing."""
    return [float("nan") if part in ("NA", "----", "") else float(part) for part in text.split(";")]


def optional(text: str) -> float | None:
    """One number, or None where there is none."""
    return None if text in ("", "NA") else float(text)
