"""The 59 quantities that describe a patient at one moment, in the order of the model specification.

Cells in tissue and blood are counted in millions (Mcell); drugs are amounts in the body (mg).
"""

from __future__ import annotations

from typing import Any, NamedTuple


class State(NamedTuple):
    """One moment of one patient; each field a float, an array over patients, a quantity with unit, or a symbol."""

    # lymphocytes, homeostatic cytokine, CAR-T cells
    host_lymphocytes: Any
    homeostatic_cytokine: Any
    car_t_activation: Any
    anti_car_response: Any
    car_t_effector_blood: Any
    car_t_effector_tissue: Any
    car_t_memory_blood: Any
    car_t_memory_tissue: Any
    # B lineage
    pre_b: Any
    immature_b: Any
    naive_b_blood: Any
    naive_b_tissue: Any
    naive_b_follicle: Any
    memory_b_blood: Any
    memory_b_tissue: Any
    memory_b_follicle: Any
    # autoreactive loop and inflammation
    autoreactive_memory: Any
    autoreactive_activated: Any
    follicular_help: Any
    flare_drive: Any
    inflammation: Any
    # antibody-secreting cells
    short_lived_plasma_normal: Any
    short_lived_plasma_autoreactive: Any
    long_lived_plasma_normal: Any
    long_lived_plasma_autoreactive: Any
    # antibodies, BAFF, complement
    igg: Any
    iga: Any
    igm: Any
    anti_dsdna: Any
    vaccine_antibody: Any
    baff: Any
    c3: Any
    # kidney
    renal_inflammation: Any
    proteinuria: Any
    kidney_damage: Any
    # marrow and neutrophils
    marrow_reserve: Any
    neutrophil_progenitors: Any
    neutrophil_transit_1: Any
    neutrophil_transit_2: Any
    neutrophil_transit_3: Any
    neutrophils: Any
    # cytokines and toxicity
    interferon_gamma: Any
    macrophages: Any
    il6: Any
    crp: Any
    ferritin: Any
    endothelium: Any
    # malignant B cells (zero in autoimmune disease)
    malignant_cells: Any
    # drugs in the body
    fludarabine: Any
    fludarabine_peripheral_1: Any
    fludarabine_peripheral_2: Any
    cyclophosphamide: Any
    anti_cd20: Any
    anti_cd20_peripheral: Any
    belimumab: Any
    belimumab_peripheral: Any
    anifrolumab: Any
    tocilizumab: Any
    tocilizumab_peripheral: Any


