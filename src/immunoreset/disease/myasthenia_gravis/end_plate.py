"""The end plate between nerve and muscle, which fails under the antibody, and the danger of a crisis that its failure brings."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import exp
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals


class State(NamedTuple):
    end_plate_failure: Num
    crisis_hazard: Num


class EndPlate(NamedTuple):
    """How the end plate follows the antibody, what a patient says of it at entry, and how often a crisis comes."""

    failure_pace: Num
    failure_of_other: Num
    by_complement: Num
    mg_adl: Num
    expectation: Num
    noise: Num
    crisis_rate: Num
    crisis_slope: Num
    crisis_reference: Num


def sustained(my: EndPlate, seen: Signals, on: Effects) -> Num:
    """The failure that antibodies, and what no antibody does, sustain; 1 at entry."""
    acting = seen.immune_complexes * (1 - on.block_complement * my.by_complement)
    return (1 - my.failure_of_other) * acting + my.failure_of_other


def crises(my: EndPlate, failure: Num) -> Num:
    """Rate of myasthenic crises, 1/day: it grows by the same factor with each point of MG-ADL."""
    return my.crisis_rate * exp(my.crisis_slope * (my.mg_adl * failure - my.crisis_reference))


def change(me: State, my: EndPlate, seen: Signals, on: Effects, rest: Rest) -> State:
    """Failure follows what sustains it; the hazard of a crisis adds up."""
    return State(
        end_plate_failure=my.failure_pace * (sustained(my, seen, on) - me.end_plate_failure),
        crisis_hazard=crises(my, me.end_plate_failure),
    )


MODULE = Module("end_plate", __file__, State, EndPlate, lambda my: State(1.0, 0.0), change)
