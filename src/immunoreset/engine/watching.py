"""What is read from a step: outputs on the grid days that it passed, and the peaks and crossings that read-outs ask for.

Which read-outs of which lanes need one is found by the kernels from the monitors at quarters of the step (`observing.py`).
"""

from __future__ import annotations

import math

import numpy as np

from immunoreset.engine.intrinsics import borrowing, call
from immunoreset.engine.vector_math import LANES

_REFINEMENTS = 60


@borrowing()
def monitor_at(arena, base, at, kernels, monitor, lane, fraction):
    """One monitor of one lane at a fraction of the current step."""
    arena[at.fraction + lane] = fraction
    arena[at.which] = monitor
    call(kernels.monitor_one, base)
    return arena[at.monitors + LANES * monitor + lane]


@borrowing()
def crossing(arena, base, at, kernels, monitor, lane, level, left, right, value_left, value_right):
    """Fraction of the step at which a monitor passes `level`, bracketed by left and right (Illinois method)."""
    a, b, fa, fb = left, right, value_left - level, value_right - level
    side = 0
    for _ in range(_REFINEMENTS):
        if b - a < 1e-12:
            break
        c = (fa * b - fb * a) / (fa - fb)
        if not (a < c < b):
            c = 0.5 * (a + b)
        fc = monitor_at(arena, base, at, kernels, monitor, lane, c) - level
        if fc == 0.0:
            return c
        if (fc > 0.0) == (fb > 0.0):
            b, fb = c, fc
            if side == 1:
                fa *= 0.5
            side = 1
        else:
            a, fa = c, fc
            if side == -1:
                fb *= 0.5
            side = -1
        if abs(fc) <= 1e-13 * max(abs(level), abs(value_right - value_left)):
            return c
    return b


@borrowing()
def peak(arena, base, at, kernels, monitor, lane, sign, left, right):
    """(fraction, value) of the largest sign * monitor inside a bracket, by golden section."""
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    a, b = left, right
    c, d = b - ratio * (b - a), a + ratio * (b - a)
    fc = sign * monitor_at(arena, base, at, kernels, monitor, lane, c)
    fd = sign * monitor_at(arena, base, at, kernels, monitor, lane, d)
    while b - a > 1e-5:
        if fc >= fd:
            b, d, fd = d, c, fc
            c = b - ratio * (b - a)
            fc = sign * monitor_at(arena, base, at, kernels, monitor, lane, c)
        else:
            a, c, fc = c, d, fd
            d = a + ratio * (b - a)
            fd = sign * monitor_at(arena, base, at, kernels, monitor, lane, d)
    if fc >= fd:
        return c, sign * fc
    return d, sign * fd


@borrowing()
def _slopes(samples, monitor, lane):
    """Slopes of a monitor at the quarters of the step (per quarter), from parabolas through three neighbours."""
    g0, g1, g2 = samples[0, monitor, lane], samples[1, monitor, lane], samples[2, monitor, lane]
    g3, g4 = samples[3, monitor, lane], samples[4, monitor, lane]
    return (2 * g1 - 1.5 * g0 - 0.5 * g2, 0.5 * (g2 - g0), 0.5 * (g3 - g1), 0.5 * (g4 - g2), 1.5 * g4 - 2 * g3 + 0.5 * g2)


@borrowing()
def _turn(arena, base, at, kernels, samples, lane, monitor, sign, q, least):
    """(fraction, value) of a peak of sign * monitor inside quarter q that may exceed `least`; fraction -1 when there is none."""
    slopes = _slopes(samples, monitor, lane)
    left, right = sign * slopes[q], sign * slopes[q + 1]
    if left > 0.0 and right < 0.0:
        higher = max(sign * samples[q, monitor, lane], sign * samples[q + 1, monitor, lane])
        if higher + 0.25 * max(left, -right) > least:
            return peak(arena, base, at, kernels, monitor, lane, sign, 0.25 * q, 0.25 * (q + 1))
    return -1.0, 0.0


@borrowing()
def _extreme(arena, base, at, kernels, monitor, samples, best_values, best_days, lane, r, sign, day, step):
    """Update a running maximum (sign 1) or minimum (sign -1), which knows the samples, by a peak between them."""
    best = sign * best_values[r, lane]
    for q in range(4):
        fraction, value = _turn(arena, base, at, kernels, samples, lane, monitor, sign, q, best)
        if fraction >= 0.0 and sign * value > best:
            best = sign * value
            best_values[r, lane] = value
            best_days[r, lane] = day + fraction * step


