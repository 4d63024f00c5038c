"""Writes a scored study as ADaM datasets, some patients at a time: ADSL, ADRS, ADITEM, ADLB, ADAE and ADTTE."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from immunoreset.endpoints.scoring.score import Scored
from immunoreset.errors import InvalidFile, InvalidValue, unknown
from immunoreset.exchange.adam_out import adae, aditem, adlb, adsl, adtte, bds
from immunoreset.exchange.adam_out.records import Part
from immunoreset.exchange.adam_out.spool import Spool
from immunoreset.exchange.dataset import Column, Dataset, Metadata, Row
from immunoreset.exchange.dataset_json_writer import write_dataset_json
from immunoreset.exchange.xpt_layout import pyreadstat
from immunoreset.exchange.xpt_writer import write_xpt

Format = Literal["json", "ndjson", "dsjc", "xpt"]
FORMATS: tuple[Format, ...] = get_args(Format)
PARAMCD = adtte.COLUMNS.index(next(column for column in adtte.COLUMNS if column.name == "PARAMCD"))


@dataclass(frozen=True)
class Plan:
    """One dataset: its columns, and its records of some patients."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: Callable[[Part], Iterator[list[Row]]]


def plans(b_cells_back: float = adtte.B_CELLS_BACK) -> tuple[Plan, ...]:
    """All datasets, in the order in which they are written."""
    times = partial(adtte.rows, b_cells_back=b_cells_back)
    return (
        Plan(adsl.NAME, adsl.LABEL, adsl.COLUMNS, adsl.rows),
        Plan(bds.NAME, bds.LABEL, bds.COLUMNS, bds.rows),
        Plan(aditem.NAME, aditem.LABEL, aditem.COLUMNS, aditem.rows),
        Plan(adlb.NAME, adlb.LABEL, adlb.COLUMNS, adlb.rows),
        Plan(adae.NAME, adae.LABEL, adae.COLUMNS, adae.rows),
        Plan(adtte.NAME, adtte.LABEL, adtte.COLUMNS, times),
    )


@contextmanager
def adam_datasets(
    batches: Iterable[Scored],
    *,
    study: str,
    dates: Mapping[str, date] | None = None,
    subjects: Mapping[str, Mapping[str, str]] | None = None,
    b_cells_back: float = adtte.B_CELLS_BACK,
) -> Iterator[dict[str, Dataset]]:
    """The datasets by name; their records lie in temporary files until the end of the `with` block.

    `batches` hold whole patients, each patient once. `dates` are those of day 0 by patient, looked up as a batch comes; without
    them the columns of dates are empty. `subjects` are the site, arm and so on of patients, by variable of ADSL. B cells are
    back with `b_cells_back` per uL. Raises InvalidValue for a patient that comes twice.

    >>> from immunoreset.endpoints.scoring.example import USUAL
    >>> from immunoreset.endpoints.scoring.score import score
    >>> from immunoreset.endpoints.visits import Visits
    >>> visits = Visits.from_long(patient=["A", "A"], day=[0, 28], item=["PGA", "PGA"], value=[2.0, 0.5])
    >>> with adam_datasets([score(visits, USUAL)], study="EXAMPLE") as datasets:
    ...     adrs = datasets["ADRS"]
    ...     columns = [adrs.index(name) for name in ("USUBJID", "PARAMCD", "ADY", "AVAL", "BASE", "CHG")]
    ...     [tuple(row[place] for place in columns) for row in adrs.rows()]
    [('A', 'PGA', 1, 2.0, 2.0, None), ('A', 'PGA', 29, 0.5, 2.0, -1.5)]

    Source: CDISC Analysis Data Model Implementation Guide 1.3 (2021), recalled.
    """
    if not study.strip():
        raise InvalidValue("a study needs a name for STUDYID")
    try:
        folder = Path(tempfile.mkdtemp(prefix="immunoreset-adam-"))
    except OSError as error:
        raise InvalidFile(f"cannot write temporary files: {error.strerror}; set TMPDIR to a folder with room") from error
    try:
        yield _collect(
            batches, study=study, dates=dates or {}, subjects=subjects or {}, planned=plans(b_cells_back), folder=folder
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_adam(
    batches: Iterable[Scored],
    folder: Path | str,
    *,
    study: str,
    created: str,
    formats: Sequence[Format] = ("json", "xpt"),
    dates: Mapping[str, date] | None = None,
    subjects: Mapping[str, Mapping[str, str]] | None = None,
    b_cells_back: float = adtte.B_CELLS_BACK,
) -> tuple[Path, ...]:
    """Write adsl, adrs, aditem, adlb, adae and adtte into a folder and say which files there are now.

    `created` is the date and time that the files state, never the clock; the same visits give the same bytes. Arguments as for
    `adam_datasets`. A file is replaced only when its successor is complete; a transport file is held in memory as a whole.
    Raises InvalidFile without pyreadstat when "xpt" is asked for, and for values that a format cannot hold, such as names of
    patients in a transport file that are not ASCII.

    Source: CDISC Dataset-JSON Specification 1.1 (2024); SAS Institute, TS-140 (XPT version 5).
    """
    for name in formats:
        if name not in FORMATS:
            raise unknown("format", name, FORMATS)
    if "xpt" in formats:
        pyreadstat()
    folder = Path(folder)
    written = []
    with adam_datasets(batches, study=study, dates=dates, subjects=subjects, b_cells_back=b_cells_back) as datasets:
        for form in sorted(set(formats), reverse=True):  # transport files first: they refuse more
            for name, dataset in datasets.items():
                path = folder / f"{name.lower()}.{form}"
                write = write_xpt if form == "xpt" else write_dataset_json
                write(dataset, path, created=created)
                written.append(path)
    return tuple(written)


def _collect(
    batches: Iterable[Scored],
    *,
    study: str,
    dates: Mapping[str, date],
    subjects: Mapping[str, Mapping[str, str]],
    planned: Sequence[Plan],
    folder: Path,
) -> dict[str, Dataset]:
    spools = {plan.name: Spool(folder / plan.name) for plan in planned}
    seen: set[str] = set()
    events: set[str] = set()
    for scored in batches:
        twice = seen.intersection(scored.visits.patients)
        if twice:
            raise InvalidValue(f"patient {min(twice)} comes in two batches; all visits of a patient belong into one")
        seen.update(scored.visits.patients)
        part = Part(study, scored, dates, subjects)
        events |= adtte.assessed(part)
        for plan in planned:
            for rows in plan.rows(part):
                spools[plan.name].add(rows)
    found = {}
    for plan in planned:
        spool = spools[plan.name]
        columns = tuple(_as_long_as_needed(one, spool.longest.get(place, 1)) for place, one in enumerate(plan.columns))
        is_times = plan.name == adtte.NAME
        batches_of = partial(spool.batches, partial(_of_events, events=events)) if is_times else spool.batches
        count = len(seen) * len(events) if is_times else spool.records
        metadata = Metadata(study_oid=study, originator="immunoreset")
        found[plan.name] = Dataset(plan.name, plan.label, columns, batches_of, count, metadata)
    return found


def _as_long_as_needed(column: Column, longest: int) -> Column:
    """Texts get the length of the longest one, as regulators ask, which keeps transport files small."""
    return replace(column, length=max(longest, 1)) if column.data_type == "string" else column


def _of_events(row: Row, events: set[str]) -> bool:
    """ADTTE has only the events for which somebody was assessed."""
    return row[PARAMCD] in events
