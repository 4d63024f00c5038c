"""One typical patient under a treatment gives what the page says, and about what the prototype of the treatments gave."""

import tomllib
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
ROWS = {row["name"]: row for row in tomllib.loads((DOCS / "treatments_prototype.toml").read_text("utf-8"))["rows"]}


@pytest.fixture
def course_of(docs_on_path):
    import treatments_prototype

    return treatments_prototype.course_of


def test_every_row_of_the_prototype_is_on_the_page():
    page = (DOCS / "treatments.md").read_text("utf-8")
    assert len(ROWS) == 32 and all(f"| {name} |" in page for name in ROWS)


@pytest.mark.parametrize("name", ["BCMA 1e6/kg", "teclistamab in steps", "daratumumab weekly x 8", "telitacicept"])
def test_depletion_and_igg_of_a_treatment_are_about_those_of_the_prototype(course_of, name):
    ours, prototype = course_of(ROWS[name]["treatment"]), ROWS[name]
    assert ours["igg"] == pytest.approx(prototype["igg"], rel=0.1)
    assert ours["node"] == pytest.approx(prototype["node"], rel=0.2, abs=0.01)
    assert ours["anti_dsdna"] == pytest.approx(prototype["anti_dsdna"], abs=0.1)
    if "b_cells" in prototype:
        assert ours["b_cells"] == pytest.approx(prototype["b_cells"], rel=0.1, abs=4)
