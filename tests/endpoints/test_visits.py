"""A table of visits holds what was written down, whatever the order of the rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.items import find, items
from immunoreset.endpoints.visits import DISEASE, OTHER, RELEASE, Visits
from immunoreset.errors import InvalidValue, UnknownName

LONG = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(-7, 30), st.sampled_from(["PGA", "CRP", "RASH"]), st.integers(0, 1)),
    unique_by=lambda row: row[:3],
    min_size=1,
)


def from_rows(rows) -> Visits:
    patient, day, item, value = zip(*rows, strict=True)
    return Visits.from_long(patient=patient, day=day, item=item, value=value)


@given(LONG)
def test_every_value_is_found_again_at_its_patient_day_and_item(rows):
    visits = from_rows(rows)
    at = {(visits.patients[p], d): row for row, (p, d) in enumerate(zip(visits.patient, visits.day, strict=True))}
    for patient, day, item, value in rows:
        assert visits.column(item)[at[patient, day]] == value
    assert sum(int((~np.isnan(column)).sum()) for column in visits.values.values()) == len(rows)


@given(LONG, st.randoms())
def test_order_of_the_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    one, other = from_rows(rows), from_rows(shuffled)
    assert one.patients == other.patients
    assert np.array_equal(one.day, other.day)
    for item in ("PGA", "CRP", "RASH"):
        assert np.array_equal(one.column(item), other.column(item), equal_nan=True)


@given(LONG)
def test_rows_ascend_by_patient_and_day(rows):
    visits = from_rows(rows)
    keys = list(zip(visits.patient.tolist(), visits.day.tolist(), strict=True))
    assert keys == sorted(set(keys))
    assert len(visits.starts) == len({row[0] for row in rows})


def test_two_values_of_one_item_on_one_day_are_refused_with_both():
    with pytest.raises(InvalidValue, match="patient A, day 1: PGA is both 1 and 2"):
        from_rows([("A", 1, "PGA", 1), ("A", 1, "PGA", 2)])


def test_unknown_item_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'PGA'"):
        from_rows([("A", 1, "PGAA", 1)])


def test_words_are_read_back_and_missing_ones_are_empty():
    visits = from_rows([("A", 1, "BILAG_RENAL", 4), ("A", 2, "PGA", 0)])
    assert visits.words("BILAG_RENAL").tolist() == ["A", ""]


def test_what_nobody_adjudicated_counts_as_due_to_the_disease():
    causes = [np.nan, OTHER, DISEASE, RELEASE]
    visits = Visits.from_long(patient=["A"] * 4, day=[1, 2, 3, 4], item=["WBC"] * 4, value=[2] * 4, cause=causes)
    assert visits.due_to(DISEASE, "WBC").values.tolist() == [1, 0, 1, 0]
    assert visits.due_to(RELEASE, "WBC").values.tolist() == [1, 0, 0, 1]
    np.testing.assert_array_equal(visits.due_to(DISEASE, "WBC", if_not_judged=None).values, [np.nan, 0, 1, 0])


@pytest.mark.parametrize("item", items().values(), ids=lambda item: item.code)
def test_item_is_found_by_its_own_code_and_its_limits_are_ordered(item):
    assert find(item.code.lower()) is item
    assert item.lowest < item.highest
    assert (item.kind == "word") == bool(item.words)
    assert (item.kind == "quantity") == (item.measure is not None)


def test_no_name_stands_for_two_items():
    names = [name for item in items().values() for name in {name.lower() for name in item.names if name}]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_no_place_in_sdtm_stands_for_two_items():
    places = [(item.domain, item.test_code, item.specimen) for item in items().values() if item.test_code]
    assert len(places) == len(set(places)), sorted(place for place in places if places.count(place) > 1)
