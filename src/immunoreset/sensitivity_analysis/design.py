"""The points of the unknowns at which a cohort is simulated: rows A and B, and A with one factor at a time from B."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.inference.points import normal_points

Floats = NDArray[np.float64]
OTHERS = "all others"


@dataclass(frozen=True)
class Factors:
    """`names` of K factors, and the columns of the unknowns that each moves: one of its own, or all of a group."""

    names: tuple[str, ...]
    columns: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.names)


def factors_of(unknowns: tuple[str, ...], singly: tuple[str, ...]) -> Factors:
    """Each of `singly` by itself, and all other unknowns together as the last factor, where there are any."""
    places = {name: place for place, name in enumerate(unknowns)}
    others = tuple(place for name, place in places.items() if name not in singly)
    group = ((OTHERS, others),) if others else ()
    named = [(name, (places[name],)) for name in singly] + list(group)
    return Factors(tuple(name for name, _ in named), tuple(columns for _, columns in named))


def ends(factors: Factors, rows: int, seed: int) -> Floats:
    """Coordinates z, standard normal, of points A and B: (rows, 2, unknowns).

    Both are one scrambled Sobol point of twice as many coordinates; those of single factors come first, where the points fill
    space best.
    """
    single = [columns[0] for columns in factors.columns if len(columns) == 1]
    rest = [column for columns in factors.columns if len(columns) > 1 for column in columns]
    points = normal_points(rows, 2 * (len(single) + len(rest)), seed)
    found = np.zeros((rows, 2, len(single) + len(rest)))
    found[:, :, single] = points[:, : 2 * len(single)].reshape(rows, 2, -1)
    found[:, :, rest] = points[:, 2 * len(single) :].reshape(rows, 2, -1)
    return found


def mixed(factors: Factors, points: Floats) -> Floats:
    """A with one factor at a time from B: (rows, K, unknowns), of `ends`."""
    found = np.repeat(points[:, :1], len(factors), axis=1)
    for place, columns in enumerate(factors.columns):
        found[:, place, columns] = points[:, 1, columns]
    return found
