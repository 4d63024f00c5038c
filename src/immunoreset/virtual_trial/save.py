"""Writes a finished trial document as a run: the page, the tables as CSV, the summary and the manifest."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from immunoreset import store
from immunoreset.catalogue import Theta
from immunoreset.manifest import files_named, hash_of_numbers, machine, numbers_of
from immunoreset.patient.birth_certificates import standing_counts
from immunoreset.patient.tolerance import as_document
from immunoreset.report.trial_page import TrialPage, build_trial_page
from immunoreset.virtual_trial.document import TrialDocument
from immunoreset.virtual_trial.presented import Cell, Row
from immunoreset.virtual_trial.run import TrialResult


def save(result: TrialResult, folder: Path | str, *, force: bool = False) -> Path:
    """Write the run to a new folder; with `force`, replace the run that is there. Nothing is half-written."""
    with store.new_run(Path(folder), force=force) as scratch:
        fill(result, scratch)
    return Path(folder)


def parameter_hash(document: TrialDocument) -> str:
    """SHA-256 of all numbers of the model, and of what the trial changes in them."""
    return hash_of_numbers(Theta.current(), _changed(document))


def files_of(document: TrialDocument) -> dict[str, str] | None:
    """SHA-256 of each file that the document names, None without any."""
    return files_named(document.model_dump(mode="json", exclude_unset=True), document.folder)


def fill(result: TrialResult, scratch: Path) -> None:
    """All files of a run into an empty folder; the manifest last."""
    store.write_text(scratch / "report.html", build_trial_page(page_of(result)))
    for name, rows in result.presented.tables.items():
        write_csv(scratch / f"{name}.csv", rows)
    store.write_json(scratch / "summary.json", result.summary())
    store.write_json(scratch / store.MANIFEST, manifest_of_trial(result))


def page_of(result: TrialResult) -> TrialPage:
    """Everything that the page shows. The time of writing is only in the manifest, so that equal runs have equal pages."""
    shown = result.presented
    files = [(f"{name}.csv", meaning) for name, meaning in shown.meanings.items()]
    files += [("summary.json", "the main numbers"), ("manifest.json", "version, seed, parameters and the document itself")]
    made = machine()
    counts = standing_counts(result.theta.table)
    standing = ", ".join(f"{count} {name}" for name, count in counts.items())
    origin = [
        f"immunoreset {made['version']}, seed {result.document.seed}. "
        f"Parameters of the model: {sum(counts.values())} ({standing})."
    ]
    return TrialPage(
        title=result.document.title,
        description=" ".join(result.document.description.split()),
        facts=shown.facts,
        sections=shown.sections,
        cards=shown.cards,
        assumptions=shown.assumptions,
        files=files,
        origin=origin,
    )


def manifest_of_trial(result: TrialResult) -> dict[str, Any]:
    """The document of manifest.json."""
    return {
        **machine(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": result.document.seed,
        "parameter_hash": hash_of_numbers(result.theta, _changed(result.document)),
        **numbers_of(result.theta),
        "tolerance": as_document(result.tolerances),
        "failures": result.failures,
        **({"uncertainty": result.unsure.asked, "numbers drawn": result.unsure.numbers.as_document()} if result.unsure else {}),
        "trial": result.document.model_dump(mode="json", exclude_unset=True),
        "files": files_of(result.document),
    }


def _changed(document: TrialDocument) -> dict[str, float]:
    """The numbers that a document gives to all its patients."""
    return dict(document.drawn.parameters) if document.drawn is not None else {}


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """A table as CSV; numbers that do not exist are left blank, and whole numbers are written without a point."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if rows:
            writer.writerow(rows[0])
        writer.writerows([_written(value) for value in row.values()] for row in rows)


def _written(value: Cell) -> str | int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return value
