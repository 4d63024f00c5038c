"""Stiffness of trunk and legs, which follows inflammation."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    stiffness: Num


class Stiffness(NamedTuple):
    """How fast stiffness follows, and what an examiner finds of it at entry."""

    pace: Num
    quick_walk: Num
    walk_of_stiffness: Num
    regions: Num
    rankin_quiet: Num
    rankin_of_stiffness: Num
    walk_noise: Num
    regions_noise: Num


def change(me: State, my: Stiffness, seen: Signals, on: Effects, rest: Rest) -> State:
    """Stiffness follows inflammation."""
    return State(stiffness=my.pace * (seen.inflammation - me.stiffness))


MODULE = Module("stiffness", __file__, State, Stiffness, lambda my: State(1.0), change)
