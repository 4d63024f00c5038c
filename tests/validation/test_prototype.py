"""The prototype of the equations of the other diseases beside our patients: what differs beyond chance is explained."""

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def prototype_page(docs_on_path):
    import prototype_page

    return prototype_page


def test_every_row_of_the_page_that_is_more_than_three_errors_apart_is_explained():
    page = (DOCS / "diseases.md").read_text("utf-8")
    shown = page[page.index("<!-- prototype -->") : page.index("<!-- /prototype -->")]
    rows = [line.strip("| ").split(" | ") for line in shown.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 40
    apart = [float(cells[5]) for cells in rows]
    explained = [len(cells) > 6 and len(cells[6]) > 20 for cells in rows]
    assert [abs(errors) > 3 for errors in apart] == explained
    assert sum(explained) <= 14


def test_an_error_is_that_of_both_and_nobody_of_64_is_not_certainty(prototype_page):
    row = prototype_page.Mapped(population="nmosd", treatment="no treatment", outcome="relapsed", day=197)
    ours = prototype_page.Simulated(0.5, 0.05, 0.4, 0.6, 64)
    assert prototype_page.Beside("nmosd", row, 0.4, ours, "").apart == pytest.approx(0.1 / (0.05 * 2**0.5))
    none = prototype_page.Simulated(0.0, 0.0, 0.0, 0.0, 64)
    assert abs(prototype_page.Beside("nmosd", row, 0.02, none, "").apart) < 3


def test_64_patients_of_one_disease_give_what_the_prototype_gave_but_for_chance(prototype_page):
    found = list(prototype_page.beside(64, 2, only="nmosd"))
    assert len(found) == 4 and all(abs(row.apart) < 4 for row in found)
