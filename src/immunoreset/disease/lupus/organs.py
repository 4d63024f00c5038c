"""Disease activity organ by organ: each follows systemic inflammation, and immune complexes, at its own pace.

No organ drives the disease; what each shows decides the items of SLEDAI-2K and BILAG (`sledai.py`), blood counts and fatigue.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    joints: Num
    skin: Num
    mucosa: Num
    hair: Num
    serosa: Num
    nerves: Num
    vessels: Num
    constitution: Num
    blood: Num
    fatigue: Num


class Organs(NamedTuple):
    """How fast each organ follows, and which share of its activity needs immune complexes; what fatigue follows."""

    pace_joints: Num
    pace_skin: Num
    pace_mucosa: Num
    pace_hair: Num
    pace_serosa: Num
    pace_nerves: Num
    pace_vessels: Num
    pace_constitution: Num
    pace_blood: Num
    complexes_joints: Num
    complexes_skin: Num
    complexes_mucosa: Num
    complexes_hair: Num
    complexes_serosa: Num
    complexes_nerves: Num
    complexes_vessels: Num
    complexes_constitution: Num
    complexes_blood: Num
    pace_fatigue: Num
    fatigue_without_activity: Num


ORGANS = tuple(name for name in State._fields if name != "fatigue")


def start(my: Organs) -> State:
    """As at entry."""
    return State(*[1.0] * len(State._fields))


def change(me: State, my: Organs, seen: Signals, on: Effects, rest: Rest) -> State:
    """Each organ towards inflammation, weighed by immune complexes; fatigue towards constitutional activity, in part."""
    complexed = seen.inflammation * seen.immune_complexes  # one product that all organs mix

    def organ(activity: Num, pace: Num, complexes: Num) -> Num:
        return pace * ((1 - complexes) * seen.inflammation + complexes * complexed - activity)

    tiring = (1 - my.fatigue_without_activity) * me.constitution + my.fatigue_without_activity
    return State(
        joints=organ(me.joints, my.pace_joints, my.complexes_joints),
        skin=organ(me.skin, my.pace_skin, my.complexes_skin),
        mucosa=organ(me.mucosa, my.pace_mucosa, my.complexes_mucosa),
        hair=organ(me.hair, my.pace_hair, my.complexes_hair),
        serosa=organ(me.serosa, my.pace_serosa, my.complexes_serosa),
        nerves=organ(me.nerves, my.pace_nerves, my.complexes_nerves),
        vessels=organ(me.vessels, my.pace_vessels, my.complexes_vessels),
        constitution=organ(me.constitution, my.pace_constitution, my.complexes_constitution),
        blood=organ(me.blood, my.pace_blood, my.complexes_blood),
        fatigue=my.pace_fatigue * (tiring - me.fatigue),
    )


def offers(me: State, my: Organs) -> Signals:
    """Activity against blood cells, which the counts follow."""
    return Signals(blood_activity=me.blood)


def shows(me: State, my: Organs, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The activity of every organ, and fatigue."""
    return Findings(**me._asdict())


MODULE = Module("organs", __file__, State, Organs, start, change, offers, shows=shows)
