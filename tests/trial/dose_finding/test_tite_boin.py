"""TITE-BOIN: what patients still watched count for."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.tite_boin import TiteBOIN
from immunoreset.trial.outcomes import Outcomes

DESIGN = TiteBOIN(BOIN(4, 0.3))


def test_with_nobody_pending_it_is_boin():
    rng = np.random.default_rng(7)
    treated = 3 * rng.integers(0, 5, size=(400, 4))
    treated[:, 0] = np.maximum(treated[:, 0], 3)
    seen = Outcomes.from_counts(treated, rng.binomial(treated, 0.3))
    mine, theirs = DESIGN.decide(seen), BOIN(4, 0.3).decide(seen)
    for name in ("dose", "stop", "recommended", "admissible", "wait"):
        assert np.array_equal(getattr(mine, name), getattr(theirs, name)), name


def state(followed: float, toxic: int = 1) -> Outcomes:
    return Outcomes.from_counts([3, 4, 0, 0], [0, toxic, 0, 0], current=2, pending=[0, 2, 0, 0], followed=[0, followed, 0, 0])


def test_more_follow_up_of_the_pending_lowers_the_estimate():
    doses = [int(DESIGN.decide(state(followed)).dose[0]) for followed in (0.0, 0.2, 0.25, 1.0, 2.0)]
    assert doses == [2, 2, 3, 3, 3]


def test_it_waits_when_more_than_half_are_pending_but_not_at_a_closed_dose():
    many = Outcomes.from_counts([3, 2, 0, 0], [0, 0, 0, 0], current=2, pending=[0, 4, 0, 0], followed=[0, 2.0, 0, 0])
    now = DESIGN.decide(many)
    assert now.wait.tolist() == [True] and now.dose.tolist() == [2]
    closed = Outcomes.from_counts([3, 4, 0, 0], [0, 4, 0, 0], current=2, pending=[0, 5, 0, 0], followed=[0, 2.0, 0, 0])
    assert BOIN(4, 0.3).letters(9)[9, 4] != 3 and DESIGN.decide(closed).wait.tolist() == [True]
    shut = Outcomes.from_counts([3, 4, 0, 0], [0, 4, 0, 0], current=2, pending=[0, 1, 0, 0], followed=[0, 0.1, 0, 0])
    now = DESIGN.decide(shut)
    assert now.wait.tolist() == [False] and now.dose.tolist() == [1]


def test_a_share_outside_zero_to_one_is_refused():
    with pytest.raises(InvalidValue):
        TiteBOIN(BOIN(4, 0.3), 2)
