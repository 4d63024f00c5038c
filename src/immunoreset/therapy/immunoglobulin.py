"""Immunoglobulin of donors: adds to measured IgG, and competes for the receptor that saves own IgG from loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, igg_loss
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.antibody import IV, SC, TwoCompartmentsAndDepot, absorbed, doses_by_route, outflow
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients

GRAMS_PER_MG = 0.001
ROUTES = (IV, SC)


class Immunoglobulin(NamedTuple):
    """Two-compartment kinetics with a depot, without a clearance of its own; what donors bring of vaccine antibody."""

    absorption: Num
    bioavailability: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    vaccine_antibody: Num


def level(me: TwoCompartmentsAndDepot, my: Immunoglobulin) -> Num:
    """IgG of donors in plasma, g/L."""
    return me.central / my.volume


def change(me: TwoCompartmentsAndDepot, my: Immunoglobulin, seen: Signals, on: Effects, rest: Rest) -> TwoCompartmentsAndDepot:
    """Absorbed, exchanged with the periphery, and lost as any IgG is; g per day."""
    return TwoCompartmentsAndDepot(
        central=absorbed(me, my) - outflow(me, my) - igg_loss(on) * me.central,
        peripheral=outflow(me, my),
        depot=-my.absorption * me.depot,
    )


def offers(me: TwoCompartmentsAndDepot, my: Immunoglobulin) -> Signals:
    """What competes with own IgG for the receptor that saves it."""
    return Signals(igg_given=level(me, my))


def shows(me: TwoCompartmentsAndDepot, my: Immunoglobulin, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """A laboratory measures it with the patient's own, and antibodies of donors with those of own vaccinations."""
    return Findings(igg=level(me, my), vaccine_antibody=my.vaccine_antibody * level(me, my))


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Doses into the vein or under the skin, in grams."""
    return doses_by_route("immunoglobulin", "immunoglobulin", items, recipients, routes=ROUTES, factor=GRAMS_PER_MG)


DRUG = Drug(
    name="immunoglobulin",
    meaning="IgG of donors; adds to measured IgG and speeds the loss of own IgG, autoantibodies among it",
    units=("mg/kg", "mg"),
    forms=(Dose,),
    example="0.4 g/kg every 28 days from 0 until 168",
    events=events,
    module=Module(
        "immunoglobulin",
        __file__,
        TwoCompartmentsAndDepot,
        Immunoglobulin,
        lambda my: TwoCompartmentsAndDepot(0.0, 0.0, 0.0),
        change,
        offers,
        shows=shows,
    ),
    kind="immunoglobulin",
    aliases=("ivig",),
    routes=ROUTES,
)
