"""Blisters of skin and mucosa, which antibodies to desmoglein make by themselves and glucocorticoids hold back."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    blisters: Num


class Blisters(NamedTuple):
    """How antibodies make blisters, how fast these come and heal, and what an examiner finds at entry."""

    pace: Num
    half_antibody: Num
    steroid_block: Num
    spontaneous_remission: Num
    pdai: Num
    unseen_below: Num
    activity_noise: Num


def acantholysis(my: Blisters, antibody: Num) -> Num:
    """Loss of adhesion that an antibody (fold of entry) makes, fold of entry; steep."""
    half, bound = my.half_antibody * my.half_antibody, antibody * antibody
    return bound * (1 + half) / (half + bound)


def change(me: State, my: Blisters, seen: Signals, on: Effects, rest: Rest) -> State:
    """Blisters follow the antibody, less what glucocorticoids prevent."""
    made = acantholysis(my, seen.immune_complexes) * (1 - my.steroid_block * on.glucocorticoid)
    return State(blisters=my.pace * (made - me.blisters))


MODULE = Module("blisters", __file__, State, Blisters, lambda my: State(1.0), change)
