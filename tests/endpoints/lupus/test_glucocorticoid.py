"""Glucocorticoids as prednisone: by drug, by name, and several together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.items import items
from immunoreset.endpoints.lupus.glucocorticoid import DRUGS, MG_FOR_5_MG_PREDNISONE, drug, prednisone_equivalent
from immunoreset.errors import InvalidValue, UnknownName


def mg(daily):
    return prednisone_equivalent(daily).to("mg/day")


@pytest.mark.parametrize("name", DRUGS)
def test_the_tabled_amount_of_each_drug_equals_5_mg(name):
    assert mg({name: MG_FOR_5_MG_PREDNISONE[name]}).value == pytest.approx(5)


@given(st.dictionaries(st.sampled_from(DRUGS), st.floats(0, 1000), min_size=1))
def test_several_drugs_add_up(daily):
    assert mg(daily).value == pytest.approx(sum(mg({name: dose}).value for name, dose in daily.items()))


@given(st.dictionaries(st.sampled_from(DRUGS), st.one_of(st.none(), st.floats(0, 1000)), min_size=1))
def test_a_missing_dose_leaves_the_known_ones_as_the_least(daily):
    known = {name: dose for name, dose in daily.items() if dose is not None}
    limits = mg(daily)
    assert limits.low == pytest.approx(mg(known).value)
    assert limits.high == (np.inf if len(known) < len(daily) else pytest.approx(mg(known).value))


def test_names_are_read_in_any_case_and_with_their_salt():
    assert drug("DEXAMETHASONE SODIUM PHOSPHATE") == "dexamethasone"
    assert drug("cortisone acetate") == drug("Cortisone") == "cortisone acetate"
    assert drug("Prednisolone acetate") == "prednisolone"


def test_every_dose_that_files_know_has_an_equivalent():
    assert all(drug(item.drug) in DRUGS for item in items().values() if item.kind == "dose")


def test_unknown_drugs_and_negative_doses_are_refused():
    with pytest.raises(UnknownName, match="no glucocorticoid 'predisone'; did you mean 'prednisone'"):
        prednisone_equivalent({"predisone": 5})
    with pytest.raises(InvalidValue):
        prednisone_equivalent({"prednisone": -5})


def test_doses_of_many_visits_are_taken_at_once():
    doses = mg({"prednisone": [5, np.nan], "methylprednisolone": [4, 8]})
    assert (doses.low.tolist(), doses.high.tolist()) == ([10, 10], [10, np.inf])


def test_no_drug_is_no_dose():
    assert mg({}).value == 0
