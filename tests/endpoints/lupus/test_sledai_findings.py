"""SLEDAI items from findings: the two versions differ where their tables do, and attribution takes an item away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.sledai_findings import arthritis, attributed, cranial, serositis, visual
from immunoreset.endpoints.lupus.sledai_items import BY_CODE, CODES
from immunoreset.errors import InvalidValue, UnknownName

yes_no = st.sampled_from([True, False, None])
versions = st.sampled_from(["2K", "SELENA"])


@pytest.mark.parametrize(("joints", "by_2k", "by_selena"), [(1, False, False), (2, True, False), (3, True, True)])
def test_arthritis_needs_2_joints_and_in_selena_more_than_2(joints, by_2k, by_selena):
    assert arthritis(joints, version="2K").value is by_2k
    assert arthritis(joints, version="SELENA").value is by_selena
    assert arthritis(joints, version="2K", least_joints=3).value is by_selena


def test_joints_not_counted_leave_arthritis_open_and_negative_counts_are_refused():
    assert arthritis(None, version="2K").value is None
    with pytest.raises(InvalidValue):
        arthritis(-1, version="2K")


@given(yes_no, st.lists(yes_no, min_size=1, max_size=4))
def test_serositis_by_2k_is_always_serositis_by_selena(pain, signs):
    if serositis(pain, *signs, version="2K").value:
        assert serositis(pain, *signs, version="SELENA").value


def test_serositis_needs_pain_and_a_sign_and_in_selena_one_of_them():
    assert serositis(True, False, False, version="2K").value is False
    assert serositis(False, True, version="2K").value is False
    assert serositis(True, False, True, version="2K").value is True
    assert serositis(False, True, version="SELENA").value is True
    assert serositis(False, False, version="SELENA").value is False


@pytest.mark.parametrize("rule", [visual, cranial])
def test_selena_alone_counts_scleritis_and_vertigo(rule):
    assert rule(False, True, version="SELENA").value is True
    assert rule(False, True, version="2K").value is False
    assert rule(True, False, version="2K").value is True


@given(st.sampled_from(CODES), yes_no, versions, yes_no)
def test_attribution_never_adds_an_item(code, finding, version, due):
    item = attributed(code, finding, version=version, due_to_disease=due)
    assert item.value is not True or (finding is True and due is True)
    assert attributed(code, finding, version=version).value is finding


@given(st.sampled_from([code for code in CODES if BY_CODE[code].excluded_if_due_to]), versions)
def test_every_cause_of_the_table_excludes_its_item(code, version):
    for cause in BY_CODE[code].excluding_causes(version):
        assert attributed(code, True, version=version, causes={cause: True}).value is False
        assert attributed(code, True, version=version, causes={cause: False}).value is True
        assert attributed(code, True, version=version, causes={cause: None}).value is None


def test_a_cause_that_the_item_does_not_exclude_is_refused():
    with pytest.raises(UnknownName, match="due_to_disease=False"):
        attributed("CVA", True, version="2K", causes={"hypertension": True})
    with pytest.raises(UnknownName, match="SLEDAI item"):
        attributed("LUPUS", True, version="2K")
