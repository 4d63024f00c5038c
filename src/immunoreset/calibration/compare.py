"""Two calibrations beside each other: unknowns in standard deviations of the first posterior, rows with their verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TextIO


def compared(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """What changed from the first to the second, by unknown and by row; what only one has is named."""
    mine, other = ({own["name"]: own for own in one["unknowns"]} for one in (first, second))
    unknowns = []
    for name in mine.keys() & other.keys():
        a, b = mine[name], other[name]
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
        if name in rows_b
    ]  # fmt: skip
    return {
        "first": first["title"],
        "second": second["title"],
        "unknowns": sorted(unknowns, key=lambda own: -abs(own["moved_sd"])),
        "rows": rows,
        "only_first": sorted((mine.keys() - other.keys()) | (rows_a.keys() - rows_b.keys())),
        "only_second": sorted((other.keys() - mine.keys()) | (rows_b.keys() - rows_a.keys())),
        "inside_first": sum(row["first_verdict"] == "inside" for row in rows),
        "inside_second": sum(row["second_verdict"] == "inside" for row in rows),
    }


def print_compared(found: Mapping[str, Any], stream: TextIO) -> None:
    """The unknowns that moved most, then every row whose verdict changed."""
    from rich.table import Table

    from immunoreset.terminal import console_of

    table = Table(box=None, pad_edge=False)
    for name in ("number", "first", "second", "moved, sd", "contraction"):
        table.add_column(name)
    for own in found["unknowns"]:
        narrowed = f"{own['contraction_first']:.2f} to {own['contraction_second']:.2f}"
        table.add_row(own["name"], f"{own['first']:.4g}", f"{own['second']:.4g}", f"{own['moved_sd']:+.2f}", narrowed)
    console_of(stream).print(table)
    stream.write(f"rows inside: {found['inside_first']} and {found['inside_second']} of {len(found['rows'])}\n")
    for row in found["rows"]:
        if row["first_verdict"] != row["second_verdict"]:
            stream.write(f"{row['row']}: {row['first_verdict']} to {row['second_verdict']}\n")
    for which in ("first", "second"):
        if found[f"only_{which}"]:
            stream.write(f"only in the {which}: {', '.join(found[f'only_{which}'])}\n")
