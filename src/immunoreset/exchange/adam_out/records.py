"""From columns of numbers to records: study days, dates, texts of limited length, and what is missing left missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from immunoreset.endpoints.known import Floats
from immunoreset.endpoints.scoring.score import Scored
from immunoreset.endpoints.scoring.sheet import Rows, Sheet
from immunoreset.errors import InvalidValue
from immunoreset.exchange.dataset import Column, Row, Value

MOST_TEXT = 200  # characters of a text in a transport file
VISITS_AT_ONCE = 2_000
Values = NDArray | Sequence[Value] | str


def text(name: str, label: str, *, key: int | None = None) -> Column:
    return Column(name, label, "string", key_sequence=key)


def number(name: str, label: str, *, key: int | None = None) -> Column:
    return Column(name, label, "float", key_sequence=key)


def whole(name: str, label: str, *, key: int | None = None) -> Column:
    return Column(name, label, "integer", key_sequence=key)


def day_column(name: str, label: str) -> Column:
    return Column(name, label, "date", display_format="E8601DA10.", target_data_type="integer")


STUDY = (text("STUDYID", "Study Identifier", key=1), text("USUBJID", "Unique Subject Identifier", key=2))
MISSING = tuple(text(f"MISSRSN{part}", f"Inputs Missing{' (Continued)' if part else ''}") for part in ("", "2", "3"))


@dataclass(frozen=True)
class Part:
    """Some patients of a study, scored. `dates` are those of day 0, by patient; who has none gets no dates.

    `subjects` tells of patients what `Subject.told` does, such as their site and arm.
    """

    study: str
    scored: Scored
    dates: Mapping[str, date]
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def told(self, name: str) -> NDArray[np.object_]:
        """What is known of each patient by the name of an ADSL variable, "" where nothing is."""
        return np.array([self.subjects.get(one, {}).get(name, "") for one in self.scored.visits.patients], dtype=object)

    @cached_property
    def sheet(self) -> Sheet:
        return Sheet(self.scored.visits, self.scored.protocol)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        return np.array(self.scored.visits.patients, dtype=object)

    @cached_property
    def _day_zero(self) -> Floats:
        found = (self.dates.get(name) for name in self.scored.visits.patients)
        return np.array([np.nan if day is None else day.toordinal() for day in found], dtype=float)

    def dates_on(self, patient: NDArray[np.int64], day: Floats) -> list[str | None]:
        """ISO dates of days since the infusion, None where the patient's day 0 has no date or the day is nan."""
        ordinals = self._day_zero[patient] + np.floor(day)
        known = {ordinal: _date(ordinal) for ordinal in np.unique(ordinals[np.isfinite(ordinals)]).tolist()}
        return [known.get(ordinal) for ordinal in ordinals.tolist()]

    def slices(self) -> Iterator[tuple[int, int]]:
        """First visit, and the first one after, of some whole patients at a time."""
        visits = self.scored.visits
        begin = 0
        for start in visits.starts.tolist():
            if start - begin >= VISITS_AT_ONCE:
                yield begin, start
                begin = start
        if begin < len(visits):
            yield begin, len(visits)


def _date(ordinal: float) -> str:
    try:
        return date.fromordinal(int(ordinal)).isoformat()
    except (ValueError, OverflowError) as error:
        raise InvalidValue(f"a visit lies {ordinal:.0f} days after the year 1; check the date of day 0") from error


def study_day(day: Floats) -> Floats:
    """The day as ADaM counts it: the infusion is day 1 and the day before is day -1; nan stays.

    >>> study_day(np.array([-1.0, 0.0, 28.5])).tolist()
    [-1.0, 1.0, 29.0]
    """
    begun = np.floor(day)
    return np.where(begun >= 0, begun + 1, begun)


def yes_no(values: Floats) -> list[str]:
    """The letters Y, N and, where not known, an empty text, of 1, 0 and nan."""
    return ["" if value != value else "Y" if value else "N" for value in values.tolist()]


def flag(values: NDArray[np.bool_]) -> list[str]:
    """The letter Y where true, else an empty text."""
    return ["Y" if value else "" for value in values.tolist()]


def split_reasons(reasons: Sequence[str]) -> dict[str, list[str]]:
    """The columns of what is missing: a list too long for one text goes on in the next, nothing is cut.

    >>> parts = split_reasons([", ".join(["IMMUNOSUPPRESSANT"] * 11), "PGA"])
    >>> parts["MISSRSN2"], parts["MISSRSN3"]
    (['IMMUNOSUPPRESSANT', ''], ['', ''])
    """
    split = {reason: _pieces(reason) for reason in set(reasons)}
    return {column.name: [split[reason][place] for reason in reasons] for place, column in enumerate(MISSING)}


def _pieces(reason: str) -> tuple[str, ...]:
    pieces = [""]
    for name in reason.split(", "):
        longer = f"{pieces[-1]}, {name}" if pieces[-1] else name
        if len(longer) > MOST_TEXT and len(pieces) < len(MISSING):
            pieces.append(name)
        else:
            pieces[-1] = longer
    return (*pieces, *[""] * (len(MISSING) - len(pieces)))


def records(columns: Sequence[Column], values: Mapping[str, Values], order: Rows | None = None) -> list[Row]:
    """Records from values by column (a single one holds for all), in the order given; infinite and nan become missing."""
    count = max(len(value) for value in values.values() if not isinstance(value, str))
    lists = [_as_list(column, values[column.name], count) for column in columns]
    rows = list(zip(*lists, strict=True))
    return rows if order is None else [rows[place] for place in order.tolist()]


def _as_list(column: Column, values: Values, count: int) -> list[Value]:
    if isinstance(values, str):
        return [values] * count
    if column.is_number and isinstance(values, np.ndarray):
        convert = int if column.data_type == "integer" else float
        finite = np.isfinite(values).tolist()
        return [convert(one) if there else None for one, there in zip(values.tolist(), finite, strict=True)]
    return values.tolist() if isinstance(values, np.ndarray) else list(values)
