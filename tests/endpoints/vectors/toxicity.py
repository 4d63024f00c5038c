"""The worked vectors of toxicity, put to the library: CRS, ICANS, ICE, CAPD, ICAHT, IEC-HS, LICATS and CTCAE.

A sign, drug or event that a vector leaves out is absent, and a limit that it leaves out does not matter; what it gives as null is
missing. A key that no definition knows is an error.
"""

import numpy as np

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import (
    Alt,
    Ast,
    Ferritin,
    Fibrinogen,
    Ldh,
    Neutrophils,
    OxygenFlow,
    Platelets,
    Temperature,
    Triglycerides,
)
from immunoreset.endpoints.toxicity import capd, crs, ctcae, ctcae_clinical, icaht, icans, ice, iec_hs, licats
from immunoreset.endpoints.toxicity.ctcae_terms import CreatinineRise, FibrinogenFall, TimesUln, find
from immunoreset.errors import UnknownName

AFFECTED_BEFORE = ("organ_affected_before", "organ_previously_affected", "previously_affected_organ", "previously_affected")
SEIZURE_MINUTES = ("seizure_min", "seizure_minutes", "seizure_duration_min", "seizure_duration_minutes")
NEVER_REACHED = 1e12
ANTI_CYTOKINE = ("tocilizumab", "steroids", "steroid", "corticosteroids", "corticosteroid", "dexamethasone", "anakinra")
ANTI_CYTOKINE += ("siltuximab", "anti_cytokine", "anticytokine", "ruxolitinib", "methylprednisolone")
DRUGS = ("antipyretic", "antipyretics", "paracetamol", "acetaminophen", *ANTI_CYTOKINE)
NOT_ICANS = ("tremor", "myoclonus", "ich", "intracranial_haemorrhage", "intracranial_hemorrhage", "headache")
OEDEMA_WORDS = {
    "edema": "focal",
    "papilledema": "papilloedema",
    "cushing": "cushing_triad",
    "cushings_triad": "cushing_triad",
    "cn_vi_palsy": "cn6_palsy",
    "cn6": "cn6_palsy",
    "sixth_nerve_palsy": "cn6_palsy",
}
SEIZURE_WORDS = {
    "rapidly_resolving": "rapid",
    "clinical_rapid": "rapid",
    "eeg_nonconvulsive_resolving": "eeg_nonconvulsive",
    "nonconvulsive": "eeg_nonconvulsive",
    "status": "status_epilepticus",
    ">5_min": "prolonged",
    ">5min": "prolonged",
    ">5 min": "prolonged",
    "longer_than_5_min": "prolonged",
    "clinical": "rapid",
    "repetitive_without_return_to_baseline": "repetitive",
}
AROUSAL_WORDS = {
    "touch": "tactile",
    "vigorous": "vigorous_stimuli",
    "normal": "awake",
    "alert": "awake",
    "awakens_to_voice": "voice",
}


class Inputs:
    """The inputs of a vector, of which every one must be read."""

    def __init__(self, given):
        self.left = dict(given)

    def take(self, *names, default=None):
        found = [self.left.pop(name) for name in names if name in self.left]
        return found[0] if found else default

    def has(self, *names):
        return any(name in self.left for name in names)

    def any_of(self, names, default=False):
        """Yes if one of these is given and true."""
        result = Answer.of(default)
        for name in names:
            if name in self.left:
                result = result | Answer.of(self.left.pop(name))
        return result

    def drop(self, names):
        for name in names:
            self.left.pop(name, None)

    def finish(self):
        for key in self.left:
            raise KeyError(key)


def adapter(function):
    """From a function of the inputs to one of plain values, which refuses keys that it did not read."""

    def run(given):
        inputs = Inputs(given)
        result = function(inputs)
        inputs.finish()
        return plain(result)

    return run


def plain(result):
    if not isinstance(result, Range | Answer):
        return result
    value = result.value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def plain_word(word, words):
    if not isinstance(word, str):
        return word
    key = word.strip().lower().replace(" ", "_").replace("-", "_")
    return words.get(key, key)


