"""The run of a balanced baseline: its files, and what is printed of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from immunoreset import store
from immunoreset.baseline import Balanced
from immunoreset.baseline.patients_file import write_patients
from immunoreset.errors import printable
from immunoreset.manifest import hash_of_numbers, machine, numbers_of
from immunoreset.report.baseline_page import HEADINGS, effective_in_words, page_of, rows_in_words, summary_of
from immunoreset.report.trial_page import build_trial_page
from immunoreset.save import write_csv
from immunoreset.terminal import RESEARCH_ONLY, console_of

FILES = {
    "patients.csv": "the patients, to be named as baseline in a study or trial",
    "weights.parquet": "every patient of the pool with weight (1 is the mean), whether drawn, and covariates",
    "table.parquet": "the table before and after, a row per published number",
    "summary.json": "the same, and the effective size",
    "manifest.json": "version, seed, parameters and the document itself",
}


def fill(found: Balanced, scratch: Path, *, csv: bool = False) -> None:
    """All files of a run into an empty folder; the manifest last."""
    manifest, summary = _manifest(found), summary_of(found)
    origin = f"immunoreset {manifest['version']}, seed {manifest['seed']}."
    store.write_text(scratch / "report.html", build_trial_page(page_of(found, FILES, origin)))
    write_patients(scratch / "patients.csv", found.cohort)
    tables = {"weights": _weights(found), "table": _columns(summary["table"])}
    for name, table in tables.items():
        store.write_table(scratch / f"{name}.parquet", table)
        if csv:
            write_csv(scratch / f"{name}.csv", [table])
    store.write_json(scratch / "summary.json", summary)
    store.write_json(scratch / store.MANIFEST, manifest)


def _weights(found: Balanced) -> dict[str, Any]:
    """The pool: patients by number, from 1."""
    size = found.problem.size
    numbers = np.arange(1, size + 1)
    drawn = np.isin(numbers - 1, found.chosen)
    return {"patient": numbers, "weight": size * found.weights.weights, "drawn": drawn, **found.problem.pool}


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _manifest(found: Balanced) -> dict[str, Any]:
    theta = found.cohort.theta
    return {
        **machine(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": found.cohort.seed,
        "population": found.cohort.population,
        "patients": len(found.cohort),
        "pool": found.problem.size,
        "parameter_hash": hash_of_numbers(theta, {}),
        **numbers_of(theta),
        "baseline": found.baseline.model_dump(mode="json", exclude_unset=True),
    }


def print_table(found: Balanced, stream: TextIO) -> None:
    """The table before and after, and the effective size."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(printable(found.baseline.title)), box=None, header_style="bold", title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for row in rows_in_words(found):
        table.add_row(*(Text(cell) for cell in row))
    console = console_of(stream)
    console.print(table)
    console.print(f"Effective size: {effective_in_words(found)}. {RESEARCH_ONLY}")
