"""What a person sees in the terminal: progress, the comparison table, the list of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from immunoreset.errors import printable, unknown

if TYPE_CHECKING:
    from rich.console import Console

    from immunoreset.disease.disease import Disease
    from immunoreset.patient.birth_certificates import Parameter
    from immunoreset.patient.theta import Theta
    from immunoreset.results import StudyResult
    from immunoreset.study_document import Study
    from immunoreset.virtual_trial.presented import Cell, Row
    from immunoreset.virtual_trial.run import TrialResult

RESEARCH_ONLY = "Research software: not for treatment decisions."
WIDEST = 9  # columns of a table on a terminal
VERDICT_STYLE = {"inside": "blue", "outside": "bold red"}


COMPILING = "compiling the engine for this machine, once: about a minute, longer on a busy machine"


def mention_compiling(stream: TextIO) -> None:
    """Say once why the first run on a machine takes long."""
    from immunoreset.engine import code_cache, driver

    if not code_cache.is_kept(driver.run_queue):
        stream.write(f"immunoreset: {COMPILING}\n")
        stream.flush()


def console_of(stream: TextIO) -> Console:
    """Where tables are printed; what users wrote is never read as markup."""
    from rich.console import Console

    return Console(file=stream, width=None if stream.isatty() else 120, markup=False, emoji=False, highlight=False)


@contextmanager
def progress_bar(study: Study, stream: TextIO, *, unsure: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar per arm, and one for draws of the numbers where they are `unsure`; drawn only on a terminal, None elsewhere."""
    if not stream.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:>12}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console_of(stream), transient=True) as bars:
        tasks = {
            name: bars.add_task(name, total=None)
            for name in (*study.arms, *(["scan"] * bool(study.scan)), *(["uncertainty"] * unsure))
        }

        def report(arm: str, done: int, total: int) -> None:
            bars.update(tasks[arm], completed=done, total=total)

        yield report