def astct_crs(inputs):
    organs = [key for key in inputs.left if key.startswith(("ctcae", "organ")) or key.endswith(("_grade", "_toxicity"))]
    inputs.drop(organs)
    if inputs.has("fever"):
        hot = inputs.take("fever")
        temperature = Temperature({True: 39.0, False: 36.8, None: None}[hot], "C")
    elif inputs.has("temp_f", "temperature_f"):
        temperature = Temperature(inputs.take("temp_f", "temperature_f"), "F")
    else:
        temperature = Temperature(inputs.take("temp", "temperature", "temp_c", "temperature_c"), "C")
    flow = inputs.take("o2_flow_lpm", "o2_flow", "flow_lpm", "oxygen_flow")
    all_due = inputs.take("attributable", "due_to_crs", "attributable_to_crs", default=True)
    due = {}
    for part in crs.PARTS:
        due[part] = inputs.take(f"{part}_attributable", f"{part}_due_to_crs", f"{part}_attributable_to_crs", default=all_due)
    signs = crs.Signs(
        temperature=temperature,
        hypotension=inputs.take("hypotension", default=False),
        pressors=inputs.take("pressors", "vasopressors", "n_pressors", default=0),
        vasopressin=inputs.take("vasopressin", default=False),
        oxygen=inputs.take("o2", "oxygen", "o2_device", default="none" if flow is None else "nasal_cannula"),
        oxygen_flow=OxygenFlow(flow, "L/min"),
        due_to_crs=due,
        died=inputs.take("death", "died", "death_due_to_crs", default=False),
    )
    before = inputs.take("prior_crs", "prior_fever", "crs_before", default=False)
    masks = inputs.any_of([*DRUGS, *(f"{drug}_given" for drug in DRUGS), "fever_masked", "masked"])
    return crs.grade(signs, crs_before=before, fever_masked=masks)


def icans_grade(inputs):
    inputs.drop(NOT_ICANS)
    score = inputs.take("capd", default=0)
    possible = inputs.take("capd_performable", "capd_possible", default=not isinstance(score, str))
    motor = inputs.take("motor", "motor_weakness", default="none")
    oedema = plain_word(inputs.take("oedema", "edema", "icp", "raised_icp", "cerebral_oedema", default="none"), OEDEMA_WORDS)
    if isinstance(oedema, str) and oedema not in icans.OEDEMA:
        oedema = oedema.removesuffix("_oedema").removesuffix("_edema")
    return icans.grade(
        icans.Signs(
            ice=inputs.take("ice", "ice_score", default=ice.HIGHEST),
            consciousness=plain_word(inputs.take("consciousness", "arousal", default="awake"), AROUSAL_WORDS),
            seizure=plain_word(inputs.take("seizure", default=None if inputs.has(*SEIZURE_MINUTES) else "none"), SEIZURE_WORDS),
            seizure_minutes=inputs.take(*SEIZURE_MINUTES),
            motor={True: "deep_focal_weakness", False: "none"}.get(motor, motor),
            oedema=oedema,
            age=inputs.take("age", "age_years", default=icans.ADULT),
            developmental_delay=inputs.take("developmental_delay", "delay", default=False),
            capd=None if isinstance(score, str) else score,
            capd_possible=possible,
            due_to_icans=inputs.take("due_to_icans", "attributable", default=True),
            died=inputs.take("death", "died", "death_due_to_icans", default=False),
        )
    )


def ice_score(inputs):
    return ice.score(**{item: inputs.take(item) for item in ice.POINTS})


def capd_score(inputs):
    return capd.score(**{item: inputs.take(item) for item in capd.POINTS})


def capd_positive(inputs):
    return (
        capd.positive(inputs.take("score", "capd", "total"))
        if inputs.has("score", "capd", "total")
        else capd.positive(capd_score(inputs))
    )


def counts_by_day(inputs, *names):
    """Days and their counts, from runs of [first day, last day, value], or from a list in which each value is a day."""
    if inputs.has("runs"):
        runs = inputs.take("runs")
        by_day = {day: value for first, last, value in runs for day in range(first, last + 1)}
        days = sorted(by_day)
        return np.array(days), np.array([np.nan if by_day[day] is None else by_day[day] for day in days], dtype=float)
    values = np.array(inputs.take(*names), dtype=float)
    return np.array(inputs.take("days", "day", default=range(len(values)))), values


def mode(inputs):
    inputs.drop(("gcsf", "g_csf"))
    return inputs.take("count_mode", "mode", default="cumulative")


def early_n(inputs):
    days, values = counts_by_day(inputs, "anc", "values")
    return icaht.early_neutrophils(Neutrophils(values, "10^9/L"), days=days, count_mode=mode(inputs)).grade


def early_t(inputs):
    days, values = counts_by_day(inputs, "plt", "platelets", "values")
    return icaht.early_platelets(Platelets(values, "10^9/L"), days=days, count_mode=mode(inputs)).grade


def late_days(inputs, *names):
    """Late measurements; a list without days begins on day 31."""
    shift = 0 if inputs.has("runs", "days", "day") else icaht.EARLY[1] + 1
    days, values = counts_by_day(inputs, *names)
    return days + shift, values


def late_n(inputs):
    days, values = late_days(inputs, "anc", "values")
    return icaht.late_neutrophils(Neutrophils(values, "10^9/L"), days=days, count_mode=mode(inputs))


