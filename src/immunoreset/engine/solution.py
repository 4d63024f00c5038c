"""What comes back from a simulation: curves, read-outs, events and a status for every patient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.job import DONE, MESSAGES

EVENT_TYPE = np.dtype([("patient", "i8"), ("day", "f8"), ("what", "i4"), ("value", "f8")])


@dataclass(frozen=True)
class Solution:
    """Results for n patients.

    `outputs[name]` is (n, days) with nan from the day on which a patient failed; `readouts[name]` and `final[state]` are
    (n,), nan for patients who failed; `events` are rows (patient id, day, what, value), by patient in the order given and
    then by day, with `event_names[what]`.
    """

    patients: NDArray[np.int64]
    days: NDArray[np.float64]
    outputs: dict[str, NDArray[np.float64]]
    readouts: dict[str, NDArray[np.float64]]
    final: dict[str, NDArray[np.float64]]
    status: NDArray[np.int64]
    steps: NDArray[np.int64]
    rejected_steps: NDArray[np.int64]
    events: NDArray[Any] = field(repr=False)
    event_names: tuple[str, ...]
    solver: dict[str, Any]
    remarks: tuple[str, ...] = ()  # what may be wrong though the run went through, such as a tolerance too coarse for a state

    @property
    def failed(self) -> NDArray[np.bool_]:
        """(n,) True for patients whose run did not reach the end."""
        return self.status != DONE

    def message(self, i: int) -> str:
        """What happened to the i-th patient, in words."""
        return MESSAGES[int(self.status[i])]

    def failures(self) -> dict[str, int]:
        """Number of failed patients by message."""
        kinds, counts = np.unique(self.status[self.failed], return_counts=True)
        return {MESSAGES[int(kind)]: int(count) for kind, count in zip(kinds, counts, strict=True)}

    def events_named(self, name: str) -> NDArray[Any]:
        """The events recorded under `name` (none if it never happened)."""
        if name not in self.event_names:
            return self.events[:0]
        return self.events[self.events["what"] == self.event_names.index(name)]
