"""What the vectors of RA, TIS, MMT, SSC, MS, MG and BVAS stand for in the library.

In the vectors the unit is part of a key or of the score's definition, and a pair is [before, now]. A key that no definition knows
is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases import acr_response, criss_events, multiple_sclerosis, muscle_strength
from immunoreset.endpoints.other_diseases import myasthenia as mg
from immunoreset.endpoints.other_diseases import myositis as tis
from immunoreset.endpoints.other_diseases import rheumatoid_arthritis as ra
from immunoreset.endpoints.other_diseases import systemic_sclerosis as ssc
from immunoreset.endpoints.other_diseases import vasculitis as bvas
from immunoreset.endpoints.quantities import (
    Aldolase,
    Alt,
    Ast,
    CreatineKinase,
    Creatinine,
    Crp,
    Esr,
    GlobalAssessment,
    Ldh,
)
from immunoreset.endpoints.together import named

BOTH = (None, None)
REQUIRED = object()
ENZYMES = {"ck": CreatineKinase, "aldolase": Aldolase, "alt": Alt, "ast": Ast, "ldh": Ldh}
VERSIONS = {muscle_strength.mmt_maximum(version): version for version in muscle_strength.MUSCLES}
MEASURES = {
    "phga": "physician_global",
    "ptga": "patient_global",
    "haq": "haq",
    "enzyme": "enzyme",
    "ck": "enzyme",
    "extramuscular": "extramuscular",
    "mmt": "strength",
}
Adapter = Callable[[dict], object]


class Inputs:
    """The inputs of a vector, of which every one must be read."""

    def __init__(self, given: dict) -> None:
        self.left = dict(given)

    def take(self, *names: str, default: object = REQUIRED):
        """The value under the first of these names that is given."""
        for name in names:
            if name in self.left:
                return self.left.pop(name)
        if default is REQUIRED:
            raise KeyError(names[0])
        return default

    def finish(self) -> None:
        if self.left:
            raise KeyError(next(iter(self.left)))


def reading(function: Callable[[Inputs], object]) -> Adapter:
    def adapter(given: dict) -> object:
        inputs = Inputs(given)
        result = function(inputs)
        inputs.finish()
        return result

    return adapter


def scale(value, unit: str = "0-10") -> GlobalAssessment:
    return GlobalAssessment(value, unit)


def joints(inputs: Inputs) -> list:
    return [inputs.take("tjc", "tjc28", default=None), inputs.take("sjc", "sjc28", default=None)]


def crp_of(inputs: Inputs) -> Crp:
    in_mg_dl = inputs.take("crp_mgdl", default=None)
    in_mg_l = inputs.take("crp_mgl", "crp", default=None)
    return Crp(in_mg_l, "mg/L") if in_mg_dl is None else Crp(in_mg_dl, "mg/dL")


def das28_crp(inputs: Inputs) -> object:
    global_health = scale(inputs.take("gh", "ptgh", default=None), "0-100")
    return ra.das28_crp(*joints(inputs), crp=crp_of(inputs), patient_global=global_health).value


def das28_esr(inputs: Inputs) -> object:
    global_health = scale(inputs.take("gh", "ptgh", default=None), "0-100")
    esr = Esr(inputs.take("esr", default=None), "mm/h")
    return ra.das28_esr(*joints(inputs), esr=esr, patient_global=global_health).value


def two_globals(inputs: Inputs) -> dict[str, GlobalAssessment]:
    return {
        "patient_global": scale(inputs.take("pt", "ptga", default=None)),
        "physician_global": scale(inputs.take("ph", "phga", "mdga", default=None)),
    }


def sdai(inputs: Inputs) -> object:
    return ra.sdai(*joints(inputs), crp=crp_of(inputs), **two_globals(inputs)).value


def cdai(inputs: Inputs) -> object:
    return ra.cdai(*joints(inputs), **two_globals(inputs)).value


def ra_category(inputs: Inputs) -> object:
    score = inputs.take("score")
    cut_offs = inputs.take("cut_offs", "cutoffs", "set", default=score)
    names = {"DAS28": "DAS28-ESR", "ESR": "DAS28-ESR", "CRP": "DAS28-CRP"}
    return named(ra.activity(Range.of(inputs.take("value")), cut_offs=names.get(cut_offs, cut_offs)), ra.CATEGORIES)


def index_remission(inputs: Inputs) -> object:
    return ra.index_remission(Range.of(inputs.take("value")), index=inputs.take("score", "index")).value


def eular_response(inputs: Inputs) -> object:
    before, now = inputs.take("das1", "baseline"), inputs.take("das2", "visit")
    return named(ra.eular_response(Range.of(before), Range.of(now)), ("No response", "Moderate", "Good"))


def boolean_remission(inputs: Inputs) -> object:
    patient_global = scale(inputs.take("pt", "ptga", default=None))
    version = str(inputs.take("version", default="2.0"))
    return ra.boolean_remission(*joints(inputs), crp=crp_in_mg_dl(inputs), patient_global=patient_global, version=version).value


def crp_in_mg_dl(inputs: Inputs) -> Crp:
    """The Boolean remission is defined in mg/dL, which a key without a unit then means."""
    return Crp(inputs.take("crp"), "mg/dL") if "crp" in inputs.left else crp_of(inputs)


def acr(percent: int) -> Adapter:
    def adapter(inputs: Inputs) -> object:
        tender, swollen = inputs.take("tjc", default=BOTH), inputs.take("sjc", default=BOTH)
        pain, haq = inputs.take("pain", default=BOTH), inputs.take("haq", "haq_di", default=BOTH)
        by_patient = inputs.take("ptga", "pt", default=BOTH)
        by_physician = inputs.take("phga", "ph", default=BOTH)
        crp, esr = inputs.take("crp", "crp_mgl", default=None), inputs.take("esr", default=None)
        before, now = (
            acr_response.AcrCoreSet(
                tender=tender[k],
                swollen=swollen[k],
                pain=scale(pain[k], "0-100"),
                patient_global=scale(by_patient[k], "0-100"),
                physician_global=scale(by_physician[k], "0-100"),
                haq=haq[k],
                reactant=Esr(esr[k], "mm/h") if esr else Crp((crp or BOTH)[k], "mg/L"),
            )
            for k in (0, 1)
        )
        return acr_response.acr_response(before, now, percent=percent).value

    return reading(adapter)


def total_improvement(inputs: Inputs) -> object:
    version = VERSIONS[inputs.take("mmt_max", default=muscle_strength.mmt_maximum("MMT-8 bilateral"))]
    scales = {
        "physician_global": inputs.take("phga", default=BOTH),
        "patient_global": inputs.take("ptga", default=BOTH),
        "extramuscular": inputs.take("extramuscular", "extra", default=BOTH),
    }
    strength, haq = inputs.take("mmt", default=BOTH), inputs.take("haq", "chaq", default=BOTH)
    enzymes = [(kind, inputs.take(name), inputs.take(f"{name}_uln")) for name, kind in ENZYMES.items() if name in inputs.left]
    before, now = (
        tis.MyositisVisit(
            **{name: scale(pair[k]) for name, pair in scales.items()},
            haq=haq[k],
            strength=strength[k],
            enzymes=[tis.Enzyme(kind(values[k], "U/L"), kind(limit, "U/L")) for kind, values, limit in enzymes],
        )
        for k in (0, 1)
    )
    score = tis.total_improvement(before, now, mmt=version).score
    adult, jdm = (named(tis.improvement_category(score, population=who), tis.CATEGORIES) for who in ("adult", "JDM"))
    return {"tis": score.value, "adult": adult, "jdm": jdm}


def improvement_category(inputs: Inputs) -> object:
    population = inputs.take("population", default="adult")
    score = Range.of(inputs.take("tis", "value"))
    population = "JDM" if population.lower() == "jdm" else "adult"
    return named(tis.improvement_category(score, population=population), tis.CATEGORIES)


def component(inputs: Inputs) -> object:
    measure = MEASURES[inputs.take("measure").lower().replace("-di", "")]
    return tis.improvement_points(measure, Range.of(inputs.take("percent"))).value


def largest(version: str) -> Adapter:
    return reading(lambda inputs: muscle_strength.mmt_maximum(version))


def strength(version: str) -> Adapter:
    def adapter(inputs: Inputs) -> object:
        values = by_name(inputs.take("items", "muscles", "strengths"), muscle_strength.MUSCLES[version])
        return muscle_strength.mmt_total(values, version=version).value

    return reading(adapter)


def by_name(values: list | dict, names: Iterable[str]) -> dict:
    return values if isinstance(values, dict) else dict(zip(names, values, strict=True))


def criss(inputs: Inputs) -> object:
    changes = ssc.CrissMeasures(
        skin=Range.of(inputs.take("d_mrss")),
        capacity=Range.of(inputs.take("d_fvc")),
        patient_global=Range.of(inputs.take("d_pt", "d_ptga")),
        physician_global=Range.of(inputs.take("d_md", "d_mdga")),
        haq=Range.of(inputs.take("d_haq")),
    )
    return ssc.criss(changes, event=step1(inputs)).value


def step1(inputs: Inputs) -> Answer:
    """Events by name, absent where not named; a pair of FVC values is judged as confirmed, with lung disease, if not denied."""
    judged = inputs.take("step1", "step1_event", "event", default=False)
    lung = inputs.take("lung", "fvc_decline", default=False)
    if "fvc" in inputs.left:
        confirmed, ild = inputs.take("confirmed", default=True), inputs.take("ild", default=True)
        lung = criss_events.lung_event(*inputs.take("fvc"), confirmed=confirmed, interstitial_disease=ild)
    return Answer.of(judged) | criss_events.criss_event(
        renal_crisis=inputs.take("renal_crisis", default=False),
        lung=lung,
        heart=inputs.take("heart", "lvef_le45", default=False),
        pulmonary_hypertension=inputs.take("pah", default=False),
    )


def revised_criss(percent: int) -> Adapter:
    def adapter(inputs: Inputs) -> object:
        improved = Inputs(inputs.take("improved_percent"))
        measures = ssc.CrissMeasures(
            skin=Range.of(improved.take("mrss", default=None)),
            capacity=Range.of(improved.take("fvc_rel", "fvc", default=None)),
            patient_global=Range.of(improved.take("ptga", "pt", default=None)),
            physician_global=Range.of(improved.take("mdga", "md", "phga", default=None)),
            haq=Range.of(improved.take("haq", default=None)),
        )
        improved.finish()
        return ssc.revised_criss(measures, percent=percent, event=step1(inputs)).value

    return reading(adapter)


def skin_score(inputs: Inputs) -> object:
    return ssc.skin_score(by_name(inputs.take("sites", "items"), ssc.SITES)).value


def lung_progression(inputs: Inputs) -> object:
    fvc, dlco = inputs.take("fvc"), inputs.take("dlco", default=None)
    diffusion = None if dlco is None else criss_events.capacity_fall(*dlco, highest=criss_events.HIGHEST_DIFFUSION)
    fall = criss_events.capacity_fall(*fvc)
    return criss_events.lung_progression(fall, diffusion, measure=inputs.take("measure", default="relative")).value


def edss_worsening(inputs: Inputs) -> object:
    baseline, now = inputs.take("baseline"), inputs.take("visit")
    switch = {"half_step_from": str(float(inputs.take("switch", "half_step_from", default=6.0)))}
    confirmed = inputs.take("confirmed", default=None)
    return multiple_sclerosis.edss_worsening(baseline, now, confirmed=confirmed, **switch).value


def confirmed_worsening(inputs: Inputs) -> object:
    baseline, scores, days = inputs.take("baseline"), inputs.take("edss", "scores"), inputs.take("days", "day")
    relapses = inputs.take("relapse_days", "relapses", default=[])
    switch = str(float(inputs.take("switch", "half_step_from", default=6.0)))
    return multiple_sclerosis.confirmed_worsening(
        baseline, scores, days, relapse_days=relapses, weeks=inputs.take("weeks", default=12), half_step_from=switch
    ).answer.value


def neda3(inputs: Inputs) -> object:
    return multiple_sclerosis.neda3(
        relapses=inputs.take("relapse", "relapses", default=None),
        confirmed_worsening=inputs.take("cdw", "cdp", default=None),
        new_t2=inputs.take("new_T2", "new_t2", default=None),
        gd_lesions=inputs.take("gd", default=None),
    ).value


def relapse_rate(inputs: Inputs) -> object:
    relapses, years = inputs.take("relapses"), inputs.take("years", default=None)
    days = inputs.take("days") if years is None else years * multiple_sclerosis.DAYS_PER_YEAR
    return multiple_sclerosis.annualised_relapse_rate(relapses, days).value


def levels(scale: str, total_of: Callable[[dict], Range]) -> Adapter:
    return reading(lambda inputs: total_of(by_name(inputs.take("items"), mg.ITEMS[scale])).value)


def mg_composite(inputs: Inputs) -> object:
    """`items` and `points` are points as printed on the form, `levels` run from 0 to 3."""
    given_as = "levels" if "levels" in inputs.left else "points"
    values = by_name(inputs.take("items", "points", "levels"), mg.ITEMS["MG Composite"])
    return mg.mg_composite(values, given_as=given_as).value


def composite_response(fall: int) -> Adapter:
    return reading(lambda inputs: mg.mg_composite_response(*inputs.take("mgc"), fall=fall).value)


def bvas_score(inputs: Inputs) -> object:
    persistent = {"new_worse": False, "persistent": True}[inputs.take("mode")]
    findings = dict.fromkeys(inputs.take("items", default=[]), True)
    if "creatinine_umol" in inputs.left:
        findings |= bvas.creatinine_findings(Creatinine(inputs.take("creatinine_umol"), "umol/L"))
    return bvas.bvas(findings, all_persistent=persistent, first_visit=inputs.take("first_visit", default=True)).value


def bvas_maxima(inputs: Inputs) -> object:
    return {column: bvas.bvas_maximum(column) for column in ("persistent", "new_worse")}


FUNCTIONS: dict[tuple[str, str], Adapter] = {
    ("RA", "das28_crp"): reading(das28_crp),
    ("RA", "das28_esr"): reading(das28_esr),
    ("RA", "sdai"): reading(sdai),
    ("RA", "cdai"): reading(cdai),
    ("RA", "category"): reading(ra_category),
    ("RA", "index_remission"): reading(index_remission),
    ("RA", "eular_response"): reading(eular_response),
    ("RA", "boolean_remission"): reading(boolean_remission),
    **{("RA", f"acr{percent}"): acr(percent) for percent in (20, 50, 70)},
    ("TIS", "tis"): reading(total_improvement),
    ("TIS", "category"): reading(improvement_category),
    ("TIS", "component"): reading(component),
    ("TIS", "max_total"): reading(lambda inputs: tis.highest_improvement()),
    ("MMT", "mmt8_unilateral_max"): largest("MMT-8 unilateral"),
    ("MMT", "mmt8_bilateral_max"): largest("MMT-8 bilateral"),
    ("MMT", "mmt24_max"): largest("MMT-24"),
    ("MMT", "mmt8_unilateral"): strength("MMT-8 unilateral"),
    ("MMT", "mmt8_bilateral"): strength("MMT-8 bilateral"),
    ("MMT", "mmt24"): strength("MMT-24"),
    ("SSC", "criss"): reading(criss),
    ("SSC", "criss_improved"): reading(lambda inputs: ssc.criss_improved(Range.of(inputs.take("p", "value"))).value),
    ("SSC", "criss_step1"): reading(lambda inputs: step1(inputs).value),
    **{("SSC", f"rcriss{percent}"): revised_criss(percent) for percent in (20, 25, 30, 50)},
    ("SSC", "mrss"): reading(skin_score),
    ("SSC", "mrss_max"): reading(lambda inputs: ssc.HIGHEST_SKIN_SCORE),
    ("SSC", "fvc_progression"): reading(lung_progression),
    ("MS", "edss_worsening"): reading(edss_worsening),
    ("MS", "confirmed_worsening"): reading(confirmed_worsening),
    ("MS", "edss_confirmed_worsening"): reading(confirmed_worsening),
    ("MS", "neda3"): reading(neda3),
    ("MS", "annualised_relapse_rate"): reading(relapse_rate),
    ("MG", "mgadl"): levels("MG-ADL", mg.mg_adl),
    ("MG", "mgadl_max"): reading(lambda inputs: mg.highest_total("MG-ADL")),
    ("MG", "mgadl_response"): reading(lambda inputs: mg.mg_adl_response(*inputs.take("mgadl")).value),
    ("MG", "minimal_symptom_expression"): reading(lambda inputs: mg.minimal_symptom_expression(inputs.take("mgadl")).value),
    ("MG", "mgc"): reading(mg_composite),
    ("MG", "mgc_max"): reading(lambda inputs: mg.highest_total("MG Composite")),
    ("MG", "mgc_response"): composite_response(3),
    ("MG", "mgc_response_ge3"): composite_response(3),
    ("MG", "mgc_response_ge5"): composite_response(5),
    ("MG", "qmg"): levels("QMG", mg.qmg),
    ("MG", "qmg_max"): reading(lambda inputs: mg.highest_total("QMG")),
    ("BVAS", "bvas3"): reading(bvas_score),
    ("BVAS", "bvas3_max"): reading(bvas_maxima),
    ("BVAS", "bvas3_remission"): reading(lambda inputs: bvas.bvas_remission(Range.of(inputs.take("bvas", "value"))).value),
}
