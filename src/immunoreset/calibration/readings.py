"""What is read of each patient for a row, as a document writes it.

crs_any                                       an outcome of a study, by name
il6 on day 7                                  a quantity of the model on a day
neutrophils below 1 on day 28                 the same as a yes or no
highest car_t_copies_per_ug                   or lowest; with "from day 0 to 28" in that time
mean infections_per_100_days from day 0 to 28
first day of CRS, days of CRS                 of grade 1 or more, by day on the ward; nan without CRS
sledai_2k at entry                            a covariate or number of the patient, before treatment
c3_baseline at entry below sledai.cut_c3      compared with a number, or with another number of the patient
sri4 at visit 364                             response as a trial judges it: rescue, drop-out and missed visits are failures
steroid_tapered on day 364                    in an arm with visits: what the visit would show, of those to whom it applies
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine import Area, Maximum, Minimum
from immunoreset.engine.readouts import Readout
from immunoreset.errors import InvalidValue, UnknownName, quoted, unknown
from immunoreset.patient import signs
from immunoreset.patient.course import Course
from immunoreset.population import Cohort
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.observation import Observed

Floats = NDArray[np.float64]
Kind = Literal["outcome", "course", "entry", "visit", "table"]
WARD = np.arange(0.0, 61.0)
"""Days on which cytokine release is looked at."""
_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_NAME = r"[A-Za-z_][\w.]*"
_FORMS = {
    "entry": re.compile(rf"({_NAME}) at entry(?: (above|below) ({_NUMBER}|{_NAME}))?"),
    "visit": re.compile(rf"({_NAME}) at visit ({_NUMBER})"),
    "on day": re.compile(rf"({_NAME})(?: (above|below) ({_NUMBER}))? on day ({_NUMBER})"),
    "extreme": re.compile(rf"(highest|lowest|mean) ({_NAME})(?: from day ({_NUMBER}) to ({_NUMBER}))?"),
    "crs": re.compile(r"(first day|days) of CRS"),
    "outcome": re.compile(rf"({_NAME})"),
}


@dataclass(frozen=True)
class Reading:
    """One reading: `text` as it is written, what the course must keep for it, and a value per patient."""

    text: str
    kind: Kind
    name: str
    of: Callable[[Any], Floats]
    days: tuple[float, ...] = ()
    curves: tuple[str, ...] = ()
    readout: Readout | None = None

    @property
    def yes_or_no(self) -> bool:
        """Whether it is 1 or 0 by its form; an outcome is what its name says."""
        return self.kind == "visit" or bool(re.search(r" (above|below) ", self.text))


def parse(text: str, *, visits: bool = False) -> Reading:
    """The reading of a text; `visits` says that the arm has visits, which then show what is asked for on a day.

    Raises InvalidValue for a text of no form.

    >>> parse("neutrophils below 1 on day 28").days
    (28.0,)
    """
    text = " ".join(text.split())
    for form, pattern in _FORMS.items():
        if found := pattern.fullmatch(text):
            return _MADE[form](text, found, visits)
    raise InvalidValue(
        f"{quoted(text)} is no reading; write an outcome by name, or as in 'il6 on day 7', 'highest il6 from day 0 to 28', "
        "'neutrophils below 1 on day 28', 'first day of CRS', 'sledai_2k at entry', 'sri4 at visit 364'"
    )


def _compared(values: Floats, sign: str | None, limit: Any) -> Floats:
    """The values, or whether they lie beyond a limit; nan stays nan."""
    if not sign:
        return np.asarray(values, dtype=float)
    yes = values > limit if sign == "above" else values < limit
    return np.where(np.isnan(values), np.nan, yes.astype(float))


def _at_entry(text: str, found: re.Match[str], visits: bool) -> Reading:
    name, sign, limit = found.groups()

    def of(cohort: Cohort) -> Floats:
        return _compared(_fact(cohort, name), sign, float(limit) if sign and _is_number(limit) else sign and _fact(cohort, limit))

    return Reading(text, "entry", name, of)


def _fact(cohort: Cohort, name: str) -> Floats:
    """A covariate, or a number of the patient by its name, by its symbol, or by its last part where only one has it."""
    if name in cohort.covariates:
        return np.asarray(cohort.covariates[name], dtype=float)
    alike = [flat for flat in cohort.parameters if flat.partition(".")[2] == name]
    flat = alike[0] if len(alike) == 1 else cohort.theta.find(name) if cohort.theta.has(name) else name
    if flat not in cohort.parameters:
        raise unknown("fact at entry", name, [*cohort.covariates, *cohort.parameters])
    return np.broadcast_to(np.asarray(cohort.parameters[flat], dtype=float), (len(cohort),))


def _is_number(text: str) -> bool:
    return re.fullmatch(_NUMBER, text) is not None


def _at_visit(text: str, found: re.Match[str], visits: bool) -> Reading:
    name, day = found[1], float(found[2])
    return Reading(text, "visit", name, lambda seen: Response(name, day).read(seen).value[:, 0], days=(day,))


def _on_day(text: str, found: re.Match[str], visits: bool) -> Reading:
    name, sign, limit, day = found[1], found[2], found[3], float(found[4])
    if visits:

        def shown(seen: Observed) -> Floats:
            if name not in seen.table.visits:
                raise unknown("measure at visits", name, seen.table.visits)
            return _compared(seen.table.visit(name, day)[:, 0], sign, sign and float(limit))

        return Reading(text, "table", name, shown, days=(day,))

    def of(course: Course) -> Floats:
        return _compared(_curve(course, name)[:, course.place(day)], sign, sign and float(limit))

    return Reading(text, "course", name, of, days=(day,), curves=(name,))


def _curve(course: Course, name: str) -> Floats:
    if name not in course.curves:
        raise unknown("quantity", name, course.curves)
    return course.curves[name]


def _extreme(text: str, found: re.Match[str], visits: bool) -> Reading:
    which, name = found[1], found[2]
    first, last = (float(day) if day else None for day in found.groups()[2:])
    if which == "mean" and (first is None or last is None or last <= first):
        raise InvalidValue(f"{quoted(text)}: a mean needs days, as in 'mean {name} from day 0 to 28'")
    window = () if first is None or last is None else (first, last)
    made = {"highest": Maximum, "lowest": Minimum, "mean": Area}[which](name, *window)
    length = last - first if which == "mean" and first is not None and last is not None else 1.0
    return Reading(text, "course", name, lambda course: course.readouts[text] / length, curves=(name,), readout=made)


def _crs(text: str, found: re.Match[str], visits: bool) -> Reading:
    def of(course: Course) -> Floats:
        places = [course.place(day) for day in WARD if day <= course.days[-1]]
        ill = signs.crs_grade(_curve(course, "crs_signal")[:, places], course.parameters).low >= 1
        value = course.days[places][ill.argmax(axis=1)] if found[1] == "first day" else ill.sum(axis=1).astype(float)
        return np.where(ill.any(axis=1), value, np.nan)

    return Reading(text, "course", "crs_signal", of, days=tuple(WARD), curves=("crs_signal",))


def _outcome(text: str, found: re.Match[str], visits: bool) -> Reading:
    def of(outcomes: Mapping[str, Floats]) -> Floats:
        if text not in outcomes:
            raise UnknownName(str(unknown("outcome", text, outcomes)) + "; or its day is not simulated")
        return outcomes[text]

    return Reading(text, "outcome", text, of)


_MADE = {
    "entry": _at_entry, "visit": _at_visit, "on day": _on_day, "extreme": _extreme, "crs": _crs, "outcome": _outcome,
}  # fmt: skip
