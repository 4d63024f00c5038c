"""What holds on every page: the warning, the width of a telephone, dark mode, and what axe finds."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = {
    "patient": "",
    "other disease": "?page=patient&disease=rheumatoid-arthritis",
    "cohort": "?page=cohort",
    "trial": "?page=trial",
    "visits": "?page=visits",
    "evidence": "?page=evidence",
    "parameters": "?page=evidence&part=parameters&search=expansion",
    "equations": "?page=evidence&part=equations",
}
NOT_SERIOUS = ("minor", "moderate")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit, name, dark):
    page = visit(PAGES[name], dark=dark)
    found = Axe().run(page).response["violations"]
    serious = {
        fault["id"]: [node["html"][:90] for node in fault["nodes"]][:4] for fault in found if fault["impact"] not in NOT_SERIOUS
    }
    assert serious == {}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_wider_than_a_telephone(visit, name):
    page = visit(PAGES[name], width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_that_it_is_research_only(visit, name):
    page = visit(PAGES[name])
    assert page.get_by_text("Research only, not for treatment decisions.").is_visible()


def test_dark_and_light_differ_and_the_choice_is_kept(visit):
    page = visit("?page=visits")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Change to dark").click()
    dark = page.evaluate(paper)
    page.reload()
    page.wait_for_selector("[data-state=ready]")
    assert dark != light
    assert page.evaluate(paper) == dark


def test_the_first_tab_leads_to_the_content(visit):
    page = visit("?page=visits")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
