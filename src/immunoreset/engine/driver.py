"""Take patients through time, eight at a time, each with its own clock.

A lane holds one patient. When he is done the next one in the queue, which all threads share, takes the lane, so nobody waits
for the slowest; lanes never mix, so a result does not depend on who sits beside whom or in which thread. Compiled once by
Numba and kept on disk: a new model changes only the addresses of the kernels.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from immunoreset.engine.finding import find
from immunoreset.engine.happening import carry_out, extinct_now, give, left_small, mind_pending
from immunoreset.engine.intrinsics import NEXT, call, fetch_add
from immunoreset.engine.job import CANCELLED, DONE, NOT_FINITE, STEP_LIMIT, STEP_TOO_SMALL
from immunoreset.engine.lanes import empty_lanes, release, seat
from immunoreset.engine.vector_math import LANES
from immunoreset.engine.watching import jump_readouts, refine_readouts

_IDLE_STEP = 1e-3
_SAFETY = 0.9
_SHRINK_MOST = 0.1
_GROW_MOST = 6.0
_AFTER_EVENT = 50.0  # a step after an event is at most this many cautious first steps
_AFTER_SHOCK = 0.8  # a step after a shock is at most this part of what the last one allowed
_SHAKEN, _LEARNS = 1, 2  # the first step after a shock is awaited; and its size will be kept


@numba.njit(cache=True, nogil=True)
def run_queue(arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, settings):
    """Solve patients until the queue is empty; all results are written into `wanted`.

    Functions called in every step take the few arrays that they need: handing over whole records would cost more than
    the work, since each array in them is counted in and out.
    """
    lanes = empty_lanes(arena, at, sizes, watches, wanted)
    day, end, next_step, stop = lanes.day, lanes.end, lanes.next_step, lanes.stop
    active, landing, rejected, status, tries = lanes.active, lanes.landing, lanes.rejected, lanes.status, lanes.tries
    grid_day, grid, grid_position, patient = lanes.grid_day, wanted.grid, lanes.grid, lanes.patient
    readings = lanes.readings
    occasion, log, tally = lanes.occasion, wanted.log, wanted.tally
    days, actions, values, names = patients.days, patients.actions, patients.values, patients.names
    readout_kind, readout_monitor, readout_window = wanted.readout_kind, wanted.readout_monitor, wanted.readout_window
    samples, best, best_day, pending = lanes.samples, lanes.best, lanes.best_day, lanes.pending
    fresh = np.zeros(LANES, np.int64)
    changed = np.zeros(LANES, np.int64)
    accepted = np.zeros(LANES, np.int64)
    due = np.zeros(LANES, np.int64)
    smallest = 1e-16 * (patients.stop - patients.start)
    watching = sizes.monitors + sizes.conditions + sizes.hazards > 0
    waiting = pending.shape[0] > 0
    arena[at.step : at.step + LANES] = _IDLE_STEP
    call(kernels.enter, base)
    running, count, more = 0, patients.initial.shape[0], True
    while True:
        if more and running < LANES:
            seated = 0
            for lane in range(LANES):
                fresh[lane] = 0
                if active[lane] == 0 and more:
                    following = fetch_add(tally + NEXT, 1)
                    more = following < count
                    if more:
                        seat(arena, at, sizes, patients, watches, wanted, lanes, lane, following)
                        fresh[lane] = 1
                        seated += 1
            running += seated
            if seated > 0:
                call(kernels.prepare, base)
                _first_day(arena, base, at, kernels, sizes, patients, wanted, lanes, fresh)
                give(
                    arena, base, at.chosen, at.moment, at.value, kernels.prepare, addresses, kinds, days, actions, values, names,
                    log, tally, stop, patient, day, occasion, fresh, changed, patients.stop,
                )  # fmt: skip
                _settle(arena, base, at, kernels, sizes, patients, wanted, lanes, changed, fresh)
                if waiting and left_small(samples, watches.extinctions, watches.extinction_limits, fresh):
                    _empty_small(
                        arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, lanes, fresh, fresh
                    )
                fresh[:] = 0
        if running == 0:
            break
        if settings.cancel[0] != 0:
            _leave_the_rest(wanted, count)
            status[:] = CANCELLED
            release(arena, at, wanted, lanes)
            break
        _choose_steps(arena, at.step, at.time, day, end, next_step, stop, landing, active)
        call(kernels.step, base)
        moved = _judge(
            arena, at.step, at.error, at.proposal, at.chosen, day, next_step, landing, rejected, active, accepted, tries, status,
            lanes.bearable, lanes.shaken, settings.max_steps, smallest,
        )  # fmt: skip
        if moved > 0:
            if watching:
                call(kernels.observe, base)
                if arena[at.noticed] > 0.0:
                    _spread(arena[at.noticed], due)
                    find(arena, base, at, kernels, sizes, watches, wanted, lanes, due, accepted)
                    for lane in range(LANES):
                        arena[at.chosen + lane] = float(accepted[lane])
                if readout_kind.size > 0:
                    call(kernels.read, base)
                    if arena[at.refining] > 0.0:
                        refine_readouts(
                            arena, base, at, kernels, readout_kind, readout_monitor, readout_window, samples, best, best_day, day
                        )
            if _grid_due(end, grid_day, accepted):
                if not watching:
                    call(kernels.dense, base)
                _write_grid(
                    arena, base, at.fraction, at.step, at.grid_outputs, kernels.interpolate, kernels.grid_outputs,
                    sizes.grid_outputs, grid, readings, grid_position, grid_day, day, end, accepted, due,
                )  # fmt: skip
            landed = _commit(day, end, landing, accepted)
            call(kernels.commit, base)
            if landed > 0:
                give(
                    arena, base, at.chosen, at.moment, at.value, kernels.prepare, addresses, kinds, days, actions, values, names,
                    log, tally, stop, patient, day, occasion, accepted, changed, patients.stop,
                )  # fmt: skip
                if waiting and mind_pending(pending, stop, day, accepted):
                    carry_out(
                        arena, base, at, kernels.prepare, addresses, kinds, sizes, days, patients.stop, watches, wanted,
                        lanes, accepted, changed,
                    )  # fmt: skip
                _shorten(next_step, lanes.bearable, lanes.shaken, changed)
                if changed.max() > 1 or (changed.max() > 0 and sizes.monitors > 0):
                    _settle(arena, base, at, kernels, sizes, patients, wanted, lanes, changed, fresh)
                    if waiting and left_small(samples, watches.extinctions, watches.extinction_limits, changed):
                        _empty_small(
                            arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, lanes, changed, fresh
                        )
        if _leaving(day, status, active, patients.stop) > 0:
            release(arena, at, wanted, lanes)
            running = active.sum()
    call(kernels.leave, base)


@numba.njit(cache=True, nogil=True)
def _leave_the_rest(wanted, count):
    """After a cancellation: whoever is still in the queue."""
    while True:
        following = fetch_add(wanted.tally + NEXT, 1)
        if following >= count:
            return
        wanted.status[following] = CANCELLED


@numba.njit(cache=True, nogil=True)
def _spread(bits, lanes):
    """Lanes from the bits of a whole number."""
    marked = int(bits)
    for lane in range(LANES):
        lanes[lane] = marked >> lane & 1


@numba.njit(cache=True, nogil=True)
def _copy_to_between(arena, at, sizes, lanes, chosen):
    for lane in range(LANES):
        if chosen[lane] > 0:
            arena[at.moment + lane] = lanes.day[lane]
            for i in range(sizes.states):
                arena[at.between + LANES * i + lane] = arena[at.state + LANES * i + lane]


@numba.njit(cache=True, nogil=True)
def _first_day(arena, base, at, kernels, sizes, patients, wanted, lanes, fresh):
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


@numba.njit(cache=True, nogil=True)
def _empty_small(
    arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, lanes, chosen, fresh
):  # fmt: skip
    """Extinction of what an action, or the start, left below its limit."""
    count = 0
    emptied = np.zeros(LANES, np.int64)
    for lane in range(LANES):
        if chosen[lane] > 0:
            emptied[lane] = extinct_now(watches, sizes.hazards, lanes, lane)
            count += emptied[lane]
    if count > 0:
        changed = np.zeros(LANES, np.int64)
        carry_out(
            arena, base, at, kernels.prepare, addresses, kinds, sizes, patients.days, patients.stop, watches, wanted, lanes,
            emptied, changed,
        )  # fmt: skip
        _settle(arena, base, at, kernels, sizes, patients, wanted, lanes, changed, fresh)


@numba.njit(cache=True, nogil=True)
def _settle(arena, base, at, kernels, sizes, patients, wanted, lanes, chosen, fresh):
    """After a change: a new first step, and the monitors as they are now."""
    if chosen.max() > 1 or fresh.max() > 0:
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
    if sizes.monitors > 0 and chosen.max() > 0:
        _copy_to_between(arena, at, sizes, lanes, chosen)
        call(kernels.monitors, base)
        for lane in range(LANES):
            if chosen[lane] > 0:
                jump_readouts(arena, at, sizes, wanted, lanes, lane, lanes.day[lane], False)


@numba.njit(cache=True, nogil=True, inline="always")
def _shorten(next_step, bearable, shaken, changed):
    """After a shock: no longer a step than the shock before allowed, where that one bounded it."""
    for lane in range(LANES):
        if changed[lane] == 1:
            most = _AFTER_SHOCK * bearable[lane]
            shaken[lane] = _LEARNS if next_step[lane] > most else _SHAKEN
            next_step[lane] = min(next_step[lane], most)


@numba.njit(cache=True, nogil=True, inline="always")
def _choose_steps(arena, at_step, at_time, day, end, next_step, stop, landing, active):
    """Step sizes; a step that would leave a sliver before the next stop is evened out."""
    for lane in range(LANES):
        if active[lane] == 0:
            arena[at_step + lane] = _IDLE_STEP
            continue
        room = stop[lane] - day[lane]
        step = next_step[lane]
        landing[lane] = 0
        if step >= room * (1.0 - 1e-9):
            step = room
            landing[lane] = 1
        elif step > 0.5 * room:
            step = 0.5 * room
        end[lane] = stop[lane] if landing[lane] == 1 else day[lane] + step
        arena[at_time + lane] = day[lane]
        arena[at_step + lane] = step


@numba.njit(cache=True, nogil=True, inline="always")
def _judge(
    arena, at_step, at_error, at_proposal, at_chosen, day, next_step, landing, rejected, active, accepted, tries, status,
    bearable, shaken, max_steps, smallest,
):  # fmt: skip
    """Accept or reject each lane's step and choose its next size; returns how many were accepted."""
    moved = 0
    for lane in range(LANES):
        accepted[lane] = 0
        arena[at_chosen + lane] = 0.0
        if active[lane] == 0:
            continue
        step = arena[at_step + lane]
        error = arena[at_error + lane]
        finite = math.isfinite(error)
        factor = min(_GROW_MOST, max(_SHRINK_MOST, _SAFETY * arena[at_proposal + lane])) if finite else _SHRINK_MOST
        if error <= 1.0:
            if rejected[lane] == 1:
                factor = min(factor, 1.0)
            if landing[lane] == 0:
                next_step[lane] = step * factor
            else:  # a step cut short says little: keep the larger proposal
                next_step[lane] = max(step * factor, min(next_step[lane], step * _GROW_MOST * _GROW_MOST))
            if shaken[lane] == _LEARNS:
                bearable[lane] = next_step[lane]
            shaken[lane] = 0
            rejected[lane] = 0
            accepted[lane] = 1
            arena[at_chosen + lane] = 1.0
            moved += 1
            tries[0, lane] += 1
        else:
            next_step[lane] = step * min(factor, 0.9)
            if shaken[lane] == _SHAKEN:
                shaken[lane] = _LEARNS
            rejected[lane] = 1
            tries[1, lane] += 1
            if next_step[lane] <= smallest + 1e-14 * abs(day[lane]):
                status[lane] = STEP_TOO_SMALL if finite else NOT_FINITE
        if tries[0, lane] + tries[1, lane] >= max_steps and status[lane] == DONE:
            status[lane] = STEP_LIMIT
    return moved


