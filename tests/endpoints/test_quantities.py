"""Measured values: every unit converts there and back, what is impossible is refused, what is missing stays missing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunoreset.endpoints import quantities
from immunoreset.endpoints.known import Range
from immunoreset.endpoints.quantities import (
    Creatinine,
    Crp,
    Haemoglobin,
    Neutrophils,
    Pga,
    Quantity,
    Temperature,
    Upcr,
    need,
)
from immunoreset.errors import InvalidValue, UnknownName

KINDS = [kind for kind in vars(quantities).values() if isinstance(kind, type) and issubclass(kind, Quantity) and kind.UNITS]
PAIRS = [(kind, first, second) for kind in KINDS for first in kind.UNITS for second in kind.UNITS]


def test_there_are_quantities_to_test():
    assert len(KINDS) > 40


@settings(max_examples=500)
@given(st.sampled_from(PAIRS), st.floats(0, 1))
def test_a_value_survives_the_way_to_another_unit_and_back(pair, share):
    kind, first, second = pair
    value = share * min(kind.HIGHEST / kind.UNITS[first], 500)
    there = kind(value, first).to(second)
    assert kind(there, second).to(first).value == pytest.approx(value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_a_missing_value_stays_missing_in_every_unit(kind):
    for unit in kind.UNITS:
        limits = kind(None, unit).to(unit)
        assert limits.value is None
        assert limits.low == (-np.inf if kind is Temperature else 0)
        assert kind([1, np.nan], unit).to(unit).known.tolist() == [True, False]


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_only_known_units_are_taken_in_any_case(kind):
    with pytest.raises(UnknownName, match="unit of"):
        kind(1, "furlongs")
    for unit in kind.UNITS:
        assert kind(1, f" {unit.upper()} ").unit == unit


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Temperature], ids=lambda one: one.__name__)
def test_negative_values_are_refused(kind):
    with pytest.raises(InvalidValue, match="never negative"):
        kind([1, -0.1], kind.standard_unit())


def test_known_conversions():
    assert Crp(1, "mg/dL").to("mg/L").value == pytest.approx(10)
    assert Upcr(113, "mg/mmol").to("g/g").value == pytest.approx(1)
    assert Creatinine(88.42, "umol/L").to("mg/dL").value == pytest.approx(1)
    assert Neutrophils(500, "/uL").to("10^9/L").value == pytest.approx(0.5)
    assert Haemoglobin(7, "g/dL").to("g/L").value == pytest.approx(70)
    assert Pga(10, "0-10").to("0-3").value == pytest.approx(3)
    assert Temperature(100.4, "F").to("C").value == pytest.approx(38)


@pytest.mark.parametrize(
    ("kind", "written", "unit"),
    [
        (Neutrophils, "10*9/L", "10^9/L"),
        (Neutrophils, "K/uL", "10^9/L"),
        (Neutrophils, "cells/µL", "/uL"),
        (Temperature, "°C", "C"),
    ],
)
def test_spellings_of_laboratories_and_cdisc_are_understood(kind, written, unit):
    assert kind(1, written).unit == unit


def test_a_value_above_the_end_of_its_scale_is_refused():
    with pytest.raises(InvalidValue, match=r"PGA cannot be 3.5 0-3: the most is 3"):
        Pga(3.5, "0-3")
    assert Pga(100, "0-100").to("0-3").value == 3


def test_a_value_known_in_part_keeps_its_limits():
    limits = Crp(Range.of(None, lowest=1, highest=3), "mg/dL").to("mg/L")
    assert (limits.low, limits.high) == (10, 30)


@pytest.mark.parametrize("value", [7, 7.0, Creatinine(1, "mg/dL")])
def test_a_bare_number_and_another_kind_are_refused(value):
    with pytest.raises(InvalidValue, match="crp"):
        need(Crp, value, "crp")


def test_text_and_a_quantity_without_a_kind_are_refused():
    with pytest.raises(InvalidValue, match="'high'"):
        Crp("high", "mg/L")
    with pytest.raises(InvalidValue, match="needs a kind"):
        Quantity(1, "mg/L")


def test_nothing_given_is_a_missing_value():
    assert need(Crp, None, "crp").to("mg/L").value is None
