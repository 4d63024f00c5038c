"""From graph nodes to LLVM IR text: each kernel is one function of the arena, eight patients at a time."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import accumulate

from immunoreset.engine import vector_math
from immunoreset.engine.trace import LEAVES, Symbol
from immunoreset.engine.vector_math import BOOLEANS, DOUBLES, LANES, splat

Places = Mapping[int, tuple[str, int]]  # where the value of a node lies: its number -> ("vector" or "shared", offset)

_BINARY = {"add": "fadd contract", "subtract": "fsub contract", "multiply": "fmul contract", "divide": "fdiv"}
_DIVIDED_AT_ONCE = 4
_ORDERED = {">": "ogt", ">=": "oge", "<": "olt", "<=": "ole"}


class Function:
    """The text of one kernel while it is written: loads, arithmetic and stores on vectors of eight lanes."""

    def __init__(self, name: str, parameters: str = "") -> None:
        self.name = name
        self.lines: list[str] = []
        self._parameters = ", ".join(["ptr noalias %arena", *([parameters] if parameters else [])])
        self._count = 0

    def emit(self, instruction: str) -> str:
        """Append an instruction; returns the name of its result."""
        self._count += 1
        result = f"%v{self._count}"
        self.lines.append(f"  {result} = {instruction}")
        return result

    def pointer(self, offset: int, base: str = "%arena") -> str:
        return self.emit(f"getelementptr inbounds double, ptr {base}, i64 {offset}")

    def load_at(self, pointer: str) -> str:
        return self.emit(f"load {DOUBLES}, ptr {pointer}, align 64")

    def store_at(self, value: str, pointer: str) -> None:
        self.lines.append(f"  store {DOUBLES} {value}, ptr {pointer}, align 64")

    def load(self, offset: int) -> str:
        """The vector at `offset` doubles."""
        return self.load_at(self.pointer(offset))

    def load_shared(self, offset: int) -> str:
        """One double, in every lane."""
        return self.load_shared_at(self.pointer(offset))

    def load_shared_at(self, pointer: str) -> str:
        number = self.emit(f"load double, ptr {pointer}, align 8")
        first = self.emit(f"insertelement {DOUBLES} poison, double {number}, i32 0")
        return self.emit(f"shufflevector {DOUBLES} {first}, {DOUBLES} poison, <{LANES} x i32> zeroinitializer")

    def store(self, value: str, offset: int) -> None:
        self.store_at(value, self.pointer(offset))

    def call(self, name: str, pointer: str = "") -> None:
        self.lines.append(f"  call void @{name}(ptr %arena{f', ptr {pointer}' if pointer else ''})")

    def add(self, a: str, b: str) -> str:
        return self.emit(f"fadd contract {DOUBLES} {a}, {b}")

    def subtract(self, a: str, b: str) -> str:
        return self.emit(f"fsub contract {DOUBLES} {a}, {b}")

    def multiply(self, a: str, b: str) -> str:
        return self.emit(f"fmul contract {DOUBLES} {a}, {b}")

    def divide(self, a: str, b: str) -> str:
        return self.emit(f"fdiv {DOUBLES} {a}, {b}")

    def reciprocals(self, values: Sequence[str]) -> list[str]:
        """1 / value of each, four by one division: the reciprocal of their product times the others."""
        found: list[str] = []
        for first in range(0, len(values), _DIVIDED_AT_ONCE):
            group = values[first : first + _DIVIDED_AT_ONCE]
            products = list(accumulate(group, self.multiply))
            rest = self.divide(splat(1.0), products[-1])
            made: list[str] = []
            for value, before in zip(group[:0:-1], products[-2::-1], strict=True):
                made.append(self.multiply(rest, before))
                rest = self.multiply(rest, value)
            found += [rest, *reversed(made)]
        return found

    def plain(self, operation: str, a: str, b: str) -> str:
        """An operation that is rounded on its own, never fused with another."""
        return self.emit(f"{operation} {DOUBLES} {a}, {b}")

    def compare(self, sign: str, a: str, b: str) -> str:
        """The lanes in which the comparison holds, as a mask."""
        return self.emit(f"fcmp {sign} {DOUBLES} {a}, {b}")

    def both(self, a: str, b: str) -> str:
        return self.emit(f"and {BOOLEANS} {a}, {b}")

    def either(self, a: str, b: str) -> str:
        return self.emit(f"or {BOOLEANS} {a}, {b}")

    def differ(self, a: str, b: str) -> str:
        return self.emit(f"xor {BOOLEANS} {a}, {b}")

    def opposite(self, mask: str) -> str:
        return self.differ(mask, f"<{', '.join(['i1 true'] * LANES)}>")

    def any_of(self, masks: Sequence[str]) -> str:
        return reduce(self.either, masks)

    def choose(self, mask: str, if_true: str, if_false: str = "zeroinitializer") -> str:
        return self.emit(f"select {BOOLEANS} {mask}, {DOUBLES} {if_true}, {DOUBLES} {if_false}")

    def larger(self, a: str, b: str) -> str:
        return self.choose(self.compare("ogt", a, b), a, b)

    def largest(self, values: Sequence[str]) -> str:
        return reduce(self.larger, values)

    def smallest(self, values: Sequence[str]) -> str:
        return reduce(lambda a, b: self.choose(self.compare("olt", a, b), a, b), values)

    def bits(self, mask: str) -> str:
        """A mask as a whole number, the first lane in the lowest bit."""
        return self.emit(f"bitcast {BOOLEANS} {mask} to i{LANES}")

    def store_number(self, bits: str, offset: int) -> None:
        """The whole number `bits` as one double."""
        number, pointer = self.emit(f"uitofp i{LANES} {bits} to double"), self.pointer(offset)
        self.lines.append(f"  store double {number}, ptr {pointer}, align 8")

    def block(self, label: str) -> None:
        self.lines.append(f"{label}:")

    def jump(self, label: str) -> None:
        self.lines.append(f"  br label %{label}")

    def branch(self, mask: str, if_any: str, if_none: str) -> None:
        """To one block where the mask holds in any lane, else to the other."""
        some = self.emit(f"icmp ne i{LANES} {self.bits(mask)}, 0")
        self.lines.append(f"  br i1 {some}, label %{if_any}, label %{if_none}")

    def text(self) -> str:
        return "\n".join([f"define void @{self.name}({self._parameters}) #0 {{", "entry:", *self.lines, "  ret void", "}", ""])


def write_nodes(function: Function, roots: Sequence[Symbol], places: Places, known: dict[int, str] | None = None) -> list[str]:
    """Emit the arithmetic for `roots`; nodes in `places` are loaded instead. Returns one value name per root.

    `known` are nodes whose values the function has already; what is written is added to them.

    Each node is written just before its first use, which keeps values in registers.
    """
    values: dict[int, str] = {} if known is None else known
    pending = list(reversed(roots))
    while pending:
        node = pending[-1]
        waiting = [] if node.number in places else [n for n in node.arguments if n.number not in values]
        if node.number in values:
            pending.pop()
        elif waiting:
            pending.extend(reversed(waiting))
        else:
            values[node.number] = _write_node(function, node, values, places)
    return [values[root.number] for root in roots]


def _write_node(function: Function, node: Symbol, values: dict[int, str], places: Places) -> str:
    place = places.get(node.number)
    if place is not None:
        kind, offset = place
        return function.load(offset) if kind == "vector" else function.load_shared(offset)
    arguments = [values[a.number] for a in node.arguments]
    operation = node.operation
    if operation == "constant":
        return splat(node.payload)
    if operation in LEAVES:
        raise KeyError(f"the {operation} leaf {node.payload} has no place in the arena")
    if operation == "subtract" and node.arguments[0].is_constant and node.arguments[0].payload == 0.0:
        return function.emit(f"fneg {DOUBLES} {arguments[1]}")
    if operation in _BINARY:
        return function.emit(f"{_BINARY[operation]} {DOUBLES} {arguments[0]}, {arguments[1]}")
    if operation == "exp":
        return vector_math.exponential(function.emit, arguments[0])
    if operation == "log":
        return vector_math.logarithm(function.emit, arguments[0])
    if operation == "power":
        logarithm = vector_math.logarithm(function.emit, arguments[0])
        return vector_math.exponential(function.emit, function.multiply(arguments[1], logarithm))
    if operation == "sqrt":
        return function.emit(f"call {DOUBLES} @llvm.sqrt.v{LANES}f64({DOUBLES} {arguments[0]})")
    if operation == "compare":
        return function.emit(f"fcmp {_ORDERED[node.payload]} {DOUBLES} {arguments[0]}, {arguments[1]}")
    if operation == "select":
        condition, if_true, if_false = arguments
        return function.emit(f"select {BOOLEANS} {condition}, {DOUBLES} {if_true}, {DOUBLES} {if_false}")
    raise KeyError(operation)


HEADER = "".join(f"declare {DOUBLES} @llvm.{name}.v{LANES}f64({DOUBLES})\n" for name in ("sqrt", "fabs"))
if platform.machine().lower() in ("x86_64", "amd64"):
    HEADER += "declare void @llvm.x86.sse.stmxcsr(ptr)\ndeclare void @llvm.x86.sse.ldmxcsr(ptr)\n"
FOOTER = 'attributes #0 = { nounwind "stackrealign" "prefer-vector-width"="512" "min-legal-vector-width"="512" }\n'
