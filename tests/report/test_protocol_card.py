"""The protocol card says what the settings say, and its flow chart has every box and no arrow through another box."""

import re
from itertools import pairwise

import pytest

from immunoreset.report.dose_path_figure import steps_of
from immunoreset.report.flow_chart_svg import flow_chart_svg
from immunoreset.report.protocol_card import Plan, statistics_text
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.printing import flow_chart
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.rules.stopping import StopAtN, StopWhenPrecise

PLAN = Plan(("low", "high", "highest"), 0.3, cohort=3, planned=24, window_days=28)
DESIGNS = {
    "3+3": ThreePlusThree(3),
    "3+3 with de-escalation": ThreePlusThree(3, "deescalation"),
    "BOIN": BOIN(3, 0.3),
    "BOIN with rules": StopAtN(StopWhenPrecise(BOIN(3, 0.3), width=0.3), 24),
    "CRM": NoSkipping(CRM((0.1, 0.3, 0.5), 0.3)),
    "BOIN12": BOIN12(3),
}


def test_boundaries_of_boin_are_those_of_the_paper():
    """Liu and Yuan 2015, table 1: 0.236 and 0.359 for a target of 0.30."""
    text = " ".join(statistics_text(BOIN(3, 0.3), PLAN))
    assert ("at most 0.236" in text and "at least 0.358" in text) or "at least 0.359" in text
    assert "cohorts of at most 3" in text and "24 patients at most" in text and "1 (low), 2 (high), 3 (highest)" in text


def test_rules_are_named_in_the_order_in_which_they_are_asked():
    text = " ".join(statistics_text(DESIGNS["BOIN with rules"], PLAN))
    assert text.index("narrower than 0.3") < text.index("24 patients treated? If so: stop.")


@pytest.mark.parametrize("name", DESIGNS)
def test_drawing_of_the_flow_chart_has_every_box_and_arrow(name):
    chart = flow_chart(DESIGNS[name])
    svg = flow_chart_svg(chart, name)
    assert svg.count("<rect") == len(chart.nodes)
    assert svg.count("<polyline") == len({(edge.source, edge.target) for edge in chart.edges})


@pytest.mark.parametrize("name", DESIGNS)
def test_no_arrow_crosses_a_box(name):
    svg = flow_chart_svg(flow_chart(DESIGNS[name]), name)
    boxes = [tuple(map(float, box)) for box in re.findall(r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"', svg)]
    for line in re.findall(r'<polyline points="([^"]+)"', svg):
        points = [tuple(map(float, point.split(","))) for point in line.split()]
        for begin, end in pairwise(points):
            for left, top, width, height in boxes:
                across = overlap(begin[0], end[0], left, left + width)
                along = overlap(begin[1], end[1], top, top + height)
                assert not (across and along), f"{name}: arrow {line} through the box at {left:g}, {top:g}"


def overlap(first, last, low, high):
    """Whether a stretch of a line lies within a side of a box, its edges not counted."""
    first, last = min(first, last), max(first, last)
    return last > low + 1 and first < high - 1


def test_dose_paths_follow_every_result_of_a_cohort():
    (first,) = steps_of(BOIN(3, 0.3), 3, cohorts=1)
    assert first.dose == 1 and [(step.toxic, step.dose) for step in first.following] == [(0, 2), (1, 1), (2, 1), (3, 0)]
