"""The slow random drive of flares; its shocks come every 28 days, and between them it returns to the patient's own mean."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import exp, sqrt
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals

EVERY_DAYS = 28


class State(NamedTuple):
    flare_drive: Num


class Flare(NamedTuple):
    """Relaxation, the patient's mean, and the spread."""

    relaxation: Num
    mean: Num
    sd: Num


def change(me: State, my: Flare, seen: Signals, on: Effects, rest: Rest) -> State:
    """Return to the mean."""
    return State(my.relaxation * (my.mean - me.flare_drive))


def shock_spread(my: Flare) -> Num:
    """Standard deviation of one shock: it keeps the sampled Ornstein-Uhlenbeck process at its own spread."""
    decay = exp(-2 * my.relaxation * EVERY_DAYS)
    return my.sd * sqrt(1 - decay)


MODULE = Module("flare", __file__, State, Flare, lambda my: State(0.0), change, lambda me, my: Signals(flare=me.flare_drive))
