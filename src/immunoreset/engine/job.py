"""What the driver is given and what it keeps: plain arrays, named.

Shapes: n patients of one block, m scheduled occasions, k grid days, r readouts; lanes are always eight.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

DONE, STEP_LIMIT, STEP_TOO_SMALL, NOT_FINITE, CANCELLED = 0, 1, 2, 3, 4
MESSAGES = {
    DONE: "done",
    STEP_LIMIT: "stopped at the limit of steps; loosen rtol or raise max_steps",
    STEP_TOO_SMALL: "the step size fell below rounding; the equations may have a singularity",
    NOT_FINITE: "a value became infinite or not a number; check this patient's parameters",
    CANCELLED: "cancelled before the end",
}
NO_ACTION = -1  # an occasion at which the solver only has to stop (the edge of a readout window)
CHANGES_PARAMETERS, GENTLE = 1, 2  # kinds of actions, as bits; after a gentle one the step size is kept


class Kernels(NamedTuple):
    """Addresses of compiled code."""

    step: int
    dense: int
    interpolate: int
    commit: int
    start_step: int
    prepare: int
    grid_outputs: int
    monitors: int
    monitor_one: int
    conditions: int
    observe: int
    read: int
    enter: int
    leave: int


class Sizes(NamedTuple):
    """How many of each the study has."""

    states: int
    hazards: int
    personal: int
    grid_outputs: int
    monitors: int
    conditions: int


class Patients(NamedTuple):
    """Inputs of one block."""

    initial: Numbers  # (n, states)
    personal: Numbers  # (n, personal)
    days: Numbers  # (n, m) ascending, inf where nothing more happens
    actions: Whole  # (n, m) number of the action, or NO_ACTION
    values: Numbers  # (n, m)
    names: Whole  # (n, m) number under which it is recorded, or -1
    start: float
    stop: float


class Watches(NamedTuple):
    """Rules, hazards and extinctions; the second index of personal schedules is the patient."""

    rule_start: Numbers  # (rules, n)
    rule_stop: Numbers
    rule_every: Numbers
    rule_value: Numbers
    rule_limits: Numbers  # (rules, 4): at most, lock-out, delay, after
    rule_actions: Whole  # (rules, 4): action, its name, action afterwards or -1, its name
    hazard_thresholds: Numbers  # (hazards, n, most)
    hazard_actions: Whole  # (hazards, 3): action or -1, name, at most
    extinctions: Whole  # (extinctions, 4): monitor, action, name, at most
    extinction_limits: Numbers  # (extinctions,)


class Wanted(NamedTuple):
    """Outputs of one block."""

    grid: Numbers  # (k,)
    outputs: Numbers  # (n, outputs, k), nan from the day on which a patient failed
    readout_kind: Whole  # (r,)
    readout_monitor: Whole  # (r,)
    readout_window: Numbers  # (r, 3): start, stop, level
    readouts: Numbers  # (n, r)
    status: Whole  # (n,)
    steps: Whole  # (n, 2): accepted, rejected
    final: Numbers  # (n, states)
    log: Numbers  # (most, 4): patient, day, name, value
    tally: int  # address of three whole numbers that the threads share: the next patient, rows of the log, patients done


class Settings(NamedTuple):
    """How to solve."""

    max_steps: int
    cancel: Whole  # (1,) set to 1 to stop
    always: bool = False  # search in every step for what may happen in it, as a check of the quick look


class Lanes(NamedTuple):
    """Where each of the eight lanes stands; what the kernels work on, too, lies in the arena."""

    patient: Whole  # (8,) row in the block, -1 when idle
    active: Whole
    status: Whole
    tries: Whole  # (2, 8) steps accepted and rejected
    day: Numbers
    end: Numbers  # day at which the present step ends
    next_step: Numbers
    stop: Numbers  # the next day at which the solver must land
    landing: Whole  # 1 when this step ends on `stop`
    rejected: Whole  # 1 when the last try was rejected
    bearable: Numbers  # the step that the last shock allowed, inf before one bounded it
    shaken: Whole  # 1 while the first step after a shock is awaited, 2 when its size is to be kept
    occasion: Whole  # next scheduled occasion
    grid: Whole  # number of the next grid day
    grid_day: Numbers  # that day, inf when there is none
    readings: Numbers  # (8 x k x outputs) kept here while a patient runs: rows far apart in memory would hold up the solver
    rule_next: Numbers  # (rules, 8) day of the next look
    rule_count: Whole  # (rules, 8)
    pending: Numbers  # (slots, 8) day of an awaited action, inf when none
    hazard_count: Whole  # (hazards, 8)
    hazard_next: Numbers  # (hazards, 8) accumulated hazard at which the next event happens, inf when none will
    extinction_count: Whole  # (extinctions, 8)
    samples: Numbers  # (5, monitors, 8) monitors at quarters of the step; row 4 is the end
    best: Numbers  # (r, 8) readouts so far
    best_day: Numbers  # (r, 8)
    limit: Numbers  # day up to which a noticed step stands, while moments are searched for
    due: Numbers  # day of the next look of any rule, likewise
    found: Numbers  # (hazards and extinctions, 8) their days within the step, likewise
    emptied: Whole  # how many sums an action left below their limits
    changed: Whole  # what their extinction changes, as `give` tells it
