"""Laws and published numbers of group-sequential bounds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from immunoreset.engine import random
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.group_sequential.boundaries import (
    boundaries,
    crossing_probabilities,
    expected_information,
    power,
    read_looks,
)
from immunoreset.trial.group_sequential.design import BetaSpending, FutilityBounds, GroupSequential

SHAPES = [("OF", None), ("P", None), ("WT", 0.25), ("HP", None), ("asOF", None), ("asP", None), ("asHSD", -4.0), ("asKD", 2.0)]
UNEVEN = (0.15, 0.4, 0.7, 0.9, 1.0)


@pytest.mark.parametrize(("looks", "constant"), [(2, 2.178), (3, 2.289), (4, 2.361), (5, 2.413), (10, 2.555)])
def test_pocock_constants_equal_the_published_ones(looks, constant):
    # Jennison & Turnbull 2000, table 2.1, alpha 0.05, two-sided
    assert boundaries(GroupSequential("P", looks, alpha=0.05, sides=2)).critical == pytest.approx([constant] * looks, abs=5e-4)


@pytest.mark.parametrize(("looks", "constant"), [(2, 1.977), (3, 2.004), (4, 2.024), (5, 2.040), (10, 2.087)])
def test_obrien_fleming_constants_equal_the_published_ones(looks, constant):
    # Jennison & Turnbull 2000, table 2.3, alpha 0.05, two-sided
    assert boundaries(GroupSequential("OF", looks, alpha=0.05, sides=2)).critical[-1] == pytest.approx(constant, abs=5e-4)


@pytest.mark.parametrize(("kind", "looks", "factor"), [("P", 2, 1.100), ("P", 5, 1.207), ("OF", 2, 1.007), ("OF", 5, 1.026)])
def test_inflation_equals_the_published_one(kind, looks, factor):
    # Jennison & Turnbull 2000, tables 2.2 and 2.4, alpha 0.05 two-sided, power 0.9
    assert boundaries(GroupSequential(kind, looks, alpha=0.05, beta=0.1, sides=2)).inflation == pytest.approx(factor, abs=5e-4)


@pytest.mark.parametrize(("kind", "parameter"), SHAPES)
@pytest.mark.parametrize("sides", [1, 2])
def test_all_alpha_is_spent_and_no_more(kind, parameter, sides):
    plan = boundaries(GroupSequential(kind, UNEVEN, alpha=0.025 * sides, sides=sides, parameter=parameter))
    assert plan.alpha_spent[-1] == pytest.approx(0.025 * sides, abs=1e-10)
    assert np.all(np.diff(plan.alpha_spent) > 0)
    assert sum(plan.rejection) == pytest.approx(0.8, abs=1e-10)


@pytest.mark.parametrize(("kind", "parameter"), [shape for shape in SHAPES if shape[0] not in ("P", "asP")])
def test_early_claims_need_more(kind, parameter):
    critical = boundaries(GroupSequential(kind, 6, parameter=parameter)).critical
    assert np.all(np.diff(critical) <= 0)


def test_the_probabilities_equal_those_of_the_multivariate_normal():
    plan = boundaries(GroupSequential("asOF", (0.3, 0.7, 1.0), futility=FutilityBounds((-0.5, 0.4))))
    rates = np.array(plan.design.information)
    smaller, larger = np.minimum.outer(rates, rates), np.maximum.outer(rates, rates)
    mean, together = plan.drift * np.sqrt(rates), np.sqrt(smaller / larger)
    upper, lower = np.array(plan.critical), np.array([*plan.futility, -np.inf])
    fine = {"abseps": 1e-9, "releps": 1e-9, "maxpts": 10**6}
    stays = multivariate_normal.cdf(upper, mean, together, lower_limit=lower, **fine)
    before = multivariate_normal.cdf(upper[:2], mean[:2], together[:2, :2], lower_limit=lower[:2], **fine)
    assert before - stays == pytest.approx(plan.rejection[2], abs=1e-7)


def test_one_look_is_the_fixed_test():
    plan = boundaries(GroupSequential("none", 1))
    assert plan.critical[0] == pytest.approx(1.959963984540054, abs=1e-10)
    assert plan.inflation == pytest.approx(1, abs=1e-9)
    assert (plan.asn_h0, plan.asn_h1) == pytest.approx((1, 1), abs=1e-9)


def test_wang_tsiatis_holds_pocock_and_obrien_fleming():
    for shape, kind in ((0.0, "OF"), (0.5, "P")):
        assert boundaries(GroupSequential("WT", 4, parameter=shape)).critical == pytest.approx(
            boundaries(GroupSequential(kind, 4)).critical
        )


def test_user_spending_of_a_known_function_gives_its_bounds():
    known = boundaries(GroupSequential("asP", 4))
    own = boundaries(GroupSequential("asUser", 4, spent=(*known.alpha_spent[:-1], 0.025)))
    assert own.critical == pytest.approx(known.critical, abs=1e-8)


def test_a_look_that_spends_nothing_never_claims():
    plan = boundaries(GroupSequential("asUser", 2, spent=(0.0, 0.025)))
    assert plan.critical[0] == np.inf
    assert plan.critical[1] == pytest.approx(1.959963984540054, abs=1e-9)


def test_looks_close_together_and_many_looks_keep_their_accuracy():
    for looks in ((0.5, 0.501, 1.0), tuple((look + 1) / 40 for look in range(40))):
        plan = boundaries(GroupSequential("asP", looks))
        assert plan.alpha_spent[-1] == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize("binding", [True, False])
@pytest.mark.parametrize("kind", ["bsOF", "bsP", "bsHSD", "bsKD"])
def test_beta_spending_spends_beta_and_keeps_alpha(kind, binding):
    parameter = {"bsHSD": -2.0, "bsKD": 2.0}.get(kind)
    plan = boundaries(GroupSequential("asOF", 4, beta=0.1, futility=BetaSpending(kind, parameter, binding=binding)))
    found = crossing_probabilities(plan, plan.drift)
    assert found.upper.sum() == pytest.approx(0.9, abs=1e-9)
    assert found.lower[:-1].cumsum() == pytest.approx(plan.beta_spent[:-1], abs=1e-9)
    claims = crossing_probabilities(plan, 0.0).upper.sum()
    assert claims == pytest.approx(0.025, abs=1e-9) if binding else claims < 0.025
    assert np.all(np.diff(plan.futility) > 0)
    assert plan.asn_h0 < boundaries(GroupSequential("asOF", 4, beta=0.1)).asn_h0


def test_binding_bounds_lower_the_critical_values():
    bounds = (0.0, 0.5)
    binding, free = (
        boundaries(GroupSequential("P", 3, futility=FutilityBounds(bounds, binding=choice))) for choice in (True, False)
    )
    assert all(low < high for low, high in zip(binding.critical, free.critical, strict=True))
    assert free.critical == boundaries(GroupSequential("P", 3)).critical


def test_simulated_null_trials_claim_at_the_rate_of_alpha():
    trials = 40_000
    steps = random.normal(3, "null trials", np.arange(trials), count=4)
    z = steps.cumsum(axis=1) / np.sqrt(np.arange(1, 5))
    for sides, alpha in ((1, 0.025), (2, 0.05)):
        plan = boundaries(GroupSequential("P", 4, alpha=alpha, sides=sides))
        found = read_looks(plan, z)
        assert abs(found.rejected.mean() - alpha) < 4 * np.sqrt(alpha * (1 - alpha) / trials)
        share = expected_information(plan, 0.0)
        assert abs(found.look.mean() / 4 - share) < 4 * (found.look / 4).std() / np.sqrt(trials)


def test_power_rises_with_the_effect():
    plan = boundaries(GroupSequential("asHSD", 3, parameter=-4.0))
    assert np.all(np.diff([power(plan, drift) for drift in np.linspace(-1, 6, 15)]) > 0)


def test_a_trial_stops_for_futility_where_the_bound_says():
    plan = boundaries(GroupSequential("asOF", 3, futility=FutilityBounds((0.0, 0.5))))
    found = read_looks(plan, [[-0.1, 9, 9], [0.1, 0.4, 9], [0.1, 0.6, 2.5], [9, 9, 9]])
    assert found.look.tolist() == [1, 2, 3, 1]
    assert found.rejected.tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"looks": (0.5, 0.4, 1.0)}, "0.4 follows 0.5"),
        ({"looks": (0.5, 0.9)}, "exactly 1"),
        ({"looks": (0.5, 0.5, 1.0)}, "0.5 follows 0.5"),
        ({"looks": 0}, "at least 1"),
        ({"alpha": 0.0}, "alpha 0"),
        ({"alpha": 0.3, "beta": 0.8}, "sum below 1"),
        ({"sides": 3}, "give 1 or 2"),
        ({"kind": "asHSD"}, "needs a finite parameter"),
        ({"kind": "OF", "parameter": 1.0}, "takes no parameter"),
        ({"kind": "asUser", "looks": 2, "spent": (0.02, 0.03)}, "more than the 0.025"),
        ({"kind": "asUser", "looks": 2, "spent": (0.03, 0.025)}, "never falling"),
        ({"kind": "asUser", "looks": 3, "spent": (0.01, 0.025)}, "2 values for 3 looks"),
        ({"kind": "asOF", "spent": (0.01, 0.02, 0.025)}, "asUser"),
        ({"kind": "HP", "parameter": 1.0}, "spend more than alpha"),
        ({"kind": "P", "futility": BetaSpending()}, "not with P"),
        ({"sides": 2, "futility": BetaSpending()}, "one-sided"),
        ({"futility": FutilityBounds((0.0,))}, "give 2 numbers"),
        ({"futility": FutilityBounds((4.0, 0.0))}, "look 1"),
    ],
)
def test_what_cannot_be_is_refused(choice, says):
    with pytest.raises(InvalidValue, match=says):
        boundaries(GroupSequential(**{"kind": "asOF", "looks": 3, **choice}))


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'asOF'"):
        GroupSequential("asO")
    with pytest.raises(UnknownName, match="beta spending function 'bsX'"):
        GroupSequential("asOF", futility=BetaSpending("bsX"))
