"""Take the patients of one chunk through time, eight at a time, each with its own clock.

A lane holds one patient. When he is done the next one takes the lane, so no lane waits for the slowest; lanes never mix,
so a result does not depend on who sits beside whom. Compiled once by Numba and kept on disk: a new model changes only
the addresses of the kernels.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from immunoreset.engine.job import (
    CANCELLED,
    DONE,
    NOT_FINITE,
    STEP_LIMIT,
    STEP_TOO_SMALL,
    Lanes,
)
from immunoreset.engine.vector_math import LANES
from immunoreset.engine.watching import call, crossing, jump_readouts, sample_monitors, update_readouts

_IDLE_STEP = 1e-3
_SAFETY = 0.9
_SHRINK_MOST = 0.1
_GROW_MOST = 6.0
_AFTER_EVENT = 50.0  # a step after an event is at most this many cautious first steps


@numba.njit(cache=True, nogil=True)
def run_chunk(arena, base, at, kernels, action_addresses, action_prepares, sizes, patients, watches, wanted, settings):
    """Solve every patient of the chunk; all results are written into `wanted`."""
    lanes = _empty_lanes(sizes, patients, watches, wanted)
    active = np.zeros(LANES, np.int64)
    fresh = np.zeros(LANES, np.int64)
    changed = np.zeros(LANES, np.int64)
    accepted = np.zeros(LANES, np.int64)
    arena[at.step : at.step + LANES] = _IDLE_STEP
    call(kernels.enter, base)
    following = 0
    while True:
        running = 0
        for lane in range(LANES):
            fresh[lane] = 0
            if active[lane] == 0 and following < patients.initial.shape[0]:
                _seat(arena, at, sizes, patients, watches, wanted, lanes, lane, following)
                following += 1
                active[lane] = 1
                fresh[lane] = 1
            running += active[lane]
        if running == 0:
            break
        if settings.cancel[0] != 0:
            for lane in range(LANES):
                if active[lane] == 1:
                    wanted.status[lanes.patient[lane]] = CANCELLED
            for i in range(following, patients.initial.shape[0]):
                wanted.status[i] = CANCELLED
            break
        if fresh.sum() > 0:
            call(kernels.prepare, base)
            _first_grid_day(arena, base, at, kernels, sizes, patients, wanted, lanes, fresh)
            _happen(arena, base, at, kernels, action_addresses, action_prepares, sizes, patients, watches, wanted, lanes, fresh, changed)
            _settle(arena, base, at, kernels, sizes, patients, wanted, lanes, fresh, fresh)
            fresh[:] = 0
        _choose_steps(arena, at, lanes, active)
        call(kernels.step, base)
        looked_between = _judge(arena, at, sizes, patients, wanted, settings, lanes, active, accepted)
        if looked_between > 0:
            call(kernels.dense, base)
        if accepted.sum() > 0:
            if sizes.monitors > 0:
                sample_monitors(arena, base, at, kernels, sizes, lanes, accepted)
            _watch(arena, base, at, kernels, sizes, watches, wanted, lanes, accepted)
            _write_grid(arena, base, at, kernels, sizes, wanted, lanes, accepted)
            _commit(arena, base, at, kernels, wanted, lanes, accepted)
            _happen(arena, base, at, kernels, action_addresses, action_prepares, sizes, patients, watches, wanted, lanes, accepted, changed)
            if changed.sum() > 0:
                _settle(arena, base, at, kernels, sizes, patients, wanted, lanes, changed, fresh)
        _release(arena, at, sizes, patients, wanted, lanes, active)
    call(kernels.leave, base)


@numba.njit(cache=True, nogil=True)
def _empty_lanes(sizes, patients, watches, wanted):
    rules, hazards, extinctions = watches.rule_start.shape[0], sizes.hazards, watches.extinctions.shape[0]
    readouts = wanted.readout_kind.size
    return Lanes(
        np.full(LANES, -1),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES, np.int64),
        np.zeros(LANES, np.int64),
        np.zeros(LANES, np.int64),
        np.zeros(LANES, np.int64),
        np.full((rules, LANES), np.inf),
        np.zeros((rules, LANES), np.int64),
        np.full((2 * rules + hazards + extinctions, LANES), np.inf),
        np.zeros((hazards, LANES), np.int64),
        np.zeros((extinctions, LANES), np.int64),
        np.zeros((5, sizes.monitors, LANES)),
        np.full((readouts, LANES), np.nan),
        np.full((readouts, LANES), np.nan),
    )


@numba.njit(cache=True, nogil=True)
def _seat(arena, at, sizes, patients, watches, wanted, lanes, lane, patient):
    """Put a patient into a lane, on the first day."""
    lanes.patient[lane] = patient
    lanes.day[lane] = patients.start
    lanes.next_step[lane] = np.inf
    lanes.rejected[lane] = 0
    lanes.occasion[lane] = 0
    lanes.grid[lane] = 0
    for i in range(sizes.states):
        known = i < patients.initial.shape[1]
        arena[at.state + LANES * i + lane] = patients.initial[patient, i] if known else 0.0
    for i in range(sizes.personal):
        arena[at.personal + LANES * i + lane] = patients.personal[patient, i]
    for rule in range(watches.rule_start.shape[0]):
        start = watches.rule_start[rule, patient]
        if start < patients.start:  # keep to the rule's own rhythm
            start += math.ceil((patients.start - start) / watches.rule_every[rule, patient]) * watches.rule_every[rule, patient]
        lanes.rule_next[rule, lane] = start if start <= watches.rule_stop[rule, patient] else np.inf
        lanes.rule_count[rule, lane] = 0
    lanes.pending[:, lane] = np.inf
    lanes.hazard_count[:, lane] = 0
    lanes.extinction_count[:, lane] = 0
    for r in range(wanted.readout_kind.size):
        lanes.best[r, lane] = np.nan if wanted.readout_kind[r] <= 5 else 0.0
        lanes.best_day[r, lane] = np.nan


@numba.njit(cache=True, nogil=True)
def _copy_to_between(arena, at, sizes, lanes, chosen):
    for lane in range(LANES):
        if chosen[lane] == 1:
            arena[at.moment + lane] = lanes.day[lane]
            for i in range(sizes.states):
                arena[at.between + LANES * i + lane] = arena[at.state + LANES * i + lane]


@numba.njit(cache=True, nogil=True)
def _first_grid_day(arena, base, at, kernels, sizes, patients, wanted, lanes, fresh):
    """Outputs of the first day, before anything is given."""
    if wanted.grid.size == 0 or wanted.grid[0] > patients.start:
        return
    _copy_to_between(arena, at, sizes, lanes, fresh)
    call(kernels.grid_outputs, base)
    for lane in range(LANES):
        if fresh[lane] == 1:
            for k in range(sizes.grid_outputs):
                wanted.outputs[lanes.patient[lane], 0, k] = arena[at.grid_outputs + LANES * k + lane]
            lanes.grid[lane] = 1


@numba.njit(cache=True, nogil=True)
def _record(wanted, patient, day, name, value):
    if name >= 0 and wanted.logged[0] < wanted.log.shape[0]:
        row = wanted.logged[0]
        wanted.log[row, 0] = patient
        wanted.log[row, 1] = day
        wanted.log[row, 2] = name
        wanted.log[row, 3] = value
        wanted.logged[0] = row + 1


@numba.njit(cache=True, nogil=True)
def _do(arena, base, at, address, lane, day, value):
    for other in range(LANES):
        arena[at.chosen + other] = 0.0
    arena[at.chosen + lane] = 1.0
    arena[at.moment + lane] = day
    arena[at.value + lane] = value
    call(address, base)


@numba.njit(cache=True, nogil=True)
def _happen(
    arena, base, at, kernels, action_addresses, action_prepares, sizes, patients, watches, wanted, lanes, chosen, changed
):
    """Carry out everything that is due; marks the lanes in which a state or parameter was written."""
    rules, extinctions = watches.rule_start.shape[0], watches.extinctions.shape[0]
    for lane in range(LANES):
        changed[lane] = 0
        if chosen[lane] == 0:
            continue
        patient, day = lanes.patient[lane], lanes.day[lane]
        stale = False  # derived constants wait for `prepare`
        while lanes.occasion[lane] < patients.days.shape[1] and patients.days[patient, lanes.occasion[lane]] <= day:
            m = lanes.occasion[lane]
            action = patients.actions[patient, m]
            if action >= 0:
                if stale:
                    call(kernels.prepare, base)
                _do(arena, base, at, action_addresses[action], lane, day, patients.values[patient, m])
                stale = action_prepares[action] == 1
                changed[lane] = 1
                _record(wanted, patient, day, patients.names[patient, m], patients.values[patient, m])
            lanes.occasion[lane] = m + 1
        for slot in range(lanes.pending.shape[0]):
            if lanes.pending[slot, lane] > day:
                continue
            lanes.pending[slot, lane] = np.inf
            value = 0.0
            if slot < 2 * rules:
                rule, afterwards = slot // 2, slot % 2
                value = watches.rule_value[rule, patient]
                action, name = watches.rule_actions[rule, 2 * afterwards], watches.rule_actions[rule, 2 * afterwards + 1]
                if afterwards == 0:
                    if watches.rule_actions[rule, 2] >= 0:
                        lanes.pending[slot + 1, lane] = day + watches.rule_limits[rule, 3]
                    _look_again(watches, lanes, lane, rule, patient, day)
            elif slot < 2 * rules + sizes.hazards:
                hazard = slot - 2 * rules
                action, name = watches.hazard_actions[hazard, 0], watches.hazard_actions[hazard, 1]
                lanes.hazard_count[hazard, lane] += 1
                value = float(lanes.hazard_count[hazard, lane])
            else:
                gone = slot - 2 * rules - sizes.hazards
                action, name = watches.extinctions[gone, 1], watches.extinctions[gone, 2]
                lanes.extinction_count[gone, lane] += 1
            if stale:
                call(kernels.prepare, base)
            _do(arena, base, at, action_addresses[action], lane, day, value)
            stale = action_prepares[action] == 1
            changed[lane] = 1
            _record(wanted, patient, day, name, value)
        if stale:
            call(kernels.prepare, base)
        lanes.stop[lane] = _next_stop(patients, lanes, lane)


@numba.njit(cache=True, nogil=True)
def _look_again(watches, lanes, lane, rule, patient, day):
    """The looks that fell while an action was awaited are skipped."""
    following, every = lanes.rule_next[rule, lane], watches.rule_every[rule, patient]
    if following <= day:
        following += (math.floor((day - following) / every) + 1.0) * every
        lanes.rule_next[rule, lane] = following if following <= watches.rule_stop[rule, patient] else np.inf


@numba.njit(cache=True, nogil=True)
def _next_stop(patients, lanes, lane):
    stop = patients.stop
    m = lanes.occasion[lane]
    if m < patients.days.shape[1]:
        stop = min(stop, patients.days[lanes.patient[lane], m])
    for slot in range(lanes.pending.shape[0]):
        stop = min(stop, lanes.pending[slot, lane])
    return stop


@numba.njit(cache=True, nogil=True)
def _settle(arena, base, at, kernels, sizes, patients, wanted, lanes, chosen, fresh):
    """After a change: a new first step, and the monitors as they are now."""
    for lane in range(LANES):
        if chosen[lane] == 1:
            arena[at.time + lane] = lanes.day[lane]
    call(kernels.start_step, base)
    for lane in range(LANES):
        if chosen[lane] == 1:
            cautious = arena[at.start_step + lane]
            if not cautious > 0.0 or cautious == np.inf:
                cautious = 1e-3 * (patients.stop - patients.start)
            if fresh[lane] == 1:
                lanes.next_step[lane] = cautious
            else:
                lanes.next_step[lane] = min(lanes.next_step[lane], _AFTER_EVENT * cautious)
            lanes.rejected[lane] = 0
    if sizes.monitors > 0:
        _copy_to_between(arena, at, sizes, lanes, chosen)
        call(kernels.monitors, base)
        for lane in range(LANES):
            if chosen[lane] == 1:
                jump_readouts(arena, at, sizes, wanted, lanes, lane, lanes.day[lane], fresh[lane] == 1)


@numba.njit(cache=True, nogil=True)
def _choose_steps(arena, at, lanes, active):
    """Step sizes; a step that would leave a sliver before the next stop is evened out."""
    for lane in range(LANES):
        if active[lane] == 0:
            arena[at.step + lane] = _IDLE_STEP
            continue
        room = lanes.stop[lane] - lanes.day[lane]
        step = lanes.next_step[lane]
        lanes.landing[lane] = 0
        if step >= room * (1.0 - 1e-9):
            step = room
            lanes.landing[lane] = 1
        elif step > 0.5 * room:
            step = 0.5 * room
        arena[at.time + lane] = lanes.day[lane]
        arena[at.step + lane] = step


@numba.njit(cache=True, nogil=True)
def _judge(arena, at, sizes, patients, wanted, settings, lanes, active, accepted):
    """Accept or reject each lane's step and choose its next size; returns in how many the curve is needed."""
    curves = 0
    watching = sizes.monitors + sizes.conditions + sizes.hazards
    for lane in range(LANES):
        accepted[lane] = 0
        if active[lane] == 0:
            continue
        patient, step = lanes.patient[lane], arena[at.step + lane]
        error = math.sqrt(arena[at.error + lane] / sizes.states)
        finite = math.isfinite(error)
        factor = _SHRINK_MOST
        if finite:
            factor = _GROW_MOST if error < 1e-12 else min(_GROW_MOST, max(_SHRINK_MOST, _SAFETY * error**-0.2))
        if finite and error <= 1.0:
            if lanes.rejected[lane] == 1:
                factor = min(factor, 1.0)
            if lanes.landing[lane] == 0:
                lanes.next_step[lane] = step * factor
            else:  # a step cut short says little: keep the larger proposal
                lanes.next_step[lane] = max(step * factor, min(lanes.next_step[lane], step * _GROW_MOST * _GROW_MOST))
            lanes.rejected[lane] = 0
            accepted[lane] = 1
            wanted.steps[patient, 0] += 1
            end = lanes.stop[lane] if lanes.landing[lane] == 1 else lanes.day[lane] + step
            if watching > 0 or (lanes.grid[lane] < wanted.grid.size and wanted.grid[lanes.grid[lane]] <= end):
                curves += 1
        else:
            lanes.next_step[lane] = step * min(factor, 0.9)
            lanes.rejected[lane] = 1
            wanted.steps[patient, 1] += 1
            smallest = 1e-14 * abs(lanes.day[lane]) + 1e-16 * (patients.stop - patients.start)
            if lanes.next_step[lane] <= smallest:
                wanted.status[patient] = STEP_TOO_SMALL if finite else NOT_FINITE
        if wanted.steps[patient, 0] + wanted.steps[patient, 1] >= settings.max_steps and wanted.status[patient] == DONE:
            wanted.status[patient] = STEP_LIMIT
    return curves


