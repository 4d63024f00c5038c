"""A table of visits: one row for each patient and day, sorted, with a column for each item that somebody wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.items import items
from immunoreset.endpoints.known import Answer, Floats, Range
from immunoreset.errors import InvalidValue, unknown

Columns = Mapping[str, Floats]


@dataclass(frozen=True)
class Visits:
    """Visits of some patients; day 0 is the infusion.

    `patients` are their names and `patient` (n,) the place in it, ascending; `day` (n,) ascends within a patient. `values`,
    `lower` and `upper` (the laboratory's limits) and `due_to_disease` (1, 0; nan where not adjudicated) hold columns (n,) by
    item code, in standard units, nan where nothing was written down; an item that nobody wrote down has no column.
    """

    patients: tuple[str, ...]
    patient: NDArray[np.int64]
    day: Floats
    values: Columns
    lower: Columns = field(default_factory=dict)
    upper: Columns = field(default_factory=dict)
    due_to_disease: Columns = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.day)

    @property
    def starts(self) -> NDArray[np.int64]:
        """First row of each patient who has a row, (m,)."""
        new = np.ones(len(self), dtype=bool)
        new[1:] = self.patient[1:] != self.patient[:-1]
        return np.flatnonzero(new)

    def has(self, *codes: str) -> bool:
        """Whether any of these items was written down at all."""
        return any(code in self.values for code in codes)

    def column(self, code: str) -> Floats:
        """Values of an item (n,), all nan if nobody wrote it down. Raises UnknownName."""
        return self._column(self.values, code)

    def lower_limit(self, code: str) -> Floats:
        """The laboratory's lower limits of an item (n,)."""
        return self._column(self.lower, code)

    def upper_limit(self, code: str) -> Floats:
        """The laboratory's upper limits of an item (n,)."""
        return self._column(self.upper, code)

    def attributed(self, code: str) -> Answer:
        """Whether the item is due to the disease; what nobody adjudicated counts as due to it."""
        column = self._column(self.due_to_disease, code)
        return Answer.of(np.where(np.isnan(column), 1.0, column))

    def answer(self, code: str) -> Answer:
        """A yes-or-no item (n,)."""
        return Answer.of(self.column(code))

    def points(self, code: str) -> Range:
        """A count or score (n,) within its possible limits."""
        item = items()[code]
        return Range.of(self.column(code), lowest=item.lowest, highest=item.highest)

    def words(self, code: str) -> NDArray[np.str_]:
        """The words of a choice (n,), "" where missing."""
        column = self.column(code)
        known = np.array(["", *items()[code].words])
        return known[np.where(np.isnan(column), -1, column).astype(int) + 1]

    def _column(self, columns: Columns, code: str) -> Floats:
        if code not in items():
            raise unknown("item", code, items())
        return columns[code] if code in columns else np.full(len(self), np.nan)

    @classmethod
    def from_long(
        cls,
        *,
        patient: ArrayLike,
        day: ArrayLike,
        item: ArrayLike,
        value: ArrayLike,
        lower: ArrayLike | None = None,
        upper: ArrayLike | None = None,
        due_to_disease: ArrayLike | None = None,
    ) -> Visits:
        """From a long table with a row for each value (m,), in standard units and any order.

        >>> visits = Visits.from_long(patient=["A", "A"], day=[0, 28], item=["PGA", "PGA"], value=[2.0, 0.3])
        >>> visits.column("PGA").tolist()
        [2.0, 0.3]

        Raises UnknownName for an item and InvalidValue for two different values of one item on one day.
        """
        names, patient_code = np.unique(np.asarray(patient, dtype=str), return_inverse=True)
        codes, item_code = np.unique(np.asarray(item, dtype=str), return_inverse=True)
        for code in codes.tolist():
            if code not in items():
                raise unknown("item", code, items())
        days, values = np.asarray(day, dtype=float), np.asarray(value, dtype=float)
        keys = np.rec.fromarrays([patient_code, days], names="patient,day")
        rows, row = np.unique(keys, return_inverse=True)
        kept = ~np.isnan(values)
        _refuse_two_values(row[kept] * len(codes) + item_code[kept], values[kept], codes, rows, names)

        def pivot(column: ArrayLike | None) -> dict[str, Floats]:
            if column is None:
                return {}
            numbers = np.asarray(column, dtype=float)
            table = np.full((len(codes), len(rows)), np.nan)
            given = ~np.isnan(numbers)
            table[item_code[given], row[given]] = numbers[given]
            return {str(code): table[k] for k, code in enumerate(codes) if not np.isnan(table[k]).all()}

        return cls(
            patients=tuple(names.tolist()),
            patient=np.asarray(rows["patient"], dtype=np.int64),
            day=np.asarray(rows["day"], dtype=float),
            values=pivot(values),
            lower=pivot(lower),
            upper=pivot(upper),
            due_to_disease=pivot(due_to_disease),
        )


def _refuse_two_values(cell: NDArray[np.int64], values: Floats, codes: ArrayLike, rows: np.recarray, names: ArrayLike) -> None:
    order = np.lexsort((values, cell))
    cell, values = cell[order], values[order]
    clash = np.flatnonzero((cell[1:] == cell[:-1]) & (values[1:] != values[:-1]))
    if clash.size:
        first = int(clash[0])
        row, column = divmod(int(cell[first]), len(np.asarray(codes)))
        who, when = np.asarray(names)[rows["patient"][row]], rows["day"][row]
        raise InvalidValue(
            f"patient {who}, day {when:g}: {np.asarray(codes)[column]} is both {values[first]:g} and {values[first + 1]:g}; "
            "keep one of them"
        )
