"""Inflamed muscle and skin, weakness that follows and regenerates, and muscle that fat has replaced."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    muscle_inflammation: Num
    weakness: Num
    skin_inflammation: Num
    fatty_replacement: Num


class Muscle(NamedTuple):
    """How fast muscle and skin follow inflammation, and what an examiner finds of them at entry."""

    inflammation_pace: Num
    regeneration: Num
    skin_pace: Num
    replacement_rate: Num
    replaced_at_entry: Num
    strength_lost: Num
    creatine_kinase: Num
    physician_global: Num
    patient_global: Num
    disability: Num
    extramuscular: Num
    expectation: Num
    judgement_noise: Num
    enzyme_noise: Num
    strength_noise: Num


def start(my: Muscle) -> State:
    """As at entry."""
    return State(1.0, 1.0, 1.0, my.replaced_at_entry)


def change(me: State, my: Muscle, seen: Signals, on: Effects, rest: Rest) -> State:
    """Muscle follows inflammation, weakness and skin follow muscle; what fat has replaced is lost."""
    return State(
        muscle_inflammation=my.inflammation_pace * (seen.inflammation - me.muscle_inflammation),
        weakness=my.regeneration * (me.muscle_inflammation - me.weakness),
        skin_inflammation=my.skin_pace * (me.muscle_inflammation - me.skin_inflammation),
        fatty_replacement=my.replacement_rate * me.muscle_inflammation * me.muscle_inflammation * (1 - me.fatty_replacement),
    )


MODULE = Module("muscle", __file__, State, Muscle, start, change)
