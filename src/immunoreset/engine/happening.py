"""What happens between two steps: occasions of the timetable, and what rules, hazards and extinctions bring about.

Where something happens inside a step, the step is undone and made again up to that moment.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from immunoreset.engine.job import CHANGES_PARAMETERS, GENTLE
from immunoreset.engine.vector_math import LANES
from immunoreset.engine.watching import call, crossing


@numba.njit(cache=True, nogil=True)
def record(log, logged, patient, day, name, value):
    """One row in the table of events."""
    if name >= 0 and logged[0] < log.shape[0]:
        row = logged[0]
        log[row, 0] = patient
        log[row, 1] = day
        log[row, 2] = name
        log[row, 3] = value
        logged[0] = row + 1


@numba.njit(cache=True, nogil=True)
def do(arena, base, at_chosen, at_moment, at_value, address, lane, day, value):
    """Run an action in one lane."""
    for other in range(LANES):
        arena[at_chosen + other] = 0.0
    arena[at_chosen + lane] = 1.0
    arena[at_moment + lane] = day
    arena[at_value + lane] = value
    call(address, base)


@numba.njit(cache=True, nogil=True)
def give(
    arena, base, at_chosen, at_moment, at_value, prepare, addresses, kinds, days, actions, values, names, log, logged,
    stop, patient, day, occasion, chosen, changed, last,
):  # fmt: skip
    """Carry out the occasions that are due; `changed` becomes 1, or 2 where the solver should restart with care."""
    for lane in range(LANES):
        changed[lane] = 0
        if chosen[lane] == 0:
            continue
        who, now, m = patient[lane], day[lane], occasion[lane]
        stale = False  # derived constants wait for `prepare`
        while m < days.shape[1] and days[who, m] <= now:
            action = actions[who, m]
            if action >= 0:
                if stale:
                    call(prepare, base)
                do(arena, base, at_chosen, at_moment, at_value, addresses[action], lane, now, values[who, m])
                stale = kinds[action] & CHANGES_PARAMETERS != 0
                changed[lane] = max(changed[lane], 1 if kinds[action] & GENTLE != 0 else 2)
                record(log, logged, who, now, names[who, m], values[who, m])
            m += 1
        if stale:
            call(prepare, base)
        occasion[lane] = m
        stop[lane] = min(last, days[who, m]) if m < days.shape[1] else last


@numba.njit(cache=True, nogil=True)
def mind_pending(pending, stop, day, chosen):
    """Let the next stop be no later than the next awaited action; returns whether one is due."""
    due = False
    for slot in range(pending.shape[0]):
        for lane in range(LANES):
            if chosen[lane] > 0:
                stop[lane] = min(stop[lane], pending[slot, lane])
                due = due or pending[slot, lane] <= day[lane]
    return due


@numba.njit(cache=True, nogil=True)
def left_small(samples, extinctions, limits, chosen):
    """Whether a change left a sum below its limit but not empty in any lane."""
    for gone in range(extinctions.shape[0]):
        for lane in range(LANES):
            if chosen[lane] > 0 and -limits[gone] < samples[4, extinctions[gone, 0], lane] < 0.0:
                return True
    return False


@numba.njit(cache=True, nogil=True)
def carry_out(arena, base, at, prepare, addresses, kinds, sizes, days, last, watches, wanted, lanes, chosen, changed):
    """Carry out the awaited actions of rules, hazards and extinctions that are due; sets the next stop."""
    rules = watches.rule_start.shape[0]
    for lane in range(LANES):
        if chosen[lane] == 0:
            continue
        patient, day = lanes.patient[lane], lanes.day[lane]
        m = lanes.occasion[lane]
        lanes.stop[lane] = min(last, days[patient, m]) if m < days.shape[1] else last
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
                lanes.hazard_next[hazard, lane] = next_threshold(watches, patient, hazard, lanes.hazard_count[hazard, lane])
                value = float(lanes.hazard_count[hazard, lane])
            else:
                gone = slot - 2 * rules - sizes.hazards
                action, name = watches.extinctions[gone, 1], watches.extinctions[gone, 2]
                lanes.extinction_count[gone, lane] += 1
            do(arena, base, at.chosen, at.moment, at.value, addresses[action], lane, day, value)
            if kinds[action] & CHANGES_PARAMETERS != 0:
                call(prepare, base)
            changed[lane] = 2
            record(wanted.log, wanted.logged, patient, day, name, value)
        for slot in range(lanes.pending.shape[0]):
            lanes.stop[lane] = min(lanes.stop[lane], lanes.pending[slot, lane])


@numba.njit(cache=True, nogil=True)
def _look_again(watches, lanes, lane, rule, patient, day):
    """The looks that fell while an action was awaited are skipped."""
    following, every = lanes.rule_next[rule, lane], watches.rule_every[rule, patient]
    if following <= day:
        following += (math.floor((day - following) / every) + 1.0) * every
        lanes.rule_next[rule, lane] = following if following <= watches.rule_stop[rule, patient] else np.inf


@numba.njit(cache=True, nogil=True)
def may_happen(arena, at_hazards, end, rule_next, hazard_next, samples, extinctions, accepted):
    """Whether a rule looks, a hazard comes due or a sum falls below its limit in any lane's step; quick to say no."""
    for lane in range(LANES):
        if accepted[lane] == 0:
            continue
        for rule in range(rule_next.shape[0]):
            if rule_next[rule, lane] <= end[lane]:
                return True
        for hazard in range(hazard_next.shape[0]):
            if arena[at_hazards + LANES * hazard + lane] >= hazard_next[hazard, lane]:
                return True
        for gone in range(extinctions.shape[0]):
            monitor = extinctions[gone, 0]
            if samples[0, monitor, lane] >= 0.0 and samples[4, monitor, lane] < 0.0:
                return True
    return False


