"""Draws from what is known of the numbers: of a calibration, or of the prior where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidFile, InvalidValue
from immunoreset.inference.points import normal_points
from immunoreset.inference.unknowns import Unknown, theta_of
from immunoreset.patient.theta import Theta

Floats = NDArray[np.float64]
FILE = "posterior.parquet"
"""The draws in the folder of a calibration: one row per draw, one column per unknown, in the unit of the number."""


@dataclass(frozen=True)
class Posterior:
    """`draws` (D, K) of the unknowns `names`, each in its unit; `source` says in words where they come from.

    `is_prior` where no data have spoken; every label says so.
    """

    names: tuple[str, ...]
    draws: Floats
    source: str
    is_prior: bool = False

    def __len__(self) -> int:
        return len(self.draws)

    def thetas(self, n: int, base: Theta) -> list[Theta]:
        """`n` draws, evenly spaced over all, as numbers of the model: `base` with the unknowns' values in place of its own."""
        if not 1 <= n <= len(self):
            raise InvalidValue(f"{n} draws of {len(self)}; ask for 1 to {len(self)}")
        return [self.theta(place, base) for place in self.order(n)[:n].tolist()]

    def theta(self, place: int, base: Theta) -> Theta:
        """One draw as numbers of the model."""
        return theta_of(dict(zip(self.names, self.draws[place].tolist(), strict=True)), base)

    def order(self, n: int) -> NDArray[np.int64]:
        """The places of all draws (D,): first `n` evenly spaced ones, all where there are fewer, then the others."""
        first = np.arange(min(n, len(self))) * len(self) // min(n, len(self))
        return np.concatenate([first, np.setdiff1d(np.arange(len(self)), first)])

    def only(self, names: Sequence[str]) -> Posterior:
        """The same draws of these unknowns alone, so that the others stay as they are in the model."""
        columns = [self.names.index(name) for name in names]
        return replace(self, names=tuple(names), draws=self.draws[:, columns])

    @classmethod
    def of_prior(cls, unknowns: Sequence[Unknown], n: int, seed: int) -> Posterior:
        """`n` quasi-random draws of the prior, in random order: evenly spaced points of the sequence lie close together."""
        z = normal_points(n, len(unknowns), seed)
        np.random.default_rng(seed).shuffle(z)
        values = np.column_stack([own.value(z[:, column]) for column, own in enumerate(unknowns)])
        return cls(tuple(own.name for own in unknowns), values, "the prior: what bounds and standing of each number allow", True)

    @classmethod
    def read(cls, folder: Path) -> Posterior:
        """The draws in the folder of a calibration. Raises InvalidFile."""
        import duckdb

        file = folder / FILE if folder.is_dir() else folder
        if not file.is_file():
            raise InvalidFile(f"'{folder}' holds no {FILE}; name the folder of a calibration")
        other = InvalidFile(f"'{file}' is not a table of draws; name the folder of a calibration, which holds {FILE}")
        try:
            table = duckdb.from_parquet(str(file)).fetchnumpy()
            draws = np.column_stack([np.asarray(column, dtype=float) for column in table.values()])
        except (duckdb.Error, ValueError):
            raise other from None
        if not all("." in name for name in table):  # a number of the model is MODULE.NUMBER
            raise other
        if not len(draws) or not np.isfinite(draws).all():
            raise InvalidFile(f"'{file}' has no draws, or some that are not numbers")
        return cls(tuple(table), draws, f"the calibration in '{folder}'")
