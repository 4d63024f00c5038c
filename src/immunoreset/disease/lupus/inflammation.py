"""Systemic inflammation, and the complement that immune complexes consume."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.disease.families.autoimmune.equations import inflammation_change
from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, View


class State(NamedTuple):
    inflammation: Num
    c3: Num


class Inflammation(NamedTuple):
    """What drives inflammation and complement consumption."""

    inflammation_turnover: Num
    weight_activated: Num
    weight_complexes: Num
    weight_other: Num
    c3_normal: Num
    c3_baseline: Num
    c3_turnover: Num
    c3_with_inflammation: Num
    sensitivity: Num
    c4_normal: Num
    c4_baseline: Num


def start(my: Inflammation) -> State:
    """As at entry."""
    return State(1.0, my.c3_baseline)


def causes(my: Inflammation, seen: Signals) -> Num:
    """Activated B cells, immune complexes and a share that neither drives."""
    return my.weight_activated * seen.autoreactive_activated + my.weight_complexes * seen.immune_complexes + my.weight_other


def change(me: State, my: Inflammation, seen: Signals, on: Effects, rest: Rest) -> State:
    """Inflammation follows its drive; C3 is made at a constant rate and consumed by complexes, more so in inflamed tissue."""
    consumption = my.c3_normal / my.c3_baseline - 1
    inflamed = 1 - my.c3_with_inflammation + my.c3_with_inflammation * me.inflammation
    return State(
        inflammation=inflammation_change(me.inflammation, causes(my, seen), my.inflammation_turnover, my.sensitivity, seen, on),
        c3=my.c3_turnover * (my.c3_normal - (1 + consumption * seen.immune_complexes * inflamed) * me.c3),
    )


def offers(me: State, my: Inflammation) -> Signals:
    """Inflammation, which the kidney follows."""
    return Signals(inflammation=me.inflammation)


def shows(me: State, my: Inflammation, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Inflammation and complement."""
    return Findings(inflammation=me.inflammation, c3=me.c3, c4=c4_sustained(me, my, seen))


def c4_sustained(me: State, my: Inflammation, seen: Signals) -> Num:
    """C4 that consumption leaves, g/L; its turnover is fast against what consumes it, so that it has no state."""
    consumption = my.c4_normal / my.c4_baseline - 1
    inflamed = 1 - my.c3_with_inflammation + my.c3_with_inflammation * me.inflammation
    return my.c4_normal / (1 + consumption * seen.immune_complexes * inflamed)


def c4(my: Inflammation, view: View) -> Num:
    """Complement C4, g/L."""
    return view.found.c4


MODULE = Module(
    "inflammation",
    __file__,
    State,
    Inflammation,
    start,
    change,
    offers,
    shows=shows,
    readings={"c4": Reading("Complement C4", "g/L", c4)},
)
