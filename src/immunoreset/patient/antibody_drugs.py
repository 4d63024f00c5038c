"""Antibody drugs: anti-CD20, belimumab, anifrolumab and tocilizumab, their levels and their effects.

Nephrotic patients lose antibody drugs in the urine, as they lose their own IgG (`urinary_loss`, 1/day); the tocilizumab kinetics
leave this out.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class AntiCd20(NamedTuple):
    """Kinetics and kill rates of rituximab, or of obinutuzumab as a named set."""

    clearance: Any
    volume: Any
    exchange: Any
    volume_peripheral: Any
    half_effect: Any
    kill_blood: Any
    kill_tissue: Any
    kill_follicle: Any
    kill_autoreactive_memory: Any
    kill_autoreactive_activated: Any
    kill_immature: Any
    plasmablast_block: Any


class Belimumab(NamedTuple):
    """Two-compartment kinetics and neutralisation of BAFF."""

    clearance: Any
    volume: Any
    exchange: Any
    volume_peripheral: Any
    half_neutralisation: Any


class Anifrolumab(NamedTuple):
    """One-compartment kinetics and block of the interferon receptor."""

    clearance: Any
    volume: Any
    half_effect: Any
    inflammation_block: Any


class Tocilizumab(NamedTuple):
    """Two-compartment kinetics with saturable elimination, and occupancy of the IL-6 receptor."""

    clearance: Any
    volume: Any
    exchange: Any
    volume_peripheral: Any
    elimination_max: Any
    half_elimination: Any
    half_occupancy: Any


def anti_cd20_effect(s: Any, p: Any) -> Any:
    """Share of the full anti-CD20 effect at this concentration, 0 to 1."""
    concentration = s.anti_cd20 / p.anti_cd20.volume
    return concentration / (p.anti_cd20.half_effect + concentration)


def free_baff(s: Any, p: Any) -> Any:
    """BAFF that belimumab has not neutralised, fold of the untreated level."""
    return s.baff / (1 + s.belimumab / p.belimumab.volume / p.belimumab.half_neutralisation)


def interferon_block(s: Any, p: Any) -> Any:
    """Share of the full anifrolumab effect at this concentration, 0 to 1."""
    concentration = s.anifrolumab / p.anifrolumab.volume
    return concentration / (p.anifrolumab.half_effect + concentration)


def il6_block(s: Any, p: Any) -> Any:
    """Share of IL-6 receptors that tocilizumab occupies, 0 to 1."""
    concentration = s.tocilizumab / p.tocilizumab.volume
    return concentration / (p.tocilizumab.half_occupancy + concentration)


def anti_cd20_exchange(s: Any, p: Any) -> Any:
    """Net flow of anti-CD20 antibody from plasma into the periphery, mg per day."""
    k = p.anti_cd20
    return k.exchange * (s.anti_cd20 / k.volume - s.anti_cd20_peripheral / k.volume_peripheral)


def anti_cd20_elimination(s: Any, p: Any, urinary_loss: Any) -> Any:
    """Anti-CD20 antibody cleared, with what is lost in urine, mg per day."""
    return (p.anti_cd20.clearance / p.anti_cd20.volume + urinary_loss) * s.anti_cd20


def belimumab_exchange(s: Any, p: Any) -> Any:
    """Net flow of belimumab from plasma into the periphery, mg per day."""
    k = p.belimumab
    return k.exchange * (s.belimumab / k.volume - s.belimumab_peripheral / k.volume_peripheral)


def belimumab_elimination(s: Any, p: Any, urinary_loss: Any) -> Any:
    """Belimumab cleared, with what is lost in urine, mg per day."""
    return (p.belimumab.clearance / p.belimumab.volume + urinary_loss) * s.belimumab


def anifrolumab_elimination(s: Any, p: Any, urinary_loss: Any) -> Any:
    """Anifrolumab cleared, with what is lost in urine, mg per day."""
    return (p.anifrolumab.clearance / p.anifrolumab.volume + urinary_loss) * s.anifrolumab


def tocilizumab_exchange(s: Any, p: Any) -> Any:
    """Net flow of tocilizumab from plasma into the periphery, mg per day."""
    k = p.tocilizumab
    return k.exchange * (s.tocilizumab / k.volume - s.tocilizumab_peripheral / k.volume_peripheral)


def tocilizumab_elimination(s: Any, p: Any) -> Any:
    """Tocilizumab cleared, in part by a route that saturates, mg per day."""
    k = p.tocilizumab
    concentration = s.tocilizumab / k.volume
    return k.clearance * concentration + k.elimination_max * concentration / (k.half_elimination + concentration)