@numba.njit(cache=True, nogil=True)
def _watch(arena, base, at, kernels, sizes, watches, wanted, lanes, accepted):
    """Find what happens within the step. Where something does, the step is undone and made again up to that moment."""
    rules, extinctions = watches.rule_start.shape[0], watches.extinctions.shape[0]
    if rules + sizes.hazards + extinctions == 0:
        if sizes.monitors > 0:
            for lane in range(LANES):
                if accepted[lane] == 1:
                    update_readouts(arena, base, at, kernels, wanted, lanes, lane, lanes.day[lane], arena[at.step + lane])
        return
    limit = np.empty(LANES)
    for lane in range(LANES):
        if accepted[lane] == 0:
            continue
        day, step = lanes.day[lane], arena[at.step + lane]
        end = lanes.stop[lane] if lanes.landing[lane] == 1 else day + step
        limit[lane] = end
        for hazard in range(sizes.hazards):
            limit[lane] = min(
                limit[lane], _hazard(arena, base, at, kernels, sizes, watches, wanted, lanes, lane, hazard, day, step, end)
            )
        for gone in range(extinctions):
            slot = 2 * rules + sizes.hazards + gone
            monitor, most = watches.extinctions[gone, 0], watches.extinctions[gone, 3]
            if lanes.pending[slot, lane] < np.inf or lanes.extinction_count[gone, lane] >= most:
                continue
            for q in range(4):
                a, b = lanes.samples[q, monitor, lane], lanes.samples[q + 1, monitor, lane]
                if a >= 0.0 and b < 0.0:
                    c = crossing(arena, base, at, kernels, monitor, lane, 0.0, 0.25 * q, 0.25 * (q + 1), a, b)
                    lanes.pending[slot, lane] = min(end, day + max(c, 1e-6) * step)
                    limit[lane] = min(limit[lane], lanes.pending[slot, lane])
                    break
    if rules > 0:
        _look(arena, base, at, kernels, watches, lanes, accepted, limit)
    for lane in range(LANES):
        if accepted[lane] == 0:
            continue
        day, step = lanes.day[lane], arena[at.step + lane]
        end = lanes.stop[lane] if lanes.landing[lane] == 1 else day + step
        if limit[lane] < end:
            lanes.stop[lane] = limit[lane]
            accepted[lane] = 0
            lanes.samples[4, :, lane] = lanes.samples[0, :, lane]
            lanes.next_step[lane] = max(lanes.next_step[lane], step)
        elif wanted.readout_kind.size > 0:
            update_readouts(arena, base, at, kernels, wanted, lanes, lane, day, step)


