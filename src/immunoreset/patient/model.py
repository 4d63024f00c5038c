"""The patient as a system of equations: how each of the 59 states changes per day, and where an untreated patient starts.

Each line is gain less loss; the fluxes are in the files named for the biology.
"""

from __future__ import annotations

from typing import Any

from immunoreset.engine import Model
from immunoreset.patient import antibodies as ab
from immunoreset.patient import antibody_drugs as ad
from immunoreset.patient import autoreactive_loop as loop
from immunoreset.patient import b_cells as b
from immunoreset.patient import car_t as car
from immunoreset.patient import chemotherapy as chemo
from immunoreset.patient import cytokines as cyto
from immunoreset.patient import lymphocytes as lymph
from immunoreset.patient import malignancy, organs
from immunoreset.patient import neutrophils as anc
from immunoreset.patient import plasma_cells as pc
from immunoreset.patient.effects import drug_effects
from immunoreset.patient.killing import attack
from immunoreset.patient.parameters import Parameters
from immunoreset.patient.state import State
from immunoreset.patient.untreated import initial_state

__all__ = ["MODEL", "derivative", "initial_state"]


def derivative(t: Any, s: State, p: Parameters) -> State:
    """Change of every state per day."""
    drugs = drug_effects(s, p)
    chemotherapy, anti_cd20, steroid = drugs.lymphodepletion, drugs.anti_cd20, drugs.steroid
    sensitive, cd20 = p.chemotherapy, p.anti_cd20
    car_t = attack(s, p)
    engaged = car.antigen_engaged(p, car_t.antigen)
    effectors_out, memory_out = car.effectors_to_tissue(s, p, engaged), car.memory_to_tissue(s, p)
    car_t_blood_loss = car.blood_loss_rate(s, p, chemotherapy)
    matured = p.b_cells.pre_b_maturation * s.pre_b
    released = p.b_cells.immature_release * s.immature_b
    naive_out, naive_in = b.naive_to_blood(s, p), b.naive_to_follicle(s, p)
    memory_b_out, memory_in = b.memory_to_blood(s, p), b.memory_to_follicle(s, p)
    naive_death = b.naive_death_rate(p, drugs.baff)
    blood_kill = b.blood_kill_rate(p, car_t.blood, drugs)
    marrow_kill = car_t.marrow + sensitive.sensitivity_precursors * chemotherapy
    in_follicles = p.killing.access_follicle * car_t.tissue
    in_niche = p.killing.access_autoreactive * car_t.tissue
    naive_kill = sensitive.sensitivity_naive_b * chemotherapy
    memory_kill = sensitive.sensitivity_memory_b * chemotherapy
    tissue_cd20, follicle_cd20 = cd20.kill_tissue * anti_cd20, cd20.kill_follicle * anti_cd20
    memory_niche_kill = in_niche + memory_kill + cd20.kill_autoreactive_memory * anti_cd20
    activated_niche_kill = (
        in_niche + sensitive.sensitivity_autoreactive * chemotherapy + cd20.kill_autoreactive_activated * anti_cd20
    )

    plasma_loss = pc.loss_rate(p, car_t.tissue, chemotherapy)
    urine = ab.urinary_loss(p, s.proteinuria)
    stage = anc.transit_rate(p)
    to_first, to_second = chemo.fludarabine_to_peripheral_1(s, p), chemo.fludarabine_to_peripheral_2(s, p)
    cd20_out, belimumab_out, tocilizumab_out = (
        ad.anti_cd20_exchange(s, p),
        ad.belimumab_exchange(s, p),
        ad.tocilizumab_exchange(s, p),
    )

    return State(
        host_lymphocytes=lymph.regrowth(s, p) - lymph.depletion(s, p, chemotherapy),
        homeostatic_cytokine=lymph.cytokine_change(s, p, car.cells(s)),
        car_t_activation=car.activation_change(s, p, engaged),
        anti_car_response=lymph.anti_car_priming(s, p, car.cells(s)) - p.anti_car.loss * s.anti_car_response,
        car_t_effector_blood=-effectors_out - car_t_blood_loss * s.car_t_effector_blood,
        car_t_effector_tissue=effectors_out + car.effectors_in_tissue(s, p, drugs),
        car_t_memory_blood=-memory_out - car_t_blood_loss * s.car_t_memory_blood,
        car_t_memory_tissue=memory_out + car.memory_in_tissue(s, p, drugs),
        pre_b=b.production(s, p) - matured - marrow_kill * s.pre_b,
        immature_b=matured
        - released
        - b.immature_death(s, p, drugs.baff)
        - (marrow_kill + cd20.kill_immature * anti_cd20) * s.immature_b,
        naive_b_blood=released + naive_out - blood_kill * s.naive_b_blood,
        naive_b_tissue=-naive_out - naive_in - (naive_death + car_t.tissue + naive_kill + tissue_cd20) * s.naive_b_tissue,
        naive_b_follicle=naive_in - (naive_death + in_follicles + naive_kill + follicle_cd20) * s.naive_b_follicle,
        memory_b_blood=memory_b_out - blood_kill * s.memory_b_blood,
        memory_b_tissue=b.memory_renewal(s, p, s.memory_b_tissue, p.b_cells.memory_tissue)
        - memory_b_out
        - memory_in
        - (car_t.tissue + memory_kill + tissue_cd20) * s.memory_b_tissue,
        memory_b_follicle=b.memory_renewal(s, p, s.memory_b_follicle, p.b_cells.memory_follicle)
        + memory_in
        - (in_follicles + memory_kill + follicle_cd20) * s.memory_b_follicle,
        autoreactive_memory=loop.memory_replenishment(s, p)
        - (p.autoreactive_loop.memory_turnover + memory_niche_kill) * s.autoreactive_memory,
        autoreactive_activated=loop.activation(s, p, drugs)
        - (p.autoreactive_loop.activated_loss + activated_niche_kill) * s.autoreactive_activated,
        follicular_help=loop.help_change(s, p) - loop.help_loss_rate(p, drugs) * s.follicular_help,
        flare_drive=loop.flare_relaxation(s, p),
        inflammation=organs.inflammation_change(s, p, drugs.interferon_block) - organs.inflammation_relief(s, p, drugs),
        short_lived_plasma_normal=pc.normal_formation(s, p) - plasma_loss * s.short_lived_plasma_normal,
        short_lived_plasma_autoreactive=pc.autoreactive_formation(s, p, anti_cd20)
        - plasma_loss * s.short_lived_plasma_autoreactive,
        long_lived_plasma_normal=pc.normal_long_lived_change(s, p),
        long_lived_plasma_autoreactive=pc.autoreactive_long_lived_change(s, p),
        igg=ab.igg_change(s, p),
        iga=ab.iga_change(s, p),
        igm=ab.igm_change(s, p),
        anti_dsdna=ab.anti_dsdna_change(s, p),
        vaccine_antibody=ab.vaccine_antibody_change(s, p),
        baff=b.baff_change(s, p),
        c3=organs.c3_change(s, p),
        renal_inflammation=organs.renal_inflammation_change(s, p),
        proteinuria=organs.proteinuria_change(s, p),
        kidney_damage=organs.damage_change(s, p),
        marrow_reserve=anc.reserve_change(s, p, chemotherapy),
        neutrophil_progenitors=anc.division(s, p) - stage * s.neutrophil_progenitors,
        neutrophil_transit_1=stage * (s.neutrophil_progenitors - s.neutrophil_transit_1),
        neutrophil_transit_2=stage * (s.neutrophil_transit_1 - s.neutrophil_transit_2),
        neutrophil_transit_3=stage * (s.neutrophil_transit_2 - s.neutrophil_transit_3),
        neutrophils=stage * (s.neutrophil_transit_3 - s.neutrophils),
        interferon_gamma=cyto.interferon_change(s, p, engaged, steroid),
        macrophages=cyto.macrophage_change(s, p, car_t.cells_killed, steroid),
        il6=cyto.il6_change(s, p, drugs.il6_block),
        crp=cyto.crp_change(s, p, drugs.il6_block),
        ferritin=cyto.ferritin_change(s, p),
        endothelium=cyto.endothelium_change(s, p, steroid),
        malignant_cells=malignancy.growth(s, p) - malignancy.kill_rate(p, car_t.tissue, chemotherapy) * s.malignant_cells,
        fludarabine=-to_first - to_second - chemo.fludarabine_elimination(s, p),
        fludarabine_peripheral_1=to_first,
        fludarabine_peripheral_2=to_second,
        cyclophosphamide=-chemo.cyclophosphamide_elimination(s, p),
        anti_cd20=-cd20_out - ad.anti_cd20_elimination(s, p, urine),
        anti_cd20_peripheral=cd20_out,
        belimumab=-belimumab_out - ad.belimumab_elimination(s, p, urine),
        belimumab_peripheral=belimumab_out,
        anifrolumab=-ad.anifrolumab_elimination(s, p, urine),
        tocilizumab=-tocilizumab_out - ad.tocilizumab_elimination(s, p),
        tocilizumab_peripheral=tocilizumab_out,
    )


MODEL = Model(derivative, State, Parameters)
