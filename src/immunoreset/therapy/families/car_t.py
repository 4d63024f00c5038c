"""CAR-T cells: traffic, activation, expansion, contraction, memory and killing.

Effector and memory cells live in blood and tissue. Growth needs activation (by antigen) and free IL-7 and IL-15, so the peak is
set by the space that conditioning makes and hardly by the dose. A product is these equations with its own numbers, and a kind
(`car_t_kinds`): what it sees, and how it is switched. Products in one patient are followed apart and share cytokine and space;
those that see CD19 share their targets.

Infused cells that cannot expand still meet antigen in the first days and secrete interferon: the first wave. Cells that have
stayed for months lose the ability to expand again.

The host answers each product with T cells of its own. Their memory forms over months, too late to hurt the first course, and
rejects cells of the product that are given again; in part the response recognises the cells of other products too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.families.car_t_kinds import CD19, Kind, Profile


class State(NamedTuple):
    activation: Num
    effector_blood: Num
    effector_tissue: Num
    memory_blood: Num
    memory_tissue: Num
    first_wave: Num
    exhaustion: Num
    host_response: Num
    host_memory: Num


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
    response_growth: Num
    response_precursors: Num
    response_half_stimulus: Num
    response_loss: Num
    response_kill: Num
    response_memory_formation: Num
    response_memory_loss: Num
    response_memory_sensitivity: Num
    response_memory_kill: Num
    cross_recognition: Num


def start(my: CarT) -> State:
    """No cell before the infusion, and no response to any."""
    return State(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def cells(me: State) -> Num:
    """All cells of the product in the body that can live there; the first wave is not counted."""
    return me.effector_blood + me.effector_tissue + me.memory_blood + me.memory_tissue


def numbers_of(kind: Kind) -> Any:
    """The class of the numbers of a kind: those of `CarT`, and the kind's own in place of the share of plasmablasts with CD19."""
    if kind.numbers == CD19.numbers:
        return CarT
    names = [name for name in CarT._fields if name not in CD19.numbers]
    return NamedTuple("CarT", [(name, Num) for name in (*names, *kind.numbers)])  # type: ignore[misc]


def mature_antigen(my: CarT, seen: Signals, of: Profile) -> Num:
    """Cells in tissue that the product sees and can reach, without marrow precursors, Mcell."""
    autoreactive = my.access_autoreactive * (of.autoreactive * seen.autoreactive_b)
    b_cells = of.naive * seen.naive_b + of.memory * seen.memory_b + autoreactive
    return b_cells + of.plasmablasts * seen.plasmablasts + of.naive * seen.malignant_b + of.long_lived * seen.long_lived_plasma


def tissue_antigen(my: CarT, seen: Signals, of: Profile) -> Num:
    """Cells in tissue and marrow that the product sees, Mcell."""
    return mature_antigen(my, seen, of) + my.precursor_antigen * (of.precursors * seen.b_precursors)


def blood_antigen(seen: Signals, of: Profile) -> Num:
    """Cells in blood that the product sees, Mcell; malignant ones as far as naive ones."""
    return of.naive * seen.cd19_blood + (of.memory - of.naive) * seen.memory_b_blood


def antigen_engaged(my: CarT, seen: Signals, kind: Kind) -> Num:
    """How well the antigen in tissue activates the cells, 0 to 1; a cell that is switched off senses none."""
    antigen = tissue_antigen(my, seen, kind.sees(my))
    return working(seen, kind) * (antigen / (my.half_antigen + antigen))


def working(seen: Signals, kind: Kind) -> Num:
    """Share of the function of the cells that is switched on: senses, divides, kills, secretes."""
    return kind.works(seen) * (1 - seen.block_car_t)


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


def priming(me: State, my: CarT, seen: Signals) -> Num:
    """The host's response grows on cells of the product, and as the host's own T cells return; 1/day."""
    stimulus = cells(me) / (my.response_half_stimulus + cells(me))
    return my.response_growth * (me.host_response + my.response_precursors) * (1 - me.host_response) * seen.lymphocytes * stimulus


def own_rejection(me: State, my: CarT) -> Num:
    """Kill of the product's cells by the response to it, 1/day; memory counts squared, so that little does next to nothing."""
    return my.response_kill * me.host_response + my.response_memory_kill * me.host_memory * me.host_memory


def rejection(me: State, my: CarT, seen: Signals) -> Num:
    """Kill of the product's cells by the host, 1/day; what is raised against other products recognises them in part."""
    own = own_rejection(me, my)
    return own + my.cross_recognition * (seen.response_to_cells - own)


def death_rate(me: State, my: CarT, seen: Signals, on: Effects) -> Num:
    """Death of effectors in tissue: contraction when antigen is gone, glucocorticoid, rejection; 1/day."""
    contraction = my.effector_death + my.effector_death_without_antigen * (1 - me.activation)
    return contraction + on.kill_car_t_effectors + rejection(me, my, seen)


def exhaustion_change(me: State, my: CarT) -> Num:
    """The ability to expand again is lost while cells are present, 1/day."""
    present = cells(me) / (cells(me) + my.half_exhaustion)
    return my.exhaustion_rate * (1 - me.exhaustion) * present - my.exhaustion_recovery * me.exhaustion


