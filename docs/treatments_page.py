"""docs/treatments.md, from cohorts simulated for it: `python docs/refresh.py treatments`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compared_cells import name, published, simulated, unit
from diseases_page import HEADS, verdict
from reset_page import table
from treatments_prototype import part as prototype

from immunoreset.report.words import counted, interval
from immunoreset.validation.compared import Compared
from immunoreset.validation.therapies import compare, set_to

PAGE = Path(__file__).resolve().parent / "treatments.md"
PATIENTS, SEED = 500, 18


def _line(row: Compared) -> tuple[str, ...]:
    band = interval(row.band.low, row.band.high, unit(row)) if row.band else "none"
    found = simulated(row.simulated, unit(row)) if row.simulated else "–"
    numbers = ", ".join(f"`{one}`" for one in set_to(row.row)) if row.simulated else ""
    return name(row), published(row), band, found, verdict(row), row.how, numbers


def summary(rows: Sequence[Compared]) -> str:
    """How many rows are simulated and met."""
    shown = [row for row in rows if row.simulated]
    banded = [row for row in shown if row.band]
    inside = [row for row in banded if row.verdict == "inside"]
    near = sum(row.near for row in banded if row.verdict == "outside")
    free = sum(not set_to(row.row) for row in inside)
    return (
        f"Of {counted(len(rows), 'row')} {len(shown)} are simulated, {len(banded)} have a band, and {len(inside)} lie inside "
        f"(for {free} of them no number of a drug names the publication), {near} near and {len(banded) - len(inside) - near} "
        f"further outside. {PATIENTS} patients an arm, seed {SEED}.\n"
    )


def refresh() -> dict[str, str]:
    """What stands between the marks of the page, by mark."""
    rows = [row for _, row in compare(patients=PATIENTS, seed=SEED)]
    shown = [_line(row) for row in rows if row.simulated]
    left = [(name(row), published(row), row.how) for row in rows if not row.simulated]
    return {
        "summary": summary(rows),
        "rows": table(HEADS, shown) + "\n",
        "prototype": prototype(),
        "left": table(("row", "published", "why it is not simulated"), left) + "\n",
    }
