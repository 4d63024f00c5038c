"""Printed tables and charts say what the design does."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.i3plus3 import I3Plus3
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.printing import as_text, boundary_rows, decision_rows, flow_chart, scenario_rows
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.rules.stopping import StopAtN
from immunoreset.trial.scenarios import scenario_table

SAYS = {Why.ESCALATE: "E", Why.STAY: "S", Why.DEESCALATE: "D", Why.DOSE_ELIMINATED: "DU"}


@pytest.mark.parametrize("design", [BOIN(3, 0.3), Keyboard(3, 0.25), I3Plus3(3, 0.2)], ids=str)
def test_the_printed_letter_is_what_the_design_does(design):
    rows = decision_rows(StopAtN(design, 99), 12)
    for toxic in range(13):
        for patients in range(max(toxic, 1), 13):
            now = design.decide(Outcomes.from_counts([0, patients, 0], [0, toxic, 0], current=2))
            assert rows[toxic + 1][patients] == SAYS[Why(int(now.why[0]))], (patients, toxic)


def test_boundaries_are_where_the_letters_change():
    short, full = boundary_rows(BOIN(5, 0.25), 18), decision_rows(BOIN(5, 0.25), 18)
    for patients in range(1, 19):
        column = [row[patients] for row in full[1:]]
        up, down, out = (row[patients] for row in short[1:])
        assert column[int(up)] == "E" and column[int(up) + 1] != "E"
        assert column[int(down)][0] == "D" and column[int(down) - 1][0] != "D"
        assert ("DU" in column) == (out != "NA") and (out == "NA" or column.index("DU") == int(out))


def test_designs_without_a_table_say_so():
    with pytest.raises(InvalidValue, match="ThreePlusThree is no table"):
        boundary_rows(ThreePlusThree(3), 6)


@pytest.mark.parametrize(
    "design",
    [
        BOIN(5, 0.3),
        StopAtN(NoSkipping(BOIN(5, 0.3)), 30),
        *(ThreePlusThree(4, name) for name in ("no_deescalation", "deescalation", "six_at_mtd")),
    ],
    ids=str,
)
def test_every_box_of_a_flow_chart_is_reached_and_leads_to_the_end(design):
    chart = flow_chart(design)
    names = {node.name for node in chart.nodes}
    assert all(edge.source in names and edge.target in names for edge in chart.edges)
    reached, ending = {"start"}, {"end"}
    for _ in names:
        reached |= {edge.target for edge in chart.edges if edge.source in reached}
        ending |= {edge.source for edge in chart.edges if edge.target in ending}
    assert reached == names and ending == names
    assert all(f"[{name}]" in chart.text() for name in names)


def test_a_scenario_table_has_one_column_per_dose_and_shares_that_sum_to_a_hundred():
    rows = scenario_rows(scenario_table(BOIN(3, 0.3), {"low": (0.1, 0.2, 0.3), "high": (0.4, 0.5, 0.6)}, trials=200, target=0.3))
    assert len({len(row) for row in rows}) == 1 and [row[0] for row in rows if row[0]] == ["Scenario", "low", "high"]
    for row in rows:
        if row[1] == "selected %":
            np.testing.assert_allclose(sum(float(cell.split()[0]) for cell in row[2:6]), 100, atol=0.3)
    assert len(as_text(rows).splitlines()) == len(rows)