@numba.njit(cache=True, nogil=True)
def _hazard(arena, base, at, kernels, sizes, watches, wanted, lanes, lane, hazard, day, step, end):
    """Day on which the accumulated hazard passes the patient's threshold and the solver must land, else `end`."""
    slot = 2 * watches.rule_start.shape[0] + hazard
    row = at.new_state + LANES * (sizes.states - sizes.hazards + hazard) + lane
    old = at.state + LANES * (sizes.states - sizes.hazards + hazard) + lane
    while lanes.pending[slot, lane] == np.inf and lanes.hazard_count[hazard, lane] < watches.hazard_actions[hazard, 2]:
        threshold = watches.hazard_thresholds[hazard, lanes.patient[lane], lanes.hazard_count[hazard, lane]]
        if arena[row] < threshold:
            break
        a, b = 0.0, 1.0
        fa, fb = arena[old] - threshold, arena[row] - threshold
        for _ in range(60):
            if b - a < 1e-10:
                break
            c = 0.5 * (a + b) if fb == fa else min(max(a - fa * (b - a) / (fb - fa), a + 0.05 * (b - a)), b - 0.05 * (b - a))
            arena[at.fraction + lane] = c
            call(kernels.interpolate, base)
            fc = arena[at.between + LANES * (sizes.states - sizes.hazards + hazard) + lane] - threshold
            if fc >= 0.0:
                b, fb = c, fc
            else:
                a, fa = c, fc
        moment = min(end, day + max(b, 1e-6) * step)
        if watches.hazard_actions[hazard, 0] >= 0:
            lanes.pending[slot, lane] = moment
            return moment
        lanes.hazard_count[hazard, lane] += 1
        _record(wanted, lanes.patient[lane], moment, watches.hazard_actions[hazard, 1], float(lanes.hazard_count[hazard, lane]))
    return end


