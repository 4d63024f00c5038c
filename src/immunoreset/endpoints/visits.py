"""A table of visits: one row for each patient and day, sorted, with a column for each item that somebody wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.items import items
from immunoreset.endpoints.known import DECIMALS, Answer, Floats, Range
from immunoreset.errors import InvalidValue, unknown

Columns = Mapping[str, Floats]
SIGNS = {"<": -2, "<=": -1, ">=": 1, ">": 2}  # of a number that is known by a limit only
STEPS = {"EDSS": 0.5}  # scales whose next value is further off than numbers are compared
OTHER, DISEASE, RELEASE = 0, 1, 2  # what a finding is put down to; RELEASE: cytokine release or neurotoxicity of the cells


@dataclass(frozen=True)
class Visits:
    """Visits of some patients; day 0 is the infusion.

    `patients` are their names and `patient` (n,) the place in it, ascending; `day` (n,) ascends within a patient. `values`,
    `lower` and `upper` (the laboratory's limits) and `cause` (DISEASE, RELEASE or OTHER; nan where nobody judged) hold
    columns (n,) by item code, in standard units, nan where nothing was written down; an item that nobody wrote down has no
    column. A value written as <0.5 stands there as 0.5 and in `beyond` (n,) by its sign, one of `SIGNS`, nan where exact.
    `recorded` are the items of a whole file of which these visits are a part, `recorded_upper` those with an upper limit:
    what a study never records is taken otherwise than what is missing at one visit, however patients are batched.
    """

    patients: tuple[str, ...]
    patient: NDArray[np.int64]
    day: Floats
    values: Columns
    lower: Columns = field(default_factory=dict)
    upper: Columns = field(default_factory=dict)
    cause: Columns = field(default_factory=dict)
    beyond: Columns = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()
    recorded_upper: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.day)

    @property
    def starts(self) -> NDArray[np.int64]:
        """First row of each patient who has a row, (m,)."""
        new = np.ones(len(self), dtype=bool)
        new[1:] = self.patient[1:] != self.patient[:-1]
        return np.flatnonzero(new)

    def has(self, *codes: str) -> bool:
        """Whether any of these items was written down at all, in these visits or elsewhere in what they are part of."""
        return any(code in self.values or code in self.recorded for code in codes)

    def has_upper_limit(self, code: str) -> bool:
        """Whether the laboratory's upper limit of this item was ever given."""
        return code in self.upper or code in self.recorded_upper

    def column(self, code: str) -> Floats:
        """Values of an item (n,) without their signs, all nan if nobody wrote it down. Raises UnknownName."""
        return self._column(self.values, code)

    def signs(self, code: str) -> Floats:
        """The signs of values that are known by a limit only (n,), 0 for all others."""
        return np.nan_to_num(self._column(self.beyond, code))

    def exact(self, code: str) -> NDArray[np.bool_]:
        """Where a value was written down that is known exactly (n,)."""
        return ~np.isnan(self.column(code)) & (self.signs(code) == 0)

    def number(self, code: str) -> Range:
        """A number (n,): anything where missing, and from or to the end of what is possible where written with < or >."""
        return self._number(code, -np.inf, np.inf)

    def lower_limit(self, code: str) -> Floats:
        """The laboratory's lower limits of an item (n,)."""
        return self._column(self.lower, code)

    def upper_limit(self, code: str) -> Floats:
        """The laboratory's upper limits of an item (n,)."""
        return self._column(self.upper, code)

    def due_to(self, what: int, code: str, *, if_not_judged: bool | None = True) -> Answer:
        """Whether the item is put down to a cause, `DISEASE` or `RELEASE`; `if_not_judged` says what silence means."""
        column = self._column(self.cause, code)
        silent, yes = np.isnan(column), column == what
        return Answer(yes | (silent & (if_not_judged is True)), (~yes & ~silent) | (silent & (if_not_judged is False)))

    def answer(self, code: str) -> Answer:
        """A yes-or-no item (n,)."""
        return Answer.of(self.column(code))

    def points(self, code: str) -> Range:
        """A count or score (n,) within its possible limits."""
        return self._number(code, items()[code].lowest, items()[code].highest)

    def written(self, code: str) -> list[str]:
        """Numbers known by a limit only, as they were written but in standard units, "" for all others.

        >>> visits = Visits.from_long(patient=["A", "A"], day=[0, 28], item=["CRP"] * 2, value=[5.0, 7.0], beyond=[-2, 0])
        >>> visits.written("CRP"), visits.number("CRP")
        (['<5', ''], Range([0. 7.] to [4.999999 7.      ]))
        """
        if code not in self.beyond:
            return [""] * len(self)
        names = {sign: name for name, sign in SIGNS.items()}
        pairs = zip(self.signs(code).tolist(), self.column(code).tolist(), strict=True)
        return [names[sign] + f"{value!r}".removesuffix(".0") if sign else "" for sign, value in pairs]

    def _number(self, code: str, lowest: float, highest: float) -> Range:
        column = self.column(code)
        number = Range.of(column, lowest=lowest, highest=highest)
        if code not in self.beyond:
            return number
        signs, item = self.signs(code), items()[code]
        inside = STEPS.get(code, 10.0**-DECIMALS) * (np.abs(signs) == SIGNS[">"])
        low = np.where(signs > 0, column + inside, np.where(signs < 0, item.lowest, number.low))
        high = np.where(signs < 0, column - inside, np.where(signs > 0, item.highest, number.high))
        return Range(np.minimum(low, highest), np.maximum(high, lowest))

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
        cause: ArrayLike | None = None,
        beyond: ArrayLike | None = None,
    ) -> Visits:
        """From a long table with a row for each value (m,), in standard units and any order.

        >>> visits = Visits.from_long(patient=["A", "A"], day=[0, 28], item=["PGA", "PGA"], value=[2.0, 0.3])
        >>> visits.column("PGA").tolist()
        [2.0, 0.3]

        Raises UnknownName for an item and InvalidValue for two different values of one item on one day.
        """
        patient_code, names = pd.factorize(np.asarray(patient), sort=True)
        item_code, codes = pd.factorize(np.asarray(item), sort=True)
        for code in codes.tolist():
            if code not in items():
                raise unknown("item", str(code), items())
        day_code, days = pd.factorize(np.asarray(day, dtype=float), sort=True)
        row, rows = pd.factorize(patient_code * len(days) + day_code, sort=True)
        row_patient, row_day = np.divmod(rows, len(days))
        values = np.asarray(value, dtype=float)
        clash = _first_clash(row * len(codes) + item_code, values)
        if clash is not None:
            at, one, other = clash
            when = f"patient {names[patient_code[at]]}, day {days[day_code[at]]:g}"
            raise InvalidValue(f"{when}: {codes[item_code[at]]} is both {one:g} and {other:g}; keep one of them")

        def pivot(column: ArrayLike | None) -> dict[str, Floats]:
            if column is None:
                return {}
            numbers = np.asarray(column, dtype=float)
            table = np.full((len(codes), len(rows)), np.nan)
            given = ~np.isnan(numbers)
            table[item_code[given], row[given]] = numbers[given]
            return {str(code): table[k] for k, code in enumerate(codes) if not np.isnan(table[k]).all()}

        return cls(
            patients=tuple(str(name) for name in names),
            patient=row_patient.astype(np.int64),
            day=days[row_day],
            values=pivot(values),
            lower=pivot(lower),
            upper=pivot(upper),
            cause=pivot(cause),
            beyond=pivot(None if beyond is None else np.where(np.asarray(beyond) == 0, np.nan, beyond)),
        )


def _first_clash(cell: NDArray[np.int64], values: Floats) -> tuple[int, float, float] | None:
    """A place in the long table whose cell has two different values, and both; None if there is none."""
    known = np.flatnonzero(~np.isnan(values))
    if len(pd.unique(cell[known])) == len(known):
        return None
    order = known[np.lexsort((values[known], cell[known]))]
    clash = np.flatnonzero((cell[order[1:]] == cell[order[:-1]]) & (values[order[1:]] != values[order[:-1]]))
    if not clash.size:
        return None
    first = int(clash[0])
    return int(order[first]), float(values[order[first]]), float(values[order[first + 1]])
