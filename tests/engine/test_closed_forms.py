"""Models with a solution in closed form: one state, and a drug in two compartments by bolus and infusion."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Infusion, Model, bolus, simulate
from immunoreset.engine.arithmetic import exp, sqrt


class Cells(NamedTuple):
    cells: Any


class Growth(NamedTuple):
    rate: Any
    capacity: Any


class Drug(NamedTuple):
    central: Any
    peripheral: Any


class Kinetics(NamedTuple):
    elimination: Any
    out: Any
    back: Any


def two_compartments(t: Any, s: Drug, p: Kinetics) -> Drug:
    exchange = p.out * s.central - p.back * s.peripheral
    return Drug(-exchange - p.elimination * s.central, exchange)


PK = Model(two_compartments, Drug, Kinetics)
AMOUNTS = {"central": lambda t, s, p: s.central, "peripheral": lambda t, s, p: s.peripheral}


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-9])
def test_logistic_growth_of_one_state_matches_its_closed_form(rtol: float) -> None:
    rate, capacity = np.array([0.1, 1.0, 30.0]), np.array([10.0, 1e5, 2.0])
    days = np.linspace(0, 20, 81)
    found = simulate(
        Model(lambda t, s, p: Cells(p.rate * s.cells * (1 - s.cells / p.capacity)), Cells, Growth),
        parameters={"rate": rate, "capacity": capacity},
        initial={"cells": 0.01},
        start=0.0,
        stop=20.0,
        outputs={"cells": lambda t, s, p: s.cells},
        grid=days,
        rtol=rtol,
        atol=1e-6 * rtol,
    )
    exact = capacity[:, None] / (1 + (capacity[:, None] / 0.01 - 1) * np.exp(-rate[:, None] * days))
    assert np.max(np.abs(found.outputs["cells"] / exact - 1)) < 5 * rtol


def test_a_rate_that_depends_on_time_alone_is_integrated() -> None:
    found = simulate(
        Model(lambda t, s, p: Cells(exp(-p.rate * t) - sqrt(t + p.capacity)), Cells, Growth),
        parameters={"rate": 0.5, "capacity": 1.0},
        initial={"cells": 0.0},
        start=0.0,
        stop=8.0,
        rtol=1e-9,
    )
    assert found.final["cells"][0] == pytest.approx((1 - np.exp(-4)) / 0.5 - (9**1.5 - 1) / 1.5, rel=1e-9)


def exact_drug(p: tuple[float, float, float], doses: list[tuple[float, float, float]], days: np.ndarray) -> np.ndarray:
    """Amounts (2, k) after doses (day, duration, amount), each a sum of exponentials; duration 0 is a bolus."""
    elimination, out, back = p
    speeds, shapes = np.linalg.eig(np.array([[-elimination - out, back], [out, -back]]))
    weights = np.linalg.solve(shapes, [1.0, 0.0])
    total = np.zeros((2, len(days)))
    for day, duration, amount in doses:
        since = days - day
        for speed, shape, weight in zip(speeds, shapes.T, weights, strict=True):
            if duration == 0:
                left = np.where(since > 0, np.exp(speed * np.maximum(since, 0)), 0.0)
            else:
                given = np.clip(since, 0, duration)
                left = np.expm1(speed * given) / (speed * duration) * np.exp(speed * np.maximum(since - duration, 0))
            total += amount * weight * shape[:, None] * left
    return total


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-9])
def test_two_compartments_with_bolus_and_infusion_match_the_sum_of_exponentials(rtol: float) -> None:
    rates = np.array([[0.1, 0.3, 0.15], [2.0, 1.0, 0.05], [50.0, 8.0, 0.5]])
    amount = np.array([100.0, 40.0, 700.0])
    days = np.linspace(0, 40, 161)
    found = simulate(
        PK,
        parameters=dict(zip(Kinetics._fields, rates.T, strict=True)),
        initial={"central": 0.0, "peripheral": 0.0},
        start=0.0,
        stop=40.0,
        events=[
            bolus("central", [0.0, 7.0, 14.0], amount[:, None]),
            Infusion("central", day=21.0, duration=np.array([0.02, 1.0, 5.5]), amount=amount),
        ],
        outputs=AMOUNTS,
        grid=days,
        rtol=rtol,
        atol=1e-3 * rtol,
    )
    for i in range(3):
        doses = [(day, 0.0, amount[i]) for day in (0.0, 7.0, 14.0)] + [(21.0, (0.02, 1.0, 5.5)[i], amount[i])]
        exact = exact_drug(tuple(rates[i]), doses, days)
        for name, expected in zip(AMOUNTS, exact, strict=True):
            allowed = 2 * rtol * (np.abs(expected) + 1e-3)
            assert np.all(np.abs(found.outputs[name][i] - expected) <= allowed), name


def test_drug_given_equals_drug_left_and_eliminated() -> None:
    class WithUrine(NamedTuple):
        central: Any
        peripheral: Any
        urine: Any

    def rates(t: Any, s: WithUrine, p: Kinetics) -> WithUrine:
        exchange = p.out * s.central - p.back * s.peripheral
        return WithUrine(-exchange - p.elimination * s.central, exchange, p.elimination * s.central)

    found = simulate(
        Model(rates, WithUrine, Kinetics),
        parameters={"elimination": np.array([0.1, 3.0]), "out": 0.4, "back": 0.2},
        initial=dict.fromkeys(WithUrine._fields, 0.0),
        start=0.0,
        stop=30.0,
        events=[bolus("central", np.arange(10.0), 5.0), Infusion("central", 12.0, 3.0, 50.0)],
    )
    assert sum(found.final.values()) == pytest.approx([100.0, 100.0], rel=1e-13)