@numba.njit(cache=True, nogil=True)
def next_threshold(watches, patient, hazard, count):
    """The accumulated hazard of the event after `count` others, inf when there will be none."""
    return watches.hazard_thresholds[hazard, patient, count] if count < watches.hazard_actions[hazard, 2] else np.inf


@numba.njit(cache=True, nogil=True)
def watch(arena, base, at, kernels, sizes, watches, wanted, lanes, accepted):
    """Find what happens within the step. The earliest counts: up to it the step is made again, and the rest is forgotten."""
    rules, extinctions = watches.rule_start.shape[0], watches.extinctions.shape[0]
    limit = np.empty(LANES)
    found = np.full((sizes.hazards + extinctions, LANES), np.inf)
    for lane in range(LANES):
        if accepted[lane] == 0:
            continue
        limit[lane] = lanes.end[lane]
        for hazard in range(sizes.hazards):
            if watches.hazard_actions[hazard, 0] >= 0 and lanes.pending[2 * rules + hazard, lane] == np.inf:
                found[hazard, lane] = _hazard(arena, base, at, kernels, sizes, lanes, lane, hazard)
        for gone in range(extinctions):
            found[sizes.hazards + gone, lane] = _extinction(arena, base, at, kernels, sizes, watches, lanes, lane, gone)
        for k in range(found.shape[0]):
            limit[lane] = min(limit[lane], found[k, lane])
    if rules > 0:
        _look(arena, base, at, kernels, watches, lanes, accepted, limit)
    for lane in range(LANES):
        if accepted[lane] == 0:
            continue
        for k in range(found.shape[0]):
            if found[k, lane] <= limit[lane]:
                lanes.pending[2 * rules + k, lane] = found[k, lane]
        for slot in range(lanes.pending.shape[0]):
            lanes.stop[lane] = min(lanes.stop[lane], lanes.pending[slot, lane])
        if lanes.stop[lane] <= lanes.end[lane]:
            lanes.landing[lane] = 1
        if limit[lane] < lanes.end[lane]:
            accepted[lane] = 0
            lanes.samples[4, :, lane] = lanes.samples[0, :, lane]
            lanes.next_step[lane] = max(lanes.next_step[lane], arena[at.step + lane])
            continue
        for hazard in range(sizes.hazards):
            if watches.hazard_actions[hazard, 0] < 0:
                _record_hazard(arena, base, at, kernels, sizes, watches, wanted, lanes, lane, hazard)