@numba.njit(cache=True, nogil=True)
def _look(arena, base, at, kernels, watches, lanes, accepted, limit):
    """Look at the rules on their days, up to the moment in each lane at which something happens."""
    rules = watches.rule_start.shape[0]
    due = np.empty(LANES)
    while True:
        any_due = False
        for lane in range(LANES):
            due[lane] = np.inf
            if accepted[lane] == 0:
                continue
            for rule in range(rules):
                if lanes.pending[2 * rule, lane] == np.inf:
                    due[lane] = min(due[lane], lanes.rule_next[rule, lane])
            if due[lane] <= limit[lane]:
                any_due = True
                arena[at.fraction + lane] = min(1.0, max(0.0, (due[lane] - lanes.day[lane]) / arena[at.step + lane]))
        if not any_due:
            return
        call(kernels.interpolate, base)
        call(kernels.conditions, base)
        for lane in range(LANES):
            if accepted[lane] == 0 or due[lane] > limit[lane]:
                continue
            patient = lanes.patient[lane]
            for rule in range(rules):
                if lanes.rule_next[rule, lane] > due[lane] or lanes.pending[2 * rule, lane] < np.inf:
                    continue
                following = due[lane] + watches.rule_every[rule, patient]
                if arena[at.conditions + LANES * rule + lane] > 0.0:
                    lanes.rule_count[rule, lane] += 1
                    wait = watches.rule_limits[rule, 1]
                    if wait > 0.0:
                        following = max(following, due[lane] + wait)
                    moment = max(due[lane] + watches.rule_limits[rule, 2], lanes.day[lane] + 1e-6 * arena[at.step + lane])
                    lanes.pending[2 * rule, lane] = moment
                    limit[lane] = min(limit[lane], moment)
                    if lanes.rule_count[rule, lane] >= watches.rule_limits[rule, 0]:
                        following = np.inf
                if following > watches.rule_stop[rule, patient]:
                    following = np.inf
                lanes.rule_next[rule, lane] = following


