"""Simon's two-stage designs: a few patients first, more only if enough of them respond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.enumeration import StoppingTable
from immunoreset.whole_numbers import whole_number

Floats = NDArray[np.float64]


class TwoStage(NamedTuple):
    """Stop after `n1` patients with `r1` responses or fewer; with more than `r` of `n` the treatment is promising.

    `expected` is the average number of patients and `early_stop` the probability of stopping early, both at the uninteresting
    rate.
    """

    r1: int
    n1: int
    r: int
    n: int
    expected: float
    early_stop: float
    alpha: float
    power: float

    @property
    def table(self) -> StoppingTable:
        """The same design as a stopping table."""
        return StoppingTable((self.n1, self.n), (self.r1, self.r))


class TwoStageDesigns(NamedTuple):
    """The design with the fewest expected patients, the one with the fewest in all, and the admissible ones between them."""

    optimal: TwoStage
    minimax: TwoStage
    admissible: tuple[TwoStage, ...]


class _Tables(NamedTuple):
    # by patients and responses: probability of exactly so many, and of more than (responses - 1)
    exactly: Floats
    at_least: Floats


def simon_two_stage(p0: float, p1: float, *, alpha: float = 0.05, beta: float = 0.2, n_max: int = 150) -> TwoStageDesigns:
    """Search every two-stage design of at most `n_max` patients for the uninteresting rate `p0` against the target `p1`.

    >>> found = simon_two_stage(0.1, 0.3, n_max=40)
    >>> found.optimal[:4], found.minimax[:4], [design.n for design in found.admissible]
    ((1, 10, 5, 29), (1, 15, 5, 25), [25, 26, 27, 29])

    Raises InvalidValue for rates that do not rise, and when no design of that size keeps both errors. Source: Simon 1989,
    tables 1 and 2; Jung et al. 2004 for the admissible ones.
    """
    if not 0 < p0 < p1 < 1:
        raise InvalidValue(f"two-stage design: rates {p0:g} and {p1:g} must rise, both between 0 and 1")
    if not (0 < alpha < 1 and 0 < beta < 1 - alpha):
        raise InvalidValue(f"two-stage design: alpha {alpha:g} and beta {beta:g} must be above 0 and sum below 1")
    n_max = whole_number("two-stage design: n_max", n_max, least=0)
    if n_max < 2:
        raise InvalidValue(f"two-stage design: at most {n_max} patients; two stages need 2 or more")
    tables = (_tables(p0, n_max), _tables(p1, n_max))
    improving: list[TwoStage] = []
    fewest = float(n_max)
    for n in range(2, n_max + 1):
        found = _best_of_total(n, tables, (alpha, beta), fewest=fewest)
        if found is not None and (not improving or found.expected < fewest):
            improving.append(found)
            fewest = found.expected
    if not improving:
        raise InvalidValue(
            f"two-stage design: none of at most {n_max} patients has alpha {alpha:g} and beta {beta:g}; raise n_max"
        )
    return TwoStageDesigns(improving[-1], improving[0], admissible_designs(improving))


def admissible_designs(by_total: Sequence[TwoStage]) -> tuple[TwoStage, ...]:
    """Designs, given by rising total, that minimise q n + (1 - q) expected for some q from 0 to 1: their lower convex hull."""
    hull: list[TwoStage] = []
    for design in by_total:
        if hull and design.expected >= hull[-1].expected:
            continue
        while len(hull) > 1 and _is_above(hull[-2], hull[-1], design):
            hull.pop()
        hull.append(design)
    return tuple(hull)


def _is_above(left: TwoStage, middle: TwoStage, right: TwoStage) -> bool:
    rise, run = right.expected - left.expected, right.n - left.n
    return (middle.expected - left.expected) * run >= rise * (middle.n - left.n)


def _tables(rate: float, n_max: int) -> _Tables:
    exactly = np.zeros((n_max + 1, n_max + 2))
    exactly[0, 0] = 1.0
    for n in range(1, n_max + 1):
        exactly[n] = exactly[n - 1] * (1 - rate)
        exactly[n, 1:] += exactly[n - 1, :-1] * rate
    return _Tables(exactly, exactly[:, ::-1].cumsum(axis=1)[:, ::-1])


def _best_of_total(n: int, tables: tuple[_Tables, _Tables], errors: tuple[float, float], *, fewest: float) -> TwoStage | None:
    null, effect = tables
    alpha, beta = errors
    last = int((null.at_least[n, 1:] > alpha).sum())  # the smallest r of one stage
    # no test of n patients has more power than one stage that claims a share of the trials with exactly `last` responses
    share = (alpha - null.at_least[n, last + 1]) / null.exactly[n, last]
    if effect.at_least[n, last + 1] + share * effect.exactly[n, last] < 1 - beta:
        return None
    best: TwoStage | None = None
    for n1 in range(1, min(n, int(np.ceil(fewest)))):
        found = _best_of_split(n1, n, tables=tables, errors=errors, last=last)
        if found is not None and (best is None or found.expected < best.expected):
            best = found
    return best


def _best_of_split(
    n1: int, n: int, *, tables: tuple[_Tables, _Tables], errors: tuple[float, float], last: int
) -> TwoStage | None:
    alpha, beta = errors
    size, strength = (_claims(n1, n, table, last=last) for table in tables)
    r = (size > alpha).sum(axis=1)  # for each r1, the smallest r that keeps alpha is the most powerful
    rows = np.arange(len(r))
    power = strength[rows, r]
    good = np.flatnonzero(power >= 1 - beta)
    if good.size == 0:
        return None
    row = int(good[-1])  # the largest r1 stops most often
    early = 1 - float(tables[0].at_least[n1, row + 1])
    return TwoStage(row, n1, int(r[row]), n, n1 + (1 - early) * (n - n1), early, float(size[row, r[row]]), float(power[row]))


def _claims(n1: int, n: int, table: _Tables, *, last: int) -> Floats:
    """Probability of more than r1 responses in the first stage and more than r in all, by r1 and r (up to last)."""
    rows = min(n1, last)
    needed = np.arange(last + 1)[None, :] - np.arange(rows + 1)[:, None] + 1
    second = table.at_least[n - n1][np.clip(needed, 0, n - n1 + 1)]
    both = table.exactly[n1, : rows + 1, None] * second
    above = both[::-1].cumsum(axis=0)[::-1]
    return above[1:] + table.at_least[n1, rows + 1]
