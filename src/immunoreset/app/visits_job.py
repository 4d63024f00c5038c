"""Files of real visits scored in a folder of their own: faults by row, or scores by visit for the page."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.score_files import LEFT_OUT, FaultyRows, ScoringOptions, score_files
from immunoreset.store import open_run, write_json

Report = Callable[[str, int, int], None]
FAULTS_SHOWN = 1_000
ROWS_SHOWN = 20_000
COMMAND_LINE = " with --partial; nothing was written"
SCORES = "SELECT * FROM scores ORDER BY patient, day, score"


def run_scoring(document: Mapping[str, Any], folder: Path, threads: int, report: Report) -> None:
    """Score the files in `folder`/uploads into `folder`/run; result.json holds what the page shows."""
    del threads
    run = folder / "run"
    run.mkdir()
    files = sorted((folder / "uploads").iterdir())
    report("reading", 0, len(files))
    options = ScoringOptions(partial=document["partial"], csv=True)
    try:
        summary = score_files(files, Protocol(**document["protocol"]), run, options)
    except FaultyRows as fault:
        faults, more = faults_of(run / LEFT_OUT)
        write_json(
            folder / "result.json", {"ok": False, "error": _without_folder(str(fault), folder), "faults": faults, "more": more}
        )
        return
    write_json(folder / "result.json", page_of(run, summary, folder))


def faults_of(left_out: Path) -> tuple[list[dict[str, Any]], int]:
    """The first faults, each with file, line, column and reason, and how many more there are."""
    if not left_out.exists():
        return [], 0
    with left_out.open(encoding="utf-8", newline="") as listed:
        rows = [
            {
                "file": Path(row["file"]).name,
                "line": int(row["line"]) if row["line"] else None,
                "row": int(row["row"]) if row["row"] else None,
                "column": row["column"],
                "reason": row["reason"],
            }
            for row in csv.DictReader(listed)
        ]
    return rows[:FAULTS_SHOWN], max(0, len(rows) - FAULTS_SHOWN)


def page_of(run: Path, summary: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What the page shows of a finished run."""
    tables = open_run(run)
    faults, more = faults_of(run / LEFT_OUT)
    scores = tables.query(f"{SCORES} LIMIT {ROWS_SHOWN}")
    return {
        "ok": True,
        "faults": faults,
        "more": more,
        "summary": _plain(summary, folder),
        "scores": scores.to_dict("records"),
        "patients": tables.query(f"SELECT * FROM patients ORDER BY patient LIMIT {ROWS_SHOWN}").to_dict("records"),
        "episodes": tables.query(f"SELECT * FROM episodes ORDER BY patient, start LIMIT {ROWS_SHOWN}").to_dict("records"),
        "timeline": drawing_of((run / "report.html").read_text("utf-8")),
        "report": "report.html",
    }


def drawing_of(page: str) -> str:
    """The first drawing of a report: the timeline of the patients; empty when there is none."""
    first = page.find("<svg")
    return page[first : page.find("</svg>", first) + len("</svg>")] if first >= 0 else ""


def _plain(summary: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The summary with the names of the files alone."""
    read = {**summary["read"], "files": [Path(file).name for file in summary["read"]["files"]]}
    read["notes"] = [_without_folder(note, folder) for note in read["notes"]]
    read["conversions"] = [_without_folder(line, folder) for line in read["conversions"]]
    return {**summary, "read": read}


def _without_folder(text: str, folder: Path) -> str:
    return text.replace(f"{folder / 'uploads'}/", "").replace(str(folder / "uploads"), "the upload")
