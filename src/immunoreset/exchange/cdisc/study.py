"""What the datasets of a study share while they are read: the store, subjects, adverse events and what was left aside."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from immunoreset.exchange.adverse_events import AdverseEvent, AdverseEvents
from immunoreset.exchange.cdisc.blocks import Block, Flags, Texts, blocks
from immunoreset.exchange.cdisc.not_taken import ITEMS, Taken
from immunoreset.exchange.cdisc.study_days import NO_DAY_ZERO, Moments, Subjects, date_number, moments
from immunoreset.exchange.csv_records import Coded
from immunoreset.exchange.dataset import Dataset
from immunoreset.exchange.intake import FileIntake, IntakeStore
from immunoreset.exchange.row_checks import Place

MOST_CODES = 1_000  # that are counted one by one
OTHERS = "others"
IN_PART = "with a date known only in part and no study day: kept out of the visits, whose day is not known"
NOT_TAKEN = "what the medication does not name was not taken"
NOT_COMPLETE = "no list of all drugs: the files hold no CDISC subjects with medication of which every row and date could be read"
Names = Mapping[str, str]


@dataclass
class Study:
    """The datasets of one study; `product` names the cell product where its usual words would not find it.

    Work to be done once all datasets are in, such as what depends on day 0, waits in `at_end`. `dated` says whether anything had
    a date: a study may have been stripped of all dates and count in days alone. With `all_drugs_listed`, what the medication does
    not name was not taken.
    """

    store: IntakeStore
    product: str = ""
    dated: bool = False
    all_drugs_listed: bool = False
    taken: Taken = field(default_factory=Taken)
    subjects: Subjects = field(default_factory=Subjects)
    events: list[AdverseEvent] = field(default_factory=list)
    at_end: list[Callable[[], None]] = field(default_factory=list)

    def finish(self) -> AdverseEvents:
        """All datasets are in: do what waited for that."""
        for step in self.at_end:
            step()
        if self.all_drugs_listed:
            self._add_not_taken()
        return AdverseEvents(tuple(self._from_day_zero(event) for event in self.events))

    def _add_not_taken(self) -> None:
        if not (self.taken.complete and self.subjects.known and self.dated):
            self.store.notes.append(f"{NOT_COMPLETE}; a drug that they do not name stays missing")
            return
        rows = self.taken.rows_of_gaps(self.subjects)
        file = self.store.file(Place("(what the medication does not name)", by_line=False), in_order=False)
        self.store.insert(file.number, rows)
        self.store.notes.append(
            f"{NOT_TAKEN} ({', '.join(ITEMS)}): {len(self.subjects.known):,} subjects, {len(rows):,} stretches"
        )

    def _from_day_zero(self, event: AdverseEvent) -> AdverseEvent:
        zero = self.subjects.day_zero(event.patient)
        days = [date_number(date) - zero for date in (event.start, event.end)]
        start, end = (
            given if math.isnan(day) else day for day, given in zip(days, (event.start_day, event.end_day), strict=True)
        )
        return event._replace(start_day=start, end_day=end)


@dataclass
class Source:
    """One dataset on its way into the store; `domain` is what its codes are looked up in.

    Every row goes to the store, is rejected with a reason, is kept elsewhere, or is counted in the notes as left aside.
    """

    study: Study
    file: str
    dataset: Dataset
    domain: str
    left: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    _files: dict[tuple[tuple[str, str], ...], FileIntake] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.dataset.name

    def variable(self, ending: str) -> str:
        """The name of a variable of this domain."""
        return f"{self.domain}{ending}"

    def blocks(self) -> Iterator[Block]:
        """The rows, block by block; those that cannot be read have been noted by the reader of the file and are counted."""
        last, before = 0, len(self.study.store.faults)
        for block in blocks(self.dataset):
            if len(block):
                self._lose(int(block.numbers[-1]) - last - len(block))
                last = int(block.numbers[-1])
                yield block
        faults = list(self.study.store.faults)[before:]
        behind = {fault.row for fault in faults if fault.file == self.file and fault.row is not None and fault.row > last}
        self._lose(len(behind))

    def _lose(self, rows: int) -> None:
        self.lost += rows
        self.study.store.count(read=rows, faulty=rows)

    def times(self, block: Block, dates: Texts, day: str) -> Moments:
        """When the rows happened (n,), by a date or by the study day in the column `day`."""
        references = self.study.subjects.references(block.text("USUBJID"))
        return moments(dates, block.text(day), references)

    def put(self, block: Block, rows: Flags, when: Moments, texts: Mapping[str, Texts], *, names: Names) -> None:
        """Hand rows (n,) to the store; `texts` are columns of the store (n,), `names` what the dataset calls them."""
        patients = block.text("USUBJID")
        strangers = rows & self.study.subjects.are_unknown(patients)
        for row in np.flatnonzero(strangers).tolist():
            self.reject(block, row, "USUBJID", f"no subject '{patients[row]}' in {self.study.subjects.listed_in}")
        no_day = rows & ~strangers & when.day_zero
        for row in np.flatnonzero(no_day).tolist():
            self.reject(block, row, names.get("day", "day"), f"day 0: {NO_DAY_ZERO}")
        placed = ~when.unplaced
        self.remark(IN_PART, int((rows & ~strangers & ~no_day & ~placed).sum()))
        kept = np.flatnonzero(rows & ~strangers & ~no_day & placed)
        if not len(kept):
            return
        self.study.dated |= bool((when.dates[kept] != "").any())
        columns = {"patient": patients, "date": when.dates, "day": when.days, **texts}
        coded = {column: Coded.of(values[kept]) for column, values in columns.items()}
        self._file(names).add(block.numbers[kept], coded)

    def reject(self, block: Block, row: int, column: str, reason: str) -> None:
        """A row of the block that cannot be used."""
        self._file({}).reject(int(block.numbers[row]), reason, column)

    def report(self, block: Block, row: int, column: str, reason: str) -> None:
        """Another fault of a row that is counted elsewhere."""
        self._file({}).report(int(block.numbers[row]), column, reason)

    def _file(self, names: Names) -> FileIntake:
        key = tuple(sorted(names.items()))
        if key not in self._files:
            place = Place(self.file, names={"patient": "USUBJID", **names}, by_line=False)
            self._files[key] = self.study.store.file(place, in_order=False)
        return self._files[key]

    def leave(self, codes: Sequence[str] | Texts) -> None:
        """Count rows that no score uses, by their code."""
        for code, rows in Counter(list(codes)).items():
            known = code in self.left or len(self.left) < MOST_CODES
            self.left[(code or "(no code)") if known else OTHERS] += rows

    def remark(self, sentence: str, rows: int = 1) -> None:
        """Count rows about which the reader should know something."""
        if rows:
            self.remarks[sentence] += rows

    def close(self) -> None:
        """Put into words what was left aside, after the last row."""
        notes = self.study.store.notes
        if self.left:
            told = ", ".join(f"{code} {_rows(rows)}" for code, rows in sorted(self.left.items()))
            notes.append(f"{self.name}: not used by any score: {told}")
        notes.extend(f"{self.name}: {_rows(rows)} {sentence}" for sentence, rows in sorted(self.remarks.items()))


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def missing_variables(dataset: Dataset, needed: Sequence[Sequence[str]]) -> str:
    """What a dataset lacks, of groups of variables of which it needs one each; "" if nothing.

    >>> missing_variables(Dataset.of_rows("LB", "", [], []), [["USUBJID"], ["LBDTC", "LBDY"]])
    'dataset LB lacks USUBJID; LBDTC or LBDY'
    """
    lacking = [" or ".join(group) for group in needed if not set(group) & set(dataset.names)]
    return f"dataset {dataset.name} lacks {'; '.join(lacking)}" if lacking else ""
