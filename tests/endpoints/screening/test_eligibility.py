"""The 25 rules of screening."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from immunoreset.endpoints.screening.candidate import INFECTIONS, NEVER, Candidate
from immunoreset.endpoints.screening.eligibility import DEFAULT_RULES, ORGAN_FUNCTION, Limits, screen
from immunoreset.endpoints.tables import read
from immunoreset.errors import InvalidValue, UnknownName

CELLS, GFR = "10^9/L", "mL/min/1.73m2"
FIT = Candidate(
    age=30, classification_score=14, ana_ever_positive=True, anti_dsdna_positive=True, anti_sm_positive=False, sledai_2k=10,
    clinical_sledai=6, bilag_a_major=1, bilag_b=0, renal_stratum=True, biopsy_class_3_or_4=True, upcr=Upcr(1.5, "g/g"),
    glucocorticoid_tried=True, failed_immunosuppressants=2, neutrophils=Neutrophils(2, CELLS), gcsf_days_ago=NEVER,
    haemoglobin=Haemoglobin(105, "g/L"), platelets=Platelets(180, CELLS), lymphocytes=Lymphocytes(0.8, CELLS),
    cd3_cells=Cd3Cells(500, "/uL"), egfr=Egfr(75, GFR), alt=1.0, ast=1.0, bilirubin=0.6, lvef=60, oxygen_saturation=98,
    active_cns_lupus=False, cns_disease_days_ago=NEVER, infections=dict.fromkeys(INFECTIONS, False),
    cell_therapy_days_ago=NEVER, malignancy_days_ago=NEVER, pregnant=False, lactating=False, contraception=True,
    live_vaccine_days=NEVER, urine_protein=UrineProtein(2, "g/day"), creatinine=Creatinine(1.0, "mg/dL"), dialysis=False,
    rapidly_progressive_nephritis=False, highest_recent_dose=Prednisone(5, "mg/day"), drug_induced_lupus=False,
    overlap_disease=False,
)  # fmt: skip


def failed(limits=None, **facts):
    return screen(replace(FIT, **facts), limits=limits).failed


def test_there_are_25_rules_and_a_fit_candidate_passes_all():
    assert [rule.id for rule in DEFAULT_RULES] == [row["id"] for row in read("eligibility_default_rules")]
    found = screen(FIT)
    assert len(found.verdicts) == 25 and found.failed == found.undetermined == []
    assert found.eligible.value is True


def test_nothing_known_is_undetermined_and_fails_nothing():
    found = screen(Candidate())
    assert found.failed == [] and len(found.undetermined) == 25 and found.eligible.value is None


@pytest.mark.parametrize(
    ("rule", "at", "beyond"),
    [
        ("I01", {"age": 18}, {"age": 17.9}),
        ("I01", {"age": 65}, {"age": 65.1}),
        ("I02", {"classification_score": 10}, {"classification_score": 9}),
        ("I04", {"sledai_2k": 8}, {"sledai_2k": 7}),
        ("I05", {"clinical_sledai": 4}, {"clinical_sledai": 3}),
        ("I06", {"bilag_a_major": 0, "bilag_b": 2}, {"bilag_a_major": 0, "bilag_b": 1}),
        ("I07", {"upcr": Upcr(1.01, "g/g")}, {"upcr": Upcr(1.0, "g/g")}),
        ("I08", {"failed_immunosuppressants": 2}, {"failed_immunosuppressants": 1}),
        ("I09", {"neutrophils": Neutrophils(1000, "/uL")}, {"neutrophils": Neutrophils(999, "/uL")}),
        ("I09", {"gcsf_days_ago": 14}, {"gcsf_days_ago": 13}),
        ("I10", {"haemoglobin": Haemoglobin(8, "g/dL")}, {"haemoglobin": Haemoglobin(7.9, "g/dL")}),
        ("I11", {"platelets": Platelets(50, CELLS)}, {"platelets": Platelets(49, CELLS)}),
        (
            "I12",
            {"lymphocytes": Lymphocytes(0.09, CELLS), "cd3_cells": Cd3Cells(100, "/uL")},
            {"lymphocytes": Lymphocytes(0.09, CELLS), "cd3_cells": Cd3Cells(99, "/uL")},
        ),
        ("I13", {"egfr": Egfr(30, GFR)}, {"egfr": Egfr(29.9, GFR), "renal_stratum": False}),
        ("I14", {"alt": 3.0}, {"alt": 3.1}),
        ("I14", {"ast": 3.0}, {"ast": 3.1}),
        ("I14", {"bilirubin": 2.0}, {"bilirubin": 2.1}),
        ("I14", {"bilirubin": 3.0, "gilbert_syndrome": True}, {"bilirubin": 3.1, "gilbert_syndrome": True}),
        ("I15", {"lvef": 50}, {"lvef": 49}),
        ("I16", {"oxygen_saturation": 92}, {"oxygen_saturation": 91}),
        ("E01", {"cns_disease_days_ago": 60}, {"cns_disease_days_ago": 59}),
        ("E03", {"cell_therapy_days_ago": NEVER}, {"cell_therapy_days_ago": 4000}),
        ("E04", {"malignancy_days_ago": 731}, {"malignancy_days_ago": 729}),
        ("E06", {"live_vaccine_days": 42}, {"live_vaccine_days": 41}),
        ("E07", {"urine_protein": UrineProtein(6, "g/day")}, {"urine_protein": UrineProtein(6.1, "g/day")}),
        ("E07", {"creatinine": Creatinine(2.5, "mg/dL")}, {"creatinine": Creatinine(2.6, "mg/dL")}),
        ("E08", {"highest_recent_dose": Prednisone(10, "mg/day")}, {"highest_recent_dose": Prednisone(10.1, "mg/day")}),
    ],
)
def test_rule_passes_at_its_limit_and_fails_beyond(rule, at, beyond):
    assert failed(**at) == []
    assert failed(**beyond) == [rule]


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("I03", {"ana_ever_positive": False, "anti_dsdna_positive": False}),
        ("I08", {"glucocorticoid_tried": False}),
        ("E01", {"active_cns_lupus": True}),
        ("E02", {"infections": dict.fromkeys(INFECTIONS, False) | {"HIV": True}}),
        ("E05", {"pregnant": True}),
        ("E05", {"lactating": True}),
        ("E05", {"contraception": False}),
        ("E07", {"dialysis": True}),
        ("E09", {"drug_induced_lupus": True}),
        ("E09", {"overlap_disease": True}),
    ],
)
def test_each_yes_or_no_that_excludes_fails_its_rule(rule, facts):
    assert rule in failed(**facts)


def test_soft_rules_are_reported_but_exclude_nobody():
    found = screen(replace(FIT, dialysis=True))
    assert found.failed == ["E07"] and found.eligible.value is True


def test_renal_rule_does_not_apply_outside_its_stratum():
    assert failed(renal_stratum=False, upcr=Upcr(0.1, "g/g"), biopsy_class_3_or_4=False) == []


def test_cytopenia_is_waived_only_if_the_protocol_and_the_cause_allow_it():
    low = {"haemoglobin": Haemoglobin(70, "g/L"), "platelets": Platelets(30, CELLS)}
    waiving = Limits(lupus_cytopenia_waived=True)
    assert failed(**low) == failed(**low, cytopenia_due_to_lupus=True) == failed(waiving, **low) == ["I10", "I11"]
    assert failed(waiving, **low, cytopenia_due_to_lupus=True) == []


def test_limits_and_rules_can_be_changed():
    assert failed(Limits(oldest=70), age=68) == []
    assert failed(Limits(cell_therapy_window=183), cell_therapy_days_ago=200) == []
    again = screen(replace(FIT, sledai_2k=0, egfr=Egfr(20, GFR)), rules=ORGAN_FUNCTION)
    assert again.failed == ["I13"] and len(again.verdicts) == 8


def test_default_limits_are_those_of_the_table():
    defaults, limits = {row["id"]: row["default"] for row in read("eligibility_default_rules")}, Limits()
    assert defaults["I01"] == f"{limits.youngest:g}-{limits.oldest:g}"
    assert defaults["I14"] == f"{limits.transaminases:g} / {limits.bilirubin:g}"
    assert defaults["I06"] == f"{limits.bilag_a_major:g}A/{limits.bilag_b:g}B"
    single = {
        "I02": limits.classification_score, "I04": limits.sledai_2k, "I05": limits.clinical_sledai,
        "I08": limits.failed_immunosuppressants, "I10": limits.haemoglobin, "I11": limits.platelets, "I12": limits.lymphocytes,
        "I13": limits.egfr, "I15": limits.lvef, "I16": limits.oxygen_saturation, "E06": limits.live_vaccine_window,
        "E08": limits.glucocorticoid,
    }  # fmt: skip
    assert {rule: float(defaults[rule]) for rule in single} == single
    assert float(defaults["I09"].split()[0]) == limits.neutrophils


def test_verdict_shows_the_data_and_their_age():
    found = screen(replace(FIT, days_old={"egfr": 12}), rules=[rule for rule in DEFAULT_RULES if rule.id == "I13"])
    (datum,) = found.verdicts[0].data
    assert (datum.name, datum.days_old, found.verdicts[0].word) == ("egfr", 12, "pass")


FACTS = [name for name in Candidate.__dataclass_fields__ if name not in ("days_old", "infections")]
PROBLEMS = [
    {"age": 17}, {"sledai_2k": 7}, {"bilag_a_major": 0}, {"ana_ever_positive": False}, {"upcr": Upcr(0.2, "g/g")},
    {"bilirubin": 2.5}, {"gcsf_days_ago": 3}, {"dialysis": True}, {"lymphocytes": Lymphocytes(0.01, CELLS)}, {},
]  # fmt: skip


@given(st.sampled_from(PROBLEMS), st.sampled_from(FACTS))
def test_a_missing_fact_leaves_each_verdict_or_makes_it_undetermined(problem, missing):
    full, partly = screen(replace(FIT, **problem)), screen(replace(FIT, **(problem | {missing: None})))
    for before, after in zip(full.verdicts, partly.verdicts, strict=True):
        assert after.word in ("undetermined", before.word)


def test_many_candidates_at_once_give_the_verdicts_of_each():
    ages, scores, rates = np.array([17.0, 30, np.nan, 70]), np.array([10.0, 7, 10, np.nan]), np.array([75.0, 20, np.nan, 30])
    together = screen(replace(FIT, age=ages, sledai_2k=scores, egfr=Egfr(rates, GFR)))
    for k in range(4):
        alone = screen(replace(FIT, age=ages[k], sledai_2k=scores[k], egfr=Egfr(rates[k], GFR)))
        words = [np.broadcast_to(verdict.word, 4)[k] for verdict in together.verdicts]
        assert words == [verdict.word for verdict in alone.verdicts]
    with pytest.raises(InvalidValue, match="several candidates"):
        _ = together.failed


def test_unknown_infections_and_data_are_refused():
    with pytest.raises(UnknownName):
        Candidate(infections={"malaria": True})
    with pytest.raises(UnknownName, match="did you mean 'egfr'"):
        Candidate(days_old={"gfr": 3})
