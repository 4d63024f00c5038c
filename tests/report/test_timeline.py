"""The timeline draws each patient's states and grades, and only what is known."""

import numpy as np
import pandas as pd

from immunoreset.report.svg import svg_document
from immunoreset.report.timeline import courses_of, draw_shares, draw_timeline

SCORES = pd.DataFrame(
    [
        ("A", -7.0, "sledai", 12.0), ("A", -7.0, "doris", 0.0), ("A", -7.0, "lldas", 0.0),
        ("A", 3.0, "crs", 2.0), ("A", 3.0, "icans", 0.0),
        ("A", 90.0, "sledai", 0.0), ("A", 90.0, "doris", 1.0), ("A", 90.0, "lldas", 1.0),
        ("B", 90.0, "sledai", np.nan), ("B", 90.0, "doris", np.nan), ("B", 90.0, "lldas", 0.0),
        ("B", 180.0, "sledai", 4.0), ("B", 180.0, "doris", 0.0), ("B", 180.0, "lldas", 1.0),
    ],
    columns=["patient", "day", "score", "value"],
)  # fmt: skip


def test_states_follow_the_scores_and_unknown_stays_unknown():
    first, second = courses_of(SCORES)
    assert (first.name, list(first.states), first.days.tolist()) == ("A", ["active", "remission"], [-7, 90])
    assert first.crs.tolist() == [[3, 2]] and first.icans.tolist() == [[3, 0]]
    assert list(second.states) == ["not known", "low activity"] and np.isnan(second.sledai[0])


def test_drawing_names_the_patients_and_the_grades_and_is_the_same_each_time():
    drawings = [svg_document(draw_timeline(courses_of(SCORES))) for _ in range(2)]
    assert drawings[0] == drawings[1]
    for words in (">A<", ">B<", "days since infusion", "CRS (upper)", "DORIS remission"):
        assert words in drawings[0], words


def test_patients_without_toxicity_have_no_panel_for_it():
    calm = courses_of(SCORES[~SCORES["score"].isin(["crs", "icans"])])
    assert "CRS (upper)" not in svg_document(draw_timeline(calm))


def test_shares_are_drawn_in_percent_with_what_is_possible():
    shares = pd.DataFrame(
        {"score": ["doris"] * 2, "day": [0.0, 28.0], "share": [0.2, 0.5], "low": [0.1, 0.4], "high": [0.3, 0.7], "n": [10, 10]}
    )
    (axes,) = draw_shares(shares).axes
    assert axes.lines[0].get_ydata().tolist() == [20, 50]
