"""Manual muscle testing adds up to the published maxima of its three versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.other_diseases.muscle_strength import MUSCLES, mmt_maximum, mmt_total
from immunoreset.endpoints.tables import read
from immunoreset.errors import InvalidValue, UnknownName

VERSIONS = st.sampled_from(list(MUSCLES))


def test_maxima_are_those_of_the_published_versions():
    assert [mmt_maximum(version) for version in MUSCLES] == [80, 150, 260]
    tabled = next(row["range_for_percent"] for row in read("tis_weights") if row["measure"].startswith("Manual"))
    assert all(str(mmt_maximum(version)) in tabled for version in MUSCLES)


@given(VERSIONS, st.data())
def test_total_is_the_sum_and_a_stronger_muscle_never_lowers_it(version, data):
    strengths = {muscle: data.draw(st.integers(0, 10)) for muscle in MUSCLES[version]}
    muscle = data.draw(st.sampled_from(MUSCLES[version]))
    known = mmt_total(strengths, version=version)
    assert known.value == sum(strengths.values())
    assert mmt_total(strengths | {muscle: 10}, version=version).value >= known.value
    partial = mmt_total(strengths | {muscle: None}, version=version)
    assert partial.low <= known.low and known.high <= partial.high == partial.low + 10


def test_versions_test_each_muscle_once():
    assert all(len(set(muscles)) == len(muscles) for muscles in MUSCLES.values())


def test_columns_give_a_column_of_totals():
    full = dict.fromkeys(MUSCLES["MMT-8 unilateral"], 10)
    totals = mmt_total(full | {"biceps": [10, 4, float("nan")]}, version="MMT-8 unilateral")
    assert totals.low.tolist() == [80, 74, 70] and totals.high.tolist() == [80, 74, 80]


def test_muscles_of_another_version_are_refused():
    with pytest.raises(UnknownName, match="no muscle 'right biceps'; did you mean 'biceps'"):
        mmt_total({"right biceps": 10}, version="MMT-8 unilateral")
    with pytest.raises(InvalidValue, match="muscle 'biceps': 11"):
        mmt_total({"biceps": 11}, version="MMT-8 unilateral")
