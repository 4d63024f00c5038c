"""IEC-HS."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints import tables
from immunoreset.endpoints.quantities import Alt, Ast, Ferritin, Fibrinogen, Ldh, Triglycerides
from immunoreset.endpoints.toxicity import iec_hs
from immunoreset.errors import InvalidValue

maybe = st.sampled_from([True, False, None])
NAMES = [field.name for field in fields(iec_hs.Features)]


def ug(value):
    return Ferritin(value, "ug/L")


@pytest.mark.parametrize(
    ("value", "uln", "baseline", "rising", "met"),
    [
        (801, 400, 600, False, True),
        (800, 400, 600, False, False),
        (1201, 700, 600, False, True),
        (700, 400, 600, True, True),
        (700, 400, 600, None, None),
        (None, 400, 600, False, None),
    ],
)
def test_ferritin_criterion_is_strict_and_asks_the_clinician(value, uln, baseline, rising, met):
    assert iec_hs.ferritin_criterion(ug(value), uln=ug(uln), baseline=ug(baseline), rapidly_rising=rising).value is met


def test_transaminases_are_compared_with_a_raised_baseline():
    limit = Alt(40, "U/L")
    assert iec_hs.transaminases(Alt(201, "U/L"), uln=limit, baseline=Alt(40, "U/L")).value is True
    assert iec_hs.transaminases(Alt(201, "U/L"), uln=limit, baseline=Alt(41, "U/L")).value is False
    assert iec_hs.transaminases(Alt(206, "U/L"), uln=limit, baseline=Alt(41, "U/L")).value is True
    assert iec_hs.transaminases(Alt(201, "U/L"), uln=limit, baseline=None).value is None
    with pytest.raises(InvalidValue, match="Alt is needed"):
        iec_hs.transaminases(Alt(201, "U/L"), uln=Ast(40, "U/L"), baseline=None)


def test_single_features_are_strict_at_their_limits():
    assert iec_hs.low_fibrinogen(Fibrinogen(150, "mg/dL")).value is False
    assert iec_hs.low_fibrinogen(Fibrinogen(1.6, "g/L"), lln=Fibrinogen(1.8, "g/L")).value is True
    assert iec_hs.high_triglycerides(Triglycerides(3, "mmol/L")).value is True
    assert iec_hs.high_ldh(Ldh(250, "U/L"), uln=Ldh(250, "U/L")).value is False


def test_features_are_those_of_the_table():
    rows = [row["type"] for row in tables.read("iec_hs")]
    found = iec_hs.prompt(iec_hs.Features(**dict.fromkeys(NAMES, True)))
    assert found.common.value == rows.count("common") and found.other.value == rows.count("other")


@given(st.dictionaries(st.sampled_from(NAMES), maybe))
def test_nothing_prompts_without_the_ferritin_criterion(features):
    without = iec_hs.prompt(iec_hs.Features(**(features | {"ferritin": False})))
    assert without.adjudicate.value is False
    known = iec_hs.prompt(iec_hs.Features(**features)).adjudicate.value
    for lost in features:
        assert iec_hs.prompt(iec_hs.Features(**(features | {lost: None}))).adjudicate.value in (known, None)


@given(maybe, maybe, maybe, maybe)
def test_more_intervention_never_lowers_the_grade(intervention, severe, threat, died):
    known = {"intervention": intervention, "severe": severe, "life_threatening": threat, "died": died}
    was = iec_hs.grade(True, **known)
    for step in known:
        assert iec_hs.grade(True, **(known | {step: True})).low >= was.low
    assert was.low >= 1 and iec_hs.grade(False, **known).value == 0
