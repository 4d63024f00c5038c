"""ACR20, ACR50 and ACR70 contain each other and are decided wherever missing measures cannot change them."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.other_diseases.acr_response import AcrCoreSet, acr_response
from immunoreset.endpoints.quantities import Crp, Esr, GlobalAssessment
from immunoreset.errors import InvalidValue, UnknownName

PARTS = [field.name for field in fields(AcrCoreSet)]
NUMBERS = st.tuples(st.integers(0, 20), st.integers(0, 20), *[st.integers(0, 10)] * 3, st.integers(0, 3), st.integers(0, 40))


def core_set(tender, swollen, pain, by_patient, by_physician, haq, crp):
    return AcrCoreSet(
        tender=tender,
        swollen=swollen,
        pain=GlobalAssessment(pain, "0-10"),
        patient_global=GlobalAssessment(by_patient, "0-10"),
        physician_global=GlobalAssessment(by_physician, "0-10"),
        haq=haq,
        reactant=Crp(crp, "mg/L"),
    )


ILL = core_set(10, 10, 6, 6, 6, 2, 20)


@given(NUMBERS, NUMBERS)
def test_acr70_implies_acr50_implies_acr20(before, now):
    acr20, acr50, acr70 = (acr_response(core_set(*before), core_set(*now), percent=percent).value for percent in (20, 50, 70))
    assert acr20 >= acr50 >= acr70


@pytest.mark.parametrize(("percent", "joints"), [(20, 8), (50, 5), (70, 3)])
def test_an_improvement_of_exactly_the_percentage_counts(percent, joints):
    now = core_set(joints, joints, 0, 0, 0, 2, 20)
    assert acr_response(ILL, now, percent=percent).value is True
    assert acr_response(ILL, replace(now, swollen=joints + 1), percent=percent).value is False


def test_two_of_the_five_other_measures_are_not_enough():
    assert acr_response(ILL, core_set(5, 5, 3, 3, 6, 2, 20), percent=50).value is False
    assert acr_response(ILL, core_set(5, 5, 3, 3, 6, 2, 10), percent=50).value is True


def test_response_is_decided_when_missing_measures_cannot_change_it():
    now = replace(core_set(5, 5, 3, 3, 3, 2, 20), haq=None, reactant=None)
    assert acr_response(ILL, now, percent=50).value is True
    assert acr_response(ILL, replace(now, pain=None), percent=50).value is None
    assert acr_response(ILL, replace(now, pain=None, tender=10), percent=50).value is False


def test_a_measure_that_was_0_cannot_improve():
    assert acr_response(replace(ILL, swollen=0), core_set(0, 0, 0, 0, 0, 0, 0), percent=20).value is False


@given(NUMBERS, NUMBERS, st.sampled_from(PARTS), st.booleans())
def test_missing_data_never_turn_one_answer_into_the_other(allows, before, now, part, first):
    before, now = core_set(*before), core_set(*now)
    less = (replace(before, **{part: None}), now) if first else (before, replace(now, **{part: None}))
    assert allows(acr_response(*less, percent=20), acr_response(before, now, percent=20))


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6), st.data())
def test_many_visits_are_judged_as_one(same, pairs, data):
    table = np.array(pairs, dtype=float)
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=table.size, max_size=table.size))).reshape(table.shape)
    table[hidden] = np.nan
    many = acr_response(core_set(*table[:, 0].T), core_set(*table[:, 1].T), percent=20)
    assert same(many, [acr_response(core_set(*before), core_set(*now), percent=20) for before, now in table])


def test_units_do_not_matter():
    now = replace(core_set(8, 8, 4, 4, 6, 2, 0), reactant=Crp(1.6, "mg/dL"), pain=GlobalAssessment(48, "mm"))
    assert acr_response(ILL, now, percent=20).value is True


def test_crp_is_not_compared_with_esr():
    with pytest.raises(InvalidValue, match="cannot be compared"):
        acr_response(ILL, replace(ILL, reactant=Esr(20, "mm/h")), percent=20)
    by_esr = replace(ILL, reactant=Esr(20, "mm/h"))
    assert acr_response(by_esr, replace(by_esr, reactant=None), percent=20).value is False


def test_other_percentages_are_unknown():
    with pytest.raises(UnknownName, match="no ACR response"):
        acr_response(ILL, ILL, percent=90)  # type: ignore[arg-type]
