"""Units become standard by the factors of their quantity; a unit that cannot be right is refused."""

import numpy as np
import pytest

from immunoreset.endpoints.items import find, items
from immunoreset.errors import UnknownName
from immunoreset.exchange.conversions import MOST_NAMES, Names, prednisone_factors, scale


@pytest.mark.parametrize("item", [item for item in items().values() if item.measure], ids=lambda item: item.code)
def test_scale_agrees_with_the_quantity_for_every_unit(item):
    for unit in item.measure.UNITS:
        by = scale(item, unit)
        for value in (1.0, 2.5):
            np.testing.assert_allclose(value * by.factor + by.offset, item.measure(value, unit).to(item.unit).low, rtol=1e-12)


def test_one_unit_need_not_be_written_and_several_must_be():
    assert scale(find("ESR"), "").unit == "mm/h"
    with pytest.raises(UnknownName, match="UPCR needs its unit"):
        scale(find("UPCR"), "")


def test_items_without_unit_take_only_words_for_none():
    assert scale(find("ICE"), "points") == scale(find("ICE"), "") == scale(find("AGE"), "years")
    with pytest.raises(UnknownName, match="ICE has no unit, so 'years'"):
        scale(find("ICE"), "years")


def test_glucocorticoids_have_their_textbook_equivalents():
    factors = prednisone_factors()
    assert factors["PREDNISONE"] == factors["PREDNISOLONE"] == 1
    assert factors["METHYLPREDNISOLONE"] == 1.25 and factors["HYDROCORTISONE"] == 0.25
    assert set(factors) == {item.code for item in items().values() if item.kind == "dose"} | {"PREDNISONE"}


def test_many_wrong_names_stay_wrong_and_right_ones_right():
    names = Names()
    for number in range(MOST_NAMES + 50):
        assert names.item(f"wrong {number}")[1].startswith(f"no item 'wrong {number}'")
    assert names.item("crp")[0] >= 0 and names.item("")[1] == "no item"
