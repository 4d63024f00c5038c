"""Avacopan, a blocker of the C5a receptor: full effect at 30 mg twice daily, in proportion below."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.courses import in_proportion
from immunoreset.therapy.language.items import Course

FULL_DOSE = 60.0  # mg a day, that of trials


class Avacopan(NamedTuple):
    """The share of full effect (an input), and what is blocked at full effect."""

    level: Num
    full_block: Num


def does(me: Nothing, my: Avacopan, seen: Signals) -> Effects:
    """Antibodies call fewer neutrophils into the tissue."""
    return Effects(block_c5a=my.full_block * my.level)


def shows(me: Nothing, my: Avacopan, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """An immunosuppressant is given."""
    return Findings(immunosuppressants=my.level)


DRUG = Drug(
    name="avacopan",
    meaning="blocker of the C5a receptor; full effect at 30 mg twice daily, in proportion below",
    units=("mg",),
    forms=(Course,),
    example="30 mg twice daily from 0 until 364",
    events=in_proportion("avacopan.level", "avacopan", FULL_DOSE),
    module=Module("avacopan", __file__, Nothing, Avacopan, does=does, shows=shows),
    kind="small molecule",
)
