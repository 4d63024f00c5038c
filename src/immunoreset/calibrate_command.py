"""`immunoreset calibrate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from immunoreset.errors import Cancelled, InvalidFile
from immunoreset.options import AsJson, Force, OutOfFile, Resume, Threads

MOST_NAMED = 8
COLUMNS = {
    "unknowns": {"name", "median", "low", "high", "contraction", "earned", "at_mean"},
    "rows": {"row", "after", "after_verdict", "used"},
}
"""What a summary must say of every unknown and every row to be compared or accepted."""


def calibrate(
    document: Annotated[Path | None, typer.Argument(help="A calibration document; docs/calibration.md describes it.")] = None,
    out: OutOfFile = None,
    force: Force = False,
    resume: Resume = False,
    as_json: AsJson = False,
    threads: Threads = None,
    check: Annotated[
        bool, typer.Option("--check", help="Also check how far to trust it: simulated data, truths of the engine.")
    ] = False,
    compare: Annotated[
        tuple[Path, Path] | None, typer.Option("--compare", metavar="A B", help="Compare two finished calibrations instead.")
    ] = None,
    accept: Annotated[
        Path | None,
        typer.Option(
            "--accept",
            metavar="FOLDER",
            help="Write a finished calibration into the tables of numbers; --force also where validation becomes worse.",
        ),
    ] = None,
) -> None:
    """Draw the numbers that are not known from what published rows say of them. A run that was stopped goes on."""
    if document is not None and (compare is not None or accept is not None):
        raise InvalidFile(f"--{'compare' if compare else 'accept'} takes finished calibrations; leave '{document}' out")
    if compare is not None:
        _compare(*compare, as_json=as_json)
        return
    if accept is not None:
        _accept(accept, force=force)
        return
    if document is None:
        raise InvalidFile("name a calibration document, or --compare A B, or --accept FOLDER; docs/calibration.md shows one")
    from immunoreset.calibration.folder import calibrate as calibrate_document
    from immunoreset.commands import print_json
    from immunoreset.terminal import mention_compiling, steps_bar

    place = out or Path("runs") / document.stem
    if resume and (place / "summary.json").is_file() and not force:
        _print_finished(document, place, as_json=as_json)
        return
    mention_compiling(sys.stderr)
    with _goes_on(place), steps_bar(sys.stderr) as report:
        found = calibrate_document(document, place, check=check, force=force, threads=threads, progress=report)
    print_json(found.summary) if as_json else _print(found.summary, place)


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


def _print_finished(document: Path, place: Path, *, as_json: bool) -> None:
    """Print the calibration that is there already. Raises InvalidFile for one of something else."""
    from immunoreset.calibration.document import read_document
    from immunoreset.calibration.lock import lock_of, stale
    from immunoreset.calibration.plan import plan_of
    from immunoreset.commands import print_json

    summary = _summary(place)
    changed = stale(summary["lock"], lock_of(plan_of(read_document(document))))
    if changed:
        raise InvalidFile(f"the calibration in '{place}' rests on another {' and '.join(changed[:3])}; replace it with --force")
    print_json(summary) if as_json else _print(summary, place)


def _print(summary: dict[str, Any], place: Path) -> None:
    from rich.table import Table

    from immunoreset.terminal import RESEARCH_ONLY, console_of

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
    if summary["validation"]:
        inside, of = summary["validation_inside"], len(summary["validation"])
        typer.echo(f"validation rows inside their bands: {inside['before']} of {of} before, {inside['after']} after")
    typer.echo(RESEARCH_ONLY)
    for row in summary["rows"]:
        if row["left_out"]:
            typer.echo(f"left out: {row['row']}: {row['left_out']}")
    for name, found in summary["checks"].items():
        typer.echo(f"{name}: {found}")
    typer.echo(f"report: {place / 'report.html'}")


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
    from immunoreset.calibration.compare import compared
    from immunoreset.commands import print_json

    found = compared(_summary(first), _summary(second))
    print_json(found) if as_json else _print_compared(found)


def _print_compared(found: Mapping[str, Any]) -> None:
    """The unknowns that moved most, then every row whose verdict changed."""
    from rich.table import Table

    from immunoreset.terminal import console_of

    table = Table(box=None, pad_edge=False)
    for name in ("number", "first", "second", "moved, sd of first", "contraction"):
        table.add_column(name)
    for own in found["unknowns"]:
        narrowed = f"{own['contraction_first']:.2f} to {own['contraction_second']:.2f}"
        table.add_row(own["name"], f"{own['first']:.4g}", f"{own['second']:.4g}", f"{own['moved_sd']:+.2f}", narrowed)
    console_of(sys.stdout).print(table)
    typer.echo(f"rows inside: {found['inside_first']} and {found['inside_second']} of {len(found['rows'])}")
    for row in found["rows"]:
        if row["first_verdict"] != row["second_verdict"]:
            typer.echo(f"{row['row']}: {row['first_verdict']} to {row['second_verdict']}")
    for which in ("first", "second"):
        if found[f"only_{which}"]:
            names = found[f"only_{which}"]
            shown = ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")
            typer.echo(f"only in the {which}: {shown}")


def _accept(folder: Path, *, force: bool) -> None:
    from immunoreset.calibration.accept import check_trusted, edits, write
    from immunoreset.catalogue import Theta

    summary = _summary(folder)
    check_trusted(summary, folder, worse_is_fine=force)
    written = edits(summary["unknowns"], summary["rests_on"], folder.resolve().name, Theta.current())
    write(written)
    earned = sum(own["earned"] == "calibrated" for own in summary["unknowns"])
    typer.echo(f"{len(summary['unknowns'])} numbers written to {len(written)} tables, {earned} of them as calibrated")
