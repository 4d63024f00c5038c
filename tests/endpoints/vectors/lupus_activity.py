"""The worked vectors of lupus activity, put to the library: SLEDAI, DORIS, LLDAS, SRI, BICLA, flares and glucocorticoids.

A flag that a vector leaves out is absent; a measurement that it leaves out is missing (but platelets and doses in flares, which
are then normal and unchanged), as is anything that it gives as null.
"""

from immunoreset.endpoints.lupus import flares, responses, sledai, sledai_findings, sledai_laboratory, states
from immunoreset.endpoints.lupus.glucocorticoid import prednisone_equivalent
from immunoreset.endpoints.lupus.sledai_items import BY_CODE, only
from immunoreset.endpoints.quantities import (
    C3,
    C4,
    AntiDsDna,
    CellsPerField,
    Ch50,
    Haemoglobin,
    Leukocytes,
    Pga,
    Platelets,
    Prednisone,
    Temperature,
    Upcr,
    UrineProtein,
    Weight,
)
from immunoreset.endpoints.together import named

CAUSES = {
    "infection": "infection",
    "infectious": "infection",
    "drug": "drug",
    "drug_cause": "drug",
    "metabolic": "metabolic",
    "metabolic_cause": "metabolic",
    "uraemia": "uraemia",
    "hypertension": "hypertension",
    "arteriosclerosis": "arteriosclerosis",
    "stone": "stone",
    "other": "other",
    "other_cause": "other",
    "damage": "damage",
    "scarring": "damage",
    "old_damage": "damage",
}
NORMAL_PLATELETS = 250
PGA_UNITS = {3: "0-3", 10: "0-10", 100: "0-100"}


class Inputs:
    """The inputs of a vector; what was not asked for in the end is an unknown key."""

    def __init__(self, given):
        self.given = {key.lower(): value for key, value in given.items()}

    def take(self, *names, default=None):
        found = [self.given.pop(name) for name in names if name in self.given]
        return found[0] if found else default

    def pair(self, *names):
        value = self.take(*names, default=(None, None))
        return value if isinstance(value, (list, tuple)) else (0, value)

    def has(self, *names):
        return any(name in self.given for name in names)

    def finish(self):
        for key in self.given:
            raise KeyError(key)


def number(value):
    """Whole numbers as int, others as float, None where not known."""
    return int(value) if value is not None and value == int(value) else value


def pga_unit(inputs):
    scale = inputs.take("pga_scale", "pga_unit", default="0-3")
    return PGA_UNITS.get(scale, scale)


def items_of(inputs):
    items = only(*inputs.take("items", default=[]))
    return {**items, **dict.fromkeys(inputs.take("missing", "missing_items", default=[]))}


def version_of(inputs):
    return inputs.take("version", default="2K").removeprefix("SLEDAI-").removesuffix("-SLEDAI")


def total(given):
    inputs = Inputs(given)
    score = sledai.sledai(items_of(inputs), version=version_of(inputs))
    inputs.finish()
    value = number(score.total.value)
    limits = {"min": number(float(score.total.low)), "max": number(float(score.total.high))}
    organs = {organ: number(points.value) for organ, points in score.organs.items()}
    names = dict.fromkeys(("sledai2k", "sledai", "selena_sledai", "total"), value)
    return {**names, "csledai": number(score.clinical.value), "missing": value is None, "organs": organs, **limits}


def clinical(given):
    return total(given)["csledai"]


def item_score(given):
    inputs = Inputs(given)
    item, version = BY_CODE[inputs.take("item")], version_of(inputs)
    causes = {CAUSES[name]: inputs.take(name) for name in list(inputs.given) if name in CAUSES}
    causes = {cause: yes for cause, yes in causes.items() if cause in item.excluding_causes(version)}
    due_to_disease = inputs.take("due_to_disease", "due_to_sle", "attributed", default=True)
    finding = inputs.take("present") if inputs.has("present") else FINDINGS.get(item.code, unknown)(inputs, version)
    inputs.finish()
    answer = sledai_findings.attributed(item.code, finding, version=version, due_to_disease=due_to_disease, causes=causes)
    return number(answer.points(item.weight).value)


def unknown(inputs, version):
    inputs.finish()


