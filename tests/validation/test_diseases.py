"""Diseases other than lupus beside published rows: every row is said, verdicts stay, misses stay known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import pytest

from immunoreset.catalogue import built_in
from immunoreset.evidence import evidence
from immunoreset.validation.compared import Compared
from immunoreset.validation.diseases import compare, diseases, mapped

ChangedVerdicts = Callable[[Iterable[Compared], str, str], list[str]]
PrintedOn = Callable[[str, Compared], str]
DOCS = Path(__file__).parents[2] / "docs"
DISEASES = diseases()
SEED = 15
DEPTHS = {"sampled": 150, "whole": 500}


@cache
def compared(disease: str, depth: str) -> tuple[Compared, ...]:
    return tuple(compare(disease, patients=DEPTHS[depth], seed=SEED))


@pytest.fixture
def page() -> str:
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
def test_no_verdict_has_changed(disease: str, depth: str, page: str, changed_verdicts: ChangedVerdicts) -> None:
    """The page says which rows are missed; `python docs/refresh.py diseases` renews it."""
    changed = changed_verdicts(compared(disease, depth), page, depth)
    assert not changed, "\n".join(changed)


def test_enough_rows_run_and_are_met(page: str, printed_on: PrintedOn) -> None:
    """At least 40 rows of the ten diseases are simulated, one of each; two thirds of those with a band are inside or near."""
    rows: Sequence[Compared] = [row for disease in DISEASES for row in compared(disease, "sampled")]
    lines = [(row, printed_on(page, row)) for row in rows]
    simulated = [(row, line) for row, line in lines if row.simulated]
    banded = [line for row, line in simulated if row.band]
    met = [line for line in banded if "**outside** |" not in line]
    assert {built_in().disease(d).name for d in DISEASES} == {
        evidence().cohorts.by_id[r.row.cohort].disease for r, _ in simulated
    }
    if len(DISEASES) >= 10:
        assert len(simulated) >= 40 and len(met) / len(banded) >= 2 / 3
