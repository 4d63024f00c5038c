"""CD19 CAR-T cells made within the patient: lipid nanoparticles bring mRNA of the receptor to CD8 T cells, for two or three days.

No cell is infused, no conditioning is needed, no memory forms, and it can be given again. The cells kill in blood and in tissue;
their killing of B cells sets cytokines free.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import IN_VIVO_CAR, Drug, Event
from immunoreset.therapy.families.doses import boluses
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients


class State(NamedTuple):
    particles: Num
    transfected: Num


class ParticlesCd19(NamedTuple):
    """Particles and receptor in time, where the cells are, and how they kill and secrete."""

    particle_loss: Num
    transfection: Num
    half_transfection: Num
    most_transfected: Num
    receptor_loss: Num
    lymphocytes: Num
    cd8_share: Num
    body_to_blood: Num
    tissue_share: Num
    kill_max: Num
    half_kill_tissue: Num
    half_kill_blood: Num
    access_follicle: Num
    access_autoreactive: Num
    plasmablast_cd19: Num
    precursor_antigen: Num
    interferon_per_cell: Num
    half_secretion: Num


def change(me: State, my: ParticlesCd19, seen: Signals, on: Effects, rest: Rest) -> State:
    """Particles are cleared within hours; the share of CD8 T cells with the receptor rises with them and fades with its mRNA."""
    brought = my.transfection * me.particles / (my.half_transfection + me.particles)
    gained = brought * (my.most_transfected - me.transfected)
    return State(-my.particle_loss * me.particles, gained - my.receptor_loss * me.transfected)


def in_blood(me: State, my: ParticlesCd19, seen: Signals) -> Num:
    """CD8 T cells in blood that carry the receptor, Mcell."""
    return me.transfected * my.cd8_share * (my.lymphocytes * seen.lymphocytes) * seen.blood_volume


def in_tissue(me: State, my: ParticlesCd19, seen: Signals) -> Num:
    """Those in tissue, which particles reach less, Mcell."""
    return in_blood(me, my, seen) * my.body_to_blood * my.tissue_share


def antigen(my: ParticlesCd19, seen: Signals) -> Num:
    """CD19-positive cells in tissue, without marrow, Mcell."""
    b_cells = seen.naive_b + seen.memory_b + my.access_autoreactive * seen.autoreactive_b
    return b_cells + my.plasmablast_cd19 * seen.plasmablasts + seen.malignant_b


def does(me: State, my: ParticlesCd19, seen: Signals) -> Effects:
    """Kills at rates that killers and targets both saturate; secretes interferon while it sees B cells in blood."""
    able, cells, blood_cells = my.kill_max * (1 - seen.block_car_t), in_tissue(me, my, seen), in_blood(me, my, seen)
    targets = antigen(my, seen) + my.precursor_antigen * seen.b_precursors
    tissue = able * cells / (my.half_kill_tissue + cells + targets)
    blood = able * blood_cells / (my.half_kill_blood + blood_cells + seen.cd19_blood)
    engaged = (1 - seen.block_car_t) * (seen.cd19_blood / (my.half_secretion + seen.cd19_blood))
    return Effects(
        kill_b_blood=blood,
        kill_b_tissue=tissue,
        kill_b_follicle=my.access_follicle * tissue,
        kill_autoreactive_memory=my.access_autoreactive * tissue,
        kill_autoreactive_activated=my.access_autoreactive * tissue,
        kill_plasmablasts=my.plasmablast_cd19 * tissue,
        kill_malignant=tissue,
        kill_b_behind_barrier=tissue,
        cells_killed=tissue * antigen(my, seen) + blood * seen.cd19_blood,
        interferon_secreted=my.interferon_per_cell * blood_cells * engaged,
    )


def shows(me: State, my: ParticlesCd19, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Cells with the receptor in blood."""
    return Findings(car_t_blood=in_blood(me, my, seen))


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """Each dose enters the blood at once."""
    return boluses("lnp_cd19.particles", "lnp-cd19", items, recipients)


DRUG = Drug(
    name="lnp-cd19",
    meaning="CD19 CAR-T cells made in the patient: nanoparticles bring mRNA to CD8 T cells; no conditioning, repeatable",
    units=("mg",),
    forms=(Dose,),
    example="2 mg on days 0 3 6",
    events=events,
    module=Module("lnp_cd19", __file__, State, ParticlesCd19, lambda my: State(0.0, 0.0), change, does=does, shows=shows),
    kind=IN_VIVO_CAR,
)
