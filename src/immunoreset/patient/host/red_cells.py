"""Haemoglobin: made by the marrow, lost with age and to haemolysis."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    haemoglobin: Num


class RedCells(NamedTuple):
    """Haemoglobin at entry, its turnover, what the marrow needs, and haemolysis by disease."""

    baseline: Num
    turnover: Num
    share_with_reserve: Num
    haemolysis: Num


def start(my: RedCells) -> State:
    """As at entry."""
    return State(my.baseline)


def change(me: State, my: RedCells, seen: Signals, on: Effects, rest: Rest) -> State:
    """Made as the marrow reserve allows; lost with age and to haemolysis."""
    reserve = 1 - my.share_with_reserve + my.share_with_reserve * seen.marrow_reserve
    made = my.baseline * (1 + my.haemolysis * rest.seen.blood_activity) * reserve
    return State(haemoglobin=my.turnover * (made - (1 + my.haemolysis * seen.blood_activity) * me.haemoglobin))


def shows(me: State, my: RedCells, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Its concentration in blood."""
    return Findings(haemoglobin=me.haemoglobin)


MODULE = Module("red_cells", __file__, State, RedCells, start, change, shows=shows)
