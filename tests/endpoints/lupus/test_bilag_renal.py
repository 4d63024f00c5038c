"""The renal grade of BILAG-2004."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.bilag_renal import FEATURES, RenalFindings, RenalSigns, renal_grade
from immunoreset.endpoints.quantities import BloodPressure, Creatinine, Egfr, Uacr, Upcr, UrineProtein
from immunoreset.errors import UnknownName

E, D, C, B, A = range(5)
NO_SIGNS = RenalSigns(False, False, False, False)


def findings(upcr=5.0, creatinine=70.0, egfr=100.0, systolic=120.0, diastolic=75.0, **others):
    return RenalFindings(
        upcr=None if upcr is None else Upcr(upcr, "mg/mmol"),
        creatinine=None if creatinine is None else Creatinine(creatinine, "umol/L"),
        egfr=None if egfr is None else Egfr(egfr, "mL/min/1.73m2"),
        systolic=None if systolic is None else BloodPressure(systolic, "mmHg"),
        diastolic=None if diastolic is None else BloodPressure(diastolic, "mmHg"),
        **others,
    )


def ordinal(now=None, before=None, ever=True, first=False, due=None, **signs):
    grade = renal_grade(
        now or findings(), before or findings(), replace(NO_SIGNS, **signs), ever_involved=ever, first_visit=first,
        due_to_disease=due,
    )  # fmt: skip
    return grade.value


def test_nothing_found_is_d_or_e_by_history():
    assert (ordinal(ever=True), ordinal(ever=False)) == (D, E)


@pytest.mark.parametrize("sign", ["accelerated_hypertension", "active_sediment", "biopsy_activity", "nephrotic_syndrome"])
def test_a_single_feature_makes_b(sign):
    assert ordinal(**{sign: True}) == B


def test_two_features_make_a_only_with_protein_sediment_or_biopsy_among_them():
    assert ordinal(accelerated_hypertension=True, nephrotic_syndrome=True) == B
    assert ordinal(accelerated_hypertension=True, active_sediment=True) == A
    assert ordinal(findings(upcr=101), findings(upcr=101), nephrotic_syndrome=True) == A


@pytest.mark.parametrize(
    ("now", "before", "grade"),
    [
        (101, 101, B),
        (101, 134, B),
        (101, 134.67, C),
        (100, 100, B),
        (50, 50, B),
        (49.9, 40, C),
        (50, 67, C),
        (25.1, 25, C),
        (25, 25, D),
    ],
)
def test_proteinuria_counts_unless_it_fell_by_a_quarter(now, before, grade):
    assert ordinal(findings(upcr=now), findings(upcr=before)) == grade


def test_protein_in_24_hours_and_albumin_ratio_have_limits_of_their_own():
    def by(**measure):
        return ordinal(findings(upcr=None, **measure), findings(upcr=None, **measure), active_sediment=True)

    assert (by(urine_protein=UrineProtein(1.01, "g/day")), by(urine_protein=UrineProtein(1.0, "g/day"))) == (A, B)
    assert (by(uacr=Uacr(101, "mg/mmol")), by(uacr=Uacr(100, "mg/mmol"))) == (A, B)


def test_dipstick_counts_only_without_a_better_measure():
    risen = {"now": findings(upcr=None, dipstick=3), "before": findings(upcr=None, dipstick=1)}
    assert ordinal(**risen) == B and ordinal(**risen, active_sediment=True) == A
    assert ordinal(findings(upcr=5, dipstick=3), findings(upcr=5, dipstick=1)) == D
    one_level = (findings(upcr=None, dipstick=2), findings(upcr=None, dipstick=1))
    assert ordinal(*one_level) == B and ordinal(*one_level, active_sediment=True) == B
    assert ordinal(findings(upcr=None, dipstick=1), findings(upcr=None, dipstick=0)) == C


@pytest.mark.parametrize(
    ("now", "before", "grade"),
    [
        ({"creatinine": 131}, {"creatinine": 100}, A),
        ({"creatinine": 130}, {"creatinine": 90}, B),
        ({"creatinine": 140}, {"creatinine": 130}, B),
        ({"egfr": 79}, {"egfr": 120}, A),
        ({"egfr": 80}, {"egfr": 130}, B),
        ({"egfr": 49}, {"egfr": 51}, A),
        ({"egfr": 49}, {"egfr": 50}, B),
        ({"egfr": 49}, {"egfr": None}, A),
    ],
)  # fmt: skip
def test_loss_of_function_is_severe_when_creatinine_or_filtration_says_so(now, before, grade):
    assert ordinal(findings(**now), findings(**before), active_sediment=True) == grade


def test_creatinine_up_by_15_percent_is_a_b():
    assert ordinal(findings(creatinine=138), findings(creatinine=120)) == B
    assert ordinal(findings(creatinine=137), findings(creatinine=120)) == D


def test_rising_blood_pressure_is_a_c():
    assert ordinal(findings(systolic=150, diastolic=91), findings(systolic=120, diastolic=76)) == C
    assert ordinal(findings(systolic=150, diastolic=90), findings(systolic=120, diastolic=75)) == D
    assert ordinal(findings(systolic=149, diastolic=95), findings(systolic=120, diastolic=75)) == D


def test_at_a_first_visit_nothing_has_fallen_or_risen():
    nothing = RenalFindings()
    assert ordinal(findings(upcr=150), nothing, first=True, active_sediment=True) == A
    assert ordinal(findings(creatinine=200, egfr=60), nothing, first=True) == D
    assert ordinal(findings(creatinine=200, egfr=60), nothing, first=False) is None


def test_what_lupus_did_not_cause_does_not_count():
    causes = {"renal_deterioration": False}
    assert ordinal(findings(creatinine=200), findings(creatinine=100), due=causes) == D
    with pytest.raises(UnknownName, match="renal finding"):
        ordinal(due={"urine": False})
    assert set(causes) <= set(FEATURES)


levels = st.sampled_from([5.0, 30.0, 60.0, 120.0, 200.0])
functions = st.sampled_from([20.0, 49.0, 70.0, 100.0, 140.0, 200.0])


@given(levels, levels, functions, functions, st.booleans(), st.booleans(), st.integers(0, 3))
def test_unknown_signs_and_earlier_values_widen_the_range(now, then, serum, serum_then, sediment, biopsy, missing):
    signs = replace(NO_SIGNS, active_sediment=sediment, biopsy_activity=biopsy)
    visit, before = findings(upcr=now, creatinine=serum), findings(upcr=then, creatinine=serum_then)
    true = renal_grade(visit, before, signs, ever_involved=True)
    if missing == 0:
        signs = replace(signs, active_sediment=None)
    elif missing == 1:
        signs = replace(signs, biopsy_activity=None)
    elif missing == 2:
        before = replace(before, upcr=None)
    else:
        before = replace(before, creatinine=None)
    partly = renal_grade(visit, before, signs, ever_involved=True)
    assert partly.low <= true.low <= partly.high


def test_arrays_give_the_same_grades_as_single_visits():
    random = np.random.default_rng(4)

    def some(low, high):
        return np.where(random.random(100) < 0.15, np.nan, random.uniform(low, high, 100))

    columns = [
        {"upcr": some(0, 200), "creatinine": some(50, 200), "egfr": some(20, 120), "dipstick": random.integers(0, 5, 100)}
        for _ in range(2)
    ]
    sediment = random.choice([1.0, 0.0, np.nan], 100)

    def grade(at):
        now, before = (findings(**{name: column[at] for name, column in visit.items()}) for visit in columns)
        return renal_grade(now, before, replace(NO_SIGNS, active_sediment=sediment[at]), ever_involved=True)

    together, apart = grade(slice(None)), [grade(k) for k in range(100)]
    np.testing.assert_array_equal(together.low, [one.low for one in apart])
    np.testing.assert_array_equal(together.high, [one.high for one in apart])
