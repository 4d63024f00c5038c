"""Worked vectors of lupus organs: what each key of an input means to the library."""

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus import bilag, bilag_items, kidney, renal, renal_steroids
from immunoreset.endpoints.lupus.bilag_grades import DOMAINS, numeric_score, read_grades
from immunoreset.endpoints.lupus.bilag_haematology import BloodFindings, haematological_grade
from immunoreset.endpoints.lupus.bilag_renal import RenalFindings, RenalSigns, renal_grade
from immunoreset.endpoints.lupus.classification import classify_eular_acr_2019, criteria_2019
from immunoreset.endpoints.lupus.damage import damage_index, damage_items, highest_damage
from immunoreset.endpoints.quantities import (
    BloodPressure,
    CellsPerField,
    Creatinine,
    Egfr,
    Haemoglobin,
    Height,
    Leukocytes,
    Lymphocytes,
    Neutrophils,
    Platelets,
    Prednisone,
    Uacr,
    Upcr,
    UrineProtein,
    Weight,
)

SPECIMEN = None  # the vectors do not name it
EGFR_UNIT, CELLS = "mL/min/1.73m2", "10^9/L"


class Keys:
    """The inputs of one vector; each is taken once, and a key that nobody takes is an error."""

    def __init__(self, inputs):
        self.left = dict(inputs)

    def take(self, *names, default=None):
        for name in names:
            if name in self.left:
                return self.left.pop(name)
        return default

    def quantity(self, kind, unit, *names, default=None):
        value = self.take(*names, default=default)
        return None if value is None else kind(value, unit)

    def finish(self):
        if self.left:
            raise KeyError(next(iter(self.left)))


def plain(result):
    """Plain Python of a decided answer or a known number, None of the others."""
    if isinstance(result, Answer | Range):
        return result.value
    return result


def letter(grade):
    return bilag.letter(grade) if grade.value is not None else None


def adapter(function):
    """An adapter that refuses keys which the function did not take."""

    def run(inputs):
        keys = Keys(inputs)
        result = function(keys)
        keys.finish()
        return plain(result)

    return run


# BILAG-2004: what a vector does not mention is absent or normal


def numeric(keys):
    grades = keys.take("grades")
    if isinstance(grades, dict):
        grades = "".join(grades.values())
    letters = "".join(grades)
    return numeric_score(read_grades(letters.ljust(len(DOMAINS), "E")))


def flare_class(keys):
    if "before" in keys.left or "baseline" in keys.left:
        before, now = keys.take("before", "baseline"), keys.take("now", "visit")
        found = bilag.flare_between(before.ljust(len(DOMAINS), "E"), now.ljust(len(DOMAINS), "E"))
    else:
        a, b, c = bilag.count_letters("".join(keys.take("new_or_worse_grades", "grades")))
        found = bilag.flare_class(a=a, b=b, c=c)
    return None if found.value is None else bilag.FLARES[int(found.value)]


def haematology_grade(keys):
    found = BloodFindings(
        haemoglobin=keys.quantity(Haemoglobin, "g/dL", "hb", "hgb", "haemoglobin", default=14),
        leukocytes=keys.quantity(Leukocytes, CELLS, "wbc", "leuk", default=6),
        neutrophils=keys.quantity(Neutrophils, CELLS, "neut", "anc", default=4),
        lymphocytes=keys.quantity(Lymphocytes, CELLS, "lym", "lymph", "alc", default=2),
        platelets=keys.quantity(Platelets, CELLS, "plt", "platelets", default=250),
        ttp=keys.take("ttp", default=0),
        haemolysis=keys.take("haemolysis", "hemolysis", "active_haemolysis", "active_hemolysis", default=False),
        coombs_positive=keys.take("coombs", "coombs_positive", "isolated_coombs", default=False),
    )
    ever = keys.take("ever", "ever_involved")
    due = keys.take("due_to_sle", "due_to_disease", "attributed", default=True)
    causes = due if isinstance(due, dict) else dict.fromkeys(BloodFindings.__dataclass_fields__, due)
    return letter(haematological_grade(found, ever_involved=ever, due_to_disease=causes))


