"""The subjects of a study, from DM or ADSL: age, sex, infusion, death and the date from which study days count."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from immunoreset.exchange.cdisc.blocks import Block, Texts, each, first_given, truths
from immunoreset.exchange.cdisc.partial_dates import is_partial
from immunoreset.exchange.cdisc.study import Source
from immunoreset.exchange.cdisc.study_days import TOLD, Moments, Subject, date_number
from immunoreset.exchange.dates import date_text, read_dates

SEX = {"U": "", "UNDIFFERENTIATED": "", "INTERSEX": ""}
REFERENCE_IN_PART = "of subjects with a date of reference known only in part, from which nothing is counted"
NO_DATE = "of subjects without a date of reference: age and sex are not used"


@dataclass(frozen=True)
class Variables:
    """What a dataset of subjects calls its columns; the first date that is given is the reference, `seen` stands in for it."""

    reference: tuple[str, ...]
    seen: tuple[str, ...]
    death: str
    infusion: str = ""
    left: tuple[str, str] = ("", "")


DM = Variables(reference=("RFSTDTC", "RFXSTDTC"), seen=("RFICDTC", "DMDTC"), death="DTHDTC")
ADSL = Variables(
    reference=("TRTSDT", "RFSTDTC"), seen=("RANDDT", "ENRLDT"), death="DTHDT", infusion="TRTSDT", left=("EOSSTT", "EOSDT")
)
LEFT_STUDY = frozenset({"DISCONTINUED", "WITHDRAWN"})


def add_subjects(source: Source, variables: Variables) -> None:
    """Read the subjects; age and sex wait until all datasets are in, for which of them day 0 is known."""
    subjects = source.study.subjects
    subjects.listed_in = subjects.listed_in or source.name
    for block in source.blocks():
        _Subjects(source, block, variables).read()
    source.study.at_end.append(source.close)


class _Subjects:
    """The subjects of a block."""

    def __init__(self, source: Source, block: Block, variables: Variables) -> None:
        self.source, self.block, self.variables = source, block, variables
        self.patients = block.text("USUBJID")
        given = first_given(*(block.date(name) for name in variables.reference))
        self.references = np.where(truths(given, is_partial), "", given)
        source.remark(REFERENCE_IN_PART, int((given != self.references).sum()))
        self.deaths = block.date(variables.death)

    def read(self) -> None:
        """Note who they are, and hand on the infusions, deaths and drop-outs."""
        source, block, variables = self.source, self.block, self.variables
        known = source.study.subjects.known
        told = {name: block.text(name) for name in TOLD if name in source.dataset.names}
        for row, patient in enumerate(self.patients.tolist()):
            subject = known.setdefault(patient, Subject())
            subject.told |= {name: texts[row] for name, texts in told.items() if texts[row]}
            subject.reference = _if_known(date_number(self.references[row]), subject.reference)
            source.study.subjects.die(patient, date_number(self.deaths[row]))
        self._faulty_references()
        flagged = block.upper("DTHFL") == "Y"
        dated = (self.deaths != "") & ~truths(self.deaths, is_partial)
        flagged |= self.deaths != ""
        self._yes("DEATH", dated, self.deaths, variables.death)
        source.remark("of subjects who died on a date that is not given in full", int((flagged & ~dated).sum()))
        if variables.infusion:
            infusions = block.date(variables.infusion)
            for patient, date in zip(self.patients.tolist(), infusions.tolist(), strict=True):
                if not math.isnan(date_number(date)):
                    source.study.subjects.infuse(patient, date_number(date))
            self._yes("INFUSION", infusions != "", infusions, variables.infusion)
        if all(name in source.dataset.names for name in variables.left):
            left = np.isin(block.upper(variables.left[0]), list(LEFT_STUDY)) & ~(flagged | dated)
            self._yes("DROPOUT", left, block.date(variables.left[1]), variables.left[1])
        source.study.at_end.append(self._at_end())

    def _faulty_references(self) -> None:
        """A reference date that cannot be read; that of an infusion is reported with the infusion."""
        for name in self.variables.reference:
            if name == self.variables.infusion:
                continue
            dates = self.block.date(name)
            times = read_dates(np.where(truths(dates, is_partial), "", dates).tolist())
            for row, reason in times.reason.items():
                self.source.reject(self.block, row, name, reason)

    def _yes(self, item: str, rows: np.ndarray, dates: Texts, column: str) -> None:
        self._put(item, rows, dates, np.full(len(self.block), "yes", dtype=object), {"date": column, "value": column})

    def _put(
        self, item: str, rows: np.ndarray, dates: Texts, values: Texts, names: dict[str, str], *, days: Texts | None = None
    ) -> None:
        when = Moments.of(dates, days)
        texts = {"item": np.full(len(self.block), item, dtype=object), "value": values}
        if item == "AGE":
            texts["unit"] = self.block.text("AGEU")
        self.source.put(self.block, rows, when, texts, names={"unit": "AGEU", **names})

    def _at_end(self) -> Callable[[], None]:
        """Age and sex on the reference date, which is day 0 for whoever has no infusion."""
        sex = each(self.block.upper("SEX"), lambda word: SEX.get(word, word))
        seen = first_given(*(self.block.date(name) for name in self.variables.seen))
        columns = {"AGE": self.block.text("AGE"), "SEX": sex}

        def step() -> None:
            subjects = self.source.study.subjects
            numbers = np.array([date_number(date) for date in first_given(self.references, seen).tolist()])
            dates = np.array(["" if math.isnan(number) else date_text(number) for number in numbers.tolist()], dtype=object)
            zero = np.array([name not in subjects.infused for name in self.patients.tolist()]) & (self.references != "")
            in_days = not self.source.study.dated and not (dates != "").any()
            days = np.where((zero & (dates != "")) | in_days, "0", "").astype(object)
            placed = (dates != "") | in_days
            for item, values in columns.items():
                self._put(item, (values != "") & placed, dates, values, {"value": item}, days=days)
            self.source.remark(NO_DATE, int((~placed).sum()))

        return step


def _if_known(number: float, otherwise: float) -> float:
    return otherwise if math.isnan(number) else number
