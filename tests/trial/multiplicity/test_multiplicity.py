"""Gates: the published worked examples, closed testing by brute force, and alpha that is never spent twice."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from immunoreset.engine import random
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.multiplicity.graph import Graph, equal_shares, hand_on, hierarchy, reject
from immunoreset.trial.multiplicity.looks import nominal_levels, reject_at_looks
from immunoreset.trial.multiplicity.stepwise import bonferroni, fixed_sequence, hochberg, holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=5)
SUCCESSIVE = Graph(
    ("high", "low", "high later", "low later"),
    (0.5, 0.5, 0.0, 0.0),
    ((0.0, 0.5, 0.5, 0.0), (0.5, 0.0, 0.0, 0.5), (0.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)),
)


@given(P_VALUES)
def test_the_graphs_of_holm_and_of_a_fixed_order_give_their_adjusted_p_values(p):
    names = [f"H{number}" for number in range(len(p))]
    if len(p) > 1:
        assert reject(equal_shares(names), p).adjusted == pytest.approx(holm(p), abs=1e-9)
    assert reject(hierarchy(names), p).adjusted == pytest.approx(fixed_sequence(p), abs=1e-12)


@given(P_VALUES)
def test_stepping_up_beats_stepping_down_beats_bonferroni(p):
    assert np.all(hochberg(p) <= holm(p) + 1e-12)
    assert np.all(holm(p) <= bonferroni(p) + 1e-12)
    assert np.all(np.asarray(p) <= hochberg(p) + 1e-12)


@given(st.lists(st.floats(1e-6, 1), min_size=4, max_size=4))
def test_the_order_of_rejection_does_not_matter(p):
    found = reject(SUCCESSIVE, p, alpha=0.05)
    turned = Graph(SUCCESSIVE.names[::-1], SUCCESSIVE.shares[::-1], tuple(row[::-1] for row in SUCCESSIVE.transitions[::-1]))
    assert reject(turned, p[::-1], alpha=0.05).adjusted[::-1] == pytest.approx(found.adjusted, abs=1e-12)


def _closed(graph: Graph, p: list[float], alpha: float) -> list[bool]:
    """Closed testing with the weighted Bonferroni test of every intersection, its weights from the graph."""
    count = len(p)
    rejected = [True] * count
    for size in range(1, count + 1):
        for held in combinations(range(count), size):
            shares, transitions = np.array(graph.shares), np.array(graph.transitions)
            for gone in set(range(count)) - set(held):
                shares, transitions = hand_on(shares, transitions, gone)
            if not any(p[place] <= alpha * shares[place] for place in held):
                for place in held:
                    rejected[place] = False
    return rejected


@given(st.lists(st.floats(1e-4, 0.06), min_size=4, max_size=4))
def test_the_graph_is_the_closed_test_that_it_stands_for(p):
    assert list(reject(SUCCESSIVE, p, alpha=0.05).rejected) == _closed(SUCCESSIVE, p, 0.05)


def test_the_path_hands_half_to_the_other_dose_and_half_to_the_later_endpoint():
    # two doses and two endpoints in the manner of Bretz et al. 2009, worked by hand
    found = reject(SUCCESSIVE, [0.01, 0.1, 0.012, 0.2], alpha=0.05)
    assert [step.name for step in found.path] == ["high", "high later"]
    assert found.path[0].local_alpha == pytest.approx(0.025)
    assert found.path[0].shares == pytest.approx((0.0, 0.75, 0.25, 0.0))
    assert found.rejected == (True, False, True, False)


def test_null_p_values_are_rejected_no_more_often_than_alpha():
    p = random.uniform(11, "null p-values", np.arange(6000), count=4)
    wrong = np.mean([any(reject(SUCCESSIVE, row, alpha=0.05).rejected) for row in p])
    assert wrong < 0.05 + 4 * np.sqrt(0.05 * 0.95 / len(p))
    for method in (holm, hochberg, bonferroni):
        assert np.mean([method(row).min() <= 0.05 for row in p]) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / len(p))


@pytest.mark.parametrize(
    ("shares", "transitions", "says"),
    [
        ((0.6, 0.6), ((0.0, 1.0), (1.0, 0.0)), "alpha spent twice; the shares sum to 1.2"),
        ((0.5, 0.5), ((0.0, 1.1), (1.0, 0.0)), "alpha spent twice; the arrows from 'A' sum to 1.1"),
        ((0.5, 0.5), ((0.2, 0.8), (1.0, 0.0)), "'A' hands alpha to itself"),
        ((-0.1, 0.5), ((0.0, 1.0), (1.0, 0.0)), "0 or more"),
        ((0.5, 0.5), ((0.0, 1.0),), "2 rows"),
    ],
)
def test_graphs_that_spend_alpha_twice_are_refused(shares, transitions, says):
    with pytest.raises(InvalidValue, match=says):
        Graph(("A", "B"), shares, transitions)


def test_bad_p_values_and_names_are_refused():
    with pytest.raises(InvalidValue, match=r"p-value 2 is 1.5"):
        holm([0.1, 1.5])
    with pytest.raises(InvalidValue, match="3 p-values for 2"):
        reject(hierarchy(["A", "B"]), [0.1, 0.2, 0.3])
    with pytest.raises(UnknownName, match="hypothesis 'flair'"):
        hierarchy(["response", "flare"]).place("flair")


def test_the_first_gate_over_looks_uses_the_bounds_of_the_whole_alpha():
    design = GroupSequential("asOF", 3)
    assert nominal_levels(design, 0.025) == pytest.approx(boundaries(design).stage_levels)


def test_nominal_levels_grow_with_the_share_of_alpha():
    for kind in ("asOF", "asP"):
        levels = np.array([nominal_levels(GroupSequential(kind, 3), alpha) for alpha in (0.0, 0.005, 0.0125, 0.025)])
        assert np.all(np.diff(levels, axis=0) > 0)


def test_alpha_passed_on_at_a_look_is_used_at_that_look():
    designs = [GroupSequential("asP", 2)] * 2
    second = nominal_levels(designs[1], 0.025)[0]
    found = reject_at_looks(hierarchy(["A", "B"]), designs, [[0.001, 0.99 * second]])
    assert [(step.look, step.name) for step in found.path] == [(1, "A"), (1, "B")]
    assert reject_at_looks(hierarchy(["A", "B"]), designs, [[0.5, 1e-9]]).path == ()


def test_null_trials_with_looks_and_gates_keep_alpha():
    trials = 8000
    steps = random.normal(13, "gates over looks", np.arange(trials), count=4).reshape(trials, 2, 2)
    z = steps.cumsum(axis=1) / np.sqrt(np.array([1.0, 2.0]))[None, :, None]
    p = ndtr(-z)
    designs = [GroupSequential("asOF", 2), GroupSequential("asP", 2)]
    wrong = np.mean([bool(reject_at_looks(equal_shares(["A", "B"]), designs, trial).path) for trial in p])
    assert wrong < 0.025 + 4 * np.sqrt(0.025 * 0.975 / trials)


def test_gates_over_looks_refuse_what_does_not_fit():
    gate = hierarchy(["A", "B"])
    spending = GroupSequential("asOF", 2)
    with pytest.raises(InvalidValue, match="needs a spending function"):
        reject_at_looks(gate, [GroupSequential("P", 2), spending], [[0.1, 0.1]])
    with pytest.raises(InvalidValue, match="2 designs"):
        reject_at_looks(gate, [spending], [[0.1, 0.1]])
    with pytest.raises(InvalidValue, match="3 looks"):
        reject_at_looks(gate, [spending] * 2, [[0.1, 0.1]] * 3)
