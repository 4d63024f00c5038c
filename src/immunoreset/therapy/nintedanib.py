"""Nintedanib, an inhibitor of kinases in fibroblasts: slows scarring of the lung; full effect at 150 mg twice daily."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Num, Signals
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.courses import in_proportion
from immunoreset.therapy.language.items import Course

FULL_DOSE = 300.0  # mg a day, that of the trial


class Nintedanib(NamedTuple):
    """The share of full effect (an input), and that effect."""

    level: Num
    fibrosis_block: Num


def does(me: Nothing, my: Nintedanib, seen: Signals) -> Effects:
    """Blocks fibrosis of the lung; no effect on skin or on immune cells."""
    return Effects(block_fibrosis=my.fibrosis_block * my.level)


DRUG = Drug(
    name="nintedanib",
    meaning="slows scarring of the lung; full effect at 150 mg twice daily, in proportion below",
    units=("mg",),
    forms=(Course,),
    example="150 mg twice daily from 0 until 364",
    events=in_proportion("nintedanib.level", "nintedanib", FULL_DOSE),
    module=Module("nintedanib", __file__, Nothing, Nintedanib, does=does),
    kind="small molecule",
)
