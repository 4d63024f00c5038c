"""The patient's size and kidney function, as all parts see them, and which medicines of every day are taken."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import where
from immunoreset.patient.module import Module, Nothing, Reading
from immunoreset.patient.vocabulary import Num, Signals, View


class Body(NamedTuple):
    """Size and kidney function of one patient."""

    weight: Num
    surface_area: Num
    egfr: Num
    blood_volume: Num
    hours_per_day: Num


def offers(me: Nothing, my: Body) -> Signals:
    """Facts that other parts need."""
    return Signals(weight=my.weight, egfr=my.egfr, blood_volume=my.blood_volume)


def prednisolone(my: Body, view: View) -> Num:
    """Glucocorticoid given above the dose at entry, which is not simulated."""
    return view.found.prednisolone


def immunosuppressed(my: Body, view: View) -> Num:
    """1 while mycophenolate, a calcineurin inhibitor or other background care is given, else 0."""
    return where(view.found.immunosuppressants > 0, 1, 0)


MODULE = Module(
    "body",
    __file__,
    Nothing,
    Body,
    offers=offers,
    readings={
        "prednisolone": Reading("Glucocorticoid above the dose at entry, prednisolone equivalents", "mg/day", prednisolone),
        "immunosuppressed": Reading("Immunosuppressant or background care being given", "1", immunosuppressed),
    },
)
