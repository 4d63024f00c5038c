"""Where the autoreactive loop can rest: remission, the threshold, and active disease.

With the naive pool and BAFF at their untreated levels and no drug, the loop rests where its own production equals its loss.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from immunoreset.disease.families.autoimmune.autoreactive_loop import (
    AutoreactiveLoop,
    help_response,
    help_sustained,
    memory_sustained,
)

LOWEST, STEPS, BISECTIONS = 1e-9, 900, 60


def loop_map(activated: Any, my: AutoreactiveLoop) -> Any:
    """Gain less loss of activated autoreactive cells (fold of active disease); its zeros are the states of rest."""
    sources = my.naive_share + (1 - my.naive_share) * memory_sustained(my, activated)
    return sources * help_response(my, help_sustained(my, activated)) - activated


def roots(my: AutoreactiveLoop) -> np.ndarray:
    """All rest states of one patient between 1e-9 and just below 1, then active disease (exactly 1), in rising order."""
    grid = np.append(np.geomspace(LOWEST, 0.1, STEPS), np.linspace(0.1, 0.9999, STEPS)[1:])
    value = loop_map(grid, my)
    crossing = np.flatnonzero(value[:-1] * value[1:] < 0)
    low, high = grid[crossing], grid[crossing + 1]
    falling = value[crossing] > 0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        above = (loop_map(middle, my) > 0) == falling
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.append((low + high) / 2, 1.0)


def unstable_root(my: AutoreactiveLoop) -> np.ndarray:
    """The threshold between remission and relapse for each patient; nan where there is none.

    `my` holds floats or arrays over n patients; the result has shape (n,), or () for one patient.
    """
    fields = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in my))
    shape = fields[0].shape
    columns = [field.reshape(-1) for field in fields]
    thresholds = np.full(columns[0].size, np.nan)
    for i in range(thresholds.size):
        one = AutoreactiveLoop(*(float(column[i]) for column in columns))
        inner = roots(one)[:-1]
        rising = inner[loop_map(inner * (1 + 1e-6), one) > loop_map(inner * (1 - 1e-6), one)]
        if rising.size:
            thresholds[i] = rising[-1]
    return thresholds.reshape(shape)
