"""Diseases other than lupus beside published rows: every row is said, verdicts stay, misses stay known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.evidence import evidence
from immunoreset.validation.compared import Compared
from immunoreset.validation.diseases import compare, diseases, mapped

DOCS = Path(__file__).parents[2] / "docs"
DISEASES = diseases()
SEED = 15
DEPTHS = {"sampled": 150, "whole": 500}
MARGIN = {"sampled": 3.5, "whole": 2.0}
"""Standard errors beyond an edge of its band at which a verdict has changed."""


@cache
def compared(disease: str, depth: str) -> tuple[Compared, ...]:
    return tuple(compare(disease, patients=DEPTHS[depth], seed=SEED))


def printed(page: str, row: Compared) -> str:
    """The line of a row on the page."""
    (line,) = [line for line in page.splitlines() if f"| {row_name(row)} |" in line]
    return line


def row_name(row: Compared) -> str:
    import diseases_page

    return diseases_page.name(row)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.syspath_prepend(DOCS)
    return (DOCS / "diseases.md").read_text("utf-8")


@pytest.mark.parametrize("disease", DISEASES)
def test_every_row_of_the_evidence_is_mapped_or_says_why_not(disease: str) -> None:
    found = evidence()
    rows = {name for name, row in found.rows.items() if row.cohort and found.cohorts.by_id[row.cohort].disease == disease}
    assert rows - set(mapped(disease)) == set()
    assert set(mapped(disease)) <= set(found.rows)
    for name, row in mapped(disease).items():
        assert found.row(name).role != "calibration", name
        assert not row.not_simulated or len(row.not_simulated) > 10, name


@pytest.mark.parametrize("depth", ["sampled", pytest.param("whole", marks=pytest.mark.full)])
@pytest.mark.parametrize("disease", DISEASES)
def test_no_verdict_has_changed(disease: str, depth: str, page: str) -> None:
    """The page says which rows are missed; `python docs/refresh.py diseases` renews it."""
    changed = []
    for row in compared(disease, depth):
        if row.simulated is None:
            continue
        assert row.simulated.patients > 0 and np.isfinite(row.simulated.value), row.row.id
        missed, edge = "**outside**" in printed(page, row), MARGIN[depth]
        print(f"{row.verdict:14} {row.row.id}: {row.simulated.value:.3g} +- {row.simulated.error:.2g}, published {row.published}")
        if row.band and (row.beyond < -edge if missed else row.beyond > edge):
            changed.append(f"{row.row.id}: {row.simulated.value:.3g}, band {row.band.low:.3g} to {row.band.high:.3g}")
    assert not changed, "\n".join(changed)


def test_enough_rows_run_and_are_met(page: str) -> None:
    """At least 40 rows of the ten diseases are simulated, one of each; two thirds of those with a band are inside or near."""
    rows: Sequence[Compared] = [row for disease in DISEASES for row in compared(disease, "sampled")]
    lines = [(row, printed(page, row)) for row in rows]
    simulated = [(row, line) for row, line in lines if row.simulated]
    banded = [line for row, line in simulated if row.band]
    met = [line for line in banded if "**outside** |" not in line]
    assert {built_in().disease(d).name for d in DISEASES} == {
        evidence().cohorts.by_id[r.row.cohort].disease for r, _ in simulated
    }
    if len(DISEASES) >= 10:
        assert len(simulated) >= 40 and len(met) / len(banded) >= 2 / 3