def late_t(inputs):
    days, values = late_days(inputs, "plt", "platelets", "values")
    return icaht.late_platelets(Platelets(values, "10^9/L"), days=days, count_mode=mode(inputs))


def worst_icaht(inputs):
    names = ("early", "late", "early_n", "late_n", "early_t", "late_t", "n", "t", "neutrophils", "platelets")
    grades = [inputs.take(name) for name in names if inputs.has(name)]
    return icaht.worst(*(Range.of(one, lowest=0, highest=4) for one in grades))


def ferritin_criterion(inputs):
    return iec_hs.ferritin_criterion(
        Ferritin(inputs.take("ferritin", "ferritin_ugl", "ferritin_ngml"), "ug/L"),
        uln=Ferritin(inputs.take("uln", default=NEVER_REACHED), "ug/L"),
        baseline=Ferritin(inputs.take("baseline", "baseline_ferritin", default=NEVER_REACHED), "ug/L"),
        rapidly_rising=inputs.take("rapidly_rising", "rapid_rise", "rising", "rapid_rise_judgement", default=False),
    )


def hypofibrinogenaemia(inputs):
    unit = "mg/dL" if inputs.has("fibrinogen_mgdl") else "g/L"
    value = Fibrinogen(inputs.take("fibrinogen_mgdl", "fibrinogen_gl", "fibrinogen"), unit)
    lln_unit = "mg/dL" if inputs.has("lln_mgdl") else "g/L" if inputs.has("lln_gl") else unit
    lln = inputs.take("lln", "lln_mgdl", "lln_gl", default=NEVER_REACHED)
    return iec_hs.low_fibrinogen(value, lln=None if lln == NEVER_REACHED else Fibrinogen(lln, lln_unit))


def transaminases(inputs):
    """In multiples of the upper limit, or of the baseline, or as values with their limit."""
    found = Answer.of(False)
    baseline_normal = inputs.take("baseline_normal", default=not inputs.has("alt_xbaseline", "ast_xbaseline"))
    uln, baseline = inputs.take("uln", default=1), inputs.take("baseline", "baseline_xuln")
    for name, kind in (("alt", Alt), ("ast", Ast)):
        before = baseline if baseline is not None else uln if baseline_normal else 2 * uln
        for key, size in ((f"{name}_xuln", uln), (f"{name}_xbaseline", before), (name, 1)):
            if inputs.has(key):
                value = inputs.take(key)
                now = kind(None if value is None else value * size, "U/L")
                found = found | iec_hs.transaminases(now, uln=kind(uln, "U/L"), baseline=kind(before, "U/L"))
    return found


def hypertriglyceridaemia(inputs):
    unit = "mmol/L" if inputs.has("triglycerides_mmol", "triglycerides_mmoll") else "mg/dL"
    names = ("triglycerides_mgdl", "triglycerides", "tg_mgdl", "triglycerides_mmol", "triglycerides_mmoll")
    fasting = Answer.of(inputs.take("fasting", default=True))
    return iec_hs.high_triglycerides(Triglycerides(inputs.take(*names), unit)) & fasting


def high_ldh(inputs):
    if inputs.has("ldh_xuln"):
        return iec_hs.high_ldh(Ldh(inputs.take("ldh_xuln"), "U/L"), uln=Ldh(1, "U/L"))
    return iec_hs.high_ldh(Ldh(inputs.take("ldh"), "U/L"), uln=Ldh(inputs.take("uln"), "U/L"))


def cytopenias(inputs):
    return inputs.any_of(("new", "worsening", "refractory", "cytopenia", "cytopenias"))


def iec_hs_prompt(inputs):
    features = {name: inputs.take(name, default=False) for name in iec_hs.Features.__dataclass_fields__}
    return {name: plain(found) for name, found in iec_hs.prompt(iec_hs.Features(**features))._asdict().items()}


def iec_hs_grade(inputs):
    return iec_hs.grade(
        inputs.take("diagnosed", "iec_hs", default=True),
        intervention=inputs.any_of(("intervention", "immunosuppression", "asymptomatic_transfusion")),
        severe=inputs.any_of(("severe", "bleeding_with_transfusion", "hospitalisation", "hospitalization")),
        life_threatening=inputs.any_of(("life_threatening", "intubation", "dialysis")),
        died=inputs.take("death", "died", default=False),
    )