@borrowing()
def _passes(arena, base, at, kernels, samples, lane, monitor, level, q, upward):
    """Fraction of the step at which a monitor first rises to `level` (or falls below it) in quarter q; -1 when it does not."""
    left, right = 0.25 * q, 0.25 * (q + 1)
    a, b = samples[q, monitor, lane], samples[q + 1, monitor, lane]
    if (a < level) == upward and (b < level) != upward:
        return crossing(arena, base, at, kernels, monitor, lane, level, left, right, a, b)
    if (a < level) == (b < level):  # there and back within the quarter
        sign = 1.0 if a < level else -1.0
        c, top = _turn(arena, base, at, kernels, samples, lane, monitor, sign, q, sign * level)
        if c >= 0.0 and (top < level) != (a < level):
            if (a < level) == upward:
                return crossing(arena, base, at, kernels, monitor, lane, level, left, c, a, top)
            return crossing(arena, base, at, kernels, monitor, lane, level, c, right, top, b)
    return -1.0


@borrowing()
def _below(arena, base, at, kernels, samples, lane, monitor, level, step):
    """Days of the step that a monitor spends below `level`."""
    total = 0.0
    for q in range(4):
        a, b = samples[q, monitor, lane], samples[q + 1, monitor, lane]
        first = _passes(arena, base, at, kernels, samples, lane, monitor, level, q, a < level)
        if first < 0.0:
            total += 0.25 if a < level else 0.0
            continue
        second = 0.25 * (q + 1)
        if (a < level) == (b < level):
            second = _passes(arena, base, at, kernels, samples, lane, monitor, level, q, a >= level)
        inside = second - first
        total += 0.25 - inside if a < level else inside
    return total * step


@borrowing()
def refine_readouts(arena, base, at, kernels, kinds, monitors, windows, samples, best, best_day, days):
    """Search within the step for the read-outs and lanes that `read` marked; windows begin and end on step ends."""
    for r in range(kinds.size):
        marked = int(arena[at.refine + r])
        if marked == 0:
            continue
        kind, monitor, level = kinds[r], monitors[r], windows[r, 2]
        for lane in range(LANES):
            if marked >> lane & 1 == 0:
                continue
            day, step = days[lane], arena[at.step + lane]
            if kind <= 3:
                sign = 1.0 if kind <= 1 else -1.0
                _extreme(arena, base, at, kernels, monitor, samples, best, best_day, lane, r, sign, day, step)
            elif kind <= 5:
                for q in range(4):
                    c = _passes(arena, base, at, kernels, samples, lane, monitor, level, q, kind == 4)
                    if c >= 0.0:
                        best[r, lane] = day + c * step
                        break
            else:
                best[r, lane] += _below(arena, base, at, kernels, samples, lane, monitor, level, step)


@borrowing()
def jump_readouts(arena, at, sizes, wanted, lanes, lane, day, first):
    """Take note of monitors that changed at once (a dose); `arena` holds their values after the change."""
    for r in range(wanted.readout_kind.size):
        kind, monitor, level = wanted.readout_kind[r], wanted.readout_monitor[r], wanted.readout_window[r, 2]
        after = arena[at.monitors + LANES * monitor + lane]
        before = after if first else lanes.samples[4, monitor, lane]
        if day < wanted.readout_window[r, 0] or day > wanted.readout_window[r, 1]:
            continue
        if kind <= 3:
            sign = 1.0 if kind <= 1 else -1.0
            if math.isnan(lanes.best[r, lane]) or sign * after > sign * lanes.best[r, lane]:
                lanes.best[r, lane] = after
                lanes.best_day[r, lane] = day
        elif math.isnan(lanes.best[r, lane]) and (
            (kind == 4 and before < level <= after) or (kind == 5 and before >= level > after)
        ):
            lanes.best[r, lane] = day
    for monitor in range(sizes.monitors):
        lanes.samples[4, monitor, lane] = arena[at.monitors + LANES * monitor + lane]


@borrowing(inline="always")
def grid_due(end, grid_day, accepted):
    due = False
    for lane in range(LANES):
        due = due or (accepted[lane] == 1 and grid_day[lane] <= end[lane])
    return due


@borrowing(inline="always")
def write_grid(
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
