"""Deucravacitinib, an inhibitor of TYK2: lowers the drive of inflammation; full effect at 3 mg twice daily, and no more above."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.background import background_drug
from immunoreset.therapy.families.courses import milligrams
from immunoreset.therapy.language.items import Course
from immunoreset.therapy.recipients import Recipients, Value

FULL_DOSE = 6.0  # mg a day; the doses of the trial above it did no more


class Deucravacitinib(NamedTuple):
    """The share of the full dose now and at entry (inputs), how fast it comes and goes, and what it blocks."""

    dose: Num
    entry_dose: Num
    approach: Num
    inflammation_block: Num


def share(exposure: Num, my: Deucravacitinib) -> Num:
    """The share of inflammation's drive that is blocked."""
    return my.inflammation_block * exposure


def daily(recipients: Recipients, course: Course, amount: float) -> Value:
    """What a course comes to, as a share of the full dose."""
    return milligrams(recipients, course, amount) / FULL_DOSE


DRUG = background_drug(
    "deucravacitinib",
    file=__file__,
    numbers=Deucravacitinib,
    share=share,
    says=lambda blocked: Effects(block_inflammation=blocked),
    daily=daily,
    highest=1.0,
    meaning="inhibitor of TYK2; lowers the drive of inflammation; full effect at 3 mg twice daily, in proportion below",
    units=("mg",),
    example="3 mg twice daily from 0 until 336",
)
