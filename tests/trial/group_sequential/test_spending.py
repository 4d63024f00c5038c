"""Spending functions start low, rise, and end at the whole error."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.group_sequential.spending import spend

KINDS = [("OF", None), ("P", None), ("HSD", -4.0), ("HSD", 0.0), ("HSD", 3.0), ("KD", 0.5), ("KD", 3.0)]


@pytest.mark.parametrize(("kind", "parameter"), KINDS)
def test_spending_rises_to_the_whole_error(kind, parameter):
    spent = spend(kind, np.linspace(0.01, 1, 100), 0.025, parameter=parameter)
    assert np.all(np.diff(spent) > 0)
    assert 0 < spent[0] < spent[-1]
    assert spent[-1] == pytest.approx(0.025, rel=1e-12)


def test_hwang_shih_decani_is_continuous_through_zero():
    assert spend("HSD", [0.3], 0.05, parameter=1e-9) == pytest.approx(spend("HSD", [0.3], 0.05, parameter=0.0), rel=1e-8)


def test_missing_and_needless_parameters_are_refused():
    with pytest.raises(InvalidValue, match="needs a parameter"):
        spend("HSD", [1.0], 0.025)
    with pytest.raises(InvalidValue, match="takes no parameter"):
        spend("OF", [1.0], 0.025, parameter=2.0)
    with pytest.raises(InvalidValue, match="above 0"):
        spend("KD", [1.0], 0.025, parameter=-2.0)
    with pytest.raises(UnknownName, match="spending function 'LD'"):
        spend("LD", [1.0], 0.025)
