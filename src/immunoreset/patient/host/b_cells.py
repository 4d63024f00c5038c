"""B cells: production in the marrow, circulation between blood, tissue and follicles, survival on BAFF, and BAFF.

The untreated pools are given; exchange and production rates that keep them steady follow from them in closed form.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals


class State(NamedTuple):
    pre_b: Num
    immature_b: Num
    naive_b_blood: Num
    naive_b_tissue: Num
    naive_b_follicle: Num
    memory_b_blood: Num
    memory_b_tissue: Num
    memory_b_follicle: Num
    baff: Num


class BCells(NamedTuple):
    """Birth, circulation and survival of naive and memory B cells, with the untreated pools."""

    production_feedback: Num
    production_without_pre_b: Num
    half_pre_b: Num
    pre_b_maturation: Num
    immature_release: Num
    immature_loss: Num
    transitional_baff_dependence: Num
    naive_release: Num
    naive_loss: Num
    naive_baff_dependence: Num
    baff_saturation: Num
    naive_follicle_entry: Num
    memory_release: Num
    memory_follicle_exit: Num
    memory_turnover: Num
    naive_blood: Num
    naive_tissue: Num
    naive_follicle: Num
    memory_blood: Num
    memory_tissue: Num
    memory_follicle: Num
    baff_loss: Num
    baff_consumption: Num
    sensitivity_precursors: Num
    sensitivity_blood: Num
    sensitivity_naive: Num
    sensitivity_memory: Num


def naive_pool(my: BCells) -> Num:
    """Naive B cells in tissue and follicles before treatment."""
    return my.naive_tissue + my.naive_follicle


def immature_pool(my: BCells) -> Num:
    """Immature B cells before treatment: as many as replace the naive cells that die."""
    return my.naive_loss * naive_pool(my) / my.immature_release


def pre_b_pool(my: BCells) -> Num:
    """Pre-B cells before treatment."""
    return (my.immature_release + my.immature_loss) * immature_pool(my) / my.pre_b_maturation


def naive_return(my: BCells) -> Num:
    """Rate of naive cells from blood to tissue, 1/day."""
    return (my.naive_loss * naive_pool(my) + my.naive_release * my.naive_tissue) / my.naive_blood


def naive_follicle_exit(my: BCells) -> Num:
    """Rate of naive cells out of follicles, 1/day; a patient is possible only where this is positive."""
    return (my.naive_follicle_entry * my.naive_tissue - my.naive_loss * my.naive_follicle) / my.naive_follicle


def memory_return(my: BCells) -> Num:
    """Rate of memory cells from blood to tissue, 1/day."""
    return my.memory_release * my.memory_tissue / my.memory_blood


def memory_follicle_entry(my: BCells) -> Num:
    """Rate of memory cells into follicles, 1/day."""
    return my.memory_follicle_exit * my.memory_follicle / my.memory_tissue


def start(my: BCells) -> State:
    """The untreated pools."""
    return State(
        pre_b=pre_b_pool(my),
        immature_b=immature_pool(my),
        naive_b_blood=my.naive_blood,
        naive_b_tissue=my.naive_tissue,
        naive_b_follicle=my.naive_follicle,
        memory_b_blood=my.memory_blood,
        memory_b_tissue=my.memory_tissue,
        memory_b_follicle=my.memory_follicle,
        baff=1.0,
    )


def tissue_b_cells(seen: Signals) -> Num:
    """All B cells in tissue and follicles, autoreactive ones included."""
    return seen.naive_b + seen.memory_b + seen.autoreactive_b


def production(me: State, my: BCells, seen: Signals, rest: Rest) -> Num:
    """Pre-B cells made per day: self-amplifying, faster when the periphery is empty, limited by the marrow reserve."""
    full, present = tissue_b_cells(rest.seen), tissue_b_cells(seen)
    feedback = 1 + my.production_feedback * (full - present) / (full + present)
    pre_b = me.pre_b / pre_b_pool(my)
    seeded = my.production_without_pre_b
    amplified = (1 - seeded) * pre_b * (1 + my.half_pre_b) / (my.half_pre_b + pre_b)
    return my.pre_b_maturation * pre_b_pool(my) * seen.marrow_reserve * feedback * (seeded + amplified)


def survival_signal(my: BCells, free_baff: Num) -> Num:
    """Survival signal of BAFF, 1 at the untreated level."""
    return (1 + my.baff_saturation) * free_baff / (1 + my.baff_saturation * free_baff)


def immature_death_rate(my: BCells, signal: Num) -> Num:
    """Death of immature cells, 1/day; more without BAFF."""
    return my.immature_loss * (1 + my.transitional_baff_dependence) / (1 + my.transitional_baff_dependence * signal)


def naive_death_rate(my: BCells, signal: Num) -> Num:
    """Death of naive cells, 1/day; more without BAFF."""
    return my.naive_loss * (1 + my.naive_baff_dependence) / (1 + my.naive_baff_dependence * signal)


def blood_kill_rate(my: BCells, on: Effects) -> Num:
    """Kill of any B cell in blood, 1/day."""
    return on.kill_b_blood + my.sensitivity_blood * on.chemotherapy


def memory_blood_kill_rate(my: BCells, on: Effects) -> Num:
    """Kill of memory B cells in blood, 1/day."""
    return blood_kill_rate(my, on) + on.kill_memory_blood


def baff_change(me: State, my: BCells, seen: Signals, rest: Rest) -> Num:
    """BAFF accumulates when B cells no longer consume it."""
    consumed = my.baff_consumption * tissue_b_cells(seen) / tissue_b_cells(rest.seen)
    return my.baff_loss + my.baff_consumption - (my.baff_loss + consumed) * me.baff


def change(me: State, my: BCells, seen: Signals, on: Effects, rest: Rest) -> State:
    """Each pool: gain less loss, Mcell/day."""
    signal = survival_signal(my, seen.baff * (1 - on.block_baff))
    matured, released = my.pre_b_maturation * me.pre_b, my.immature_release * me.immature_b
    naive_out = my.naive_release * me.naive_b_tissue - naive_return(my) * me.naive_b_blood
    naive_in = my.naive_follicle_entry * me.naive_b_tissue - naive_follicle_exit(my) * me.naive_b_follicle
    memory_out = my.memory_release * me.memory_b_tissue - memory_return(my) * me.memory_b_blood
    memory_in = memory_follicle_entry(my) * me.memory_b_tissue - my.memory_follicle_exit * me.memory_b_follicle
    naive_death, naive_share = naive_death_rate(my, signal), seen.naive_b / rest.seen.naive_b
    marrow_kill = my.sensitivity_precursors * on.chemotherapy
    naive_kill, memory_kill = my.sensitivity_naive * on.chemotherapy, my.sensitivity_memory * on.chemotherapy
    blood_kill = blood_kill_rate(my, on)
    return State(
        pre_b=production(me, my, seen, rest) - matured - (on.kill_pre_b + marrow_kill) * me.pre_b,
        immature_b=matured - released - (immature_death_rate(my, signal) + on.kill_immature + marrow_kill) * me.immature_b,
        naive_b_blood=released + naive_out - (blood_kill + on.kill_naive_blood) * me.naive_b_blood,
        naive_b_tissue=-naive_out
        - naive_in
        - (naive_death + on.kill_b_tissue + naive_kill + on.kill_naive_tissue) * me.naive_b_tissue,
        naive_b_follicle=naive_in
        - (naive_death + on.kill_b_follicle + naive_kill + on.kill_naive_follicle) * me.naive_b_follicle,
        memory_b_blood=memory_out - memory_blood_kill_rate(my, on) * me.memory_b_blood,
        memory_b_tissue=my.memory_turnover * (my.memory_tissue * naive_share - me.memory_b_tissue)
        - memory_out
        - memory_in
        - (on.kill_b_tissue + on.kill_memory_tissue + memory_kill) * me.memory_b_tissue,
        memory_b_follicle=my.memory_turnover * (my.memory_follicle * naive_share - me.memory_b_follicle)
        + memory_in
        - (on.kill_b_follicle + on.kill_memory_follicle + memory_kill) * me.memory_b_follicle,
        baff=baff_change(me, my, seen, rest),
    )


def offers(me: State, my: BCells) -> Signals:
    """The pools that others see, and BAFF."""
    return Signals(
        b_precursors=me.pre_b + me.immature_b,
        naive_b=me.naive_b_tissue + me.naive_b_follicle,
        memory_b=me.memory_b_tissue + me.memory_b_follicle,
        cd19_blood=me.naive_b_blood + me.memory_b_blood,
        memory_b_blood=me.memory_b_blood,
        baff=me.baff,
    )


def shows(me: State, my: BCells, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """Pools of blood and tissue; autoreactive memory on its way back to tissue counts in blood as far as it survives there."""
    surviving = memory_return(my) / (memory_return(my) + memory_blood_kill_rate(my, on))
    return Findings(
        naive_b_blood=me.naive_b_blood,
        memory_b_blood=me.memory_b_blood + seen.autoreactive_returning * surviving,
        immature_b=me.immature_b,
        follicular_b=me.naive_b_follicle + me.memory_b_follicle,
        tissue_b=seen.naive_b + seen.memory_b,
    )


MODULE = Module(
    "b_cells",
    __file__,
    State,
    BCells,
    start,
    change,
    offers,
    shows=shows,
    must_be_positive={"rate of naive B cells out of follicles": naive_follicle_exit},
)
