"""What a complete list of medication does not name was not taken: zero glucocorticoids, no immunosuppressant, no antimalarial.

A study that asked for all medication writes nothing for a patient without glucocorticoids; whoever knows that the list is
complete can say so. Where a drug's row cannot be read, nothing is claimed for that patient and drug.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from immunoreset.exchange.cdisc.study_days import Subjects, date_number
from immunoreset.exchange.conversions import item_number
from immunoreset.exchange.csv_records import Coded
from immunoreset.exchange.row_checks import Rows

ITEMS = ("PREDNISONE", "IMMUNOSUPPRESSANT", "ANTIMALARIAL")
ONGOING = "ongoing"
BEFORE_ALL = "1900-01-01"
Piece = tuple[float, float]


def gaps(taken: list[Piece], *, first: float, last: float) -> list[Piece]:
    """Days, first and last of each stretch, on which nothing was taken; ends may be infinite.

    >>> gaps([(10.0, 19.0), (5.0, 12.0)], first=0.0, last=math.inf)
    [(0.0, 4.0), (20.0, inf)]
    """
    found, free = [], first
    for start, end in sorted(taken):
        if start > free:
            found.append((free, start - 1))
        free = max(free, end + 1)
    return [*found, (free, math.inf)] if free <= last and math.isfinite(free) else found


@dataclass
class Taken:
    """When each patient took what, as days from 1970-01-01; `unclear` is of whom and what that cannot be told.

    It is `complete` once medication was read and no row of it was lost.
    """

    complete: bool = False
    intervals: dict[tuple[str, str], list[Piece]] = field(default_factory=dict)
    unclear: set[tuple[str, str]] = field(default_factory=set)

    def note(self, patient: str, item: str, start: str, end: str) -> None:
        """A drug was taken from one date to another, or is going on."""
        first = date_number(start[:10])
        last = math.inf if end == ONGOING else date_number(end[:10])
        if math.isnan(first) or math.isnan(last):
            self.unclear.add((patient, item))
        self.intervals.setdefault((patient, item), []).append((first, last))

    def rows_of_gaps(self, subjects: Subjects) -> Rows:
        """Intervals without each drug, for every subject, up to its death."""
        found = []
        for patient in subjects.known:
            died = subjects.deaths.get(patient, math.inf)
            for item in ITEMS:
                if (patient, item) in self.unclear:
                    continue
                pieces = gaps(self.intervals.get((patient, item), []), first=date_number(BEFORE_ALL), last=died)
                found += [(patient, item, start, min(end, died) - start) for start, end in pieces if start <= died]
        nothing = np.full(len(found), math.nan)
        return Rows(
            lines=np.zeros(len(found), dtype=np.int64),
            patient=Coded.of([patient for patient, _, _, _ in found]),
            date=np.array([start for _, _, start, _ in found]),
            day=nothing,
            clock=nothing,
            lasting=np.array([lasting for _, _, _, lasting in found]),
            item=np.array([item_number(item) for _, item, _, _ in found], dtype=np.int16),
            value=np.zeros(len(found)),
            lower=nothing,
            upper=nothing,
            cause=nothing,
            beyond=np.zeros(len(found)),
            variant=np.zeros(len(found)),
            turn=nothing,
            derived=np.zeros(len(found)),
        )