def arthritis(inputs, version):
    least = inputs.take("min_joints", "least_joints", "minimum")
    return sledai_findings.arthritis(inputs.take("n_joints", "joints"), version=version, least_joints=least)


def serositis(inputs, version):
    signs = [inputs.take(name, default=False) for name in ("objective", "rub", "effusion", "thickening", "ecg", "echo")]
    return sledai_findings.serositis(inputs.take("pain", "severe_pain", default=False), *signs, version=version)


def visual(inputs, version):
    scleritis = inputs.take("scleritis", "episcleritis", default=False)
    return sledai_findings.visual(inputs.take("retinopathy", "optic_neuritis", default=False), scleritis, version=version)


def cranial(inputs, version):
    vertigo = inputs.take("vertigo", default=False)
    return sledai_findings.cranial(inputs.take("neuropathy", default=False), vertigo, version=version)


def proteinuria(inputs, version):
    if inputs.has("upcr", "upcr_g_g", "upcr_gg", "upcr_mg_mmol"):
        unit = "mg/mmol" if inputs.has("upcr_mg_mmol") else "g/g"
        protein = Upcr(inputs.take("upcr", "upcr_g_g", "upcr_gg", "upcr_mg_mmol"), unit)
        previous = Upcr(inputs.take("previous_upcr", "previous_upcr_g_g", "previous_upcr_mg_mmol"), unit)
    else:
        protein = UrineProtein(inputs.take("prot_g24h"), "g/day")
        previous = UrineProtein(inputs.take("previous_prot_g24h"), "g/day")
    return sledai_laboratory.proteinuria(protein, version=version, previous=previous)


def low_complement(inputs, version):
    any_limit = inputs.take("lln")
    pairs = []
    for kind, name in ((C3, "c3"), (C4, "c4"), (Ch50, "ch50")):
        if inputs.has(name):
            unit = kind.standard_unit()
            limit = inputs.take(f"{name}_lln", f"{name}_limit", f"lln_{name}", default=any_limit)
            pairs.append((kind(inputs.take(name), unit), kind(limit, unit)))
    return sledai_laboratory.low_complement(*pairs)


def dna(inputs, version):
    unit = "%" if inputs.has("farr", "farr_percent", "farr_pct") else "IU/mL"
    value = inputs.take("farr", "farr_percent", "farr_pct", "antidsdna", "anti_dsdna", "dsdna")
    limit = inputs.take("uln", "antidsdna_uln", "anti_dsdna_uln", "dsdna_uln", "dna_uln", "farr_uln")
    return sledai_laboratory.dna_binding(AntiDsDna(value, unit), upper_limit=AntiDsDna(limit, unit), version=version)


def fever(inputs, version):
    unit = "F" if inputs.has("temp_f") else "C"
    return sledai_laboratory.fever(Temperature(inputs.take("temp_c", "temp_f", "temp"), unit))


FINDINGS = {
    "ARTHRITIS": arthritis,
    "PLEURISY": serositis,
    "PERICARDITIS": serositis,
    "VISUAL": visual,
    "CRANIAL": cranial,
    "HEMATURIA": lambda inputs, version: sledai_laboratory.haematuria(CellsPerField(inputs.take("rbc_hpf"), "/hpf")),
    "PYURIA": lambda inputs, version: sledai_laboratory.pyuria(CellsPerField(inputs.take("wbc_hpf"), "/hpf")),
    "PROTEINURIA": proteinuria,
    "LOWCOMP": low_complement,
    "DNA": dna,
    "FEVER": fever,
    "THROMBOCYTOPENIA": lambda inputs, version: sledai_laboratory.thrombocytopenia(
        Platelets(inputs.take("plt", "platelets"), "10^9/L")
    ),
    "LEUKOPENIA": lambda inputs, version: sledai_laboratory.leukopenia(Leukocytes(inputs.take("wbc"), "10^9/L")),
}


def category(given):
    inputs = Inputs(given)
    recorded = inputs.take("sledai2k", "sledai", "total", "score")
    starts = inputs.take("cutoffs", "starts")
    inputs.finish()
    return named(sledai.category(recorded, starts=starts) if starts else sledai.category(recorded), sledai.ACTIVITY)


def before_and_now(given):
    inputs = Inputs(given)
    pair = inputs.take("sledai", "sledai2k", default=(inputs.take("before", "baseline"), inputs.take("now", "after", "visit")))
    inputs.finish()
    return pair


