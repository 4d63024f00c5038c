"""Designs on paper: the decision table as it hangs on the ward, the flow chart, and the table of scenarios.

Everything is made as data first (rows, nodes and edges) and put into text afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.decision_table import Letter, TableDesign, boundaries
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.scenarios import OperatingCharacteristics

_ROWS = ("Patients treated", "Escalate if toxicities <=", "De-escalate if toxicities >=", "Eliminate if toxicities >=")


@runtime_checkable
class Rule(Protocol):
    """A design that holds another one and asks one question more."""

    @property
    def design(self) -> Design: ...

    @property
    def question(self) -> str:
        """What is asked after each cohort."""
        ...

    @property
    def answer(self) -> str:
        """What is done when the answer is yes; `stop` ends the trial."""
        ...


def unwrapped(design: Design) -> tuple[Design, list[Rule]]:
    """The design inside all its rules, and the rules, the innermost first."""
    rules: list[Rule] = []
    while isinstance(design, Rule):
        rules.insert(0, design)
        design = design.design
    return design, rules


def inner_design(design: Design) -> Design:
    """The design inside all its rules."""
    return unwrapped(design)[0]


def boundary_rows(design: Design, patients: int) -> list[list[str]]:
    """The short table of a design, as BOIN prints it: a row of numbers of patients, then one for each boundary.

    Raises InvalidValue for a design that is no table.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> for row in boundary_rows(BOIN(5, 0.3), 6):
    ...     print(row)
    ['Patients treated', '1', '2', '3', '4', '5', '6']
    ['Escalate if toxicities <=', '0', '0', '0', '0', '1', '1']
    ['De-escalate if toxicities >=', '1', '1', '2', '2', '2', '3']
    ['Eliminate if toxicities >=', 'NA', 'NA', '3', '3', '4', '4']
    """
    limits = boundaries(_table_of(design), patients)
    numbers = [np.arange(1, patients + 1), *limits]
    return [
        [name, *("NA" if number < 0 else str(number) for number in row.tolist())]
        for name, row in zip(_ROWS, numbers, strict=True)
    ]


def decision_rows(design: Design, patients: int) -> list[list[str]]:
    """The full table: for each number of toxicities a row of letters by number of patients, E, S, D or DU, blank if none.

    Raises InvalidValue for a design that is no table.
    """
    table = _table_of(design).letters(patients)
    rows = [["Toxicities", *(str(number) for number in range(1, patients + 1))]]
    for toxic in range(patients + 1):
        letters = ["" if code < 0 else Letter(code).name for code in table[1:, toxic].tolist()]
        rows.append([str(toxic), *letters])
    return rows


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text with columns aligned, the first to the left and the others to the right.

    >>> print(as_text([["dose", "n"], ["1", "12"]]))
    dose   n
    1     12
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


class Node(NamedTuple):
    """A box of a flow chart; `kind` is start, action, question or end."""

    name: str
    kind: str
    text: str


class Edge(NamedTuple):
    """An arrow of a flow chart, with the answer that leads along it."""

    source: str
    target: str
    text: str


class FlowChart(NamedTuple):
    """A design as boxes and arrows."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def text(self) -> str:
        """The chart as lines of text, one per box, its arrows below it."""
        lines = []
        for node in self.nodes:
            lines.append(f"[{node.name}] {node.text}")
            lines += [f"    {edge.text or 'then'} -> [{edge.target}]" for edge in self.edges if edge.source == node.name]
        return "\n".join(lines)


def flow_chart(design: Design) -> FlowChart:
    """The flow chart of a design with its rules.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> from immunoreset.trial.rules.stopping import StopAtN
    >>> [node.name for node in flow_chart(StopAtN(BOIN(5, 0.3), 30)).nodes]
    ['start', 'treat', 'compare', 'up', 'same', 'down', 'rule 1', 'end']
    """
    inside, rules = unwrapped(design)
    nodes, edges, leaves = _three_plus_three_chart(inside) if isinstance(inside, ThreePlusThree) else _chart_of(inside)
    names = [f"rule {number}" for number in range(1, len(rules) + 1)]
    edges = edges + [Edge(leaf, names[0] if names else "treat", "") for leaf in leaves]
    for rule, name, following in zip(rules, names, [*names, "treat"][1:], strict=True):
        edges.append(Edge(name, following, "no"))
        edges.append(Edge(name, "end" if rule.answer == "stop" else following, f"yes: {rule.answer}"))
    asked = [Node(name, "question", rule.question) for rule, name in zip(rules, names, strict=True)]
    end = Node("end", "end", "Recommend a dose, or none")
    return FlowChart((*nodes, *asked, end), tuple(edges))


