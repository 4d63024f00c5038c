"""Multiple sclerosis and NMOSD at every visit: disability, its confirmed worsening, and relapses since baseline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from immunoreset.endpoints.known import Answer, Booleans, Floats, Range
from immunoreset.endpoints.other_diseases.multiple_sclerosis import (
    annualised_relapse_rate,
    confirmed_worsening,
    edss,
    edss_worsened,
    relapse_starts,
)
from immunoreset.endpoints.scoring.result import Result
from immunoreset.endpoints.scoring.sheet import Rows, Sheet, take

CONFIRMED_AFTER = 12  # weeks


def relapsing_diseases(sheet: Sheet) -> Iterator[Result]:
    """The EDSS where it was written down, and relapses where those were; a visit that names none had none."""
    if sheet.visits.has("EDSS"):
        yield from _disability(sheet)
    if sheet.visits.has("RELAPSE"):
        yield from _relapses(sheet)


def _disability(sheet: Sheet) -> Iterator[Result]:
    shown = sheet.made("EDSS")
    after, now, base = shown & sheet.after_baseline(), sheet.visits.points("EDSS"), sheet.baseline("EDSS")
    missing = {"baseline": base < 0}
    yield Result("edss", "EDSS", edss(now), shown, {}, unit="points")
    worse = edss_worsened(take(now, base), now)
    yield Result("edss_worse", "EDSS worse than at baseline (not yet confirmed)", worse, after, missing)
    label = f"EDSS worse than at baseline since this visit or before, confirmed {CONFIRMED_AFTER} weeks later"
    yield Result("edss_confirmed", label, _confirmed(sheet, now, base, after), after, missing)


def _confirmed(sheet: Sheet, now: Range, base: Rows, after: Booleans) -> Answer:
    """Whether a worsening that was confirmed later, whenever that was, had begun by each visit."""
    rows, first = _in_rows(sheet, after), sheet.visits.starts
    day = np.where(rows < 0, np.nan, sheet.visits.day[rows])
    found = confirmed_worsening(
        take(now, base[first]), take(now, rows), day, relapse_days=_started(sheet), weeks=CONFIRMED_AFTER
    )  # fmt: skip
    of = _patient_of(sheet, np.arange(len(after)))
    begun, later = found.day[of] <= sheet.visits.day, found.day[of] > sheet.visits.day
    return Answer(begun, found.answer.no[of] | later)


def _relapses(sheet: Sheet) -> Iterator[Result]:
    shown = sheet.made("EDSS", "RELAPSE") & sheet.after_baseline()
    until, now = sheet.protocol.baseline_until, sheet.visits.day
    started = _started(sheet)[_patient_of(sheet, np.arange(len(shown)))]
    count = np.sum((started > until) & (started <= now[:, None]), axis=1)
    yield Result("relapses", "Relapses since baseline", Range.of(count), shown, {}, unit="relapses")
    yield Result("relapsed", "Relapse since baseline", Answer.of(count > 0), shown, {})
    rate = annualised_relapse_rate(count, np.maximum(now - until, 0.0))
    yield Result("annualised_relapse_rate", "Annualised relapse rate since baseline", rate, shown, {}, unit="1/year")


def _started(sheet: Sheet) -> Floats:
    """The days on which each patient's relapses began, (patients, m), nan for none."""
    answer = sheet.visits.answer("RELAPSE")
    rows = _in_rows(sheet, answer.yes)
    return relapse_starts(np.where(rows < 0, np.nan, sheet.visits.day[rows]))


def _in_rows(sheet: Sheet, chosen: Booleans) -> Rows:
    """The chosen rows of each patient side by side, (patients, m), and then -1."""
    first, of = sheet.visits.starts, _patient_of(sheet, np.flatnonzero(chosen))
    before = np.cumsum(chosen) - chosen
    place = before[chosen] - before[first][of]
    found = np.full((len(first), int(place.max(initial=-1)) + 1), -1, dtype=np.int64)
    found[of, place] = np.flatnonzero(chosen)
    return found


def _patient_of(sheet: Sheet, rows: Rows) -> Rows:
    """The place of each row's patient among those who have a row."""
    return np.searchsorted(sheet.visits.starts, rows, side="right") - 1
