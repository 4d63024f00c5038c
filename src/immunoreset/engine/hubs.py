"""Quantities through which many states act on many others, kept as unknowns of the linear systems.

Killing, for instance, depends on the sum of a dozen antigen pools and removes cells from each of them: a dense block of the
Jacobian. With the sum and the kill rate as unknowns of their own the block becomes a few sparse rows, and so do its
factors. The solution is the same; only the elimination is shorter (sparse-matrix augmentation by intermediate variables).
"""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.engine.trace import STATE, Symbol, closure

_LEAST_SAVING = 3  # entries that a hub must save


def choose_hubs(roots: Sequence[Symbol]) -> list[Symbol]:
    """Nodes to keep as unknowns, greedily by the Jacobian entries that each saves; in the order of the graph."""
    nodes = [node for node in closure(roots) if node.depends & STATE]
    hubs: list[Symbol] = []
    while True:
        chosen = {hub.number: k for k, hub in enumerate(hubs)}
        below, above = supports(nodes, chosen), _reaches(nodes, roots, chosen)
        best, best_saving = None, _LEAST_SAVING
        for node in nodes:
            if not node.arguments or node.number in chosen or node.operation == "compare":
                continue
            inputs, uses = below[node.number].bit_count(), above[node.number].bit_count()
            saving = inputs * uses - inputs - uses
            if saving >= best_saving:  # of equals the last: it stands for the chain below it
                best, best_saving = node, saving
        if best is None:
            return sorted(hubs, key=lambda hub: hub.number)
        hubs.append(best)


def supports(nodes: Sequence[Symbol], hubs: dict[int, int]) -> dict[int, int]:
    """For each node the states (even bits) and hubs (odd bits) that it depends on directly, as a bit set."""
    seen: dict[int, int] = {}
    found: dict[int, int] = {}
    for node in nodes:
        bits = 1 << 2 * node.payload if node.operation == "state" else 0
        for argument in node.arguments:
            bits |= seen.get(argument.number, 0)
        found[node.number] = bits
        seen[node.number] = 1 << 2 * hubs[node.number] + 1 if node.number in hubs else bits
    return found


def _reaches(nodes: Sequence[Symbol], roots: Sequence[Symbol], hubs: dict[int, int]) -> dict[int, int]:
    """For each node the rates (even bits) and hubs (odd bits) that use it directly, as a bit set."""
    found = dict.fromkeys((node.number for node in nodes), 0)
    for row, root in enumerate(roots):
        if root.number in found:
            found[root.number] |= 1 << 2 * row
    for node in reversed(nodes):
        passed = 1 << 2 * hubs[node.number] + 1 if node.number in hubs else found[node.number]
        for argument in node.arguments:
            if argument.number in found:
                found[argument.number] |= passed
    return found
