"""CRS of one assessment."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints import tables
from immunoreset.endpoints.known import Range
from immunoreset.endpoints.quantities import OxygenFlow, Temperature
from immunoreset.endpoints.toxicity import crs
from immunoreset.errors import InvalidValue, UnknownName

maybe = st.sampled_from([True, False, None])
devices = st.sampled_from(["", *crs.OXYGEN])
degrees = st.one_of(st.none(), st.sampled_from([36.5, 37.9, 38.0, 39.5]))


@st.composite
def assessments(draw):
    return crs.Signs(
        temperature=Temperature(draw(degrees), "C"),
        hypotension=draw(maybe),
        pressors=draw(st.sampled_from([None, 0, 1, 2, 3])),
        vasopressin=draw(maybe),
        oxygen=draw(devices),
        oxygen_flow=OxygenFlow(draw(st.sampled_from([None, 0, 6, 6.1, 15])), "L/min"),
        due_to_crs={part: draw(maybe) for part in crs.PARTS},
        died=draw(st.sampled_from([False, False, None, True])),
    )


def within(narrow: Range, wide: Range) -> bool:
    return bool((wide.low <= narrow.low).all() and (narrow.high <= wide.high).all())


def febrile(**more) -> crs.Signs:
    known = {"hypotension": False, "pressors": 0, "vasopressin": False, "oxygen": "none"} | more
    return crs.Signs(temperature=Temperature(38.0, "C"), **known)


@pytest.mark.parametrize(
    ("more", "grade"),
    [
        ({}, 1),
        ({"hypotension": True}, 2),
        ({"oxygen": "blow-by"}, 2),
        ({"oxygen": "nasal cannula", "oxygen_flow": OxygenFlow(6, "L/min")}, 2),
        ({"oxygen": "nasal cannula", "oxygen_flow": OxygenFlow(6.5, "L/min")}, 3),
        ({"oxygen": "Venturi"}, 3),
        ({"pressors": 1}, 3),
        ({"pressors": 1, "vasopressin": True}, 3),
        ({"pressors": 0, "vasopressin": True}, 3),
        ({"pressors": 2}, 4),
        ({"oxygen": "BiPAP"}, 4),
        ({"oxygen": "intubated_airway_protection"}, 1),
        ({"died": True}, 5),
        ({"hypotension": True, "due_to_crs": {"hypotension": False}}, 1),
        ({"hypotension": True, "due_to_crs": False}, 0),
    ],
)
def test_grade_of_a_febrile_patient_follows_the_table(more, grade):
    assert crs.grade(febrile(**more)).value == grade


def test_support_without_fever_counts_only_after_masking():
    signs = replace(febrile(pressors=1), temperature=Temperature(36.8, "C"))
    assert crs.grade(signs, crs_before=True, fever_masked=True).value == 3
    assert crs.grade(signs, crs_before=True, fever_masked=False).value == 0
    assert crs.grade(signs, crs_before=False, fever_masked=True).value == 0
    assert crs.grade(signs).low == 0 and crs.grade(signs).high == 3


def test_thresholds_are_those_of_the_published_table():
    rows = {row["grade"]: row for row in tables.read("astct_crs")}
    assert rows["1"]["fever"] == f">={crs.FEVER.value:.1f} C"
    assert f"(<={crs.HIGHEST_LOW_FLOW.value} L/min)" in rows["2"]["oxygen_support"]


@given(assessments(), maybe, maybe, st.integers(1, 3), st.sampled_from(["cpap", "ventilated"]))
def test_more_support_never_lowers_the_grade(signs, before, masked, more_pressors, device):
    was = crs.grade(signs, crs_before=before, fever_masked=masked)
    pressors = None if signs.pressors is None else signs.pressors + more_pressors
    for change in ({"hypotension": True}, {"pressors": pressors}, {"vasopressin": True}, {"oxygen": device}):
        now = crs.grade(replace(signs, **change), crs_before=before, fever_masked=masked)
        assert now.low >= was.low
        if change.keys() == {"pressors"} or change.keys() == {"oxygen"}:
            assert now.high >= was.high


@given(assessments(), maybe, maybe)
def test_missing_data_only_widens_the_grade(signs, before, masked):
    known = crs.grade(signs, crs_before=before, fever_masked=masked)
    for lost in ("temperature", "hypotension", "pressors", "vasopressin", "oxygen", "oxygen_flow", "died", "due_to_crs"):
        assert within(known, crs.grade(replace(signs, **{lost: None}), crs_before=before, fever_masked=masked)), lost
    assert within(known, crs.grade(signs))


@given(st.lists(assessments(), min_size=1, max_size=8), maybe, maybe)
def test_arrays_give_the_grades_of_single_assessments(several, before, masked):
    def column(name):
        return np.array([np.nan if (one := getattr(signs, name)) is None else float(one) for signs in several])

    together = crs.Signs(
        temperature=Temperature([np.nan if s.temperature.value is None else s.temperature.value for s in several], "C"),
        hypotension=column("hypotension"),
        pressors=column("pressors"),
        vasopressin=column("vasopressin"),
        oxygen=np.array([s.oxygen for s in several]),
        oxygen_flow=OxygenFlow([np.nan if s.oxygen_flow.value is None else s.oxygen_flow.value for s in several], "L/min"),
        due_to_crs={
            part: np.array([np.nan if s.due_to_crs[part] is None else s.due_to_crs[part] for s in several], dtype=float)
            for part in crs.PARTS
        },
        died=column("died"),
    )
    many = crs.grade(together, crs_before=before, fever_masked=masked)
    singles = [crs.grade(signs, crs_before=before, fever_masked=masked) for signs in several]
    assert many.low.tolist() == [float(one.low) for one in singles]
    assert many.high.tolist() == [float(one.high) for one in singles]


@given(st.floats(35, 42).map(lambda degrees: round(degrees, 1)))
def test_unit_of_temperature_does_not_matter(degrees):
    fahrenheit = replace(febrile(), temperature=Temperature(degrees * 1.8 + 32, "F"))
    assert crs.grade(fahrenheit).low == crs.grade(replace(febrile(), temperature=Temperature(degrees, "C"))).low


def test_bare_temperature_and_unknown_device_are_refused():
    with pytest.raises(InvalidValue, match="temperature: a bare 39"):
        crs.grade(crs.Signs(temperature=39))  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="no oxygen support 'bipapp'; did you mean 'bipap'"):
        crs.grade(crs.Signs(oxygen="bipapp"))
