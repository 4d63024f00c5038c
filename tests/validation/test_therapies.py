"""Treatments beside published rows: every row is said, verdicts stay, misses stay known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

from immunoreset.evidence import evidence
from immunoreset.validation.compared import Compared
from immunoreset.validation.therapies import compare, mapped
from immunoreset.validation.tuned import independent, set_to

ChangedVerdicts = Callable[[Iterable[Compared], str, str], list[str]]
DOCS = Path(__file__).parents[2] / "docs"
DEPTHS = {"sampled": 100, "whole": 500}


@cache
def compared(depth: str) -> tuple[tuple[str, Compared], ...]:
    return tuple(compare(patients=DEPTHS[depth], seed=18))


@pytest.fixture
def page() -> str:
    return (DOCS / "treatments.md").read_text("utf-8")


def test_rows_are_of_the_evidence_and_none_was_calibrated_to() -> None:
    for name, row in mapped().items():
        assert evidence().row(name).role != "calibration", name
        assert not row.not_simulated or len(row.not_simulated) > 10, name


@pytest.mark.parametrize("depth", ["sampled", pytest.param("whole", marks=pytest.mark.full)])
def test_no_verdict_has_changed(depth: str, page: str, changed_verdicts: ChangedVerdicts) -> None:
    """The page says which rows are missed; `python docs/refresh.py treatments` renews it."""
    changed = changed_verdicts([row for _, row in compared(depth)], page, depth)
    assert not changed, "\n".join(changed)


def test_at_least_forty_rows_are_simulated_and_most_are_met() -> None:
    rows = [row for _, row in compared("sampled") if row.simulated and row.band]
    assert len(rows) >= 40
    assert sum(row.verdict == "inside" or row.near for row in rows) / len(rows) > 0.9


def test_a_number_that_names_the_publication_of_a_row_is_told() -> None:
    assert "dapirolizumab.help_block" in set_to(evidence().row("phoenycs-go/bicla-drug-day336"))
    assert set_to(evidence().row("paisley-2023/sri-4-day224")) == ()


def test_a_row_to_which_an_effect_was_set_before_does_not_count_as_independent() -> None:
    rows = dict(compared("sampled"))
    assert not independent(rows["chen-y-bcma/patients-with-b-cells-back-within-3-months-day90"])
    assert independent(rows["paisley-2023/sri-4-day224"])
