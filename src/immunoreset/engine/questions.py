"""What a study asks of a model, as nodes of one graph: rates, outputs, conditions, and what actions write.

`answer` traces and prunes; nothing here knows of memory or machine code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from immunoreset.engine.equations import Equations
from immunoreset.engine.names import flat_names
from immunoreset.engine.observing import Asked
from immunoreset.engine.trace import PARAMETER, Graph, Symbol, Symbols, Traced, ask, closure, trace
from immunoreset.errors import unknown

Expression = Callable[[Any, Any, Any], Any]
Action = Callable[[Any, Any, Any, Any], Mapping[str, Any]]
Change = tuple[str, int, Symbol]  # "state" or "parameter", its number, its new value


class Questions(NamedTuple):
    """What a study asks of a model beside its rates; the structure that the code depends on."""

    grid_outputs: Sequence[Expression]
    monitors: Sequence[Expression]
    conditions: Sequence[Expression]
    hazards: Sequence[Expression]
    actions: Sequence[Action]
    gentle: Collection[int]  # numbers of the actions after which the step size may stay
    infused: Sequence[str]  # states that receive infusions; rate parameters are added for them
    readouts: Sequence[Asked] = ()
    extinctions: int = 0  # how many of the monitors, the last ones, are limits of extinctions


class Answers(NamedTuple):
    """The nodes that answer them."""

    graph: Graph
    equations: Equations
    groups: dict[str, list[Symbol]]  # grid_outputs, monitors, conditions
    changes: list[list[Change]]  # what each action writes; the infusion rates' own actions come last

    @property
    def row(self) -> dict[int, int]:
        """Row of each solved state."""
        return {state: row for row, state in enumerate(self.equations.states)}

    @property
    def nodes(self) -> list[Symbol]:
        """Everything that has to be computed or kept."""
        written = [change for changes in self.changes for change in changes]
        return [
            *self.equations.nodes,
            *(node for group in self.groups.values() for node in group),
            *(node for _, _, node in written),
            *(self.graph.leaf("parameter", number) for kind, number, _ in written if kind == "parameter"),
        ]


def reachable_states(model: Any, candidates: frozenset[int], constants: Mapping[int, float]) -> tuple[frozenset[int], Traced]:
    """The states that stay at zero (they start at 0, receive nothing and have no rate while they all are 0), and the rest."""
    zero = candidates
    while True:
        traced = trace(model, zero_states=zero, constants=constants)
        rates = traced.derivative
        stay = frozenset(i for i in zero if rates[i].is_constant and rates[i].payload == 0.0)
        if len(stay) == len(rates):  # nothing moves at all: keep one state to be solved
            stay -= {0}
        if stay == zero:
            return zero, traced
        zero = stay


def action_targets(model: Any, leaves: Symbols, action: Action) -> set[str]:
    """Names of the states and parameters that an action writes."""
    written = ask(action, leaves.time, leaves.state, leaves.parameters, leaves.graph.leaf("value"))
    known = [*flat_names(model.state), *flat_names(model.parameters)]
    for name in written:
        if name not in known:
            raise unknown("state or parameter", name, known)
    return set(written)


def answer(model: Any, questions: Questions, *, zero_candidates: frozenset[int], constants: Mapping[int, float]) -> Answers:
    """Trace the model and all questions, without the states that cannot be reached.

    `zero_candidates`: model states that start at 0 in every patient and that no event writes. `constants`: parameters that
    may be folded into the code. Infusion rates are parameters numbered after the model's own.
    """
    zero, traced = reachable_states(model, zero_candidates, constants)
    graph, rates = traced.graph, traced.derivative
    names, parameter_names = flat_names(model.state), flat_names(model.parameters)
    infusions = {names.index(name): len(parameter_names) + k for k, name in enumerate(questions.infused)}
    for state, parameter in infusions.items():
        rates[state] = rates[state] + graph.leaf("parameter", parameter)
    known = (traced.time, traced.state, traced.parameters)
    value = graph.leaf("value")

    def asked(functions: Sequence[Expression]) -> list[Symbol]:
        return [graph.as_number(graph.lift(ask(function, *known))) for function in functions]

    def change(name: str, node: Any) -> Change:
        kind, numbers = ("state", names) if name in names else ("parameter", parameter_names)
        return kind, numbers.index(name), graph.as_number(graph.lift(node))

    changes = [[change(*pair) for pair in ask(action, *known, value).items()] for action in questions.actions]
    changes += [[("parameter", p, graph.leaf("parameter", p) + value)] for p in infusions.values()]
    solved = {i: rates[i] for i in range(len(names)) if i not in zero}
    return Answers(
        graph=graph,
        equations=Equations(solved, asked(questions.hazards)),
        groups={name: asked(getattr(questions, name)) for name in ("grid_outputs", "monitors", "conditions")},
        changes=changes,
    )


class Constants(NamedTuple):
    """What does not change while a patient is solved, each node made once."""

    personal: list[Symbol]  # parameters that differ between patients or change at events
    derived: list[Symbol]  # made from them, once per patient
    shared: list[Symbol]  # the same for all patients


def constants_of(roots: Sequence[Symbol], varying: frozenset[int]) -> Constants:
    """Split what depends on parameters alone; `varying` are the parameters that patients have for themselves."""
    nodes = closure(roots)
    personal: set[int] = set()
    for node in nodes:
        own = node.operation == "parameter" and node.payload in varying
        if own or any(argument.number in personal for argument in node.arguments):
            personal.add(node.number)

    def constant(node: Symbol) -> bool:
        return node.depends == PARAMETER and node.operation != "compare"

    leaves = {n.number: n for n in nodes if n.operation == "parameter" and n.payload in varying}
    derived: dict[int, Symbol] = {}
    shared: dict[int, Symbol] = {}
    uses = [(None, root) for root in roots] + [(node, argument) for node in nodes for argument in node.arguments]
    for user, node in uses:
        if not constant(node) or node.number in leaves:
            continue
        kind = derived if node.number in personal else shared
        ends_here = user is None or not constant(user) or (kind is shared and user.number in personal)
        if ends_here:
            kind[node.number] = node
    return Constants(*([found[number] for number in sorted(found)] for found in (leaves, derived, shared)))
