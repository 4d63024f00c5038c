"""Writes an analysis of sensitivity as a run: the page, the numbers as one table, the summary and the manifest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from immunoreset import store
from immunoreset.manifest import hash_of_numbers, machine, numbers_of
from immunoreset.patient.tolerance import as_document, tolerance_of
from immunoreset.save import write_csv
from immunoreset.sensitivity_analysis.page import build_page
from immunoreset.sensitivity_analysis.result import Sensitivity
from immunoreset.sensitivity_analysis.tables import columns_of, summary_of


def save(found: Sensitivity, folder: Path | str, *, force: bool = False) -> Path:
    """Write the run to a new folder; with `force`, replace the run that is there. Nothing is half-written."""
    with store.new_run(Path(folder), force=force) as scratch:
        fill(found, scratch)
    return Path(folder)


def fill(found: Sensitivity, scratch: Path, *, csv: bool = False) -> None:
    """All files of a run into an empty folder; the manifest last."""
    columns = columns_of(found)
    store.write_text(scratch / "report.html", build_page(found))
    store.write_table(scratch / "sensitivity.parquet", columns)
    if csv:
        write_csv(scratch / "sensitivity.csv", [columns])
    store.write_json(scratch / "summary.json", summary_of(found))
    store.write_json(scratch / store.MANIFEST, manifest_of(found))


def manifest_of(found: Sensitivity) -> dict[str, Any]:
    """The document of manifest.json."""
    question, settings = found.question, found.settings
    theta = question.catalogue.theta
    return {
        **machine(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": settings.seed,
        "parameter_hash": hash_of_numbers(theta, {}),
        **numbers_of(theta),
        "tolerance": as_document({question.arm: tolerance_of("rows", question.rtol)}),
        "failures": dict(found.counts.failures),
        "sensitivity": {
            "arm": question.arm,
            "headlines": list(found.headlines),
            "top": settings.top,
            "patients": settings.patients,
            "rows": settings.rows,
            "patients_per_row": settings.per_row,
        },
        "study": found.study.model_dump(mode="json"),
    }
