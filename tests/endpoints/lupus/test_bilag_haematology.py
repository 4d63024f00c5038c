"""The haematological grade of BILAG-2004."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.bilag_haematology import BELOW, KINDS, BloodFindings, haematological_grade
from immunoreset.endpoints.quantities import Haemoglobin, Leukocytes, Lymphocytes, Neutrophils, Platelets
from immunoreset.errors import UnknownName

E, D, C, B, A = range(5)
HEALTHY = BloodFindings(
    Haemoglobin(13, "g/dL"), Leukocytes(6, "10^9/L"), Neutrophils(3, "10^9/L"), Lymphocytes(1.5, "10^9/L"),
    Platelets(200, "10^9/L"), 0, False, False,
)  # fmt: skip
NAMES = list(BloodFindings.__dataclass_fields__)


def ordinal(ever=True, due=None, **found):
    return haematological_grade(replace(HEALTHY, **found), ever_involved=ever, due_to_disease=due).value


@st.composite
def blood(draw):
    found = {
        name: kind(draw(st.sampled_from([*BELOW.get(name, (0.9, 1.0)), 0.3, 300.0])), unit)
        for name, (kind, unit) in KINDS.items()
    }
    flags = {"haemolysis": draw(st.booleans()), "coombs_positive": draw(st.booleans()), "ttp": draw(st.integers(0, 4))}
    return BloodFindings(**found, **flags)


@pytest.mark.parametrize("name", list(BELOW))
def test_grades_change_below_each_limit_and_not_at_it(name):
    kind, unit = KINDS[name]
    a, b, c = BELOW[name]
    at = [ordinal(**{name: kind(value, unit)}) for value in (a - 0.1, a, b - 0.1, b, c - 0.1, c)]
    assert at == [A, B, B, C, C, D]


def test_lymphocytes_and_a_positive_coombs_test_make_no_more_than_c():
    assert ordinal(lymphocytes=Lymphocytes(0.1, "10^9/L")) == C
    assert ordinal(lymphocytes=Lymphocytes(1.0, "10^9/L")) == D
    assert (ordinal(coombs_positive=True), ordinal(haemolysis=True)) == (C, B)


def test_thrombotic_purpura_is_a_while_active_and_b_while_improving():
    assert [ordinal(ttp=code) for code in range(5)] == [D, B, A, A, A]


def test_units_do_not_matter():
    assert ordinal(haemoglobin=Haemoglobin(79, "g/L")) == ordinal(haemoglobin=Haemoglobin(7.9, "g/dL")) == A
    assert ordinal(neutrophils=Neutrophils(499, "/uL")) == A and ordinal(neutrophils=Neutrophils(500, "/uL")) == B


def test_low_counts_after_lymphodepletion_do_not_count():
    low = {"leukocytes": Leukocytes(0.2, "10^9/L"), "neutrophils": Neutrophils(0.1, "10^9/L")}
    assert ordinal(**low) == A
    assert ordinal(**low, due={"leukocytes": False, "neutrophils": False}, ever=False) == E
    with pytest.raises(UnknownName):
        ordinal(due={"wbc": False})


@given(blood(), st.sampled_from(NAMES))
def test_missing_findings_widen_the_range_around_the_truth(found, name):
    true = haematological_grade(found, ever_involved=True)
    partly = haematological_grade(replace(found, **{name: None}), ever_involved=True)
    assert partly.low <= true.low <= partly.high


@given(blood(), st.sampled_from(NAMES))
def test_attribution_elsewhere_never_raises_the_grade(found, name):
    full = haematological_grade(found, ever_involved=True)
    assert haematological_grade(found, ever_involved=True, due_to_disease={name: False}).low <= full.low


def test_arrays_give_the_same_grades_as_single_visits():
    random = np.random.default_rng(2)
    values = {name: np.where(random.random(80) < 0.1, np.nan, random.uniform(0, 12, 80)) for name in KINDS}

    def findings(at):
        return BloodFindings(**{name: kind(values[name][at], unit) for name, (kind, unit) in KINDS.items()}, ttp=0,
                             haemolysis=False, coombs_positive=False)  # fmt: skip

    together = haematological_grade(findings(slice(None)), ever_involved=True)
    apart = [haematological_grade(findings(k), ever_involved=True) for k in range(80)]
    np.testing.assert_array_equal(together.low, [one.low for one in apart])
    np.testing.assert_array_equal(together.high, [one.high for one in apart])
