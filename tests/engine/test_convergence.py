"""Rodas5P has order 5, its dense output order 4, also when the rates depend on time.

Fixed steps come from read-out windows, at whose edges the solver must land, with a tolerance that accepts everything.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from immunoreset.engine import Maximum, Model, Solution, simulate
from immunoreset.engine.arithmetic import exp

ANYTHING = 1e9


class Powers(NamedTuple):
    cube: Any
    fourth: Any
    fifth: Any
    sixth: Any


class Pair(NamedTuple):
    y: Any
    z: Any


class Nothing(NamedTuple):
    unused: Any


class Speed(NamedTuple):
    fast: Any


def fixed_steps(model: Model, initial: dict[str, float], stop: float, count: int, grid: np.ndarray) -> Solution:
    fields = model.state._fields  # type: ignore[attr-defined]
    edges = np.arange(1, count) * (stop / count)
    return simulate(
        model,
        parameters=dict.fromkeys(model.parameters._fields, 1.0),  # type: ignore[attr-defined]
        initial=initial,
        start=0.0,
        stop=stop,
        outputs={field: (lambda t, s, p, field=field: getattr(s, field)) for field in fields},
        grid=grid,
        readouts={f"edge {k}": Maximum(fields[0], start=edge) for k, edge in enumerate(edges)},
        rtol=0.5,
        atol=ANYTHING,
    )


def test_powers_of_time_are_exact_to_the_fifth_at_steps_and_to_the_fourth_between() -> None:
    model = Model(lambda t, s, p: Powers(3 * t**2, 4 * t**3, 5 * t**4, 6 * t**5), Powers, Nothing)
    grid = np.linspace(0, 1, 41)
    found = fixed_steps(model, dict.fromkeys(Powers._fields, 0.0), 1.0, 2, grid)
    error = {name: np.abs(found.outputs[name][0] - grid**power) for power, name in enumerate(Powers._fields, start=3)}
    assert error["cube"].max() < 1e-13 and error["fourth"].max() < 1e-13
    at_steps = np.isin(grid, (0.5, 1.0))
    assert error["fifth"][at_steps].max() < 1e-13 < 1e-5 < error["fifth"][~at_steps].max() < 1e-2
    assert error["sixth"][-1] > 1e-6


def _pair(t: Any, s: Pair, p: Nothing) -> Pair:
    return Pair(-2 * t * s.y**2, s.y * s.z - s.z**2 * exp(-t))


def test_the_error_of_a_nonlinear_problem_in_time_falls_with_the_fifth_power_of_the_step() -> None:
    counts = (32, 64, 128)
    at_end, between = [], []
    for count in counts:
        grid = np.linspace(0, 2, 2 * count + 1)
        truth = solve_ivp(
            lambda t, u: [-2 * t * u[0] ** 2, u[0] * u[1] - u[1] ** 2 * np.exp(-t)], (0, 2), [1, 0.5], "DOP853", grid,
            rtol=1e-13, atol=1e-15,
        ).y  # fmt: skip
        found = fixed_steps(Model(_pair, Pair, Nothing), {"y": 1.0, "z": 0.5}, 2.0, count, grid)
        assert count <= found.steps[0] <= count + 6 and found.rejected_steps[0] == 0
        error = np.abs(np.array([found.outputs["y"][0], found.outputs["z"][0]]) - truth)
        at_end.append(error[:, -1].max())
        between.append(error[:, 1::2].max())
    orders = np.log2(np.array(at_end[:-1]) / at_end[1:])
    assert np.all(orders > 4.3) and orders[-1] == pytest.approx(5, abs=0.2)
    assert np.all(np.log2(np.array(between[:-1]) / between[1:]) > 4)


@pytest.mark.parametrize("rtol", [1e-3, 1e-5, 1e-7, 1e-9, 1e-11])
def test_the_error_follows_the_tolerance_also_between_steps(rtol: float) -> None:
    grid = np.linspace(0, 20, 997)
    found = simulate(
        Model(lambda t, s, p: Pair(p.fast * s.z, -p.fast * s.y), Pair, Speed),
        parameters={"fast": 1.0},
        initial={"y": 0.0, "z": 1.0},
        start=0.0,
        stop=20.0,
        outputs={"y": lambda t, s, p: s.y},
        grid=grid,
        rtol=rtol,
        atol=rtol,
    )
    error = np.abs(found.outputs["y"][0] - np.sin(grid)).max()
    assert 0.05 * rtol < error < 5 * rtol


def _slow_curve(t: Any, s: Pair, p: Speed) -> Pair:
    """As Prothero and Robinson 1974: y' = -fast (y - g(t)) + g'(t), so y = g = 1 / (1 + t) for any `fast`."""
    g = 1 / (1 + t)
    return Pair(-p.fast * (s.y - g) - g * g, -s.z)


def _follow_slow_curve(fast: np.ndarray, grid: np.ndarray, *, land: bool) -> Solution:
    days = grid[(grid > 0) & (grid < 10)] if land else ()
    return simulate(
        Model(_slow_curve, Pair, Speed),
        parameters={"fast": fast},
        initial={"y": 1.0, "z": 1.0},
        start=0.0,
        stop=10.0,
        outputs={"y": lambda t, s, p: s.y},
        grid=grid,
        readouts={f"from day {day:g}": Maximum("y", start=float(day)) for day in days},
        rtol=1e-7,
        atol=1e-9,
    )


def test_a_stiff_forced_problem_follows_its_slow_curve_with_few_steps() -> None:
    """An explicit method would need 1e6 steps."""
    grid = np.linspace(0, 10, 21)
    found = _follow_slow_curve(np.array([1e2, 1e4, 1e6]), grid, land=True)
    assert np.abs(found.outputs["y"] - 1 / (1 + grid)).max() < 1e-7
    assert found.steps.max() < 150


def test_a_stiff_forced_problem_is_right_between_steps() -> None:
    grid = np.linspace(0, 10, 501)
    found = _follow_slow_curve(np.array([1e2, 1e4]), grid, land=False)
    assert np.abs(found.outputs["y"] - 1 / (1 + grid)).max() < 1e-6


def test_between_steps_an_extremely_stiff_forced_problem_is_held_less_tightly() -> None:
    """The interpolation of Rodas5P is not part of its error test: above 1e5 per day it may be 300 rtol off where steps are long.

    A day that must be exact can be made the end of a step, as any day on which a read-out begins.
    """
    grid, days = np.linspace(0, 10, 501), np.linspace(0, 10, 21)
    fast = np.array([1e6, 1e8])
    between, landed = _follow_slow_curve(fast, grid, land=False), _follow_slow_curve(fast, days, land=True)
    assert np.abs(between.outputs["y"] - 1 / (1 + grid)).max() < 3e-5
    assert np.abs(landed.outputs["y"] - 1 / (1 + days)).max() < 1e-8
