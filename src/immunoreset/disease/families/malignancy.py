"""Malignant CD19-positive cells of lymphoma and leukaemia, which serve as a contrast to autoimmune disease."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    malignant_cells: Num


class Malignancy(NamedTuple):
    """Burden and growth of malignant cells, their share in blood, and how conditioning kills them."""

    burden: Num
    growth: Num
    capacity: Num
    blood_share: Num
    sensitivity: Num


def change(me: State, my: Malignancy, seen: Signals, on: Effects, rest: Rest) -> State:
    """Growth up to a capacity, less kill; Mcell/day."""
    grown = my.growth * me.malignant_cells * (1 - me.malignant_cells / my.capacity)
    return State(grown - (on.kill_malignant + my.sensitivity * on.chemotherapy) * me.malignant_cells)


def offers(me: State, my: Malignancy) -> Signals:
    """The mass, and its share in blood."""
    return Signals(malignant_b=me.malignant_cells, cd19_blood=my.blood_share * me.malignant_cells)


def shows(me: State, my: Malignancy, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Malignant cells in blood."""
    return Findings(malignant_blood=my.blood_share * me.malignant_cells)


MODULE = Module("malignancy", __file__, State, Malignancy, lambda my: State(my.burden), change, offers, shows=shows)