def item_named(domain, name):
    """The item of this name, or the only one whose name holds all words of it."""
    items = bilag_items.DOMAINS[domain].items
    if name in items:
        return name
    words = set(name.replace("angioedema", "angio_oedema").replace("hem", "haem").split("_"))
    found = [item for item in items if words <= set(item.split("_"))]
    if len(found) != 1:
        raise KeyError(name)
    return found[0]


def grade_of(domain):
    def run(keys):
        ever = keys.take("ever", "ever_involved")
        due = keys.take("due_to_sle", "due_to_disease", default=True)
        items = {item_named(domain, name): keys.take(name) for name in list(keys.left)}
        causes = dict.fromkeys(items, due)
        found = bilag_items.domain_grade(domain, bilag_items.absent(domain) | items, ever_involved=ever, due_to_disease=causes)
        return letter(found)

    return run


def renal_bilag(keys):
    def findings(mark):
        def names(*stems):
            return [f"{mark}{stem}" for stem in stems]

        return RenalFindings(
            dipstick=keys.take(*names("dipstick"), default=None if mark else 0),
            urine_protein=keys.quantity(UrineProtein, "g/day", *names("protein_24h", "protein_g_24h", "uprot", "urine_protein")),
            upcr=keys.quantity(Upcr, "mg/mmol", *names("upcr", "upcr_mgmmol", "upcr_mg_mmol")),
            uacr=keys.quantity(Uacr, "mg/mmol", *names("acr", "uacr", "acr_mgmmol")),
            creatinine=keys.quantity(
                Creatinine, "umol/L", *names("creatinine", "creat", "scr_umoll", "scr"), default=None if mark else 70
            ),
            egfr=keys.quantity(Egfr, EGFR_UNIT, *names("egfr", "gfr")),
            systolic=keys.quantity(BloodPressure, "mmHg", *names("sbp", "systolic"), default=120),
            diastolic=keys.quantity(BloodPressure, "mmHg", *names("dbp", "diastolic"), default=75),
        )

    before = {name: name.removesuffix("_prev") for name in keys.left if name.endswith("_prev")}
    for name, stem in before.items():
        keys.left[f"prev_{stem}"] = keys.left.pop(name)
    first = not any(name.startswith("prev_") for name in keys.left)
    signs = RenalSigns(
        accelerated_hypertension=keys.take("accelerated_hypertension", default=False),
        active_sediment=keys.take("active_sediment", "sediment", default=False),
        biopsy_activity=keys.take("biopsy_activity", "biopsy_active", "biopsy", default=False),
        nephrotic_syndrome=keys.take("nephrotic_syndrome", "nephrotic", default=False),
    )
    now, earlier = findings(""), findings("prev_")
    ever = keys.take("ever", "ever_involved")
    return letter(renal_grade(now, earlier, signs, ever_involved=ever, first_visit=keys.take("first_visit", default=first)))


# Classification and damage


def eular_acr_2019(keys):
    given = keys.take("criteria")
    criteria = given if isinstance(given, dict) else dict.fromkeys(criteria_2019(), False) | dict.fromkeys(given, True)
    found = classify_eular_acr_2019(criteria, ana=keys.take("ana"))
    return {"score": found.score.value, "sle": found.lupus.value}


def sdi(keys):
    version = keys.take("version", default="revised")
    given = keys.take("items", default=None)
    events = dict.fromkeys(given, 1) if isinstance(given, list) else given
    if events is None:
        events = {name: keys.take(name) for name in list(keys.left)}
    by_label = {item.label: item.code for item in damage_items(version)}
    none = dict.fromkeys((item.code for item in damage_items(version)), 0)
    return damage_index(none | {by_label.get(name, name): number for name, number in events.items()}, version=version)


