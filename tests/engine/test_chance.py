"""Shocks, hazards and extinction: the right distribution, the same draws for a patient in any cohort."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import stats

from immunoreset.engine import Extinction, Hazard, Model, Rule, Scheduled, Shock, Solution, bolus, simulate
from immunoreset.engine.arithmetic import exp


class State(NamedTuple):
    drive: Any
    cells: Any


class Parameters(NamedTuple):
    relaxation: Any
    sd: Any
    hazard: Any


MODEL = Model(lambda t, s, p: State(-p.relaxation * s.drive, -0.5 * s.cells), State, Parameters)
DRIVE = {"drive": lambda t, s, p: s.drive}


def run(*events: Any, count: int = 1, relaxation: float = 0.2, hazard: float = 0.1, **options: Any) -> Solution:
    settings: dict[str, Any] = {"start": 0.0, "stop": 60.0}
    return simulate(
        MODEL,
        parameters={"relaxation": np.full(count, relaxation), "sd": 0.7, "hazard": hazard},
        initial={"drive": 0.0, "cells": 1.0},
        events=events,
        **(settings | options),
    )


def rate(t: Any, s: State, p: Parameters) -> Any:
    return p.hazard


def test_shocks_give_an_ornstein_uhlenbeck_process_its_mean_and_spread() -> None:
    days = np.arange(1.0, 60.0)
    found = run(Shock("drive", days, lambda p: p.sd, "flare"), count=4000, outputs=DRIVE, grid=[20.0, 60.0], rtol=1e-5)
    sampled = found.outputs["drive"]
    keeps = np.exp(-0.2)
    for k, day in enumerate((20, 60)):
        doses = np.arange(1, day)
        variance = 0.7**2 * np.sum(keeps ** (2 * (day - doses)))
        assert sampled[:, k].std() == pytest.approx(np.sqrt(variance), rel=4 / np.sqrt(2 * 4000))
        assert abs(sampled[:, k].mean()) < 4 * np.sqrt(variance / 4000)
    assert abs(np.corrcoef(sampled[:, 0], sampled[:, 1])[0, 1]) < 0.07


def test_recorded_shocks_are_standard_normal() -> None:
    found = run(Shock("drive", np.arange(1.0, 21.0), lambda p: p.sd, "flare"), count=500)
    assert stats.kstest(found.events["value"], "norm").pvalue > 0.01 and found.events.size == 10_000


def test_a_patient_has_the_same_shocks_in_every_cohort_and_others_with_another_seed_or_name() -> None:
    shock = Shock("drive", [3.0, 9.0], lambda p: p.sd, "flare")
    many = run(shock, count=12, patients=np.arange(100, 112), seed=5)
    few = run(shock, bolus("cells", 1.0, 2.0), count=2, patients=[107, 103], seed=5)
    for patient in (107, 103):
        draws = [f.events_named("flare")["value"][f.events_named("flare")["patient"] == patient].tolist() for f in (few, many)]
        assert draws[0] == draws[1] and len(draws[0]) == 2
    other_seed = run(shock, count=2, patients=[107, 103], seed=6)
    other_name = run(Shock("drive", [3.0, 9.0], lambda p: p.sd, "rash"), count=2, patients=[107, 103], seed=5)
    assert len({x for f in (few, other_seed, other_name) for x in f.final["drive"].tolist()}) == 6


def test_two_shocks_of_the_same_patient_differ() -> None:
    found = run(Shock("drive", [3.0, 9.0], lambda p: p.sd, "flare"), Shock("drive", [3.0], lambda p: p.sd, "rash"))
    assert len(set(found.events["value"].tolist())) == 3


def test_a_constant_hazard_gives_exponential_waiting_times() -> None:
    found = run(Hazard("infection", rate, at_most=50), count=1500, hazard=0.1)
    first = np.array([found.events["day"][found.events["patient"] == i].min(initial=np.inf) for i in range(1500)])
    censored = np.minimum(first, 60.0)
    assert stats.kstest(censored[first < 60], stats.truncexpon(b=6, scale=10).cdf).pvalue > 0.01
    assert np.mean(first > 60) == pytest.approx(np.exp(-6), abs=4 * np.sqrt(np.exp(-6) / 1500))
    counts = np.bincount(found.events["patient"], minlength=1500)
    assert counts.mean() == pytest.approx(6, abs=4 * np.sqrt(6 / 1500)) and counts.var() == pytest.approx(6, rel=0.15)


def test_the_accumulated_hazard_between_events_is_exponential_when_the_rate_changes() -> None:
    def fading(t: Any, s: State, p: Parameters) -> Any:
        return p.hazard * exp(-t / 10)

    found = run(Hazard("infection", fading, at_most=50), count=1500, hazard=1.0)
    total = 10 * (1 - np.exp(-6.0))
    clock = 10 * (1 - np.exp(-found.events["day"] / 10))
    counts = np.bincount(found.events["patient"], minlength=1500)
    assert counts.mean() == pytest.approx(total, abs=4 * np.sqrt(total / 1500))
    assert stats.kstest(clock, stats.uniform(0, total).cdf).pvalue > 0.01


def test_events_of_a_hazard_come_in_order_with_their_number_and_at_most_so_many() -> None:
    found = run(Hazard("infection", rate, at_most=3), count=50, hazard=0.5)
    for i in range(50):
        rows = found.events[found.events["patient"] == i]
        assert rows["value"].tolist() == [1.0, 2.0, 3.0] and np.all(np.diff(rows["day"]) > 0)


def test_an_action_does_not_change_when_a_hazard_strikes() -> None:
    """With and without an action the same thresholds meet the same rate."""

    def mark(t: Any, s: State, p: Parameters, number: Any) -> dict[str, Any]:
        return {"cells": s.cells + 1}

    plain = run(Hazard("infection", rate), count=40)
    acting = run(Hazard("infection", rate, mark), count=40)
    assert plain.events["patient"].tolist() == acting.events["patient"].tolist()
    assert plain.events["day"] == pytest.approx(acting.events["day"], abs=1e-6)
    same = run(Hazard("infection", rate), count=40, rtol=1e-9)
    assert plain.events["day"] == pytest.approx(same.events["day"], abs=1e-6)


def test_an_action_can_end_a_hazard() -> None:
    def recover(t: Any, s: State, p: Parameters, number: Any) -> dict[str, Any]:
        return {"hazard": 0.0}

    found = run(Hazard("infection", rate, recover), count=200, hazard=0.3)
    assert found.events["patient"].tolist() == list(range(200))


def test_a_hazard_acts_at_its_moment() -> None:
    found = run(
        Hazard("damage", rate, lambda t, s, p, v: {"drive": t}, at_most=1), count=30, relaxation=0.0, hazard=0.3, rtol=1e-8
    )
    assert found.final["drive"] == pytest.approx(found.events["day"], abs=1e-9)


@pytest.mark.parametrize("acts", [False, True])
def test_a_rule_that_ends_a_hazard_leaves_no_later_events(acts: bool) -> None:
    action = (lambda t, s, p, v: {"cells": s.cells + 1}) if acts else None
    end = Rule("vaccine", lambda t, s, p: t - 9.9, lambda t, s, p, v: {"hazard": 0.0}, every=0.25)
    found = run(Hazard("infection", rate, action), end, count=200, hazard=0.2)
    assert found.events_named("infection")["day"].max() <= 10.0
    alone = run(Hazard("infection", rate, action), count=200, hazard=0.2)
    before = alone.events["day"] < 10.0
    assert found.events_named("infection")["day"] == pytest.approx(alone.events["day"][before], abs=1e-5)


def test_a_hazard_is_named_by_seed_name_and_patient() -> None:
    def days(**options: Any) -> list[float]:
        return run(Hazard(options.pop("name", "infection"), rate), **options).events["day"].tolist()

    together = run(Hazard("infection", rate), count=3, patients=[8, 4, 6])
    assert days(patients=[6]) == together.events["day"][together.events["patient"] == 6].tolist()
    assert days(patients=[6], seed=1) != days(patients=[6]) != days(patients=[6], name="fall")


def test_a_population_dies_out_when_its_sum_falls_below_the_limit() -> None:
    found = run(
        Extinction("gone", ("drive", "cells"), 0.01),
        bolus("cells", 20.0, 3.0),
        stop=40.0,
        outputs={"c": lambda t, s, p: s.cells},
        grid=[9.0, 9.3, 15.0, 22.0, 39.0],
        rtol=1e-8,
    )
    first, second = np.log(100) / 0.5, 20 + np.log(300) / 0.5
    assert found.events_named("gone")["day"] == pytest.approx([first, second], abs=1e-5)
    assert found.outputs["c"][0] == pytest.approx([np.exp(-4.5), 0, 0, 3 * np.exp(-1), 0], abs=1e-7)
    assert found.outputs["c"][0, [1, 2, 4]].tolist() == [0.0, 0.0, 0.0]


def test_a_population_that_stays_above_the_limit_lives_on() -> None:
    found = run(Extinction("gone", ("cells",), 0.01), stop=9.0)
    assert found.events.size == 0 and found.final["cells"] == pytest.approx([np.exp(-4.5)], rel=1e-5)


def test_a_population_dies_out_when_a_dose_takes_it_below_the_limit() -> None:
    kill = Scheduled("kill", 2.0, lambda t, s, p, v: {"cells": 1e-3 * s.cells})
    found = run(kill, Extinction("gone", ("cells",), 0.01), stop=3.0)
    assert found.events_named("gone")["day"] == pytest.approx([2.0], abs=1e-3) and found.final["cells"].tolist() == [0.0]


def test_a_rescue_by_a_rule_before_the_limit_prevents_extinction() -> None:
    rescue = Rule("transfusion", lambda t, s, p: t - 9.0, lambda t, s, p, v: {"cells": 1.0}, every=0.1)
    found = run(rescue, Extinction("gone", ("cells",), 0.01), stop=15.0)
    assert found.events_named("gone").size == 0 and found.final["cells"] == pytest.approx([np.exp(-0.5 * 5.9)], rel=1e-4)
