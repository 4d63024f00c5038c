"""All stages of the followers, made after those of the core, without leaving the registers."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine import tableau
from immunoreset.engine.emitter import Function, Places, write_nodes
from immunoreset.engine.equations import Equations
from immunoreset.engine.layout import Offsets
from immunoreset.engine.loops import STAGED
from immunoreset.engine.stages import argument, earlier, earlier_weights, time_weight
from immunoreset.engine.trace import Symbol
from immunoreset.engine.vector_math import DOUBLES, LANES, splat

_BATCH = 2  # followers whose stages are made side by side, so that neither waits for itself; more would not fit the registers


class _Follower(NamedTuple):
    """A follower while its stages are written: what does not change from stage to stage, and its values so far."""

    number: int
    pivot: str
    old: str
    by_time: str
    by_drives: list[tuple[str, int]]  # derivatives by what drives it
    others: list[tuple[str, list[str]]]  # derivatives by other followers, and their increments
    values: list[str]


def follow(equations: Equations, at: Offsets, places: Places) -> str:
    """All stages of each follower, from the drives that `rates` and `solve` left of each stage."""
    function = Function("follow")
    core, jacobian = equations.core, equations.jacobian
    step = function.load(at.step)
    weights = earlier_weights(function, function.divide(splat(1.0), step))
    diagonal = function.divide(splat(1 / tableau.GAMMA), step)
    by_time = [time_weight(function, equations, stage, step) for stage in range(tableau.STAGES)]
    drives = {node.number: at.increments + STAGED * k for k, node in enumerate(equations.drives, start=equations.size)}
    stages = [
        dict(places) | {node: ("vector", place + LANES * j) for node, place in drives.items()} for j in range(tableau.STAGES)
    ]
    known: list[dict[int, str]] = [{} for _ in range(tableau.STAGES)]
    lasting: dict[int, str] = {}
    kept = dict(places)
    for k, entry in enumerate(jacobian.for_followers, start=len(jacobian.plan.slot)):
        if not entry.constant_in_time:
            kept[entry.number] = ("vector", at.factors + LANES * k)
    solved: list[list[str]] = []
    changes: dict[tuple[int, int], str] = {}
    row_of = {state: row for row, state in enumerate(equations.states)}

    def derivative(entry: Symbol) -> str:
        return write_nodes(function, [entry], kept, lasting)[0]

    def change_of(drive: int, stage: int) -> str:
        """How a drive changes with the increments of a stage; that of a state is its own increment."""
        if (drive, stage) not in changes:
            node = equations.drives[drive]
            row = row_of[node.payload] if node.operation == "state" else equations.size + len(equations.drives) + drive
            changes[drive, stage] = function.load(at.increments + STAGED * row + LANES * stage)
        return changes[drive, stage]

    def begin(k: int) -> _Follower:
        by_drives = [(derivative(entry), j) for j, entry in jacobian.by_drives[k].items()]
        own, others = f"fneg {DOUBLES} {diagonal}", []
        for j, entry in jacobian.by_followers[k].items():
            if j == k:
                own = f"fsub contract {DOUBLES} {derivative(entry)}, {diagonal}"
            else:
                others.append((derivative(entry), solved[j]))
        pivot = function.divide(splat(1.0), function.emit(own))
        by_time = function.load(at.time_rates + LANES * (core + k)) if equations.by_time[core + k] is not None else ""
        return _Follower(k, pivot, function.load(at.state + LANES * (core + k)), by_time, by_drives, others, [])

    def advance(one: _Follower, stage: int) -> None:
        row, increments = core + one.number, solved[one.number]
        value = argument(function, stage, one.values[-1] if stage >= 6 else one.old, increments)
        one.values.append(value)
        if one.number < len(equations.leaves):
            known[stage][equations.leaves[one.number].number] = value
        place = at.increments + STAGED * row + LANES * stage
        left = earlier(function, weights[stage], increments)
        if by_time[stage] and one.by_time:
            left = function.subtract(left, function.multiply(by_time[stage], one.by_time))
        left = function.subtract(left, write_nodes(function, [equations.rates[row]], stages[stage], known[stage])[0])
        for entry, drive in one.by_drives:
            left = function.subtract(left, function.multiply(entry, change_of(drive, stage)))
        for entry, found in one.others:
            left = function.subtract(left, function.multiply(entry, found[stage]))
        increments.append(function.multiply(left, one.pivot))
        function.store(increments[-1], place)

    for batch in equations.batches(_BATCH):
        solved += [[] for _ in batch]
        begun = [begin(k) for k in batch]
        for stage in range(tableau.STAGES):
            for one in begun:
                advance(one, stage)
        for one in begun:
            function.store(one.values[-1], at.new_state + LANES * (core + one.number))
    return function.text()
