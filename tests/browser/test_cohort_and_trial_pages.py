"""Cohorts and trials from the form to the table, cancelled, refused and downloaded."""

import json
from pathlib import Path
from urllib.parse import quote, unquote

from immunoreset import Study, run
from immunoreset.report.words import number
from immunoreset.results import summarise

STUDY = {
    "title": "Forty",
    "seed": 5,
    "stop": 400,
    "patients": {"population": "cart", "n": 40},
    "arms": {"car-t": {"treatment": "cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"}},
}
TRIAL = {
    "kind": "phase-1",
    "title": "Two doses",
    "repeats": 50,
    "target": 0.3,
    "population": {"name": "cart", "n": 40},
    "doses": {"low": "cd19-car-t-cd28 1e5 cells/kg on day 0", "high": "cd19-car-t-cd28 1e6 cells/kg on day 0"},
    "design": [{"kind": "boin", "label": "BOIN"}, {"kind": "3+3", "label": "3+3"}],
}


def address(name: str, document: dict) -> str:
    page = "cohort" if name == "study" else "trial"
    written = json.dumps(document, separators=(",", ":"))
    return f"?page={page}&{name}={quote(written)}"


def test_a_cohort_has_the_numbers_of_the_package(visit):
    page = visit(address("study", STUDY))
    page.get_by_role("button", name="Run the cohort").click()
    page.wait_for_selector("#result")
    outcomes = run(Study.model_validate(STUDY)).arm("car-t").outcomes
    for name in ("doris_day180", "crs_any", "anti_dsdna_negative_day90"):
        found = summarise(name, outcomes.values[name])
        cell = page.locator(f"[data-outcome={name}] td").first.inner_text()
        assert cell.startswith(f"{number(found['value'], 'fraction')} of {found['twins']}")
    assert page.get_by_text("40 patients, 0 failed").is_visible()
    assert page.locator("[data-chart=waterfall-car-t]").is_visible()


def test_the_files_of_a_cohort_can_be_saved(visit):
    page = visit(address("study", STUDY | {"seed": 6}))
    page.get_by_role("button", name="Run the cohort").click()
    page.wait_for_selector("#result")
    with page.expect_download() as awaited:
        page.get_by_role("link", name="outcomes.csv").click()
    with open(awaited.value.path(), encoding="utf-8") as file:
        assert len(file.readlines()) == 41
    with page.expect_download() as awaited:
        page.get_by_role("button", name="Save doris as SVG").click()
    with open(awaited.value.path(), encoding="utf-8") as file:
        assert file.read().startswith("<svg")


def test_a_cohort_can_be_cancelled(visit):
    page = visit(address("study", STUDY | {"patients": {"population": "cart", "n": 15_000}}))
    page.get_by_role("button", name="Run the cohort").click()
    page.wait_for_selector("[data-state=running]")
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_selector("[data-state=cancelled]")
    assert page.get_by_role("button", name="Run the cohort").is_enabled()


def test_a_wrong_study_is_refused_beside_its_field(visit):
    wrong = STUDY | {"arms": {"car-t": {"treatment": "cd19-car-t 1e6 cells/kg on day"}}}
    page = visit(address("study", wrong))
    page.get_by_role("button", name="Run the cohort").click()
    page.wait_for_selector(".failure")
    assert page.locator("[aria-invalid=true]").count() == 1


def test_a_change_in_the_form_is_in_the_address_and_can_be_undone(visit):
    page = visit(address("study", STUDY))
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Seed").press("Enter")
    page.wait_for_url(lambda url: '"seed":7' in unquote(url))
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(lambda url: '"seed":5' in unquote(url))
    assert page.get_by_label("Seed").input_value() == "5"


def test_a_trial_shows_decisions_and_operating_characteristics(visit):
    page = visit(address("trial", TRIAL))
    page.get_by_role("button", name="Run the trials").click()
    page.wait_for_selector("#result")
    assert page.get_by_text("Dose paths").first.is_visible()
    assert page.get_by_role("link", name="operating_characteristics.csv").is_visible()
    card = page.get_by_text("Protocol card: BOIN")
    card.click()
    assert page.locator("details[open] table").first.is_visible()


def test_the_table_of_designs_is_not_cut_at_1280_pixels(visit):
    example = json.loads((Path(__file__).parents[2] / "web/src/trial/examples.json").read_text())["phase-1"]
    few = example | {"repeats": 20, "population": example["population"] | {"n": 20}}
    page = visit(address("trial", few))
    page.get_by_role("button", name="Run the trials").click()
    page.wait_for_selector("#result")
    assert page.get_by_role("columnheader", name="months").is_visible()
    cut = "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).length"
    assert page.evaluate(cut) == 0


def test_every_example_of_the_trial_page_is_accepted(visit):
    page = visit("?page=trial")
    for kind in ("phase-1", "phase-2", "phase-3", "power"):
        page.get_by_label("Kind of trial").select_option(kind)
        page.get_by_role("button", name="Run the trials").click()
        page.wait_for_selector("[data-state=running]")
        page.get_by_role("button", name="Cancel").click()
        page.wait_for_selector("[data-state=cancelled]")


def test_the_disease_of_a_cohort_is_picked_and_its_results_are_of_it(visit):
    page = visit(address("study", STUDY))
    page.get_by_label("Disease", exact=True).select_option(label="rheumatoid arthritis")
    page.wait_for_url(lambda url: '"population":"rheumatoid-arthritis"' in unquote(url))
    page.get_by_role("button", name="Run the cohort").click()
    page.wait_for_selector("#result")
    assert page.locator("[data-outcome=das28_crp_day180]").is_visible()
    assert page.locator("[data-outcome=sledai_day180]").count() == 0
    assert page.get_by_text("DAS28-CRP at day 180 less entry: car-t").first.is_visible()