def licats_grade(inputs):
    inputs.drop(("resolved_spontaneously", "spontaneous_resolution", "observation"))
    hospital = ("prolonged_or_new_hospitalisation", "prolonged_or_new_hospitalization", "hospitalisation", "hospitalization")
    hospital += ("prolonged_hospitalisation", "new_hospitalisation", "prolonged_hospitalization", "new_hospitalization")
    return licats.grade(
        glucocorticoid=inputs.any_of(("glucocorticoid", "glucocorticoids", "steroid", "steroids")),
        hospitalised=inputs.any_of(hospital),
        intensive_care=inputs.any_of(("icu", "intensive_care", "icu_treatment", "intensive_care_treatment")),
        licats=inputs.take("licats", default=True),
        organ_affected_before=inputs.take(*AFFECTED_BEFORE, default=True),
    )


def licats_onset(inputs):
    return licats.onset(inputs.take("day", "onset_day"))


def licats_definition(inputs):
    return licats.present(
        new_or_worse=inputs.take("new_or_worse", "new_or_worse_finding", "new_finding", default=True),
        organ_affected_before=inputs.take(*AFFECTED_BEFORE),
        other_cause=inputs.take("other_cause", "alternative_cause", "unexplained_otherwise", default=False),
        self_limited=inputs.take("self_limited", "self_limiting", default=True),
        b_cell_aplasia=inputs.take("b_cell_aplasia", "during_b_cell_aplasia", "bcell_aplasia", default=True),
    )


def ctcae_grade(inputs):
    """None for a term that the version does not have."""
    version, name = str(inputs.take("version")), inputs.take("term")
    version = version if "." in version else f"{version}.0"
    value, lln, uln = inputs.take("val", "value"), inputs.take("lln"), inputs.take("uln")
    baseline = inputs.take("baseline", "base")
    try:
        kind, unit, rule = find(name, version)
    except UnknownName:
        inputs.drop(("unit", "baseline_abnormal"))
        return None
    unit = inputs.take("unit", default=unit)
    if unit.lower().replace(" ", "") == "xuln" or (uln is None and isinstance(rule, TimesUln | CreatinineRise)):
        unit, uln = kind.standard_unit(), 1
    if baseline is None:
        baseline = value if isinstance(rule, FibrinogenFall) else uln
        baseline = baseline * 2 if inputs.take("baseline_abnormal", default=False) else baseline
    inputs.drop(("baseline_abnormal",))
    limits = {"lln": lln, "uln": uln, "baseline": baseline}
    given = {key: None if one is None else kind(one, unit) for key, one in limits.items()}
    return ctcae.grade(name, kind(value, unit), version=version, **given)


def ctcae_shift(inputs):
    return ctcae.shift(Range.of(inputs.take("baseline", "base")), Range.of(inputs.take("worst", "post", "val"))).worse


def febrile_neutropenia(inputs):
    version = str(inputs.take("version", default="5.0"))
    return ctcae_clinical.febrile_neutropenia(
        Neutrophils(inputs.take("anc", "neutrophils"), "10^9/L"),
        Temperature(inputs.take("temp", "temperature"), "C"),
        version=version if "." in version else f"{version}.0",
        over_an_hour=inputs.take("sustained", "sustained_1h", "over_an_hour", default=False),
        life_threatening=inputs.take("life_threatening", default=False),
        died=inputs.take("death", "died", default=False),
    )


_BY_MODULE = {
    "CRS": {"astct_crs": astct_crs, "crs": astct_crs, "grade": astct_crs},
    "ICANS": {"icans": icans_grade, "grade": icans_grade},
    "ICE": {"ice": ice_score, "score": ice_score},
    "CAPD": {"capd": capd_score, "score": capd_score, "positive": capd_positive, "capd_positive": capd_positive},
    "ICAHT": {
        "early_n": early_n,
        "early_t": early_t,
        "late_n": late_n,
        "late_t": late_t,
        "worst": worst_icaht,
    },
    "IECHS": {
        "ferritin_criterion": ferritin_criterion,
        "hyperferritinaemia": ferritin_criterion,
        "hypofibrinogenaemia": hypofibrinogenaemia,
        "fibrinogen": hypofibrinogenaemia,
        "transaminases": transaminases,
        "hypertriglyceridaemia": hypertriglyceridaemia,
        "triglycerides": hypertriglyceridaemia,
        "ldh": high_ldh,
        "cytopenia": cytopenias,
        "cytopenias": cytopenias,
        "prompt": iec_hs_prompt,
        "grade": iec_hs_grade,
    },
    "LICATS": {
        "grade": licats_grade,
        "onset": licats_onset,
        "definition": licats_definition,
        "licats": licats_definition,
    },
    "CTCAE": {
        "grade": ctcae_grade,
        "shift": ctcae_shift,
        "febrile_neutropenia": febrile_neutropenia,
    },
}
FUNCTIONS = {(module, name): adapter(function) for module, names in _BY_MODULE.items() for name, function in names.items()}
