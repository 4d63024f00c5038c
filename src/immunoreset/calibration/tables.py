"""What a calibration found, as rows of plain numbers: one per unknown, one per published row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.calibration.plan import PlannedRow
from immunoreset.calibration.run import Calibration
from immunoreset.evidence.row_bands import band, point
from immunoreset.inference.predictive import contraction
from immunoreset.inference.unknowns import Unknown

Floats = NDArray[np.float64]
EARNED = 0.3
"""Contraction from which on a number has earned the standing `calibrated`."""


def in_unit(value: Floats | float, scale: str) -> Floats:
    """A statistic on the scale of its row as the number that a paper would print."""
    shown = np.asarray(value, dtype=float)
    return 1 / (1 + np.exp(-shown)) if scale == "logit" else np.exp(shown) if scale == "log" else shown


def unknown_rows(found: Calibration) -> list[dict[str, Any]]:
    """One per unknown: prior and posterior in its unit, how far it moved in sds of the prior, contraction, what it has earned."""
    narrowed = contraction(found.draws)
    return [_unknown(own, found.draws[:, k], float(narrowed[k])) for k, own in enumerate(found.plan.unknowns)]


def _unknown(own: Unknown, z: Floats, narrowed: float) -> dict[str, Any]:
    low, middle, high = own.value(np.quantile(z, [0.05, 0.5, 0.95]))
    prior_low, prior_high = own.value(np.array([-1.6449, 1.6449]))
    return {
        "name": own.name,
        "standing": own.standing,
        "value": own.center,
        "prior_low": float(prior_low),
        "prior_high": float(prior_high),
        "median": float(middle),
        "low": float(low),
        "high": float(high),
        "at_mean": float(own.value(float(z.mean()))),
        "moved": float(z.mean()),
        **{f"z_{name}": float(at) for name, at in zip(("low", "median", "high"), np.quantile(z, [0.05, 0.5, 0.95]), strict=True)},
        "contraction": narrowed,
        "earned": "calibrated" if narrowed >= EARNED else "assumed",
    }


def row_table(found: Calibration) -> list[dict[str, Any]]:
    """One per row of the document: published, band, and what patients who took no part show before and after."""
    places = {int(place): at for at, place in enumerate(found.kept)}
    return [_row(found, number, row, places.get(number)) for number, row in enumerate(found.plan.rows)]


def _row(found: Calibration, number: int, row: PlannedRow, at: int | None) -> dict[str, Any]:
    scale, limits, published = row.target.scale, band(row.row), point(row.row.statistic)
    told: dict[str, Any] = {
        "row": row.row.id,
        "quantity": row.row.quantity,
        "reading": row.reading,
        "arm": f"{row.arm} less {row.against}" if row.against else row.arm,
        "statistic": row.target.kind,
        "unit": row.row.unit,
        "published": published,
        "low": limits.low if limits else None,
        "high": limits.high if limits else None,
        "band": limits.how if limits else "",
        "band_is_ours": bool(limits and limits.ours),
        "standing": row.row.standing,
        "used": at is not None,
        "left_out": found.out.get(row.row.id, ""),
    }
    for name, one in (("before", found.before), ("after", found.after)):
        value = float(in_unit(one.value[number], scale))
        told[name] = value if np.isfinite(value) else None
        inside = limits is not None and np.isfinite(value) and limits.low <= value <= limits.high
        told[f"{name}_verdict"] = "no number" if not np.isfinite(value) else "inside" if inside else "outside"
    if at is not None:
        emulator = found.last.emulator
        told |= {
            "emulator_r2": float(emulator.r2[at]),
            "emulator_share_of_variance": float(emulator.variance[at] / row.target.sd**2),
        }
    return told


def counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many rows lie inside their band, before and after."""
    used = [row for row in rows if row["used"]]
    return {
        "rows": len(rows),
        "used": len(used),
        "inside_before": sum(row["before_verdict"] == "inside" for row in rows),
        "inside_after": sum(row["after_verdict"] == "inside" for row in rows),
        "used_inside_before": sum(row["before_verdict"] == "inside" for row in used),
        "used_inside_after": sum(row["after_verdict"] == "inside" for row in used),
    }
