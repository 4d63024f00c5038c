"""How often a trial crosses a boundary at each look, by integrating the exact joint distribution of its statistics.

The score B(t) = Z(t) sqrt(t) grows by independent normal steps with mean drift * step and variance step, where t is the share of
the planned information and drift the mean of Z at the last look. The density of the trials still running is carried from look to
look (Armitage, McPherson & Rowe 1969) on Gauss-Legendre panels fine enough for the narrowest step; the error is below 1e-10.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANEL = 4.0  # standard deviations of the narrowest step that one panel of 16 nodes covers
_REACH = 8.5  # standard deviations beyond which nothing is left to integrate
_PER_AREA = 1 / np.sqrt(2 * np.pi)


class Running(NamedTuple):
    """The trials still running after a look: its information, the score at the nodes (n,) and the probability held there (n,)."""

    information: float
    score: Floats
    mass: Floats


class Crossing(NamedTuple):
    """Probability of stopping at each look (K,), above the upper or below the lower bound."""

    upper: Floats
    lower: Floats


def begin() -> Running:
    """Every trial, before any information."""
    return Running(0.0, np.zeros(1), np.ones(1))


def above(now: Running, at: float, *, bound: float, drift: float = 0.0) -> float:
    """Probability that a running trial has Z at or above `bound` when the information is `at`.

    >>> round(above(begin(), 1.0, bound=1.959963985), 6)
    0.025
    """
    step = at - now.information
    return float(now.mass @ ndtr((now.score + drift * step - bound * np.sqrt(at)) / np.sqrt(step)))


def below(now: Running, at: float, *, bound: float, drift: float = 0.0) -> float:
    """Probability that a running trial has Z below `bound` when the information is `at`."""
    step = at - now.information
    return float(now.mass @ ndtr((bound * np.sqrt(at) - now.score - drift * step) / np.sqrt(step)))


def carry(now: Running, at: float, *, until: float, lower: float, upper: float, drift: float = 0.0) -> Running:
    """The trials that stay between the bounds at information `at`; `until` is the information of the look after it."""
    step = at - now.information
    centre, reach = drift * at, _REACH * np.sqrt(at)
    low, high = max(lower * np.sqrt(at), centre - reach), min(upper * np.sqrt(at), centre + reach)
    if high <= low:
        return Running(at, np.zeros(1), np.zeros(1))
    panels = int(np.ceil((high - low) / (_PANEL * np.sqrt(min(step, until - at)))))
    edges = np.linspace(low, high, panels + 1)
    half = (high - low) / (2 * panels)
    score = ((edges[:-1] + edges[1:])[:, None] / 2 + half * _NODES).ravel()
    spread = np.sqrt(step)
    away = (score[:, None] - (now.score + drift * step)) / spread
    density = np.exp(-0.5 * away * away) @ now.mass * (_PER_AREA / spread)
    return Running(at, score, density * half * np.tile(_WEIGHTS, panels))


def crossing(information: Sequence[float], *, lower: Sequence[float], upper: Sequence[float], drift: float = 0.0) -> Crossing:
    """Probability of leaving through either bound at each look; at the last look the lower bound only splits what is left.

    >>> result = crossing([0.5, 1.0], lower=[-np.inf, -np.inf], upper=[2.178272095, 2.178272095])
    >>> round(float(result.upper.sum()), 8)
    0.025

    Source: Jennison & Turnbull 2000, chapter 19 (the same recursion, with other nodes).
    """
    looks = len(information)
    up, down = np.zeros(looks), np.zeros(looks)
    now = begin()
    for look, at in enumerate(information):
        up[look] = above(now, at, bound=upper[look], drift=drift)
        down[look] = below(now, at, bound=lower[look], drift=drift)
        if look + 1 < looks:
            now = carry(now, at, until=information[look + 1], lower=lower[look], upper=upper[look], drift=drift)
    return Crossing(up, down)
