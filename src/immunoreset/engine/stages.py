"""What is the same for every state at a stage of Rodas5P: where it is evaluated, and what the stages before it weigh."""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.engine import tableau
from immunoreset.engine.emitter import Function
from immunoreset.engine.equations import Equations
from immunoreset.engine.vector_math import splat


def argument(function: Function, stage: int, before: str, increments: Sequence[str]) -> str:
    """The state at a stage; `before` is that of the start, or of the stage before for the last two."""
    if stage >= 6:  # stiffly accurate: only the last increment is new
        return function.add(before, increments[-1])
    value = before
    for coefficient, increment in zip(tableau.A[stage], increments, strict=True):
        value = function.add(value, function.multiply(splat(coefficient), increment))
    return value


def earlier_weights(function: Function, inverse_step: str) -> list[list[str]]:
    """What each stage before weighs in the right-hand side of a stage, by stage."""
    return [[function.multiply(splat(-weight), inverse_step) for weight in weights] for weights in tableau.C]


def earlier(function: Function, weights: Sequence[str], increments: Sequence[str]) -> str:
    """What the stages before weigh in the right-hand side of this one; `weights` are its own."""
    if not weights:
        return splat(0.0)
    extra = function.multiply(weights[0], increments[0])
    for weight, increment in zip(weights[1:], increments[1:], strict=True):
        extra = function.add(extra, function.multiply(weight, increment))
    return extra


def time_weight(function: Function, equations: Equations, stage: int, step: str) -> str:
    """The step times what the derivative by time weighs in a stage, or nothing."""
    weight = tableau.TIME_DERIVATIVE[stage] if equations.depends_on_time else 0.0
    return function.multiply(splat(weight), step) if weight else ""
