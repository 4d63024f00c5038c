"""The engine solves the stiff problems that solvers are judged by, to the accuracy asked for, and with its own order.

References: `data/references.json` (SciPy Radau at rtol 1e-11, written by data/make_references.py), closed forms, and the values
of the Test Set for Initial Value Problem Solvers (Mazzia and Magherini 2008). An error is counted in units of
atol + rtol |y|, each problem with the number of units that its own sensitivity costs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Model, Solution, simulate

REFERENCES = json.loads((Path(__file__).parent / "data" / "references.json").read_text(encoding="utf-8"))
TOLERANCES = (1e-4, 1e-6, 1e-9)


class Species(NamedTuple):
    slow: Any
    fast: Any
    product: Any


class Rates(NamedTuple):
    k1: Any
    k2: Any
    k3: Any


class Hires(NamedTuple):
    y1: Any
    y2: Any
    y3: Any
    y4: Any
    y5: Any
    y6: Any
    y7: Any
    y8: Any


class Light(NamedTuple):
    input: Any


class Oscillator(NamedTuple):
    position: Any
    speed: Any


class Damping(NamedTuple):
    mu: Any


Front = NamedTuple("Front", [(f"u{i}", Any) for i in range(120)])  # type: ignore[misc]


class Spread(NamedTuple):
    diffusion: Any
    growth: Any


def robertson(t: Any, s: Species, p: Rates) -> Species:
    to_fast, back, onward = p.k1 * s.slow, p.k2 * s.fast * s.product, p.k3 * s.fast**2
    return Species(back - to_fast, to_fast - back - onward, onward)


def hires(t: Any, s: Hires, p: Light) -> Hires:
    bound = 280 * s.y6 * s.y8
    return Hires(
        -1.71 * s.y1 + 0.43 * s.y2 + 8.32 * s.y3 + p.input,
        1.71 * s.y1 - 8.75 * s.y2,
        -10.03 * s.y3 + 0.43 * s.y4 + 0.035 * s.y5,
        8.32 * s.y2 + 1.71 * s.y3 - 1.12 * s.y4,
        -1.745 * s.y5 + 0.43 * s.y6 + 0.43 * s.y7,
        -bound + 0.69 * s.y4 + 1.71 * s.y5 - 0.43 * s.y6 + 0.69 * s.y7,
        bound - 1.81 * s.y7,
        1.81 * s.y7 - bound,
    )


def van_der_pol(t: Any, s: Oscillator, p: Damping) -> Oscillator:
    return Oscillator(s.speed, p.mu * (1 - s.position**2) * s.speed - s.position)


def front(t: Any, s: Any, p: Spread) -> Any:
    width = 30.0 / (len(s) - 1)
    u = (s[1], *s, s[-2])
    return Front(
        *(p.diffusion * (u[i + 1] - 2 * u[i] + u[i - 1]) / width**2 + p.growth * u[i] * (1 - u[i]) for i in range(1, len(u) - 1))
    )


class Problem(NamedTuple):
    """A problem with its parameters, the absolute tolerance per relative one, and the units of error allowed."""

    model: Model
    parameters: dict[str, float]
    absolute: float
    units: float


PROBLEMS = {
    "robertson": Problem(Model(robertson, Species, Rates), {"k1": 0.04, "k2": 1e4, "k3": 3e7}, 1e-6, 5),
    "hires": Problem(Model(hires, Hires, Light), {"input": 0.0007}, 1e-4, 25),
    "van_der_pol": Problem(Model(van_der_pol, Oscillator, Damping), {"mu": 1000.0}, 1e-3, 30),
    "front": Problem(Model(front, Front, Spread), {"diffusion": 1.0, "growth": 1.0}, 1e-3, 6),
}


def solve(name: str, rtol: float) -> tuple[Solution, np.ndarray, np.ndarray]:
    """(solution, states (k, d), reference (k, d)) of a problem."""
    problem, reference = PROBLEMS[name], REFERENCES[name]
    fields = problem.model.state._fields  # type: ignore[attr-defined]
    solution = simulate(
        problem.model,
        parameters=problem.parameters,
        initial=dict(zip(fields, reference["start"], strict=True)),
        start=0.0,
        stop=reference["days"][-1],
        outputs={field: (lambda t, s, p, field=field: getattr(s, field)) for field in fields},
        grid=reference["days"],
        rtol=rtol,
        atol=problem.absolute * rtol,
    )
    found = np.array([solution.outputs[field][0] for field in fields]).T
    return solution, found, np.array(reference["values"])


@pytest.mark.parametrize("rtol", TOLERANCES)
@pytest.mark.parametrize("name", list(PROBLEMS))
def test_stiff_problem_matches_its_reference_at_every_tolerance(name: str, rtol: float) -> None:
    solution, found, expected = solve(name, rtol)
    assert solution.status.tolist() == [0]
    units = np.abs(found - expected) / (PROBLEMS[name].absolute * rtol + rtol * np.abs(expected))
    assert units.max() <= PROBLEMS[name].units


@pytest.mark.parametrize("name", list(PROBLEMS))
def test_a_tighter_tolerance_gives_a_smaller_error_for_more_steps(name: str) -> None:
    errors, steps = [], []
    for rtol in TOLERANCES:
        solution, found, expected = solve(name, rtol)
        errors.append(np.max(np.abs(found - expected) / (1e-3 * np.abs(expected).max(axis=0) + np.abs(expected))))
        steps.append(int(solution.steps[0]))
    assert errors[0] > 3 * errors[1] > 300 * errors[2] and steps[0] < steps[1] < steps[2]


def test_published_values_of_the_test_set_are_met() -> None:
    """Mazzia and Magherini 2008: HIRES at 321.8122; Van der Pol at 2000 (there with time divided by mu); Robertson at 1e11."""
    published = {
        "hires": (
            3,
            [
                0.7371312573325668e-3,
                0.1442485726316185e-3,
                0.5888729740967575e-4,
                0.1175651343283149e-2,
                0.2386356198831331e-2,
                0.6238968252742796e-2,
                0.2849998395185769e-2,
                0.2850001604814231e-2,
            ],
        ),
        "van_der_pol": (5, [0.1706167732170483e1, -0.8928097010247975e-3]),
        "robertson": (5, [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050]),
    }
    for name, (row, values) in published.items():
        _, found, _ = solve(name, 1e-9)
        assert found[row] == pytest.approx(values, rel=2e-8), name


def test_matter_is_conserved_in_robertson() -> None:
    _, found, _ = solve("robertson", 1e-6)
    assert found.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
