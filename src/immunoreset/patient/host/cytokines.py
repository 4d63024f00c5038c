"""Cytokines: interferon gamma and killed cells activate macrophages; they make IL-6, CRP and ferritin, and vessels leak.

Conditioning primes the macrophages in proportion to its dose.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import maximum
from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, View


class State(NamedTuple):
    interferon_gamma: Num
    macrophages: Num
    il6: Num
    crp: Num
    ferritin: Num
    endothelium: Num
    priming: Num


class Cytokines(NamedTuple):
    """Baselines, turnover, and what drives what."""

    interferon_baseline: Num
    interferon_loss: Num
    half_interferon: Num
    half_killing: Num
    weight_interferon: Num
    weight_killing: Num
    tone: Num
    drive_scale: Num
    drive_power: Num
    drive_floor: Num
    conditioning_boost: Num
    boost_reference: Num
    priming_loss: Num
    macrophage_turnover: Num
    il6_baseline: Num
    il6_loss: Num
    il6_gain: Num
    il6_receptor_share: Num
    crp_baseline: Num
    crp_loss: Num
    crp_ceiling: Num
    half_crp: Num
    ferritin_baseline: Num
    ferritin_loss: Num
    ferritin_gain: Num
    endothelium_turnover: Num
    half_endothelium: Num
    endothelium_interferon: Num
    one_cell: Num


def start(my: Cytokines) -> State:
    """Baselines; neither macrophages nor endothelium activated, and nothing primed."""
    return State(my.interferon_baseline, 0.0, my.il6_baseline, my.crp_baseline, my.ferritin_baseline, 0.0, 0.0)


def macrophage_drive(me: State, my: Cytokines, cells_killed: Num) -> Num:
    """Drive of macrophages by interferon above its baseline and by killed cells."""
    interferon = me.interferon_gamma / (my.half_interferon + me.interferon_gamma)
    resting = my.interferon_baseline / (my.half_interferon + my.interferon_baseline)
    killed = cells_killed / (my.half_killing + cells_killed)
    return my.weight_interferon * (interferon - resting) + my.weight_killing * killed


def steep(my: Cytokines, drive: Num) -> Num:
    """The drive to a power (smooth at zero), so that two moderate causes together do more than one."""
    scaled, floor = drive / my.drive_scale, my.drive_floor * my.drive_floor
    return my.drive_scale * ((scaled * scaled + floor) ** (my.drive_power / 2) - floor ** (my.drive_power / 2))


def primed(me: State, my: Cytokines) -> Num:
    """How strongly macrophages answer after conditioning; 1 five days after the usual one."""
    return (1 + my.conditioning_boost * me.priming) / (1 + my.conditioning_boost * my.boost_reference)


def il6_signal(me: State, on: Effects) -> Num:
    """IL-6 that still reaches free receptors, pg/mL."""
    return me.il6 * (1 - on.block_il6) * (1 - on.block_free_il6)


def crp_rise(me: State, my: Cytokines, on: Effects) -> Num:
    """CRP follows the IL-6 signal up to a ceiling; share of the ceiling above rest."""
    signal = il6_signal(me, on)
    return signal / (my.half_crp + signal) - my.il6_baseline / (my.half_crp + my.il6_baseline)


def crp_sustained(me: State, my: Cytokines, on: Effects) -> Num:
    """CRP that the IL-6 signal sustains; none is made while IL-6 is bound, mg/L."""
    return maximum(my.crp_baseline + my.crp_ceiling * crp_rise(me, my, on), 0)


def product_toxicity(my: Cytokines, seen: Signals) -> Num:
    """Strain of the endothelium by the CAR-T products present: the mean of their factors, weighted by cells; 1 without cells."""
    return (my.one_cell + seen.endothelium_toxicity) / (my.one_cell + seen.car_t)


def endothelium_cause(me: State, my: Cytokines) -> Num:
    """Endothelium is activated by IL-6 production and interferon; tocilizumab does not help it, glucocorticoid does."""
    return my.il6_gain * me.macrophages + my.endothelium_interferon * (me.interferon_gamma - my.interferon_baseline)


def change(me: State, my: Cytokines, seen: Signals, on: Effects, rest: Rest) -> State:
    """Macrophages answer their drive, tone and priming; what they make rises and falls with them.

    Tocilizumab blocks the receptor that also clears IL-6, so that serum IL-6 rises under it.
    """
    left = 1 - on.block_cytokines
    caused = left * (1 - on.block_macrophages)
    activated = my.tone * primed(me, my) * caused * steep(my, macrophage_drive(me, my, on.cells_killed))
    il6_cleared = me.il6 * (1 - my.il6_receptor_share * on.block_il6)
    leaking = product_toxicity(my, seen) * endothelium_cause(me, my) * (1 - on.block_endothelium) / my.half_endothelium
    return State(
        interferon_gamma=my.interferon_loss * (my.interferon_baseline + on.interferon_secreted * left - me.interferon_gamma),
        macrophages=my.macrophage_turnover * (activated - me.macrophages),
        il6=my.il6_loss * (my.il6_baseline + my.il6_gain * me.macrophages - il6_cleared) - on.exchange_plasma * me.il6,
        crp=my.crp_loss * (crp_sustained(me, my, on) - me.crp),
        ferritin=my.ferritin_loss * (my.ferritin_baseline + my.ferritin_gain * me.macrophages - me.ferritin),
        endothelium=my.endothelium_turnover * (leaking - me.endothelium),
        priming=on.chemotherapy - my.priming_loss * me.priming,
    )


def offers(me: State, my: Cytokines) -> Signals:
    """Activation of macrophages, which harms the marrow."""
    return Signals(macrophages=me.macrophages)


def shows(me: State, my: Cytokines, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The IL-6 signal and the state of the endothelium, on which CRS and ICANS depend."""
    return Findings(il6_signal=il6_signal(me, on), endothelium=me.endothelium)


def il6_reading(my: Cytokines, view: View) -> Num:
    """IL-6 that reaches receptors free of tocilizumab."""
    return view.found.il6_signal


MODULE = Module(
    "cytokines",
    __file__,
    State,
    Cytokines,
    start,
    change,
    offers,
    shows=shows,
    readings={"il6_signal": Reading("IL-6 signal", "pg/mL", il6_reading)},
)
