"""Writes a finished study as a run: the page, the numbers, each twin, each trajectory and each event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from immunoreset import store
from immunoreset.disease.lupus import FLARE
from immunoreset.report.page import build_page
from immunoreset.report.panels import panels_of
from immunoreset.results import StudyResult

if TYPE_CHECKING:
    import pandas as pd

    from immunoreset.uncertainty.draws import Numbers

Table = Sequence[dict[str, Any]]
"""Columns of equal length by name, for each arm; one arm below the other."""


def save(result: StudyResult, folder: Path | str, *, force: bool = False) -> Path:
    """Write the run to a new folder; with `force`, replace the run that is there. Nothing is half-written."""
    with store.new_run(Path(folder), force=force) as scratch:
        fill(result, scratch)
    return Path(folder)


def fill(result: StudyResult, scratch: Path) -> None:
    """All files of a run into an empty folder; the manifest last."""
    store.write_text(scratch / "report.html", build_page(result))
    store.write_json(scratch / "summary.json", result.summary())
    for name, table in _tables(result):
        store.write_table(scratch / f"{name}.parquet", *table)
    store.write_json(scratch / store.MANIFEST, result.manifest)


def write_csv_tables(result: StudyResult, scratch: Path) -> None:
    """The tables once more as CSV, for programs that read no Parquet; blank where there is no number."""
    for name, table in _tables(result):
        write_csv(scratch / f"{name}.csv", table)


def write_csv(file: Path, table: Table) -> None:
    """One CSV file."""
    store.joined(table).to_csv(file, index=False, lineterminator="\n")


def _tables(result: StudyResult) -> Iterator[tuple[str, Table]]:
    """Each table by its name, made when its turn comes."""
    yield "outcomes", outcome_table(result)
    yield "trajectories", trajectory_table(result)
    if all(arm.events for arm in result.arms.values()):
        yield "events", event_table(result)
    if result.scan:
        yield "scan", [result.scan.table()]
    if result.numbers:
        yield "uncertainty", uncertainty_table(result)
        yield "draws", [draws_table(result.numbers)]


def _words(codes: np.ndarray, words: Sequence[str]) -> pd.Categorical:
    """A column of words from their places among all words of the column."""
    import pandas as pd

    return pd.Categorical.from_codes(codes.astype(np.int32), categories=pd.Index(list(words), dtype=object))


def _who(result: StudyResult, arm: str, patient: np.ndarray) -> dict[str, pd.Categorical]:
    """The columns that say of which arm and patient a row is, from the place of the patient in the arm."""
    names = {name: place for place, name in enumerate(dict.fromkeys(n for one in result.arms.values() for n in one.patients))}
    places = np.array([names[name] for name in result.arms[arm].patients])
    arms = list(result.arms)
    return {"arm": _words(np.full(len(patient), arms.index(arm)), arms), "patient": _words(places[patient], list(names))}


def outcome_table(result: StudyResult) -> Table:
    """One row per arm and twin."""
    return [
        {
            **_who(result, name, arm.outcomes.patient),
            "twin": arm.outcomes.twin + 1,
            "failed": arm.outcomes.failed,
            **arm.outcomes.values,
        }
        for name, arm in result.arms.items()
    ]


def trajectory_table(result: StudyResult) -> Table:
    """One row per arm, twin and day; single precision, since the noise of any assay is far larger."""
    days = len(result.days)
    parts = []
    for name, arm in result.arms.items():
        part = {
            **_who(result, name, np.repeat(arm.outcomes.patient, days)),
            "twin": np.repeat(arm.outcomes.twin + 1, days).astype(np.int32),
            "day": np.tile(result.days.astype(np.float32), arm.twins),
        }
        kept = dict.fromkeys((*(panel.output for panel in panels_of(*arm.diseases)), *result.asked_for))
        shown = [output for output in kept if output in arm.trajectories]
        parts.append(part | {output: arm.trajectories[output].astype(np.float32, copy=False).ravel() for output in shown})
    return parts


def uncertainty_table(result: StudyResult) -> Table:
    """One row per arm, draw of the numbers and outcome: the share, or the median of those who have it."""
    parts = []
    for name, arm in result.arms.items():
        if arm.spread is None:
            continue
        for outcome in arm.spread.outcomes:
            values = arm.spread.statistics(outcome, share=outcome in arm.about and arm.about[outcome].share)
            parts.append({"arm": name, "draw": np.arange(1, len(values) + 1), "outcome": outcome, "value": values})
    return parts


def draws_table(numbers: Numbers) -> dict[str, Any]:
    """One row per draw: its number, and the value of each number of the model that is drawn."""
    values = {name: numbers.values[:, column] for column, name in enumerate(numbers.names)}
    return {"draw": np.arange(1, len(numbers) + 1), **values}


def event_table(result: StudyResult) -> Table:
    """One row per event: doses, rules and extinctions. The random shocks of every four weeks are left out."""
    whats = {what: place for place, what in enumerate(sorted({w for a in result.arms.values() for w in a.events["what"]}))}
    parts = []
    for name, arm in result.arms.items():
        kept = {column: values[arm.events["what"] != FLARE] for column, values in arm.events.items()}
        parts.append(
            {
                **_who(result, name, kept["patient"]),
                "twin": kept["twin"] + 1,
                "day": kept["day"],
                "what": _words(np.array([whats[what] for what in kept["what"]], dtype=int), list(whats)),
                "value": kept["value"],
            }
        )
    return parts
