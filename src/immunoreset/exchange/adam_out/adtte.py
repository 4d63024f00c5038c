"""ADTTE, one record for each patient and event: the days from the infusion to the event, or to where the patient was last known
to be free of it.

CNSR is 0 for an event. 1: free of it at the last assessment. 2: at some visit the event was possible and not certain; the patient
counts up to the last assessment before, and EVENTLO and EVENTHI are the days between which it was first there. 3: as 1, and the
patient died or left the study. 4: not at risk. An event that nobody in the study was assessed for has no records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Answer, Booleans, Floats
from immunoreset.endpoints.scoring.sheet import Rows
from immunoreset.exchange.adam_out.adsl import first_day
from immunoreset.exchange.adam_out.names import (
    B_CELLS_BACK_CODE,
    B_CELLS_BACK_LABEL,
    DEATH_CODE,
    DEATH_LABEL,
    TIMES,
    TimeTo,
)
from immunoreset.exchange.adam_out.records import (
    MISSING,
    STUDY,
    Part,
    day_column,
    number,
    records,
    split_reasons,
    study_day,
    text,
    whole,
)
from immunoreset.exchange.dataset import Column, Row

NAME, LABEL = "ADTTE", "Times to Events"
EVENT, FREE, UNDECIDED, GONE, NOT_AT_RISK = 0, 1, 2, 3, 4
B_CELLS_BACK = 5.0  # cells/uL, as in the model of the patient
COLUMNS: tuple[Column, ...] = (
    *STUDY,
    text("PARAMCD", "Parameter Code", key=3),
    text("PARAM", "Parameter"),
    number("AVAL", "Analysis Value"),
    whole("CNSR", "Censor"),
    text("EVNTDESC", "Event or Censoring Description"),
    text("CNSDTDSC", "Censor Date Description"),
    day_column("STARTDT", "Time-to-Event Origin Date for Subject"),
    day_column("ADT", "Analysis Date"),
    whole("ADY", "Analysis Relative Day"),
    number("EVENTLO", "Earliest Attainable Day of the Event"),
    number("EVENTHI", "Latest Attainable Day of the Event"),
    *MISSING,
)


@dataclass(frozen=True, eq=False)
class Watched:
    """One event at the visits `rows` (m,) at which it was looked for: whether it was `there` (m,), and the `reason` (m,) if
    that is not known."""

    code: str
    label: str
    event: str
    free: str
    rows: Rows
    there: Answer
    reason: NDArray[np.object_]
    at_risk: Booleans | None = None
    not_at_risk: str = ""


def rows(part: Part, *, b_cells_back: float = B_CELLS_BACK) -> Iterator[list[Row]]:
    """Every event for each patient, also those that these patients were not assessed for."""
    watched = [_of_score(part, time) for time in TIMES]
    watched += [_return_of_b_cells(part, b_cells_back), _death(part)]
    watched.sort(key=lambda one: one.code)
    found = [_records(part, one) for one in watched]
    yield [row for rows in zip(*found, strict=True) for row in rows]


def assessed(part: Part) -> set[str]:
    """The codes of the events for which some patient of these was assessed, before or after the infusion."""
    scores = {result.name for result in part.scored.results}
    codes = {time.code for time in TIMES if time.score in scores} | {DEATH_CODE}
    return codes | ({B_CELLS_BACK_CODE} if part.scored.visits.has("B_CELLS") else set())


def _of_score(part: Part, time: TimeTo) -> Watched:
    """The visits after baseline; toxicity counts from the infusion on, whatever the baseline is."""
    visits = part.scored.visits
    result = next((result for result in part.scored.results if result.name == time.score), None)
    if result is None:
        none = np.empty(0, dtype=np.int64)
        return Watched(time.code, time.label, time.event, "", none, Answer(none > 0, none > 0), none.astype(object))
    after = np.ones(len(visits), dtype=bool) if time.from_infusion else part.sheet.after_baseline()
    rows = np.flatnonzero(result.shown & after & (visits.day >= 0))
    low, high = (end[rows] for end in result.limits())
    there = Answer(yes=low >= time.least, no=high < time.least)
    reason = result.why_missing()[rows]
    return Watched(time.code, time.label, time.event, f"last assessment without {time.event}", rows, there, reason)


def _return_of_b_cells(part: Part, threshold: float) -> Watched:
    """At least `threshold` cells per uL at a visit after one with fewer; nobody is at risk whose B cells were never fewer."""
    visits = part.scored.visits
    rows = np.flatnonzero(part.sheet.made("B_CELLS") & (visits.day >= 0))
    few, asked = visits.number("B_CELLS") < threshold, np.isin(np.arange(len(visits)), rows)
    surely, maybe = few.yes & asked, ~few.no & asked
    after, perhaps = (part.sheet.table.latest(flags)[rows] >= 0 for flags in (surely, maybe))
    depleted = np.isin(np.arange(len(visits.patients)), visits.patient[surely])
    return Watched(
        code=B_CELLS_BACK_CODE,
        label=B_CELLS_BACK_LABEL,
        event=f"{threshold:g} or more B cells per uL after fewer",
        free="last count of B cells, not back",
        rows=rows,
        there=Answer(yes=after & few.no[rows], no=~perhaps | few.yes[rows]),
        reason=np.full(len(rows), "", dtype=object),
        at_risk=depleted,
        not_at_risk=f"no count of fewer than {threshold:g} B cells per uL",
    )


def _death(part: Part) -> Watched:
    """Who has no record of death was alive at the last visit."""
    visits = part.scored.visits
    rows = np.flatnonzero(visits.day >= 0)
    died = visits.column("DEATH")[rows] == 1
    reason = np.full(len(rows), "", dtype=object)
    return Watched(DEATH_CODE, DEATH_LABEL, "death", "alive at the last visit", rows, Answer(died, ~died), reason)


@dataclass(frozen=True, eq=False)
class Spans:
    """For every patient (n,): the first day of the event for certain and perhaps, inf for never, with the visit of the latter;
    the last day free of it before, and the last assessment, nan for none."""

    certain: Floats
    possible: Floats
    at_possible: Rows
    free: Floats
    last: Floats


def _spans(part: Part, watched: Watched) -> Spans:
    visits, patients = part.scored.visits, len(part.scored.visits.patients)
    patient, day = visits.patient[watched.rows], visits.day[watched.rows]
    certain, possible = np.full(patients, np.inf), np.full(patients, np.inf)
    np.minimum.at(certain, patient[watched.there.yes], day[watched.there.yes])
    maybe = np.flatnonzero(~watched.there.no)
    np.minimum.at(possible, patient[maybe], day[maybe])
    at_possible = np.zeros(patients, dtype=np.int64)
    at_possible[patient[maybe[::-1]]] = maybe[::-1]
    before = watched.there.no & (day < possible[patient])
    free, last = np.full(patients, -np.inf), np.full(patients, -np.inf)
    np.maximum.at(free, patient[before], day[before])
    np.maximum.at(last, patient, day)
    return Spans(certain, possible, at_possible, free, last)


def _records(part: Part, watched: Watched) -> list[Row]:
    everybody = np.arange(len(part.scored.visits.patients))
    spans = _spans(part, watched)
    censor = _censoring(part, watched, spans)
    value = np.where(censor == EVENT, spans.certain, np.maximum(np.where(censor == UNDECIDED, spans.free, spans.last), 0.0))
    value = np.where(censor == NOT_AT_RISK, 0.0, value)
    undecided = (censor == UNDECIDED).tolist()
    reasons = [str(watched.reason[at]) if open_ else "" for at, open_ in zip(spans.at_possible.tolist(), undecided, strict=True)]
    event = (censor == EVENT).tolist()
    values = {
        "STUDYID": part.study,
        "USUBJID": part.names,
        "PARAMCD": watched.code,
        "PARAM": watched.label,
        "AVAL": value,
        "CNSR": censor,
        "EVNTDESC": [watched.event if here else "" for here in event],
        "CNSDTDSC": _descriptions(part, watched, spans, censor),
        "STARTDT": part.dates_on(everybody, np.zeros(len(everybody))),
        "ADT": part.dates_on(everybody, value),
        "ADY": study_day(value),
        "EVENTLO": np.where(censor == UNDECIDED, spans.possible, value),
        "EVENTHI": spans.certain,
    }
    return records(COLUMNS, values | split_reasons(reasons))


def _censoring(part: Part, watched: Watched, spans: Spans) -> NDArray[np.int64]:
    gone = ~np.isnan(first_day(part, _left(part)))
    censor = np.where(gone & (watched.code != DEATH_CODE), GONE, FREE)
    censor = np.where(np.isfinite(spans.possible), UNDECIDED, censor)
    censor = np.where(np.isfinite(spans.certain) & (spans.certain == spans.possible), EVENT, censor)
    return censor if watched.at_risk is None else np.where(watched.at_risk | np.isneginf(spans.last), censor, NOT_AT_RISK)


def _left(part: Part) -> Booleans:
    visits = part.scored.visits
    return (visits.column("DEATH") == 1) | (visits.column("DROPOUT") == 1)


def _descriptions(part: Part, watched: Watched, spans: Spans, censor: NDArray[np.int64]) -> list[str]:
    died = ~np.isnan(first_day(part, part.scored.visits.column("DEATH") == 1))
    never = np.isneginf(spans.last)

    def describe(place: int) -> str:
        kind = censor[place]
        if kind == EVENT:
            return ""
        if never[place]:
            return "no assessment after the infusion"
        if kind == NOT_AT_RISK:
            return watched.not_at_risk
        if kind == UNDECIDED:
            return f"not known whether the event was there on day {spans.possible[place]:g}"
        ending = (", died" if died[place] else ", left the study") if kind == GONE else ""
        return watched.free + ending

    return [describe(place) for place in range(len(censor))]
