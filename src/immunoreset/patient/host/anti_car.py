"""The patient's immune response against CAR-T cells of any product, and its memory.

Memory forms over months, too late to hurt the first course, and rejects cells that are given again.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    anti_car_response: Num
    anti_car_memory: Num


class AntiCar(NamedTuple):
    """The patient's immune response against the CAR-T cells."""

    growth: Num
    precursors: Num
    half_stimulus: Num
    loss: Num
    kill_max: Num
    memory_formation: Num
    memory_loss: Num
    memory_sensitivity: Num
    memory_kill: Num


def start(my: AntiCar) -> State:
    """No response before any cell was given."""
    return State(0.0, 0.0)


def priming(me: State, my: AntiCar, seen: Signals) -> Num:
    """The response grows on CAR-T cells and as the host's own T cells return."""
    response = me.anti_car_response
    stimulus = seen.car_t / (my.half_stimulus + seen.car_t)
    return my.growth * (response + my.precursors) * (1 - response) * seen.lymphocytes * stimulus


def change(me: State, my: AntiCar, seen: Signals, on: Effects, rest: Rest) -> State:
    """Priming less a slow loss; memory follows the response and outlives it."""
    memory_lost = my.memory_loss + my.memory_sensitivity * on.chemotherapy
    return State(
        anti_car_response=priming(me, my, seen) - my.loss * me.anti_car_response,
        anti_car_memory=my.memory_formation * me.anti_car_response * (1 - me.anti_car_memory) - memory_lost * me.anti_car_memory,
    )


def does(me: State, my: AntiCar, seen: Signals) -> Effects:
    """Kills CAR-T cells, 1/day; memory counts squared, so that little of it does next to nothing."""
    remembered = my.memory_kill * me.anti_car_memory * me.anti_car_memory
    return Effects(reject_car_t=my.kill_max * me.anti_car_response + remembered)


MODULE = Module("anti_car", __file__, State, AntiCar, start, change, does=does)
