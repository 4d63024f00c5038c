"""Score a table of visits: every score at every visit, what it adds up to for each patient, and the episodes of toxicity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.scoring.lupus import lupus
from immunoreset.endpoints.scoring.other_diseases import other_diseases
from immunoreset.endpoints.scoring.patients import Summary, episodes, summaries
from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.endpoints.scoring.renal import kidneys
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Sheet
from immunoreset.endpoints.scoring.toxicity import courses, toxicity
from immunoreset.endpoints.visits import Visits


@dataclass(frozen=True, eq=False)
class Scored:
    """Scored visits: `results` have one value per visit, `summaries` one per patient, `episodes` is a table of them."""

    visits: Visits
    protocol: Protocol
    results: tuple[Result, ...]
    summaries: tuple[Summary, ...]
    episodes: pd.DataFrame

    def result(self, name: str) -> Result:
        """A score by its name. Raises KeyError for one that the file does not allow."""
        return next((result for result in self.results if result.name == name), None) or self._absent(name)

    def _absent(self, name: str) -> Result:
        raise KeyError(name)

    def by_visit(self) -> pd.DataFrame:
        """One row per visit and score: patient, day, score, value (nan if not known), low, high, category, missing.

        The category of a score that is a number from the file is what was written where this was <5 or the like.
        """
        parts = [_rows_of(self.visits, result, place) for place, result in enumerate(self.results)]
        if not parts:
            return pd.DataFrame(columns=["patient", "day", "score", "value", "low", "high", "category", "missing"])
        table = pd.concat(parts, ignore_index=True)
        row = table.pop("row").to_numpy()
        table["score"] = pd.Categorical.from_codes(table["score"].to_numpy(), [result.name for result in self.results])
        table = table.iloc[np.argsort(row, kind="stable")].reset_index(drop=True)
        table.insert(0, "patient", pd.Categorical.from_codes(self.visits.patient[np.sort(row)], list(self.visits.patients)))
        table.insert(1, "day", self.visits.day[np.sort(row)])
        return table

    def by_patient(self) -> pd.DataFrame:
        """One row per patient and measure: patient, measure, value (nan if not known), low, high."""
        names = np.array(self.visits.patients, dtype=object)
        parts = [_summary_rows(summary, names) for summary in self.summaries]
        columns = ["patient", "measure", "value", "low", "high"]
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
        return table.sort_values("patient", kind="stable", ignore_index=True)


def score(visits: Visits, protocol: Protocol) -> Scored:
    """Every score, response and grade that the visits allow, by the versions of the protocol.

    >>> from immunoreset.endpoints.scoring.example import USUAL
    >>> visits = Visits.from_long(patient=["A", "A"], day=[0, 28], item=["PGA", "PGA"], value=[2.0, 0.3])
    >>> score(visits, USUAL).by_visit()[["day", "score", "value"]].to_dict("list")
    {'day': [0.0, 28.0], 'score': ['pga', 'pga'], 'value': [2.0, 0.3]}
    """
    sheet = Sheet(visits, protocol)
    toxic = courses(sheet)
    results = (*lupus(sheet), *kidneys(sheet), *other_diseases(sheet), *toxicity(sheet, toxic))
    found = tuple(result for result in results if result.shown.any())
    return Scored(visits, protocol, found, tuple(summaries(sheet, found)), episodes(sheet, toxic))


def _rows_of(visits: Visits, result: Result, place: int) -> pd.DataFrame:
    rows = np.flatnonzero(result.shown)
    low, high = (end[rows] for end in result.limits())
    known = result.known[rows]
    value = np.where(known, low, np.nan)
    words = (
        np.array(["", *result.categories], dtype=object)[np.where(known, low, -1).astype(int) + 1] if result.categories else ""
    )
    if result.name.upper() in visits.beyond:  # the score is what somebody wrote down, such as <5
        words = np.array(visits.written(result.name.upper()), dtype=object)[rows]
    return pd.DataFrame(
        {
            "row": rows,
            "score": np.full(len(rows), place, dtype=np.int16),
            "value": value,
            "low": low,
            "high": high,
            "category": words,
            "missing": result.why_missing()[rows],
        }
    )


def _summary_rows(summary: Summary, names: np.ndarray) -> pd.DataFrame:
    value = summary.value
    if isinstance(value, Answer):
        low, high = value.yes.astype(float), (~value.no).astype(float)
    else:
        low, high = value.low, value.high
    known = Range(low, high).known
    return pd.DataFrame(
        {
            "patient": names[summary.patient],
            "measure": summary.name,
            "value": np.where(known, low, np.nan),
            "low": low,
            "high": high,
        }
    )
