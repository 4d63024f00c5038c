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
        case "power":
            base, exponent = arguments
            by_base = exponent * graph.power(base, exponent - 1.0)
            logarithm = graph.select(base > 0.0, graph.unary("log", base), graph.constant(0.0))
            return [(base, by_base), (exponent, node * logarithm)]
        case "select":
            zero = graph.constant(0.0)
            condition = arguments[0]
            return [
                (arguments[1], graph.select(condition, one, zero)),
                (arguments[2], graph.select(condition, zero, one)),
            ]
    return []


def gradients(graph: Graph, roots: Sequence[Symbol], *, hubs: Sequence[Symbol] = ()) -> list[dict[int, Symbol]]:
    """For each root, {state number: partial derivative}; forward accumulation, in which rows stay sparse.

    Where a root depends on a hub, the entry is by the hub (key -1 - k for hub k) and not by the states behind it; the rows
    of the hubs themselves follow those of the roots.
    """
    order = {hub.number: k for k, hub in enumerate(hubs)}
    one = graph.constant(1.0)
    own: dict[int, dict[int, Symbol]] = {}
    rows: dict[int, dict[int, Symbol]] = {}
    for node in closure([*roots, *hubs]):
        if node.operation == "state":
            own[node.number] = rows[node.number] = {node.payload: one}
            continue
        own[node.number] = _row(graph, node, rows, STATE)
        rows[node.number] = {-1 - order[node.number]: one} if node.number in order else own[node.number]
    return [rows[root.number] for root in roots] + [own[hub.number] for hub in hubs]


def _row(graph: Graph, node: Symbol, rows: dict[int, dict[int, Symbol]], by: int) -> dict[int, Symbol]:
    """The sparse derivative of a node from those of its arguments."""
    row: dict[int, Symbol] = {}
    if not node.depends & by:
        return row
    for argument, partial in local_partials(graph, node):
        for index, inner in rows[argument.number].items():
            term = partial * inner
            row[index] = row[index] + term if index in row else term
    return {index: entry for index, entry in row.items() if not (entry.is_constant and entry.payload == 0.0)}


def time_gradient(graph: Graph, roots: Sequence[Symbol]) -> list[Symbol | None]:
    """Partial derivative of each root with respect to time, or None where time does not appear."""
    rows: dict[int, dict[int, Symbol]] = {}
    for node in closure(roots):
        rows[node.number] = {0: graph.constant(1.0)} if node.operation == "time" else _row(graph, node, rows, TIME)
    return [rows[root.number].get(0) for root in roots]
