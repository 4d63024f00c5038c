"""CAR-T cells against CD19: traffic, activation, expansion, contraction, memory and killing.

Effector and memory cells live in blood and tissue. Growth needs activation (by antigen) and free IL-7 and IL-15, so the peak is
set by the space that conditioning makes and hardly by the dose. A product is these equations with its own numbers; products in
one patient are followed apart, share the targets, the cytokine and the space, and meet one response of the host.

Few infused cells have a clone that can establish itself. Their number is a chance (Poisson), which matters at low doses only.
The cells that cannot expand still meet antigen in the first days and secrete interferon: the first wave. Cells that have stayed
for months lose the ability to expand again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from immunoreset.engine import Scheduled, random
from immunoreset.engine.arithmetic import maximum, where
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients, Value, per_dose

CELLS_PER_MILLION = 1e6
CLASS = "CAR-T product"


class State(NamedTuple):
    activation: Num
    effector_blood: Num
    effector_tissue: Num
    memory_blood: Num
    memory_tissue: Num
    first_wave: Num
    exhaustion: Num


class CarT(NamedTuple):
    """The product and its life in the patient; how fast it kills, what it reaches, and what it secretes."""

    blood_to_tissue: Num
    tissue_to_blood: Num
    tissue_retention: Num
    product_activation: Num
    activation_rate: Num
    deactivation_rate: Num
    half_presence: Num
    half_antigen: Num
    expansion_max: Num
    half_cytokine: Num
    carrying_capacity: Num
    cytokine_consumption: Num
    blood_loss: Num
    effector_death: Num
    effector_death_without_antigen: Num
    memory_formation: Num
    memory_loss: Num
    memory_reactivation: Num
    exhaustion_rate: Num
    half_exhaustion: Num
    exhaustion_recovery: Num
    engraftment_fraction: Num
    product_memory_share: Num
    founder_fraction: Num
    absent_below: Num
    copies_per_cell: Num
    kill_max: Num
    half_kill_tissue: Num
    half_kill_blood: Num
    memory_weight: Num
    access_marrow: Num
    access_follicle: Num
    access_autoreactive: Num
    access_malignant: Num
    plasmablast_cd19: Num
    precursor_antigen: Num
    interferon_per_cell: Num
    interferon_without_antigen: Num
    first_wave_weight: Num
    first_wave_loss: Num
    endothelium_toxicity: Num
    sensitivity_tissue: Num
    sensitivity_blood: Num


def start(my: CarT) -> State:
    """No cell before the infusion."""
    return State(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def cells(me: State) -> Num:
    """All cells of the product in the body that can live there; the first wave is not counted."""
    return me.effector_blood + me.effector_tissue + me.memory_blood + me.memory_tissue


def mature_antigen(my: CarT, seen: Signals) -> Num:
    """CD19-positive cells in tissue that the product can reach, without marrow precursors."""
    autoreactive = my.access_autoreactive * seen.autoreactive_b
    return seen.naive_b + seen.memory_b + autoreactive + my.plasmablast_cd19 * seen.plasmablasts + seen.malignant_b


def tissue_antigen(my: CarT, seen: Signals) -> Num:
    """CD19-positive cells in tissue and marrow, Mcell."""
    return mature_antigen(my, seen) + my.precursor_antigen * seen.b_precursors


def antigen_engaged(my: CarT, seen: Signals) -> Num:
    """How well the antigen in tissue activates the cells, 0 to 1."""
    antigen = tissue_antigen(my, seen)
    return antigen / (my.half_antigen + antigen)


def activation_change(me: State, my: CarT, engaged: Num) -> Num:
    """The division programme starts within a day of antigen and fades over six days without it."""
    present = cells(me) / (cells(me) + my.half_presence)
    rise = my.activation_rate * engaged * (1 - me.activation) * present
    return rise - my.deactivation_rate * (1 - engaged) * me.activation


def cytokine_support(my: CarT, cytokine: Num) -> Num:
    """Share of maximal growth that the free IL-7 and IL-15 allow (Hill exponent 2)."""
    square = cytokine * cytokine
    return square / (my.half_cytokine * my.half_cytokine + square)


def growth_rate(me: State, my: CarT, seen: Signals, on: Effects) -> Num:
    """Division of effectors in tissue, 1/day."""
    able = me.activation * (1 - me.exhaustion)
    supported = my.expansion_max * able * cytokine_support(my, seen.homeostatic_cytokine)
    return supported * (1 - on.block_expansion) / (1 + seen.car_t / my.carrying_capacity)


def death_rate(me: State, my: CarT, on: Effects) -> Num:
    """Death of effectors in tissue: contraction when antigen is gone, glucocorticoid, rejection; 1/day."""
    contraction = my.effector_death + my.effector_death_without_antigen * (1 - me.activation)
    return contraction + on.kill_car_t_effectors + on.reject_car_t


def exhaustion_change(me: State, my: CarT) -> Num:
    """The ability to expand again is lost while cells are present, 1/day."""
    present = cells(me) / (cells(me) + my.half_exhaustion)
    return my.exhaustion_rate * (1 - me.exhaustion) * present - my.exhaustion_recovery * me.exhaustion


def change(me: State, my: CarT, seen: Signals, on: Effects, rest: Rest) -> State:
    """Traffic between blood and tissue, growth, death, memory formed and reactivated, later chemotherapy; Mcell/day."""
    engaged = antigen_engaged(my, seen)
    staying = 1 - my.tissue_retention * engaged  # antigen holds effectors in tissue
    effectors_out = my.blood_to_tissue * me.effector_blood - my.tissue_to_blood * staying * me.effector_tissue
    memory_out = my.blood_to_tissue * me.memory_blood - my.tissue_to_blood * me.memory_tissue
    blood_loss = my.blood_loss + on.reject_car_t + my.sensitivity_blood * on.chemotherapy
    chemotherapy = my.sensitivity_tissue * on.chemotherapy
    support = cytokine_support(my, seen.homeostatic_cytokine)
    returned = my.memory_reactivation * me.activation * (1 - me.exhaustion) * support * me.memory_tissue
    net = growth_rate(me, my, seen, on) - death_rate(me, my, on) - my.memory_formation - chemotherapy
    memory_lost = (my.memory_loss + on.reject_car_t + chemotherapy) * me.memory_tissue
    return State(
        activation=activation_change(me, my, engaged),
        effector_blood=-effectors_out - blood_loss * me.effector_blood,
        effector_tissue=effectors_out + (net * me.effector_tissue + returned),
        memory_blood=-memory_out - blood_loss * me.memory_blood,
        memory_tissue=memory_out + (my.memory_formation * me.effector_tissue - memory_lost - returned),
        first_wave=-(my.first_wave_loss + on.reject_car_t) * me.first_wave,
        exhaustion=exhaustion_change(me, my),
    )


def killers(me: State, my: CarT) -> tuple[Num, Num]:
    """Cells that kill, in tissue and in blood; memory counts in part."""
    return me.effector_tissue + my.memory_weight * me.memory_tissue, me.effector_blood + my.memory_weight * me.memory_blood


def offers(me: State, my: CarT) -> Signals:
    """The cells, their hunger for cytokine, and the killers, with whom other products share the targets."""
    tissue, blood = killers(me, my)
    return Signals(
        car_t=cells(me),
        cytokine_consumers=my.cytokine_consumption * cells(me),
        killers_tissue=tissue,
        killers_blood=blood,
        killers_marrow=my.access_marrow * tissue,
        endothelium_toxicity=my.endothelium_toxicity * cells(me),
    )


def does(me: State, my: CarT, seen: Signals) -> Effects:
    """Kills at rates that killers and targets both saturate; secretes interferon, in part only while it sees antigen."""
    in_tissue, in_blood = killers(me, my)
    tissue = my.kill_max * in_tissue / (my.half_kill_tissue + seen.killers_tissue + tissue_antigen(my, seen))
    blood = my.kill_max * in_blood / (my.half_kill_blood + seen.killers_blood + seen.cd19_blood)
    in_marrow = my.access_marrow * in_tissue
    marrow = my.kill_max * in_marrow / (my.half_kill_tissue + seen.killers_marrow + seen.b_precursors)
    niche = my.access_autoreactive * tissue
    return Effects(
        kill_pre_b=marrow,
        kill_immature=marrow,
        kill_b_blood=blood,
        kill_b_tissue=tissue,
        kill_b_follicle=my.access_follicle * tissue,
        kill_autoreactive_memory=niche,
        kill_autoreactive_activated=niche,
        kill_plasmablasts=my.plasmablast_cd19 * tissue,
        kill_malignant=my.access_malignant * tissue,
        cells_killed=tissue * mature_antigen(my, seen) + blood * seen.cd19_blood,
        interferon_secreted=my.interferon_per_cell * secreting(me, my, antigen_engaged(my, seen)),
    )


def secreting(me: State, my: CarT, engaged: Num) -> Num:
    """Cells that secrete interferon: activated effectors, in part only while they see antigen; the first wave that meets it."""
    seeing = my.interferon_without_antigen + (1 - my.interferon_without_antigen) * engaged
    return me.effector_tissue * me.activation * seeing + my.first_wave_weight * me.first_wave * engaged


def shows(me: State, my: CarT, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Cells in blood, and copies of the transgene."""
    blood = me.effector_blood + me.memory_blood
    return Findings(car_t_blood=blood, car_copies_blood=my.copies_per_cell * blood)


