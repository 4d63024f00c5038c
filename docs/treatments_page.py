"""docs/treatments.md, from cohorts simulated for it: `python docs/refresh.py treatments`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compared_cells import name, published
from diseases_page import HEADS, line
from reset_page import table
from treatments_prototype import part as prototype

from immunoreset.report.words import counted
from immunoreset.validation.compared import Compared
from immunoreset.validation.therapies import compare
from immunoreset.validation.tuned import independent

PAGE = Path(__file__).resolve().parent / "treatments.md"
PATIENTS, SEED = 500, 18


def summary(rows: Sequence[Compared]) -> str:
    """How many rows are simulated and met."""
    shown = [row for row in rows if row.simulated]
    banded = [row for row in shown if row.band]
    inside = [row for row in banded if row.verdict == "inside"]
    near = sum(row.near for row in banded if row.verdict == "outside")
    free = sum(map(independent, inside))
    met = f"{len(inside)} lie inside (for {free} of them nothing is known to have been set to the publication)"
    further = len(banded) - len(inside) - near
    return (
        f"Of {counted(len(rows), 'row')} {len(shown)} are simulated, {len(banded)} have a band, and {met}, {near} near and "
        f"{further} further outside. {PATIENTS} patients an arm, seed {SEED}.\n"
    )


def refresh() -> dict[str, str]:
    """What stands between the marks of the page, by mark."""
    rows = [row for _, row in compare(patients=PATIENTS, seed=SEED)]
    shown = [line(row) for row in rows if row.simulated]
    left = [(name(row), published(row), row.how) for row in rows if not row.simulated]
    return {
        "summary": summary(rows),
        "rows": table(HEADS, shown) + "\n",
        "prototype": prototype(),
        "left": table(("row", "published", "why it is not simulated"), left) + "\n",
    }