def change(me: State, my: CarT, seen: Signals, on: Effects, rest: Rest, *, kind: Kind = CD19) -> State:
    """Traffic between blood and tissue, growth, death, memory formed and reactivated, later chemotherapy; Mcell/day.

    The response of the host grows on the cells and is lost slowly; its memory follows it and outlives it.
    """
    killed = kind.dies(my, on)
    rejected = rejection(me, my, seen) + killed
    engaged = antigen_engaged(my, seen, kind)
    staying = 1 - my.tissue_retention * engaged  # antigen holds effectors in tissue
    effectors_out = my.blood_to_tissue * me.effector_blood - my.tissue_to_blood * staying * me.effector_tissue
    memory_out = my.blood_to_tissue * me.memory_blood - my.tissue_to_blood * me.memory_tissue
    blood_loss = my.blood_loss + rejected + my.sensitivity_blood * on.chemotherapy
    chemotherapy = my.sensitivity_tissue * on.chemotherapy
    support = cytokine_support(my, seen.homeostatic_cytokine)
    returned = my.memory_reactivation * me.activation * (1 - me.exhaustion) * support * me.memory_tissue
    grown = working(seen, kind) * growth_rate(me, my, seen, on)
    net = grown - death_rate(me, my, seen, on) - my.memory_formation - chemotherapy - killed
    memory_lost = (my.memory_loss + rejected + chemotherapy) * me.memory_tissue
    forgotten = my.response_memory_loss + my.response_memory_sensitivity * on.chemotherapy
    return State(
        activation=activation_change(me, my, engaged),
        effector_blood=-effectors_out - blood_loss * me.effector_blood,
        effector_tissue=effectors_out + (net * me.effector_tissue + returned),
        memory_blood=-memory_out - blood_loss * me.memory_blood,
        memory_tissue=memory_out + (my.memory_formation * me.effector_tissue - memory_lost - returned),
        first_wave=-(my.first_wave_loss + rejected) * me.first_wave,
        exhaustion=exhaustion_change(me, my),
        host_response=priming(me, my, seen) - my.response_loss * me.host_response,
        host_memory=my.response_memory_formation * me.host_response * (1 - me.host_memory) - forgotten * me.host_memory,
    )


def killers(me: State, my: CarT) -> tuple[Num, Num]:
    """Cells that kill, in tissue and in blood; memory counts in part."""
    return me.effector_tissue + my.memory_weight * me.memory_tissue, me.effector_blood + my.memory_weight * me.memory_blood


def offers(me: State, my: CarT, *, kind: Kind = CD19) -> Signals:
    """The cells, their hunger for cytokine, the killers, with whom other products share the targets, and the response to them."""
    tissue, blood = killers(me, my)
    said = Signals(
        car_t=cells(me),
        cytokine_consumers=my.cytokine_consumption * cells(me),
        endothelium_toxicity=my.endothelium_toxicity * cells(me),
        response_to_cells=own_rejection(me, my),
    )
    if not kind.sees_cd19:
        return said
    return said._replace(killers_tissue=tissue, killers_blood=blood, killers_marrow=my.access_marrow * tissue)


def does(me: State, my: CarT, seen: Signals, *, kind: Kind = CD19) -> Effects:
    """Kills at rates that killers and targets both saturate; secretes interferon, in part only while it sees antigen."""
    of, able = kind.sees(my), working(seen, kind) * my.kill_max
    in_tissue, in_blood = killers(me, my)
    in_marrow = my.access_marrow * in_tissue
    rivals = (
        (seen.killers_tissue, seen.killers_blood, seen.killers_marrow) if kind.sees_cd19 else (in_tissue, in_blood, in_marrow)
    )
    blood_seen = blood_antigen(seen, of)
    tissue = able * in_tissue / (my.half_kill_tissue + rivals[0] + tissue_antigen(my, seen, of))
    blood = able * in_blood / (my.half_kill_blood + rivals[1] + blood_seen)
    marrow = of.precursors * (able * in_marrow / (my.half_kill_tissue + rivals[2] + seen.b_precursors))
    niche = my.access_autoreactive * (of.autoreactive * tissue)
    memory_more = (of.memory - of.naive) * tissue
    said = Effects(
        kill_pre_b=marrow,
        kill_immature=marrow,
        kill_b_blood=of.naive * blood,
        kill_b_tissue=of.naive * tissue,
        kill_b_follicle=my.access_follicle * (of.naive * tissue),
        kill_autoreactive_memory=niche,
        kill_autoreactive_activated=niche,
        kill_plasmablasts=of.plasmablasts * tissue,
        kill_malignant=my.access_malignant * (of.naive * tissue),
        kill_b_behind_barrier=of.memory * tissue,
        cells_killed=tissue * mature_antigen(my, seen, of) + blood * blood_seen,
        interferon_secreted=my.interferon_per_cell * secreting(me, my, seen, kind),
    )
    if kind.sees_cd19 and kind.numbers == CD19.numbers:
        return said
    return said._replace(
        kill_memory_blood=(of.memory - of.naive) * blood,
        kill_memory_tissue=memory_more,
        kill_memory_follicle=my.access_follicle * memory_more,
        kill_long_lived=my.access_marrow * (of.long_lived * tissue),
    )


def secreting(me: State, my: CarT, seen: Signals, kind: Kind) -> Num:
    """Cells that secrete interferon: activated effectors, in part only while they see antigen; the first wave that meets it."""
    engaged = antigen_engaged(my, seen, kind)
    seeing = my.interferon_without_antigen + (1 - my.interferon_without_antigen) * engaged
    return working(seen, kind) * (me.effector_tissue * me.activation * seeing) + my.first_wave_weight * me.first_wave * engaged


def shows(me: State, my: CarT, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Cells in blood, and copies of the transgene."""
    blood = me.effector_blood + me.memory_blood
    return Findings(car_t_blood=blood, car_copies_blood=my.copies_per_cell * blood)
