"""How long the next step is: chosen before it, judged after it, and shortened after a shock."""

from __future__ import annotations

import math

from immunoreset.engine.intrinsics import borrowing
from immunoreset.engine.job import DONE, NOT_FINITE, STEP_LIMIT, STEP_TOO_SMALL
from immunoreset.engine.vector_math import LANES

IDLE_STEP = 1e-3
_SAFETY = 0.9
_SHRINK_MOST = 0.1
_GROW_MOST = 6.0
_AFTER_SHOCK = 0.8  # a step after a shock is at most this part of what the last one allowed
_SHAKEN, _LEARNS = 1, 2  # the first step after a shock is awaited; and its size will be kept


@borrowing(inline="always")
def choose_steps(arena, at_step, at_time, day, end, next_step, stop, landing, active):
    """Step sizes; a step that would leave a sliver before the next stop is evened out."""
    for lane in range(LANES):
        if active[lane] == 0:
            arena[at_step + lane] = IDLE_STEP
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


@borrowing(inline="always")
def shorten(next_step, bearable, shaken, changed):
    """After a shock: no longer a step than the shock before allowed, where that one bounded it."""
    for lane in range(LANES):
        if changed[lane] == 1:
            most = _AFTER_SHOCK * bearable[lane]
            shaken[lane] = _LEARNS if next_step[lane] > most else _SHAKEN
            next_step[lane] = min(next_step[lane], most)


@borrowing(inline="always")
def judge(
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
