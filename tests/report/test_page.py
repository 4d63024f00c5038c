"""The page is complete, self-contained and honest about what failed."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.disease.lupus import LUPUS
from immunoreset.disease.lupus.activity_by_organ import ITEMS
from immunoreset.outcomes import outcomes_of
from immunoreset.report.figures import draw_shares
from immunoreset.report.organ_section import shares_of
from immunoreset.report.page import build_page
from immunoreset.report.panels import panels_asked_for, panels_of
from immunoreset.report.words import capitalised, interval, number


@pytest.fixture(scope="module")
def page(invented_result):
    return build_page(invented_result)


def test_page_loads_nothing_from_outside(page):
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    assert "<script" not in page and "@import" not in page and "url(http" not in page


def test_every_quantity_has_a_panel_with_its_unit(page):
    for panel in panels_of(LUPUS):
        assert panel.title in page, panel.title
        assert panel.unit in page, panel.unit


def test_every_comparison_is_shown_with_verdict_and_source(page, invented_result):
    for row in invented_result.comparisons:
        assert row.label in page
        assert row.source.replace("'", "&#39;") in page
    assert page.count('<td class="inside">') + page.count('<td class="outside">') == len(invented_result.comparisons)


def test_page_says_that_agreement_is_not_validation_and_not_for_treatment(page):
    assert "Agreement is not validation" in page
    assert "Nothing on this page may be used to decide on the treatment" in page


def test_failed_twins_are_counted_with_the_reason(page):
    assert "2 simulations failed" in page
    assert "step limit reached on day 12: 2" in page


def test_published_points_name_their_panel_and_source(page):
    assert "Proteinuria (UPCR): index patient; Mougiakakos 2021" in page


def test_share_of_assumed_parameters_is_shown(page):
    assert "assumed by us" in page and "69 %" in page


def test_care_rules_stand_apart_from_what_is_given(invented_result):
    regimen = "cd19-car-t 1e6 cells/kg on day 0; tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1"
    arms = {"car-t": replace(invented_result.arms["car-t"], treatment=regimen)}
    text = build_page(replace(invented_result, arms=arms))
    assert (
        "<td>cd19-car-t 10⁶ cells/kg on day 0\n<td>tocilizumab 8 mg/kg when CRS grade ≥ 2, given 24 h later, at most once<td>"
        in text
    )


def test_page_says_what_the_model_was_tuned_to(page, invented_result):
    tuned = sum(row.tuned is True for row in invented_result.comparisons)
    assert f"the model was tuned to {tuned} of these numbers" in " ".join(page.split())
    for row in invented_result.comparisons:
        assert row.tuned_to in page


def test_names_inside_the_figures_are_not_repeated_with_another_meaning(page):
    named = re.findall(r'<(?:clipPath|path) id="([^"]+)"([^>]*)>', page)
    assert len(set(named)) == len({name for name, _ in named})


def test_words_of_the_study_cannot_become_markup(page):
    assert "&lt;b&gt;with&lt;/b&gt; markup &amp; signs" in page


def test_arm_without_lupus_shows_no_lupus_activity(invented_result):
    lymphoma = invented_result.arms["rituximab"]
    values = {name: found for name, found in lymphoma.outcomes.values.items() if name not in LUPUS.outcomes}
    of_lymphoma = (built_in().disease("lymphoma"),)
    of_lupus = {panel.output for panel in LUPUS.panels}
    curves = {name: curve for name, curve in lymphoma.trajectories.items() if name not in of_lupus}
    outcomes = replace(lymphoma.outcomes, values=values)
    arms = {"lymphoma": replace(lymphoma, outcomes=outcomes, trajectories=curves, diseases=of_lymphoma)}
    text = build_page(replace(invented_result, arms=arms, comparisons=[]))
    assert "SLEDAI-2K" not in text and "Activity by organ" not in text and "CAR-T in blood over time in the lymphoma arm" in text


def test_activity_by_organ_has_a_chart_of_every_organ_and_laboratory_value_in_each_arm(page):
    section = page[page.index("Activity by organ") : page.index("What is assumed")]
    described = re.findall(r'aria-label="([^"]+)"', section)
    shares = [words for words in described if words.endswith("share of patients in whom it shows, over time in each arm")]
    assert len(shares) == len(ITEMS) and section.count("% of patients") == len(ITEMS)
    for panel in LUPUS.panels:
        if panel.by_organ:
            assert f"{panel.title} over time in each arm" in described
            assert f"{panel.title} over time in the CAR-T arm" not in page
    assert page.count("Proteinuria (UPCR) over time in each arm") == 1  # beside kidney function, and nowhere else


def test_study_of_another_disease_shows_its_panels_and_words_and_nothing_of_lupus(invented_result):
    disease = built_in().disease("rheumatoid-arthritis")
    days, n = invented_result.days, 40
    curves = {panel.output: np.ones((n, len(days))) for panel in panels_of(disease)}
    values = {name: np.ones(n) for name in outcomes_of(disease)}
    arm = invented_result.arms["rituximab"]
    other = replace(arm, trajectories=curves, outcomes=replace(arm.outcomes, values=values), diseases=(disease,))
    text = build_page(replace(invented_result, arms={"car-t": other, "rituximab": other}, comparisons=[]))
    for panel in disease.panels:
        assert f"{panel.title} over time in the CAR-T arm" in text and f"{panel.title} over time in each arm" in text
    for outcome in disease.outcomes.values():
        assert f"{capitalised(outcome.label)}".split(" (")[0] in text
    assert disease.known in text and disease.missed in text
    assert not re.search("lupus|SLEDAI|DORIS|Proteinuria|Activity by organ|Published and simulated", text)


def test_what_a_study_asks_for_is_shown_though_another_disease_has_a_panel_of_it():
    shown = panels_of(built_in().disease("rheumatoid-arthritis"))
    asked = panels_asked_for(["haemoglobin", "synovitis"], shown, {"haemoglobin": "haemoglobin"}, {"haemoglobin": "g/L"})
    assert [(panel.output, panel.unit) for panel in asked] == [("haemoglobin", "g/L")]


def test_share_of_patients_in_whom_an_organ_shows_leaves_out_who_failed(invented_result):
    arm = invented_result.arms["car-t"]
    marks = np.zeros((40, 12))
    marks[:12] = 4  # arthritis in 12 of 40, of whom the first 2 failed
    found = shares_of(replace(arm, trajectories={**arm.trajectories, "sledai_items": marks}))
    assert found["Joints: arthritis"] == pytest.approx(100 * 10 / 38)
    assert found["Skin: rash"].max() == 0


def test_one_arm_shows_its_organs_with_the_middle_90_percent(invented_result):
    alone = replace(invented_result, arms={"car-t": invented_result.arms["car-t"]}, comparisons=[])
    section = build_page(alone).partition("Activity by organ")[2]
    assert "Median, middle 50 % and middle 90 % of the same patients" in section
    assert "Platelets over time in the CAR-T arm" in section


def test_level_stretches_of_a_share_are_drawn_by_their_ends():
    days = np.arange(-7.0, 93.0)
    share = np.where(days < 30, 50.0, 0.0)
    drawn = draw_shares(days, {0: share}, "Joints", "Joints over time")
    assert drawn.count("L") == 3  # two level stretches have four ends
    assert drawn == draw_shares(days, {0: share}, "Joints", "Joints over time")


def test_expansion_is_compared_where_two_arms_have_car_t_cells(invented_result):
    assert "CAR-T in blood over time in each arm" in build_page(invented_result)
    rituximab = invented_result.arms["rituximab"]
    values = {**rituximab.outcomes.values, "car_t_peak_day": np.full(40, np.nan)}
    arms = {**invented_result.arms, "rituximab": replace(rituximab, outcomes=replace(rituximab.outcomes, values=values))}
    assert "CAR-T in blood over time in each arm" not in build_page(replace(invented_result, arms=arms))


def test_page_stays_small(page):
    assert len(page.encode()) < 3_000_000


def test_tags_are_balanced_where_html_requires_it(page):
    class Balance(HTMLParser):
        def __init__(self):
            super().__init__()
            self.opened = []

        def handle_starttag(self, tag, attrs):
            if tag in {"main", "table", "thead", "tbody", "figure", "figcaption", "svg", "h2", "ul", "div"}:
                self.opened.append(tag)

        def handle_endtag(self, tag):
            if self.opened and self.opened[-1] == tag:
                self.opened.pop()

    parser = Balance()
    parser.feed(page)
    assert parser.opened == []


def test_one_arm_without_comparison_still_makes_a_page(invented_result):
    alone = replace(invented_result, arms={"car-t": invented_result.arms["car-t"]}, comparisons=[])
    text = build_page(alone)
    assert "Published and simulated" not in text and "side by side" not in text


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.003, "fraction", "0.3 %"),
        (1.0, "fraction", "100 %"),
        (0.998, "fraction", "99.8 %"),
        (104.7, "day", "105"),
        (9.13, "", "9.1"),
        (-18.2, "%", "−18.2"),
        (float("nan"), "", "–"),
        (2, "points", "2"),
    ],
)
def test_numbers_have_the_digits_a_reader_can_use(value, unit, shown):
    assert number(value, unit) == shown


def test_interval_of_negative_numbers_is_written_in_words():
    assert interval(-37.5, 2.5) == "−37.5 to 2.5"
