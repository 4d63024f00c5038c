"""Inflammation, complement and the kidney."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.engine.arithmetic import exp
from immunoreset.patient.antibodies import immune_complexes
from immunoreset.patient.autoreactive_loop import activated_share


class Organs(NamedTuple):
    """What drives inflammation, complement consumption and proteinuria."""

    inflammation_turnover: Any
    weight_activated: Any
    weight_complexes: Any
    weight_other: Any
    c3_normal: Any
    c3_baseline: Any
    c3_turnover: Any
    c3_with_inflammation: Any
    renal_turnover: Any
    renal_without_complexes: Any
    proteinuria_baseline: Any
    proteinuria_floor: Any
    proteinuria_recovery: Any
    damage_rate: Any


def inflammation_change(s: Any, p: Any, interferon_block: Any) -> Any:
    """Inflammation follows activated B cells, immune complexes and a share that neither drives; flares multiply it."""
    k = p.organs
    causes = (
        k.weight_activated * activated_share(s, p) + k.weight_complexes * immune_complexes(s, p) + k.weight_other * p.body.lupus
    )
    treated = (1 - p.background.care) * (1 - p.anifrolumab.inflammation_block * interferon_block)
    return k.inflammation_turnover * (causes * exp(s.flare_drive) * treated - s.inflammation)


def inflammation_relief(s: Any, p: Any, drugs: Any) -> Any:
    """Direct fall of inflammation under glucocorticoid and conditioning, per day."""
    rate = p.steroid.inflammation_fall * drugs.steroid + p.chemotherapy.sensitivity_inflammation * drugs.lymphodepletion
    return rate * s.inflammation


def c3_change(s: Any, p: Any) -> Any:
    """C3 made at a constant rate and consumed by immune complexes, more so in inflamed tissue."""
    k = p.organs
    consumption = k.c3_normal / k.c3_baseline - 1
    inflamed = 1 - k.c3_with_inflammation + k.c3_with_inflammation * s.inflammation
    return k.c3_turnover * (k.c3_normal - (1 + consumption * immune_complexes(s, p) * inflamed) * s.c3)


def renal_inflammation_change(s: Any, p: Any) -> Any:
    """The kidney is inflamed by systemic inflammation, mostly together with immune complexes."""
    k = p.organs
    deposits = k.renal_without_complexes + (1 - k.renal_without_complexes) * immune_complexes(s, p)
    return k.renal_turnover * (s.inflammation * deposits - s.renal_inflammation)


def proteinuria_change(s: Any, p: Any) -> Any:
    """Proteinuria follows renal inflammation above what damage leaves; a calcineurin inhibitor lowers it faster and further."""
    k, taken = p.organs, p.background.calcineurin_inhibitor
    inflamed = (k.proteinuria_baseline - k.proteinuria_floor) * s.renal_inflammation
    target = k.proteinuria_floor + s.kidney_damage + inflamed * (1 - p.background.calcineurin_upcr_fall * taken)
    return k.proteinuria_recovery * (1 + taken) * (target - s.proteinuria)


def damage_change(s: Any, p: Any) -> Any:
    """Lasting damage of the kidney by inflammation."""
    return p.organs.damage_rate * s.renal_inflammation * s.renal_inflammation
