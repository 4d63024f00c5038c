"""Zilucoplan, a peptide that blocks complement at C5: full effect at 0.3 mg/kg daily, in proportion below."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Num, Signals
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.courses import in_proportion
from immunoreset.therapy.language.items import Course

FULL_DOSE = 0.3  # mg/kg a day, that of trials


class Zilucoplan(NamedTuple):
    """The share of full effect (an input), and what is blocked at full effect."""

    level: Num
    full_block: Num


def does(me: Nothing, my: Zilucoplan, seen: Signals) -> Effects:
    """Antibodies that fix complement do less."""
    return Effects(block_complement=my.full_block * my.level)


DRUG = Drug(
    name="zilucoplan",
    meaning="peptide that blocks complement at C5; full effect at 0.3 mg/kg daily, in proportion below",
    units=("mg/kg",),
    forms=(Course,),
    example="0.3 mg/kg daily from 0 until 84",
    events=in_proportion("zilucoplan.level", "zilucoplan", FULL_DOSE),
    module=Module("zilucoplan", __file__, Nothing, Zilucoplan, does=does),
    kind="complement inhibitor",
)