# field: (symbol of the specification, unit, meaning)
MEANING: dict[str, tuple[str, str, str]] = {
    "host_lymphocytes": ("L", "cell/uL", "T and NK lymphocytes of the patient, not CAR-T, in blood"),
    "homeostatic_cytokine": ("H", "1", "IL-7 and IL-15, fold of the untreated level"),
    "car_t_activation": ("Act", "1", "how far CAR-T cells run their division programme, 0 to 1"),
    "anti_car_response": ("AC", "1", "strength of the patient's immune response against CAR-T, 0 to 1"),
    "car_t_effector_blood": ("CEB", "Mcell", "effector CAR-T in blood"),
    "car_t_effector_tissue": ("CET", "Mcell", "effector CAR-T in tissue"),
    "car_t_memory_blood": ("CMB", "Mcell", "memory CAR-T in blood"),
    "car_t_memory_tissue": ("CMT", "Mcell", "memory CAR-T in tissue"),
    "pre_b": ("Pre", "Mcell", "pre-B cells in the marrow"),
    "immature_b": ("Imm", "Mcell", "immature and transitional B cells"),
    "naive_b_blood": ("NB", "Mcell", "naive B cells in blood"),
    "naive_b_tissue": ("NT", "Mcell", "naive B cells that recirculate through tissue"),
    "naive_b_follicle": ("NF", "Mcell", "naive B cells that stay in follicles"),
    "memory_b_blood": ("MnB", "Mcell", "memory B cells in blood"),
    "memory_b_tissue": ("MnT", "Mcell", "memory B cells that recirculate through tissue"),
    "memory_b_follicle": ("MnF", "Mcell", "memory B cells that stay in follicles"),
    "autoreactive_memory": ("Ma", "Mcell", "autoreactive memory B cells in tissue"),
    "autoreactive_activated": ("Aa", "Mcell", "activated autoreactive B cells in tissue"),
    "follicular_help": ("Th", "1", "T follicular help, fold of the untreated level"),
    "flare_drive": ("Z", "1", "slow random drive of flares, log scale"),
    "inflammation": ("I", "1", "systemic inflammation, fold of entry"),
    "short_lived_plasma_normal": ("Sn", "Mcell", "plasmablasts and short-lived plasma cells, normal"),
    "short_lived_plasma_autoreactive": ("Sa", "Mcell", "plasmablasts and short-lived plasma cells, autoreactive"),
    "long_lived_plasma_normal": ("Ln", "Mcell", "long-lived plasma cells, normal"),
    "long_lived_plasma_autoreactive": ("La", "Mcell", "long-lived plasma cells, autoreactive"),
    "igg": ("IgG", "g/L", "serum IgG"),
    "iga": ("IgA", "g/L", "serum IgA"),
    "igm": ("IgM", "g/L", "serum IgM"),
    "anti_dsdna": ("Dna", "IU/mL", "anti-dsDNA antibody, true titre (not the assay reading)"),
    "vaccine_antibody": ("Vax", "percent", "vaccine antibody, percent of the patient's own baseline"),
    "baff": ("BF", "1", "BAFF, fold of the untreated level"),
    "c3": ("C3", "g/L", "complement C3"),
    "renal_inflammation": ("K", "1", "inflammation of the kidney, fold of entry"),
    "proteinuria": ("U", "g/g", "urine protein to creatinine ratio"),
    "kidney_damage": ("D", "g/g", "proteinuria that is lasting damage"),
    "marrow_reserve": ("Q", "1", "reserve of the bone marrow, 0 to 1"),
    "neutrophil_progenitors": ("P0", "Gcell/L", "dividing neutrophil precursors, in units of the count they become"),
    "neutrophil_transit_1": ("P1", "Gcell/L", "maturing neutrophils, first stage"),
    "neutrophil_transit_2": ("P2", "Gcell/L", "maturing neutrophils, second stage"),
    "neutrophil_transit_3": ("P3", "Gcell/L", "maturing neutrophils, third stage"),
    "neutrophils": ("ANC", "Gcell/L", "neutrophils in blood"),
    "interferon_gamma": ("IFN", "pg/mL", "interferon gamma"),
    "macrophages": ("Mac", "1", "activation of macrophages"),
    "il6": ("IL6", "pg/mL", "interleukin 6 in serum"),
    "crp": ("CRP", "mg/L", "C-reactive protein"),
    "ferritin": ("Fer", "ng/mL", "ferritin"),
    "endothelium": ("BBB", "1", "activation of the endothelium and blood-brain barrier"),
    "malignant_cells": ("Leu", "Mcell", "malignant CD19-positive cells"),
    "fludarabine": ("Fl1", "mg", "active fludarabine metabolite (F-ara-A), central"),
    "fludarabine_peripheral_1": ("Fl2", "mg", "F-ara-A, first peripheral compartment"),
    "fludarabine_peripheral_2": ("Fl3", "mg", "F-ara-A, second peripheral compartment"),
    "cyclophosphamide": ("Cy", "mg", "cyclophosphamide"),
    "anti_cd20": ("Rx1", "mg", "anti-CD20 antibody (rituximab or obinutuzumab), central"),
    "anti_cd20_peripheral": ("Rx2", "mg", "anti-CD20 antibody, peripheral"),
    "belimumab": ("Be1", "mg", "belimumab, central"),
    "belimumab_peripheral": ("Be2", "mg", "belimumab, peripheral"),
    "anifrolumab": ("An1", "mg", "anifrolumab"),
    "tocilizumab": ("TocC", "mg", "tocilizumab, central"),
    "tocilizumab_peripheral": ("TocP", "mg", "tocilizumab, peripheral"),
}
SYMBOLS = {field: symbol for field, (symbol, _, _) in MEANING.items()}
UNITS = {field: unit for field, (_, unit, _) in MEANING.items()}
