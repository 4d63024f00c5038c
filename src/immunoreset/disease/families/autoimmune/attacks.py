"""Relapses and attacks: they come at random, at a rate that follows the disease; the same for a patient under every treatment.

An organ of the disease integrates the rate (`per_day`) in a state, `attacks_expected`. After a course is solved, the waits
between attacks, which belong to the patient, say on which days that state has grown by enough. Chance begins on day 0, and an
attack is counted and dated as in the file of a real patient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look
from immunoreset.disease.families.autoimmune.scored import Score
from immunoreset.endpoints.other_diseases.multiple_sclerosis import (
    EDSS_STEP,
    HIGHEST_EDSS,
    annualised_relapse_rate,
    confirmed_worsening,
    relapse_starts,
)
from immunoreset.endpoints.scoring.relapses import CONFIRMED_AFTER
from immunoreset.engine import random
from immunoreset.errors import InvalidValue
from immunoreset.patient.course import BETWEEN_VISITS, Course
from immunoreset.patient.signs import column
from immunoreset.patient.vocabulary import Num

EXPECTED = "attacks_expected"
MOST_EXPECTED = 10_000.0  # attacks of one patient: beyond any disease, and more than could be dated
FEW = 8  # draws to begin with; more are made where they do not last
DAYS_BETWEEN_EDSS = 7 * CONFIRMED_AFTER  # visits that confirm a worsening, as far apart as in trials


def per_day(a_year: Num, days_per_year: Num) -> Num:
    """Attacks to be expected per day, of so many a year."""
    return a_year / days_per_year


def starts(course: Course) -> Floats:
    """The days on which each twin's attacks begin, (n, m), nan for none; what comes within 30 days of one belongs to it."""
    if "attacks" not in course.noted:
        expected = np.nan_to_num(course.curves[EXPECTED])
        since = expected - expected[:, [course.place(0.0)]]
        if since.max(initial=0.0) > MOST_EXPECTED:
            raise InvalidValue(
                f"{since.max():.3g} attacks are expected of one patient; change the rate, at most {MOST_EXPECTED:g}"
            )
        due = np.cumsum(_waits(course, float(since.max(initial=0.0))), axis=1)
        found = [np.interp(wanted, grown, course.days, right=np.nan) for wanted, grown in zip(due, since, strict=True)]
        course.noted["attacks"] = relapse_starts(np.reshape(found, due.shape))
    return course.noted["attacks"]


def _waits(course: Course, until: float) -> Floats:
    """Unit exponential waits between attacks, (n, m), so many that in nobody they add up to less than `until`."""
    count = FEW
    while True:
        waits = -np.log(random.uniform(course.seed, "waits between attacks", course.ids_of(), count))
        if waits.sum(axis=1).min(initial=np.inf) > until:
            return waits
        count *= 2


def left_by_attacks(look: Look, average: str) -> Floats:
    """Points of the EDSS that attacks up to each visit have left, (n, k); the number `average` is what one leaves on average."""
    began = starts(look.course)
    drawn = -np.log(random.uniform(look.course.seed, "what attacks leave", look.course.ids_of(), began.shape[1]))
    shares, began = drawn[look.twins], began[look.twins]
    left = np.where(np.isnan(began), 0.0, shares)[:, None, :] * (began[:, None, :] <= look.days[:, None])
    return look.number(average) * left.sum(axis=2)


def edss(points: Floats) -> Floats:
    """What a rater writes down at this disability, in halves from 0 to 10."""
    return np.round(np.clip(points, 0.0, HIGHEST_EDSS) / EDSS_STEP) * EDSS_STEP


def attacked(look: Look) -> Item:
    """Whether an attack began since the visit before."""
    return Item(solved(look, _begun(look) - _begun(look, earlier=BETWEEN_VISITS) > 0))


def counts(look: Look) -> Mapping[str, Floats]:
    """Attacks since entry: how many, whether any, and how many a year."""
    count = _begun(look)
    rate = annualised_relapse_rate(count, np.broadcast_to(np.maximum(look.days, 0.0), count.shape))
    found = {"relapses": count, "relapsed": count > 0, "annualised_relapse_rate": np.where(rate.known, rate.low, np.nan)}
    return {name: solved(look, values) for name, values in found.items()}


def _begun(look: Look, *, earlier: float = 0.0) -> NDArray[np.int64]:
    """Attacks up to so many days before each visit, (n, k)."""
    began = starts(look.course)[look.twins]
    return np.sum(began[:, None, :] <= look.days[:, None] - earlier, axis=2)


def solved(look: Look, values: Any) -> Floats:
    """The values, (n, k), nan for twins whose course failed."""
    return np.where(np.isnan(look.state(EXPECTED)), np.nan, values)


def confirmed_progression(course: Course, score: Callable[[Look], Floats]) -> Floats:
    """The day on which a worsening of the EDSS began that was confirmed 12 weeks later, nan for none; (n,)."""
    places = [0]
    for place, day in enumerate(course.days):
        if day >= max(course.days[places[-1]], 0.0) + DAYS_BETWEEN_EDSS:
            places.append(place)
    parts = []
    for twins in course.pieces():
        look = Look(course, np.array(places), twins)
        values = score(look)
        days = np.broadcast_to(look.days, values.shape)
        judged = confirmed_worsening(values[:, 0], values, days, relapse_days=starts(course)[twins], weeks=CONFIRMED_AFTER)
        parts.append(judged.day)
    return np.concatenate(parts)


def progressed(look: Look, day: Floats) -> Floats:
    """Whether a confirmed worsening had begun by each visit, (n, k), of the days (n,) on which it did in all twins."""
    return solved(look, column(day[look.twins]) <= look.days)


def scores(noun: str) -> tuple[Score, ...]:
    """The outcomes that `counts` makes; `noun` is what the disease calls an attack."""
    return (
        Score("relapsed", f"{noun} since entry", share=True),
        Score("relapses", f"{noun}s since entry", since_entry=True),
        Score("annualised_relapse_rate", f"{noun}s a year since entry", "1/year", since_entry=True),
    )
