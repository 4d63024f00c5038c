"""Plasma cells: short-lived ones with plasmablasts, which CAR-T sees in part, and long-lived ones, which it does not."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.autoreactive_loop import activated_share
from immunoreset.patient.b_cells import memory_pool, naive_share


class PlasmaCells(NamedTuple):
    """Untreated numbers, losses, and where normal plasmablasts come from."""

    short_lived_normal: Any
    short_lived_autoreactive: Any
    long_lived_normal: Any
    long_lived_autoreactive: Any
    short_lived_loss: Any
    long_lived_loss: Any
    long_lived_autoreactive_loss: Any
    share_from_memory: Any


def normal_short_lived(s: Any, p: Any) -> Any:
    """Short-lived cells of normal specificity, fold of the untreated number."""
    return s.short_lived_plasma_normal / p.plasma_cells.short_lived_normal


def autoreactive_short_lived(s: Any, p: Any) -> Any:
    """Short-lived autoreactive cells, fold of active disease."""
    return s.short_lived_plasma_autoreactive / p.plasma_cells.short_lived_autoreactive


def normal_long_lived(s: Any, p: Any) -> Any:
    """Long-lived cells of normal specificity, fold of the untreated number."""
    return s.long_lived_plasma_normal / p.plasma_cells.long_lived_normal


def autoreactive_long_lived(s: Any, p: Any) -> Any:
    """Long-lived autoreactive cells, fold of active disease."""
    return s.long_lived_plasma_autoreactive / p.plasma_cells.long_lived_autoreactive


def loss_rate(p: Any, killed_by_car_t: Any, lymphodepletion: Any) -> Any:
    """Loss of short-lived cells: their own death, CAR-T (the CD19-positive share) and conditioning; 1/day."""
    killed = p.killing.plasmablast_cd19 * killed_by_car_t + p.chemotherapy.sensitivity_plasmablasts * lymphodepletion
    return p.plasma_cells.short_lived_loss + killed


def normal_formation(s: Any, p: Any) -> Any:
    """Normal plasmablasts made from memory and naive B cells, Mcell/day."""
    k = p.plasma_cells
    memory = (s.memory_b_tissue + s.memory_b_follicle) / memory_pool(p)
    sources = k.share_from_memory * memory + (1 - k.share_from_memory) * naive_share(s, p)
    return k.short_lived_loss * k.short_lived_normal * sources


def autoreactive_formation(s: Any, p: Any, anti_cd20: Any) -> Any:
    """Autoreactive plasmablasts made from activated cells; anti-CD20 takes some of their precursors. Mcell/day."""
    k = p.plasma_cells
    left = 1 - p.anti_cd20.plasmablast_block * anti_cd20
    return k.short_lived_loss * k.short_lived_autoreactive * activated_share(s, p) * p.body.lupus * left


def normal_long_lived_change(s: Any, p: Any) -> Any:
    """Long-lived normal cells follow the short-lived ones over a decade."""
    k = p.plasma_cells
    return k.long_lived_loss * (k.long_lived_normal * normal_short_lived(s, p) - s.long_lived_plasma_normal)


def autoreactive_long_lived_change(s: Any, p: Any) -> Any:
    """Long-lived autoreactive cells follow the short-lived ones over years."""
    k = p.plasma_cells
    sustained = k.long_lived_autoreactive * autoreactive_short_lived(s, p)
    return k.long_lived_autoreactive_loss * (sustained - s.long_lived_plasma_autoreactive)
