"""What registers say of their patients after years: recovery of proteinuria, filtration, kidney failure, damage, death."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.lupus.long_term import damage
from immunoreset.disease.lupus.long_term.course import dead, kidney_replaced, long_term
from immunoreset.disease.lupus.long_term.damage import Damage
from immunoreset.disease.lupus.long_term.death import DAYS_PER_YEAR
from immunoreset.disease.lupus.long_term.life_table import accumulated_hazard
from immunoreset.disease.lupus.long_term.numbers import own
from immunoreset.disease.lupus.visit import see
from immunoreset.validation.lupus.followed import YEARS_10, Followed

Floats = NDArray[np.float64]
Read = Callable[[Followed], Floats]

RECOVERED_BELOW = 0.5  # g/g; published as g a day
QUARTER = 91.0  # days between visits of a clinic
OVERALL_YEARS = 5
HIGH_DOSE, LOW_DOSE = 20.0, 7.5  # mg of prednisolone a day


def outcome(name: str) -> Read:
    """An outcome of a study by name."""
    return lambda seen: seen.outcomes[name]


def recovered(by_day: float) -> Read:
    """Proteinuria was below its limit at one of the visits of the living every quarter up to this day, as it is measured."""

    def read(seen: Followed) -> Floats:
        places = np.unique(np.searchsorted(seen.course.days, np.arange(QUARTER, by_day + 1, QUARTER)))
        low = see(seen.course, places).upcr < RECOVERED_BELOW
        return (low & ~dead(seen.course, seen.course.days[places])).any(axis=1).astype(float)

    return read


def proteinuria_low(day: float) -> Read:
    """Proteinuria of nephritis is below its limit on this stored day, as the laboratory measures it; not in the dead."""

    def read(seen: Followed) -> Floats:
        low = seen.on(day)["upcr"] < RECOVERED_BELOW
        return np.where(seen.class_of_nephritis >= 0, low.astype(float), np.nan)

    return read


def of_class(kind: int, read: Read) -> Read:
    """The same of patients with this class of nephritis alone."""
    return lambda seen: np.where(seen.class_of_nephritis == kind, read(seen), np.nan)


def filtration_change(first: float, last: float) -> Read:
    """eGFR on the last day less that on the first, mL/min per 1.73 m2, of those who live with their own kidneys then."""

    def read(seen: Followed) -> Floats:
        lost = (dead(seen.course, np.array([last])) | kidney_replaced(seen.course, np.array([last])))[:, 0]
        return np.where(lost, np.nan, np.subtract(*seen.course.between("egfr", np.array([last, first])).T))

    return read


def damage_per_year(seen: Followed) -> Floats:
    """Points of the damage index gained a year over five years, by those who live then."""
    return (seen.outcomes[f"sdi_year{OVERALL_YEARS}"] - seen.outcomes["sdi_entry"]) / OVERALL_YEARS


def new_damage_if_active(least: float) -> Read:
    """New damage within five years, of those with at least this SLEDAI-2K at entry."""

    def read(seen: Followed) -> Floats:
        return np.where(seen.outcomes["sledai_entry"] >= least, seen.outcomes[f"sdi_increase_year{OVERALL_YEARS}"], np.nan)

    return read


def died_by(day: float) -> Read:
    """Died up to this day."""
    return lambda seen: (long_term(seen.course).death_day <= day).astype(float)


def deaths(seen: Followed) -> Floats:
    """Of ten years, (n, 3): died; deaths expected of people of that age and sex in the time lived; has nephritis."""
    day = long_term(seen.course).death_day
    p, years = seen.course.parameters, np.fmin(day, YEARS_10) / DAYS_PER_YEAR
    age, male = (np.broadcast_to(p[f"history.{name}"], day.shape) for name in ("age", "male"))
    expected = accumulated_hazard(age + years, male) - accumulated_hazard(age, male)
    return np.stack([(day <= YEARS_10).astype(float), expected, np.asarray(seen.cohort.covariates["nephritis"], float)], axis=1)


def damage_by_dose(seen: Followed) -> Floats:
    """How many times as fast damage comes at the high dose as at the low, all else the same."""
    rates = own(damage.MODULE, seen.course.parameters, Damage)
    age = rates.age_of_hazard
    high, low = (damage.rate(rates, sledai=0.0, steroid=dose, age=age, ancestry=1.0) for dose in (HIGH_DOSE, LOW_DOSE))
    return np.broadcast_to((high / low).ravel(), (len(seen.cohort),)).astype(float)
