"""What the stepper needs of a traced model: rates, sparse derivatives, an elimination plan, and which states only follow.

A follower is read by no rate but its own and those of other followers: organs that follow inflammation, blood counts, a hazard
that adds up. The other states, the core, do not wait for it, so it has no row in the factorisation: all its stages are made
after theirs, one follower at a time, without leaving the registers. The method and its result are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from immunoreset.engine.hubs import choose_hubs, supports
from immunoreset.engine.jacobian import gradients, time_gradient
from immunoreset.engine.lu_plan import LuPlan, plan
from immunoreset.engine.trace import STATE, TIME, Symbol, closure

Row = dict[int, Symbol]  # derivatives that are not zero, by unknown


class Jacobian(NamedTuple):
    """Derivatives of the rates. The unknowns of the linear systems are the rows of the core and then the hubs."""

    plan: LuPlan
    rows: list[Row]  # of the core and of the hubs
    of_drives: list[Row]  # of what drives the followers, by the same unknowns
    by_drives: list[Row]  # of each follower, by what drives it
    by_followers: list[Row]  # of each follower, by itself and by followers before it: their numbers, from 0

    @property
    def work(self) -> int:
        """Cost of one step in multiply-adds."""
        return self.plan.work + 8 * len(_entries(self.of_drives))

    def unchanged(self) -> dict[tuple[int, int], Symbol]:
        """Entries right of their pivots that no elimination changes and that do not change in time."""
        order, lower, upper, _ = self.plan
        changed = {(i, k) for i in order for j in lower[i] for k in upper[j]}
        places = ((i, k) for i in order for k in upper[i] if (i, k) not in changed)
        return {place: self.rows[place[0]][place[1]] for place in places if self.rows[place[0]][place[1]].constant_in_time}

    @property
    def for_followers(self) -> list[Symbol]:
        """The entries that are no part of the linear systems, in the order in which they are kept."""
        return [*_entries(self.of_drives), *_entries(self.by_drives), *_entries(self.by_followers)]

    @property
    def entries(self) -> list[Symbol]:
        return [*_entries(self.rows), *self.for_followers]


def _entries(rows: Sequence[Row]) -> list[Symbol]:
    return [entry for row in rows for entry in row.values()]


class Equations:
    """Rates by row: the core, then followers, each after those that it reads; hazards are the last followers.

    `states` are the model states in row order, `rates` their rates and those of the hazards. `leaves` are the followers that
    are states, `drives` what the rates of followers read of the core and of time.
    """

    def __init__(self, rates: Mapping[int, Symbol], hazards: Sequence[Symbol]) -> None:
        following = followers(rates)
        core = [state for state in rates if state not in following]
        self.states = [*core, *following]
        self.rates = [*(rates[state] for state in self.states), *hazards]
        self.core, self.size = len(core), len(self.rates)
        graph = self.rates[0].graph
        self.leaves = [graph.leaf("state", state) for state in following]
        self.drives = _drives(self.rates[self.core :], self.leaves)
        self.by_time = time_gradient(graph, self.rates)
        self.depends_on_time = any(node is not None for node in self.by_time)
        hubs = choose_hubs(self._solved)
        self.jacobian = min(self._derivatives([]), self._derivatives(hubs), key=lambda made: made.work)

    @property
    def _solved(self) -> list[Symbol]:
        """The rates of the core, and what drives the followers."""
        return [*self.rates[: self.core], *self.drives]

    def _derivatives(self, hubs: Sequence[Symbol]) -> Jacobian:
        graph, core = self.rates[0].graph, self.core
        place = {state: row for row, state in enumerate(self.states)}
        found = [
            {place[j] if j >= 0 else core - 1 - j: entry for j, entry in row.items()}
            for row in gradients(graph, self._solved, hubs=hubs)
        ]
        rows, of_drives = [*found[:core], *found[len(self._solved) :]], found[core : len(self._solved)]
        drive_of = {-1 - k: k for k in range(len(self.drives))}
        drive_of |= {drive.payload: k for k, drive in enumerate(self.drives) if drive.operation == "state"}
        following = gradients(graph, self.rates[core:], hubs=self.drives)[: self.size - core]
        return Jacobian(
            plan=plan(len(rows), ((i, j) for i, row in enumerate(rows) for j in row)),
            rows=rows,
            of_drives=of_drives,
            by_drives=[{drive_of[j]: entry for j, entry in row.items() if j in drive_of} for row in following],
            by_followers=[{place[j] - core: entry for j, entry in row.items() if j not in drive_of} for row in following],
        )

    def batches(self, most: int) -> list[list[int]]:
        """The followers in order, at most so many at a time that do not read one another."""
        found: list[list[int]] = []
        for k, row in enumerate(self.jacobian.by_followers):
            if found and len(found[-1]) < most and not any(j in found[-1] for j in row if j != k):
                found[-1].append(k)
            else:
                found.append([k])
        return found

    @property
    def width(self) -> int:
        """Vectors that are kept of each stage: increments, what drives the followers, and how that changes by increments."""
        return self.size + 2 * len(self.drives)

    @property
    def nodes(self) -> list[Symbol]:
        """Everything that a step computes."""
        by_time = [node for node in self.by_time if node is not None]
        return [*self.rates, *self.jacobian.entries, *by_time]


def followers(rates: Mapping[int, Symbol]) -> list[int]:
    """The states that only follow, each after those that it reads."""
    below = supports(closure(list(rates.values())), {})
    found: list[int] = []
    while True:
        core = [state for state in rates if state not in found]
        read = {state: below[rates[state].number] & ~(1 << 2 * state) for state in core}
        unread = [state for state in core if not any(bits >> 2 * state & 1 for bits in read.values())]
        if not unread:
            return found
        found = [*unread, *found]


def _drives(rates: Sequence[Symbol], leaves: Sequence[Symbol]) -> list[Symbol]:
    """Parts of some rates that depend on states or time but on none of the followers (`leaves`)."""
    nodes = closure(rates)
    follow = {leaf.number for leaf in leaves}
    for node in nodes:
        if any(argument.number in follow for argument in node.arguments):
            follow.add(node.number)

    def mixed(node: Symbol) -> bool:
        """A sum, or a multiple that lasts: followers mix the same parts, each in its own way."""
        multiple = node.operation == "multiply" and any(argument.constant_in_time for argument in node.arguments)
        return multiple or node.operation in ("add", "subtract")

    def passed(node: Symbol) -> bool:
        return node.number not in follow and not mixed(node) and node.operation != "compare"  # which is not a number

    seen = closure(rates, stop=passed)
    return [node for node in seen if passed(node) and node.depends & (STATE | TIME)]
