"""Dapirolizumab pegol, a fragment against CD40 ligand without Fc: T cells help B cells less."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.families.antibody import OneCompartment, antibody, one_compartment


class Dapirolizumab(NamedTuple):
    """One-compartment kinetics and block of help."""

    clearance: Num
    volume: Num
    half_effect: Num
    help_block: Num


def change(me: OneCompartment, my: Dapirolizumab, seen: Signals, on: Effects, rest: Rest) -> OneCompartment:
    """Cleared from plasma; too large for urine while it is bound to its polymer, and without the hinge that an enzyme cuts."""
    return one_compartment(me, my, seen, Effects(exchange_plasma=on.exchange_plasma), rest)


def does(concentration: Num, my: Dapirolizumab) -> Effects:
    """Blocks a part of help."""
    return Effects(block_help=my.help_block * (concentration / (my.half_effect + concentration)))


DRUG = antibody(
    "dapirolizumab",
    file=__file__,
    numbers=Dapirolizumab,
    does=does,
    change=change,
    state=OneCompartment,
    meaning="fragment against CD40 ligand, bound to a polymer; T cells help B cells less",
    units=("mg/kg",),
    example="24 mg/kg every 28 days from 0 until 336",
    kind="antibody fragment",
)
