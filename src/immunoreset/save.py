"""Writes a finished study as a run: the page, the numbers, each twin, each trajectory and each event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from immunoreset import store
from immunoreset.disease.lupus import FLARE
from immunoreset.report.page import build_page
from immunoreset.report.panels import panels_of
from immunoreset.results import StudyResult


def save(result: StudyResult, folder: Path | str, *, force: bool = False) -> Path:
    """Write the run to a new folder; with `force`, replace the run that is there. Nothing is half-written."""
    with store.new_run(Path(folder), force=force) as scratch:
        fill(result, scratch)
    return Path(folder)


def fill(result: StudyResult, scratch: Path) -> None:
    """All files of a run into an empty folder; the manifest last."""
    store.write_text(scratch / "report.html", build_page(result))
    store.write_json(scratch / "summary.json", result.summary())
    store.write_table(scratch / "outcomes.parquet", outcome_table(result))
    store.write_table(scratch / "trajectories.parquet", trajectory_table(result))
    if result.scan:
        store.write_table(scratch / "scan.parquet", result.scan.table())
    if all(arm.events for arm in result.arms.values()):
        store.write_table(scratch / "events.parquet", event_table(result))
    store.write_json(scratch / store.MANIFEST, result.manifest)


def write_csv_tables(result: StudyResult, scratch: Path) -> None:
    """The tables once more as CSV, for programs that read no Parquet; blank where there is no number."""
    import pandas as pd

    tables = {"outcomes": outcome_table(result), "trajectories": trajectory_table(result)}
    if all(arm.events for arm in result.arms.values()):
        tables["events"] = event_table(result)
    if result.scan:
        tables["scan"] = result.scan.table()
    for name, table in tables.items():
        pd.DataFrame(table).to_csv(scratch / f"{name}.csv", index=False, lineterminator="\n")


def _stack(parts: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The tables of the arms, one below the other; a column of words is stored as its few different words."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        rows = [part.get(name, np.full(len(part["arm"]), np.nan, dtype=np.float32)) for part in parts]
        whole = np.concatenate(rows)
        columns[name] = pd.Categorical(whole) if whole.dtype == object else whole
    return columns


def _words(word: str, count: int) -> np.ndarray:
    return np.full(count, word, dtype=object)


def outcome_table(result: StudyResult) -> dict[str, np.ndarray]:
    """One row per arm and twin."""
    return _stack(
        [
            {
                "arm": _words(name, arm.twins),
                "patient": arm.patient_of_twin,
                "twin": arm.outcomes.twin + 1,
                "failed": arm.outcomes.failed,
                **arm.outcomes.values,
            }
            for name, arm in result.arms.items()
        ]
    )


def trajectory_table(result: StudyResult) -> dict[str, np.ndarray]:
    """One row per arm, twin and day; single precision, since the noise of any assay is far larger."""
    days = len(result.days)
    parts = []
    for name, arm in result.arms.items():
        part = {
            "arm": _words(name, arm.twins * days),
            "patient": np.repeat(arm.patient_of_twin, days),
            "twin": np.repeat(arm.outcomes.twin + 1, days).astype(np.int32),
            "day": np.tile(result.days, arm.twins).astype(np.float32),
        }
        kept = dict.fromkeys((*(panel.output for panel in panels_of(*arm.diseases)), *result.asked_for))
        shown = [output for output in kept if output in arm.trajectories]
        parts.append(part | {output: arm.trajectories[output].astype(np.float32).ravel() for output in shown})
    return _stack(parts)


def event_table(result: StudyResult) -> dict[str, np.ndarray]:
    """One row per event: doses, rules and extinctions. The random shocks of every four weeks are left out."""
    parts = []
    for name, arm in result.arms.items():
        kept = {column: values[arm.events["what"] != FLARE] for column, values in arm.events.items()}
        parts.append(
            {
                "arm": _words(name, len(kept["day"])),
                "patient": np.array(arm.patients, dtype=object)[kept["patient"]],
                "twin": kept["twin"] + 1,
                "day": kept["day"],
                "what": kept["what"],
                "value": kept["value"],
            }
        )
    return _stack(parts)
