"""What screening takes from BILAG grades and SLEDAI items."""

import pytest

from immunoreset.endpoints.lupus.sledai_items import only
from immunoreset.endpoints.screening.candidate import count_bilag, sledai_without
from immunoreset.errors import UnknownName


def test_an_a_of_skin_joints_or_constitution_is_of_no_major_organ():
    assert count_bilag("AAEAEEEEE").a_major.value == 0
    assert count_bilag("EEAEAAAAA").a_major.value == 6
    assert count_bilag("BBEBEEEEE").b.value == 3


def test_an_ungraded_domain_leaves_the_count_open():
    found = count_bilag("EE?EEEEEE").a_major
    assert (found.low, found.high) == (0, 1)


def test_excluded_items_do_not_count_even_if_missing():
    items = only("FEVER", "RASH")
    assert sledai_without(items, (), version="2K").value == 3
    assert sledai_without({**items, "FEVER": None}, ("FEVER",), version="2K").value == 2
    with pytest.raises(UnknownName):
        sledai_without(items, ("FEVERS",), version="2K")
