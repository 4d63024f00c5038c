"""Nothing is missed: the quick look of the kernels finds what searching in every step finds, to the last bit."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import (
    Area,
    Extinction,
    FirstAbove,
    FirstBelow,
    Hazard,
    Maximum,
    Minimum,
    Model,
    Prepared,
    Rule,
    Solution,
    TimeBelow,
    TimeOfMaximum,
    TimeOfMinimum,
    bolus,
    prepare,
    simulate,
)
from immunoreset.engine.arithmetic import exp

COUNT = 40


class Wave(NamedTuple):
    place: Any
    speed: Any
    drug: Any
    clone: Any
    looks: Any


class Spring(NamedTuple):
    stiffness: Any
    friction: Any
    risk: Any


def derivative(t: Any, s: Wave, p: Spring) -> Wave:
    pull = -p.stiffness * s.place - p.friction * s.speed + s.drug
    return Wave(s.speed, pull, -3 * s.drug, (s.place - 0.5) * s.clone, 0 * s.looks)


def bend(t: Any, s: Wave, p: Spring) -> Any:
    return exp(s.place) + 0.2 * s.speed


def look(t: Any, s: Wave, p: Spring, value: Any) -> dict[str, Any]:
    return {"looks": s.looks + value}


def course(seed: int, *, rtol: float = 1e-5, **more: Any) -> Prepared:
    """Springs that swing, are pushed and damped; clones die out; read-outs with levels and windows of every kind."""
    random = np.random.default_rng(seed)
    levels, windows = random.uniform(0.6, 1.6, 6), np.sort(random.uniform(0, 30, (4, 2)), axis=1)
    options: dict[str, Any] = {
        "parameters": {
            "stiffness": random.uniform(0.3, 20, COUNT),
            "friction": random.uniform(0, 0.3, COUNT),
            "risk": random.uniform(0.01, 0.3, COUNT),
        },
        "initial": {"place": random.normal(size=COUNT), "speed": 0.0, "drug": 0.0, "clone": 1.0, "looks": 0.0},
        "start": 0.0,
        "stop": 30.0,
        "events": [
            bolus("drug", np.sort(random.uniform(0, 30, (COUNT, 3)), axis=1), random.normal(0, 6, (COUNT, 3))),
            Rule("high", lambda t, s, p: s.place - 0.9, look, value=1.0, every=random.uniform(0.02, 1.5, COUNT), at_most=4,
                 start=random.uniform(-3, 10, COUNT), stop=random.uniform(5, 40, COUNT), lock_out=1.5, delay=0.4),
            Rule("fast", lambda t, s, p: s.speed - 0.3 * p.stiffness, look, value=100.0, every=0.3, at_most=3,
                 afterwards=lambda t, s, p, v: {"speed": 0.5 * s.speed}, after=0.7),
            Hazard("push", lambda t, s, p: p.risk * s.place**2, lambda t, s, p, v: {"speed": s.speed - 1}),
            Hazard("counted", lambda t, s, p: p.risk * (2 + s.place) ** 2),
            Extinction("gone", ("clone",), 0.05),
        ],
        "outputs": {"bend": bend, "place": lambda t, s, p: s.place, "speed": lambda t, s, p: s.speed},
        "readouts": {
            "highest": Maximum("bend"),
            "highest in time": Maximum("bend", *windows[0]),
            "day": TimeOfMaximum("place", *windows[1]),
            "lowest": Minimum("bend", *windows[2]),
            "lowest day": TimeOfMinimum("bend"),
            "up": FirstAbove("bend", levels[0]),
            "up later": FirstAbove("place", levels[1] - 0.7, after=windows[3, 0]),
            "down": FirstBelow("bend", levels[2], after=windows[0, 0], stop=25.0),
            "down at once": FirstBelow("place", levels[3] - 1.0),
            "area": Area("bend", *windows[1]),
            "whole area": Area("speed"),
            "below": TimeBelow("bend", levels[4]),
            "below in time": TimeBelow("place", levels[5] - 1.0, *windows[2]),
        },
        "seed": seed,
        "rtol": rtol,
    }  # fmt: skip
    return prepare(Model(derivative, Wave, Spring), **{**options, **more})


def assert_same(one: Solution, other: Solution) -> None:
    for name, values in one.readouts.items():
        assert np.array_equal(values, other.readouts[name], equal_nan=True), name
    for name, values in one.final.items():
        assert np.array_equal(values, other.final[name]), name
    assert np.array_equal(one.events, other.events) and np.array_equal(one.steps, other.steps)


@pytest.mark.parametrize(("seed", "rtol"), [(1, 1e-3), (2, 1e-3), (3, 1e-4), (4, 1e-5), (5, 1e-7)])
def test_the_quick_look_finds_what_searching_everywhere_finds(seed: int, rtol: float) -> None:
    prepared = course(seed, rtol=rtol)
    quick = prepared.run(threads=2)
    assert_same(quick, prepared._run(1, None, None, np.zeros(1, dtype=np.int64), always=True))
    for name in ("high", "fast", "fast (end)", "push", "counted", "gone"):
        assert quick.events_named(name).size > 3, name
    assert not quick.failed.any()


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_rule_acts_at_every_look_at_which_its_condition_holds(seed: int) -> None:
    """Looks that change nothing, against the curve on the days of the looks."""
    every, start = 0.37, 0.11
    days = np.arange(start, 30.0, every)
    rule = Rule("high", lambda t, s, p: s.place - 0.4, look, value=1.0, every=every, start=start, at_most=200)
    options: dict[str, Any] = {"grid": days, "readouts": {}, "rtol": 1e-8}
    found = course(seed, events=[rule], **options).run()
    above = course(seed, events=[], **options).run().outputs["place"] - 0.4
    acted = np.zeros(above.shape, dtype=bool)
    events = found.events_named("high")
    acted[events["patient"], np.round((events["day"] - start) / every).astype(int)] = True
    clear = np.abs(above) > 1e-4
    assert np.array_equal(acted[clear], (above > 0)[clear]) and 100 < acted.sum() < acted.size - 100


def test_readouts_of_a_window_are_those_of_a_run_of_that_window() -> None:
    """A monitor whose windows are closed is not evaluated; it is right from the first day of the window on."""
    model, spring = Model(derivative, Wave, Spring), {"stiffness": np.array([2.0, 9.0]), "friction": 0.0, "risk": 0.0}
    begin = {"place": 0.0, "speed": np.sqrt(spring["stiffness"]), "drug": 0.0, "clone": 0.0, "looks": 0.0}
    found = simulate(
        model, parameters=spring, initial=begin, start=0.0, stop=20.0, rtol=1e-9, outputs={"place": lambda t, s, p: s.place},
        readouts={"area": Area("place", 3.0, 4.5), "up": FirstAbove("place", 0.5, 3.0, 12.0), "low": Minimum("place", 3.0, 3.2)},
    ).readouts  # fmt: skip
    pace = np.sqrt(spring["stiffness"])
    assert found["area"] == pytest.approx((np.cos(3 * pace) - np.cos(4.5 * pace)) / pace, rel=1e-7)
    turns = np.ceil((3 * pace - np.arcsin(0.5)) / (2 * np.pi))
    assert found["up"] == pytest.approx((np.arcsin(0.5) + 2 * np.pi * turns) / pace, rel=1e-7)
    inside = np.sin(np.linspace(3, 3.2, 4001)[:, None] * pace)
    assert found["low"] == pytest.approx(inside.min(axis=0), abs=1e-6)