def sdi_max(keys):
    return highest_damage(keys.take("version", default="revised"))


# Kidney function


def serum(keys):
    if "scr_umoll" in keys.left:
        return keys.quantity(Creatinine, "umol/L", "scr_umoll")
    return keys.quantity(Creatinine, "mg/dL", "scr_mgdl", "scr")


def ckdepi2021(keys):
    return kidney.egfr_ckd_epi_2021(serum(keys), age=keys.take("age"), sex=keys.take("sex"))


def cockcroft_gault(keys):
    return kidney.creatinine_clearance_cockcroft_gault(
        serum(keys), age=keys.take("age"), sex=keys.take("sex"), weight=keys.quantity(Weight, "kg", "weight", "weight_kg")
    )


def schwartz(keys):
    return kidney.egfr_bedside_schwartz(serum(keys), height=keys.quantity(Height, "cm", "height_cm", "height"))


# Renal responses: an event that a vector does not mention has not happened


def upcr(keys, *names):
    stems = names or ("upcr",)
    for stem in stems:
        if f"{stem}_mgmmol" in keys.left:
            return keys.quantity(Upcr, "mg/mmol", f"{stem}_mgmmol")
    return keys.quantity(Upcr, "g/g", *stems)


def egfr(keys, *names):
    return keys.quantity(Egfr, EGFR_UNIT, *names)


def event(keys):
    named = (
        "intercurrent", "rescue", "failure", "treatment_failure", "tf", "death", "dropout", "withdrawal", "early_withdrawal",
    )  # fmt: skip
    given = [keys.take(name) for name in named if name in keys.left]
    answer = Answer.of(False)
    for one in given:
        answer = answer | one
    return answer


def egfrs(keys):
    return egfr(keys, "egfr"), egfr(keys, "baseline", "baseline_egfr", "egfr_baseline")


def dose(keys):
    return keys.quantity(Prednisone, "mg/day", "pred", "gc", "prednisone", "pred_mg", "gc_mg", "gc_mg_day", "gc_dose")


def bliss(rule):
    def run(keys):
        before = egfr(keys, "preflare", "pre_flare", "preflare_egfr", "egfr_preflare")
        return rule(upcr(keys), egfr(keys, "egfr"), before, treatment_failure=event(keys), specimen=SPECIMEN).response

    return run


def aurora(keys):
    if "daily_doses" in keys.left or "gc_daily" in keys.left:
        steroids = renal_steroids.low_dose_aurora(keys.quantity(Prednisone, "mg/day", "daily_doses", "gc_daily"))
    else:
        steroids = keys.take("gc_ok")
    return renal.crr_aurora(
        upcr(keys),
        *egfrs(keys),
        drop_confirmed=keys.take("confirmed_drop"),
        low_dose_steroids=steroids,
        rescue=event(keys),
        specimen=SPECIMEN,
    ).response


def aurora_partial(keys):
    before = upcr(keys, "baseline_upcr", "upcr_baseline", "baseline")
    return renal.partial_response_aurora(upcr(keys), before, specimen=SPECIMEN).response


def regency(keys):
    return renal.crr_regency(upcr(keys), *egfrs(keys), intercurrent_event=event(keys), specimen=SPECIMEN).response


def regency_with_steroids(keys):
    return renal.crr_regency_with_steroids(
        upcr(keys), *egfrs(keys), highest_dose=dose(keys), intercurrent_event=event(keys), specimen=SPECIMEN
    ).response


def regency_proteinuric(keys):
    return renal.proteinuric_response_regency(upcr(keys), intercurrent_event=event(keys), specimen=SPECIMEN).response


