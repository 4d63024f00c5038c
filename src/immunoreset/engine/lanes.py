"""Eight patients are solved at a time; a lane is the place of one: who takes it, where he stands, and what he leaves behind."""

from __future__ import annotations

import math

import numba
import numpy as np

from immunoreset.engine.happening import next_threshold
from immunoreset.engine.intrinsics import FINISHED, borrowing, fetch_add
from immunoreset.engine.job import DONE, Lanes
from immunoreset.engine.vector_math import LANES


@numba.njit(cache=True, nogil=True)
def _section(arena, start, rows):
    """Rows of eight lanes in the arena."""
    return arena[start : start + LANES * rows].reshape(rows, LANES)


@numba.njit(cache=True, nogil=True)
def empty_lanes(arena, at, sizes, watches, wanted):
    """Eight idle lanes."""
    rules, hazards, extinctions = watches.rule_start.shape[0], sizes.hazards, watches.extinctions.shape[0]
    readouts, slots = wanted.readout_kind.size, 2 * rules + hazards + extinctions
    arena[at.pending : at.pending + LANES * slots] = np.inf
    arena[at.rule_next : at.rule_next + LANES * rules] = np.inf
    arena[at.hazard_next : at.hazard_next + LANES * hazards] = np.inf
    return Lanes(
        patient=np.full(LANES, -1),
        active=np.zeros(LANES, np.int64),
        status=np.zeros(LANES, np.int64),
        tries=np.zeros((2, LANES), np.int64),
        day=np.zeros(LANES),
        end=arena[at.end : at.end + LANES],
        next_step=np.zeros(LANES),
        stop=np.zeros(LANES),
        landing=np.zeros(LANES, np.int64),
        rejected=np.zeros(LANES, np.int64),
        bearable=np.full(LANES, np.inf),
        shaken=np.zeros(LANES, np.int64),
        occasion=np.zeros(LANES, np.int64),
        grid=np.zeros(LANES, np.int64),
        grid_day=np.full(LANES, np.inf),
        readings=np.empty(LANES * wanted.grid.size * sizes.grid_outputs),
        rule_next=_section(arena, at.rule_next, rules),
        rule_count=np.zeros((rules, LANES), np.int64),
        pending=_section(arena, at.pending, slots),
        hazard_count=np.zeros((hazards, LANES), np.int64),
        hazard_next=_section(arena, at.hazard_next, hazards),
        extinction_count=np.zeros((extinctions, LANES), np.int64),
        samples=_section(arena, at.samples, 5 * sizes.monitors).reshape(5, sizes.monitors, LANES),
        best=_section(arena, at.best, readouts),
        best_day=_section(arena, at.best_day, readouts),
        limit=np.zeros(LANES),
        due=np.zeros(LANES),
        found=np.zeros((hazards + extinctions, LANES)),
        emptied=np.zeros(LANES, np.int64),
        changed=np.zeros(LANES, np.int64),
    )


@borrowing()
def seat(arena, at, sizes, patients, watches, wanted, lanes, lane, patient):
    """Put a patient into a lane, on the first day."""
    lanes.patient[lane] = patient
    lanes.active[lane] = 1
    lanes.status[lane] = DONE
    lanes.tries[:, lane] = 0
    lanes.day[lane] = patients.start
    lanes.next_step[lane] = np.inf
    lanes.rejected[lane] = 0
    lanes.bearable[lane] = np.inf
    lanes.shaken[lane] = 0
    lanes.occasion[lane] = 0
    lanes.grid[lane] = 0
    lanes.grid_day[lane] = wanted.grid[0] if wanted.grid.size > 0 else np.inf
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
        arena[at.rule_every + LANES * rule + lane] = watches.rule_every[rule, patient]
        arena[at.rule_stop + LANES * rule + lane] = watches.rule_stop[rule, patient]
    lanes.pending[:, lane] = np.inf
    lanes.hazard_count[:, lane] = 0
    for hazard in range(sizes.hazards):
        lanes.hazard_next[hazard, lane] = next_threshold(watches, patient, hazard, 0)
    lanes.extinction_count[:, lane] = 0
    for r in range(wanted.readout_kind.size):
        lanes.best[r, lane] = np.nan if wanted.readout_kind[r] <= 5 else 0.0
        lanes.best_day[r, lane] = np.nan


@borrowing()
def release(arena, at, wanted, lanes):
    """Write the results of patients who are done or failed and free their lanes."""
    for lane in range(LANES):
        if lanes.active[lane] == 0 or (lanes.status[lane] == DONE and lanes.stop[lane] > lanes.day[lane]):
            continue
        patient = lanes.patient[lane]
        wanted.status[patient] = lanes.status[lane]
        wanted.steps[patient, 0] = lanes.tries[0, lane]
        wanted.steps[patient, 1] = lanes.tries[1, lane]
        stored, days = wanted.outputs.shape[1], wanted.outputs.shape[2]
        first = lane * stored * days
        for k in range(stored):
            for g in range(days):
                wanted.outputs[patient, k, g] = lanes.readings[first + stored * g + k] if g < lanes.grid[lane] else np.nan
        if lanes.status[lane] == DONE:
            for i in range(wanted.final.shape[1]):
                wanted.final[patient, i] = arena[at.state + LANES * i + lane]
            for r in range(wanted.readout_kind.size):
                time_wanted = wanted.readout_kind[r] == 1 or wanted.readout_kind[r] == 3
                wanted.readouts[patient, r] = lanes.best_day[r, lane] if time_wanted else lanes.best[r, lane]
        lanes.active[lane] = 0
        lanes.patient[lane] = -1
        fetch_add(wanted.tally + FINISHED, 1)
