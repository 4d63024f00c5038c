"""ICANS, ICE and CAPD."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints import tables
from immunoreset.endpoints.toxicity import capd, icans, ice
from immunoreset.errors import InvalidValue, UnknownName

WELL = icans.Signs(ice=10, consciousness="spontaneous", seizure="none", motor="none", oedema="none", capd=0)
signs = st.builds(
    icans.Signs,
    ice=st.one_of(st.none(), st.integers(0, 10)),
    consciousness=st.sampled_from(["", *icans.CONSCIOUSNESS]),
    seizure=st.sampled_from(["", *icans.SEIZURE]),
    motor=st.sampled_from(["", *icans.MOTOR]),
    oedema=st.sampled_from(["", *icans.OEDEMA]),
    age=st.sampled_from([None, 3, 11.9, 12, 40]),
    developmental_delay=st.sampled_from([True, False, None]),
    capd=st.one_of(st.none(), st.integers(0, 32)),
)


@pytest.mark.parametrize(
    ("more", "grade"),
    [
        ({}, 0),
        ({"ice": 9}, 1),
        ({"ice": 7}, 1),
        ({"ice": 6}, 2),
        ({"ice": 3}, 2),
        ({"ice": 2}, 3),
        ({"ice": 0}, 3),
        ({"ice": 0, "consciousness": "unarousable"}, 4),
        ({"consciousness": "voice"}, 2),
        ({"consciousness": "tactile"}, 3),
        ({"seizure": "eeg_nonconvulsive"}, 3),
        ({"seizure": "prolonged"}, 4),
        ({"motor": "paraparesis"}, 4),
        ({"oedema": "focal"}, 3),
        ({"oedema": "papilloedema"}, 4),
        ({"age": 6, "capd": 8}, 1),
        ({"age": 6, "capd": 8, "consciousness": "voice"}, 2),
        ({"age": 6, "capd": 9}, 3),
        ({"age": 6, "capd": None, "capd_possible": False}, 4),
        ({"age": 12, "capd": 20}, 0),
        ({"age": 12, "capd": 20, "developmental_delay": True}, 3),
        ({"died": True}, 5),
        ({"seizure": "prolonged", "due_to_icans": {"seizure": False}}, 0),
    ],
)
def test_grade_follows_the_table(more, grade):
    assert icans.grade(replace(WELL, **more)).value == grade


@given(signs)
def test_missing_data_only_widens_the_grade(found):
    known = icans.grade(found)
    for lost in ("ice", "consciousness", "seizure", "motor", "oedema", "capd", "age", "developmental_delay", "due_to_icans"):
        wider = icans.grade(replace(found, **{lost: None}))
        assert wider.low <= known.low and known.high <= wider.high, lost


@given(signs, st.integers(0, 10))
def test_lower_ice_never_lowers_the_grade(found, points):
    better = icans.grade(replace(found, ice=min(points + 1, 10)))
    worse = icans.grade(replace(found, ice=points))
    assert worse.low >= better.low and worse.high >= better.high


@given(st.lists(signs, min_size=1, max_size=8))
def test_arrays_give_the_grades_of_single_assessments(several):
    def numbers(name):
        return np.array([np.nan if getattr(one, name) is None else float(getattr(one, name)) for one in several])

    words = {name: np.array([getattr(one, name) for one in several]) for name in ("consciousness", "seizure", "motor", "oedema")}
    plain = {name: numbers(name) for name in ("ice", "age", "developmental_delay", "capd")}
    many = icans.grade(icans.Signs(**words, **plain))
    assert many.low.tolist() == [float(icans.grade(one).low) for one in several]
    assert many.high.tolist() == [float(icans.grade(one).high) for one in several]


def test_ice_bands_are_those_of_the_table():
    row = tables.read("icans")[0]
    bands = [row["grade1"], row["grade2"], row["grade3"].split(" ")[0]]
    assert [int(band.split("-")[1]) for band in bands] == list(icans.ICE_ABOVE.values())


def test_ice_has_ten_points_and_refuses_more():
    assert ice.HIGHEST == 10
    with pytest.raises(InvalidValue, match="5 is outside the possible 0 to 4"):
        ice.score(orientation=5, naming=3, commands=1, writing=1, attention=1)


@given(st.dictionaries(st.sampled_from(list(capd.POINTS)), st.sampled_from(capd.WORDS)))
def test_capd_lies_within_its_range_and_an_answer_narrows_it(answers):
    score = capd.score(**answers)
    assert 0 <= score.low <= score.high <= capd.HIGHEST == 32
    if answers:
        wider = capd.score(**{item: word for item, word in answers.items() if item != min(answers)})
        assert wider.low <= score.low and score.high <= wider.high


def test_capd_counts_good_signs_in_reverse_and_refuses_other_words():
    best = dict.fromkeys(list(capd.POINTS)[:4], "always") | dict.fromkeys(list(capd.POINTS)[4:], "never")
    assert capd.score(**best).value == 0 and capd.positive(capd.score(**best)).value is False
    with pytest.raises(UnknownName, match="answer to 'eye'"):
        capd.score(eye="perhaps")


@pytest.mark.parametrize(
    ("seizure", "minutes", "expected"),
    [
        ("rapid", 6, (4, 4)),
        ("rapid", 5, (3, 3)),
        ("rapid", None, (3, 3)),
        (None, 5.5, (4, 4)),
        (None, 2, (3, 3)),
        (None, 0, (0, 0)),
        ("repetitive", 1, (4, 4)),
        (None, None, (0, 4)),
    ],
)
def test_a_seizure_longer_than_five_minutes_is_grade_4(seizure, minutes, expected):
    well = icans.Signs(ice=10, consciousness="awake", motor="none", oedema="none", seizure=seizure, seizure_minutes=minutes)
    found = icans.grade(well)
    assert (found.low, found.high) == expected
