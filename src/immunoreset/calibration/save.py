"""A calibration as a folder: draws, tables, page, summary, lock and manifest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from immunoreset import store
from immunoreset.calibration.report import page_of
from immunoreset.calibration.run import Calibration
from immunoreset.calibration.tables import counts, row_table, unknown_rows
from immunoreset.inference import posterior
from immunoreset.manifest import machine, numbers_of

LOCK = "lock.json"
CREATED = "created"


def summary_of(found: Calibration) -> dict[str, Any]:
    """What goes into summary.json."""
    plan, rows = found.plan, row_table(found)
    own = np.array([plan.targets[number].sd ** 2 for number in found.kept])
    return {
        "title": plan.document.title,
        "description": plan.document.description,
        "version": found.lock["version"],
        "seed": plan.document.seed,
        "counts": counts(rows),
        "expected_inside": "",
        "r_hat": float(np.max(found.last.sample.r_hat)),
        "waves": [
            {
                "points": len(wave.z),
                "emulator_median": float(np.median(wave.emulator.variance / own)),
                "emulator_largest": float(np.max(wave.emulator.variance / own)),
                "r_hat": float(np.max(wave.sample.r_hat)),
            }
            for wave in found.waves
        ],
        "unknowns": unknown_rows(found),
        "rows": rows,
        "unused": list(found.plan.unused),
        "checks": {},
        "lock": found.lock,
    }


def fill(found: Calibration, folder: Path, summary: dict[str, Any]) -> None:
    """All files of a calibration into an empty folder; the manifest last."""
    plan = found.plan
    names = [own.name for own in plan.unknowns]
    values = {own.name: own.value(found.draws[:, k]) for k, own in enumerate(plan.unknowns)}
    store.write_table(folder / posterior.FILE, values)
    store.write_table(folder / "unknowns.parquet", _columns(summary["unknowns"]))
    store.write_table(folder / "rows.parquet", _columns(summary["rows"]))
    points = {f"z {name}": found.last.z[:, k] for k, name in enumerate(names)}
    said = {row.row.id: found.last.statistics[:, number] for number, row in enumerate(plan.rows)}
    store.write_table(folder / "design.parquet", {**points, **said, "weight": found.last.weights})
    store.write_json(folder / LOCK, found.lock)
    store.write_json(folder / "summary.json", summary)
    store.write_text(folder / "report.html", page_of(summary))
    document = plan.document.model_dump(mode="json")
    store.write_json(
        folder / store.MANIFEST,
        {
            **machine(),
            CREATED: datetime.now(UTC).isoformat(timespec="seconds"),
            "seed": plan.document.seed,
            **numbers_of(plan.base),
            "lock": found.lock,
            "calibration": document,
        },
    )


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}
