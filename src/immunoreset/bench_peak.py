"""How much of the processor's arithmetic the solver uses: operations of a step, counted in its code, beside a measured peak."""

from __future__ import annotations

import re
import time
from typing import Any

import numba
import numpy as np

from immunoreset.engine.loop_math import wide_vectors

RUNS, ROUNDS, CHAINS = 15, 200_000, 128  # enough independent chains to fill every multiply-add unit
_OPERATION = re.compile(r"= f(?:add|sub|mul|div) .*?<8 x double>|= call .*?@llvm\.sqrt")
_CALL = re.compile(r"call void @(\w+)\(")
_FUNCTION = re.compile(r"^define void @(\w+)\(.*?\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _multiply_adds(values: Any, rounds: int) -> None:
    """Multiply-adds on chains that do not wait for each other."""
    wide_vectors()
    for first in range(0, len(values), CHAINS):
        some = values[first : first + CHAINS]
        for _ in range(rounds):
            for i in range(CHAINS):
                some[i] = some[i] * 0.999999 + 1e-6


def peak_operations_per_second() -> float:
    """Additions and multiplications per second of one core in the best of several runs of multiply-adds."""
    values, seconds = np.ones(CHAINS), []
    _multiply_adds(values, 1)
    for _ in range(RUNS):
        begun = time.perf_counter()
        _multiply_adds(values, ROUNDS)
        seconds.append(time.perf_counter() - begun)
    return 2.0 * CHAINS * ROUNDS / min(seconds)


def operations_of(text: str, function: str) -> int:
    """Arithmetic operations of a kernel and of those that it calls, for each of the eight patients of a vector.

    >>> kernels = "define void @a(ptr %p) {\\n %v1 = fadd contract <8 x double> %x, %y\\n}\\n"
    >>> operations_of(kernels + "define void @b(ptr %p) {\\n call void @a(ptr %p)\\n call void @a(ptr %p)\\n}\\n", "b")
    2
    """
    bodies = dict(_FUNCTION.findall(text))

    def count(name: str) -> int:
        body = bodies.get(name, "")
        return len(_OPERATION.findall(body)) + sum(count(called) for called in _CALL.findall(body))

    return count(function)
