"""Real visits: a file is dropped, scored, or refused row by row."""

from immunoreset.exchange.template import template

BROKEN = template() + "P01,2025-03-01,PLAT,nine,10^9/L,,,\nP01,2025-13-01,C3,0.6,g/L,,,\n"


def give(page, text: str, name: str = "visits.csv") -> None:
    page.set_input_files("input[type=file]", [{"name": name, "mimeType": "text/csv", "buffer": text.encode()}])


def test_a_table_of_visits_is_scored(visit):
    page = visit("?page=visits")
    give(page, template())
    page.wait_for_selector("#scores")
    assert page.get_by_role("heading", name="2 patients, 5 visits from 15 rows").is_visible()
    assert page.get_by_alt_text("Toxicity and activity of each patient over time").is_visible()
    row = page.locator("tr", has_text="Physician global assessment").first
    assert "2.1" in row.inner_text()


def test_faults_are_listed_by_line_and_the_rest_can_be_scored(visit):
    page = visit("?page=visits")
    give(page, BROKEN)
    page.wait_for_selector("#faults")
    lines = page.locator("#faults").locator("xpath=ancestor::section").locator("tbody tr").all_inner_texts()
    assert [line.split("\t")[1] for line in lines] == ["17", "18"]
    page.get_by_role("button", name="Score the other rows").click()
    page.wait_for_selector("#scores")
    assert page.get_by_role("button", name="Score the other rows").count() == 0


def test_a_file_of_another_kind_is_refused_in_one_line(visit):
    page = visit("?page=visits")
    give(page, "hello", "letter.pdf")
    page.wait_for_selector(".failure")
    assert "choose a file that ends in" in page.locator(".failure").inner_text()


def test_the_protocol_is_in_the_address(visit):
    page = visit("?page=visits")
    page.get_by_label("SLEDAI window").select_option("10")
    page.wait_for_url(lambda url: "sledai_window" in url)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(lambda url: "sledai_window" not in url)
