"""Dose-limiting toxicity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.toxicity import dlt
from immunoreset.errors import InvalidValue, UnknownName


def decided(*events, until=28, definition=None):
    """The decision on one patient from (toxicity, grade, start, end) and optional words."""
    columns = list(zip(*(event[:4] for event in events), strict=True)) or [[], [], [], []]
    words, grades, starts, ends = (np.array(column) for column in columns)
    terms = np.array([event[4] if len(event) > 4 else "" for event in events])
    due = np.array([event[5] if len(event) > 5 else True for event in events], dtype=float)
    table = dlt.Events([1] * len(events), words.astype(str), grades, starts, ends.astype(float), terms, due)
    return dlt.decide(table, patients=[1], observed_until=until, definition=definition)


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (("CRS", 4, 2, 3), True),
        (("CRS", 3, 2, 5), False),
        (("CRS", 3, 2, 5.5), True),
        (("CRS", 3, 2, np.nan), None),
        (("CRS", 2, 2, 20), False),
        (("ICANS", 3, 5, 6), True),
        (("IEC-HS", 3, 10, 12), True),
        (("CTCAE", 3, 3, 10, "Hepatitis"), False),
        (("CTCAE", 3, 3, 11, "Hepatitis"), True),
        (("CTCAE", 3, 3, 20, "Fatigue"), False),
        (("CTCAE", 5, 3, 3, "Fatigue"), True),
        (("neutropenia", 1, 5, 28), False),
        (("neutropenia", 1, 5, 29), True),
        (("thrombocytopenia", 1, 5, 35), True),
        (("disease worsening", 3, 20, 30), True),
        (("CRS", 4, 29, 30), False),
        (("CRS", 4, 28, 30), True),
        (("CRS", 4, 2, 3, "", False), False),
        (("CRS", 4, 2, 3, "", np.nan), None),
        (("CRS", np.nan, 2, 3), None),
    ],
)
def test_default_definition_decides_each_event(event, answer):
    assert decided(event).dlt.value is answer


def test_patient_without_events_is_undecided_until_the_window_is_over():
    assert decided(until=27).dlt.value is None and decided(until=28).dlt.value is False


def test_event_within_an_open_window_decides():
    found = decided(("ICANS", 4, 5, 9), until=9)
    assert found.dlt.value is True and found.reasons(1) == ("ICANS of grade 3",)


def test_definition_of_a_protocol_replaces_the_default():
    own = dlt.Definition(criteria=(dlt.Criterion("early ICAHT of grade 4", "ICAHT", 4),), window_days=42)
    assert decided(("ICAHT", 4, 0, 30), until=42, definition=own).reasons(1) == ("early ICAHT of grade 4",)
    assert decided(("CRS", 4, 2, 3), until=42, definition=own).dlt.value is False
    assert decided(until=41, definition=own).dlt.value is None


def test_names_that_nobody_knows_are_refused():
    with pytest.raises(UnknownName, match="no toxicity 'CSR'; did you mean 'CRS'"):
        decided(("CSR", 4, 2, 3))
    with pytest.raises(InvalidValue, match="not listed"):
        dlt.decide(dlt.Events([2], "CRS", 4, 2), patients=[1], observed_until=28)
    with pytest.raises(InvalidValue, match="same name"):
        dlt.Definition(criteria=(dlt.Criterion("a", "CRS", 4), dlt.Criterion("a", "CRS", 3)))
    with pytest.raises(UnknownName, match="no patient '7'"):
        decided().reasons(7)


events = st.tuples(
    st.sampled_from(dlt.TOXICITIES),
    st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]),
    st.integers(0, 35),
    st.one_of(st.just(np.nan), st.integers(36, 60)),
    st.sampled_from(["", "Fever", "Hepatitis"]),
    st.sampled_from([1.0, 0.0, np.nan]),
)


@given(st.lists(events, max_size=5), events, st.sampled_from([10, 28, 60]))
def test_one_more_event_never_takes_a_dlt_away(several, more, until):
    was, now = decided(*several, until=until).dlt.value, decided(*several, more, until=until).dlt.value
    assert now is True or was is not True
    assert now is not False or was is False


@given(st.lists(events, min_size=1, max_size=5), st.integers(0, 4), st.sampled_from([1, 3, 5]))
def test_missing_data_never_decides_otherwise(several, where, lost):
    where %= len(several)
    hidden = list(several[where])
    hidden[lost] = np.nan
    known = decided(*several).dlt.value
    assert decided(*several[:where], tuple(hidden), *several[where + 1 :]).dlt.value in (known, None)


@given(st.lists(st.tuples(st.integers(1, 4), events), min_size=1, max_size=12))
def test_patients_do_not_influence_each_other(rows):
    who = [patient for patient, _ in rows]
    words, grades, starts, ends, terms, due = (list(column) for column in zip(*(event for _, event in rows), strict=True))
    table = dlt.Events(who, words, np.array(grades), np.array(starts), np.array(ends, dtype=float), terms, np.array(due))
    together = dlt.decide(table, patients=[4, 3, 2, 1], observed_until=28).dlt.values
    alone = [decided(*(event for patient, event in rows if patient == one)).dlt.value for one in (4, 3, 2, 1)]
    assert [None if np.isnan(value) else bool(value) for value in together] == alone