@contextmanager
def steps_bar(stream: TextIO) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar for each step as it comes, such as the arms of a trial; drawn only on a terminal, None elsewhere."""
    if not stream.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:>12}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console_of(stream), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


def trial_tables(result: TrialResult, stream: TextIO) -> None:
    """The main table of a trial, one for each scenario by name; all tables are CSV files of the run."""
    from rich.table import Table
    from rich.text import Text

    from immunoreset.patient.tolerance import in_words

    rows = next(iter(result.presented.tables.values()))
    scenarios = list(dict.fromkeys(row["scenario"] for row in rows)) if "dose" in rows[0] else [None]
    console = console_of(stream)
    for scenario in scenarios:
        title = result.document.title if len(scenarios) == 1 else f"{result.document.title}: {scenario}"
        if scenario is None:
            headings, body = _of_a_width(rows)
        else:
            headings, body = _by_dose([row for row in rows if row["scenario"] == scenario])
        table = Table(title=Text(printable(title)), box=None, header_style="bold", title_justify="left")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in body:
            table.add_row(*(Text(_cell(cell)) for cell in row))
        console.print(table)
    if result.unsure is not None:
        from immunoreset.virtual_trial.unsure_section import sureness_table

        headings, lines = sureness_table(result.unsure)
        table = Table(title="How sure these numbers are", box=None, header_style="bold", title_justify="left")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for line in lines:
            table.add_row(*(Text(printable(cell)) for cell in line))
        console.print(table)
        console.print(f"Numbers: {result.unsure.numbers.words}.")
    failed = sum(result.failures.values())
    solved = f", solved with {in_words(result.tolerances)}" if result.tolerances else ""
    console.print(f"{failed:,} simulations failed{solved}. {RESEARCH_ONLY}")


def _cell(value: Cell) -> str:
    from immunoreset.report.words import number

    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else printable(str(value))


def _by_dose(rows: Sequence[Row]) -> tuple[list[str], list[list[Cell]]]:
    """A row per design and measure with a column per dose; 0 stands for none, or for all doses together."""
    doses = sorted({int(row["dose"]) for row in rows})
    found: dict[tuple[Cell, Cell], dict[int, Cell]] = {}
    for row in rows:
        found.setdefault((row["design"], row["measure"]), {})[int(row["dose"])] = row["value"]
    headings = ["design", "measure", *("none or all" if dose == 0 else f"dose {dose}" for dose in doses)]
    return headings, [[*names, *(values.get(dose, "") for dose in doses)] for names, values in found.items()]


def _of_a_width(rows: Sequence[Row]) -> tuple[list[str], list[list[Cell]]]:
    """The table as it is, or turned on its side where it has too many columns for a terminal."""
    names = list(rows[0])
    if len(names) <= WIDEST:
        return names, [list(row.values()) for row in rows]
    return ["", *(str(row[names[0]]) for row in rows)], [[name, *(row[name] for row in rows)] for name in names[1:]]


def comparison_table(result: StudyResult, stream: TextIO) -> None:
    """Published and simulated numbers with their verdicts; nothing when the study compares with no publication."""
    if not result.comparisons:
        return
    from rich.table import Table
    from rich.text import Text

    from immunoreset.evidence import tuning_in_words
    from immunoreset.report.comparison_words import in_words

    table = Table(title=printable(result.title), box=None, header_style="bold", title_justify="left")
    for heading in ("Quantity", "Published", "Band", "Simulated", "Verdict", "Tuned to"):
        table.add_column(heading, overflow="fold")
    rows = [in_words(row) for row in result.comparisons]
    for row in rows:
        published = f"{row.published} ({row.less_known.split(',')[0]})" if row.less_known else row.published
        verdict = Text(row.verdict, style=VERDICT_STYLE[row.verdict])
        table.add_row(row.label, published, row.band_marked, f"{row.simulated} ({row.spread})", verdict, row.tuned)
    console = console_of(stream)
    console.print(table)
    console.print("Band: what the published data allow; (ours): we chose it, since none is published.")
    console.print("(secondary): read in notes or reviews that cite it. (recalled): unverified.")
    console.print("Simulated: in brackets the middle 95 % of trials as small as the published one.")
    console.print(f"{tuning_in_words(result.comparisons)}: agreement is not validation.")


def uncertainty_tables(result: StudyResult, stream: TextIO) -> None:
    """The intervals of every arm apart; nothing where no numbers were drawn."""
    if result.numbers is None:
        return
    from rich.table import Table

    from immunoreset.report.uncertainty_words import explained, headings, rows_of
    from immunoreset.report.words import arm_in_words

    console = console_of(stream)
    for name, arm in result.arms.items():
        if arm.spread is None:
            continue
        title = printable(f"{result.title}: how sure, {arm_in_words(name)} arm")
        table = Table(title=title, box=None, header_style="bold", title_justify="left")
        for heading in headings(result.numbers, arm.spread.trial_size):
            table.add_column(heading, overflow="fold")
        for row in rows_of(arm):
            table.add_row(*row)
        console.print(table)
    for line in explained(result.numbers):
        console.print(line)


def _chosen(name: str | None, theta: Theta, disease: Disease | None) -> list[Parameter]:
    """One parameter by name, symbol or earlier name, the numbers of a module, or all; as they are in a disease if given."""
    table = theta.table if disease is None else theta.in_host(disease.name)
    if name is None and disease is not None:
        own = {module.name for module in disease.modules}
        replaced = theta.hosts[disease.name].parameters if disease.name in theta.hosts else {}
        return [parameter for flat, parameter in table.items() if flat in replaced or flat.split(".")[0] in own]
    if name is None:
        return list(table.values())
    group = [parameter for parameter in table.values() if parameter.name.startswith(f"{name}.")]
    product = theta.products.get(name)
    if group or product:
        return group or list(product.parameters.values() if product else ())
    if not theta.has(name):
        symbols = [parameter.symbol for parameter in table.values()]
        groups = dict.fromkeys(flat.split(".")[0] for flat in table)
        raise unknown("parameter", name, [*table, *symbols, *groups, *theta.products], "`immunoreset parameters` lists all.")
    return [theta.parameter(name) if disease is None else theta.certificate(name, disease.name)]


def parameter_list(name: str | None, as_json: bool, stream: TextIO, *, disease: str | None = None) -> None:
    """Parameters, one per line: name, symbol, value, unit, bounds, standing and source; as they are in `disease`, if given."""
    from dataclasses import asdict

    from immunoreset.catalogue import built_in
    from immunoreset.store import to_json

    catalogue = built_in()
    chosen = _chosen(name, catalogue.theta, None if disease is None else catalogue.disease(disease))
    if as_json:
        stream.write(to_json({parameter.name: asdict(parameter) for parameter in chosen}) + "\n")
        return
    for parameter in chosen:
        low, high = parameter.bounds
        unit = "" if parameter.unit == "1" else f" {parameter.unit}"
        value = f"{parameter.value:g}{unit} ({low:g} to {high:g})"
        stream.write(f"{parameter.name:42} {parameter.symbol:8} {value:32} {parameter.standing}: {parameter.source}\n")
