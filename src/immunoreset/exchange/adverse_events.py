"""Adverse events as somebody judged and graded them: cytokine release, neurotoxicity, HLH-like syndrome and infections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import pandas as pd

Kind = Literal["crs", "icans", "iec_hs", "infection"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class AdverseEvent(NamedTuple):
    """One event. `start` and `end` are ISO dates, "" where not known or going on; `start_day` and `end_day` count from day 0.

    `grade` is the toxicity grade as reported, nan where there is none; `related`, `serious` and `outcome` stand as in the file.
    """

    patient: str
    kind: Kind
    term: str
    start: str
    end: str
    start_day: float
    end_day: float
    grade: float
    related: str
    serious: str
    outcome: str


@dataclass(frozen=True)
class AdverseEvents:
    """All events of the files, in their order.

    >>> fever = AdverseEvent("A", "crs", "Cytokine release syndrome", "2025-03-02", "", 1.0, float("nan"), 2.0, "Y", "N", "")
    >>> AdverseEvents((fever,)).table()[["patient", "kind", "grade"]].values.tolist()
    [['A', 'crs', 2.0]]
    """

    rows: tuple[AdverseEvent, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, kind: Kind) -> tuple[AdverseEvent, ...]:
        """The events of one kind."""
        return tuple(row for row in self.rows if row.kind == kind)

    def table(self) -> pd.DataFrame:
        """One row per event, a column for each member of `AdverseEvent`."""
        return pd.DataFrame(list(self.rows), columns=list(AdverseEvent._fields))