def infuse_into(name: str) -> Callable[[Any, Any, Any, Any], dict[str, Any]]:
    """The action that adds cells (in millions) of a product to the blood, as effectors and memory; a fraction can expand.

    Where no cell of the product is left, they come with the activation of the product. Those that cannot expand are the first
    wave; those that can are fresh, and dilute cells that no longer expand.
    """

    def infuse(t: Any, s: Any, p: Any, millions: Any) -> dict[str, Any]:
        me, my = getattr(s, name), getattr(p, name)
        engrafting, present = my.engraftment_fraction * millions, cells(me)
        among = maximum(present + engrafting, my.absent_below)
        return {
            f"{name}.activation": where(present < my.absent_below, my.product_activation, me.activation),
            f"{name}.effector_blood": me.effector_blood + (1 - my.product_memory_share) * engrafting,
            f"{name}.memory_blood": me.memory_blood + my.product_memory_share * engrafting,
            f"{name}.first_wave": me.first_wave + (1 - my.engraftment_fraction) * millions,
            f"{name}.exhaustion": me.exhaustion * present / among,
        }

    return infuse


def founder_factor(name: str, cells: Value, recipients: Recipients, infusion: int) -> Value:
    """Founder clones drawn over founder clones expected, per patient; 1 when the noise is off.

    `cells` is the number infused; `infusion` counts from 0, so that the same patient has the same luck in every arm.
    """
    if not recipients.founder_noise:
        return 1.0
    mean = np.broadcast_to(np.asarray(cells * recipients.value(f"{name}.founder_fraction"), dtype=float), recipients.ids.shape)
    drawn = random.poisson(recipients.seed, f"founder clones of infusion {infusion}", recipients.ids, mean)
    return drawn / mean


