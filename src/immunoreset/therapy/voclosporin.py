"""Voclosporin, a calcineurin inhibitor: full effect at 23.7 mg twice daily, in proportion below."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.families.courses import in_proportion
from immunoreset.therapy.language.items import Course

FULL_DOSE = 47.4  # mg a day, that of trials


class Voclosporin(NamedTuple):
    """The share of full effect (an input), and what it does."""

    level: Num
    help_loss: Num
    upcr_fall: Num


def does(me: Nothing, my: Voclosporin, seen: Signals) -> Effects:
    """Help is lost; proteinuria falls faster and further."""
    return Effects(
        lose_help=my.help_loss * my.level, block_proteinuria=my.upcr_fall * my.level, hasten_renal_recovery=my.level
    )  # fmt: skip


def shows(me: Nothing, my: Voclosporin, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """An immunosuppressant is given."""
    return Findings(immunosuppressants=my.level)


DRUG = Drug(
    name="voclosporin",
    meaning="calcineurin inhibitor; full effect at 23.7 mg twice daily, in proportion below",
    units=("mg",),
    forms=(Course,),
    example="23.7 mg twice daily from 0 until 364",
    events=in_proportion("voclosporin.level", "voclosporin", FULL_DOSE),
    module=Module("voclosporin", __file__, Nothing, Voclosporin, does=does, shows=shows),
    kind="small molecule",
)
