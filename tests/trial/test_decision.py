"""A decision made whole, restricted or halted never points to a dose that may not be given."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.trial.decision import MESSAGES, Why, decision, halt, highest_open, lowest_open, restrict
from immunoreset.trial.outcomes import Outcomes

flags = st.lists(st.booleans(), min_size=4, max_size=4)


@given(flags, flags, st.integers(1, 4), st.integers(0, 4))
def test_restricting_moves_down_to_an_open_dose_or_stops(admissible, allowed, dose, best):
    seen = Outcomes.none(doses=4)
    made = decision(seen, dose=np.array([dose]), why=Why.STAY, recommended=np.array([best]), admissible=np.array([admissible]))
    now = restrict(made, np.array([allowed]))
    left = [level for level in range(1, 5) if admissible[level - 1] and allowed[level - 1]]
    below = [level for level in left if level <= dose]
    assert now.stop[0] == (not below)
    assert now.dose[0] == max(below, default=0)
    assert now.recommended[0] == max((level for level in left if level <= best), default=0)


@given(flags, st.integers(0, 4))
def test_highest_and_lowest_open_dose_are_those_of_a_search(allowed, limit):
    level = [dose for dose in range(1, 5) if allowed[dose - 1]]
    assert highest_open(np.array([allowed]), np.array([limit]))[0] == max((dose for dose in level if dose <= limit), default=0)
    assert lowest_open(np.array([allowed]), np.array([limit]))[0] == min((dose for dose in level if dose >= limit), default=0)


def test_a_trial_already_stopped_keeps_its_reason():
    made = decision(Outcomes.none(doses=2, trials=2), dose=np.array([1, 1]), why=Why.START)
    once = halt(made, np.array([True, False]), why=Why.TOO_TOXIC)
    twice = halt(once, np.array([True, True]), why=Why.PRECISE)
    assert twice.why.tolist() == [Why.TOO_TOXIC, Why.PRECISE] and twice.dose.tolist() == [0, 0]


def test_every_reason_has_its_own_words():
    assert set(MESSAGES) == set(Why) and len(set(MESSAGES.values())) == len(Why)


def test_explaining_tells_stop_from_wait():
    made = decision(Outcomes.none(doses=2), dose=np.array([2]), why=Why.PENDING, wait=np.array([True]))
    assert made.explain().startswith("wait, then dose 2")
    assert halt(made, np.array([True]), why=Why.PRECISE).explain().startswith("stop, recommended dose 2")
