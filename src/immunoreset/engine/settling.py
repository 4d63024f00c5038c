"""After a change at one moment (the first day, a dose, an action): the monitors as they are now, and with what step to go on."""

from __future__ import annotations

import numpy as np

from immunoreset.engine.happening import carry_out, extinct_now
from immunoreset.engine.intrinsics import borrowing, call
from immunoreset.engine.vector_math import LANES
from immunoreset.engine.watching import jump_readouts

_AFTER_EVENT = 50.0  # a step after an event is at most this many cautious first steps


@borrowing()
def most(numbers):
    """The largest number of the lanes."""
    found = numbers[0]
    for lane in range(1, LANES):
        found = max(found, numbers[lane])
    return found


@borrowing()
def _copy_to_between(arena, at, sizes, lanes, chosen):
    for lane in range(LANES):
        if chosen[lane] > 0:
            arena[at.moment + lane] = lanes.day[lane]
            for i in range(sizes.states):
                arena[at.between + LANES * i + lane] = arena[at.state + LANES * i + lane]


@borrowing()
def first_day(arena, base, at, kernels, sizes, patients, wanted, lanes, fresh):
    """Outputs and monitors of the first day, before anything is given."""
    _copy_to_between(arena, at, sizes, lanes, fresh)
    if sizes.monitors > 0:
        call(kernels.monitors, base)
        for lane in range(LANES):
            if fresh[lane] == 1:
                jump_readouts(arena, at, sizes, wanted, lanes, lane, lanes.day[lane], True)
    if wanted.grid.size == 0 or wanted.grid[0] > patients.start:
        return
    call(kernels.grid_outputs, base)
    for lane in range(LANES):
        if fresh[lane] == 1:
            for k in range(sizes.grid_outputs):
                lanes.readings[lane * wanted.grid.size * sizes.grid_outputs + k] = arena[at.grid_outputs + LANES * k + lane]
            lanes.grid[lane] = 1
            lanes.grid_day[lane] = wanted.grid[1] if wanted.grid.size > 1 else np.inf


@borrowing()
def empty_small(
    arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, lanes, chosen, fresh
):  # fmt: skip
    """Extinction of what an action, or the start, left below its limit."""
    count = 0
    emptied, changed = lanes.emptied, lanes.changed
    for lane in range(LANES):
        emptied[lane] = changed[lane] = 0
        if chosen[lane] > 0:
            emptied[lane] = extinct_now(watches, sizes.hazards, lanes, lane)
            count += emptied[lane]
    if count > 0:
        carry_out(
            arena, base, at, kernels.prepare, addresses, kinds, sizes, patients.days, patients.stop, watches, wanted, lanes,
            emptied, changed,
        )  # fmt: skip
        settle(arena, base, at, kernels, sizes, patients, wanted, lanes, changed, fresh)


@borrowing()
def settle(arena, base, at, kernels, sizes, patients, wanted, lanes, chosen, fresh):
    """After a change: a new first step, and the monitors as they are now."""
    if most(chosen) > 1 or most(fresh) > 0:
        for lane in range(LANES):
            arena[at.time + lane] = lanes.day[lane]
        call(kernels.start_step, base)
        for lane in range(LANES):
            cautious = arena[at.start_step + lane]
            if not cautious > 0.0 or cautious == np.inf:
                cautious = 1e-3 * (patients.stop - patients.start)
            if fresh[lane] == 1:
                lanes.next_step[lane] = cautious
            elif chosen[lane] > 1:
                lanes.next_step[lane] = min(lanes.next_step[lane], _AFTER_EVENT * cautious)
    if sizes.monitors > 0 and most(chosen) > 0:
        _copy_to_between(arena, at, sizes, lanes, chosen)
        call(kernels.monitors, base)
        for lane in range(LANES):
            if chosen[lane] > 0:
                jump_readouts(arena, at, sizes, wanted, lanes, lane, lanes.day[lane], False)