def nobility(keys):
    return renal.crr_nobility(
        upcr(keys),
        keys.quantity(Creatinine, "mg/dL", "scr", "scr_mgdl", "creatinine"),
        keys.quantity(Creatinine, "mg/dL", "baseline", "baseline_scr", "scr_baseline"),
        upper_limit=keys.quantity(Creatinine, "mg/dL", "uln", "scr_uln"),
        red_cells=keys.quantity(CellsPerField, "/hpf", "rbc", "rbc_hpf"),
        red_cell_casts=keys.take("rbc_casts", "casts"),
        specimen=SPECIMEN,
    ).response


def allure(keys):
    return renal.crr_allure(
        upcr(keys),
        *egfrs(keys),
        highest_dose=dose(keys),
        cellular_casts=keys.take("casts", "cellular_casts", default=False),
        specimen=SPECIMEN,
    ).response


def kdigo_complete(keys):
    return renal.complete_response_kdigo_2024(upcr(keys), *egfrs(keys), specimen=SPECIMEN).response


def kdigo_partial(keys):
    before = upcr(keys, "baseline_upcr", "upcr_baseline")
    return renal.partial_response_kdigo_2024(upcr(keys), before, *egfrs(keys), specimen=SPECIMEN).response


def aurora2_flare(keys):
    best = upcr(keys, "post_response", "post_response_upcr", "best_upcr", "upcr_post_response")
    sure = keys.take("adjudicated", default=True)
    return renal_steroids.renal_flare_aurora2(upcr(keys), best, adjudicated=sure, specimen=SPECIMEN).flare


ITEM_DOMAINS = {
    "constitutional": "Constitutional",
    "mucocutaneous": "Mucocutaneous",
    "neuropsychiatric": "Neuropsychiatric",
    "musculoskeletal": "Musculoskeletal",
    "cardiorespiratory": "Cardiorespiratory",
    "gastrointestinal": "Gastrointestinal",
    "ophthalmic": "Ophthalmic",
}

FUNCTIONS = {
    ("BILAG", "numeric"): adapter(numeric),
    ("BILAG", "flare_class"): adapter(flare_class),
    ("BILAG", "haematology_grade"): adapter(haematology_grade),
    ("BILAG", "haematological_grade"): adapter(haematology_grade),
    ("BILAG", "renal_grade"): adapter(renal_bilag),
    **{("BILAG", f"{name}_grade"): adapter(grade_of(domain)) for name, domain in ITEM_DOMAINS.items()},
    ("CLASSIF", "eular_acr_2019"): adapter(eular_acr_2019),
    ("SDI", "sdi"): adapter(sdi),
    ("SDI", "total"): adapter(sdi),
    ("SDI", "sdi_max"): adapter(sdi_max),
    ("SDI", "max_total"): adapter(sdi_max),
    ("EGFR", "ckdepi2021"): adapter(ckdepi2021),
    ("EGFR", "cockcroft_gault"): adapter(cockcroft_gault),
    ("EGFR", "schwartz"): adapter(schwartz),
    ("EGFR", "bedside_schwartz"): adapter(schwartz),
    ("RENAL", "PERR"): adapter(bliss(renal.perr_bliss_ln)),
    ("RENAL", "CRR_BLISS"): adapter(bliss(renal.crr_bliss_ln)),
    ("RENAL", "CRR_AURORA"): adapter(aurora),
    ("RENAL", "PRR_AURORA"): adapter(aurora_partial),
    ("RENAL", "CRR_REGENCY"): adapter(regency),
    ("RENAL", "CRR_REGENCY_GC"): adapter(regency_with_steroids),
    ("RENAL", "PROTRESP_REGENCY"): adapter(regency_proteinuric),
    ("RENAL", "CRR_NOBILITY"): adapter(nobility),
    ("RENAL", "CRR_ALLURE"): adapter(allure),
    ("RENAL", "CR_KDIGO2024"): adapter(kdigo_complete),
    ("RENAL", "PR_KDIGO2024"): adapter(kdigo_partial),
    ("RENAL", "RENAL_FLARE_AURORA2"): adapter(aurora2_flare),
}