def scenario_rows(results: Sequence[OperatingCharacteristics]) -> list[list[str]]:
    """The scenario table: per scenario the true rates, selection, patients and toxicities by dose; then totals, risk and stops.

    Shares are percentages, with the Monte Carlo standard error in brackets.
    """
    if not results:
        return []
    doses = len(results[0].toxic_rates)
    head = [
        "Scenario",
        "",
        *(f"dose {dose}" for dose in range(1, doses + 1)),
        "none / total",
        "overdose risk %",
        "stopped early %",
    ]
    rows = [head]
    for result in results:
        blank = ["", "", ""]
        rows.append([result.name, "true toxicity %", *(f"{100 * rate:.0f}" for rate in result.toxic_rates), *blank])
        selected = [_percent(*pair) for pair in zip(result.selected, result.selected_error, strict=True)]
        risk = "" if np.isnan(result.overdose_risk) else _percent(result.overdose_risk, result.overdose_risk_error)
        rows.append(["", "selected %", *selected[1:], selected[0], risk, _percent(result.stopped, result.stopped_error)])
        for name, mean in (("patients", result.treated), ("toxicities", result.toxic)):
            rows.append(["", name, *(f"{number:.1f}" for number in mean), f"{mean.sum():.1f}", "", ""])
    return rows


def _percent(share: float, error: float) -> str:
    return f"{100 * share:.1f} ({100 * error:.1f})"


def _table_of(design: Design) -> TableDesign:
    inside = inner_design(design)
    if not isinstance(inside, TableDesign):
        raise InvalidValue(f"{type(inside).__name__} is no table of toxicities by patients: print its dose paths or flow chart")
    return inside


Chart = tuple[list[Node], list[Edge], tuple[str, ...]]
"""Boxes, arrows, and the boxes after which the rules are asked and the next cohort is treated."""


def _chart_of(design: Design) -> Chart:
    asked = (
        "Look up patients and toxicities at this dose in the decision table"
        if isinstance(design, TableDesign)
        else "Ask the design"
    )
    said_of = ("E", "S", "D or DU") if isinstance(design, TableDesign) else ("a higher dose", "this dose", "a lower dose")
    nodes = [
        Node("start", "start", f"Start at dose {getattr(design, 'start', 1)} of {design.doses}"),
        Node("treat", "action", "Treat a cohort and follow it through the toxicity window"),
        Node("compare", "question", asked),
        Node("up", "action", "Escalate, unless the next dose is closed or there is none"),
        Node("same", "action", "Stay at this dose"),
        Node("down", "action", "De-escalate; close the dose if it is eliminated"),
    ]
    edges = [
        Edge("start", "treat", ""),
        Edge("treat", "compare", ""),
        *(Edge("compare", name, said) for name, said in zip(("up", "same", "down"), said_of, strict=True)),
        Edge("compare", "end", "the lowest dose is closed"),
    ]
    return nodes, edges, ("up", "same", "down")


def _three_plus_three_chart(design: ThreePlusThree) -> Chart:
    nodes = [
        Node("start", "start", f"Start at dose {design.start} of {design.doses}"),
        Node("treat", "action", "Treat 3 patients"),
        Node("first three", "question", "Toxicities among the 3"),
        Node("same", "action", "Treat 3 more at this dose"),
        Node("six", "question", "Toxicities among the 6"),
        Node("up", "action", "One dose up"),
    ]
    edges = [
        Edge("start", "treat", ""),
        Edge("treat", "first three", ""),
        Edge("first three", "up", "0 of 3"),
        Edge("first three", "same", "1 of 3"),
        Edge("same", "six", ""),
        Edge("six", "up", "0 or 1 of 6"),
        Edge("up", "end", "no higher dose, or it was too toxic" + (", and 6 treated" if design.variant == "six_at_mtd" else "")),
    ]
    if design.variant == "no_deescalation":
        edges += [Edge("first three", "end", "2 or 3: the dose below"), Edge("six", "end", "2 or more: the dose below")]
        return nodes, edges, ("up",)
    nodes.append(Node("down", "action", "One dose down: treat 3 more there, unless 6 were treated"))
    edges += [
        Edge("first three", "down", "2 or 3"),
        Edge("six", "down", "2 or more"),
        Edge("down", "six", ""),
        Edge("down", "end", "6 treated there: recommend it; no lower dose: none"),
    ]
    return nodes, edges, ("up",)
