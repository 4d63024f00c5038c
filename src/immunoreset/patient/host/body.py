"""The patient's age, size and kidney function, as all parts see them, and which medicines of every day are taken."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import exp, where
from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals, View, filtration


class State(NamedTuple):
    years: Num


class Body(NamedTuple):
    """Size and kidney function of one patient."""

    weight: Num
    surface_area: Num
    egfr: Num
    egfr_lost_with_age: Num
    days_per_year: Num
    blood_volume: Num
    hours_per_day: Num


def change(me: State, my: Body, seen: Signals, on: Effects, rest: Rest) -> State:
    """Time passes: years since the first day."""
    return State(years=1 / my.days_per_year)


def offers(me: State, my: Body) -> Signals:
    """Facts that other parts need; filtration falls with age, a share of it each year, so that it never reaches zero."""
    aged = my.egfr * exp(-my.egfr_lost_with_age / my.egfr * me.years)
    return Signals(weight=my.weight, egfr=aged, blood_volume=my.blood_volume)


def egfr(my: Body, view: View) -> Num:
    """Filtration rate: that of entry less what age and kidney disease have taken since."""
    return filtration(view.seen)


def prednisolone(my: Body, view: View) -> Num:
    """Glucocorticoid given above the dose at entry, which is not simulated."""
    return view.found.prednisolone


def immunosuppressed(my: Body, view: View) -> Num:
    """1 while mycophenolate, a calcineurin inhibitor or other background care is given, else 0."""
    return where(view.found.immunosuppressants > 0, 1, 0)


MODULE = Module(
    "body",
    __file__,
    State,
    Body,
    lambda my: State(0.0),
    change,
    offers,
    readings={
        "egfr": Reading("Estimated filtration rate per 1.73 m2", "mL/min", egfr),
        "prednisolone": Reading("Glucocorticoid above the dose at entry, prednisolone equivalents", "mg/day", prednisolone),
        "immunosuppressed": Reading("Immunosuppressant or background care being given", "1", immunosuppressed),
    },
    must_be_positive={"filtration at entry": lambda my: my.egfr, "volume of blood": lambda my: my.blood_volume},
)
