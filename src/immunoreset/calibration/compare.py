"""Two calibrations beside each other: unknowns in standard deviations of the first posterior, rows with their verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def compared(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """What changed from the first to the second, by unknown and by row; what only one has is named."""
    mine, other = ({own["name"]: own for own in one["unknowns"]} for one in (first, second))
    unknowns = []
    for name, a in mine.items():
        if name not in other:
            continue
        b = other[name]
        width = max((a["high"] - a["low"]) / 3.29, 1e-300)  # 5 to 95 % of a normal
        unknowns.append(
            {"name": name, "first": a["median"], "second": b["median"], "moved_sd": (b["median"] - a["median"]) / width,
             "contraction_first": a["contraction"], "contraction_second": b["contraction"]}
        )  # fmt: skip
    rows_a, rows_b = ({row["row"]: row for row in one["rows"]} for one in (first, second))
    rows = [
        {"row": name, "first": rows_a[name]["after"], "second": rows_b[name]["after"],
         "first_verdict": rows_a[name]["after_verdict"], "second_verdict": rows_b[name]["after_verdict"]}
        for name in rows_a
        if name in rows_b and rows_a[name]["used"] and rows_b[name]["used"]
    ]  # fmt: skip
    return {
        "first": first["title"],
        "second": second["title"],
        "unknowns": sorted(unknowns, key=lambda own: (-abs(own["moved_sd"]), own["name"])),
        "rows": rows,
        "only_first": sorted((mine.keys() - other.keys()) | (rows_a.keys() - rows_b.keys())),
        "only_second": sorted((other.keys() - mine.keys()) | (rows_b.keys() - rows_a.keys())),
        "inside_first": sum(row["first_verdict"] == "inside" for row in rows),
        "inside_second": sum(row["second_verdict"] == "inside" for row in rows),
    }
