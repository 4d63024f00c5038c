"""Exact partial derivatives of a traced function, as sparse rows of new nodes of the same graph."""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.engine.trace import STATE, TIME, Graph, Symbol, closure


def local_partials(graph: Graph, node: Symbol) -> list[tuple[Symbol, Symbol]]:
    """(argument, d node / d argument) for each argument that can carry a derivative."""
    one, two = graph.constant(1.0), graph.constant(2.0)
    arguments = node.arguments
    match node.operation:
        case "add":
            return [(arguments[0], one), (arguments[1], one)]
        case "subtract":
            return [(arguments[0], one), (arguments[1], graph.constant(-1.0))]
        case "multiply":
            return [(arguments[0], arguments[1]), (arguments[1], arguments[0])]
        case "divide":
            reciprocal = graph.divide(one, arguments[1])
            return [(arguments[0], reciprocal), (arguments[1], -(node * reciprocal))]
        case "exp":
            return [(arguments[0], node)]
        case "log":
            return [(arguments[0], graph.divide(one, arguments[0]))]
        case "sqrt":
            return [(arguments[0], graph.divide(one, two * node))]
        case "select":
            zero = graph.constant(0.0)
            condition = arguments[0]
            return [
                (arguments[1], graph.select(condition, one, zero)),
                (arguments[2], graph.select(condition, zero, one)),
            ]
    return []


def gradients(graph: Graph, roots: Sequence[Symbol], *, by: int = STATE) -> list[dict[int, Symbol]]:
    """For each root, {index of a leaf: partial derivative}; `by` is STATE, or TIME (then the only index is 0).

    Forward accumulation: rows stay sparse, and rows shared between roots are made once.
    """
    kind = "state" if by == STATE else "time"
    rows: dict[int, dict[int, Symbol]] = {}
    for node in closure(roots):
        if not node.depends & by:
            rows[node.number] = {}
            continue
        if node.operation == kind:
            rows[node.number] = {node.payload: graph.constant(1.0)}
            continue
        row: dict[int, Symbol] = {}
        for argument, partial in local_partials(graph, node):
            for index, inner in rows[argument.number].items():
                term = partial * inner
                row[index] = row[index] + term if index in row else term
        rows[node.number] = {index: entry for index, entry in row.items() if not (entry.is_constant and entry.payload == 0.0)}
    return [rows[root.number] for root in roots]


def time_gradient(graph: Graph, roots: Sequence[Symbol]) -> list[Symbol | None]:
    """Partial derivative of each root with respect to time, or None where time does not appear."""
    return [row.get(0) for row in gradients(graph, roots, by=TIME)]
