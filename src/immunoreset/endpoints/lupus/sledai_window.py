"""SLEDAI items from signs with a first and a last day: an item scores if it was present at the visit or in the days before.

The window is 10 days in the original, 30 days in a validated version (Touma 2010) and 28 days in some tables: always an argument.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.sledai_items import BY_CODE, CODES
from immunoreset.endpoints.together import maximum
from immunoreset.errors import InvalidValue, unknown

WINDOWS = (10, 28, 30)
ONGOING = np.inf  # the last day of a sign that had not ended when it was recorded


def present_in_window(
    first_day: Range | ArrayLike | None,
    last_day: Range | ArrayLike | None,
    *,
    visit_day: ArrayLike,
    window_days: int,
) -> Answer:
    """Whether a sign was there on the day of the visit or in the `window_days` before it.

    Days are numbers on one scale; `last_day` is the last day with the sign, `ONGOING` if it had not ended, None if not known.
    Raises InvalidValue for a window other than 10, 28 or 30 days and for a sign that ends before it begins.

    >>> present_in_window(3, 20, visit_day=30, window_days=10), present_in_window(3, 19, visit_day=30, window_days=10)
    (Answer(True), Answer(False))
    >>> present_in_window(25, None, visit_day=30, window_days=10), present_in_window(3, None, visit_day=30, window_days=10)
    (Answer(True), Answer(None))

    Source: Gladman 2002; Touma 2010 (doi:10.1177/0961203309346505), recalled.
    """
    if window_days not in WINDOWS:
        raise InvalidValue(f"the window of SLEDAI is {', '.join(map(str, WINDOWS))} days, not {window_days}")
    first, last = Range.of(first_day), Range.of(last_day)
    if (first > last).yes.any():
        raise InvalidValue("a sign of lupus ends before it begins: check its first and last day")
    visit = np.asarray(visit_day, dtype=float)
    return (first <= visit) & (maximum(first, last) >= visit - window_days)


class Episodes(NamedTuple):
    """Signs of lupus as they are recorded, one entry each: patient, SLEDAI code, first and last day with the sign."""

    patient: ArrayLike
    code: ArrayLike
    first_day: ArrayLike
    last_day: ArrayLike


def items_at_visits(
    episodes: Episodes,
    *,
    patient: ArrayLike,
    visit_day: ArrayLike,
    window_days: int,
    asked: Collection[str] = CODES,
) -> dict[str, Answer]:
    """The SLEDAI items at each visit from the episodes of the same patients.

    `patient` and `visit_day` have one entry per visit, in any order. Items in `asked` without an episode are absent; items not
    in `asked` are left out and so remain missing. Raises UnknownName for a code that is no item.

    >>> signs = Episodes(["p1", "p1"], ["RASH", "FEVER"], [0, 40], [25, ONGOING])
    >>> items = items_at_visits(signs, patient=["p1", "p1"], visit_day=[30, 60], window_days=10)
    >>> items["RASH"], items["FEVER"], items["DNA"]
    (Answer([1. 0.]), Answer([0. 1.]), Answer([0. 0.]))
    """
    codes = np.asarray(episodes.code)
    for code in {*codes.tolist(), *asked}:
        if code not in BY_CODE:
            raise unknown("SLEDAI item", str(code), CODES)
    days = np.asarray(visit_day, dtype=float)
    episode, visit = _pairs(np.asarray(episodes.patient), np.asarray(patient))
    present = present_in_window(
        np.asarray(episodes.first_day, dtype=float)[episode],
        np.asarray(episodes.last_day, dtype=float)[episode],
        visit_day=days[visit],
        window_days=window_days,
    )
    items = {}
    for code in asked:
        of_item = codes[episode] == code
        yes, possible = np.zeros(days.shape, bool), np.zeros(days.shape, bool)
        yes[visit[of_item & present.yes]] = True
        possible[visit[of_item & ~present.no]] = True
        items[code] = Answer(yes=yes, no=~possible)
    return items


def _pairs(patients_of_episodes: np.ndarray, patients_of_visits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every episode with every visit of the same patient, as two arrays of places."""
    by_patient = np.argsort(patients_of_visits, kind="stable")
    ordered = patients_of_visits[by_patient]
    first = np.searchsorted(ordered, patients_of_episodes, side="left")
    visits = np.searchsorted(ordered, patients_of_episodes, side="right") - first
    episode = np.repeat(np.arange(len(visits)), visits)
    within = np.arange(visits.sum()) - np.repeat(np.cumsum(visits) - visits, visits)
    return episode, by_patient[first[episode] + within]
