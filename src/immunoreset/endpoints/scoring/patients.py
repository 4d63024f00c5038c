"""What the visits of each patient add up to: time in remission, sustained states, the worst grades, and episodes of toxicity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from immunoreset.endpoints.known import Answer, Floats, Range
from immunoreset.endpoints.lupus.time_in_state import sustained, time_in_state
from immunoreset.endpoints.quantities import Neutrophils, Platelets
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Sheet
from immunoreset.endpoints.scoring.toxicity import Courses
from immunoreset.endpoints.toxicity import icaht
from immunoreset.endpoints.toxicity.episodes import Episodes
from immunoreset.endpoints.toxicity.missing_days import by_day

STATES = ("doris", "drug_free_doris", "lldas")
WORST = ("crs", "icans")
EARLY_MARGIN = 30  # days beyond the window of early ICAHT whose counts may fill a gap at its ends


class Summary(NamedTuple):
    """One measure of some patients: `patient` (m,) their numbers, `value` (m,) what it is or could be."""

    name: str
    label: str
    patient: NDArray[np.int64]
    value: Range | Answer
    unit: str = ""


def summaries(sheet: Sheet, results: Sequence[Result]) -> Iterator[Summary]:
    """Everything that is said of patients rather than visits."""
    by_name = {result.name: result for result in results}
    for name in STATES:
        if name in by_name:
            yield from _state(sheet, by_name[name])
    for name in WORST:
        if name in by_name:
            yield _worst(sheet, by_name[name])
    for result in results:
        if result.name.startswith("ctcae_"):
            yield _worst(sheet, result)
    yield from _icaht(sheet)


def _state(sheet: Sheet, result: Result) -> Iterator[Summary]:
    """Over the visits after baseline at which the state was judged."""
    rows = np.flatnonzero(result.shown & sheet.after_baseline())
    if not rows.size or not isinstance(result.value, Answer):
        return
    held = Answer(result.value.yes[rows], result.value.no[rows])
    patient, day = sheet.visits.patient[rows], sheet.visits.day[rows]
    found = time_in_state(patient, day, held)
    weeks = sheet.protocol.sustained_weeks
    lasting = sustained(patient, day, held, weeks=weeks)
    starts = np.flatnonzero(np.diff(patient, prepend=-1))
    ever = Answer(np.logical_or.reduceat(lasting.yes, starts), ~np.logical_or.reduceat(~lasting.no, starts))
    who, name, label = found.patient, result.name, result.label
    yield Summary(f"{name}_ever", f"{label}: ever", who, found.ever)
    yield Summary(f"{name}_first_day", f"{label}: first day", who, found.first_day, "day")
    yield Summary(f"{name}_visits", f"{label}: share of visits", who, found.share_of_visits, "%")
    yield Summary(f"{name}_days", f"{label}: share of days", who, found.share_of_days, "%")
    yield Summary(f"{name}_sustained", f"{label}: held for {weeks:g} weeks", who, ever)


def _worst(sheet: Sheet, result: Result) -> Summary:
    """The highest grade after the infusion; an unknown grade may have been higher."""
    rows = np.flatnonzero(result.shown & (sheet.visits.day >= 0))
    patient = sheet.visits.patient[rows]
    starts = np.flatnonzero(np.diff(patient, prepend=-1))
    low, high = (end[rows] for end in result.limits())
    if rows.size:
        low, high = np.maximum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    return Summary(f"{result.name}_worst", f"{result.label}: worst", patient[starts], Range(low, high))


def _icaht(sheet: Sheet) -> Iterator[Summary]:
    """Early and late ICAHT; death ends the count."""
    visits, mode = sheet.visits, sheet.protocol.icaht_count
    days = np.unique(np.floor(visits.day))
    near = (days >= icaht.EARLY[0] - EARLY_MARGIN) & (days <= icaht.EARLY[1] + EARLY_MARGIN)
    found = _counts(sheet, "NEUT", days)
    if found is not None:
        who, counts, last = found
        early, all_days = Neutrophils(Range(counts.low[:, near], counts.high[:, near]), "10^9/L"), Neutrophils(counts, "10^9/L")
        grades = icaht.early_neutrophils(early, days=days[near], count_mode=mode, last_day=last).grade
        yield Summary("icaht_early_neutrophils", "Early ICAHT, neutrophils", who, grades)
        grades = icaht.late_neutrophils(all_days, days=days, count_mode=mode)
        yield Summary("icaht_late_neutrophils", "Late ICAHT, neutrophils", who, grades)
    found = _counts(sheet, "PLAT", days)
    if found is not None:
        who, counts, last = found
        early, all_days = Platelets(Range(counts.low[:, near], counts.high[:, near]), "10^9/L"), Platelets(counts, "10^9/L")
        grades = icaht.early_platelets(early, days=days[near], count_mode=mode, last_day=last).grade
        yield Summary("icaht_early_platelets", "Early ICAHT, platelets", who, grades)
        grades = icaht.late_platelets(all_days, days=days, count_mode=mode, last_day=last)
        yield Summary("icaht_late_platelets", "Late ICAHT, platelets", who, grades)


def _counts(sheet: Sheet, code: str, days: Floats) -> tuple[NDArray[np.int64], Range, Floats] | None:
    """The patients with a count after the infusion, their lowest count of each day, and their last day that counts."""
    visits = sheet.visits
    counted = sheet.made(code) & (visits.day >= 0)
    if not counted.any():
        return None
    number, there = visits.number(code), sheet.made(code)
    ends = (np.where(there, end, np.nan) for end in (number.low, number.high))
    (who, low), (_, high) = (by_day(visits.patient, visits.day, end, days=days) for end in ends)
    absent = np.isnan(low)
    counts = Range(np.where(absent, -np.inf, low), np.where(absent, np.inf, high))
    died = np.where(visits.column("DEATH") == 1, visits.day, np.inf)
    last_day = np.minimum.reduceat(died, visits.starts)
    seen = np.isin(who, visits.patient[counted])
    return who[seen], Range(counts.low[seen], counts.high[seen]), last_day[seen]


def episodes(sheet: Sheet, courses: Courses) -> pd.DataFrame:
    """Episodes of CRS and ICANS, one row each: patient, toxicity, number, start, end, grade, resolved.

    Where the end was not seen, the signs were gone on day `end` and proved to be gone on day `end_latest`.
    """
    found = {"CRS": courses.crs, "ICANS": courses.icans}
    parts = [_episode_rows(sheet, name, course.episodes) for name, course in found.items() if course is not None]
    columns = ["patient", "toxicity", "number", "start", "end", "end_latest", "grade", "grade_highest", "resolved"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return pd.DataFrame(table[columns]).sort_values(by=["patient", "toxicity", "number"], ignore_index=True)


def _episode_rows(sheet: Sheet, toxicity: str, found: Episodes) -> pd.DataFrame:
    names = np.array(sheet.visits.patients, dtype=object)
    return pd.DataFrame(
        {
            "patient": names[np.asarray(found.patient, dtype=np.int64)],
            "toxicity": toxicity,
            "number": found.number,
            "start": found.start.low,
            "end": found.end.low,
            "end_latest": found.end.high,
            "grade": found.maximum.low,
            "grade_highest": found.maximum.high,
            "resolved": found.resolved.values,
        }
    )
