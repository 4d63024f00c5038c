"""From a solved course to what lasts: damage, end-stage kidney disease, and death, day by day and twin by twin.

All of it is read from the course after it is solved and acts on nothing in it: kidney failure, transplant and death change no
state, but end what is judged and written of a patient. Chance begins on day 0, the infusion: before it nobody dies or gets damage
at random. Damage after death is nan.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.lupus.chart import Parameters, sledai_score
from immunoreset.disease.lupus.long_term import damage, death, history, kidney_failure
from immunoreset.disease.lupus.long_term.damage import Damage
from immunoreset.disease.lupus.long_term.death import DAYS_PER_YEAR, Death
from immunoreset.disease.lupus.long_term.history import History
from immunoreset.disease.lupus.long_term.kidney_failure import Filtration, KidneyFailure
from immunoreset.disease.lupus.long_term.numbers import own
from immunoreset.disease.lupus.sledai import SIMULATED
from immunoreset.disease.lupus.steroid import background_steroid
from immunoreset.patient import signs
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Deaths
from immunoreset.patient.signs import column

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLOSELY_UNTIL, APART = 30.0, 24.0  # days: infections and toxicity of treatment fall into the first month
READ = (
    "sledai_items", "prednisolone", "proteinuria", "egfr", "infections_per_100_days", "crs_signal", "icans_signal",
)  # fmt: skip
SEVERE = 3  # grade of toxicity that may kill
GRADE_OF = {"crs_signal": signs.crs_grade, "icans_signal": signs.icans_grade}
PER_DAYS = 100.0  # the hazard of infection is per 100 days


class LongTerm(NamedTuple):
    """What lasts: the damage index (twins x days), and days (one per twin; nan: did not happen) of what ends a course."""

    damage: Floats
    kidney_failure_day: Floats
    transplant_day: Floats
    death_day: Floats
    of_crs: Flags
    """Whether death is that of severe cytokine release, at its height; `of_icans` of severe neurotoxicity."""
    of_icans: Flags


def deaths(course: Course) -> Deaths:
    """When and of what severe toxicity the twins of a course die."""
    seen = long_term(course)
    return Deaths(seen.death_day, seen.of_crs, seen.of_icans)


def dead(course: Course, days: Floats) -> Flags:
    """Who has died by each of some days, twins x days."""
    return long_term(course).death_day[:, None] <= days


def kidney_replaced(course: Course, days: Floats) -> Flags:
    """Who is on dialysis by each of some days, or has a transplant after it, twins x days."""
    return long_term(course).kidney_failure_day[:, None] <= days


def long_term(course: Course) -> LongTerm:
    """What lasts in all twins of a course; made once."""
    if "long term" not in course.noted:
        places = looked_at(course.days)
        steroid = background_steroid(course, places)
        curves = {name: course.curves[name][:, places] for name in READ if name in course.curves}
        some = replace(course, days=course.days[places], curves=curves)
        pieces = [_of_twins(some, twins, steroid[twins]) for twins in course.pieces()]
        found = LongTerm(*(np.concatenate(parts) for parts in zip(*pieces, strict=True)))
        latest = np.searchsorted(places, np.arange(len(course.days)), side="right") - 1
        course.noted["long term"] = found._replace(damage=found.damage[:, latest])
    return course.noted["long term"]


def looked_at(days: Floats) -> NDArray[np.int64]:
    """Places of the stored days on which what lasts is worked out: all of the first month, then about every four weeks.

    >>> looked_at(np.array([-7.0, 0, 1, 29, 30, 33, 36, 54, 57, 60])).tolist()
    [0, 1, 2, 3, 4, 7, 9]
    """
    kept = [0]
    for place in range(1, len(days)):
        if days[place] <= CLOSELY_UNTIL or days[place] - days[kept[-1]] >= APART or place == len(days) - 1:
            kept.append(place)
    return np.array(kept)


@cache
def _points_of_combinations() -> Floats:
    """SLEDAI-2K of every combination of signs, by its number in the output `sledai_items`: each is judged once."""
    return sledai_score(np.arange(2 ** len(SIMULATED))).total.low


def _filtration(course: Course, twins: slice) -> Filtration | None:
    """Filtration beside that of the healthy kidney; None where it is not simulated."""
    if "egfr" not in course.curves:
        return None
    p = course.parameters_of(twins)
    lost, inflamed, at_entry = (
        column(p[name]) for name in ("nephritis.nephrons_lost_before", "nephritis.filtration_inflamed", "body.egfr")
    )
    healthy = kidney_failure.healthy_filtration(at_entry, lost_before=lost, inflamed=inflamed)
    return Filtration(course.curves["egfr"][twins], healthy, lost)


def _of_twins(course: Course, twins: slice, background: Floats) -> LongTerm:
    p, days, ids, seed = course.parameters_of(twins), course.days, course.ids_of(twins), course.seed
    my, kidney = own(history.MODULE, p, History), own(kidney_failure.MODULE, p, KidneyFailure)
    sledai = _points_of_combinations()[np.nan_to_num(course.curves["sledai_items"][twins]).astype(np.int64)]
    steroid = np.maximum(course.curves["prednisolone"][twins] + background, 0.0)
    filtration = _filtration(course, twins)

    of_kidney = kidney_failure.kidney_points(kidney, days, course.curves["proteinuria"][twins], filtration)
    accumulated = _accumulated_damage(own(damage.MODULE, p, Damage), my, days, sledai, steroid)
    total = _damage(own(damage.MODULE, p, Damage), my, accumulated, of_kidney, damage.waits(seed, "after entry", ids))

    never = np.full(len(ids), np.nan)
    failed = never if filtration is None else kidney_failure.failure_day(kidney, days, filtration.egfr)
    new_kidney = kidney_failure.transplant_day(kidney, failed, seed=seed, ids=ids)
    rates = own(death.MODULE, p, Death)
    times = death.factor(rates, damage=total, sledai=sledai, antimalarial=my.antimalarial)
    crs, icans = (_height_of_severe(course, twins, p, name) for name in ("crs_signal", "icans_signal"))
    at_once = death.from_toxicity(days, crs, rates.fatal_crs) + death.from_toxicity(days, icans, rates.fatal_icans)
    died = death.death_day(days, _gradual_death(course, twins, rates, my, times), at_once, seed=seed, ids=ids)
    return LongTerm(
        np.where(days >= died[:, None], np.nan, total),
        np.where(failed >= died, np.nan, failed),
        np.where((new_kidney >= died) | (new_kidney > days[-1]), np.nan, new_kidney),
        died,
        died == crs,
        died == icans,
    )


def _accumulated_damage(rates: Damage, my: History, days: Floats, sledai: Floats, steroid: Floats) -> Floats:
    """The integral of the rate of damage from day 0, (n, days)."""
    years = np.maximum(days, 0.0) / DAYS_PER_YEAR
    now = damage.rate(rates, sledai=sledai, steroid=steroid, age=my.age + years, ancestry=my.ancestry_factor)
    between = np.diff(years) * 0.5 * (now[:, 1:] + now[:, :-1])
    return np.hstack([np.zeros((len(now), 1)), np.cumsum(between, axis=1)])


def _damage(rates: Damage, my: History, accumulated: Floats, of_kidney: Floats, waits: Floats) -> Floats:
    """The damage index, (n, days). What the kidney shows on the first day is among the damage at entry, or is all of it."""
    at_entry = np.maximum(my.damage_at_entry, of_kidney[:, :1])
    new_of_kidney = of_kidney - of_kidney[:, :1]
    shown = new_of_kidney > 0
    since = np.take_along_axis(accumulated, shown.argmax(axis=1)[:, None], axis=1)
    damaged = np.where(at_entry > 0, 0.0, np.where(shown.any(axis=1, keepdims=True), since, np.inf))
    first, later = damage.factors(rates, male=my.male, antimalarial=my.antimalarial)
    came = damage.points(accumulated, waits, first=first, later=later, damaged=damaged)
    return np.minimum(at_entry + came + new_of_kidney, damage.HIGHEST)


def _gradual_death(course: Course, twins: slice, rates: Death, my: History, times: Floats) -> Floats:
    """The accumulated hazard of death, (n, days), of lupus, given by how many times that of the life table it is, and of the
    infections that treatment adds."""
    days = course.days
    found = death.from_lupus(days, times, age=my.age, male=my.male)
    if "infections_per_100_days" in course.curves:
        found = found + death.from_infections(rates, days, course.curves["infections_per_100_days"][twins] / PER_DAYS)
    return found


def _height_of_severe(course: Course, twins: slice, parameters: Parameters, name: str) -> Floats:
    """The day on which the signal of a toxicity is at its height in those who have it severely, nan in others. (n,)"""
    if f"{name}_peak" not in course.readouts or name not in course.curves:
        return np.full(len(course.failed[twins]), np.nan)
    severe = (GRADE_OF[name](course.readouts[f"{name}_peak"][twins], parameters) >= SEVERE).yes
    return np.where(severe, np.maximum(course.days[course.curves[name][twins].argmax(axis=1)], 0.0), np.nan)
