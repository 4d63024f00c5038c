"""What a randomised trial says of its patients at week 52: organs that improved, fatigue, flares.

Who was given rescue, has left or has died does not respond. An organ that was not involved at entry is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.lupus.activity import activity_of
from immunoreset.disease.lupus.chart import sledai_score
from immunoreset.disease.lupus.long_term import well_being
from immunoreset.disease.lupus.long_term.course import long_term
from immunoreset.disease.lupus.long_term.death import DAYS_PER_YEAR
from immunoreset.disease.lupus.long_term.numbers import own
from immunoreset.disease.lupus.long_term.well_being import WellBeing
from immunoreset.disease.lupus.outcomes import bilag_at, judge_bilag
from immunoreset.disease.lupus.steroid import rescued
from immunoreset.disease.lupus.visit import see
from immunoreset.endpoints.lupus.bilag_grades import DOMAINS, A, B, at_least, improved
from immunoreset.endpoints.lupus.responses import bilag_worsened
from immunoreset.patient.course import BETWEEN_VISITS
from immunoreset.validation.lupus.followed import WEEK_52, Followed

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Read = Callable[[Followed], Floats]

FATIGUE_RESPONSE = 3.0  # points of FACIT-F by which it must rise at least (definition of the trial not read; assumed)


def _responds(seen: Followed, better: Flags, involved: Flags | bool = True) -> Floats:
    """1 and 0 at week 52; nan for who was not involved."""
    stayed = (_until(seen) > WEEK_52) & ~rescued(seen.course, WEEK_52)
    return np.where(involved, (better & stayed).astype(float), np.nan)


def _until(seen: Followed) -> Floats:
    """The day on which each patient leaves the trial or dies, infinite for never."""
    return np.fmin(seen.drop_out, long_term(seen.course).death_day)


def bilag_improved(domain: str) -> Read:
    """An A or B of this BILAG domain at entry is at least one grade lower."""
    place = DOMAINS.index(domain)

    def read(seen: Followed) -> Floats:
        before, now = bilag_at(seen.course, 0), bilag_at(seen.course, seen.place(WEEK_52))
        return _responds(seen, improved(before, now).yes[:, place], at_least(before, B).yes[:, place])

    return read


def sledai_improved(organ: str) -> Read:
    """The points of this organ in SLEDAI-2K are fewer than at entry."""

    def read(seen: Followed) -> Floats:
        shown = see(seen.course, np.array([0, seen.place(WEEK_52)])).marks
        points = sledai_score(shown).organs[organ].values
        return _responds(seen, points[:, 1] < points[:, 0], points[:, 0] > 0)

    return read


def fatigue_response(seen: Followed) -> Floats:
    """FACIT-F rose from entry by the points of a response, without the noise of a questionnaire."""
    places = np.array([0, seen.place(WEEK_52)])
    my = own(well_being.MODULE, seen.course.parameters, WellBeing)
    fatigue, damage = seen.course.curves["fatigue"][:, places], long_term(seen.course).damage[:, places]
    score = well_being.facit_f(my, fatigue=fatigue, damage=damage)
    return _responds(seen, score[:, 1] - score[:, 0] >= FATIGUE_RESPONSE)


def flares(seen: Followed) -> Floats:
    """Flares, and years in the trial, (n, 2): a visit with a new BILAG A, or with two new B, against the visit before it."""
    days = np.arange(0.0, WEEK_52 + 1, BETWEEN_VISITS)
    places = [seen.place(day) for day in days]
    judge_bilag(seen.course, places)
    grades = [bilag_at(seen.course, place) for place in places]
    found = np.stack([bilag_worsened(*pair).yes for pair in pairwise(grades)], axis=1)
    until = _until(seen)
    kept = days[1:] <= until[:, None]
    return np.stack([(found & kept).sum(axis=1), np.minimum(until, WEEK_52) / DAYS_PER_YEAR], axis=1)


def assessment_at_entry(seen: Followed) -> Floats:
    """The physician's assessment, 0 to 3."""
    return np.asarray(activity_of(seen.course, np.array([0])).pga.value)[:, 0]


def severe_at_entry(seen: Followed) -> Floats:
    """At least one BILAG A."""
    return at_least(bilag_at(seen.course, 0), A).yes.any(axis=1).astype(float)


def sledai_on(day: float) -> Read:
    """SLEDAI-2K as a visit shows it; nan in the dead."""
    return lambda seen: seen.on(day)["sledai"]
