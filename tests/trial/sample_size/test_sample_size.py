"""Sample sizes: power and size undo each other, simulated trials have that power, impossible wishes are refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from immunoreset.engine import random
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.sample_size.looks import power_by_sample_size, with_looks
from immunoreset.trial.sample_size.means import power_means, sample_size_means
from immunoreset.trial.sample_size.rates import power_rates, sample_size_rates
from immunoreset.trial.sample_size.survival import (
    Schedule,
    event_probability,
    events_needed,
    hazard_of_median,
    power_survival,
    sample_size_survival,
)
from immunoreset.trial.sample_size.t_power import t_power


@pytest.mark.parametrize("ratio", [0.5, 1, 2, 3])
@pytest.mark.parametrize(("alpha", "sides"), [(0.025, 1), (0.05, 2), (0.1, 1)])
def test_power_at_the_sample_size_is_the_power_wished(ratio, alpha, sides):
    risks = {"alpha": alpha, "sides": sides, "ratio": ratio}
    for variance in ("pooled", "unpooled"):
        size = sample_size_rates(0.5, 0.3, power=0.9, variance=variance, **risks)
        assert power_rates(0.5, 0.3, size.total, variance=variance, **risks) == pytest.approx(0.9)
        assert size.treatment / size.control == pytest.approx(ratio)
    for test in ("t", "z"):
        size = sample_size_means(-0.4, 1.1, power=0.9, test=test, **risks)
        assert power_means(-0.4, 1.1, size.total, test=test, **risks) == pytest.approx(0.9)
    for formula in ("schoenfeld", "freedman"):
        events = events_needed(0.6, power=0.9, formula=formula, **risks)
        assert power_survival(0.6, events, formula=formula, **risks) == pytest.approx(0.9)


def test_two_sided_alpha_is_one_sided_half_of_it():
    assert sample_size_rates(0.5, 0.3, alpha=0.05, sides=2) == sample_size_rates(0.5, 0.3, alpha=0.025, sides=1)


def test_the_t_test_needs_a_little_more_than_a_known_deviation():
    known, unknown = (sample_size_means(0.5, 1, test=test).total for test in ("z", "t"))
    assert 0 < unknown - known < 3


@pytest.mark.parametrize(
    ("difference", "per_arm"),
    [(1.2, 11.942), (1.5, 8.060), (2, 5.090)],  # statsmodels 0.15 TTestIndPower, alpha 0.025 one-sided, power 0.8
)
def test_a_large_effect_needs_few_patients_but_not_none(difference, per_arm):
    assert sample_size_means(difference, 1).control == pytest.approx(per_arm, abs=5e-4)


@pytest.mark.parametrize("alpha", [1e-6, 0.025, 0.2, 0.5])
@pytest.mark.parametrize("effect", [1e-4, 0.1, 1, 2, 5, 20, 100])
def test_power_of_a_t_test_rises_with_patients(alpha, effect):
    totals = 2 + np.concatenate([np.geomspace(0.1, 1, 20), np.geomspace(1.1, 1e6, 200)])
    power = power_means(effect, 1, totals, alpha=alpha)
    assert np.isfinite(power).all()
    assert (np.diff(power) > -1e-9).all()


def test_a_large_mean_of_t_gives_the_power_that_simulated_t_tests_have():
    rng = np.random.default_rng(3)
    tail, freedom, drift = 1e-4, 3.0, 35.0
    seen = (rng.normal(size=200_000) + drift) / np.sqrt(rng.chisquare(freedom, 200_000) / freedom)
    assert t_power(freedom, drift, tail=tail) == pytest.approx((seen > stdtrit(freedom, 1 - tail)).mean(), abs=0.004)


def test_simulated_trials_have_the_power_of_the_formula():
    size = sample_size_rates(0.55, 0.35, power=0.8)
    treated, controls = size.whole
    trials = 4000
    chances = random.uniform(5, "rates", np.arange(trials), count=treated + controls)
    treated_rate = (chances[:, :treated] < 0.55).mean(axis=1)
    control_rate = (chances[:, treated:] < 0.35).mean(axis=1)
    pooled = (treated_rate * treated + control_rate * controls) / (treated + controls)
    z = (treated_rate - control_rate) / np.sqrt(pooled * (1 - pooled) * (1 / treated + 1 / controls))
    assert abs((z > 1.959964).mean() - 0.8) < 0.01 + 4 * np.sqrt(0.16 / trials)


def test_freedman_equals_the_published_number_of_events():
    # Freedman 1982: ((1 + hr) / (1 - hr))^2 (1.96 + 1.2816)^2 for equal arms
    assert events_needed(0.5, power=0.9, formula="freedman") == pytest.approx(9 * 3.2415155**2, rel=1e-6)


def test_share_of_events_equals_that_of_simulated_patients():
    schedule = Schedule(accrual=24, follow_up=12, dropout=0.01)
    chances = random.uniform(7, "patients", np.arange(40_000), count=3)
    hazard = hazard_of_median(12)
    watched = schedule.follow_up + schedule.accrual * chances[:, 0]
    event, lost = -np.log(chances[:, 1]) / hazard, -np.log(chances[:, 2]) / schedule.dropout
    share = (event < np.minimum(watched, lost)).mean()
    exact = event_probability(hazard, schedule)
    assert abs(share - exact) < 4 * np.sqrt(exact * (1 - exact) / 40_000)


def test_no_accrual_time_is_the_limit_of_a_short_one():
    hazard = hazard_of_median(12)
    assert event_probability(hazard, Schedule(0, 12)) == pytest.approx(0.5)
    assert event_probability(hazard, Schedule(1e-9, 12)) == pytest.approx(0.5, abs=1e-8)


def test_looks_cost_patients_at_most_and_save_them_on_average():
    fixed, plan = sample_size_rates(0.5, 0.3), boundaries(GroupSequential("P", 4))
    sizes = with_looks(fixed, plan)
    assert sizes.expected_h1 < fixed.total < sizes.largest.total
    curve = power_by_sample_size(fixed, plan, [sizes.largest.total, 2 * sizes.largest.total])
    assert curve.power[0] == pytest.approx(0.8)
    assert curve.expected[0] == pytest.approx(sizes.expected_h1)
    assert curve.power[1] > 0.95


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: sample_size_rates(0.3, 0.3), "both rates are 0.3"),
        (lambda: sample_size_rates(1.3, 0.3), "treatment arm is 1.3"),
        (lambda: sample_size_rates(0.4, 0.3, ratio=0), "ratio"),
        (lambda: sample_size_rates(0.4, 0.3, power=0.01), "power is 0.01"),
        (lambda: sample_size_rates(0.4, 0.3, alpha=1.2), "alpha is 1.2"),
        (lambda: sample_size_rates(0.4, 0.3, sides=0), "sides is 0"),
        (lambda: sample_size_means(0.0, 1), "difference in means is 0"),
        (lambda: sample_size_means(1.0, -1), "standard deviation is -1"),
        (lambda: power_means(1.0, 1.0, [2.0]), "more than 2"),
        (lambda: power_means(1.0, 1.0, [-4.0], test="z"), "-4 patients"),
        (lambda: power_rates(0.5, 0.3, -10), "-10 patients; give more than 0"),
        (lambda: power_rates(0.5, 0.3, [100, 0]), "0 patients; give more than 0"),
        (lambda: power_rates(0.5, 0.3, float("nan")), "nan patients"),
        (lambda: power_survival(0.5, [-1]), "-1 events; give more than 0"),
        (lambda: sample_size_means(2, 1, power=0.03), "every t test has power 0.03"),
        (lambda: sample_size_means(1e-12, 1), "an effect that a trial could meet"),
        (lambda: sample_size_rates(0.5, 0.001, alpha=0.6, power=0.601, ratio=9), "reached without any patient"),
        (lambda: events_needed(1.0), "hazard ratio is 1"),
        (lambda: sample_size_survival(0.5, 0.0, Schedule(1, 1)), "median is 0"),
        (lambda: event_probability(0.1, Schedule(-1, 3)), "cannot give events"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(InvalidValue, match=says):
        call()


def test_unknown_formulas_are_named():
    with pytest.raises(UnknownName, match="event formula 'schonfeld'"):
        events_needed(0.5, formula="schonfeld")
    with pytest.raises(UnknownName, match="variance"):
        sample_size_rates(0.5, 0.3, variance="exact")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: sample_size_means(1e-300, 1), "a difference of 1e-300 standard deviations"),
        (lambda: sample_size_means(5e-324, 10), "a difference of 0 standard deviations"),
        (lambda: power_means(1e300, 1e-300, 10), "a difference of inf standard deviations"),
        (lambda: sample_size_means(1, 1, ratio=1e200), "ratio of treatment to control is 1e\\+200"),
        (lambda: events_needed(0.5, ratio=1e308), "ratio of treatment to control is 1e\\+308"),
        (lambda: sample_size_means("2", 1), "difference 2: give a number"),
        (lambda: sample_size_rates("a", 0.3), "the rate of the treatment arm a: give a number"),
        (lambda: sample_size_rates(0.5, 0.3, power="high"), "power high: give a number"),
        (lambda: events_needed("half"), "hazard ratio half: give a number"),
    ],
)
def test_numbers_beyond_every_trial_and_texts_are_refused_by_name(ask, words):
    with pytest.raises(InvalidValue, match=words):
        ask()


def test_many_information_rates_are_quoted_with_a_cut():
    with pytest.raises(InvalidValue) as said:
        GroupSequential("asOF", looks=100_000)
    assert len(str(said.value)) < 250
