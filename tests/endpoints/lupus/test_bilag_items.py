"""BILAG-2004 grades of the seven domains that are scored by item codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.bilag_grades import DOMAINS as ALL_DOMAINS
from immunoreset.endpoints.lupus.bilag_items import DOMAINS, absent, domain_grade
from immunoreset.errors import InvalidValue, UnknownName

PLAIN = [name for name in DOMAINS if name != "Constitutional"]
E, D, C, B, A = range(5)


@st.composite
def scored(draw):
    domain = draw(st.sampled_from(list(DOMAINS)))
    return domain, absent(domain) | draw(st.dictionaries(st.sampled_from(DOMAINS[domain].items), st.integers(0, 4)))


def ordinal(domain, ever=True, **codes):
    return domain_grade(domain, absent(domain) | codes, ever_involved=ever).value


def test_all_domains_but_the_two_derived_from_laboratory_values_are_here():
    assert set(ALL_DOMAINS) - set(DOMAINS) == {"Renal", "Haematological"}


@pytest.mark.parametrize("domain", PLAIN)
def test_every_item_makes_its_grade_while_active_and_one_less_while_improving(domain):
    groups = [(DOMAINS[domain].a, A, B), (DOMAINS[domain].b, B, C), (DOMAINS[domain].c, C, C)]
    for items, active, improving in groups:
        for item in items:
            assert {ordinal(domain, **{item: code}) for code in (2, 3, 4)} == {active}
            assert ordinal(domain, **{item: 1}) == improving


@pytest.mark.parametrize(
    ("codes", "grade"),
    [
        ({"pyrexia": 2, "anorexia": 2, "weight_loss": 4}, A),
        ({"pyrexia": 2, "anorexia": 2, "weight_loss": 1}, B),
        ({"pyrexia": 4}, B),
        ({"anorexia": 2, "weight_loss": 3}, B),
        ({"pyrexia": 1}, C),
        ({"pyrexia": 1, "anorexia": 2, "weight_loss": 3}, B),
        ({"weight_loss": 1}, C),
        ({"weight_loss": 4}, C),
    ],
)
def test_constitutional_grade_counts_signs(codes, grade):
    assert ordinal("Constitutional", **codes) == grade


@pytest.mark.parametrize("domain", list(DOMAINS))
def test_without_signs_history_decides_between_d_and_e(domain):
    assert (ordinal(domain, ever=True), ordinal(domain, ever=False), ordinal(domain, ever=None)) == (D, E, None)


@given(scored(), st.data())
def test_worse_codes_never_lower_the_grade(case, data):
    domain, codes = case
    item = data.draw(st.sampled_from(DOMAINS[domain].items))
    if codes[item] < 4:
        worse = codes | {item: codes[item] + 1}
        assert domain_grade(domain, worse, ever_involved=True).low >= domain_grade(domain, codes, ever_involved=True).low


@given(scored(), st.data())
def test_a_missing_item_widens_the_range_around_the_truth(case, data):
    domain, codes = case
    item = data.draw(st.sampled_from(DOMAINS[domain].items))
    true = domain_grade(domain, codes, ever_involved=True)
    partly = domain_grade(domain, codes | {item: None}, ever_involved=True)
    assert partly.low <= true.low <= partly.high


@given(scored(), st.data())
def test_what_lupus_did_not_cause_counts_as_absent(case, data):
    domain, codes = case
    item = data.draw(st.sampled_from(DOMAINS[domain].items))
    elsewhere = domain_grade(domain, codes, ever_involved=True, due_to_disease={item: False})
    assert elsewhere.value == domain_grade(domain, codes | {item: 0}, ever_involved=True).value


@pytest.mark.parametrize("domain", list(DOMAINS))
def test_arrays_give_the_same_grades_as_single_visits(domain):
    random = np.random.default_rng(1)
    table = {name: random.choice([0.0, 0, 0, 1, 2, 3, 4, np.nan], 60) for name in DOMAINS[domain].items}
    together = domain_grade(domain, table, ever_involved=True)
    apart = [domain_grade(domain, {n: table[n][k] for n in table}, ever_involved=True) for k in range(60)]
    np.testing.assert_array_equal(together.low, [one.low for one in apart])
    np.testing.assert_array_equal(together.high, [one.high for one in apart])


def test_unknown_names_and_codes_are_refused():
    with pytest.raises(UnknownName, match="domain"):
        domain_grade("Renal", {}, ever_involved=True)
    with pytest.raises(UnknownName, match="psychosis"):
        domain_grade("Neuropsychiatric", {"psychoses": 2}, ever_involved=True)
    with pytest.raises(InvalidValue, match="0 to 4"):
        domain_grade("Neuropsychiatric", {"psychosis": 5}, ever_involved=True)
