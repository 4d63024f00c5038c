"""What the ward sees of a virtual patient in the first weeks: grades of toxicity every day, and whether they limit the dose."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Range
from immunoreset.endpoints.toxicity import dlt
from immunoreset.endpoints.toxicity.episodes import Episodes, of_grades
from immunoreset.patient import signs
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Deaths

Floats = NDArray[np.float64]

WATCHED_UNTIL = 42  # days after the infusion with a chart every day: beyond day 28, which some toxicities must outlast
NEUTROPENIA = 0.5  # 10^9/L
FATAL = 5.0  # grade


def toxicity(solved: Course, deaths: Deaths, definition: dlt.Definition | None) -> dict[str, Floats]:
    """Grades day by day on the ward, and what the definition of dose-limiting toxicity makes of them.

    Death ends the chart; that of a toxicity is its grade 5.
    """
    ward = np.flatnonzero((solved.days >= 0) & (solved.days <= WATCHED_UNTIL))
    p, days = solved.parameters, solved.days[ward]
    gone = days > deaths.day[:, None]
    crs, icans = (
        np.where(fatal[:, None] & (days == deaths.day[:, None]), FATAL, grade_of(solved.curves[name][:, ward], p).low) * ~gone
        for name, grade_of, fatal in (
            ("crs_signal", signs.crs_grade, deaths.of_crs),
            ("icans_signal", signs.icans_grade, deaths.of_icans),
        )
    )
    low = (solved.curves["neutrophils"][:, ward] < NEUTROPENIA) & ~gone
    daily: dict[dlt.Toxicity, Floats] = {"CRS": crs, "ICANS": icans, "neutropenia": low.astype(float)}
    limited, first = _limiting(daily, days, definition or dlt.Definition())
    died = deaths.day <= days[-1]  # of the others the height is read between days as well
    return {
        "dlt": limited.astype(float),
        "dlt_day": first,
        "crs": np.where(died, crs.max(axis=1), signs.crs_grade(solved.readouts["crs_signal_peak"], p).low),
        "crs_day": _day_of_worst(days, crs),
        "icans": np.where(died, icans.max(axis=1), signs.icans_grade(solved.readouts["icans_signal_peak"], p).low),
        "icans_day": _day_of_worst(days, icans),
        "neutropenic_days": low.sum(axis=1).astype(float),
    }


def _limiting(daily: Mapping[dlt.Toxicity, Floats], days: Floats, definition: dlt.Definition) -> tuple[NDArray[np.bool_], Floats]:
    """Whether each patient is limited, and the day on which that is first known; each criterion sees the spells of its grade."""
    n = len(next(iter(daily.values())))
    patient, day = np.repeat(np.arange(n), len(days)), np.tile(days, n)
    limited, first = np.zeros(n, dtype=bool), np.full(n, np.inf)
    for criterion in definition.criteria:
        for toxicity, grades in daily.items():
            if criterion.toxicity not in (None, toxicity):
                continue
            episodes = of_grades(patient, day, Range.of(grades.ravel()), at_least=criterion.grade).episodes
            if not len(episodes.start.low):
                continue
            alone = dlt.Definition((criterion,), definition.window_days)
            spells = dlt.from_episodes(episodes, toxicity)
            met = dlt.decide(spells, patients=np.arange(n), observed_until=float(days[-1]), definition=alone).dlt.yes
            limited |= met
            first = np.where(met, np.minimum(first, _known_on(episodes, criterion, definition.window_days, n)), first)
    return limited, np.where(limited, first, np.nan)


def _known_on(episodes: Episodes, criterion: dlt.Criterion, window: float, n: int) -> Floats:
    """The day on which a patient's first spell that meets the criterion has begun, or has lasted long enough."""
    start, end = episodes.start.low, episodes.end.low
    when = start + (criterion.longer_than or 0.0)
    if criterion.beyond_day is not None:
        when = np.maximum(when, criterion.beyond_day)
    must_last = criterion.longer_than is not None or criterion.beyond_day is not None
    meets = (start <= window) & ((end > when) | (not must_last))
    first = np.full(n, np.inf)
    np.minimum.at(first, np.asarray(episodes.patient)[meets], when[meets])
    return first


def _day_of_worst(days: Floats, grades: Floats) -> Floats:
    return np.where(grades.max(axis=1) > 0, days[grades.argmax(axis=1)], np.nan)