@numba.njit(cache=True, nogil=True)
def _write_grid(arena, base, at, kernels, sizes, wanted, lanes, accepted):
    """Outputs on the grid days that the step passed."""
    if wanted.grid.size == 0:
        return
    due = np.zeros(LANES, np.int64)
    while True:
        any_due = False
        for lane in range(LANES):
            due[lane] = 0
            g = lanes.grid[lane]
            if accepted[lane] == 1 and g < wanted.grid.size:
                day, step = lanes.day[lane], arena[at.step + lane]
                end = lanes.stop[lane] if lanes.landing[lane] == 1 else day + step
                if wanted.grid[g] <= end:
                    due[lane] = 1
                    any_due = True
                    arena[at.fraction + lane] = min(1.0, (wanted.grid[g] - day) / step)
        if not any_due:
            return
        call(kernels.interpolate, base)
        call(kernels.grid_outputs, base)
        for lane in range(LANES):
            if due[lane] == 1:
                for k in range(sizes.grid_outputs):
                    wanted.outputs[lanes.patient[lane], lanes.grid[lane], k] = arena[at.grid_outputs + LANES * k + lane]
                lanes.grid[lane] += 1


@numba.njit(cache=True, nogil=True)
def _commit(arena, base, at, kernels, wanted, lanes, accepted):
    for lane in range(LANES):
        arena[at.chosen + lane] = float(accepted[lane])
        if accepted[lane] == 1:
            landed = lanes.landing[lane] == 1
            lanes.day[lane] = lanes.stop[lane] if landed else lanes.day[lane] + arena[at.step + lane]
    call(kernels.commit, base)


@numba.njit(cache=True, nogil=True)
def _release(arena, at, sizes, patients, wanted, lanes, active):
    """Give back the lanes of patients who are done or failed."""
    for lane in range(LANES):
        if active[lane] == 0:
            continue
        patient = lanes.patient[lane]
        if lanes.day[lane] < patients.stop and wanted.status[patient] == DONE:
            continue
        for i in range(wanted.final.shape[1]):
            wanted.final[patient, i] = arena[at.state + LANES * i + lane]
        for r in range(wanted.readout_kind.size):
            time_wanted = wanted.readout_kind[r] == 1 or wanted.readout_kind[r] == 3
            wanted.readouts[patient, r] = lanes.best_day[r, lane] if time_wanted else lanes.best[r, lane]
            if wanted.status[patient] != DONE:
                wanted.readouts[patient, r] = np.nan
        active[lane] = 0
        lanes.patient[lane] = -1
