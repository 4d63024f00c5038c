"""What a trial sees: missed visits, drop-out, and who is eligible."""

import dataclasses

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.virtual_trial.observation import Observation, eligible, observe


def test_perfect_observation_sees_the_whole_table(invented_table):
    seen = observe(invented_table, Observation(), seed=1)
    for name, values in invented_table.visits.items():
        np.testing.assert_array_equal(seen.visits[name], values)
    assert np.isinf(seen.drop_out).all()


def test_visits_are_missed_with_the_given_probability_in_all_arms_at_once(invented_table):
    seen = observe(invented_table, Observation(missed=0.2), seed=1)
    lost = np.isnan(seen.visits["doris"])
    assert (lost == lost[:, :1]).all()
    error = np.sqrt(0.2 * 0.8 / lost[:, 0].size)
    assert abs(lost[:, 0].mean() - 0.2) < 4 * error
    np.testing.assert_array_equal(lost, np.isnan(seen.visits["sledai"]))


def test_drop_out_is_exponential_and_final(invented_table):
    seen = observe(invented_table, Observation(drop_out=0.5), seed=1)
    stayed = (seen.drop_out > 365.25).mean()
    assert abs(stayed - np.exp(-0.5)) < 4 * np.sqrt(0.24 / invented_table.patients)
    lost = np.isnan(seen.visits["doris"][:, 0])
    np.testing.assert_array_equal(lost, invented_table.days > seen.drop_out[:, None])


def test_a_patient_misses_the_same_visits_whoever_else_is_in_the_table(invented_table):
    plan = Observation(missed=0.3, drop_out=0.3)
    whole = observe(invented_table, plan, seed=4)
    who = invented_table.strata["sledai"] >= 10
    part = observe(eligible(invented_table, who), plan, seed=4)
    np.testing.assert_array_equal(part.visits["doris"], whole.visits["doris"][who])
    np.testing.assert_array_equal(part.drop_out, whole.drop_out[who])
    fewer_visits = dataclasses.replace(
        invented_table, days=invented_table.days[2:], visits={name: v[..., 2:] for name, v in invented_table.visits.items()}
    )
    np.testing.assert_array_equal(observe(fewer_visits, plan, seed=4).visits["doris"], whole.visits["doris"][..., 2:])


def test_another_seed_gives_another_trial(invented_table):
    plan = Observation(missed=0.3)
    first, second = (observe(invented_table, plan, seed=seed).kept for seed in (1, 2))
    assert (first != second).any()


@pytest.mark.parametrize("values", [{"missed": 1.0}, {"missed": -0.1}, {"drop_out": -1.0}, {"delay": np.inf}])
def test_impossible_observation_is_refused(values):
    with pytest.raises(InvalidValue, match="give a"):
        Observation(**values)


def test_unknown_names_and_days_are_refused_in_one_line(invented_table):
    seen = observe(invented_table, Observation())
    with pytest.raises(UnknownName, match="no arm 'cart'; did you mean 'car-t'"):
        seen.arm("cart")
    with pytest.raises(UnknownName, match="no measure at visits 'dorris'"):
        seen.measure("dorris")
    with pytest.raises(UnknownName, match="no event 'dllt'"):
        seen.once("dllt")
    with pytest.raises(UnknownName, match="no fact at entry 'age'"):
        seen.entry("age")
    with pytest.raises(InvalidValue, match="day 200 is no visit; the visits are on days 28, 84, 180, 365"):
        seen.place(200)
    with pytest.raises(InvalidValue, match="at least one as eligible"):
        eligible(invented_table, invented_table.strata["sledai"] > 100)
