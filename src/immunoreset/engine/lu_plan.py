"""The order in which a sparse matrix is factored, planned once from its pattern.

Rosenbrock matrices 1/(h gamma) I - J need no pivoting at the step sizes that the error control accepts, so the
elimination is a fixed list of multiply-adds (Markowitz 1957 ordering on the diagonal).
"""

from __future__ import annotations

from collections.abc import Iterable
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
    """Order the elimination by least Markowitz cost and find the fill; ties go to the lowest index."""
    rows: list[set[int]] = [{i} for i in range(size)]
    columns: list[set[int]] = [{i} for i in range(size)]
    for i, j in entries:
        rows[i].add(j)
        columns[j].add(i)
    filled = [set(row) for row in rows]
    order: list[int] = []
    left = set(range(size))
    while left:
        pivot = min(left, key=lambda k: ((len(rows[k]) - 1) * (len(columns[k]) - 1), k))
        order.append(pivot)
        left.remove(pivot)
        below, right = columns[pivot] - {pivot}, rows[pivot] - {pivot}
        for i in below:
            for j in right:
                rows[i].add(j)
                columns[j].add(i)
                filled[i].add(j)
            rows[i].discard(pivot)
        for j in right:
            columns[j].discard(pivot)
    rank = {state: k for k, state in enumerate(order)}
    lower = [sorted((j for j in filled[i] if rank[j] < rank[i]), key=rank.__getitem__) for i in range(size)]
    upper = [sorted((j for j in filled[i] if rank[j] > rank[i]), key=rank.__getitem__) for i in range(size)]
    slot: dict[tuple[int, int], int] = {}
    for i in order:
        for j in (*lower[i], i, *upper[i]):
            slot[i, j] = len(slot)
    return LuPlan(order, lower, upper, slot)
