"""The moment within a step at which a rule acts, a hazard comes due or a clone dies out, in the lanes where one does.

Where something happens inside a step, the step is undone and made again up to that moment.
"""

from __future__ import annotations

import numpy as np

from immunoreset.engine.happening import next_threshold, record
from immunoreset.engine.intrinsics import borrowing, call
from immunoreset.engine.vector_math import LANES
from immunoreset.engine.watching import crossing


@borrowing()
def find(arena, base, at, kernels, sizes, watches, wanted, lanes, noticed, accepted):
    """What happens within the step of the noticed lanes. The earliest counts: up to it the step is made again, and the rest is
    forgotten. Clears `accepted` of the lanes whose step is undone."""
    rules, extinctions = watches.rule_start.shape[0], watches.extinctions.shape[0]
    limit, found = lanes.limit, lanes.found
    for lane in range(LANES):
        if noticed[lane] == 0:
            continue
        limit[lane] = lanes.end[lane]
        for k in range(found.shape[0]):
            found[k, lane] = np.inf
        for hazard in range(sizes.hazards):
            if watches.hazard_actions[hazard, 0] >= 0 and lanes.pending[2 * rules + hazard, lane] == np.inf:
                found[hazard, lane] = _hazard(arena, base, at, kernels, sizes, lanes, lane, hazard)
        for gone in range(extinctions):
            found[sizes.hazards + gone, lane] = _extinction(arena, base, at, kernels, sizes, watches, lanes, lane, gone)
        for k in range(found.shape[0]):
            limit[lane] = min(limit[lane], found[k, lane])
    if rules > 0:
        _look(arena, base, at, kernels, watches, lanes, noticed, limit)
    for lane in range(LANES):
        if noticed[lane] == 0:
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
            for monitor in range(sizes.monitors):
                lanes.samples[4, monitor, lane] = lanes.samples[0, monitor, lane]
            lanes.next_step[lane] = max(lanes.next_step[lane], arena[at.step + lane])
            continue
        for hazard in range(sizes.hazards):
            if watches.hazard_actions[hazard, 0] < 0:
                _record_hazard(arena, base, at, kernels, sizes, watches, wanted, lanes, lane, hazard)


@borrowing()
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


@borrowing()
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
        record(wanted.log, wanted.tally, lanes.patient[lane], moment, name, float(count + 1))


@borrowing()
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


@borrowing()
def _look(arena, base, at, kernels, watches, lanes, noticed, limit):
    """Look at the rules on their days, up to the moment in each lane at which something happens."""
    rules = watches.rule_start.shape[0]
    due = lanes.due
    while True:
        any_due = False
        for lane in range(LANES):
            due[lane] = np.inf
            if noticed[lane] == 0:
                continue
            for rule in range(rules):
                if lanes.pending[2 * rule, lane] == np.inf:
                    due[lane] = min(due[lane], lanes.rule_next[rule, lane])
            if due[lane] <= limit[lane]:
                any_due = True
                arena[at.fraction + lane] = min(1.0, max(0.0, (due[lane] - lanes.day[lane]) / arena[at.step + lane]))
        if not any_due:
            return
        call(kernels.conditions, base)
        for lane in range(LANES):
            if noticed[lane] == 0 or due[lane] > limit[lane]:
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
