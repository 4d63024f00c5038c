"""Methotrexate: lowers the drive of inflammation, within weeks; taken weekly, in proportion to the dose up to 30 mg."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.background import background_drug
from immunoreset.therapy.language.items import WEEKLY

HIGHEST_DOSE = 30 * WEEKLY  # mg a day, as 30 mg a week


class Methotrexate(NamedTuple):
    """The dose and that at entry (inputs), how fast it comes and goes, and the drive of inflammation that it blocks."""

    dose: Num
    entry_dose: Num
    approach: Num
    inflammation_block: Num


def share(exposure: Num, my: Methotrexate) -> Num:
    """The share of inflammation's drive that is blocked."""
    return my.inflammation_block * exposure


DRUG = background_drug(
    "methotrexate",
    file=__file__,
    numbers=Methotrexate,
    share=share,
    says=lambda blocked: Effects(block_inflammation=blocked),
    highest=HIGHEST_DOSE,
    meaning="lowers the drive of inflammation, within weeks; at most 30 mg a week",
    units=("mg",),
    example="15 mg weekly from 0",
    aliases=("mtx",),
    times_a_day=(WEEKLY,),
)
