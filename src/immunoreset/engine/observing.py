"""What is watched in every step, for eight patients at once: read-outs, rules, hazards and extinctions.

`observe` samples the monitored curves at quarters of the step, looks at every rule on its days and compares hazards and
extinctions with their limits; `read` brings the read-outs up to the end of the step. Both do what is straightforward in all
lanes and mark those lanes in which a moment must be searched for. Marking is generous: a marked lane may have nothing, an
unmarked one has nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.engine.emitter import Function
from immunoreset.engine.layout import Offsets
from immunoreset.engine.readouts import Kind
from immunoreset.engine.vector_math import DOUBLES, LANES, splat

QUARTERS = 4


class Asked(NamedTuple):
    """A read-out, without its numbers."""

    kind: Kind
    monitor: int
    window: int | None  # the same number for the same window; None for one that never closes


class Watched(NamedTuple):
    """The structure of what is watched."""

    monitors: int  # of read-outs, then of extinctions
    readouts: Sequence[Asked]
    extinctions: Sequence[int]  # monitor of each
    rules: int
    hazards: Sequence[int]  # row of each

    def groups(self) -> dict[tuple[int, ...] | None, list[int]]:
        """Monitors by the windows in which they are needed; those of extinctions and of endless windows, None, come first."""
        found: dict[tuple[int, ...] | None, list[int]] = {None: []}
        for monitor in range(self.monitors):
            windows = {readout.window for readout in self.readouts if readout.monitor == monitor}
            key = None if None in windows or not windows else tuple(sorted(w for w in windows if w is not None))
            found.setdefault(key, []).append(monitor)
        return found


def observe(watched: Watched, at: Offsets, monitored: Sequence[int]) -> str:
    """Samples, and `noticed`: the lanes in which a rule acts, a hazard comes due or a sum falls below its limit."""
    function = Function("observe")
    function.call("dense")
    if watched.monitors:
        _sample(function, watched, at, monitored)
    chosen = function.compare("une", function.load(at.chosen), splat(0.0))
    always = function.compare("une", function.load_shared(at.always), splat(0.0))
    function.store(function.choose(always, splat(1.0)), at.attention)
    for k, row in enumerate(watched.hazards):
        reached = function.compare("oge", function.load(at.new_state + LANES * row), function.load(at.hazard_next + LANES * k))
        _attend(function, at, reached)
    for monitor in watched.extinctions:
        before = function.compare("oge", function.load(_sample_at(at, watched, 0, monitor)), splat(0.0))
        after = function.compare("olt", function.load(_sample_at(at, watched, QUARTERS, monitor)), splat(0.0))
        _attend(function, at, function.both(before, after))
    for rule in range(watched.rules):
        _look(function, at, rule, chosen)
    noticed = function.both(chosen, function.compare("une", function.load(at.attention), splat(0.0)))
    for rule in range(watched.rules):
        old, new = function.load(at.rule_next + LANES * rule), function.load(at.rule_scan + LANES * rule)
        kept = function.choose(noticed, old, function.choose(chosen, new, old))
        function.store(kept, at.rule_next + LANES * rule)
    function.store_number(function.bits(noticed), at.noticed)
    return function.text()


def _sample_at(at: Offsets, watched: Watched, quarter: int, monitor: int) -> int:
    return at.samples + LANES * (quarter * watched.monitors + monitor)


def _attend(function: Function, at: Offsets, mask: str) -> None:
    function.store(function.choose(mask, splat(1.0), function.load(at.attention)), at.attention)


def _sample(function: Function, watched: Watched, at: Offsets, monitored: Sequence[int]) -> None:
    """Monitors at the quarters of the step; row 0 becomes the old row 4. Without read-outs only its end is looked at.

    Monitors whose windows are closed throughout the step in all lanes are left out: they are evaluated from the step on that
    ends where a window begins.
    """
    for k in range(watched.monitors):
        function.store(function.load(_sample_at(at, watched, QUARTERS, k)), _sample_at(at, watched, 0, k))
    groups = watched.groups()
    conditional = [windows for windows in groups if windows is not None]
    chosen = function.compare("une", function.load(at.chosen), splat(0.0))
    needed = {windows: _any_open(function, watched, at, windows, chosen) for windows in conditional}
    for quarter in range(1, QUARTERS + 1):
        target = function.pointer(_sample_at(at, watched, quarter, 0) if quarter < QUARTERS else at.monitors)
        if quarter < QUARTERS and not watched.readouts:
            continue
        if quarter < QUARTERS:
            function.store(splat(quarter / QUARTERS), at.fraction)
            function.call("interpolate_monitored")
        else:
            function.store(function.add(function.load(at.time), function.load(at.step)), at.moment)
            for row in monitored:
                function.store(function.load(at.new_state + LANES * row), at.between + LANES * row)
        function.call("monitor_values0", target)
        for number, windows in enumerate(conditional, start=1):
            label = f"group{number}.{quarter}"
            function.branch(needed[windows], label, f"{label}.done")
            function.block(label)
            function.call(f"monitor_values{number}", target)
            function.jump(f"{label}.done")
            function.block(f"{label}.done")
    for k in range(watched.monitors):
        place = _sample_at(at, watched, QUARTERS, k)
        function.store(function.choose(chosen, function.load(at.monitors + LANES * k), function.load(place)), place)


def _any_open(function: Function, watched: Watched, at: Offsets, windows: Sequence[int], chosen: str) -> str:
    """Lanes whose step touches one of the windows."""
    found = []
    for window in windows:
        r = next(r for r, readout in enumerate(watched.readouts) if readout.window == window)
        start, stop = function.load_shared(at.windows + 3 * r), function.load_shared(at.windows + 3 * r + 1)
        begun = function.compare("oge", function.load(at.end), start)
        found.append(function.both(begun, function.compare("ole", function.load(at.time), stop)))
    return function.both(chosen, function.any_of(found))


def _look(function: Function, at: Offsets, rule: int, chosen: str) -> None:
    """All looks of a rule within the step, up to one at which its condition holds; lanes that await its action do not look."""
    label = f"rule{rule}"
    here = LANES * rule
    waiting = function.compare("olt", function.load(at.pending + 2 * here), splat(math.inf))
    idle = function.either(waiting, function.opposite(chosen))
    function.store(function.load(at.rule_next + here), at.rule_scan + here)
    function.jump(f"{label}.loop")
    function.block(f"{label}.loop")
    day = function.load(at.rule_scan + here)
    due = function.both(function.compare("ole", day, function.load(at.end)), function.opposite(idle))
    function.branch(due, f"{label}.look", f"{label}.done")
    function.block(f"{label}.look")
    fraction = function.emit(f"fdiv {DOUBLES} {function.plain('fsub', day, function.load(at.time))}, {function.load(at.step)}")
    fraction = function.choose(function.compare("ogt", fraction, splat(0.0)), fraction, splat(0.0))
    fraction = function.choose(function.compare("olt", fraction, splat(1.0)), fraction, splat(1.0))
    function.store(fraction, at.fraction)
    function.call(f"condition{rule}")
    holds = function.both(due, function.compare("ogt", function.load(at.conditions + here), splat(0.0)))
    _attend(function, at, holds)
    following = function.plain("fadd", day, function.load(at.rule_every + here))
    late = function.either(holds, function.compare("ogt", following, function.load(at.rule_stop + here)))
    following = function.choose(late, splat(math.inf), following)
    function.store(function.choose(due, following, day), at.rule_scan + here)
    function.jump(f"{label}.loop")
    function.block(f"{label}.done")


class _Curve:
    """One monitor in the step: its samples, the slopes there (per quarter, by parabolas) and on which quarters it turns."""

    def __init__(self, function: Function, values: Sequence[str]) -> None:
        self._function, self.values = function, values
        g = values
        two, half, more = splat(2.0), splat(0.5), splat(1.5)
        plain = function.plain
        first = plain("fsub", plain("fsub", plain("fmul", two, g[1]), plain("fmul", more, g[0])), plain("fmul", half, g[2]))
        last = plain("fadd", plain("fsub", plain("fmul", more, g[4]), plain("fmul", two, g[3])), plain("fmul", half, g[2]))
        middle = [plain("fmul", half, plain("fsub", g[q + 1], g[q - 1])) for q in (1, 2, 3)]
        self._up = [first, *middle, last]
        self._down = [function.emit(f"fneg {DOUBLES} {slope}") for slope in self._up]
        self._negative = [function.emit(f"fneg {DOUBLES} {value}") for value in g]

    def signed(self, sign: int) -> Sequence[str]:
        return self.values if sign > 0 else self._negative

    def turns(self, sign: int, quarter: int, least: str) -> str:
        """Lanes in which sign * curve may have a peak above `least` inside a quarter."""
        function, values = self._function, self.signed(sign)
        left, falls = (self._up[quarter], self._down[quarter + 1]) if sign > 0 else (self._down[quarter], self._up[quarter + 1])
        peak = function.both(function.compare("ogt", left, splat(0.0)), function.compare("ogt", falls, splat(0.0)))
        higher = function.larger(values[quarter], values[quarter + 1])
        bound = function.plain("fadd", higher, function.plain("fmul", splat(0.25), function.larger(left, falls)))
        return function.both(peak, function.compare("ogt", bound, least))


def read(watched: Watched, at: Offsets) -> str:
    """Read-outs at the end of the step; `refine` holds the lanes (as bits) in which each needs a search within it."""
    function = Function("read")
    function.store(splat(0.0), at.attention)
    for r, readout in enumerate(watched.readouts):
        _read_one(function, watched, at, r, readout)
    function.store_number(function.bits(function.compare("une", function.load(at.attention), splat(0.0))), at.refining)
    return function.text()


def _read_one(function: Function, watched: Watched, at: Offsets, r: int, readout: Asked) -> None:
    """One read-out. Where the whole range of the step, doubled, lies on the side where nothing can change, nothing is done."""
    values = [function.load(_sample_at(at, watched, quarter, readout.monitor)) for quarter in range(QUARTERS + 1)]
    start, stop, level = (function.load_shared(at.windows + 3 * r + k) for k in range(3))
    middle = function.plain("fadd", function.load(at.time), function.plain("fmul", splat(0.5), function.load(at.step)))
    inside = function.both(function.compare("oge", middle, start), function.compare("ole", middle, stop))
    is_open = function.both(function.compare("une", function.load(at.chosen), splat(0.0)), inside)
    if readout.kind == Kind.AREA:
        _add_area(function, values, at, r, is_open)
        return
    always = function.compare("une", function.load_shared(at.always), splat(0.0))
    best = function.load(at.best + LANES * r)
    low, high = function.smallest(values), function.largest(values)
    above = function.plain("fsub", function.plain("fmul", splat(2.0), high), low)
    below = function.plain("fsub", function.plain("fmul", splat(2.0), low), high)
    if readout.kind <= Kind.TIME_OF_MAXIMUM:
        nothing = function.compare("ole", above, best)
    elif readout.kind <= Kind.TIME_OF_MINIMUM:
        nothing = function.compare("oge", below, best)
    else:
        nothing = function.either(function.compare("olt", above, level), function.compare("ogt", below, level))
    concerned = function.both(is_open, function.either(always, function.opposite(nothing)))
    if readout.kind in (Kind.FIRST_ABOVE, Kind.FIRST_BELOW):
        concerned = function.both(concerned, function.compare("uno", best, best))
    if readout.kind == Kind.TIME_BELOW:
        sure = function.both(is_open, function.opposite(concerned))
        _add_time_below(function, values, level, at, r, sure)
    function.store_number("0", at.refine + r)
    function.branch(concerned, f"readout{r}", f"readout{r}.done")
    function.block(f"readout{r}")
    curve = _Curve(function, values)
    if readout.kind <= Kind.TIME_OF_MINIMUM:
        sign = 1 if readout.kind <= Kind.TIME_OF_MAXIMUM else -1
        unsure = _take_extreme(function, curve, at, r, concerned, sign)
    elif readout.kind == Kind.TIME_BELOW:
        unsure = concerned
    else:
        unsure = _may_pass(function, curve, level, readout.kind)
    unsure = function.both(concerned, function.either(unsure, always))
    function.store_number(function.bits(unsure), at.refine + r)
    _attend(function, at, unsure)
    function.jump(f"readout{r}.done")
    function.block(f"readout{r}.done")


def _take_extreme(function: Function, curve: _Curve, at: Offsets, r: int, is_open: str, sign: int) -> str:
    """Update a running maximum (sign 1) or minimum (sign -1) from the samples; returns where a peak between may exceed it."""
    plain, day, step = function.plain, function.load(at.time), function.load(at.step)
    kept, kept_day = function.load(at.best + LANES * r), function.load(at.best_day + LANES * r)
    best, best_day = kept, kept_day
    if sign < 0:
        best = function.emit(f"fneg {DOUBLES} {best}")
    for quarter, value in enumerate(curve.signed(sign)):
        better = function.either(function.compare("ogt", value, best), function.compare("uno", best, best))
        best = function.choose(better, value, best)
        now = plain("fadd", day, plain("fmul", splat(quarter / QUARTERS), step))
        best_day = function.choose(better, now, best_day)
    found = best if sign > 0 else function.emit(f"fneg {DOUBLES} {best}")
    function.store(function.choose(is_open, found, kept), at.best + LANES * r)
    function.store(function.choose(is_open, best_day, kept_day), at.best_day + LANES * r)
    return function.any_of([curve.turns(sign, quarter, best) for quarter in range(QUARTERS)])


def _may_pass(function: Function, curve: _Curve, level: str, kind: Kind) -> str:
    """Lanes in which the curve passes, or may touch, the level within the step."""
    below = [function.compare("olt", value, level) for value in curve.values]
    negative = function.emit(f"fneg {DOUBLES} {level}")
    found = []
    for quarter in range(QUARTERS):
        left, right = below[quarter], below[quarter + 1]
        if kind == Kind.FIRST_BELOW:
            left, right = right, left
        found.append(function.both(left, function.opposite(right)))
        up, down = curve.turns(1, quarter, level), curve.turns(-1, quarter, negative)
        found.append(function.both(function.both(left, right), up))
        found.append(function.both(function.opposite(function.either(left, right)), down))
    return function.any_of(found)


def _add_area(function: Function, g: Sequence[str], at: Offsets, r: int, is_open: str) -> None:
    """Boole's rule over the step."""
    plain = function.plain
    ends = plain("fmul", splat(7.0), plain("fadd", g[0], g[4]))
    quarters = plain("fmul", splat(32.0), plain("fadd", g[1], g[3]))
    total = plain("fadd", plain("fadd", ends, quarters), plain("fmul", splat(12.0), g[2]))
    area = plain("fmul", function.load(at.step), plain("fdiv", total, splat(90.0)))
    kept = function.load(at.best + LANES * r)
    function.store(function.choose(is_open, plain("fadd", kept, area), kept), at.best + LANES * r)


def _add_time_below(function: Function, values: Sequence[str], level: str, at: Offsets, r: int, sure: str) -> None:
    """The whole step or nothing, where the curve stays on one side of the level."""
    below = function.compare("olt", values[0], level)
    kept = function.load(at.best + LANES * r)
    longer = function.plain("fadd", kept, function.choose(below, function.load(at.step)))
    function.store(function.choose(sure, longer, kept), at.best + LANES * r)
