"""Inflammation of the diseased tissue: what drives it, in shares that add up to one at entry."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.disease.families.autoimmune.equations import inflammation_change
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    inflammation: Num


class TissueInflammation(NamedTuple):
    """How fast inflammation follows; the share that no B cell drives, and how its other causes share the rest."""

    turnover: Num
    weight_activated: Num
    weight_antibody: Num
    weight_help: Num
    weight_other: Num
    sensitivity: Num


def weights(my: TissueInflammation) -> Num:
    """The sum in which B cells, their antibody and follicular help have their parts."""
    return my.weight_activated + my.weight_antibody + my.weight_help


def causes(my: TissueInflammation, seen: Signals, on: Effects) -> Num:
    """Activated B cells, their antibody, follicular help, and what no B cell drives; 1 at entry."""
    antibody = seen.immune_complexes * (1 - on.block_c5a) * (1 - on.block_complement)
    of_b_cells = my.weight_activated * seen.autoreactive_activated + my.weight_antibody * antibody
    driven = of_b_cells + my.weight_help * seen.follicular_help
    return (1 - my.weight_other) * driven / weights(my) + my.weight_other


def change(me: State, my: TissueInflammation, seen: Signals, on: Effects, rest: Rest) -> State:
    """Inflammation follows its causes."""
    return State(inflammation_change(me.inflammation, causes(my, seen, on), my.turnover, my.sensitivity, seen, on))


def offers(me: State, my: TissueInflammation) -> Signals:
    """Inflammation, which the organs follow."""
    return Signals(inflammation=me.inflammation)


def shows(me: State, my: TissueInflammation, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Inflammation."""
    return Findings(inflammation=me.inflammation)


MODULE = Module(
    "tissue_inflammation",
    __file__,
    State,
    TissueInflammation,
    lambda my: State(1.0),
    change,
    offers,
    shows=shows,
    must_be_positive={"causes that B cells drive": weights},
)
