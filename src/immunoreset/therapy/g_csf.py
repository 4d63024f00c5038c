"""G-CSF, a growth factor of neutrophils: progenitors divide and mature a little faster; kept small, as it helped little."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.daily_rate import UnderTheSkin, daily_rate, empty
from immunoreset.therapy.language.items import Course, Rescue


class Gcsf(NamedTuple):
    """The dose (an input), kinetics, and what it does at full effect."""

    dose: Num
    absorption: Num
    elimination: Num
    half_effect: Num
    maturation_gain: Num
    division_gain: Num


def change(me: UnderTheSkin, my: Gcsf, seen: Signals, on: Effects, rest: Rest) -> UnderTheSkin:
    """Absorbed and eliminated within hours, mg per day."""
    absorbed = my.absorption * me.depot
    return UnderTheSkin(my.dose - absorbed, absorbed - my.elimination * me.central)


def does(me: UnderTheSkin, my: Gcsf, seen: Signals) -> Effects:
    """Hastens the division and the maturation of neutrophils."""
    share = me.central / (my.half_effect + me.central)
    return Effects(hasten_maturation=my.maturation_gain * share, hasten_division=my.division_gain * share)


DRUG = Drug(
    name="g-csf",
    meaning="growth factor of neutrophils, which come back a little sooner",
    units=("mg", "mg/kg"),
    forms=(Course, Rescue),
    example="0.3 mg daily if neutropenia grade >= 4 for 7 days at most 3",
    events=daily_rate("g-csf", "g_csf"),
    module=Module("g_csf", __file__, UnderTheSkin, Gcsf, empty, change, does=does),
    kind="supportive care",
    aliases=("filgrastim",),
)
