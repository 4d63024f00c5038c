"""The flow chart of a dose-finding design as a drawing: boxes in rows, arrows that bend at right angles, answers beside them."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from immunoreset.trial.printing import FlowChart, Node

BOX, GAP, ROW_GAP, LANE = 190, 60, 46, 22  # points
LINE, PADDING = 14, 9
WORDS = 112  # room for the words of an arrow beside an outer box
LETTERS_OF_BOX, LETTERS_OF_ARROW = 29, 22
FILL = {"start": "#E8F1F8", "end": "#E8F1F8", "question": "#FFF7E0", "action": "#FFFFFF"}
INK, SOFT = "#333333", "#555555"
_THREE_ROWS = (("start",), ("treat",), ("first three",), ("up", "same", "down"), ("six",))
_TABLE_ROWS = (("start",), ("treat",), ("compare",), ("up", "same", "down"))


class Box(NamedTuple):
    """Where a box lies, from its upper left corner, and its lines of text."""

    x: float
    y: float
    height: float
    lines: list[str]

    @property
    def middle(self) -> float:
        return self.x + BOX / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


Point = tuple[float, float]


class Arrow(NamedTuple):
    """The corners of an arrow, its words, and where they begin; `anchor` as in SVG."""

    points: list[Point]
    text: str
    at: Point
    anchor: str


def flow_chart_svg(chart: FlowChart, description: str) -> str:
    """The chart as an <svg> element, as wide as its place up to its natural size."""
    rows = _rows(chart)
    boxes = _place({node.name: node for node in chart.nodes}, rows)
    arrows, left, right = _route(chart, boxes, rows)
    low = max(box.bottom for box in boxes.values()) + 12
    width = right - left
    parts = [_box(node, boxes[node.name]) for node in chart.nodes] + [_arrow(arrow) for arrow in arrows]
    return (
        f'<svg role="img" aria-label="{html.escape(description)}" xmlns="http://www.w3.org/2000/svg" width="100%" '
        f'style="max-width:{width:.0f}px" viewBox="{left:g} 0 {width:g} {low:g}" '
        f'font-family="system-ui, sans-serif" font-size="11.5">{"".join(parts)}</svg>'
    )


def _rows(chart: FlowChart) -> list[tuple[str, ...]]:
    """The boxes from top to bottom; those of one row side by side."""
    names = [node.name for node in chart.nodes]
    shape = _THREE_ROWS if "first three" in names else _TABLE_ROWS
    rows = [tuple(name for name in row if name in names) for row in shape]
    placed = {name for row in rows for name in row}
    return [*rows, *((name,) for name in names if name not in placed)]


def _place(nodes: Mapping[str, Node], rows: Sequence[Sequence[str]]) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    top = 4.0
    for row in rows:
        lines = {name: textwrap.wrap(nodes[name].text, LETTERS_OF_BOX) for name in row}
        height = max(len(words) for words in lines.values()) * LINE + 2 * PADDING
        for name in row:
            column = {"up": -1, "down": 1}.get(name, 0)
            boxes[name] = Box(column * (BOX + GAP) - BOX / 2, top, height, lines[name])
        top += height + ROW_GAP
    return boxes


def _route(chart: FlowChart, boxes: Mapping[str, Box], rows: Sequence[Sequence[str]]) -> tuple[list[Arrow], float, float]:
    """All arrows, and the left and right edges of the drawing. Arrows that skip a row run in a lane of their own at the side."""
    row_of = {name: number for number, row in enumerate(rows) for name in row}
    edges: dict[tuple[str, str], str] = {}
    for edge in chart.edges:  # two answers may lead to the same box
        before = edges.get((edge.source, edge.target))
        edges[edge.source, edge.target] = edge.text if before is None else f"{before}; {edge.text}"
    widest = {"left": 0.0, "right": 0.0}
    arrows: list[Arrow] = []
    around = []
    for (source, target), text in edges.items():
        begin, end = boxes[source], boxes[target]
        step = row_of[target] - row_of[source]
        if step == 1:
            arrows.append(_down(begin, end, text))
        elif step == -1 and end.middle != 0:
            arrows.append(_corner(begin, end, text))
        else:
            side = "left" if begin.middle < 0 or (begin.middle == 0 and step < 0) else "right"
            words = WORDS if text and begin.middle != 0 else 0
            widest[side] = max(widest[side], 1.5 * BOX + GAP + 14 + words)
            around.append((source, target, text, side))
    lanes: dict[tuple[str, str], float] = {}
    for source, target, text, side in around:
        if (side, target) not in lanes:
            lanes[side, target] = widest[side]
            widest[side] += LANE
        lane = lanes[side, target] * (-1 if side == "left" else 1)
        below = boxes[source].middle == 0 and len(rows[row_of[source]]) > 1
        arrows.append(_around(boxes[source], boxes[target], text, lane=lane, out_below=below))
    floor = 1.5 * BOX + GAP + 4 if any(len(row) > 1 for row in rows) else BOX
    return arrows, -max(widest["left"], floor), max(widest["right"], floor)


def _down(begin: Box, end: Box, text: str) -> Arrow:
    """From the bottom of a box to the top of one in the next row."""
    if begin.middle == end.middle:
        return Arrow([(begin.middle, begin.bottom), (end.middle, end.y)], text, (begin.middle + 5, begin.bottom + 17), "start")
    half = begin.bottom + ROW_GAP / 2 if end.middle != 0 else end.y - ROW_GAP / 2
    # several arrows meet at the top of the box in the middle; those from the sides come in from its shoulders
    shoulder = end.middle + (0.25 * BOX if begin.middle > end.middle else -0.25 * BOX) if end.middle == 0 else end.middle
    out = begin.middle if begin.middle != 0 else begin.middle + (0.25 * BOX if end.middle > 0 else -0.25 * BOX)
    anchor = "start" if end.middle > begin.middle else "end"
    at = (end.middle + 5, half + 15) if end.middle > 0 else (end.middle - 5, half + 15)
    if end.middle == 0:
        at, anchor = (begin.middle + (-5 if begin.middle < 0 else 5), half - 5), ("end" if begin.middle < 0 else "start")
    return Arrow([(out, begin.bottom), (out, half), (shoulder, half), (shoulder, end.y)], text, at, anchor)


def _corner(begin: Box, end: Box, text: str) -> Arrow:
    """Out at the side and up into the bottom of a box of the row above."""
    sign = 1 if end.middle > 0 else -1
    out, height = begin.middle + sign * BOX / 2, begin.y + begin.height / 2
    into = end.middle + sign * 0.25 * BOX
    return Arrow([(out, height), (into, height), (into, end.bottom)], text, (out + 5 * sign, height + 13), _anchor(sign))


def _around(begin: Box, end: Box, text: str, *, lane: float, out_below: bool) -> Arrow:
    """Out at the side, or below where others stand beside, along a lane, and in at the side."""
    sign = 1 if lane > 0 else -1
    downwards = end.y > begin.y
    into, target = end.middle + sign * BOX / 2, end.y + end.height * (0.35 if downwards else 0.65)
    back = [(lane, target), (into, target)]
    if out_below:
        height = begin.bottom + ROW_GAP / 2
        return Arrow(
            [(begin.middle, begin.bottom), (begin.middle, height), (lane, height), *back],
            text,
            (begin.middle + 5, height),
            "start",
        )
    out, height = begin.middle + sign * BOX / 2, begin.y + begin.height * (0.7 if downwards else 0.3)
    if begin.middle == 0:
        height = begin.y + begin.height / 2
    at = (out + 5 * sign, height + (13 if downwards and begin.middle != 0 else -5))
    return Arrow([(out, height), (lane, height), *back], text, at, _anchor(sign))


def _anchor(sign: int) -> str:
    return "start" if sign > 0 else "end"


def _box(node: Node, box: Box) -> str:
    rounded = 12 if node.kind in ("start", "end") else 3
    shape = (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{BOX}" height="{box.height:g}" rx="{rounded}" '
        f'fill="{FILL.get(node.kind, "#FFFFFF")}" stroke="{INK}" stroke-width="0.9"/>'
    )
    first = box.y + (box.height - LINE * len(box.lines)) / 2 + 11
    words = [
        f'<text x="{box.middle:g}" y="{first + LINE * place:g}" text-anchor="middle" fill="{INK}">{html.escape(line)}</text>'
        for place, line in enumerate(box.lines)
    ]
    return shape + "".join(words)


def _arrow(arrow: Arrow) -> str:
    path = " ".join(f"{x:g},{y:g}" for x, y in arrow.points)
    (x0, y0), (x1, y1) = arrow.points[-2:]
    across, along = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    wings = [
        (x1 - 7 * across + 3.5 * along, y1 - 7 * along + 3.5 * across),
        (x1 - 7 * across - 3.5 * along, y1 - 7 * along - 3.5 * across),
    ]
    head = " ".join(f"{x:g},{y:g}" for x, y in [(x1, y1), *wings])
    lines = textwrap.wrap(arrow.text, LETTERS_OF_ARROW)
    first_line_up = arrow.anchor != "middle" and arrow.at[1] < arrow.points[0][1]
    top = arrow.at[1] - ((LINE - 2) * (len(lines) - 1) if first_line_up else 0)
    words = "".join(
        f'<text x="{arrow.at[0]:g}" y="{top + (LINE - 2) * place:g}" text-anchor="{arrow.anchor}" font-size="10" fill="{SOFT}" '
        f'stroke="#fff" stroke-width="3" paint-order="stroke">{html.escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="0.9"/><polygon points="{head}" fill="{INK}"/>{words}'
    )
