"""What the hazards of damage and death give beside published cohorts of lupus: `python benchmarks/lupus_long_term.py --store`.

Persons are drawn as for the population `trial` (age, sex, ancestry, antimalarial, years of disease, damage at entry, frailty) and
held at one activity and one dose, without nephritis, so that nothing but the hazards speaks. No number was fitted to what is
printed. A published rate comes with the interval of its source; ours with the Monte Carlo error. The processor time of the
whole post-processing is that of 1,000 twins on 200 days, median and range of repeats.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from immunoreset.catalogue import built_in
from immunoreset.disease.facts import NOTHING_KNOWN
from immunoreset.disease.lupus.long_term import MODULES, history
from immunoreset.disease.lupus.long_term.course import long_term
from immunoreset.disease.lupus.long_term.life_table import accumulated_hazard
from immunoreset.disease.lupus.populations import POPULATIONS
from immunoreset.manifest import machine
from immunoreset.patient.course import Course
from immunoreset.patient.draws import Draws
from immunoreset.patient.spreads import Lognormal, read_spread
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "lupus_long_term.json"
N, SEED, REPEATS = 20_000, 1, 9
THETA = built_in().theta.with_modules(MODULES)
TRIAL = next(population for population in POPULATIONS if population.name == "trial")
MARKS = {0: 0, 4: 4, 6: 4 + 8}  # SLEDAI-2K: marks of no sign, arthritis, arthritis and rash


class Cohort(NamedTuple):
    """A published number (low, high) in words, the SLEDAI-2K and dose in mg a day that stand for it, and how it is read."""

    what: str
    published: tuple[float, float, float]
    sledai: int
    steroid: float
    read: Callable[[Course], np.ndarray]


def persons(n: int) -> dict[str, np.ndarray | float]:
    """Numbers of drawn persons by flat name."""
    draws = Draws(SEED, np.arange(n))
    values: dict[str, np.ndarray | float] = {name: parameter.value for name, parameter in THETA.table.items()}
    for module in MODULES:
        for number in module.number_names:
            parameter = THETA.table[f"{module.name}.{number}"]
            spread = read_spread(parameter.spread)
            if isinstance(spread, Lognormal):
                values[parameter.name] = draws.lognormal(parameter.drawn_as, spread.median or parameter.value, spread.sd)
    values |= history.draw_person(TRIAL, draws, NOTHING_KNOWN, THETA)
    return values | history.draw_damage(values, draws, THETA)


def held_at(n: int, sledai: int, steroid: float, *, days: np.ndarray) -> Course:
    """Courses of drawn persons in one state."""
    curves = {"sledai_items": MARKS[sledai], "prednisolone": steroid, "proteinuria": 0.2}
    shaped = {name: np.full((n, len(days)), float(value)) for name, value in curves.items()}
    return Course(days, shaped, {}, persons(n), np.zeros(n, dtype=bool), seed=SEED)


def new_damage_a_year(course: Course) -> np.ndarray:
    """New points within a year, of those who live then."""
    damage = long_term(course).damage
    return damage[:, np.searchsorted(course.days, 364)] - damage[:, 0]


def progressed(course: Course) -> np.ndarray:
    """Whether damage rose within five years, percent of those who live then."""
    damage = long_term(course).damage
    later = damage[:, np.searchsorted(course.days, 5 * 364)]
    return np.where(np.isnan(later), np.nan, 100.0 * (later > damage[:, 0]))


def dead_by(day: float) -> Callable[[Course], np.ndarray]:
    """Whether a patient has died, percent."""
    return lambda course: 100.0 * (long_term(course).death_day <= day)


def ratio_to_population(course: Course) -> np.ndarray:
    """Deaths over ten years for each that the life table expects while they are alive: the standardised mortality ratio."""
    died = long_term(course).death_day
    followed = np.minimum(np.nan_to_num(died, nan=np.inf), course.days[-1]) / 365.25
    age, male = course.parameters["history.age"], course.parameters["history.male"]
    expected = accumulated_hazard(age + followed, male) - accumulated_hazard(age, male)
    return np.isfinite(died) / expected.mean()


COHORTS = (
    Cohort("new damage a year (Petri 2012)", (0.13, 0.11, 0.15), 4, 7.5, new_damage_a_year),
    Cohort("damage rose in 5 years, SLEDAI 6 or more, % (Urowitz 2020)", (32.2, 28.7, 35.9), 6, 7.5, progressed),
    Cohort("dead at 7 years, % (Hopkins, 1168)", (8.0, 6.5, 9.7), 4, 7.5, dead_by(2555)),
    Cohort("dead at 9 years, % (San Francisco)", (16.6, 14.1, 19.3), 4, 7.5, dead_by(3285)),
    Cohort("standardised mortality ratio, 10 years (Lee 2016)", (2.66, 2.09, 3.39), 4, 7.5, ratio_to_population),
    Cohort("damage at entry of a trial (TULIP)", (0.6, 0.53, 0.67), 4, 7.5, lambda course: long_term(course).damage[:, 0]),
)


def main() -> None:
    """Print the table and the time, and keep both with --store."""
    days = np.arange(0.0, 3641, 28)
    rows = []
    for cohort in COHORTS:
        values = cohort.read(held_at(N, cohort.sledai, cohort.steroid, days=days))
        mean, error = float(np.nanmean(values)), float(np.nanstd(values) / np.sqrt(np.isfinite(values).sum()))
        published, low, high = cohort.published
        rows.append({"what": cohort.what, "published": published, "low": low, "high": high, "here": mean, "error": error})
        inside = "inside" if low <= mean <= high else "OUTSIDE"
        print(f"{cohort.what:60s} {published:6.2f} ({low:.2f}-{high:.2f})  here {mean:6.2f} +- {error:.2f}  {inside}")
    course, took = held_at(1000, 6, 10.0, days=np.linspace(-35.0, 1500, 200)), []
    for _ in range(REPEATS):
        course.noted.clear()
        begun = time.process_time()
        long_term(course)
        took.append(1e3 * (time.process_time() - begun))
    print(f"1,000 twins, 200 days: {np.median(took):.0f} ms ({min(took):.0f}-{max(took):.0f})")
    keep(RESULTS, {"machine": machine(), "cohorts": rows, "milliseconds": took})


if __name__ == "__main__":
    main()