def change(given):
    return named(sledai.change(*before_and_now(given)), sledai.CHANGES)


def state_inputs(inputs):
    """PGA and glucocorticoid."""
    unit = pga_unit(inputs)
    dose = inputs.take("pred_mg", "prednisone_mg", "pred")
    return {"pga": Pga(inputs.take("pga"), unit), "prednisone": Prednisone(dose, "mg/day")}


RECORDED_TOTAL = ("sledai2k", "sledai_2k", "sledai", "total", "sledai2k_total")
SEROLOGY = {"low_complement": "lowcomp", "dna_binding": "dna"}


def clinical_sledai(inputs):
    if inputs.has("items"):
        return sledai.sledai(items_of(inputs), version=version_of(inputs)).clinical
    return inputs.take("csledai", "clinical_sledai")


def doris(given):
    inputs = Inputs(given)
    stable = inputs.take("background_stable", "stable_background", "stable", default=True)
    if inputs.has(*RECORDED_TOTAL):
        total = inputs.take(*RECORDED_TOTAL)
        serology = {name: inputs.take(name, code, default=None) for name, code in SEROLOGY.items()}
        state = states.doris_recorded(
            total, clinical=clinical_sledai(inputs), **serology, **state_inputs(inputs), background_stable=stable
        )
    else:
        state = states.doris(clinical_sledai(inputs), **state_inputs(inputs), background_stable=stable)
    inputs.finish()
    return state.value


def drug_free_doris(given):
    inputs = Inputs(given)
    state = states.drug_free_doris(
        clinical_sledai(inputs),
        **state_inputs(inputs),
        immunosuppressant=inputs.take("is_or_biologic", "immunosuppressant", "biologic", default=False),
        antimalarial=inputs.take("antimalarial", "hcq", default=False),
        antimalarial_allowed=inputs.take("antimalarial_allowed", "allow_antimalarial", default=True),
    )
    inputs.finish()
    return state.value


def lldas(given):
    inputs = Inputs(given)
    new = only(*inputs.take("new_items", default=[]))
    state = states.lldas(
        items_of(inputs),
        new=new,
        **state_inputs(inputs),
        haemolytic_anaemia=inputs.take("haemolysis", "haemolytic_anaemia", default=False),
        gi_activity=inputs.take("gi", "gi_activity", default=False),
        maintenance_tolerated=inputs.take("maintenance_tolerated", "tolerated", "standard_maintenance", default=True),
        serology_counts_as_new=inputs.take("serology_counts_as_new", "new_includes_serology", default=False),
    )
    inputs.finish()
    return state.value


def visits(inputs):
    unit = pga_unit(inputs)
    pairs = zip(inputs.pair("sledai"), inputs.pair("bilag"), inputs.pair("pga"), strict=True)
    return [responses.Activity(total, bilag, Pga(pga, unit)) for total, bilag, pga in pairs]


def events(inputs):
    failure = inputs.take("treatment_failure", "failure", "rescue", "restricted_medication", default=False)
    return {"treatment_failure": failure, **{name: inputs.take(name, default=False) for name in ("death", "dropout")}}


def sri(given, k=4):
    inputs = Inputs(given)
    k = inputs.take("k", default=k)
    response = responses.sri(*visits(inputs), k=k, **events(inputs))
    inputs.finish()
    return response.value


def sri_evaluable(given):
    inputs = Inputs(given)
    recorded = inputs.take("baseline_sledai", "baseline", "sledai")
    recorded = recorded[0] if isinstance(recorded, list) else recorded
    evaluable = responses.sri_evaluable(recorded, k=inputs.take("k", default=4))
    inputs.take("bilag", "pga")
    inputs.finish()
    return evaluable.value


def bicla(given):
    inputs = Inputs(given)
    response = responses.bicla(*visits(inputs), **events(inputs))
    inputs.finish()
    return response.value


