"""Azathioprine: lowers T-cell help to autoreactive B cells, within weeks; in proportion to the dose up to 3 mg/kg a day."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.background import background_drug
from immunoreset.therapy.families.courses import milligrams
from immunoreset.therapy.language.items import Course
from immunoreset.therapy.recipients import Recipients, Value

HIGHEST_DOSE = 3.0  # mg/kg a day, label


class Azathioprine(NamedTuple):
    """The dose and that at entry (inputs), how fast it comes and goes, and the help that it blocks."""

    dose: Num
    entry_dose: Num
    approach: Num
    help_block: Num


def share(exposure: Num, my: Azathioprine) -> Num:
    """The share of help that is blocked."""
    return my.help_block * exposure


def daily(recipients: Recipients, course: Course, amount: float) -> Value:
    """What a course comes to, mg/kg a day."""
    return milligrams(recipients, course, amount) / recipients.value("body.weight")


DRUG = background_drug(
    "azathioprine",
    file=__file__,
    numbers=Azathioprine,
    share=share,
    says=lambda blocked: Effects(block_help=blocked),
    daily=daily,
    highest=HIGHEST_DOSE,
    meaning="lowers T-cell help to autoreactive B cells, within weeks; at most 3 mg/kg a day",
    units=("mg/kg", "mg"),
    example="2 mg/kg daily from 84",
    aliases=("aza",),
)