@numba.njit(cache=True, nogil=True)
def _extinction(arena, base, at, kernels, sizes, watches, lanes, lane, gone):
    """Day within the step on which a sum falls below its limit, inf when it does not."""
    slot = 2 * watches.rule_start.shape[0] + sizes.hazards + gone
    monitor, most = watches.extinctions[gone, 0], watches.extinctions[gone, 3]
    if lanes.pending[slot, lane] == np.inf and lanes.extinction_count[gone, lane] < most:
        a, b = lanes.samples[0, monitor, lane], lanes.samples[4, monitor, lane]
        if a >= 0.0 and b < 0.0:
            c = crossing(arena, base, at, kernels, monitor, lane, 0.0, 0.0, 1.0, a, b)
            return min(lanes.end[lane], lanes.day[lane] + max(c, 1e-6) * arena[at.step + lane])
    return np.inf


@numba.njit(cache=True, nogil=True)
def extinct_now(watches, hazards, lanes, lane):
    """After a change: awaits the extinction of sums that it left below their limits, but not empty; returns how many."""
    count = 0
    for gone in range(watches.extinctions.shape[0]):
        slot = 2 * watches.rule_start.shape[0] + hazards + gone
        monitor, most = watches.extinctions[gone, 0], watches.extinctions[gone, 3]
        excess = lanes.samples[4, monitor, lane]
        below = -watches.extinction_limits[gone] < excess < 0.0
        if below and lanes.pending[slot, lane] == np.inf and lanes.extinction_count[gone, lane] < most:
            lanes.pending[slot, lane] = lanes.day[lane]
            count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _record_hazard(arena, base, at, kernels, sizes, watches, wanted, lanes, lane, hazard):
    """Write down the events of a hazard without action within an accepted step; there may be several."""
    while lanes.hazard_count[hazard, lane] < watches.hazard_actions[hazard, 2]:
        count = lanes.hazard_count[hazard, lane]
        moment = _hazard(arena, base, at, kernels, sizes, lanes, lane, hazard)
        if moment == np.inf:
            return
        lanes.hazard_count[hazard, lane] = count + 1
        lanes.hazard_next[hazard, lane] = next_threshold(watches, lanes.patient[lane], hazard, count + 1)
        name = watches.hazard_actions[hazard, 1]
        record(wanted.log, wanted.logged, lanes.patient[lane], moment, name, float(count + 1))


@numba.njit(cache=True, nogil=True)
def _hazard(arena, base, at, kernels, sizes, lanes, lane, hazard):
    """Day within the step on which the accumulated hazard passes the patient's next threshold, inf when it does not."""
    row = sizes.states - sizes.hazards + hazard
    threshold = lanes.hazard_next[hazard, lane]
    fa, fb = arena[at.state + LANES * row + lane] - threshold, arena[at.new_state + LANES * row + lane] - threshold
    if not fb >= 0.0:
        return np.inf
    a, b = 0.0, 1.0
    for _ in range(60):
        if b - a < 1e-10:
            break
        c = 0.5 * (a + b) if fb == fa else min(max(a - fa * (b - a) / (fb - fa), a + 0.05 * (b - a)), b - 0.05 * (b - a))
        arena[at.fraction + lane] = c
        call(kernels.interpolate, base)
        fc = arena[at.between + LANES * row + lane] - threshold
        if fc >= 0.0:
            b, fb = c, fc
        else:
            a, fa = c, fc
    return min(lanes.end[lane], lanes.day[lane] + max(b, 1e-6) * arena[at.step + lane])


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
