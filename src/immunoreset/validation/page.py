"""The validation record: every comparison as a page in Markdown and HTML, and as JSON."""

from __future__ import annotations

import html
import platform
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from immunoreset import store
from immunoreset.validation import (
    analysis_tables,
    course_tables,
    decision_tables,
    dose_finding_tables,
    group_sequential_tables,
    phase_2_tables,
)
from immunoreset.validation.compare import Comparison, Table, compare

TABLES: tuple[Table, ...] = (
    *group_sequential_tables.TABLES,
    *phase_2_tables.TABLES,
    *dose_finding_tables.TABLES,
    *decision_tables.TABLES,
    *course_tables.TABLES,
    *analysis_tables.TABLES,
)
HEADINGS = ("table", "program", "quantity", "unit", "numbers", "largest difference", "tolerance", "verdict")
SIGNATURES = "Performed by: ________________  Date: ____________  Reviewed by: ________________  Date: ____________"
NOTE = (
    "Every number of the product is computed anew by this command; those of the other programs are stored in reference files "
    "that travel with the package, and the tests of the product compare the same files. Agreement says that formulas are "
    "programmed alike, not that a design suits a trial."
)
NOT_COMPARED = (
    ("gsDesign (R)", "no numbers of it are stored; group-sequential bounds are compared with rpact"),
    ("lifelines", "no numbers of it are stored; survival analyses are compared with statsmodels and R survival"),
    ("the design of Wages and Tait of escalation (R)", "its decisions are stored, but the product does not have the design"),
    ("simulated trials of dfcrm (R)", "stored and compared by the tests of the product, not here: they take minutes"),
    ("EffTox, U-BOIN, MAP priors, enrolment in calendar time", "no numbers of another program are stored"),
)


def validate(*, report: Callable[[str], None] | None = None) -> list[Comparison]:
    """All comparisons, table by table; `report` is told the title of each."""
    found: list[Comparison] = []
    for table in TABLES:
        if report is not None:
            report(table.title)
        found += compare(table)
    return found


def summary(found: Sequence[Comparison]) -> dict[str, Any]:
    """What goes into validation.json: versions, the comparisons, and whether all agree."""
    return {
        "product": f"immunoreset {version('immunoreset')}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "comparisons": [comparison._asdict() for comparison in found],
        "all_agree": all(comparison.agrees for comparison in found),
        "not_compared": [{"program": program, "why": why} for program, why in NOT_COMPARED],
    }


def _cells(found: Sequence[Comparison]) -> Iterator[tuple[str, ...]]:
    for one in found:
        yield (
            f"{one.title} ({one.table})", one.program, one.quantity, one.unit, f"{one.numbers}",
            f"{one.largest_difference:.2g}", f"{one.tolerance:g} ({one.tolerance_from})", "agrees" if one.agrees else "DIFFERS",
        )  # fmt: skip


def _facts(found: Sequence[Comparison]) -> list[str]:
    made = summary(found)
    agreeing = sum(one.agrees for one in found)
    return [
        f"{made['product']}, Python {made['python']}, NumPy {made['numpy']}, SciPy {made['scipy']}",
        f"{agreeing} of {len(found)} comparisons agree, over {sum(one.numbers for one in found):,} numbers.",
        NOTE,
    ]


def markdown(found: Sequence[Comparison]) -> str:
    """The record in Markdown."""
    lines = ["# Validation record", "", *(line for fact in _facts(found) for line in (fact, ""))]
    lines += [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    lines += [f"| {' | '.join(cells)} |" for cells in _cells(found)]
    lines += ["", "Not compared:", "", *(f"- {program}: {why}" for program, why in NOT_COMPARED), "", SIGNATURES, ""]
    return "\n".join(lines)


def page(found: Sequence[Comparison]) -> str:
    """The record as a page without anything from a network."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in HEADINGS)
    body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>" for cells in _cells(found))
    facts = "".join(f"<p>{html.escape(fact)}</p>" for fact in _facts(found))
    missing = "".join(f"<li>{html.escape(f'{program}: {why}')}</li>" for program, why in NOT_COMPARED)
    table = "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid #999;padding:.3rem}"
    style = f"body{{font-family:sans-serif;margin:2rem}}{table}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Validation record</title>'
        f"<style>{style}</style></head><body><h1>Validation record</h1>{facts}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<h2>Not compared</h2><ul>{missing}</ul>"
        f"<p>{SIGNATURES}</p></body></html>\n"
    )


def fill(found: Sequence[Comparison], folder: Path) -> None:
    """validation.html, validation.md and validation.json in an empty folder, and the manifest that makes a run of it."""
    (folder / "validation.html").write_text(page(found), encoding="utf-8")
    (folder / "validation.md").write_text(markdown(found), encoding="utf-8")
    told = summary(found)
    store.write_json(folder / "validation.json", told)
    store.write_json(folder / store.MANIFEST, {name: value for name, value in told.items() if name != "comparisons"})