def infusions_of(name: str) -> Callable[[Sequence[Item], Recipients], tuple[Event, ...]]:
    """What the doses of a product do; infusions are counted over all products of the regimen."""
    infuse = infuse_into(name)

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        doses = [(day, item) for item in items if isinstance(item, Dose) for day in item.days]
        found = []
        for place, (day, item) in enumerate(sorted(doses, key=lambda pair: (pair[0], pair[1].amount))):
            recipients.require_started(item.drug, day)
            infusion = place + recipients.infusions_of_others(day, [own for own, _ in doses])
            infused = recipients.total(item.amount, item.unit)
            millions = infused / CELLS_PER_MILLION * founder_factor(name, infused, recipients, infusion)
            found.append(Scheduled(f"{item.drug} infusion", day, infuse, per_dose(millions)))
        return tuple(found)

    return events


def car_t_product(name: str, *, file: str, module: str, meaning: str, aliases: tuple[str, ...] = ()) -> Drug:
    """A product: its name in regimens, the file beside which its numbers stand, and what it is called among the modules."""
    part = Module(module, file, State, CarT, start, change, offers, does, shows, family=__file__)
    return Drug(
        name=name,
        meaning=meaning,
        units=("cells/kg", "cells"),
        forms=(Dose,),
        example="1e6 cells/kg on day 0",
        events=infusions_of(module),
        module=part,
        kind=CLASS,
        aliases=aliases,
    )
