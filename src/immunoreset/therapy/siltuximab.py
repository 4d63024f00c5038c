"""Siltuximab, an antibody against IL-6 itself: unlike tocilizumab it does not raise IL-6 in serum, and does nothing for ICANS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.drug import Event
from immunoreset.therapy.families.antibody import antibody
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.families.rescue import doses_if
from immunoreset.therapy.language.items import Dose, Item, Rescue
from immunoreset.therapy.recipients import Recipients


class Siltuximab(NamedTuple):
    """Two-compartment kinetics, and the concentration that binds half of IL-6."""

    clearance: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    half_binding: Num


def does(concentration: Num, my: Siltuximab) -> Effects:
    """Binds IL-6."""
    return Effects(block_free_il6=concentration / (my.half_binding + concentration))


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Doses on days, and rescue once a grade is reached."""
    given = boluses("siltuximab.central", "siltuximab", items, recipients)
    return (*given, *doses_if("siltuximab.central", items, recipients))


DRUG = replace(
    antibody(
        "siltuximab",
        file=__file__,
        numbers=Siltuximab,
        does=does,
        meaning="antibody against IL-6; treats cytokine release, not ICANS",
        units=("mg/kg", "mg"),
        example="11 mg/kg if CRS grade >= 3 after 48 h at most 1",
        kind="cytokine blocker",
    ),
    forms=(Dose, Rescue),
    events=events,
)
