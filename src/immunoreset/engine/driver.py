"""Take patients through time, eight at a time, each with its own clock.

A lane holds one patient. When he is done the next one in the queue, which all threads share, takes the lane, so nobody waits
for the slowest; lanes never mix, so a result does not depend on who sits beside whom or in which thread. Compiled once by
Numba and kept on disk: a new model changes only the addresses of the kernels.
"""

from __future__ import annotations

import numba
import numpy as np

from immunoreset.engine.finding import find
from immunoreset.engine.happening import carry_out, give, left_small, mind_pending
from immunoreset.engine.intrinsics import NEXT, borrowing, call, fetch_add
from immunoreset.engine.job import CANCELLED, DONE
from immunoreset.engine.lanes import empty_lanes, release, seat
from immunoreset.engine.pace import IDLE_STEP, choose_steps, judge, shorten
from immunoreset.engine.settling import empty_small, first_day, most, settle
from immunoreset.engine.vector_math import LANES
from immunoreset.engine.watching import grid_due, refine_readouts, write_grid


@numba.njit(cache=True, nogil=True)
def run_queue(arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, settings):
    """Solve patients until the queue is empty; all results are written into `wanted`, curve after curve of a patient."""
    lanes = empty_lanes(arena, at, sizes, watches, wanted)
    fresh, changed = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    accepted, due = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    _run(
        arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, settings, lanes, fresh, changed, accepted,
        due,
    )  # fmt: skip


@borrowing()
def _run(
    arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, settings, lanes, fresh, changed, accepted,
    due,
):  # fmt: skip
    """The loop over steps, with the arrays that it works on."""
    day, end, next_step, stop = lanes.day, lanes.end, lanes.next_step, lanes.stop
    active, landing, rejected, status, tries = lanes.active, lanes.landing, lanes.rejected, lanes.status, lanes.tries
    grid_day, grid, grid_position, patient = lanes.grid_day, wanted.grid, lanes.grid, lanes.patient
    readings = lanes.readings
    occasion, log, tally = lanes.occasion, wanted.log, wanted.tally
    days, actions, values, names = patients.days, patients.actions, patients.values, patients.names
    readout_kind, readout_monitor, readout_window = wanted.readout_kind, wanted.readout_monitor, wanted.readout_window
    samples, best, best_day, pending = lanes.samples, lanes.best, lanes.best_day, lanes.pending
    smallest = 1e-16 * (patients.stop - patients.start)
    watching = sizes.monitors + sizes.conditions + sizes.hazards > 0
    waiting = pending.shape[0] > 0
    arena[at.step : at.step + LANES] = IDLE_STEP
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
                first_day(arena, base, at, kernels, sizes, patients, wanted, lanes, fresh)
                give(
                    arena, base, at.chosen, at.moment, at.value, kernels.prepare, addresses, kinds, days, actions, values, names,
                    log, tally, stop, patient, day, occasion, fresh, changed, patients.stop,
                )  # fmt: skip
                settle(arena, base, at, kernels, sizes, patients, wanted, lanes, changed, fresh)
                if waiting and left_small(samples, watches.extinctions, watches.extinction_limits, fresh):
                    empty_small(arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, lanes, fresh, fresh)
                for lane in range(LANES):
                    fresh[lane] = 0
        if running == 0:
            break
        if settings.cancel[0] != 0:
            _leave_the_rest(wanted, count)
            for lane in range(LANES):
                status[lane] = CANCELLED
            release(arena, at, wanted, lanes)
            break
        choose_steps(arena, at.step, at.time, day, end, next_step, stop, landing, active)
        call(kernels.step, base)
        moved = judge(
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
            if grid_due(end, grid_day, accepted):
                if not watching:
                    call(kernels.dense, base)
                write_grid(
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
                shorten(next_step, lanes.bearable, lanes.shaken, changed)
                if most(changed) > 1 or (most(changed) > 0 and sizes.monitors > 0):
                    settle(arena, base, at, kernels, sizes, patients, wanted, lanes, changed, fresh)
                    if waiting and left_small(samples, watches.extinctions, watches.extinction_limits, changed):
                        empty_small(
                            arena, base, at, kernels, addresses, kinds, sizes, patients, watches, wanted, lanes, changed, fresh
                        )
        if _leaving(day, status, active, patients.stop) > 0:
            release(arena, at, wanted, lanes)
            running = LANES - _idle(active)
    call(kernels.leave, base)


@borrowing()
def _leave_the_rest(wanted, count):
    """After a cancellation: whoever is still in the queue."""
    while True:
        following = fetch_add(wanted.tally + NEXT, 1)
        if following >= count:
            return
        wanted.status[following] = CANCELLED


@borrowing()
def _spread(bits, lanes):
    """Lanes from the bits of a whole number."""
    marked = int(bits)
    for lane in range(LANES):
        lanes[lane] = marked >> lane & 1


@borrowing(inline="always")
def _commit(day, end, landing, accepted):
    """Move the clocks of the accepted lanes; returns how many landed on a stop."""
    landed = 0
    for lane in range(LANES):
        if accepted[lane] == 1:
            day[lane] = end[lane]
            landed += landing[lane]
    return landed


@borrowing(inline="always")
def _idle(active):
    """How many lanes hold no patient."""
    count = 0
    for lane in range(LANES):
        count += 1 - active[lane]
    return count


@borrowing(inline="always")
def _leaving(day, status, active, stop):
    count = 0
    for lane in range(LANES):
        if active[lane] == 1 and (day[lane] >= stop or status[lane] != DONE):
            count += 1
    return count
