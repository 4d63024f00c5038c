"""T-cell engagers: antibodies that tie the patient's own T cells to B or plasma cells, which these then kill.

T cells are activated by antigen that the drug occupies, and kill as they are activated, as far as the drug reaches them and as
many as there are. The first contact releases cytokines; within a day T cells become refractory to that, for weeks, and go on
killing. Steps up to the full dose therefore lower the peak of cytokines and not the kill; after a long pause the risk is back.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.antibody import SC, absorbed, cleared, doses_by_route, outflow
from immunoreset.therapy.families.courses import milligrams, steps
from immunoreset.therapy.language.items import Course, Dose, Item
from immunoreset.therapy.recipients import Recipients

CLASS = "T-cell engager"
PAUSE = 28.0  # days without a dose after which steps up are begun again, as labels ask (recalled)
ANY_RATE = float("inf")


class State(NamedTuple):
    central: Num
    peripheral: Num
    depot: Num
    clearance_lost: Num
    activation: Num
    refractory: Num


class Engager(NamedTuple):
    """Kinetics, with a clearance that falls under treatment; what is reached and killed; activation and its cytokines."""

    infusion: Num
    absorption: Num
    bioavailability: Num
    clearance: Num
    clearance_passing: Num
    clearance_loss: Num
    trace: Num
    volume: Num
    exchange: Num
    volume_peripheral: Num
    half_occupancy_blood: Num
    half_occupancy_tissue: Num
    kill_blood: Num
    kill_tissue: Num
    antigen_naive: Num
    antigen_memory: Num
    antigen_autoreactive: Num
    antigen_plasmablasts: Num
    antigen_long_lived: Num
    access_marrow: Num
    access_follicle: Num
    access_autoreactive: Num
    activation_rate: Num
    activation_loss: Num
    half_antigen: Num
    contact_in_blood: Num
    refractory_rate: Num
    refractory_loss: Num
    interferon_first: Num
    competition: Num


def start(my: Engager) -> State:
    """No drug, and T cells at rest."""
    return State(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def concentration(me: State, my: Engager, seen: Signals) -> Num:
    """In plasma, mg/L."""
    return me.central / my.volume


def occupied(me: State, my: Engager, half: Num, seen: Signals) -> Num:
    """Share of the target that the drug occupies, of what other antibodies leave it."""
    in_plasma = me.central / my.volume
    return in_plasma / (half + in_plasma) * (1 - my.competition * seen.block_cd20)


def antigen_blood(my: Engager, seen: Signals) -> Num:
    """Cells of blood that carry the target, Mcell."""
    naive = seen.cd19_blood - seen.memory_b_blood
    return my.antigen_naive * naive + my.antigen_memory * seen.memory_b_blood


def antigen_tissue(my: Engager, seen: Signals) -> Num:
    """Cells of tissue and marrow that carry the target, Mcell."""
    b_cells = my.antigen_naive * seen.naive_b + my.antigen_memory * seen.memory_b
    plasma_cells = my.antigen_plasmablasts * seen.plasmablasts + my.antigen_long_lived * seen.long_lived_plasma
    return b_cells + my.antigen_autoreactive * seen.autoreactive_b + plasma_cells


def contact(me: State, my: Engager, seen: Signals) -> Num:
    """How strongly T cells meet the target through the drug, 0 to 1; a cell of blood counts more than one of tissue."""
    antigen = antigen_tissue(my, seen) + my.contact_in_blood * antigen_blood(my, seen)
    return occupied(me, my, my.half_occupancy_blood, seen) * antigen / (my.half_antigen + antigen)


def change(me: State, my: Engager, seen: Signals, on: Effects, rest: Rest) -> State:
    """Kinetics of the drug; T cells activated by contact, and refractory to the release of cytokines after it."""
    in_plasma, met = me.central / my.volume, contact(me, my, seen)
    passing = my.clearance_passing * (1 - me.clearance_lost) * in_plasma
    return State(
        central=my.infusion + absorbed(me, my) - outflow(me, my) - cleared(me.central, my, on) - passing,
        peripheral=outflow(me, my),
        depot=-my.absorption * me.depot,
        clearance_lost=my.clearance_loss * (1 - me.clearance_lost) * in_plasma / (in_plasma + my.trace),
        activation=my.activation_rate * met * (1 - me.activation) - my.activation_loss * me.activation,
        refractory=my.refractory_rate * met * (1 - me.refractory) - my.refractory_loss * me.refractory,
    )


def does(me: State, my: Engager, seen: Signals) -> Effects:
    """Kills what carries the target, by activation, occupancy and the patient's own lymphocytes; releases interferon."""
    tissue = my.kill_tissue * me.activation * occupied(me, my, my.half_occupancy_tissue, seen) * seen.lymphocytes
    blood = my.kill_blood * me.activation * occupied(me, my, my.half_occupancy_blood, seen) * seen.lymphocytes
    niche = my.access_autoreactive * my.antigen_autoreactive * tissue
    return Effects(
        kill_immature=my.access_marrow * my.antigen_naive * tissue,
        kill_naive_blood=my.antigen_naive * blood,
        kill_naive_tissue=my.antigen_naive * tissue,
        kill_naive_follicle=my.access_follicle * my.antigen_naive * tissue,
        kill_memory_blood=my.antigen_memory * blood,
        kill_memory_tissue=my.antigen_memory * tissue,
        kill_memory_follicle=my.access_follicle * my.antigen_memory * tissue,
        kill_autoreactive_memory=niche,
        kill_autoreactive_activated=niche,
        kill_plasmablasts=my.antigen_plasmablasts * tissue,
        kill_long_lived=my.access_marrow * my.antigen_long_lived * tissue,
        cells_killed=tissue * antigen_tissue(my, seen) + blood * antigen_blood(my, seen),
        interferon_secreted=my.interferon_first * contact(me, my, seen) * (1 - me.refractory) * seen.lymphocytes,
    )


def pauses(items: Sequence[Item]) -> list[str]:
    """Doses that come so long after the one before that T cells release cytokines again."""
    days = sorted({day for item in items if isinstance(item, Dose) for day in item.days})
    late = [(before, day) for before, day in itertools.pairwise(days) if day - before > PAUSE]
    return [
        f"{items[0].drug} on day {day:g} comes {day - before:g} days after the dose before: begin again with steps up to the dose"
        for before, day in late
    ]


def engager(
    name: str,
    *,
    file: str,
    meaning: str,
    units: tuple[str, ...],
    example: str,
    routes: tuple[str, ...] = (SC,),
    continuous: bool = False,
) -> Drug:
    """An engager: doses on days by the first of `routes` where nothing is said, or a pump that runs for days (`continuous`)."""

    def pumped(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        return steps(f"{name}.infusion", name, items, recipients, partial(milligrams, recipients), highest=ANY_RATE)

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        return doses_by_route(name, name, items, recipients, routes=routes)

    return Drug(
        name=name,
        meaning=meaning,
        units=units,
        forms=(Course,) if continuous else (Dose,),
        example=example,
        events=pumped if continuous else events,
        module=Module(name, file, State, Engager, start, change, does=does, concentration=concentration, family=__file__),
        kind=CLASS,
        routes=() if continuous else routes,
        remarks=pauses,
    )
