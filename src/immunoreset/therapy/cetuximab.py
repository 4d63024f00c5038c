"""Cetuximab, an antibody against EGFR: kills CAR-T cells that carry truncated EGFR as a safety gene, over days."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num
from immunoreset.therapy.families.antibody import antibody, one_compartment


class Cetuximab(NamedTuple):
    """Kinetics with one compartment, and the kill of cells with the gene."""

    clearance: Num
    volume: Num
    kill: Num
    half_kill: Num


def does(concentration: Num, my: Cetuximab) -> Effects:
    """Kills cells with the gene, in blood and tissue alike."""
    return Effects(kill_egfrt=my.kill * concentration / (my.half_kill + concentration))


DRUG = replace(
    antibody(
        "cetuximab",
        file=__file__,
        numbers=Cetuximab,
        does=does,
        change=one_compartment,
        meaning="antibody against EGFR; kills CAR-T cells that carry it cut short, over days",
        units=("mg/m2",),
        example="400 mg/m2 on day 10",
    ),
    switches=("cd19-car-t-egfrt",),
)
