"""What a person sees in the terminal: progress, the comparison table, the list of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from immunoreset.errors import unknown

if TYPE_CHECKING:
    from immunoreset.patient.parameters import Parameter
    from immunoreset.results import StudyResult
    from immunoreset.study_document import Study

VERDICT_STYLE = {"inside": "blue", "outside": "bold red"}


@contextmanager
def progress_bar(study: Study, stream: TextIO) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar per arm, drawn only on a terminal; None, for no progress, elsewhere."""
    if not stream.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bars:
        tasks = {name: bars.add_task(name, total=None) for name in study.arms}

        def report(arm: str, done: int, total: int) -> None:
            bars.update(tasks[arm], completed=done, total=total)

        yield report


def comparison_table(result: StudyResult, stream: TextIO) -> None:
    """Published and simulated numbers with their verdicts; nothing when the study compares with no publication."""
    if not result.comparisons:
        return
    from rich.console import Console
    from rich.table import Table

    from immunoreset.report.words import interval, number

    table = Table(title=result.title, box=None, header_style="bold", title_justify="left")
    for heading in ("Quantity", "Published", "Band", "Simulated", "Verdict"):
        table.add_column(heading, overflow="fold")
    for row in result.comparisons:
        published = "–" if row.published is None else number(row.published, row.unit)
        simulated = f"{number(row.simulated, row.unit)} ({interval(row.simulated_low, row.simulated_high, row.unit)})"
        verdict = f"[{VERDICT_STYLE[row.verdict]}]{row.verdict}[/]"
        unit = "" if row.unit == "fraction" else f", {row.unit}"
        table.add_row(row.label + unit, published, interval(row.low, row.high, row.unit), simulated, verdict)
    console = Console(file=stream, width=None if stream.isatty() else 120)
    console.print(table)
    console.print("Band: what the published data allow. In brackets: the middle 95 % of trials as small as the published one.")
    console.print("The model was tuned, directly or indirectly, to most of these numbers: agreement is not validation.")


def _chosen(name: str | None) -> list[Parameter]:
    """One parameter by name or symbol, a group of them, or all."""
    from immunoreset.patient.parameters import find, table

    if name is None:
        return list(table().values())
    group = [parameter for parameter in table().values() if parameter.name.startswith(f"{name}.")]
    if group:
        return group
    symbols = [parameter.symbol for parameter in table().values()]
    groups = dict.fromkeys(flat.split(".")[0] for flat in table())
    if name not in table() and name not in symbols:
        raise unknown("parameter", name, [*table(), *symbols, *groups], "`immunoreset parameters` lists all.")
    return [table()[find(name)]]


def parameter_list(name: str | None, as_json: bool, stream: TextIO) -> None:
    """Parameters, one per line: name, symbol, value, unit, bounds, standing and source."""
    from dataclasses import asdict

    from immunoreset.store import to_json

    chosen = _chosen(name)
    if as_json:
        stream.write(to_json({parameter.name: asdict(parameter) for parameter in chosen}) + "\n")
        return
    for parameter in chosen:
        low, high = parameter.bounds
        unit = "" if parameter.unit == "1" else f" {parameter.unit}"
        value = f"{parameter.value:g}{unit} ({low:g} to {high:g})"
        stream.write(f"{parameter.name:42} {parameter.symbol:8} {value:32} {parameter.standing}: {parameter.source}\n")
