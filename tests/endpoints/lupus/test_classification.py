"""Classification by EULAR/ACR 2019."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.classification import classify_eular_acr_2019, criteria_2019
from immunoreset.errors import UnknownName

CODES = list(criteria_2019())
NONE = dict.fromkeys(CODES, False)
some = st.sets(st.sampled_from(CODES))


def classify(present, ana=True):
    return classify_eular_acr_2019(NONE | dict.fromkeys(present, True), ana=ana)


def test_all_criteria_give_51_points_over_ten_domains():
    found = classify(CODES)
    assert found.score.value == 51 and len(found.domains) == 10


@given(some)
def test_score_is_the_heaviest_criterion_of_each_domain(present):
    weights = {}
    for code in present:
        criterion = criteria_2019()[code]
        weights[criterion.domain] = max(weights.get(criterion.domain, 0), criterion.weight)
    found = classify(present)
    clinical = any(criteria_2019()[code].clinical for code in present)
    assert found.score.value == sum(weights.values())
    assert found.lupus.value is (sum(weights.values()) >= 10 and clinical)


@given(some)
def test_nobody_without_antinuclear_antibodies_is_classified(present):
    assert classify(present, ana=False).lupus.value is False
    assert classify(present, ana=None).lupus.value in (None, False)


@given(some, st.sampled_from(CODES))
def test_one_more_criterion_never_undoes_a_classification(present, code):
    before, after = classify(present), classify(present | {code})
    assert after.score.value >= before.score.value and (after.lupus.value or not before.lupus.value)


@given(some, st.sampled_from(CODES))
def test_a_missing_criterion_leaves_the_answer_or_makes_it_undecided(present, code):
    full = classify(present)
    partly = classify_eular_acr_2019(NONE | dict.fromkeys(present, True) | {code: None}, ana=True)
    assert partly.lupus.value in (None, full.lupus.value)
    assert partly.score.low <= full.score.value <= partly.score.high


def test_arrays_give_the_same_as_single_patients():
    random = np.random.default_rng(5)
    table = {code: random.choice([1.0, 0.0, np.nan], 50, p=[0.2, 0.75, 0.05]) for code in CODES}
    ana = random.choice([1.0, 0.0, np.nan], 50)
    together = classify_eular_acr_2019(table, ana=ana).lupus.values
    apart = [classify_eular_acr_2019({c: table[c][k] for c in CODES}, ana=ana[k]).lupus.values for k in range(50)]
    np.testing.assert_array_equal(together, np.array(apart))


def test_unknown_criterion_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'FEVER'"):
        classify_eular_acr_2019({"FEVERS": True}, ana=True)
