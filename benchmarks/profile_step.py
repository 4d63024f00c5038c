"""Where the time of a step goes: rates, stage sums, linear solves, factorisation, dense output, outputs, driver.

    python benchmarks/profile_step.py

Kernels are timed on eight typical patients, and parts of `step` by leaving their calls out. Times are the least of many
repeats; compare shares, not nanoseconds. With --store the results, with the machine, go to
benchmarks/results/profile_step.json.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import numba
import numpy as np

from immunoreset import bench
from immunoreset.engine import compiler, ensemble, kernels, programs, simulate
from immunoreset.engine.intrinsics import call
from immunoreset.engine.layout import allocate
from immunoreset.engine.vector_math import LANES
from keeping import keep

REPEATS, CALLS = 15, 2000
RESULTS = Path(__file__).parent / "results" / "profile_step.json"


@numba.njit
def _many(address: int, base: int, count: int) -> None:
    for _ in range(count):
        call(address, base)


def _without(text: str, *names: str) -> str:
    """The text of all kernels with some calls left out of `step`."""
    begin = text.index("define void @step(")
    end = text.index("\n}\n", begin)
    body = text[begin:end]
    for name in names:
        body = re.sub(rf"  call void @{name}\(.*\n", "", body)
    return text[:begin] + body + text[end:]


def _captured() -> tuple[str, Any]:
    """(text of the kernels, the runner of the benchmark study)."""
    found: dict[str, Any] = {}
    runner = ensemble.Runner

    class Kept(runner):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            found["runner"] = self

    def keep(text: str) -> Any:
        found["text"] = text
        return compiler.compile_text(text)

    kernels.compile_text, ensemble.Runner = keep, Kept
    programs.PROGRAMS = programs.Kept()
    try:
        simulate(**bench._arguments(LANES), grid=bench.GRID, threads=1)
    finally:
        kernels.compile_text, ensemble.Runner = compiler.compile_text, runner
    return found["text"], found["runner"]


def _arena(runner: Any) -> np.ndarray:
    """Memory with eight untreated patients of the benchmark in it."""
    at, rows = runner.program.at, slice(0, LANES)
    arena = allocate(at)
    arena[:] = runner.arena
    for start, values in (
        (at.state, [runner.inputs.initial[i] for i in runner.program.states]),
        (at.personal, [runner.inputs.parameters[i] for i in runner.program.personal]),
    ):
        columns = runner._columns(values, rows)
        arena[start : start + columns.size] = columns.T.ravel()
    arena[at.between : at.between + at.increments - at.between] = arena[at.state : at.state + at.increments - at.between]
    arena[at.step : at.step + LANES] = 0.1
    compiler.call(runner.program.addresses["prepare"], arena)
    return arena


def _nanoseconds(address: int, arena: np.ndarray) -> float:
    """Least time of one call, per patient."""
    least = np.inf
    _many(address, arena.ctypes.data, 10)
    for _ in range(REPEATS):
        begin = time.perf_counter()
        _many(address, arena.ctypes.data, CALLS)
        least = min(least, time.perf_counter() - begin)
    return least / CALLS / LANES * 1e9


def main() -> None:
    text, runner = _captured()
    arena = _arena(runner)
    whole = _nanoseconds(compiler.compile_text(text).address("step"), arena)
    parts = {"step, all of it": whole}
    left_out = {
        "eight right-hand sides": ("rates",),
        "eight linear solves": ("solve",),
        "Jacobian and factorisation": ("factor",),
        "followers": ("follow",),
    }
    for label, names in left_out.items():
        parts[label] = whole - _nanoseconds(compiler.compile_text(_without(text, *names)).address("step"), arena)
    sums = _nanoseconds(compiler.compile_text(_without(text, "rates", "solve", "factor", "follow")).address("step"), arena)
    parts["stage sums and error norm"] = sums
    for label, name in (("dense output", "dense"), ("interpolation", "interpolate"), ("twelve outputs", "grid_outputs")):
        parts[label] = _nanoseconds(runner.program.addresses[name], arena)
    arguments = bench._arguments(bench.PATIENTS)
    for label, grid in (("in a run, no outputs, per step", None), ("in a run, outputs on 190 days, per step", bench.GRID)):
        solutions: list[Any] = []
        seconds = min(bench._seconds(lambda g=grid, s=solutions: s.append(simulate(**arguments, grid=g, threads=1)), 3))
        steps = float((solutions[0].steps + solutions[0].rejected_steps).sum())
        parts[label] = seconds / steps * 1e9
    program = runner.program
    result = {
        "nanoseconds_per_patient": parts,
        "states": len(program.states),
        "jacobian_entries": program.jacobian_entries,
        "lu_multiply_adds": program.lu_multiply_adds,
        "arena_kilobytes": program.at.size * 8 / 1024,
        "cpu": bench.cpu(),
        "versions": bench.versions(),
    }
    keep(RESULTS, result)
    for label, value in parts.items():
        print(f"{label:<42} {value:8.1f} ns")


if __name__ == "__main__":
    main()
