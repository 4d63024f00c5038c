"""`immunoreset calibrate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from immunoreset.errors import Cancelled, InvalidFile
from immunoreset.options import AsJson, Force, OutOfFile, Threads

COLUMNS = {
    "unknowns": {"name", "median", "low", "high", "contraction", "earned", "at_mean"},
    "rows": {"row", "after", "after_verdict"},
}
"""What a summary must say of every unknown and every row to be compared or accepted."""


def calibrate(
    document: Annotated[Path | None, typer.Argument(help="A calibration document; docs/calibration.md describes it.")] = None,
    out: OutOfFile = None,
    force: Force = False,
    as_json: AsJson = False,
    threads: Threads = None,
    check: Annotated[
        bool, typer.Option("--check", help="Also check how far to trust it: simulated data, truths of the engine.")
    ] = False,
    compare: Annotated[
        tuple[Path, Path] | None, typer.Option("--compare", metavar="A B", help="Compare two finished calibrations instead.")
    ] = None,
    accept: Annotated[
        Path | None, typer.Option("--accept", metavar="FOLDER", help="Write a finished calibration into the tables of numbers.")
    ] = None,
) -> None:
    """Draw the numbers that are not known from what published rows say of them. A run that was stopped goes on."""
    if compare is not None:
        _compare(*compare, as_json=as_json)
        return
    if accept is not None:
        _accept(accept)
        return
    if document is None:
        raise InvalidFile("name a calibration document, or --compare A B, or --accept FOLDER; docs/calibration.md shows one")
    from immunoreset import store
    from immunoreset.calibration.checks import check_calibration
    from immunoreset.calibration.document import read_document
    from immunoreset.calibration.plan import plan_of
    from immunoreset.calibration.run import calibrate as run
    from immunoreset.calibration.save import fill, summary_of
    from immunoreset.commands import print_json
    from immunoreset.terminal import mention_compiling, steps_bar
    from immunoreset.toml_document import naming

    place = out or Path("runs") / document.stem
    with naming(document):
        plan = plan_of(read_document(document))
    with naming(document), _goes_on(place), store.new_run(place, force=force) as scratch:
        mention_compiling(sys.stderr)
        with steps_bar(sys.stderr) as report:
            found, parts = run(plan, place, threads=threads, progress=report)
            summary = summary_of(found)
            if check:
                summary |= check_calibration(found, parts, threads=threads, progress=report)
        fill(found, scratch, summary)
        parts.copy_into(scratch)
    parts.clear()
    if as_json:
        print_json(summary)
        return
    _print(summary)
    typer.echo(f"report: {place / 'report.html'}")


@contextmanager
def _goes_on(place: Path) -> Iterator[None]:
    """Say of a calibration that is stopped that what was simulated for this place is kept."""
    from immunoreset.calibration.parts import folder_of

    try:
        yield
    except KeyboardInterrupt:
        if not folder_of(place).exists():
            raise
        raise Cancelled("stopped; what was simulated is kept, and the same command goes on from there") from None


def _print(summary: dict[str, Any]) -> None:
    from rich.table import Table

    from immunoreset.terminal import console_of

    table = Table(title=summary["title"], box=None, pad_edge=False)
    for name in ("number", "now", "posterior", "5 to 95 %", "moved, sd", "contraction", "earned"):
        table.add_column(name)
    for own in summary["unknowns"]:
        interval = f"{own['low']:.4g} to {own['high']:.4g}"
        table.add_row(own["name"], f"{own['value']:.4g}", f"{own['median']:.4g}", interval, f"{own['moved']:+.2f}",
                      f"{own['contraction']:.2f}", own["earned"])  # fmt: skip
    console_of(sys.stdout).print(table)
    counts = summary["counts"]
    typer.echo(
        f"{counts['used']} of {counts['rows']} rows used; inside their bands {counts['used_inside_before']} before and "
        f"{counts['used_inside_after']} after" + (f" ({summary['expected_inside']})" if summary["expected_inside"] else "")
    )
    for row in summary["rows"]:
        if row["left_out"]:
            typer.echo(f"left out: {row['row']}: {row['left_out']}")
    for name, found in summary["checks"].items():
        typer.echo(f"{name}: {found}")


def _summary(folder: Path) -> dict[str, Any]:
    file = folder / "summary.json"
    try:
        summary = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidFile(f"'{folder}' is not the folder of a calibration: it holds no summary.json") from None
    except (OSError, ValueError) as fault:
        raise InvalidFile(f"'{file}' cannot be read: {fault}") from None
    if not isinstance(summary, dict) or not {"unknowns", "rows"} <= summary.keys():
        raise InvalidFile(f"'{folder}' is another kind of run; name the folder of a calibration")
    lacking = [] if isinstance(summary.get("title"), str) else ["a title"]
    checked, rests = summary.get("coverage"), summary.get("rests_on")
    if checked and not (isinstance(checked, dict) and {"p", "engine_90"} <= checked.keys() and isinstance(rests, dict)):
        lacking.append("what --check found")
    for table, columns in COLUMNS.items():
        rows = summary[table]
        if not isinstance(rows, list) or not all(isinstance(row, dict) and columns <= row.keys() for row in rows):
            lacking.append(f"columns of '{table}'")
    if lacking:
        raise InvalidFile(f"'{file}' is damaged, it lacks {' and '.join(lacking)}; make the calibration again with --force")
    return summary


def _compare(first: Path, second: Path, *, as_json: bool) -> None:
    from immunoreset.calibration.compare import compared, print_compared
    from immunoreset.commands import print_json

    found = compared(_summary(first), _summary(second))
    print_json(found) if as_json else print_compared(found, sys.stdout)


def _accept(folder: Path) -> None:
    from immunoreset.calibration.accept import check_trusted, edits, write
    from immunoreset.catalogue import Theta

    summary = _summary(folder)
    check_trusted(summary, folder)
    written = edits(summary["unknowns"], summary["rests_on"], folder.resolve().name, Theta.current())
    write(written)
    earned = sum(own["earned"] == "calibrated" for own in summary["unknowns"])
    typer.echo(f"{len(summary['unknowns'])} numbers written to {len(written)} tables, {earned} of them as calibrated")
