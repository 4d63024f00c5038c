"""Drugs: concomitant medication and exposure become intervals of daily glucocorticoid doses and of drugs that change a score.

A drug whose end is not given is taken as going on; one that began before the study without a date counts from the reference date.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.exchange.cdisc import dictionary
from immunoreset.exchange.cdisc.blocks import Block, Texts, each, first_given
from immunoreset.exchange.cdisc.partial_dates import first_possible, last_possible
from immunoreset.exchange.cdisc.study import Source
from immunoreset.exchange.cdisc.study_days import certain
from immunoreset.exchange.dates import date_number, date_text

GOES_ON = frozenset({"ONGOING", "AFTER", "DURING/AFTER", "CONTINUING"})
BEFORE = frozenset({"BEFORE", "BEFORE/DURING"})
NOT_GIVEN = "where the drug was not given"
NOT_SYSTEMIC = "of glucocorticoids not given by mouth or injection, which do not count"
NO_END = "without an end: the drug is taken as going on"
BEGAN_BEFORE = "where the drug began before the study without a date: counted from the reference date"
START_IN_PART = "with a start known only in part: the drug counts from the last day on which it can have begun"
END_IN_PART = "with an end known only in part: the drug counts to the first day on which it can have ended"
NEVER_CERTAIN = "with no day on which the drug was taken for certain"
GLUCOCORTICOID, FLAG = "glucocorticoid", "flag"


@dataclass(frozen=True)
class Variables:
    """What a dataset of drugs calls its columns."""

    names: tuple[str, ...]
    dose: tuple[str, ...]
    unit: str
    frequency: str
    route: str
    indication: tuple[str, ...]
    occurrence: str
    start: tuple[str, ...]
    start_day: str
    end: tuple[str, ...]
    end_day: str
    ongoing: tuple[str, ...]
    before: str
    total: str = ""
    equivalent: str = ""


def sdtm_variables(domain: str) -> Variables:
    """The variables of CM, EX or EC."""

    def name(ending: str) -> str:
        return f"{domain}{ending}"

    return Variables(
        names=(name("DECOD"), name("TRT")),
        dose=(name("DOSE"), name("DOSTXT")),
        unit=name("DOSU"),
        frequency=name("DOSFRQ"),
        route=name("ROUTE"),
        indication=(name("INDC"), name("CAT"), name("SCAT")),
        occurrence=name("OCCUR"),
        start=(name("STDTC"),),
        start_day=name("STDY"),
        end=(name("ENDTC"),),
        end_day=name("ENDY"),
        ongoing=(name("ENRF"), name("ENRTPT"), name("ONGO")),
        before=name("STRF"),
        total=name("DOSTOT"),
        equivalent="PREDEQ",  # a supplemental qualifier
    )


ADAM = Variables(
    names=("CMDECOD", "CMTRT"),
    dose=("CMDOSE", "CMDOSTXT"),
    unit="CMDOSU",
    frequency="CMDOSFRQ",
    route="CMROUTE",
    indication=("CMINDC", "CMCAT", "CMSCAT"),
    occurrence="CMOCCUR",
    start=("ASTDT", "CMSTDTC"),
    start_day="ASTDY",
    end=("AENDT", "CMENDTC"),
    end_day="AENDY",
    ongoing=("CMENRF", "CMENRTPT", "ONGOFL"),
    before="CMSTRF",
    equivalent="PREDEQ",
)


def add_medication(source: Source, variables: Variables) -> None:
    """Read a dataset of drugs; drugs that are not in the dictionary are counted."""
    for block in source.blocks():
        every = np.ones(len(block), dtype=bool)
        add_drugs(source, block, every, variables, flags_too=True)
    source.study.taken.complete = not source.lost
    source.close()


def add_drugs(source: Source, block: Block, rows: np.ndarray, variables: Variables, *, flags_too: bool) -> None:
    """The drugs in some rows of a block: glucocorticoids, and with `flags_too` all others that a score uses."""
    drugs = _Drugs(source, block, variables)
    for row in np.flatnonzero(rows).tolist():
        drugs.read(row, flags_too=flags_too)
    drugs.put()


class _Drugs:
    """The drugs of a block, gathered row by row and handed to the store together."""

    def __init__(self, source: Source, block: Block, variables: Variables) -> None:
        self.source, self.block, self.variables = source, block, variables
        self.patients = block.text("USUBJID")
        self.names = first_given(*(block.text(name) for name in variables.names))
        self.occurred = block.upper(variables.occurrence)
        self.routes = block.text(variables.route)
        reasons = [block.text(name) for name in variables.indication]
        self.indications = reasons[0] + " " + reasons[1] + " " + reasons[2]
        starts = block.recorded_date(variables.start)
        ends = block.recorded_date(variables.end)
        start, end = source.times(block, starts, variables.start_day), source.times(block, ends, variables.end_day)
        self.in_part = start.unplaced, end.unplaced
        self.earliest = np.where(start.unplaced, each(start.in_part, first_possible), "")
        self.latest = np.where(end.unplaced, each(end.in_part, last_possible), "")
        self.start, self.end, self.never = certain(start, end)
        self.ongoing = [block.upper(name) for name in variables.ongoing]
        self.before, self.frequency = block.upper(variables.before), block.text(variables.frequency)
        self.doses = first_given(*(block.text(name) for name in variables.dose))
        self.units, self.totals = block.text(variables.unit), block.text(variables.total)
        self.equivalents = block.text(variables.equivalent)
        self.found: dict[str, list[tuple[int, str, str]]] = {GLUCOCORTICOID: [], FLAG: []}

    def read(self, row: int, *, flags_too: bool) -> None:
        """Gather what one row says, or count it."""
        name, route = self.names[row], self.routes[row]
        if self.occurred[row] == "N":
            return self.source.remark(NOT_GIVEN)
        steroid = dictionary.glucocorticoid(name)
        flags = dictionary.flags(name, indication=self.indications[row], route=route) if flags_too else ()
        if steroid and dictionary.is_local(route):
            return self.source.remark(NOT_SYSTEMIC)
        if not steroid and not flags:
            return self.source.leave([name.upper()])
        self._begin(row)
        self._end(row)
        self._note(row, (*(("PREDNISONE",) if steroid else ()), *flags))
        for unplaced, sentence in zip(self.in_part, (START_IN_PART, END_IN_PART), strict=True):
            self.source.remark(sentence, int(unplaced[row]))
        if self.never[row]:
            return self.source.remark(NEVER_CERTAIN)
        if steroid:
            try:
                code, dose = self._dose(row, steroid)
            except InvalidValue as error:
                return self.source.reject(self.block, row, self.variables.dose[0], str(error))
            self.found[GLUCOCORTICOID].append((row, code, dose))
        start = self.start.dates[row]
        if not steroid or not start or _is_date(start):  # a date that cannot be read is reported once
            self.found[FLAG].extend((row, code, "yes") for code in flags)

    def _note(self, row: int, codes: tuple[str, ...]) -> None:
        """Remember when drugs were taken, whether or not the store accepts the dose."""
        start, end = self.earliest[row] or self.start.dates[row], self.latest[row] or self.end.dates[row]
        for code in codes:
            self.source.study.taken.note(self.patients[row], code, start, end)

    def _begin(self, row: int) -> None:
        """A drug that began before the study without a date counts from the reference date."""
        if not self.start.dates[row] and not self.start.days[row] and self.before[row] in BEFORE:
            reference = self.source.study.subjects.references(self.patients[row : row + 1])[0]
            if not np.isnan(reference):
                self.start.dates[row] = date_text(reference)
                self.source.remark(BEGAN_BEFORE)

    def _end(self, row: int) -> None:
        """Where no end is given, the drug goes on, unless it was given once."""
        if self.end.dates[row] or self.end.days[row]:
            return
        if self.frequency[row].upper() == "ONCE":
            self.end.dates[row], self.end.days[row] = self.start.dates[row][:10], self.start.days[row]
            return
        if not any(flag[row] in GOES_ON or flag[row] == "Y" for flag in self.ongoing):
            self.source.remark(NO_END)
        self.end.dates[row] = self.end.days[row] = "ongoing"

    def _dose(self, row: int, steroid: str) -> tuple[str, str]:
        """The item and its mg a day. Raises InvalidValue."""
        if self.equivalents[row]:
            return "PREDNISONE", self.equivalents[row]
        total = self.totals[row]
        frequency = "QD" if total else self.frequency[row]
        one_day = bool(self.start.dates[row]) and self.start.dates[row][:10] == self.end.dates[row][:10]
        mg = dictionary.daily_mg(total or self.doses[row], self.units[row], frequency, one_day=one_day)
        return steroid, f"{mg:.12g}"

    def put(self) -> None:
        """Hand everything to the store."""
        variables = self.variables
        names = {"item": variables.names[0], "date": variables.start[0], "day": variables.start_day, "end": variables.end[0]}
        for kind, rows in self.found.items():
            if not rows:
                continue
            place = np.array([row for row, _, _ in rows])
            block = Block(self.block.dataset, self.block.numbers[place], ())
            block.keep("USUBJID", self.patients[place])
            when = self.start.take(place)
            ends = np.where(when.dates != "", self.end.dates[place], self.end.days[place])
            texts = {"item": _texts([code for _, code, _ in rows]), "value": _texts([value for _, _, value in rows]), "end": ends}
            texts["unit"] = np.full(len(rows), "mg/day" if kind == GLUCOCORTICOID else "", dtype=object)
            value = variables.dose[0] if kind == GLUCOCORTICOID else variables.names[0]
            self.source.put(block, np.ones(len(rows), dtype=bool), when, texts, names=names | {"value": value})


def _texts(texts: list[str]) -> Texts:
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def _is_date(text: str) -> bool:
    try:
        return bool(date_number(text[:10]))
    except ValueError:
        return False
