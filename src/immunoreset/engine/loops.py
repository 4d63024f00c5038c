"""A loop over all states inside a kernel."""

from __future__ import annotations

from immunoreset.engine.emitter import Function
from immunoreset.engine.tableau import STAGES
from immunoreset.engine.vector_math import DOUBLES, LANES

STAGED = LANES * STAGES  # the stages of a state lie one after another


class Loop:
    """A loop over states inside a function; `load` and `store` address the current state's vector of a section."""

    def __init__(self, function: Function, size: int, label: str) -> None:
        self.function, self.size, self.label = function, size, label

    def __enter__(self) -> Loop:
        lines, label = self.function.lines, self.label
        lines.append(f"  br label %{label}.before")
        lines.append(f"{label}.before:")
        lines.append(f"  br label %{label}")
        lines.append(f"{label}:")
        lines.append(f"  %{label}.i = phi i64 [0, %{label}.before], [%{label}.next, %{label}]")
        lines.append(f"  %{label}.lane = shl i64 %{label}.i, 3")
        return self

    def __exit__(self, *_: object) -> None:
        lines, label = self.function.lines, self.label
        lines.append(f"  %{label}.next = add i64 %{label}.i, 1")
        lines.append(f"  %{label}.done = icmp eq i64 %{label}.next, {self.size}")
        lines.append(f"  br i1 %{label}.done, label %{label}.after, label %{label}")
        lines.append(f"{label}.after:")

    def pointer(self, offset: int) -> str:
        function = self.function
        position = function.emit(f"add i64 %{self.label}.lane, {offset}")
        return function.emit(f"getelementptr inbounds double, ptr %arena, i64 {position}")

    def _staged(self, offset: int, stage: int) -> str:
        function = self.function
        position = function.emit(f"mul i64 %{self.label}.i, {STAGED}")
        position = function.emit(f"add i64 {position}, {offset + LANES * stage}")
        return function.emit(f"getelementptr inbounds double, ptr %arena, i64 {position}")

    def load_staged(self, offset: int, stage: int) -> str:
        return self.function.load_at(self._staged(offset, stage))

    def store_staged(self, value: str, offset: int, stage: int) -> None:
        self.function.store_at(value, self._staged(offset, stage))

    def load(self, offset: int) -> str:
        return self.function.load_at(self.pointer(offset))

    def load_shared(self, offset: int) -> str:
        function = self.function
        position = function.emit(f"add i64 %{self.label}.i, {offset}")
        return function.load_shared_at(function.emit(f"getelementptr inbounds double, ptr %arena, i64 {position}"))

    def store(self, value: str, offset: int) -> None:
        self.function.store_at(value, self.pointer(offset))

    def sum(self, name: str, kind: str = DOUBLES) -> None:
        """Declare a running sum `%name`; the loop must give its new value the name `%name.next`."""
        lines, label = self.function.lines, self.label
        start = lines.index(f"{label}:") + 1
        lines.insert(start, f"  %{name} = phi {kind} [zeroinitializer, %{label}.before], [%{name}.next, %{label}]")
