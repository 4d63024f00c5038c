"""The screen: each unknown by itself one standard deviation of its prior up and down, on the same quasi-random patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BLOCKS = 16
NOISE = 4.0
"""An effect of less than this many standard errors is called noise."""
LEFT = 4
NOTHING = 1e-12  # of the spread between patients: less is rounding


@dataclass(frozen=True)
class Screen:
    """Effects (K, H) of one prior standard deviation on the number of the cohort, in its unit, and their standard errors.

    `spread` (H,) is the standard deviation between patients, `mean` (H,) the number at the centre. `curvature` (K, H) is the half
    sum of both steps less twice the centre. nan where a step has no patients.
    """

    effect: Floats
    error: Floats
    curvature: Floats
    mean: Floats
    spread: Floats

    @property
    def t(self) -> Floats:
        """Effect over standard error; 0 for none at all, nan where there is no effect to speak of."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(self.error > 0, self.effect / self.error, np.sign(self.effect) * np.inf)
        return np.where(self.effect == 0, 0.0, ratio)

    @property
    def noise(self) -> NDArray[np.bool_]:
        """Where no effect can be told from none."""
        return ~(np.abs(self.t) >= NOISE)

    @property
    def in_spreads(self) -> Floats:
        """Effects in standard deviations between patients; nan where patients do not differ."""
        return self.effect / np.where(self.spread > 0, self.spread, np.nan)

    def ranks(self) -> NDArray[np.int64]:
        """The unknowns, those with most of all headlines first: by the sum over headlines of their share of the squared effects.

        What is not noise comes first; among the rest, squares are taken less what noise adds to them.
        """
        told = np.where(self.noise, 0.0, self.effect**2)
        rest = np.maximum(np.nan_to_num(self.effect**2 - self.error**2), 0.0)
        return np.argsort(-(_shares(told) + 1e-3 * _shares(rest)), kind="stable")


def _shares(squares: Floats) -> Floats:
    whole = squares.sum(axis=0)
    return (squares / np.where(whole > 0, whole, 1.0)).sum(axis=1)


def points_of(unknowns: int) -> Floats:
    """The points (1 + 2 K, K): the centre, then each unknown up, then each down."""
    steps = np.eye(unknowns)
    return np.concatenate([np.zeros((1, unknowns)), steps, -steps])


def screened(values: Floats) -> Screen:
    """The screen of headlines (1 + 2 K, n, H) at `points_of` K unknowns, on n patients in blocks of equal size."""
    centre, (up, down) = values[0], np.split(values[1:], 2)
    difference, bend = (up - down) / 2, (up + down) / 2 - centre
    blocks = np.stack([_means(block) for block in np.array_split(difference, BLOCKS, axis=1)])
    known = np.isfinite(blocks).sum(axis=0)
    deviations = np.where(np.isfinite(blocks), blocks - _mean_of(blocks), 0.0)
    error = np.sqrt((deviations**2).sum(axis=0) / np.maximum(known - 1, 1) / np.maximum(known, 1))
    effect, mean = _means(difference), _means(centre[None])[0]
    spread = np.sqrt(_means((centre - mean)[None] ** 2)[0])
    nothing = np.abs(effect) <= NOTHING * np.maximum(spread, np.abs(mean))
    return Screen(np.where(nothing, 0.0, effect), np.where(known > 1, error, np.nan), _means(bend), mean, spread)


def _means(values: Floats) -> Floats:
    """Over patients, the axis before the last, of those who have a number."""
    known = np.isfinite(values)
    count = known.sum(axis=-2)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=-2) / np.maximum(count, 1), np.nan)


def _mean_of(blocks: Floats) -> Floats:
    known = np.isfinite(blocks)
    return np.where(known, blocks, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def strongest(screen: Screen, usable: Sequence[int], count: int) -> list[int]:
    """The `count` usable unknowns that leave least of any headline unexplained, without those that do nothing at all.

    One after the other, each lowers most the sum over headlines of the fourth power of what is left of the squared effects that
    are no noise: the headline of which most is left counts most. Where nothing is left, `ranks` says who follows.
    """
    able = [place for place in usable if np.any(np.nan_to_num(screen.effect[place]) != 0)]
    told = np.where(screen.noise, 0.0, screen.effect**2)[able]
    whole = told.sum(axis=0)
    shares = told / np.where(whole > 0, whole, 1.0)
    left, chosen = np.ones(len(whole)), []
    while len(chosen) < min(count, len(able)):
        gains = (left**LEFT - np.maximum(left - shares, 0.0) ** LEFT).sum(axis=1)
        gains[chosen] = 0.0
        if not np.any(gains > 0):
            break
        chosen.append(int(np.argmax(gains)))
        left = np.maximum(left - shares[chosen[-1]], 0.0)
    first = [able[place] for place in chosen]
    return (first + [int(place) for place in screen.ranks() if place in able and place not in first])[:count]
