"""Score files of real visits: read and check every row, score in batches of patients, write one run folder.

    with store.new_run(folder) as scratch:
        summary = score_files(["visits.csv"], protocol, scratch, ScoringOptions())

Faulty rows stop everything unless `partial` is set; then the rest is scored and what was left out is listed in left_out.csv.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from immunoreset import store
from immunoreset.endpoints.scoring.protocol import Protocol
from immunoreset.endpoints.scoring.score import Scored, score
from immunoreset.errors import InvalidFile, printable, unknown
from immunoreset.exchange.adam_out.write import FORMATS, Format, write_adam
from immunoreset.exchange.adverse_events import adverse_event_table
from immunoreset.exchange.faults import Fault, Faults
from immunoreset.exchange.reading import read_visits
from immunoreset.manifest import machine
from immunoreset.placing import replacing
from immunoreset.report.visits_page import build_visits_page
from immunoreset.report.words import counted
from immunoreset.score_summary import summary_of
from immunoreset.score_tables import ScoreTables

if TYPE_CHECKING:
    from immunoreset.exchange.intake import Intake

LEFT_OUT = "left_out.csv"
MOST_LISTED = 50  # faults that are told one by one
VISITS_AT_ONCE = 30_000


@dataclass(frozen=True)
class ScoringOptions:
    """How a run goes.

    `partial` scores what is right in a faulty file; `csv` writes the tables as CSV too; `adam` names the formats of the ADaM
    datasets to write; `created` is the time that is put into files, ISO 8601. `product` names the cell product of CDISC exposure
    data, and `all_drugs_listed` says that their lists of medication are complete.
    """

    partial: bool = False
    csv: bool = False
    adam: tuple[Format, ...] = ()
    study: str = "immunoreset"
    created: str = ""
    product: str = ""
    all_drugs_listed: bool = False


def adam_formats(text: str) -> tuple[Format, ...]:
    """The formats that are named, separated by commas. Raises UnknownName for one that cannot be written.

    >>> adam_formats("json, xpt")
    ('json', 'xpt')
    """
    named = [part.strip() for part in text.split(",") if part.strip()]
    for name in named:
        if name not in FORMATS:
            raise unknown("format of ADaM datasets", name, FORMATS)
    return tuple(known for known in FORMATS if known in named)


class FaultyRows(InvalidFile):
    """Rows that cannot be read; the first of them were listed."""


class NothingLeft(FaultyRows):
    """Faulty rows were to be left out, and no other is there; left_out.csv lists all of them."""


def score_files(
    paths: Sequence[Path],
    protocol: Protocol,
    scratch: Path,
    options: ScoringOptions,
    *,
    list_faults: Callable[[str], None] | None = None,
    all_faults: Path | None = None,
) -> dict[str, Any]:
    """Score files into an empty folder and return the summary.

    `list_faults` is told the first 50 faulty rows, each as one line of text; where there are more and nothing is written, all of
    them go to the file `all_faults`. Raises FaultyRows if there is one and `partial` is not set, NothingLeft if there is nothing
    else, which leaves the list in the folder, and InvalidFile for a file that cannot be opened or holds nothing to score.
    """
    listing = Listing(list_faults, all_faults)
    with (scratch / LEFT_OUT).open("w", encoding="utf-8", newline="") as left_out:
        faults = Faults(report=left_out)
        listed = options.all_drugs_listed
        with read_visits(paths, faults, product=options.product, all_drugs_listed=listed) as intake:
            left_out.flush()
            if not intake.kept or (len(faults) and not options.partial):
                _refuse(faults, intake, scratch, options, listing)
            summary = _score(intake, protocol, scratch, options)
    if not len(faults):
        (scratch / LEFT_OUT).unlink()
    return summary


@dataclass(frozen=True)
class Listing:
    """Where faults are told: the first of them line by line, all of them in a file if they are many."""

    line: Callable[[str], None] | None = None
    file: Path | None = None

    def tell(self, left_out: Path, count: int, *, kept: str = "") -> str:
        """Tell the faults that are in a file; `kept` names that file if it stays. Says where all of them are."""
        if self.line is not None:
            for line in islice(_fault_lines(left_out), MOST_LISTED):
                self.line(line)
        if count <= MOST_LISTED or kept:
            return kept
        if self.file is None:
            return ""
        with replacing(self.file) as scratch:
            shutil.copyfile(left_out, scratch)
        return f"'{self.file}'"


def _refuse(faults: Faults, intake: Intake, scratch: Path, options: ScoringOptions, listing: Listing) -> NoReturn:
    where = f" {'of' if intake.read else 'in'} {', '.join(intake.files)}" if intake.files else ""
    if not len(faults):
        aside = f": {'; '.join(intake.notes)}" if intake.notes else ""
        raise InvalidFile(f"there is nothing to score in {', '.join(intake.files) or 'these files'}{aside}; nothing was written")
    rows = f" in {counted(intake.read, 'row')}" if intake.read else ""
    found = f"{counted(len(faults), 'fault')}{rows}{where}"
    if options.partial:
        place = listing.tell(scratch / LEFT_OUT, len(faults), kept=LEFT_OUT)
        store.write_json(scratch / store.MANIFEST, _manifest(intake, options))
        raise NothingLeft(f"{found}, and nothing else to score; {place} lists them")
    place = listing.tell(scratch / LEFT_OUT, len(faults))
    mend = "mend it" if len(faults) == 1 else "mend them"
    listed = f"all are listed in {place}" if place else "nothing was written"
    raise FaultyRows(f"{found}; {mend}, or score the rest with --partial; {listed}")


def _by_format(folder: Path, formats: tuple[Format, ...]) -> None:
    """Put the datasets of each format into a folder of their own."""
    for ending in formats:
        (folder / ending).mkdir()
        for file in folder.glob(f"*.{ending}"):
            file.rename(folder / ending / file.name)


def _fault_lines(left_out: Path) -> Iterator[str]:
    """Every fault as one line."""
    with left_out.open(encoding="utf-8", newline="") as listed:
        for row in csv.DictReader(listed):
            line, number = (int(row[name]) if row[name] else None for name in ("line", "row"))
            yield str(Fault(row["file"], line, row["column"], row["reason"], number))


def _manifest(intake: Intake, options: ScoringOptions) -> dict[str, Any]:
    return {**machine(), "created": options.created, "files": list(intake.files), "options": asdict(options)}


def _score(intake: Intake, protocol: Protocol, scratch: Path, options: ScoringOptions) -> dict[str, Any]:
    with ScoreTables(scratch) as tables:

        def batches() -> Iterator[Scored]:
            for visits in intake.batches(VISITS_AT_ONCE):
                scored = score(visits, protocol)
                tables.add(scored)
                yield scored

        if options.adam:
            adam = scratch / "adam"
            adam.mkdir()
            write_adam(
                batches(), adam, study=options.study, created=options.created, formats=options.adam, subjects=intake.subjects
            )
            if len(options.adam) > 1:  # a folder with a dataset in two formats could not be read back
                _by_format(adam, options.adam)
        else:
            for _ in batches():
                pass
        tables.write(csv=options.csv)
        summary = summary_of(tables, intake, protocol)
        _write_adverse_events(intake, scratch, csv=options.csv)
        page = build_visits_page(tables.query, summary)
    store.write_text(scratch / "report.html", page)
    store.write_json(scratch / "summary.json", summary)
    store.write_json(scratch / store.MANIFEST, _manifest(intake, options) | {"protocol": asdict(protocol)})
    return summary


def _write_adverse_events(intake: Intake, scratch: Path, *, csv: bool) -> None:
    """Adverse events that the files name, with their grades as given; no file where there are none."""
    events = adverse_event_table(intake)
    if len(events):
        store.write_table(scratch / "adverse_events.parquet", {str(name): events[name].to_numpy() for name in events})
        if csv:
            events.to_csv(scratch / "adverse_events.csv", index=False)


def _read_in_words(read: Mapping[str, Any]) -> str:
    patients, visits, rows = (counted(read[f"{thing}s"], thing) for thing in ("patient", "visit", "row"))
    return f"{patients}, {visits} from {read['kept']:,} of {rows}" if read["faulty"] else f"{patients}, {visits} from {rows}"


def left_out_in_words(read: Mapping[str, Any]) -> list[str]:
    """One line that says how many rows were left out, none if there is nothing to say."""
    return [f"{read['faulty']:,} of {counted(read['rows'], 'row')} left out: {LEFT_OUT}"] if read["faulty"] else []


def print_summary(summary: Mapping[str, Any], stream: TextIO) -> None:
    """What was read and scored, in a few lines and one table."""
    from rich.console import Console
    from rich.table import Table

    read = summary["read"]
    console = Console(file=stream, width=None if stream.isatty() else 120, markup=False, emoji=False)
    found = (f"  {line}" for line in (*read["conversions"], *read["notes"]))
    for line in (_read_in_words(read), *left_out_in_words(read), *found):
        console.print(printable(line), highlight=False)
    table = Table(box=None, header_style="bold")
    for heading in ("Score", "Visits", "Known", "Result"):
        table.add_column(heading, justify="left" if heading in ("Score", "Result") else "right")
    for row in summary["scores"].values():
        table.add_row(row["label"], f"{row['visits']:,}", f"{row['known']:,}", row["result"])
    console.print(table)
