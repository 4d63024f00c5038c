"""Treatments beside published rows: every row is said, verdicts stay, misses stay known."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from immunoreset.evidence import evidence
from immunoreset.validation.compared import Compared
from immunoreset.validation.therapies import compare, mapped, set_to

DOCS = Path(__file__).parents[2] / "docs"
DEPTHS = {"sampled": 100, "whole": 500}
MARGIN = {"sampled": 3.5, "whole": 2.0}
"""Standard errors beyond an edge of its band at which a verdict has changed."""


@cache
def compared(depth: str) -> tuple[tuple[str, Compared], ...]:
    return tuple(compare(patients=DEPTHS[depth], seed=18))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.syspath_prepend(DOCS)
    return (DOCS / "treatments.md").read_text("utf-8")


def printed(page: str, row: Compared) -> str:
    import compared_cells

    (line,) = [line for line in page.splitlines() if line.startswith(f"| {compared_cells.name(row)} |".replace(" | ", " \\| "))]
    return line


def test_rows_are_of_the_evidence_and_none_was_calibrated_to() -> None:
    for name, row in mapped().items():
        assert evidence().row(name).role != "calibration", name
        assert not row.not_simulated or len(row.not_simulated) > 10, name


@pytest.mark.parametrize("depth", ["sampled", pytest.param("whole", marks=pytest.mark.full)])
def test_no_verdict_has_changed(depth: str, page: str) -> None:
    """The page says which rows are missed; `python docs/refresh.py treatments` renews it."""
    changed = []
    for name, row in compared(depth):
        if row.simulated is None:
            continue
        assert row.simulated.patients > 0 and np.isfinite(row.simulated.value), name
        missed, edge = "**outside**" in printed(page, row), MARGIN[depth]
        print(f"{row.verdict:14} {name}: {row.simulated.value:.3g} +- {row.simulated.error:.2g}, published {row.published}")
        if row.band and (row.beyond < -edge if missed else row.beyond > edge):
            changed.append(f"{name}: {row.simulated.value:.3g}, band {row.band.low:.3g} to {row.band.high:.3g}")
    assert not changed, "\n".join(changed)


def test_at_least_forty_rows_are_simulated_and_most_are_met() -> None:
    rows = [row for _, row in compared("sampled") if row.simulated and row.band]
    assert len(rows) >= 40
    assert sum(row.verdict == "inside" or row.near for row in rows) / len(rows) > 0.9


def test_a_number_that_names_the_publication_of_a_row_is_told() -> None:
    assert "dapirolizumab.help_block" in set_to(evidence().row("phoenycs-go/bicla-drug-day336"))
    assert set_to(evidence().row("paisley-2023/sri-4-day224")) == ()
