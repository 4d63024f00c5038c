"""Where each quantity lies in the block of memory that eight patients share while they are solved.

One block ("arena") per thread: named sections of doubles, each entry a vector of eight lanes unless it is one number for
all. The kernels address it by fixed offsets, the driver by the same numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from immunoreset.engine.loops import STAGED
from immunoreset.engine.vector_math import LANES


class Offsets(NamedTuple):
    """First double of each section, in the arena of one thread."""

    time: int  # day at the start of the step
    step: int  # step size, days
    moment: int  # day at which outputs, conditions and actions are evaluated
    fraction: int  # position of that day within the step, 0..1
    chosen: int  # lanes that a commit or an action touches (1 or 0)
    value: int  # the amount of an action
    error: int  # scaled error of the last step, to be at most 1
    proposal: int  # factor by which the step size could change
    start_step: int  # suggested first step
    end: int  # day at the end of the step
    always: int  # 1 to search in every lane, 0 in those that need it (one double)
    which: int  # number of the monitor that is asked for (one double)
    noticed: int  # lanes in which something happens within the step, as bits (one double)
    refining: int  # lanes in which a read-out needs a search, as bits (one double)
    attention: int  # the same as `noticed` while it is made
    mode: int  # the processor's arithmetic mode, kept while denormal numbers are flushed
    state: int
    new_state: int  # during the step: the state at a stage
    between: int  # interpolated state
    increments: int  # the eight stages: of each the increments, and what drives the followers
    time_rates: int
    dense: int
    factors: int
    personal: int  # parameters and derived constants that differ between patients
    shared: int  # those that do not (one double each)
    absolute: int  # absolute tolerance of each state (one double each)
    relative: int  # relative tolerance of each state (one double each)
    grid_outputs: int
    monitors: int
    conditions: int
    largest: int  # largest size of each state at the start of a step
    samples: int  # monitors at the start, the quarters and the end of the step
    best: int  # read-outs so far
    best_day: int
    windows: int  # start, stop and level of each read-out (one double each)
    refine: int  # lanes in which each read-out needs a search, as bits (one double each)
    rule_next: int  # day of the next look of each rule
    rule_scan: int  # the same while looks are tried
    rule_every: int
    rule_stop: int
    pending: int  # day of each awaited action
    hazard_next: int  # accumulated hazard at which the next event happens
    size: int


def plan_arena(
    *, states: int, width: int, factors: int, personal: int, shared: int, grid_outputs: int, monitors: int, conditions: int,
    readouts: int, hazards: int, slots: int,
) -> Offsets:  # fmt: skip
    """Lay the sections one after the other, each beginning on a 64-byte line."""
    lengths = {
        "time": LANES,
        "step": LANES,
        "moment": LANES,
        "fraction": LANES,
        "chosen": LANES,
        "value": LANES,
        "error": LANES,
        "proposal": LANES,
        "start_step": LANES,
        "end": LANES,
        "always": 1,
        "which": 1,
        "noticed": 1,
        "refining": 1,
        "attention": LANES,
        "mode": 1,
        "state": states * LANES,
        "new_state": states * LANES,
        "between": states * LANES,
        "increments": STAGED * width,
        "time_rates": states * LANES,
        "dense": 3 * states * LANES,
        "factors": factors * LANES,
        "personal": personal * LANES,
        "shared": shared,
        "absolute": states,
        "relative": states,
        "grid_outputs": grid_outputs * LANES,
        "monitors": monitors * LANES,
        "conditions": conditions * LANES,
        "largest": states * LANES,
        "samples": 5 * monitors * LANES,
        "best": readouts * LANES,
        "best_day": readouts * LANES,
        "windows": 3 * readouts,
        "refine": readouts,
        "rule_next": conditions * LANES,
        "rule_scan": conditions * LANES,
        "rule_every": conditions * LANES,
        "rule_stop": conditions * LANES,
        "pending": slots * LANES,
        "hazard_next": hazards * LANES,
    }
    position, starts = 0, {}
    for name, length in lengths.items():
        starts[name] = position
        position += -(-length // LANES) * LANES
    return Offsets(**starts, size=position)


def allocate(offsets: Offsets) -> np.ndarray:
    """A zeroed arena on a 64-byte boundary, float64 of length offsets.size."""
    block = np.zeros(offsets.size + LANES)
    skip = (-block.ctypes.data // 8) % LANES
    return block[skip : skip + offsets.size]
