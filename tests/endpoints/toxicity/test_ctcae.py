"""CTCAE."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints import tables
from immunoreset.endpoints.known import Range
from immunoreset.endpoints.quantities import (
    Alt,
    Bilirubin,
    Creatinine,
    Egfr,
    Fibrinogen,
    Haemoglobin,
    Inr,
    Neutrophils,
    Platelets,
    Temperature,
)
from immunoreset.endpoints.toxicity import ctcae, ctcae_clinical
from immunoreset.endpoints.toxicity.ctcae_terms import LLN, TERMS, Above, Below, TimesUln, find
from immunoreset.errors import InvalidValue, UnknownName

GRADES = ("grade1", "grade2", "grade3", "grade4")
TABLED = [row for row in tables.read("ctcae_subset") if row["unit"] and row["grade2"]]
HIGH = ("Above", "TimesUln")


def cells(value):
    return Neutrophils(value, "10^9/L")


@pytest.mark.parametrize("row", TABLED, ids=lambda row: f"{row['version']} {row['term']}")
def test_limits_are_those_of_the_published_table(row):
    rule = find(row["term"].split(" (")[0], row["version"]).rule
    firsts = [re.match(r"[<>]=?(LLN|[\d.]+)", row[name]) for name in GRADES]
    if isinstance(rule, Below | Above):
        printed = [LLN if cell[1] == "LLN" else float(cell[1]) for cell in firsts if cell]
        assert list(rule.bounds) == printed
    elif isinstance(rule, TimesUln):
        multiples = rule.of_baseline if "baseline" in row["unit"] else rule.of_uln
        printed = [float(re.search(r"[\d.]+", row[name])[0]) for name in GRADES]
        assert list(multiples) == printed
    else:
        numbers = {float(number) for name in GRADES for number in re.findall(r"[\d.]+", row[name])}
        bounds = {value for field in vars(rule).values() for value in (field if isinstance(field, tuple) else (field,))}
        assert {number for number in bounds if number > 1} <= numbers


def test_every_tabled_term_is_known():
    for row in TABLED:
        assert row["term"].split(" (")[0] in TERMS[row["version"]]


def test_same_count_has_another_grade_in_each_version():
    assert ctcae.grade("Neutrophil count decreased", cells(0.3), version="5.0").value == 4
    assert ctcae.grade("Neutrophil count decreased", cells(0.3), version="6.0").value == 3


@pytest.mark.parametrize(
    ("version", "term", "reason"),
    [
        ("6.0", "Lymphocyte count decreased", "does not have it"),
        ("6.0", "Platelet count decreased", "'Thrombocytopenia'"),
        ("5.0", "Thrombocytopenia", "'Platelet count decreased'"),
        ("5.0", "Hypogammaglobulinemia", "sponsor"),
        ("5.0", "Neutrophil count", "did you mean 'Neutrophil count decreased'"),
        ("5", "Anemia", "version of CTCAE '5'"),
    ],
)
def test_term_that_a_version_lacks_is_refused_with_the_reason(version, term, reason):
    with pytest.raises(UnknownName, match=reason):
        ctcae.grade(term, None, version=version)


def test_other_kind_of_measurement_is_refused():
    with pytest.raises(InvalidValue, match="Neutrophils is needed"):
        ctcae.grade("Neutrophil count decreased", Platelets(100, "10^9/L"), version="5.0")


def test_grade_1_needs_the_lower_limit_and_worse_grades_do_not():
    open_grade = ctcae.grade("Neutrophil count decreased", cells(1.6), version="5.0")
    assert (open_grade.low, open_grade.high) == (0, 1)
    assert ctcae.grade("Neutrophil count decreased", cells(1.4), version="5.0").value == 2


def test_anaemia_has_no_laboratory_grade_4():
    for version in ("5.0", "6.0"):
        found = ctcae.grade("Anaemia", Haemoglobin(3, "g/dL"), version=version, lln=Haemoglobin(120, "g/L"))
        assert found.value == 3


@pytest.mark.parametrize(
    ("version", "value", "baseline", "grade"),
    [
        ("5.0", 40, 30, 0),
        ("5.0", 41, 30, 1),
        ("5.0", 120, 30, 1),
        ("5.0", 121, 30, 2),
        ("5.0", 801, 30, 4),
        ("5.0", 149, 100, 0),
        ("5.0", 150, 100, 1),
        ("5.0", 301, 100, 2),
        ("6.0", 99, 100, 0),
        ("6.0", 100, 100, 1),
        ("6.0", 151, 100, 2),
        ("6.0", 201, 100, 3),
        ("6.0", 401, 100, 4),
        ("6.0", 401, 30, 3),
    ],
)
def test_alt_is_graded_against_a_raised_baseline(version, value, baseline, grade):
    found = ctcae.grade(
        "Alanine aminotransferase increased",
        Alt(value, "U/L"),
        version=version,
        uln=Alt(40, "U/L"),
        baseline=Alt(baseline, "U/L"),
    )
    assert found.value == grade


def test_bilirubin_creatinine_fibrinogen_inr_and_clearance_follow_their_rules():
    def bilirubin(value, base):
        limits = {"uln": Bilirubin(20, "umol/L"), "baseline": Bilirubin(base, "umol/L")}
        return ctcae.grade("Blood bilirubin increased", Bilirubin(value, "umol/L"), version="5.0", **limits).value

    def creatinine(value, base, version="5.0"):
        limits = {name: Creatinine(one, "mg/dL") for name, one in {"lln": 0.6, "uln": 1.2, "baseline": base}.items()}
        return ctcae.grade("Creatinine increased", Creatinine(value, "mg/dL"), version=version, **limits).value

    def fibrinogen(value, base):
        limits = {"lln": Fibrinogen(2, "g/L"), "baseline": Fibrinogen(base, "g/L")}
        return ctcae.grade("Fibrinogen decreased", Fibrinogen(value, "g/L"), version="5.0", **limits).value

    assert [bilirubin(20, 15), bilirubin(21, 15), bilirubin(40, 40), bilirubin(41, 40)] == [0, 1, 0, 1]
    assert [creatinine(1.0, 0.6), creatinine(1.9, 0.6), creatinine(2.0, 1.2), creatinine(7.3, 1.2)] == [2, 3, 2, 4]
    assert [creatinine(1.0, 0.6, "6.0"), creatinine(1.0, 0.5, "6.0")] == [0, 2]
    assert [fibrinogen(1.9, 2.0), fibrinogen(1.9, 4.0), fibrinogen(1.4, 1.4), fibrinogen(0.45, 0.5)] == [1, 3, 2, 4]
    assert [ctcae.grade("INR increased", Inr(value, "1"), version="5.0").value for value in (1.2, 1.5, 2.6)] == [0, 1, 3]
    clearance = ctcae.grade("Creatinine clearance decreased", Egfr([50, 49, 25, 10, 9], "mL/min"), version="6.0")
    assert clearance.low.tolist() == [0, 2, 3, 3, 3] and clearance.high.tolist() == [0, 2, 3, 3, 4]


ALL = [(version, name) for version in TERMS for name in TERMS[version] if name != "Creatinine clearance decreased"]
values = st.floats(0, 2000).map(lambda value: round(value, 3))


@given(st.sampled_from(ALL), values, values, values, values, values)
def test_worse_value_never_has_a_lower_grade(which, first, second, lln, uln, baseline):
    version, name = which
    kind, unit, rule = find(name, version)
    limits = {"lln": kind(min(lln, uln), unit), "uln": kind(max(lln, uln), unit), "baseline": kind(baseline, unit)}
    low, high = (ctcae.grade(name, kind(one, unit), version=version, **limits).value for one in sorted((first, second)))
    falls = type(rule).__name__ in ("Below", "FibrinogenFall")
    assert low >= high if falls else low <= high


@given(st.sampled_from(ALL), values, values, values, values)
def test_missing_limits_only_widen_the_grade(which, value, lln, uln, baseline):
    version, name = which
    kind, unit, _ = find(name, version)
    limits = {"lln": kind(lln, unit), "uln": kind(uln, unit), "baseline": kind(baseline, unit)}
    known = ctcae.grade(name, kind(value, unit), version=version, **limits).value
    for lost in limits:
        wider = ctcae.grade(name, kind(value, unit), version=version, **(limits | {lost: None}))
        assert wider.low <= known <= wider.high


@given(st.lists(st.one_of(st.just(float("nan")), values), min_size=1, max_size=6), st.sampled_from(ALL), values)
def test_arrays_give_the_grades_of_single_values(several, which, limit):
    version, name = which
    kind, unit, _ = find(name, version)
    limits = dict.fromkeys(("lln", "uln", "baseline"), kind(limit, unit))
    many = ctcae.grade(name, kind(several, unit), version=version, **limits)
    singles = [ctcae.grade(name, kind(one, unit), version=version, **limits) for one in several]
    assert many.low.tolist() == [float(one.low) for one in singles]


@given(values)
def test_unit_of_the_value_does_not_matter(value):
    limit = cells(1.8)
    per_ul = ctcae.grade("Neutrophil count decreased", Neutrophils(value * 1000, "/uL"), version="5.0", lln=limit)
    assert per_ul.value == ctcae.grade("Neutrophil count decreased", cells(value), version="5.0", lln=limit).value


def test_shift_counts_only_what_became_worse():
    found = ctcae.shift(Range.of([4, 0, np.nan], lowest=0, highest=4), Range.of([4, 3, 4]))
    assert found.worse.values[:2].tolist() == [0, 1] and np.isnan(found.worse.values[2])


def test_febrile_neutropenia_needs_both_signs():
    def graded(anc, degrees, **more):
        return ctcae_clinical.febrile_neutropenia(cells(anc), Temperature(degrees, "C"), version="5.0", **more).value

    assert graded(0.99, 38.4) == 3 and graded(1.0, 38.4) == 0 and graded(0.5, 38.3, over_an_hour=False) == 0
    assert graded(0.5, 38.0, over_an_hour=True) == 3 and graded(0.5, 38.0) is None
    assert graded(0.5, 39.0, life_threatening=True) == 4 and graded(0.5, 39.0, died=True) == 5


def test_ctcae_cytokine_release_is_not_the_astct_grade():
    known = {"fever": True, "hypotension": False, "pressors": 0, "hypoxia": True, "version": "5.0"}
    assert ctcae_clinical.cytokine_release(**known, inspired_oxygen=39).value == 2
    assert ctcae_clinical.cytokine_release(**known, inspired_oxygen=40).value == 3


def test_sepsis_needs_culture_and_signs():
    assert ctcae_clinical.sepsis(blood_culture_positive=True, signs=False, version="5.0").value == 0
    assert ctcae_clinical.sepsis(blood_culture_positive=True, signs=True, version="5.0", died=True).value == 5
