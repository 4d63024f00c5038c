"""A trial document from beginning to end, and what the Trial page shows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from immunoreset.store import write_json
from immunoreset.virtual_trial.kinds import ADAPTER
from immunoreset.virtual_trial.run import TrialResult, run_trial
from immunoreset.virtual_trial.save import fill

Report = Callable[[str, int, int], None]


def run_trial_job(document: Mapping[str, Any], folder: Path, threads: int, report: Report) -> None:
    """Run a trial as `immunoreset trial` does, into `folder`, with result.json for the page."""
    result = run_trial(ADAPTER.validate_python(document), threads=threads, progress=report)
    report("report", 0, 1)
    fill(result, folder)
    write_json(folder / "result.json", page_of(result))
    report("report", 1, 1)


def page_of(result: TrialResult) -> dict[str, Any]:
    """Everything that the Trial page shows: facts, sections with tables and drawings, protocol cards, tables, summary."""
    shown = result.presented
    return {
        "title": result.document.title,
        "failures": result.failures,
        "facts": [list(fact) for fact in shown.facts],
        "sections": [asdict(section) for section in shown.sections],
        "cards": [asdict(card) for card in shown.cards],
        "tables": {name: [dict(row) for row in rows][:2000] for name, rows in shown.tables.items() if name != "patients"},
        "meanings": dict(shown.meanings),
        "assumptions": list(shown.assumptions),
        "summary": dict(shown.summary),
    }
