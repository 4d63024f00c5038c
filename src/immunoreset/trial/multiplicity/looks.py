"""Graphical gates over several looks: each hypothesis has its own group-sequential boundary at its share of alpha.

When a hypothesis is rejected its share goes on, and the receiving ones are tested again at the same look, with the boundary that
the larger share would have had from the start (Maurer & Bretz 2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from immunoreset.errors import InvalidValue
from immunoreset.trial.group_sequential.critical_values import critical_values
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.multiplicity.graph import Graph, hand_on

_LEAST_ALPHA = 1e-9


class LookStep(NamedTuple):
    """One rejection: at which look (from 1), of what, and the nominal level that its p-value met."""

    look: int
    name: str
    nominal_level: float


class LooksResult(NamedTuple):
    """The rejections in order, and the shares of alpha (H,) that are left with the hypotheses still standing."""

    path: tuple[LookStep, ...]
    shares: tuple[float, ...]


@lru_cache(maxsize=512)
def nominal_levels(design: GroupSequential, local_alpha: float) -> tuple[float, ...]:
    """One-sided p-values that reject at each look (K,) when the hypothesis holds so much alpha.

    >>> [round(level, 5) for level in nominal_levels(GroupSequential("asOF", looks=2), 0.0125)]
    [0.00041, 0.01236]
    """
    if local_alpha < _LEAST_ALPHA:
        return (0.0,) * len(design.information)
    beta = min(design.beta, (1 - local_alpha) / 2)
    return tuple(map(float, ndtr(-critical_values(replace(design, alpha=local_alpha, beta=beta, futility=None)))))


def reject_at_looks(graph: Graph, designs: Sequence[GroupSequential], p: ArrayLike, *, alpha: float = 0.025) -> LooksResult:
    """Test one-sided p-values (K looks so far, H) through the graph; nan where a hypothesis was not tested at a look.

    >>> gate = Graph(("response", "flare"), (1.0, 0.0), ((0.0, 1.0), (0.0, 0.0)))
    >>> designs = [GroupSequential("asOF", looks=2), GroupSequential("asP", looks=2)]
    >>> found = reject_at_looks(gate, designs, [[0.001, 0.02], [0.01, 0.009]])
    >>> [(step.look, step.name) for step in found.path]
    [(1, 'response'), (2, 'flare')]

    Raises InvalidValue when looks, hypotheses and designs do not match, or a design is two-sided.
    """
    seen = np.atleast_2d(np.asarray(p, dtype=float))
    _check(graph, designs, seen)
    shares, transitions = np.array(graph.shares, dtype=float), np.array(graph.transitions, dtype=float)
    standing = np.ones(len(graph.names), dtype=bool)
    path: list[LookStep] = []
    for look, values in enumerate(seen):
        while True:
            levels = np.array(
                [nominal_levels(design, float(share) * alpha)[look] for design, share in zip(designs, shares, strict=True)]
            )
            met = np.flatnonzero(standing & (values <= levels) & (levels > 0))
            if met.size == 0:
                break
            place = int(met[0])
            path.append(LookStep(look + 1, graph.names[place], float(levels[place])))
            standing[place] = False
            shares, transitions = hand_on(shares, transitions, place)
    return LooksResult(tuple(path), tuple(map(float, shares)))


def _check(graph: Graph, designs: Sequence[GroupSequential], seen: np.ndarray) -> None:
    count = len(graph.names)
    if len(designs) != count or seen.shape[1] != count:
        raise InvalidValue(f"graph over looks: {count} hypotheses need {count} designs and {count} p-values at each look")
    for name, design in zip(graph.names, designs, strict=True):
        if design.sides != 1:
            raise InvalidValue(f"graph over looks: the design of '{name}' has two sides; give sides=1")
        if not design.kind.startswith("as") or design.kind == "asUser":
            raise InvalidValue(
                f"graph over looks: '{name}' needs a spending function (asOF, asP, asHSD, asKD), not {design.kind}"
            )
        if len(design.information) < len(seen):
            raise InvalidValue(f"graph over looks: p-values of {len(seen)} looks, but '{name}' has {len(design.information)}")
    if np.any((seen < 0) | (seen > 1)):
        raise InvalidValue("graph over looks: p-values must be from 0 to 1, or nan where there was no test")
