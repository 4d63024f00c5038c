"""The untreated patient: a steady state in lupus; in the oncology hosts the same without any autoimmune disease."""

from __future__ import annotations

from immunoreset.patient.b_cells import immature_pool, pre_b_pool
from immunoreset.patient.parameters import Parameters
from immunoreset.patient.state import State


def initial_state(p: Parameters) -> State:
    """Where a patient starts: everything at the untreated level, no CAR-T cells, no drugs.

    With `body.lupus` at 0 there are no autoreactive cells, no immune complexes, no nephritis, and C3 is normal.
    """
    lupus, organs, plasma = p.body.lupus, p.organs, p.plasma_cells
    neutrophils = p.neutrophils.baseline
    return State(
        host_lymphocytes=p.lymphocytes.baseline,
        homeostatic_cytokine=1.0,
        car_t_activation=0.0,
        anti_car_response=0.0,
        car_t_effector_blood=0.0,
        car_t_effector_tissue=0.0,
        car_t_memory_blood=0.0,
        car_t_memory_tissue=0.0,
        pre_b=pre_b_pool(p),
        immature_b=immature_pool(p),
        naive_b_blood=p.b_cells.naive_blood,
        naive_b_tissue=p.b_cells.naive_tissue,
        naive_b_follicle=p.b_cells.naive_follicle,
        memory_b_blood=p.b_cells.memory_blood,
        memory_b_tissue=p.b_cells.memory_tissue,
        memory_b_follicle=p.b_cells.memory_follicle,
        autoreactive_memory=lupus * p.autoreactive_loop.memory,
        autoreactive_activated=lupus * p.autoreactive_loop.activated,
        follicular_help=lupus * 1.0,
        flare_drive=0.0,
        inflammation=lupus * 1.0,
        short_lived_plasma_normal=plasma.short_lived_normal,
        short_lived_plasma_autoreactive=lupus * plasma.short_lived_autoreactive,
        long_lived_plasma_normal=plasma.long_lived_normal,
        long_lived_plasma_autoreactive=lupus * plasma.long_lived_autoreactive,
        igg=p.antibodies.igg_baseline,
        iga=p.antibodies.iga_baseline,
        igm=p.antibodies.igm_baseline,
        anti_dsdna=lupus * p.antibodies.anti_dsdna_baseline,
        vaccine_antibody=p.antibodies.vaccine_baseline,
        baff=1.0,
        c3=organs.c3_normal + lupus * (organs.c3_baseline - organs.c3_normal),
        renal_inflammation=lupus * 1.0,
        proteinuria=organs.proteinuria_floor + lupus * (organs.proteinuria_baseline - organs.proteinuria_floor),
        kidney_damage=0.0,
        marrow_reserve=1.0,
        neutrophil_progenitors=neutrophils,
        neutrophil_transit_1=neutrophils,
        neutrophil_transit_2=neutrophils,
        neutrophil_transit_3=neutrophils,
        neutrophils=neutrophils,
        interferon_gamma=p.cytokines.interferon_baseline,
        macrophages=0.0,
        il6=p.cytokines.il6_baseline,
        crp=p.cytokines.crp_baseline,
        ferritin=p.cytokines.ferritin_baseline,
        endothelium=0.0,
        malignant_cells=p.malignancy.burden,
        fludarabine=0.0,
        fludarabine_peripheral_1=0.0,
        fludarabine_peripheral_2=0.0,
        cyclophosphamide=0.0,
        anti_cd20=0.0,
        anti_cd20_peripheral=0.0,
        belimumab=0.0,
        belimumab_peripheral=0.0,
        anifrolumab=0.0,
        tocilizumab=0.0,
        tocilizumab_peripheral=0.0,
    )