def flare_doses(inputs):
    """Doses before and now and the weight; mg/kg is mg of a patient of 1 kg, and a dose that is left out does not change."""
    weight = inputs.take("weight_kg", "weight")
    if inputs.has("pred_mg_kg", "pred_mg_per_kg", "prednisone_mg_kg", "pred_mgkg"):
        return inputs.pair("pred_mg_kg", "pred_mg_per_kg", "prednisone_mg_kg", "pred_mgkg"), 1.0
    if inputs.has("pred_mg", "prednisone_mg", "pred"):
        return inputs.pair("pred_mg", "prednisone_mg", "pred"), weight
    if inputs.take("pred_gt_0_5_mg_kg", "pred_gt_0.5_mg_kg", "pred_over_0_5_mg_kg", "prednisone_gt_0_5_mg_kg", default=False):
        return (0.0, 0.6), 1.0
    increased = inputs.take("pred_increase", "pred_increased", "prednisone_increase", "prednisone_increased", default=False)
    doubled = inputs.take("pred_doubled", "prednisone_doubled", default=False)
    return (0.1, 0.2 if doubled else 0.15 if increased else 0.1), 1.0


def flare_signs(inputs):
    listed = inputs.take("new_or_worse", "symptoms", "new_symptoms", "signs", default=[])
    names = (*flares.MILD_SIGNS, *flares.SEVERE_SIGNS)
    single = {name: inputs.take(name, f"new_{name}", f"new_or_worse_{name}", default=False) for name in names}
    return {**single, **dict.fromkeys((name.lower() for name in listed), True)}


def sfi(given):
    inputs = Inputs(given)
    modified = inputs.take("bliss", "bliss_modified", "modified", default="bliss" in inputs.take("version", default="").lower())
    version = "BLISS" if modified else "classic"
    doses, weight = flare_doses(inputs)
    unit = pga_unit(inputs)
    parts = zip(inputs.pair("sledai"), inputs.pair("pga"), doses, inputs.pair("hb", "hb_g_dl", "haemoglobin"), strict=True)
    before, now = (
        flares.FlareVisit(score, Pga(pga, unit), Prednisone(dose, "mg/day"), Haemoglobin(hb, "g/dL"))
        for score, pga, dose, hb in parts
    )
    added = [inputs.take(name, default=False) for name in ("added_hcq_or_nsaid", "added_hcq", "added_nsaid")]
    drugs = ("cyclophosphamide", "azathioprine", "methotrexate", "mmf", "immunosuppressant", "is", "cyc_aza_mtx")
    stronger = [inputs.take(f"added_{name}", f"new_{name}", default=False) for name in drugs]
    flare = flares.flare_index(
        before,
        now,
        version=version,
        weight=Weight(weight, "kg"),
        signs=flare_signs(inputs),
        platelets=Platelets(inputs.take("plt", "platelets", default=NORMAL_PLATELETS), "10^9/L"),
        hydroxychloroquine_or_nsaid_added=True if any(added) else None if None in added else False,
        immunosuppressant_added=True if any(stronger) else None if None in stronger else False,
        hospitalised_for_lupus=inputs.take("hospitalised_for_sle", "hospitalised", default=False),
    )
    inputs.finish()
    return named(flare, flares.FLARES)


def prednisone_eq(given):
    inputs = Inputs(given)
    doses = dict(inputs.take("doses", "drugs", default={}))
    if inputs.has("drug"):
        doses[inputs.take("drug")] = inputs.take("mg", "daily_mg", "dose_mg")
    inputs.finish()
    return prednisone_equivalent(doses).to("mg/day").value


FUNCTIONS = {
    ("SLEDAI", "total"): total,
    ("SLEDAI", "csledai"): clinical,
    ("SLEDAI", "item_score"): item_score,
    ("SLEDAI", "category"): category,
    ("SLEDAI", "change"): change,
    ("SLEDAI", "change_class"): change,
    ("SLEDAI", "flare"): lambda given: sledai.flare(*before_and_now(given)).value,
    ("DORIS", "doris2021"): doris,
    ("DORIS", "doris_drug_free"): drug_free_doris,
    ("LLDAS", "lldas"): lldas,
    ("SRI", "sri"): sri,
    ("SRI", "sri_evaluable"): sri_evaluable,
    ("SRI", "evaluable"): sri_evaluable,
    **{("SRI", f"sri{k}"): lambda given, k=k: sri(given, k) for k in responses.SRI_POINTS},
    ("BICLA", "bicla"): bicla,
    ("SFI", "sfi"): sfi,
    ("GC", "prednisone_eq"): prednisone_eq,
}
