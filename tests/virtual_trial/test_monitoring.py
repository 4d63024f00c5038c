"""Tables of two counts: they repeat the published designs exactly, alone and with a safety rule."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.bayesian_monitoring import SafetyTable, safety_characteristics
from immunoreset.trial.phase2.bop2 import Thresholds, bop2_pair_table
from immunoreset.trial.phase2.enumeration import StoppingTable, operating_characteristics
from immunoreset.trial.phase2.two_endpoints import Joint, independent, pair_characteristics
from immunoreset.virtual_trial.monitoring import CLAIM, UNSAFE, exact_ends, monitor, read_monitor

SIMON = StoppingTable((10, 29), (1, 5))
SAFETY = SafetyTable((3, 6, 9), (3, 4, 5))
NEVER_HARM, NEVER_CLAIM = SafetyTable((29,), (30,)), StoppingTable((9,), (-1,))


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.55])
def test_without_harm_the_ends_are_those_of_the_stopping_table(rate):
    reference = operating_characteristics(SIMON, [rate])
    for plan in (monitor(SIMON), monitor(SIMON, NEVER_HARM)):
        found = exact_ends(plan, independent(rate, 0.4))
        assert found.claim == pytest.approx(float(reference.claim[0]), abs=1e-12)
        assert found.early == pytest.approx(float(reference.early_stop[0]), abs=1e-12)
        assert found.expected == pytest.approx(float(reference.expected[0]), abs=1e-10)
        assert found.unsafe == 0


@pytest.mark.parametrize("rate", [0.2, 0.6])
def test_with_nothing_else_to_stop_for_the_safety_rule_stops_as_by_itself(rate):
    reference = safety_characteristics(SAFETY, [rate])
    found = exact_ends(monitor(NEVER_CLAIM, SAFETY), independent(0.3, rate))
    assert found.unsafe == pytest.approx(float(reference.stop[0]), abs=1e-12)


def test_a_table_of_two_endpoints_is_followed_exactly():
    table = bop2_pair_table("toxicity", (0.2, 0.3), (10, 20, 30), Thresholds(0.8, 0.7))
    joint = Joint(0.15, 0.25, 0.1, 0.5)
    reference = pair_characteristics(table, [joint])
    found = exact_ends(monitor(table), joint)
    assert found.claim == pytest.approx(float(reference.claim[0]), abs=1e-12)
    np.testing.assert_allclose(found.stop_at, reference.stop_at[0], atol=1e-12)


def test_all_ends_together_are_certain_and_harm_that_goes_with_response_stops_more_claims():
    plan = monitor(SIMON, SAFETY)
    together, apart = (exact_ends(plan, joint) for joint in (Joint(0.3, 0.1, 0.0, 0.6), Joint(0.0, 0.4, 0.3, 0.3)))
    for found in (together, apart):
        assert found.claim + found.futile + found.unsafe == pytest.approx(1, abs=1e-12)
        assert found.stop_at.sum() == pytest.approx(1, abs=1e-12)
    assert together.unsafe == pytest.approx(apart.unsafe, abs=1e-2)
    assert together.claim != pytest.approx(apart.claim, abs=1e-6)


def test_safety_is_the_reason_where_two_rules_stop_and_the_first_look_counts():
    plan = monitor(StoppingTable((6, 12), (0, 4), (5, 5)), SafetyTable((6, 12), (3, 5)))
    patients, end = read_monitor(plan, np.array([[5, 9], [5, 9], [2, 6]]), np.array([[3, 3], [0, 9], [0, 4]]))
    assert patients.tolist() == [6, 6, 12]
    assert end.tolist() == [UNSAFE, CLAIM, CLAIM]


def test_a_safety_rule_cannot_look_after_the_trial():
    with pytest.raises(InvalidValue, match="looks after 40 patients, but the trial ends after 29"):
        monitor(SIMON, SafetyTable((20, 40), (8, 14)))
