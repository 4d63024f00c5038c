"""The damage index: what counts, how often, and that it never falls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.damage import damage_course, damage_index, damage_items, highest_damage
from immunoreset.errors import InvalidValue, UnknownName

CODES = [item.code for item in damage_items("revised")]
NONE = dict.fromkeys(CODES, 0)
counts = st.dictionaries(st.sampled_from(CODES), st.integers(0, 3))


def test_everything_at_most_gives_the_published_47():
    assert damage_index(dict.fromkeys(CODES, 5), version="revised").value == highest_damage("revised") == 47


def test_items_that_may_count_twice_are_six():
    twice = {item.code for item in damage_items("revised") if item.most == 2 * item.points}
    assert twice == {
        "stroke", "myocardial_infarction", "significant_tissue_loss", "bowel_infarction", "avascular_necrosis", "malignancy",
    }  # fmt: skip


@given(counts)
def test_end_stage_disease_replaces_the_other_renal_items(found):
    renal = {"gfr_below_half": 1, "proteinuria": 1, "end_stage_renal_disease": 1}
    none = dict.fromkeys(renal, 0)
    with_all = damage_index(NONE | found | renal, version="revised")
    assert with_all.value == damage_index(NONE | found | none, version="revised").value + 3


@given(counts, st.sampled_from(CODES))
def test_one_more_event_never_lowers_the_total(found, code):
    now = NONE | found
    more = now | {code: now[code] + 1}
    assert damage_index(more, version="revised").value >= damage_index(now, version="revised").value


@given(counts, st.sampled_from(CODES))
def test_a_missing_item_widens_the_range_around_the_truth(found, code):
    true = damage_index(NONE | found, version="revised").value
    partly = damage_index(NONE | found | {code: None}, version="revised")
    assert partly.low <= true <= partly.high <= 47


@given(st.lists(counts, min_size=1, max_size=6))
def test_damage_never_falls_over_visits(visits):
    events = {code: [float(visit.get(code, 0)) for visit in visits] for code in CODES}
    course, single = damage_course(events, version="revised"), damage_index(events, version="revised")
    assert (np.diff(course.values) >= 0).all() and (course.values >= single.values).all()


def test_a_visit_without_a_record_keeps_the_damage_seen_before():
    course = damage_course({key: [0, 0] for key in CODES} | {"stroke": [1, np.nan]}, version="revised")
    assert course.low.tolist() == [1, 1] and course.high.tolist() == [1, 2]


def test_original_list_lacks_the_revised_items():
    lacking = set(CODES) - {item.code for item in damage_items("original")}
    assert lacking == {"pancreatic_insufficiency", "ruptured_tendon"}
    with pytest.raises(UnknownName):
        damage_index({"ruptured_tendon": 1}, version="original")


def test_unknown_version_and_negative_counts_are_refused():
    with pytest.raises(UnknownName, match="revised"):
        damage_items("2024")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        damage_index(NONE | {"stroke": -1}, version="revised")
