"""BOP2: bounds, exact errors in one and two endpoints, and the optimum on the whole grid."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from immunoreset.engine import random
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.phase2.bop2 import Thresholds, bop2_pair_table, bop2_table, optimise_bop2, optimise_bop2_pair
from immunoreset.trial.phase2.enumeration import operating_characteristics
from immunoreset.trial.phase2.two_endpoints import Joint, PairTable, independent, nested, pair_characteristics

LOOKS = (10, 15, 20, 25, 30, 35, 40)
SHORT = (6, 12, 18)


def test_no_pair_on_the_grid_has_more_power_than_the_optimum():
    scales, powers = np.arange(60, 100, 4) / 100, np.arange(0, 11) / 10
    best = optimise_bop2(0.2, 0.5, SHORT, alpha=0.1, scales=scales, powers=powers)
    for scale, power in product(scales, powers):
        found = operating_characteristics(bop2_table(0.2, SHORT, Thresholds(scale, power)), [0.2, 0.5])
        assert found.claim[0] > 0.1 or found.claim[1] <= best.power + 1e-12


@pytest.mark.parametrize(
    ("p0", "p1", "looks", "alpha", "power"),
    [(0.2, 0.4, LOOKS, 0.1, 0.88149), (0.2, 0.5, (6, 12, 18, 24), 0.05, 0.90913), (0.4, 0.6, (15, 30, 45), 0.05, 0.84249)],
)
def test_the_optimum_has_the_power_of_the_reference(p0, p1, looks, alpha, power):
    found = optimise_bop2(p0, p1, looks, alpha=alpha)
    assert found.alpha <= alpha
    assert found.power == pytest.approx(power, abs=1e-5)


def test_bounds_rise_with_patients_and_with_lambda():
    loose, strict = (bop2_table(0.3, LOOKS, Thresholds(scale, 0.8)).stop_le for scale in (0.8, 0.95))
    assert np.all(np.diff(loose) >= 0)
    assert all(low <= high for low, high in zip(loose, strict, strict=True))


@pytest.mark.parametrize("kind", ["nested", "co-primary", "toxicity"])
def test_the_optimum_for_two_endpoints_keeps_alpha(kind):
    null = nested(0.15, 0.3) if kind == "nested" else independent(0.45, 0.3) if kind == "toxicity" else independent(0.1, 0.2)
    effect = nested(0.3, 0.5) if kind == "nested" else independent(0.65, 0.15) if kind == "toxicity" else independent(0.25, 0.4)
    found = optimise_bop2_pair(kind, (null, effect), LOOKS, alpha=0.1)
    table = bop2_pair_table(kind, null.rates, LOOKS, found.thresholds)
    does = pair_characteristics(table, [null, effect])
    assert does.claim[0] == pytest.approx(found.alpha)
    assert found.alpha <= 0.1 < 0.75 < found.power
    assert does.claim[1] == pytest.approx(found.power)


def test_further_nulls_are_kept_too():
    null, effect = independent(0.45, 0.3), independent(0.65, 0.15)
    others = (independent(0.65, 0.3), independent(0.45, 0.15))
    plain = optimise_bop2_pair("toxicity", (null, effect), LOOKS, alpha=0.15)
    safer = optimise_bop2_pair("toxicity", (null, effect), LOOKS, alpha=0.15, also_null=others)
    table = bop2_pair_table("toxicity", null.rates, LOOKS, safer.thresholds)
    assert pair_characteristics(table, [null, *others]).claim.max() <= 0.15
    assert safer.power <= plain.power


def test_a_pair_that_never_matters_is_the_single_endpoint():
    thresholds = Thresholds(0.84, 0.64)
    single = bop2_table(0.2, LOOKS, thresholds)
    never = PairTable("toxicity", LOOKS, single.stop_le, tuple(n + 1 for n in LOOKS))
    found = pair_characteristics(never, [independent(0.2, 0.6), independent(0.4, 0.1)])
    exact = operating_characteristics(single, [0.2, 0.4])
    assert found.claim == pytest.approx(exact.claim)
    assert found.expected == pytest.approx(exact.expected)
    assert found.early_stop == pytest.approx(exact.early_stop)


@pytest.mark.parametrize("joint", [Joint(0.25, 0.1, 0.15, 0.5), independent(0.3, 0.4), Joint(0.02, 0.4, 0.18, 0.4)])
def test_simulated_patients_agree_with_the_exact_counts(joint):
    table = bop2_pair_table("toxicity", (0.3, 0.4), SHORT, Thresholds(0.7, 0.8))
    trials = 10_000
    chance = random.uniform(4, "pairs", np.arange(trials), count=SHORT[-1])
    first = (chance < joint.both + joint.first_only).cumsum(axis=1)
    second = (chance < joint.both) | (
        (chance >= sum(joint.rates) - joint.both - joint.second_only) & (chance < 1 - joint.neither)
    )
    second = second.cumsum(axis=1)
    running = np.ones(trials, bool)
    for look, n in enumerate(SHORT):
        running &= ~table.stops(look)[first[:, n - 1], second[:, n - 1]]
    exact = float(pair_characteristics(table, [joint]).claim[0])
    assert abs(running.mean() - exact) < 4 * np.sqrt(exact * (1 - exact) / trials)


def test_impossible_wishes_are_refused():
    with pytest.raises(InvalidValue, match="must rise"):
        optimise_bop2(0.4, 0.2, LOOKS, alpha=0.1)
    with pytest.raises(InvalidValue, match=r"lambda 1.2"):
        Thresholds(1.2, 0.5)
    with pytest.raises(InvalidValue, match="lower lambda"):
        bop2_table(0.9, (2,), Thresholds(0.99, 0.5))
    with pytest.raises(InvalidValue, match="sum to 1"):
        nested(0.5, 0.3)
    with pytest.raises(InvalidValue, match="no lambda and gamma"):
        optimise_bop2(0.2, 0.4, (3,), alpha=0.001)
    with pytest.raises(UnknownName, match="pair of endpoints"):
        PairTable("either", (10,), (1,), (1,))
