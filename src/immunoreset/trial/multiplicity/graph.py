"""Graphical gates: each hypothesis holds a share of alpha and, once rejected, hands it on along arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.multiplicity.stepwise import checked_p

Floats = NDArray[np.float64]
_ROUNDING = 1e-9
_EQUAL = 1 + 1e-12


@dataclass(frozen=True)
class Graph:
    """Hypotheses, their shares of alpha, and where each share goes when its hypothesis is rejected.

    `transitions[i][j]` is the part of the share of hypothesis i that goes to j.

    >>> gate = Graph(("response", "flare", "steroids"), (1.0, 0.0, 0.0), ((0.0, 0.5, 0.5), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)))
    >>> reject(gate, [0.01, 0.02, 0.011], alpha=0.025).rejected
    (True, True, True)

    Raises InvalidValue when alpha would be spent twice: shares or a row of arrows that sum above 1, or an arrow back to itself.
    """

    names: tuple[str, ...]
    shares: tuple[float, ...]
    transitions: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        count = len(self.names)
        if count == 0 or len(set(self.names)) < count:
            raise InvalidValue(f"graph: hypotheses {', '.join(self.names) or 'missing'} need one name each, all different")
        if len(self.shares) != count or len(self.transitions) != count or any(len(row) != count for row in self.transitions):
            raise InvalidValue(f"graph: {count} hypotheses need {count} shares and {count} rows of {count} arrows")
        if not all(share >= 0 for share in self.shares):
            raise InvalidValue(f"graph: shares {self.shares} must be 0 or more")
        if sum(self.shares) > 1 + _ROUNDING:
            raise InvalidValue(f"graph: alpha spent twice; the shares sum to {sum(self.shares):g}, and at most 1 is there")
        for place, (name, row) in enumerate(zip(self.names, self.transitions, strict=True)):
            if not all(part >= 0 for part in row):
                raise InvalidValue(f"graph: arrows from '{name}' {row} must be 0 or more")
            if row[place] != 0:
                raise InvalidValue(f"graph: '{name}' hands alpha to itself; set that arrow to 0")
            if sum(row) > 1 + _ROUNDING:
                raise InvalidValue(
                    f"graph: alpha spent twice; the arrows from '{name}' sum to {sum(row):g}, and at most 1 is there"
                )

    def place(self, name: str) -> int:
        """Where a hypothesis stands, from 0; UnknownName for one that is not there."""
        if name not in self.names:
            raise errors.unknown("hypothesis", name, self.names)
        return self.names.index(name)


class Step(NamedTuple):
    """One rejection: the hypothesis, its local alpha at that moment, and the shares of all after it."""

    name: str
    local_alpha: float
    shares: tuple[float, ...]


class GraphResult(NamedTuple):
    """Adjusted p-values, rejections (H,) and the path of rejections in order."""

    adjusted: Floats
    rejected: tuple[bool, ...]
    path: tuple[Step, ...]


def hand_on(shares: Floats, transitions: Floats, rejected: int) -> tuple[Floats, Floats]:
    """Shares (H,) and arrows (H, H) after a rejection. Source: Bretz et al. 2009, algorithm 1."""
    new_shares = shares + shares[rejected] * transitions[rejected]
    new_shares[rejected] = 0.0
    through = transitions[:, [rejected]] * transitions[[rejected], :]
    stays = 1 - np.diagonal(through)[:, None]  # what does not come straight back
    new = np.divide(transitions + through, stays, out=np.zeros_like(transitions), where=stays > _ROUNDING)
    new[rejected, :] = 0.0
    new[:, rejected] = 0.0
    np.fill_diagonal(new, 0.0)
    return new_shares, new


def reject(graph: Graph, p: ArrayLike, *, alpha: float = 0.025) -> GraphResult:
    """Test all hypotheses with p-values (H,) through the graph.

    >>> holm = Graph(("A", "B"), (0.5, 0.5), ((0.0, 1.0), (1.0, 0.0)))
    >>> found = reject(holm, [0.012, 0.02], alpha=0.025)
    >>> found.adjusted, [step.name for step in found.path]
    (array([0.024, 0.024]), ['A', 'B'])

    Raises InvalidValue for p-values or alpha out of range. Source: Bretz et al. 2009, algorithms 1 and 2.
    """
    given = checked_p(p)
    if len(given) != len(graph.names):
        raise InvalidValue(f"graph: {len(given)} p-values for {len(graph.names)} hypotheses; give one for each")
    if not 0 < alpha < 1:
        raise InvalidValue(f"graph: alpha is {alpha:g}; it must be between 0 and 1")
    shares, transitions = np.array(graph.shares, dtype=float), np.array(graph.transitions, dtype=float)
    adjusted, left, highest = np.ones(len(given)), list(range(len(given))), 0.0
    path: list[Step] = []
    while left:
        ratios = [given[place] / shares[place] if shares[place] > 0 else np.inf for place in left]
        chosen = left[int(np.argmin(ratios))]
        if not np.isfinite(min(ratios)):
            break
        highest = max(highest, min(1.0, float(min(ratios))))
        adjusted[chosen] = highest
        local = float(shares[chosen]) * alpha
        shares, transitions = hand_on(shares, transitions, chosen)
        left.remove(chosen)
        if highest <= alpha * _EQUAL:
            path.append(Step(graph.names[chosen], local, tuple(map(float, shares))))
    return GraphResult(adjusted, tuple(bool(value <= alpha * _EQUAL) for value in adjusted), tuple(path))


def hierarchy(names: Sequence[str]) -> Graph:
    """The graph that tests in a fixed order.

    >>> hierarchy(["primary", "key secondary"]).transitions
    ((0.0, 1.0), (0.0, 0.0))
    """
    count = len(names)
    rows = tuple(tuple(float(column == row + 1) for column in range(count)) for row in range(count))
    return Graph(tuple(names), (1.0, *(0.0,) * (count - 1)), rows)


def equal_shares(names: Sequence[str]) -> Graph:
    """The graph of Holm: equal shares, handed on equally."""
    count = len(names)
    rows = tuple(tuple(0.0 if column == row else 1 / (count - 1) for column in range(count)) for row in range(count))
    return Graph(tuple(names), (1 / count,) * count, rows)
