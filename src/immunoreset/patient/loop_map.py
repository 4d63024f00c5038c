"""Where the autoreactive loop can rest: remission, the threshold, and active disease.

With the naive pool and BAFF at their untreated levels and no drug, the loop rests where its own production equals its loss.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from immunoreset.patient.autoreactive_loop import help_response, help_sustained, memory_sustained
from immunoreset.patient.b_cells import naive_follicle_exit

LOWEST, STEPS, BISECTIONS = 1e-9, 900, 60


def loop_map(activated: Any, p: Any) -> Any:
    """Gain less loss of activated autoreactive cells (fold of active disease); its zeros are the states of rest."""
    share = p.autoreactive_loop.naive_share
    sources = share + (1 - share) * memory_sustained(p, activated)
    return sources * help_response(p, help_sustained(p, activated)) - activated


def roots(p: Any) -> np.ndarray:
    """All rest states of one patient between 1e-9 and just below 1, then active disease (exactly 1), in rising order."""
    grid = np.append(np.geomspace(LOWEST, 0.1, STEPS), np.linspace(0.1, 0.9999, STEPS)[1:])
    value = loop_map(grid, p)
    crossing = np.flatnonzero(value[:-1] * value[1:] < 0)
    low, high = grid[crossing], grid[crossing + 1]
    falling = value[crossing] > 0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        above = (loop_map(middle, p) > 0) == falling
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.append((low + high) / 2, 1.0)


def _slope_at_one(p: Any) -> Any:
    """Slope of the loop map in active disease, in closed form; negative means stable."""
    k = p.autoreactive_loop
    memory = (1 - k.naive_share) * k.half_memory / (1 + k.half_memory)
    help_gain = (1 - k.help_floor) * k.half_help_maintenance / (1 + k.half_help_maintenance)
    half = k.half_help * k.half_help
    return memory + 2 * half / (1 + half) * help_gain - 1


def stable_untreated(p: Any) -> Any:
    """Whether a virtual patient is possible: active disease is stable and naive cells leave follicles; a mask over patients."""
    return (_slope_at_one(p) < 0) & (naive_follicle_exit(p) > 0)


def unstable_root(p: Any) -> np.ndarray:
    """The threshold between remission and relapse for each patient; nan where there is none.

    `p` holds floats or arrays over n patients; the result has shape (n,), or () for one patient.
    """
    k = p.autoreactive_loop
    fields = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in k))
    shape = fields[0].shape
    columns = [field.reshape(-1) for field in fields]
    thresholds = np.full(columns[0].size, np.nan)
    for i in range(thresholds.size):
        one = p._replace(autoreactive_loop=type(k)(*(column[i] for column in columns)))
        inner = roots(one)[:-1]
        rising = inner[loop_map(inner * (1 + 1e-6), one) > loop_map(inner * (1 - 1e-6), one)]
        if rising.size:
            thresholds[i] = rising[-1]
    return thresholds.reshape(shape)
