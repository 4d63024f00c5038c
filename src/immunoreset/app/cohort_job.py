"""A cohort from the study document to the run folder, and what the Cohort page draws of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from immunoreset.app.answers import number
from immunoreset.app.cohort_figures import figures_of
from immunoreset.app.study_text import study_toml
from immunoreset.results import StudyResult
from immunoreset.save import fill, outcome_table, write_csv
from immunoreset.store import write_json
from immunoreset.study import run
from immunoreset.study_document import Study

Report = Callable[[str, int, int], None]
DOWNLOADS = {
    "outcomes.csv": "text/csv; charset=utf-8",
    "outcomes.parquet": "application/vnd.apache.parquet",
    "trajectories.parquet": "application/vnd.apache.parquet",
    "study.toml": "application/toml; charset=utf-8",
    "report.html": "text/html; charset=utf-8",
    "summary.json": "application/json",
    "manifest.json": "application/json",
}


def run_cohort(document: Mapping[str, Any], folder: Path, threads: int, report: Report) -> None:
    """Run a study as `immunoreset simulate` does, into `folder`, with result.json for the page."""
    study = Study.model_validate(document)
    result = run(study, threads=threads, progress=report)
    report("report", 0, 1)
    fill(result, folder)
    write_outcomes_csv(result, folder / "outcomes.csv")
    (folder / "study.toml").write_text(study_toml(study), encoding="utf-8")
    write_json(folder / "result.json", page_of(result))
    report("report", 1, 1)


def write_outcomes_csv(result: StudyResult, file: Path) -> None:
    """One row per arm and twin; blank where an outcome did not happen or does not apply."""
    write_csv(file, outcome_table(result))


def page_of(result: StudyResult) -> dict[str, Any]:
    """Everything that the Cohort page shows."""
    return {**result.summary(), **figures_of(result), "manifest": json.loads(json.dumps(result.manifest, default=_plain))}


def _plain(value: Any) -> Any:
    return number(float(value))
