"""The command that asks what the headlines of a study depend on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from immunoreset.options import AsCsv, AsJson, Force, Seed, Threads

if TYPE_CHECKING:
    from immunoreset.sensitivity_analysis import Sensitivity


def sensitivity(
    study: Annotated[Path, typer.Argument(help="A study document whose patients are drawn from a population.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the run, made new.", show_default="runs/NAME-sensitivity")
    ] = None,
    arm: Annotated[str, typer.Option(metavar="NAME", help="The arm that is asked about.", show_default="the first one")] = "",
    headlines: Annotated[
        str, typer.Option(metavar="A,B", help="Outcomes to ask about, by name.", show_default="the usual headlines of the arm")
    ] = "",
    top: Annotated[int, typer.Option(min=1, help="Numbers of the model whose total effects are found.")] = 24,
    rows: Annotated[int | None, typer.Option(min=1, help="Rows of 8 patients for total effects.", show_default="256")] = None,
    patients: Annotated[
        int | None, typer.Option(min=1, help="Patients of the screen, a multiple of 16.", show_default="256")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="64 patients and 128 rows: which numbers matter, not how much.")] = False,
    seed: Seed = None,
    force: Force = False,
    as_json: AsJson = False,
    csv: AsCsv = False,
    threads: Threads = None,
) -> None:
    """What the headlines of an arm depend on: every number of the model by itself, then the total effects of the strongest."""
    from immunoreset import store
    from immunoreset.commands import print_json
    from immunoreset.sensitivity_analysis import analysis, save, tables
    from immunoreset.study_document import Study
    from immunoreset.terminal import mention_compiling, steps_bar
    from immunoreset.toml_document import naming

    named = [name.strip() for name in headlines.split(",") if name.strip()] if headlines else None
    place = out or Path("runs") / f"{study.stem}-sensitivity"
    document = Study.read(study).changed(seed=seed)
    with store.new_run(place, force=force) as scratch, naming(study):
        mention_compiling(sys.stderr)
        with steps_bar(sys.stderr) as report:
            found = analysis.sensitivity(
                document,
                top=top,
                headlines=named,
                patients=patients or (analysis.QUICK_PATIENTS if quick else analysis.PATIENTS),
                rows=rows or (analysis.QUICK_ROWS if quick else analysis.ROWS),
                arm=arm,
                threads=threads,
                progress=report,
            )
        save.fill(found, scratch, csv=csv)
    if as_json:
        print_json(tables.summary_of(found))
    else:
        _print(found, place)


def _print(found: Sensitivity, place: Path) -> None:
    """The three largest total effects on each headline, and how much of all hangs on numbers that nobody measured."""
    from rich.table import Table

    from immunoreset.errors import printable
    from immunoreset.sensitivity_analysis.page import share
    from immunoreset.terminal import RESEARCH_ONLY, console_of

    table = Table(title=printable(found.study.title), box=None, header_style="bold", title_justify="left")
    for heading in ("Headline", "Largest total effects, % (95 % interval)", "Assumed or tuned, %"):
        table.add_column(heading, overflow="fold")
    names, shares = found.standing_shares
    for h, one in enumerate(found.question.headlines):
        places = [found.factors.names.index(name) for name in found.strongest(one.name, 3)]
        cells = [(found.factors.names[k], share(found.effects.total, (k, h))) for k in places]
        largest = "; ".join(f"{name} {cell.words} ({cell.interval})" for name, cell in cells if cell.shade)
        unmeasured = [share(shares, (names.index(name), h)).words for name in ("assumed", "tuned") if name in names]
        table.add_row(one.title, largest if found.resolved[h] else "not resolved: more --rows", " + ".join(unmeasured))
    console = console_of(sys.stdout)
    console.print(table)
    counts = found.counts
    console.print(
        f"{len(found.question.unknowns)} numbers, {len(found.held)} not moved; {counts.without_patients:,} of {counts.points:,} "
        f"points without patients; {sum(counts.failures.values()):,} courses failed. {RESEARCH_ONLY}"
    )
    typer.echo(f"report: {place / 'report.html'}")
