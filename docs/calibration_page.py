"""The tables of docs/calibration.md, from the results in calibrations/: `python docs/refresh.py calibration`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from immunoreset.catalogue import Theta

ROOT = Path(__file__).resolve().parent.parent
PAGE, RESULTS = ROOT / "docs/calibration.md", ROOT / "calibrations"
NAMES = ("organs", "model-0.3")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    heads = ("row", "read as", "arm", "published", "band", "before", "after")

    def said(row: Mapping[str, Any], when: str) -> str:
        mark = "**" if row[f"{when}_verdict"] == "outside" else ""
        return f"{mark}{_number(row[when])}{mark}"

    return _table(
        heads,
        [
            (
                f"{row['row']}{'' if row['used'] or 'role' in row else ' (left out)'}", f"`{row['reading']}`", row["arm"],
                f"{_number(row['published'])} {row['unit']}".strip(),
                f"{_number(row['low'])} to {_number(row['high'])}" + (" \\*" if row["band_is_ours"] else ""),
                said(row, "before"), said(row, "after"),
            )
            for row in rows
        ],
    )  # fmt: skip


def _outcome(unknowns: Sequence[Mapping[str, Any]], watched: Mapping[str, int]) -> str:
    """Whether the model took the numbers of a calibration, and what speaks against it."""
    table = Theta.current().table
    worse = "The mean of the posterior makes validation worse." if watched["after"] < watched["before"] else ""
    if all(math.isclose(table[own["name"]].value, own["at_mean"], rel_tol=1e-3) for own in unknowns):
        earned = sum(own["earned"] == "calibrated" for own in unknowns)
        return f"Accepted: the model has the mean of the posterior; {earned} of the numbers are `calibrated`. {worse}".strip()
    return f"Nothing was accepted: the model keeps its numbers and their standing. {worse}".strip()


def tables(name: str) -> str:
    """What the calibration of this name found, in Markdown."""
    summary = json.loads((RESULTS / name / "summary.json").read_text(encoding="utf-8"))
    counts, watched = summary["counts"], summary["validation_inside"]
    earned = [own for own in summary["unknowns"] if own["earned"] == "calibrated"]
    points = summary["waves"][-1]["points"]
    unknowns = _table(
        ("number", "now", "posterior median (5 to 95 %)", "moved, sd of the prior", "contraction"),
        [
            (f"`{own['name']}`", f"{own['value']:.4g}", f"{own['median']:.4g} ({own['low']:.3g} to {own['high']:.3g})",
             f"{own['moved']:+.2f}", f"{own['contraction']:.2f}")
            for own in sorted(summary["unknowns"], key=lambda own: -own["contraction"])
        ],
    )  # fmt: skip
    checks = _table(("check", "found"), [(name, found) for name, found in summary["checks"].items()])
    lines = [
        f"{len(summary['unknowns'])} unknowns, {counts['used']} of {counts['rows']} rows used, {points} points in "
        f"{len(summary['waves'])} waves, largest R-hat {summary['r_hat']:.3f}.",
        "",
        f"- Rows inside their band: {counts['used_inside_before']} of {counts['used']} at the model as it is, "
        f"{counts['used_inside_after']} at the mean of the posterior ({summary['expected_inside']}).",
        f"- Validation rows inside: {watched['before']} of {len(summary['validation'])} before, {watched['after']} after.",
        f"- {len(earned)} of the numbers are narrowed by 30 % or more; the others the rows hardly know, however well they "
        "are met.",
        f"- {_outcome(summary['unknowns'], watched)}",
        "",
        *(f"- Left out: {row['row']}: {row['left_out']}." for row in summary["rows"] if row["left_out"]),
        "",
        "### What the rows say of the numbers",
        "",
        unknowns,
        "",
        "### Calibration rows",
        "",
        "Simulated with patients who took no part; bold lies outside; \\* is a tolerance chosen by us.",
        "",
        _rows(summary["rows"]),
        "",
        "### Validation rows",
        "",
        "Rows that took no part, as far as these arms can say them.",
        "",
        _rows(summary["validation"]),
        "",
        "### Checks",
        "",
        checks,
    ]
    return "\n".join(lines)
