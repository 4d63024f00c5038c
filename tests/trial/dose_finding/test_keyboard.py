"""Keyboard and mTPI-2: the keys and what they decide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.keyboard import Keyboard, keys_around


@given(st.floats(0.1, 0.5), st.floats(0.01, 0.09), st.floats(0.01, 0.09))
def test_keys_cover_zero_to_one_without_gap_and_have_one_width(target, below, above):
    keys = keys_around(target, below, above)
    assert keys[0, 0] == 0 and keys[-1, 1] == 1
    np.testing.assert_array_equal(keys[1:, 0], keys[:-1, 1])
    width = keys[:, 1] - keys[:, 0]
    np.testing.assert_allclose(width[1:-1], below + above, atol=1e-9)
    assert (width <= below + above + 1e-9).all() and (width > 0).all()
    assert ((keys[:, 0] < target) & (target < keys[:, 1])).sum() == 1


def test_end_keys_are_only_left_out_where_they_are_shorter():
    assert len(keys_around(0.3, 0.05, 0.05)) == len(keys_around(0.3, 0.05, 0.05, end_keys=False)) + 2
    np.testing.assert_array_equal(keys_around(0.3, 0.1, 0.1), keys_around(0.3, 0.1, 0.1, end_keys=False))


def test_more_toxicities_never_give_a_bolder_letter():
    for ends in (True, False):
        table = Keyboard(5, 0.3, end_keys=ends).letters(30)
        for patients in range(1, 31):
            assert (np.diff(table[patients, : patients + 1]) >= 0).all()


@pytest.mark.parametrize("make", [lambda: Keyboard(5, 0.3, 0.05, 0.8), lambda: Keyboard(5, 0), lambda: Keyboard(5, 0.3, start=6)])
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(InvalidValue):
        make()
