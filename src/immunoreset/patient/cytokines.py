"""Cytokines and toxicity: interferon and killed cells activate macrophages, which make IL-6, CRP, ferritin and leaky vessels."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.background import cytokines_left


class Cytokines(NamedTuple):
    """From CAR-T activation to IL-6 and the endothelium."""

    interferon_baseline: Any
    interferon_loss: Any
    interferon_per_car_t: Any
    interferon_without_antigen: Any
    half_interferon: Any
    half_killing: Any
    weight_interferon: Any
    weight_killing: Any
    tone: Any
    drive_scale: Any
    macrophage_turnover: Any
    il6_baseline: Any
    il6_loss: Any
    il6_gain: Any
    il6_receptor_share: Any
    crp_baseline: Any
    crp_loss: Any
    crp_ceiling: Any
    half_crp: Any
    ferritin_baseline: Any
    ferritin_loss: Any
    ferritin_gain: Any
    endothelium_turnover: Any
    half_endothelium: Any
    endothelium_interferon: Any
    endothelium_product: Any


def interferon_change(s: Any, p: Any, engaged: Any, steroid: Any) -> Any:
    """Interferon gamma from activated effectors, in part only while they see antigen."""
    k = p.cytokines
    seeing = k.interferon_without_antigen + (1 - k.interferon_without_antigen) * engaged
    secreted = k.interferon_per_car_t * s.car_t_effector_tissue * s.car_t_activation * seeing * cytokines_left(p, steroid)
    return k.interferon_loss * (k.interferon_baseline + secreted - s.interferon_gamma)


def macrophage_drive(s: Any, p: Any, cells_killed: Any) -> Any:
    """Drive of macrophages by interferon above its baseline and by killed cells."""
    k = p.cytokines
    interferon = s.interferon_gamma / (k.half_interferon + s.interferon_gamma)
    resting = k.interferon_baseline / (k.half_interferon + k.interferon_baseline)
    return k.weight_interferon * (interferon - resting) + k.weight_killing * cells_killed / (k.half_killing + cells_killed)


def macrophage_change(s: Any, p: Any, cells_killed: Any, steroid: Any) -> Any:
    """Macrophages answer the square of their drive, so two moderate causes together do far more than one."""
    k, drive = p.cytokines, macrophage_drive(s, p, cells_killed)
    return k.macrophage_turnover * (k.tone * cytokines_left(p, steroid) * drive * drive / k.drive_scale - s.macrophages)


def il6_signal(s: Any, il6_block: Any) -> Any:
    """IL-6 that still reaches free receptors, pg/mL."""
    return s.il6 * (1 - il6_block)


def il6_change(s: Any, p: Any, il6_block: Any) -> Any:
    """IL-6 from macrophages; tocilizumab blocks the receptor that also clears it, so serum IL-6 rises."""
    k = p.cytokines
    return k.il6_loss * (k.il6_baseline + k.il6_gain * s.macrophages - s.il6 * (1 - k.il6_receptor_share * il6_block))


def crp_change(s: Any, p: Any, il6_block: Any) -> Any:
    """CRP follows the IL-6 signal up to a ceiling."""
    k = p.cytokines
    signal = il6_signal(s, il6_block)
    rise = signal / (k.half_crp + signal) - k.il6_baseline / (k.half_crp + k.il6_baseline)
    return k.crp_loss * (k.crp_baseline + k.crp_ceiling * rise - s.crp)


def ferritin_change(s: Any, p: Any) -> Any:
    """Ferritin follows macrophage activation within a week."""
    k = p.cytokines
    return k.ferritin_loss * (k.ferritin_baseline + k.ferritin_gain * s.macrophages - s.ferritin)


def endothelium_change(s: Any, p: Any, steroid: Any) -> Any:
    """Endothelium is activated by IL-6 production and interferon; tocilizumab does not help it, glucocorticoid does."""
    k = p.cytokines
    cause = k.il6_gain * s.macrophages + k.endothelium_interferon * (s.interferon_gamma - k.interferon_baseline)
    eased = 1 - p.steroid.endothelium_block * steroid
    return k.endothelium_turnover * (k.endothelium_product * cause * eased / k.half_endothelium - s.endothelium)
