"""The patient's own T and NK cells, and the IL-7 and IL-15 that they consume."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    host_lymphocytes: Num
    homeostatic_cytokine: Num


class Lymphocytes(NamedTuple):
    """Untreated count, regrowth after conditioning, and the homeostatic cytokine."""

    baseline: Num
    regrowth: Num
    immigration: Num
    cytokine_turnover: Num
    cytokine_maximum: Num
    sensitivity: Num
    gain_without_inflammation: Num
    cells_per_giga: Num


def start(my: Lymphocytes) -> State:
    """The untreated counts."""
    return State(my.baseline, 1.0)


def set_point(my: Lymphocytes, seen: Signals, rest: Rest) -> Num:
    """The count to which lymphocytes return: higher than before treatment once inflammation that kept them low has gone."""
    return (
        my.baseline
        * (1 + my.gain_without_inflammation * rest.seen.inflammation)
        / (1 + my.gain_without_inflammation * seen.inflammation)
    )


def regrowth(me: State, my: Lymphocytes, seen: Signals, rest: Rest) -> Num:
    """Lymphocytes gained per day by division and immigration, until the set point is reached."""
    return my.regrowth * (me.host_lymphocytes + my.immigration) * (1 - me.host_lymphocytes / set_point(my, seen, rest))


def cytokine_sustained(me: State, my: Lymphocytes, seen: Signals) -> Num:
    """IL-7 and IL-15 rise as their consumers, host lymphocytes and CAR-T cells, become few."""
    consumers = (me.host_lymphocytes + seen.cytokine_consumers / seen.blood_volume) / my.baseline
    return my.cytokine_maximum / (1 + (my.cytokine_maximum - 1) * consumers)


def change(me: State, my: Lymphocytes, seen: Signals, on: Effects, rest: Rest) -> State:
    """Regrowth less conditioning, and what a drug kills besides; the cytokine follows within a day."""
    lost = my.sensitivity * on.chemotherapy * me.host_lymphocytes + on.kill_lymphocytes * me.host_lymphocytes
    return State(
        host_lymphocytes=regrowth(me, my, seen, rest) - lost,
        homeostatic_cytokine=my.cytokine_turnover * (cytokine_sustained(me, my, seen) - me.homeostatic_cytokine),
    )


def offers(me: State, my: Lymphocytes) -> Signals:
    """The count as a fold of the untreated one, and the cytokine."""
    return Signals(lymphocytes=me.host_lymphocytes / my.baseline, homeostatic_cytokine=me.homeostatic_cytokine)


def shows(me: State, my: Lymphocytes, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The count, of which a part of the white cells are made."""
    return Findings(lymphocytes=me.host_lymphocytes, white_cells=me.host_lymphocytes / my.cells_per_giga)


MODULE = Module("lymphocytes", __file__, State, Lymphocytes, start, change, offers, shows=shows)
