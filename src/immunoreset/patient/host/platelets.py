"""Platelets: made by the marrow, released after days, lost with age and to disease activity against blood cells.

Production answers to the marrow reserve and to conditioning; it does not chase a count, since what disease destroys is not
made good in full: a chain that does (as that of neutrophils) would bring a thrombocytopenic patient back to the low count of
entry after the disease has gone.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    megakaryocytes: Num
    platelets_in_marrow: Num
    platelets: Num


class Platelets(NamedTuple):
    """The count at entry, maturation and life span, what the marrow needs, what harms it, and destruction by disease."""

    baseline: Num
    transit_time: Num
    transit_steps: Num
    turnover: Num
    share_with_reserve: Num
    conditioning_share: Num
    destruction: Num


def start(my: Platelets) -> State:
    """The count at entry, and what the marrow makes to hold it."""
    made = my.baseline
    return State(made, made, my.baseline)


def made_without_disease(my: Platelets, rest: Rest) -> Num:
    """The count that the marrow sustains where disease destroys nothing, as a multiple of that at entry."""
    return 1 + my.destruction * rest.seen.blood_activity


def change(me: State, my: Platelets, seen: Signals, on: Effects, rest: Rest) -> State:
    """Made in two stages, each in units of the count at entry that it sustains; lost with age and to disease."""
    stage = my.transit_steps / my.transit_time
    reserve = 1 - my.share_with_reserve + my.share_with_reserve * seen.marrow_reserve
    made = my.baseline * reserve / (1 + my.conditioning_share * on.inhibit_marrow)
    lost = (1 + my.destruction * seen.blood_activity) * me.platelets
    return State(
        megakaryocytes=stage * (made - me.megakaryocytes),
        platelets_in_marrow=stage * (me.megakaryocytes - me.platelets_in_marrow),
        platelets=my.turnover * (made_without_disease(my, rest) * me.platelets_in_marrow - lost),
    )


def shows(me: State, my: Platelets, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The count."""
    return Findings(platelets=me.platelets)


MODULE = Module("platelets", __file__, State, Platelets, start, change, shows=shows)
