"""A loop over all states inside a kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from immunoreset.engine.emitter import Function
from immunoreset.engine.tableau import STAGES
from immunoreset.engine.vector_math import DOUBLES, LANES

# The stages of a state lie one after another, and a line is left free after them: at a distance of a power of two, one stage of
# all states would share an eighth of the first-level cache.
STAGED = LANES * (STAGES + 1)
_AT_ONCE = 2  # states in one pass of a loop


class Row:
    """One state within a loop: `load` and `store` address its vector of a section."""

    def __init__(self, function: Function, number: int, first: str = "") -> None:
        self._function, self._number, self._first = function, number, first

    def _pointer(self, offset: int, stride: int) -> str:
        function, place = self._function, offset + stride * self._number
        if not self._first:
            return function.pointer(place)
        position = function.emit(f"add i64 {function.emit(f'mul i64 {self._first}, {stride}')}, {place}")
        return function.emit(f"getelementptr inbounds double, ptr %arena, i64 {position}")

    def load(self, offset: int) -> str:
        return self._function.load_at(self._pointer(offset, LANES))

    def store(self, value: str, offset: int) -> None:
        self._function.store_at(value, self._pointer(offset, LANES))

    def load_shared(self, offset: int) -> str:
        return self._function.load_shared_at(self._pointer(offset, 1))

    def load_staged(self, offset: int, stage: int) -> str:
        return self._function.load_at(self._pointer(offset + LANES * stage, STAGED))

    def store_staged(self, value: str, offset: int, stage: int) -> None:
        self._function.store_at(value, self._pointer(offset + LANES * stage, STAGED))


def over(
    size: int,
    function: Function,
    label: str,
    body: Callable[[Row, list[str]], Sequence[str]],
    *,
    sums: int = 0,
    kind: str = DOUBLES,
) -> list[str]:
    """Write `body` for each of `size` states in turn, some at a time; returns the names of the sums at the end.

    `body` is given its row and the sums so far, and returns the new ones.
    """
    passes, rest = divmod(size, _AT_ONCE)
    totals = ["zeroinitializer"] * sums
    if passes:
        function.jump(f"{label}.before")
        function.block(f"{label}.before")
        function.jump(label)
        function.block(label)
        head = len(function.lines)
        first, running = f"%{label}.first", [f"%{label}.sum{k}" for k in range(sums)]
        totals = running
        for k in range(_AT_ONCE):
            totals = list(body(Row(function, k, first), totals))
        following = function.emit(f"add i64 {first}, {_AT_ONCE}")
        function.lines[head:head] = [
            f"  {name} = phi {kind_of} [{start}, %{label}.before], [{new}, %{label}]"
            for name, kind_of, start, new in (
                (first, "i64", "0", following),
                *((name, kind, "zeroinitializer", new) for name, new in zip(running, totals, strict=True)),
            )
        ]
        done = function.emit(f"icmp eq i64 {following}, {_AT_ONCE * passes}")
        function.lines.append(f"  br i1 {done}, label %{label}.after, label %{label}")
        function.block(f"{label}.after")
    for k in range(size - rest, size):
        totals = list(body(Row(function, k), totals))
    return totals
