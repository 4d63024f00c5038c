"""Serum antibodies: made by plasma cells, protected by FcRn, lost in urine and in immune complexes."""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.patient.plasma_cells import (
    autoreactive_long_lived,
    autoreactive_short_lived,
    normal_long_lived,
    normal_short_lived,
)


class Antibodies(NamedTuple):
    """Untreated levels, who makes them and how they are lost."""

    igg_baseline: Any
    iga_baseline: Any
    igm_baseline: Any
    anti_dsdna_baseline: Any
    vaccine_baseline: Any
    igg_from_long_lived: Any
    igg_from_short_lived: Any
    igg_from_autoreactive: Any
    igg_loss_min: Any
    igg_loss_max: Any
    half_fcrn: Any
    complex_loss: Any
    anti_dsdna_from_long_lived: Any
    vaccine_from_long_lived: Any
    iga_loss: Any
    iga_from_long_lived: Any
    igm_loss: Any
    igm_from_long_lived: Any
    urinary_loss: Any
    half_urinary: Any
    assay_exponent: Any
    positive_above: Any


def fcrn_loss(p: Any, igg: Any) -> Any:
    """Loss of IgG, 1/day; faster when much IgG competes for the FcRn that protects it."""
    k = p.antibodies
    return k.igg_loss_min + (k.igg_loss_max - k.igg_loss_min) * igg / (k.half_fcrn + igg)


def urinary_loss(p: Any, proteinuria: Any) -> Any:
    """Loss of antibodies in urine, 1/day; matters in the nephrotic range."""
    k = p.antibodies
    return k.urinary_loss * proteinuria * proteinuria / (proteinuria + k.half_urinary)


def untreated_igg_loss(p: Any) -> Any:
    """Loss of IgG before treatment, 1/day; the urinary part belongs to lupus."""
    return fcrn_loss(p, p.antibodies.igg_baseline) + p.body.lupus * urinary_loss(p, p.organs.proteinuria_baseline)


def igg_loss(s: Any, p: Any) -> Any:
    """Loss of IgG now, 1/day."""
    return fcrn_loss(p, s.igg) + urinary_loss(p, s.proteinuria)


def igg_change(s: Any, p: Any) -> Any:
    """IgG from long-lived, short-lived and autoreactive plasma cells, less its loss."""
    k = p.antibodies
    made = (
        k.igg_from_long_lived * normal_long_lived(s, p)
        + k.igg_from_short_lived * normal_short_lived(s, p)
        + k.igg_from_autoreactive * autoreactive_short_lived(s, p)
    )
    return untreated_igg_loss(p) * k.igg_baseline * made - igg_loss(s, p) * s.igg


def iga_change(s: Any, p: Any) -> Any:
    """IgA, in large part from long-lived cells of the gut."""
    k = p.antibodies
    made = k.iga_from_long_lived * normal_long_lived(s, p) + (1 - k.iga_from_long_lived) * normal_short_lived(s, p)
    return k.iga_loss * (k.iga_baseline * made - s.iga)


def igm_change(s: Any, p: Any) -> Any:
    """IgM, mostly from short-lived cells."""
    k = p.antibodies
    made = k.igm_from_long_lived * normal_long_lived(s, p) + (1 - k.igm_from_long_lived) * normal_short_lived(s, p)
    return k.igm_loss * (k.igm_baseline * made - s.igm)


def anti_dsdna_change(s: Any, p: Any) -> Any:
    """Anti-dsDNA from autoreactive plasma cells, lost as IgG and in immune complexes besides."""
    k = p.antibodies
    share = k.anti_dsdna_from_long_lived
    made = (1 - share) * autoreactive_short_lived(s, p) + share * autoreactive_long_lived(s, p)
    untreated_loss = untreated_igg_loss(p) + k.complex_loss
    return untreated_loss * k.anti_dsdna_baseline * p.body.lupus * made - (igg_loss(s, p) + k.complex_loss) * s.anti_dsdna


def vaccine_antibody_change(s: Any, p: Any) -> Any:
    """Vaccine antibody, almost all from long-lived cells that CAR-T does not see."""
    k = p.antibodies
    made = k.vaccine_from_long_lived * normal_long_lived(s, p) + (1 - k.vaccine_from_long_lived) * normal_short_lived(s, p)
    return untreated_igg_loss(p) * k.vaccine_baseline * made - igg_loss(s, p) * s.vaccine_antibody


def immune_complexes(s: Any, p: Any) -> Any:
    """Immune complexes, fold of active disease: they follow the anti-dsDNA titre."""
    return s.anti_dsdna / p.antibodies.anti_dsdna_baseline


def anti_dsdna_reading(s: Any, p: Any) -> Any:
    """Anti-dsDNA as the assay reads it, IU/mL: right at the cut-off, too steep away from it."""
    k = p.antibodies
    return k.positive_above * (s.anti_dsdna / k.positive_above) ** k.assay_exponent
