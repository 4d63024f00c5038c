"""Doses and changed parameters: on the right day, in the right patient, in the right order, and exact."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Infusion, Model, Scheduled, Solution, bolus, set_parameter, simulate
from immunoreset.errors import InvalidValue


class Drug(NamedTuple):
    drug: Any
    effect: Any


class Elimination(NamedTuple):
    rate: Any


class Parameters(NamedTuple):
    elimination: Elimination
    gain: Any


MODEL = Model(lambda t, s, p: Drug(-p.elimination.rate * s.drug, p.gain * s.drug), Drug, Parameters)
DRUG = {"drug": lambda t, s, p: s.drug}
EVERY_DAY = np.linspace(0, 10, 41)


def run(*events: Any, rate: Any = 0.5, drug: Any = 0.0, **options: Any) -> Solution:
    settings: dict[str, Any] = {"start": 0.0, "stop": 10.0, "outputs": DRUG, "grid": EVERY_DAY, "rtol": 1e-9, "atol": 1e-12}
    return simulate(
        MODEL,
        parameters={"elimination.rate": rate, "gain": 1.0},
        initial={"drug": drug, "effect": 0.0},
        events=events,
        **(settings | options),
    )


def decay(doses: list[tuple[float, float]], days: np.ndarray = EVERY_DAY, rate: float = 0.5) -> np.ndarray:
    """Drug left on each day before the doses of that day."""
    return sum((amount * np.where(days > day, np.exp(-rate * (days - day)), 0.0) for day, amount in doses), np.zeros(days.size))


def test_a_dose_on_the_first_day_acts_from_the_first_day() -> None:
    found = run(bolus("drug", 0.0, 8.0))
    assert found.outputs["drug"][0] == pytest.approx(decay([(0.0, 8.0)]), rel=1e-8, abs=1e-11)
    assert found.outputs["drug"][0, 0] == 0.0, "outputs of a day are before the doses of that day"


def test_a_dose_on_the_last_day_is_in_the_final_state_and_not_in_the_output() -> None:
    found = run(bolus("drug", 10.0, 8.0))
    assert np.all(found.outputs["drug"] == 0.0) and found.final["drug"].tolist() == [8.0]
    assert found.events["day"].tolist() == [10.0]


def test_several_doses_on_one_day_add_up_in_the_order_given() -> None:
    double = Scheduled("double", 3.0, lambda t, s, p, v: {"drug": 2 * s.drug})
    add = bolus("drug", [3.0, 3.0], [1.0, 4.0])
    assert run(add, double, stop=3.0, grid=None).final["drug"].tolist() == [10.0]
    assert run(double, add, stop=3.0, grid=None).final["drug"].tolist() == [5.0]
    assert run(double, add, stop=3.0, grid=None).events["value"].tolist() == [0.0, 1.0, 4.0]


def test_a_nan_day_means_never_for_that_patient() -> None:
    found = run(bolus("drug", np.array([[1.0, np.nan], [np.nan, np.nan], [np.nan, 2.0]]), 3.0), rate=np.full(3, 0.5))
    expected = [decay([(1.0, 3.0)]), decay([]), decay([(2.0, 3.0)])]
    assert found.outputs["drug"] == pytest.approx(np.array(expected), rel=1e-8, abs=1e-11)
    assert found.events["patient"].tolist() == [0, 2]


def test_each_patient_has_his_own_days_and_amounts() -> None:
    random = np.random.default_rng(1)
    days, amounts = random.uniform(0, 9, (20, 4)), random.uniform(0.1, 50, (20, 4))
    found = run(bolus("drug", days, amounts), rate=np.full(20, 0.5))
    for i in range(20):
        expected = decay(list(zip(days[i], amounts[i], strict=True)))
        assert found.outputs["drug"][i] == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_a_dose_before_the_start_is_refused_and_one_after_the_end_left_out() -> None:
    with pytest.raises(InvalidValue, match=r"'rituximab' is on day -1, before the start of the run on day 0"):
        run(bolus("drug", [2.0, -1.0], 1.0, "rituximab"))
    with pytest.raises(InvalidValue, match="before the start"):
        run(Infusion("drug", -0.5, 1.0, 1.0))
    with pytest.raises(InvalidValue, match="before the start"):
        run(set_parameter("gain", -3.0, 1.0))
    found = run(bolus("drug", [10.5, np.inf], 1.0))
    assert found.events.size == 0 and found.final["drug"].tolist() == [0.0]


def test_amounts_that_are_no_numbers_and_shapes_that_fit_nobody_are_refused() -> None:
    with pytest.raises(InvalidValue, match="not a finite number"):
        run(bolus("drug", 1.0, np.nan))
    with pytest.raises(InvalidValue, match="not a finite number"):
        run(Infusion("drug", 1.0, 1.0, np.inf))
    with pytest.raises(InvalidValue, match="duration must be above 0"):
        run(Infusion("drug", 1.0, 0.0, 5.0))
    with pytest.raises(InvalidValue, match="2 patients"):
        run(bolus("drug", np.ones((3, 1)), 1.0), rate=np.array([1.0, 2.0]))


def test_an_infusion_matches_its_closed_form_and_ends() -> None:
    amount, duration = np.array([6.0, 6.0, 60.0]), np.array([0.001, 2.0, 30.0])
    found = run(Infusion("drug", 1.5, duration, amount, name="drip"), rate=np.full(3, 0.5))
    for i in range(3):
        since = np.clip(EVERY_DAY - 1.5, 0, None)
        during = np.minimum(since, duration[i])
        plateau = amount[i] / duration[i] / 0.5
        expected = plateau * (1 - np.exp(-0.5 * during)) * np.exp(-0.5 * (since - during))
        assert found.outputs["drug"][i] == pytest.approx(expected, rel=1e-7, abs=1e-9)
    assert found.events_named("drip")["day"].tolist() == [1.5, 1.5, 1.5]
    assert found.events_named("drip (end)")["day"].tolist() == [1.501, 3.5]


def test_overlapping_infusions_into_one_state_add_up() -> None:
    found = run(Infusion("drug", 0.0, 4.0, 8.0), Infusion("drug", 2.0, 4.0, 4.0), Infusion("effect", 1.0, 1.0, 3.0), rate=0.0)
    assert found.outputs["drug"][0] == pytest.approx(2 * np.minimum(EVERY_DAY, 4) + np.clip(EVERY_DAY - 2, 0, 4), abs=1e-8)
    assert found.final["effect"][0] == pytest.approx(3 + 8 * 8 + 4 * 6, rel=1e-9)


def test_a_very_short_infusion_is_a_bolus() -> None:
    short, at_once = run(Infusion("drug", 1.0, 1e-6, 7.0)), run(bolus("drug", 1.0, 7.0))
    assert short.final["effect"] == pytest.approx(at_once.final["effect"], rel=1e-6)


def test_a_parameter_is_constant_between_its_changes() -> None:
    found = run(set_parameter("elimination.rate", [0.0, 2.0, 5.0], [1.0, 0.0, 0.2]), drug=4.0)
    exponent = np.minimum(EVERY_DAY, 2) * 1.0 + np.clip(EVERY_DAY - 5, 0, None) * 0.2
    assert found.outputs["drug"][0] == pytest.approx(4 * np.exp(-exponent), rel=1e-8)


def test_a_taper_can_differ_between_patients_and_leaves_others_alone() -> None:
    values = np.array([[1.0, 0.0], [0.3, 0.3]])
    found = run(set_parameter("elimination.rate", [[2.0, 4.0], [2.0, np.nan]], values), drug=np.array([1.0, 1.0]))
    expected = [np.exp(-0.5 * 2 - 2), np.exp(-0.5 * 2 - 0.3 * 8)]
    assert found.final["drug"] == pytest.approx(expected, rel=1e-8)
    assert found.events["value"].tolist() == [1.0, 0.0, 0.3]


def test_a_parameter_that_was_zero_can_be_switched_on() -> None:
    found = run(set_parameter("elimination.rate", 3.0, 1.0), rate=0.0, drug=2.0)
    assert found.final["drug"] == pytest.approx([2 * np.exp(-7)], rel=1e-8)


def test_an_action_may_read_everything_and_write_states_and_parameters_at_once() -> None:
    def swap(t: Any, s: Drug, p: Parameters, value: Any) -> dict[str, Any]:
        return {"drug": s.effect + value * t, "effect": s.drug, "elimination.rate": 2 * p.elimination.rate}

    found = run(Scheduled("swap", 4.0, swap, 0.25), drug=3.0)
    left, made = 3 * np.exp(-2), 3 * (1 - np.exp(-2)) / 0.5
    assert found.final["drug"] == pytest.approx([(made + 1.0) * np.exp(-6)], rel=1e-8)
    assert found.final["effect"] == pytest.approx([left + (made + 1.0) * (1 - np.exp(-6))], rel=1e-8)


def test_a_restart_at_a_dose_loses_no_accuracy() -> None:
    days = np.sort(np.random.default_rng(3).uniform(0, 10, 300))
    found = run(bolus("drug", days, 1.0), rate=np.array([0.5]))
    expected = decay([(day, 1.0) for day in days])
    assert found.outputs["drug"][0] == pytest.approx(expected, rel=3e-8, abs=1e-9)


def test_daily_doses_for_six_years_equal_the_constant_rate_they_stand_for() -> None:
    """2,190 small doses, and the same amount as one slow infusion: the same level over a day, at a few steps per dose."""
    days = np.arange(0.0, 2190.0)
    doses = run(bolus("drug", days, 1.0), stop=2190.0, grid=None, rtol=1e-6, atol=1e-9)
    rate = run(Infusion("drug", 0.0, 2190.0, 2190.0), stop=2190.0, grid=None, rtol=1e-6, atol=1e-9)
    assert doses.final["effect"][0] == pytest.approx(2190 / 0.5 - doses.final["drug"][0] / 0.5, rel=1e-5)
    assert doses.final["drug"][0] == pytest.approx(np.exp(-0.5) / (1 - np.exp(-0.5)), rel=1e-5)
    assert rate.final["drug"][0] == pytest.approx(2.0, rel=1e-6)
    assert doses.steps[0] < 12 * days.size and rate.steps[0] < 60


def test_the_event_table_lists_patient_day_name_and_value_in_order() -> None:
    found = run(
        bolus("drug", [[2.0], [1.0]], 5.0, "first"),
        set_parameter("gain", 2.0, 7.0, "second"),
        bolus("drug", [9.0, 3.0], 1.0, "first"),
        rate=np.array([1.0, 2.0]),
        patients=np.array([70, 30]),
    )
    assert found.event_names == ("first", "second")
    rows = [(int(e["patient"]), float(e["day"]), found.event_names[e["what"]], float(e["value"])) for e in found.events]
    assert rows == [
        (70, 2.0, "first", 5.0),
        (70, 2.0, "second", 7.0),
        (70, 3.0, "first", 1.0),
        (70, 9.0, "first", 1.0),
        (30, 1.0, "first", 5.0),
        (30, 2.0, "second", 7.0),
        (30, 3.0, "first", 1.0),
        (30, 9.0, "first", 1.0),
    ]
    assert found.events_named("second")["patient"].tolist() == [70, 30] and found.events_named("third").size == 0
