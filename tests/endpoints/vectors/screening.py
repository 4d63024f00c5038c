"""Worked vectors of screening: what each key of an input means to the library."""

from immunoreset.endpoints.quantities import (
    Cd3Cells,
    Creatinine,
    Egfr,
    Haemoglobin,
    Lymphocytes,
    Neutrophils,
    Platelets,
    Prednisone,
    Upcr,
    UrineProtein,
)
from immunoreset.endpoints.screening.candidate import NEVER, Candidate
from immunoreset.endpoints.screening.eligibility import screen
from immunoreset.endpoints.screening.prior_therapy import PriorTherapy, count_failed
from immunoreset.endpoints.screening.washout import is_washed_out

CELLS = "10^9/L"
FACTS = {  # key of a vector: field of a candidate
    "age": "age", "age_years": "age", "eular_acr": "classification_score", "eular_acr_2019_score": "classification_score",
    "ana": "ana_ever_positive", "ana_ever": "ana_ever_positive", "dsdna": "anti_dsdna_positive",
    "anti_dsdna": "anti_dsdna_positive", "sm": "anti_sm_positive", "anti_sm": "anti_sm_positive", "sledai2k": "sledai_2k",
    "sledai": "sledai_2k", "csledai": "clinical_sledai", "clinical_sledai": "clinical_sledai",
    "bilag_major_A": "bilag_a_major", "bilag_A": "bilag_a_major", "bilag_B": "bilag_b", "renal_stratum": "renal_stratum",
    "biopsy_class_3_4": "biopsy_class_3_or_4", "gc": "glucocorticoid_tried", "glucocorticoid": "glucocorticoid_tried",
    "n_failed_IS": "failed_immunosuppressants", "cytopenia_due_to_sle": "cytopenia_due_to_lupus", "alt_xuln": "alt",
    "ast_xuln": "ast", "bili_xuln": "bilirubin", "gilbert": "gilbert_syndrome", "lvef": "lvef",
    "spo2": "oxygen_saturation", "active_cns": "active_cns_lupus", "active_cns_lupus": "active_cns_lupus",
    "pregnant": "pregnant", "lactating": "lactating", "contraception": "contraception", "dialysis": "dialysis",
    "rpgn": "rapidly_progressive_nephritis", "drug_induced": "drug_induced_lupus", "overlap": "overlap_disease",
    "gcsf_days": "gcsf_days_ago", "cns_days": "cns_disease_days_ago", "live_vaccine_days": "live_vaccine_days",
    "cart_days": "cell_therapy_days_ago", "malignancy_days": "malignancy_days_ago",
}  # fmt: skip
MEASURED = {  # key of a vector: field of a candidate, kind, unit
    "upcr": ("upcr", Upcr, "g/g"),
    "anc": ("neutrophils", Neutrophils, CELLS),
    "hb": ("haemoglobin", Haemoglobin, "g/L"),
    "plt": ("platelets", Platelets, CELLS),
    "alc": ("lymphocytes", Lymphocytes, CELLS),
    "cd3": ("cd3_cells", Cd3Cells, "/uL"),
    "egfr": ("egfr", Egfr, "mL/min/1.73m2"),
    "proteinuria_g_24h": ("urine_protein", UrineProtein, "g/day"),
    "proteinuria": ("urine_protein", UrineProtein, "g/day"),
    "creatinine_mgdl": ("creatinine", Creatinine, "mg/dL"),
    "scr_mgdl": ("creatinine", Creatinine, "mg/dL"),
    "prednisone_eq": ("highest_recent_dose", Prednisone, "mg/day"),
    "prednisone": ("highest_recent_dose", Prednisone, "mg/day"),
    "pred": ("highest_recent_dose", Prednisone, "mg/day"),
}
HAPPENED = {  # yes or no alone says today or never
    "prior_cart": "cell_therapy_days_ago",
    "malignancy": "malignancy_days_ago",
    "gcsf": "gcsf_days_ago",
    "live_vaccine": "live_vaccine_days",
}
INFECTIONS = {
    "infection": "active",
    "active_infection": "active",
    "hiv": "HIV",
    "hbv": "hepatitis B DNA",
    "hbv_dna": "hepatitis B DNA",
    "hcv": "hepatitis C RNA",
    "hcv_rna": "hepatitis C RNA",
    "tb": "tuberculosis",
    "cmv": "CMV viraemia",
    "syphilis": "syphilis",
}
DAILY_DOSES = ("daily_doses", "daily_mg", "doses_last_7_days", "mg_last_7_days", "last_7_days_mg", "doses")
DOSES = ("dose", "dose_mg", "mg_per_day", "dose_mg_day", "pred_mg", "prednisone_mg", "prednisone_eq", "mg")


def failed_count(inputs):
    """From drugs and months, one number of months for all or one for each; from a number as it is."""
    drugs, months = inputs.pop("failed_IS"), inputs.pop("months_each", None)
    intolerant, merge = inputs.pop("intolerant", None) or [], inputs.pop("mtx_aza_merge", True)
    counts = inputs.pop("intolerance_counts", False)
    if not isinstance(drugs, list):
        return drugs
    each = months if isinstance(months, list) else [months] * len(drugs)
    therapies = [
        PriorTherapy(drug, time, "intolerance" if intolerant is True or drug in intolerant else "failure")
        for drug, time in zip(drugs, each, strict=True)
    ]
    return count_failed(therapies, intolerance_counts=counts, merge_methotrexate_azathioprine=merge)


def failed_rules_default(inputs):
    left, facts, infections = dict(inputs), {}, {}
    if "failed_IS" in left:
        facts["failed_immunosuppressants"] = failed_count(left)
    for key, value in left.items():
        if key in MEASURED:
            field, kind, unit = MEASURED[key]
            facts[field] = None if value is None else kind(value, unit)
        elif key in HAPPENED:
            facts[HAPPENED[key]] = None if value is None else 0 if value else NEVER
        elif key in INFECTIONS:
            infections[INFECTIONS[key]] = value
        else:
            facts[FACTS[key]] = value
    return screen(Candidate(**facts, infections=infections)).failed


def ok_for_leukapheresis(inputs):
    left = dict(inputs)
    drug, days = left.pop("drug"), left.pop("days_since_last", None)
    daily = [left.pop(key) for key in DAILY_DOSES if key in left]
    given = [left.pop(key) for key in DOSES if key in left]
    if left:
        raise KeyError(next(iter(left)))
    dose = Prednisone(given[0], "mg/day") if given else None
    each = Prednisone(daily[0], "mg/day") if daily else None
    return is_washed_out(drug, days, highest_dose=dose, daily_doses=each).value


FUNCTIONS = {
    ("ELIG", "failed_rules_default"): failed_rules_default,
    ("WASHOUT", "ok_for_leukapheresis"): ok_for_leukapheresis,
}
