"""What is known not to fit is told of rows that exist, on the page of the documentation as in the package."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from immunoreset.evidence import misfits

DOCS = Path(__file__).parents[2] / "docs"


def test_every_misfit_has_words_and_rows_of_the_evidence() -> None:
    assert len(misfits()) >= 10 and all(one.title and one.text.endswith(".") for one in misfits())
    assert {row.target for one in misfits() for row in one.rows} >= {"soc_lldas", "dlbcl_ic3", "lnrtx_depl", "lbcl_b28"}
    assert all(bool(one.sources) == bool(one.rows) for one in misfits())


def test_the_page_of_the_documentation_is_up_to_date(refresh: ModuleType) -> None:
    assert refresh.misfit_list() in (DOCS / "evidence.md").read_text("utf-8"), "run: python docs/refresh.py misfits"
