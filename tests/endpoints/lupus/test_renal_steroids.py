"""The steroid rule of AURORA 1 and the flare of AURORA 2."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.renal_steroids import low_dose_aurora, renal_flare_aurora2
from immunoreset.endpoints.quantities import Prednisone, Upcr
from immunoreset.errors import InvalidValue

doses = st.lists(st.sampled_from([0.0, 10.0, 10.1, 20.0]), min_size=3, max_size=20)


def low(days):
    return low_dose_aurora(Prednisone(days, "mg/day")).value


def by_hand(days):
    above = [dose > 10 for dose in days]
    return not (sum(above) >= 7 or any(all(above[k : k + 3]) for k in range(len(above) - 2)))


@given(doses)
def test_rule_agrees_with_counting_day_by_day(days):
    assert low(days) is by_hand(days)


@given(doses, st.data())
def test_a_missing_day_is_decided_only_if_it_does_not_matter(days, data):
    day = data.draw(st.integers(0, len(days) - 1))
    both = {by_hand([*days[:day], dose, *days[day + 1 :]]) for dose in (0, 20)}
    found = low([*days[:day], np.nan, *days[day + 1 :]])
    assert found is (both.pop() if len(both) == 1 else None)


def test_seven_scattered_days_are_too_many_and_six_are_not():
    assert low([20, 0] * 6 + [0, 0]) is True
    assert low([20, 0] * 7) is False


def test_many_patients_at_once():
    table = np.array([[20.0, 20, 20, 0], [20, 20, 0, 20], [0, 0, 0, 0], [20, np.nan, 20, 0]])
    assert low_dose_aurora(Prednisone(table, "mg/day")).values.tolist() == pytest.approx([0, 1, 1, np.nan], nan_ok=True)
    assert low_dose_aurora(None).value is None


def test_a_single_dose_is_refused():
    with pytest.raises(InvalidValue, match="every day"):
        low_dose_aurora(Prednisone(5, "mg/day"))


@pytest.mark.parametrize(
    ("best", "now", "flare"),
    [
        (0.19, 1.0, False), (0.19, 1.01, True), (0.2, 1.5, False), (0.2, 2.0, False), (0.2, 2.01, True), (1.0, 2.01, True),
        (1.01, 5.0, None), (None, 0.9, None), (None, 2.5, None),
    ],
)  # fmt: skip
def test_flare_threshold_depends_on_how_low_protein_had_gone(best, now, flare):
    before = None if best is None else Upcr(best, "g/g")
    assert renal_flare_aurora2(Upcr(now, "g/g"), before, adjudicated=True, specimen="24 h").flare.value is flare


def test_committee_has_the_last_word():
    def crossing(adjudicated):
        return renal_flare_aurora2(Upcr(3, "g/g"), Upcr(0.1, "g/g"), adjudicated=adjudicated, specimen=None).flare.value

    assert (crossing(True), crossing(False), crossing(None)) == (True, False, None)
