"""Rules: looked at on their own days, with a delay, a lock-out, a largest number and an end of the course."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Model, Rule, Solution, bolus, simulate
from immunoreset.errors import InvalidValue


class Fever(NamedTuple):
    fever: Any
    drug: Any


class Parameters(NamedTuple):
    rise: Any
    limit: Any


MODEL = Model(lambda t, s, p: Fever(p.rise + 0 * s.fever, 0 * s.drug), Fever, Parameters)


def run(*events: Any, rise: Any = 1.0, limit: Any = 3.1, stop: float = 20.0, **options: Any) -> Solution:
    return simulate(
        MODEL,
        parameters={"rise": rise, "limit": limit},
        initial={"fever": 0.0, "drug": 0.0},
        start=0.0,
        stop=stop,
        events=events,
        **options,
    )


def too_hot(t: Any, s: Fever, p: Parameters) -> Any:
    return s.fever - p.limit


def cool(t: Any, s: Fever, p: Parameters, value: Any) -> dict[str, Any]:
    return {"fever": 0.0, "drug": s.drug + value}


def watch(t: Any, s: Fever, p: Parameters, value: Any) -> dict[str, Any]:
    return {"drug": s.drug + 1}


def days(found: Solution, name: str) -> list[float]:
    return np.round(found.events_named(name)["day"], 4).tolist()


def test_a_rule_acts_on_the_first_look_at_which_its_condition_holds() -> None:
    found = run(Rule("cool", too_hot, cool, value=8.0, every=0.5))
    assert days(found, "cool") == [3.5]
    assert found.final["fever"] == pytest.approx([16.5]) and found.final["drug"].tolist() == [8.0]
    assert found.events["value"].tolist() == [8.0]


def test_looks_fall_on_the_rules_own_days_of_each_patient() -> None:
    rule = Rule("cool", too_hot, cool, start=np.array([0.0, 0.3, 5.0]), every=np.array([1.0, 2.0, 0.25]), at_most=2)
    assert days(run(rule, rise=np.ones(3)), "cool") == [4.0, 8.0, 4.3, 8.3, 5.0, 8.25]


def test_a_rule_looks_no_more_after_its_stop_and_no_earlier_than_its_start() -> None:
    assert days(run(Rule("late", too_hot, watch, start=7.0, stop=9.0, every=1.0, at_most=9)), "late") == [7.0, 8.0, 9.0]
    assert days(run(Rule("never", too_hot, watch, stop=2.0)), "never") == []
    patients = Rule("own", too_hot, watch, stop=np.array([3.9, 4.1]), every=1.0, at_most=9)
    assert run(patients, rise=np.ones(2)).events["patient"].tolist() == [1]


def test_a_rule_acts_no_more_often_than_allowed() -> None:
    for most in (1, 2, 5):
        found = run(Rule("watch", too_hot, watch, every=1.0, at_most=most))
        assert days(found, "watch") == [4.0 + k for k in range(most)] and found.final["drug"].tolist() == [most]


def test_a_rule_waits_out_its_lock_out() -> None:
    found = run(Rule("watch", too_hot, watch, every=0.5, at_most=4, lock_out=2.75))
    assert days(found, "watch") == [3.5, 6.25, 9.0, 11.75]


def test_the_action_follows_after_its_delay_and_the_rule_does_not_look_meanwhile() -> None:
    found = run(Rule("cool", too_hot, cool, every=0.5, delay=1.2, at_most=3))
    first = 3.5 + 1.2
    second = np.ceil((first + 3.1) * 2) / 2 + 1.2
    assert days(found, "cool")[:2] == [pytest.approx(first, abs=1e-4), pytest.approx(second, abs=1e-4)]
    assert days(run(Rule("late", too_hot, cool, delay=30.0)), "late") == []


def test_the_course_ends_after_its_time() -> None:
    def stop_drug(t: Any, s: Fever, p: Parameters, value: Any) -> dict[str, Any]:
        return {"drug": 0.0, "limit": 100.0}

    rule = Rule("course", too_hot, cool, value=5.0, every=0.5, at_most=2, afterwards=stop_drug, after=2.0)
    found = run(rule, outputs={"drug": lambda t, s, p: s.drug}, grid=[3.0, 4.0, 5.4, 5.6])
    assert days(found, "course") == [3.5] and days(found, "course (end)") == [5.5]
    assert found.outputs["drug"].tolist() == [[0.0, 5.0, 5.0, 0.0]]


def test_a_rule_sees_the_state_before_a_dose_of_the_same_day_and_acts_after_a_look() -> None:
    found = run(bolus("fever", 2.0, 10.0), Rule("watch", too_hot, watch, every=1.0))
    assert days(found, "watch") == [3.0]


def test_rules_do_not_disturb_each_other() -> None:
    rules = (
        Rule("cool", too_hot, cool, every=1.0, at_most=9),
        Rule("watch", too_hot, watch, every=1.5, at_most=9),
        Rule("nothing", lambda t, s, p: -1.0, watch, every=0.1, at_most=9),
    )
    found = run(*rules)
    assert days(found, "cool") == [4.0, 8.0, 12.0, 16.0, 20.0] and days(found, "nothing") == []
    assert days(found, "watch") == [7.5, 12.0, 19.5], "on day 12 both look before either acts"


def test_a_rule_between_two_steps_acts_on_the_day_not_on_the_step() -> None:
    """Nothing else happens, so steps are days long; the rule still finds its hour."""
    found = run(Rule("watch", lambda t, s, p: t - 13.13, watch, every=0.01))
    assert days(found, "watch") == [13.14] and found.steps[0] < 40


def test_each_patients_condition_uses_his_own_parameters() -> None:
    limits = np.array([1.1, 5.6, 30.0, 12.3])
    found = run(Rule("watch", too_hot, watch, every=0.5), limit=limits)
    assert found.events["patient"].tolist() == [0, 1, 3] and days(found, "watch") == [1.5, 6.0, 12.5]


@pytest.mark.parametrize(
    "wrong", [{"every": 0.0}, {"every": [1.0, -1.0]}, {"at_most": 0}, {"lock_out": -1.0}, {"delay": -0.5}, {"after": -2.0}]
)
def test_impossible_rules_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="'watch'"):
        run(Rule("watch", too_hot, watch, **wrong), rise=np.array([1.0, 1.0]))
