"""What happens between two steps: occasions of the timetable, and what rules, hazards and extinctions bring about."""

from __future__ import annotations

import math

import numpy as np

from immunoreset.engine.intrinsics import LOGGED, borrowing, call, fetch_add
from immunoreset.engine.job import CHANGES_PARAMETERS, GENTLE
from immunoreset.engine.vector_math import LANES


@borrowing()
def record(log, tally, patient, day, name, value):
    """One row in the table of events, which the threads share."""
    if name >= 0:
        row = fetch_add(tally + LOGGED, 1)
        if row < log.shape[0]:
            log[row, 0] = patient
            log[row, 1] = day
            log[row, 2] = name
            log[row, 3] = value


@borrowing()
def do(arena, base, at_chosen, at_moment, at_value, address, lane, day, value):
    """Run an action in one lane."""
    for other in range(LANES):
        arena[at_chosen + other] = 0.0
    arena[at_chosen + lane] = 1.0
    arena[at_moment + lane] = day
    arena[at_value + lane] = value
    call(address, base)


@borrowing()
def give(
    arena, base, at_chosen, at_moment, at_value, prepare, addresses, kinds, days, actions, values, names, log, tally,
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
                record(log, tally, who, now, names[who, m], values[who, m])
            m += 1
        if stale:
            call(prepare, base)
        occasion[lane] = m
        stop[lane] = min(last, days[who, m]) if m < days.shape[1] else last


@borrowing()
def mind_pending(pending, stop, day, chosen):
    """Let the next stop be no later than the next awaited action; returns whether one is due."""
    due = False
    for slot in range(pending.shape[0]):
        for lane in range(LANES):
            if chosen[lane] > 0:
                stop[lane] = min(stop[lane], pending[slot, lane])
                due = due or pending[slot, lane] <= day[lane]
    return due


@borrowing()
def left_small(samples, extinctions, limits, chosen):
    """Whether a change left a sum below its limit but not empty in any lane."""
    for gone in range(extinctions.shape[0]):
        for lane in range(LANES):
            if chosen[lane] > 0 and -limits[gone] < samples[4, extinctions[gone, 0], lane] < 0.0:
                return True
    return False


@borrowing()
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


@borrowing()
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
            record(wanted.log, wanted.tally, patient, day, name, value)
        for slot in range(lanes.pending.shape[0]):
            lanes.stop[lane] = min(lanes.stop[lane], lanes.pending[slot, lane])


@borrowing()
def _look_again(watches, lanes, lane, rule, patient, day):
    """The looks that fell while an action was awaited are skipped."""
    following, every = lanes.rule_next[rule, lane], watches.rule_every[rule, patient]
    if following <= day:
        following += (math.floor((day - following) / every) + 1.0) * every
        lanes.rule_next[rule, lane] = following if following <= watches.rule_stop[rule, patient] else np.inf


@borrowing()
def next_threshold(watches, patient, hazard, count):
    """The accumulated hazard of the event after `count` others, inf when there will be none."""
    return watches.hazard_thresholds[hazard, patient, count] if count < watches.hazard_actions[hazard, 2] else np.inf
