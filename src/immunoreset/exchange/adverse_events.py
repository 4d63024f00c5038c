"""Adverse events as somebody judged and graded them: cytokine release, neurotoxicity, HLH-like syndrome and infections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import pandas as pd

if TYPE_CHECKING:
    from immunoreset.exchange.intake import Intake

Kind = Literal["crs", "icans", "iec_hs", "infection"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TABLE = {
    "patient": "object", "kind": "object", "term": "object", "start": "float64", "end": "float64", "grade": "float64",
    "related": "object",
}  # fmt: skip


class AdverseEvent(NamedTuple):
    """One event. `start` and `end` are ISO dates, in full or in part, "" where not known or going on; `start_day` and `end_day`
    count from day 0.

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


def adverse_event_table(intake: Intake) -> pd.DataFrame:
    """All adverse events as a table for a file, by patient and start; the same columns, of the same types, if there are none.

    `start` and `end` are days from day 0, nan where not known or going on. `grade` is that of the file, for an infection its
    CTCAE grade, nan where there is none: how an infection was treated, from which it could be worked out, no dataset tells.

    >>> from immunoreset.exchange.faults import Faults
    >>> from immunoreset.exchange.intake import IntakeStore
    >>> with IntakeStore(Faults()) as store:
    ...     list(adverse_event_table(store.finish()).columns)
    ['patient', 'kind', 'term', 'start', 'end', 'grade', 'related']
    """
    table = intake.adverse_events.table()
    table = table.drop(columns=["start", "end"]).rename(columns={"start_day": "start", "end_day": "end"})
    table = table.reindex(columns=list(TABLE)).astype(TABLE)
    return table.sort_values(by=["patient", "start"], kind="stable", ignore_index=True)
