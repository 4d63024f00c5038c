"""Synovitis, which follows inflammation, and the damage of joints that it leaves."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    synovitis: Num
    erosion: Num


class Arthritis(NamedTuple):
    """How fast synovitis and damage come, and what an examiner finds of them at entry."""

    synovitis_pace: Num
    erosion_rate: Num
    tender_joints: Num
    swollen_joints: Num
    global_health: Num
    crp: Num
    disability: Num
    expectation: Num
    joint_noise: Num
    health_noise: Num
    crp_noise: Num


def change(me: State, my: Arthritis, seen: Signals, on: Effects, rest: Rest) -> State:
    """Synovitis follows inflammation; erosion adds up with its square."""
    return State(
        synovitis=my.synovitis_pace * (seen.inflammation - me.synovitis),
        erosion=my.erosion_rate * me.synovitis * me.synovitis,
    )


MODULE = Module("arthritis", __file__, State, Arthritis, lambda my: State(1.0, 0.0), change)
