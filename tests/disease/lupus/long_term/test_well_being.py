"""FACIT-F and SF-36 PCS by hand, and in their ranges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.disease.lupus.long_term import well_being
from immunoreset.disease.lupus.long_term.well_being import facit_f, sf36_pcs


def test_scores_at_stated_values_are_those_by_hand(numbers) -> None:
    my = numbers(well_being.MODULE)
    assert float(facit_f(my, fatigue=0.5, damage=2)) == pytest.approx(44 - 9 - 3)
    assert float(sf36_pcs(my, fatigue=0.5, damage=2, pga=0.9)) == pytest.approx(50 - 3 - 2.5 - 4)


def test_dead_have_no_score(numbers) -> None:
    assert np.isnan(facit_f(numbers(well_being.MODULE), fatigue=0.5, damage=np.nan))


@given(st.floats(0, 20), st.integers(0, 45), st.floats(0, 3))
def test_scores_stay_in_their_ranges_and_fall_with_damage(fatigue: float, damage: int, pga: float) -> None:
    my = well_being.WellBeing(44.0, 18.0, 1.5, 50.0, 6.0, 1.8, 5.0, 2.0)
    facit = tuple(facit_f(my, fatigue=fatigue, damage=points) for points in (damage, damage + 1))
    pcs = tuple(sf36_pcs(my, fatigue=fatigue, damage=points, pga=pga) for points in (damage, damage + 1))
    for (better, worse), highest in ((facit, 52), (pcs, 100)):
        assert 0 <= worse <= better <= highest