@numba.njit(cache=True, nogil=True, inline="always")
def _grid_due(end, grid_day, accepted):
    due = False
    for lane in range(LANES):
        due = due or (accepted[lane] == 1 and grid_day[lane] <= end[lane])
    return due


@numba.njit(cache=True, nogil=True, inline="always")
def _write_grid(
    arena, base, at_fraction, at_step, at_outputs, interpolate, evaluate, count, grid, readings, position, grid_day, day, end,
    accepted, due,
):  # fmt: skip
    """Outputs on the grid days that the step passed."""
    while True:
        any_due = False
        for lane in range(LANES):
            due[lane] = 0
            if accepted[lane] == 1 and grid_day[lane] <= end[lane]:
                due[lane] = 1
                any_due = True
                arena[at_fraction + lane] = min(1.0, (grid_day[lane] - day[lane]) / arena[at_step + lane])
        if not any_due:
            return
        call(interpolate, base)
        call(evaluate, base)
        for lane in range(LANES):
            if due[lane] == 1:
                first = (lane * grid.size + position[lane]) * count
                for k in range(count):
                    readings[first + k] = arena[at_outputs + LANES * k + lane]
                position[lane] += 1
                grid_day[lane] = grid[position[lane]] if position[lane] < grid.size else np.inf


@numba.njit(cache=True, nogil=True, inline="always")
def _commit(day, end, landing, accepted):
    """Move the clocks of the accepted lanes; returns how many landed on a stop."""
    landed = 0
    for lane in range(LANES):
        if accepted[lane] == 1:
            day[lane] = end[lane]
            landed += landing[lane]
    return landed


@numba.njit(cache=True, nogil=True, inline="always")
def _leaving(day, status, active, stop):
    count = 0
    for lane in range(LANES):
        if active[lane] == 1 and (day[lane] >= stop or status[lane] != DONE):
            count += 1
    return count
