"""The order in which a sparse matrix is factored, planned once from its pattern.

Rosenbrock matrices 1/(h gamma) I - J need no pivoting at the step sizes that the error control accepts, so the
elimination is a fixed list of multiply-adds (pivots on the diagonal by least local fill, Tinney and Walker 1967, scheme 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class LuPlan(NamedTuple):
    """Rows and columns of the factors after the symbolic elimination.

    `order[k]` is the state eliminated k-th; `lower[i]` and `upper[i]` are the columns of row i left and right of its
    pivot, in elimination order; `slot` numbers the stored entries (row, column).
    """

    order: list[int]
    lower: list[list[int]]
    upper: list[list[int]]
    slot: dict[tuple[int, int], int]

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one factorisation."""
        return sum(len(self.upper[pivot]) for row in range(len(self.order)) for pivot in self.lower[row])

    @property
    def work(self) -> int:
        """Cost of one step in multiply-adds: one factorisation and a solve for each of the eight stages."""
        return self.multiply_adds + 8 * len(self.slot)


def plan(size: int, entries: Iterable[tuple[int, int]]) -> LuPlan:
    """Order the elimination by least new entries and multiply-adds at each pivot, as `LuPlan.work` weighs them; ties go to the
    lowest index. Sets of rows and columns are whole numbers, a bit for each."""
    rows = [1 << i for i in range(size)]
    columns = [1 << i for i in range(size)]
    for i, j in entries:
        rows[i] |= 1 << j
        columns[j] |= 1 << i
    filled = list(rows)
    order: list[int] = []
    left = set(range(size))

    def cost(k: int) -> tuple[int, int]:
        below, right = columns[k] & ~(1 << k), rows[k] & ~(1 << k)
        fill = sum((right & ~rows[i]).bit_count() for i in _members(below))
        return 8 * fill + below.bit_count() * right.bit_count(), k

    while left:
        pivot = min(left, key=cost)
        order.append(pivot)
        left.remove(pivot)
        below, right = columns[pivot] & ~(1 << pivot), rows[pivot] & ~(1 << pivot)
        for i in _members(below):
            filled[i] |= right
            rows[i] = (rows[i] | right) & ~(1 << pivot)
        for j in _members(right):
            columns[j] = (columns[j] | below) & ~(1 << pivot)
    rank = {state: k for k, state in enumerate(order)}
    lower = [sorted((j for j in _members(filled[i]) if rank[j] < rank[i]), key=rank.__getitem__) for i in range(size)]
    upper = [sorted((j for j in _members(filled[i]) if rank[j] > rank[i]), key=rank.__getitem__) for i in range(size)]
    forwards = [(i, j) for i in order for j in lower[i]]
    backwards = [(i, j) for i in reversed(order) for j in (*reversed(upper[i]), i)]
    return LuPlan(order, lower, upper, slot={place: k for k, place in enumerate([*forwards, *backwards])})


def _members(bits: int) -> Iterator[int]:
    """The numbers whose bits are set."""
    while bits:
        last = bits & -bits
        yield last.bit_length() - 1
        bits ^= last
