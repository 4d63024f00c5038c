"""Screening of simulated patients with lupus at entry by the rules for real ones: yes, no, or undetermined.

    found = screen_cohort(sample("cart", 200, seed=1))
    screening_table(found)

Counts, haemoglobin, filtration and activity are the patient's. Heart failure, viral hepatitis, HIV and pregnancy are drawn once
for each patient with a published share (the `.toml` beside this file). What neither says stays undetermined: liver enzymes and
bilirubin, oxygen saturation, other infections, contraception, tumours, vaccines, earlier drugs, classification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from immunoreset.disease.lupus.bilag_chart import Findings, bilag
from immunoreset.disease.lupus.chart import one_for_all, sledai_answers, sledai_score
from immunoreset.disease.lupus.notes import serum_creatinine
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.disease.lupus.sledai import NERVOUS
from immunoreset.disease.lupus.visit import COUNTS
from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import (
    Creatinine,
    Egfr,
    Haemoglobin,
    Lymphocytes,
    Neutrophils,
    Platelets,
    Upcr,
    UrineProtein,
)
from immunoreset.endpoints.screening.candidate import NEVER, Candidate, count_bilag
from immunoreset.endpoints.screening.eligibility import Limits, Rule, Screening, screen
from immunoreset.errors import InvalidValue, unknown
from immunoreset.patient.birth_certificates import check_value, table_of
from immunoreset.patient.compose import compose
from immunoreset.patient.course import Patients
from immunoreset.patient.draws import Draws
from immunoreset.patient.host import HOST
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Num

YEAR = 365.25  # days
CAN_CONCEIVE_UNTIL = 45.0  # years; births are counted to the age of 44
REDUCED, MILDLY_REDUCED, PRESERVED = (0.0, 40.0), (41.0, 49.0), (50.0, 100.0)  # ejection fraction, percent


class Shares(NamedTuple):
    """Shares of people with what screening asks and the model does not say."""

    hiv: Num
    hepatitis_b: Num
    hepatitis_c: Num
    heart_failure: Num
    ejection_reduced: Num
    ejection_mildly_reduced: Num
    births: Num
    births_in_lupus: Num
    pregnancy: Num


MODULE = Module("screening", __file__, Nothing, Shares)


class Screened(Patients, Protocol):
    """Patients with age and sex; a cohort of the population package is one."""

    @property
    def covariates(self) -> Mapping[str, np.ndarray]: ...


def screen_cohort(
    cohort: Screened,
    *,
    limits: Limits | None = None,
    rules: Sequence[Rule] | None = None,
    shares: Mapping[str, float] | None = None,
) -> Screening:
    """Every rule's verdict on each patient at entry; `limits` and `rules` as in `endpoints.screening.eligibility.screen`.

    `shares` replace published ones, by the names of `Shares`, as where hepatitis B is more frequent. A patient keeps his or her
    draws whoever else is screened. Raises InvalidValue for patients without lupus and for a share outside its bounds, UnknownName
    for another share.
    """
    return screen(candidates(cohort, shares=shares), limits=limits, rules=rules)


def candidates(cohort: Screened, *, shares: Mapping[str, float] | None = None) -> Candidate:
    """What screening knows of simulated patients, one entry per patient; what is not known is missing."""
    patient = compose(*HOST, *cohort.illness.modules)
    if "sledai_items" not in patient.outputs:
        raise InvalidValue("these patients have no lupus, whose trials the rules are of; screen a population such as 'cart'")
    n = len(cohort.ids)
    values = {**cohort.parameters, **cohort.theta.values_for(patient.modules, cohort.parameters)}
    numbers = patient.build(values)
    state = patient.initial(numbers)

    def at_entry(name: str) -> np.ndarray:
        return np.broadcast_to(np.asarray(patient.outputs[name].read(0.0, state, numbers), dtype=float), n)

    def of(name: str) -> np.ndarray:
        return np.broadcast_to(np.asarray(values[name], dtype=float), n)

    found = _findings(at_entry, of("lymphocytes.baseline") / of("assay.neutrophil_count"))
    answers, score = sledai_answers(found.marks), sledai_score(found.marks)
    grades = count_bilag(bilag(found, found, values))
    nervous = one_for_all(answers, NERVOUS)
    age, sex = np.asarray(cohort.covariates["age"]), np.asarray(cohort.covariates["sex"])
    return Candidate(
        age=age,
        anti_dsdna_positive=answers["DNA"],
        sledai_2k=score.total,
        clinical_sledai=score.clinical,
        bilag_a_major=grades.a_major,
        bilag_b=grades.b,
        renal_stratum=of("sledai.has_proteinuria") > 0,
        biopsy_class_3_or_4=np.where(cohort.covariates["class_v"], np.nan, 1.0),  # with class V, pure or mixed is not said
        upcr=Upcr(found.upcr, "g/g"),
        neutrophils=Neutrophils(found.neutrophils, "10^9/L"),
        gcsf_days_ago=NEVER,  # nobody was given any, as nobody was given cells
        haemoglobin=Haemoglobin(found.haemoglobin, "g/L"),
        platelets=Platelets(found.platelets, "10^9/L"),
        cytopenia_due_to_lupus=of("sledai.has_blood") > 0,
        lymphocytes=Lymphocytes(found.lymphocytes, "10^9/L"),
        egfr=Egfr(found.egfr, Egfr.standard_unit()),
        active_cns_lupus=nervous,
        cns_disease_days_ago=np.where(nervous.yes, 0.0, np.nan),
        cell_therapy_days_ago=NEVER,
        urine_protein=UrineProtein(found.upcr, "g/day"),  # 1 g/g stands for 1 g a day
        creatinine=Creatinine(serum_creatinine(found.egfr, age, sex), "mg/dL"),
        dialysis=False,
        **_drawn(Draws(cohort.seed, np.asarray(cohort.ids)), age, sex, _shares(shares)),
    )


def _findings(at_entry: Any, lymphocytes: np.ndarray) -> Findings:
    """What the first visit finds, without noise: at entry nobody errs."""
    organs = {organ: at_entry(organ) for organ in ORGANS}
    measured = {name: at_entry(name) for name in ("egfr", *COUNTS)}
    return Findings(organs, at_entry("sledai_items"), at_entry("proteinuria"), lymphocytes=lymphocytes, **measured)


def _shares(changed: Mapping[str, float] | None) -> Shares:
    table = table_of(MODULE).own
    for name in changed or {}:
        if name not in Shares._fields:
            raise unknown("share of screening", name, Shares._fields)
        check_value(table[name], (changed or {})[name], f"screening.{name}")
    published = {name: table[name].value for name in Shares._fields}
    return Shares(**published | {name: float(share) for name, share in (changed or {}).items()})


def _drawn(draws: Draws, age: np.ndarray, sex: np.ndarray, shares: Shares) -> dict[str, Any]:
    """What is drawn of each patient."""

    def has(name: str, share: float) -> np.ndarray:
        return draws.happens(f"screening: {name}", share)

    failing, kind = has("heart failure", shares.heart_failure), draws.uniform("screening: ejection fraction")
    reduced = failing & (kind < shares.ejection_reduced)
    mildly = failing & ~reduced & (kind < shares.ejection_reduced + shares.ejection_mildly_reduced)
    low, high = (
        np.select([reduced, mildly], [some, less], normal)
        for some, less, normal in zip(REDUCED, MILDLY_REDUCED, PRESERVED, strict=True)
    )
    expecting = has("pregnancy", shares.births * shares.births_in_lupus * shares.pregnancy / YEAR)
    woman = sex == "F"
    return {
        "lvef": Range(low, high),
        "infections": {
            "HIV": has("HIV", shares.hiv),
            "hepatitis B DNA": has("hepatitis B", shares.hepatitis_b),
            "hepatitis C RNA": has("hepatitis C", shares.hepatitis_c),
        },
        "pregnant": expecting & woman & (age < CAN_CONCEIVE_UNTIL),
        "lactating": Answer.of(np.where(woman, np.nan, 0.0)),
    }
