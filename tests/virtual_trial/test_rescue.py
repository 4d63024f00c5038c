"""Rescue by what the trial sees of disease activity."""

import dataclasses

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.randomisation.arms import RescueRule
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.rescue import Rescue


def table_of(invented_table, activity, entry):
    rows = np.asarray(activity, dtype=float)[:, None, :]
    return dataclasses.replace(
        invented_table,
        arms=("only",),
        once={},
        visits={"sledai": rows},
        strata={"sledai": np.asarray(entry, dtype=float)},
        failed=np.zeros((len(rows), 1), dtype=bool),
        ids=np.arange(len(rows)),
    )


def test_no_fall_by_day_84_is_rescued_and_an_early_rise_is_not(invented_table):
    table = table_of(invented_table, [[20, 8, 8, 8], [8, 10, 4, 4], [8, 9, 10, 2]], entry=[10, 10, 10])
    assert Rescue().day(observe(table, Observation())).ravel().tolist() == [np.inf, 84.0, 180.0]


def test_the_earliest_of_several_rules_counts(invented_table):
    table = table_of(invented_table, [[15, 9, 9, 9], [9, 9, 9, 14]], entry=[10, 10])
    rules = (RescueRule(from_day=28, rise=4), RescueRule(from_day=84, above=12))
    assert Rescue(rules).day(observe(table, Observation())).ravel().tolist() == [28.0, 365.0]


def test_a_missed_visit_rescues_nobody(invented_table):
    everyone = table_of(invented_table, np.full((400, 4), 20.0), entry=np.full(400, 10.0))
    seen = observe(everyone, Observation(missed=0.5), seed=1)
    day = Rescue().day(seen)[:, 0]
    missed_84 = ~seen.kept[:, 1]
    assert (day[~missed_84] == 84).all()
    assert (day[missed_84] > 84).all()


def test_a_rule_without_a_value_at_entry_is_refused(invented_table):
    seen = observe(invented_table, Observation())
    with pytest.raises(UnknownName, match="no fact at entry 'doris'"):
        Rescue(measure="doris").day(seen)
    with pytest.raises(InvalidValue, match="at least one rule"):
        Rescue(rules=())
