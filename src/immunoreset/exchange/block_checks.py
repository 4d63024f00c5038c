"""The checks of a block of rows: each looks at the different words of a column, so that millions of rows take seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from immunoreset.endpoints.items import Item, items
from immunoreset.endpoints.known import Floats
from immunoreset.exchange.conversions import Names, ReadingLog, Scale, prednisone_factors
from immunoreset.exchange.csv_records import Coded
from immunoreset.exchange.dates import Times, read_dates, read_days, read_ends
from immunoreset.exchange.marks import Marks, other_reading, read_all
from immunoreset.exchange.values import BELOW_IS_ABNORMAL, read_attribution, read_limits, read_values

ROUNDING = 1e-9  # slack of the possible limits, relative: what a conversion may lose
OTHER_WORDS = {"female": "f", "male": "m"}

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

ITEMS: tuple[Item, ...] = tuple(items().values())
KINDS = np.array([item.kind for item in ITEMS])
LOWEST = np.array([item.lowest for item in ITEMS])
HIGHEST = np.array([item.highest for item in ITEMS])
LABORATORY = KINDS == "quantity"
NUMERIC = np.isin(KINDS, ("quantity", "dose", "points"))
COUNTS = np.array([item.measure is not None and "/uL" in item.measure.UNITS for item in ITEMS])
COUNTS |= np.array(  # a dose of 1.000 mg is one or a thousand; the others are written as whole numbers and reach thousands
    [item.kind == "dose" or item.code in ("PREDNISONE", "FERRITIN", "CK", "LDH", "ALT", "AST", "IL6", "DSDNA") for item in ITEMS]
)
SMALL_UNIT = 1.1e-3  # of the standard one, such as mg/g for g/g: thousands of it are ordinary
LOWER_LIMIT = np.array([item.code in BELOW_IS_ABNORMAL for item in ITEMS])


class Measured(NamedTuple):
    """What the rows say (n,): item by its place, value in standard units, and how their units became standard.

    `item` is -1 and `value` nan where faulty; `beyond` is the sign of a value written as <0.5, 0 else; `group` is the place in
    `scales` of the row's item and unit, -1 for none.
    """

    item: Places
    value: Floats
    missing: Flags
    beyond: Floats
    group: Places
    scales: list[tuple[int, Scale]]

    def scaled(self, numbers: Floats) -> Floats:
        """Numbers in the unit of each row as standard ones; nan where the row has no unit."""
        if not self.scales:
            return np.full(len(self.item), np.nan)
        factor = np.array([scale.factor for _, scale in self.scales])[self.group]
        offset = np.array([scale.offset for _, scale in self.scales])[self.group]
        return np.where(self.group >= 0, numbers * factor + offset, np.nan)


class Block:
    """A block of rows on its way through the checks; `found` are its faults and `bad` (n,) the rows that have one."""

    def __init__(self, lines: Places, columns: Mapping[str, Coded], *, names: Names, marks: Marks | None) -> None:
        self.lines, self.columns, self.names, self.marks = lines, columns, names, marks
        self.found: list[tuple[int, str, str]] = []
        self.bad = np.zeros(len(lines), dtype=bool)

    def __len__(self) -> int:
        return len(self.lines)

    def mark(self, rows: Flags, column: str, reason: str | Callable[[int], str]) -> None:
        """Note a fault of these rows."""
        self.bad |= rows
        for row in np.flatnonzero(rows).tolist():
            self.found.append((int(self.lines[row]), column, reason if isinstance(reason, str) else reason(row)))

    def mark_words(self, column: str, reason: Mapping[int, str]) -> None:
        """Note the fault of a word on every row that has it."""
        if reason:
            codes = self.columns[column].codes
            self.mark(np.isin(codes, list(reason)), column, lambda row: reason[int(codes[row])])

    def text(self, column: str, row: int) -> str:
        """What stands in a column of a row; nothing where there is no such column."""
        if column not in self.columns:
            return ""
        coded = self.columns[column]
        return coded.words[coded.codes[row]]

    def numbers(self, column: str) -> list[str]:
        """Different words of a column, with points for decimal commas where the file writes these."""
        words, reasons = read_all(self.columns[column].words, self.marks)
        self.mark_words(column, reasons)
        return words

    def patients(self) -> None:
        """Every row names its patient."""
        self.mark_words("patient", {k: "no patient" for k, word in enumerate(self.columns["patient"].words) if not word})

    def times(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Date, day, time of day in seconds (nan where there is none) and how long an interval lasts, (n,) each."""
        date, clock, date_bad = self._time("date", read_dates)
        day, _, day_bad = self._time("day", self._days)
        neither = np.isnan(date) & np.isnan(day) & ~date_bad & ~day_bad
        self.mark(neither, "date" if "date" in self.columns else "day", "neither a date nor a day")
        lasting = np.full(len(self), np.nan)
        if "end" not in self.columns:
            return date, day, clock, lasting
        column = self.columns["end"]
        as_date, as_day = read_ends(self.numbers("end"))
        self.mark_words("end", as_date.reason | as_day.reason)
        given = np.array([bool(word) for word in column.words], dtype=bool)[column.codes] & ~self.bad
        for start, ends in ((date, as_date), (day, as_day)):
            length = ends.number[column.codes] - start
            lasting = np.where(np.isnan(lasting), length, lasting)
        self.mark(given & (lasting < 0), "end", "the end is before the start")
        apart = "the end is a date and the start a day, or the other way round; write both in the same way"
        self.mark(given & np.isnan(lasting), "end", apart)
        return date, day, clock, lasting

    def _time(self, column: str, read: Callable[[list[str]], Times]) -> tuple[Floats, Floats, Flags]:
        """Numbers, times of day in seconds and what is faulty, (n,) each."""
        nothing = np.full(len(self), np.nan)
        if column not in self.columns:
            return nothing, nothing, np.zeros(len(self), dtype=bool)
        codes = self.columns[column].codes
        times = read(self.columns[column].words)
        self.mark_words(column, times.reason)
        clock = nothing if times.clock is None else times.clock[codes]
        faulty = np.zeros(len(times.number), dtype=bool)
        faulty[list(times.reason)] = True
        return times.number[codes], clock, faulty[codes]

    def _days(self, words: list[str]) -> Times:
        plain, reasons = read_all(words, self.marks)
        times = read_days(plain)
        return times._replace(reason=times.reason | reasons)

    def measured(self) -> Measured:
        """Items, and values in standard units within the possible limits."""
        column = self.columns["item"]
        known = [self.names.item(word) for word in column.words]
        self.mark_words("item", {k: reason for k, (_, reason) in enumerate(known) if reason})
        item = np.array([number for number, _ in known], dtype=np.int64)[column.codes]
        value, missing, beyond = self._values(item)
        group, scales = self._scales(item, missing)
        measured = Measured(item, value, missing, beyond, group, scales)
        in_unit = np.where((item >= 0) & NUMERIC[item], measured.scaled(value), value)
        slack = ROUNDING * np.maximum(1, HIGHEST[item])
        outside = (item >= 0) & NUMERIC[item] & ((in_unit < LOWEST[item] - slack) | (in_unit > HIGHEST[item] + slack))
        outside |= ((beyond < 0) & (in_unit <= LOWEST[item]) | (beyond > 0) & (in_unit >= HIGHEST[item])) & (np.abs(beyond) > 1)
        self.mark(outside, "value", lambda row: self._impossible(row, ITEMS[item[row]]))
        self._ambiguous_counts(measured, "value")
        return measured._replace(value=in_unit)

    def _ambiguous_counts(self, measured: Measured, column: str) -> None:
        """Counts, doses and what has small units, whose mark may be one of thousands and both readings are possible."""
        words, codes = self.columns[column].words, self.columns[column].codes
        item = measured.item
        count = (item >= 0) & (COUNTS[item] | (measured.scaled(np.ones(len(item))) <= SMALL_UNIT))
        by_word = np.full(len(words), np.nan)
        for code in np.flatnonzero(np.bincount(codes[count], minlength=len(words))).tolist():
            by_word[code] = other_reading(words[code], printed_only=self.marks is None)
        if np.isnan(by_word).all():
            return
        other = by_word[codes]
        ambiguous = count & (measured.scaled(other) <= HIGHEST[item]) & ~self.bad

        def reason(row: int) -> str:
            return f"'{words[codes[row]]}' may also mean {other[row]:.0f}, and both are possible; write it without a mark"

        self.mark(ambiguous, column, reason)

    def _impossible(self, row: int, item: Item) -> str:
        given = f"{self.text('value', row)} {self.text('unit', row)}".strip()
        return f"{given} is impossible: {item.code} lies in {f'{item.lowest:g} to {item.highest:g} {item.unit}'.strip()}"

    def _values(self, item: Places) -> tuple[Floats, Flags, Floats]:
        """Values in the unit of the file, which rows say that there is none, and the signs of those known by a limit only."""
        codes = self.columns["value"].codes
        read = read_values(self.numbers("value"))
        value, missing, beyond = read.number[codes], read.missing[codes], read.beyond[codes].astype(float)
        is_word, is_answer = (item >= 0) & (KINDS[item] == "word"), (item >= 0) & (KINDS[item] == "yes_no")
        value = np.where(is_answer, read.yes_no[codes], value)
        value[is_word] = self._words(item[is_word], codes[is_word])
        missing &= np.isnan(value)
        wrong = np.isnan(value) & ~missing & (item >= 0)
        self.mark(wrong, "value", lambda row: _not_a_value(self.text("value", row), ITEMS[item[row]]))
        return value, missing, np.where(is_word | is_answer, 0.0, beyond)

    def _words(self, item: Places, codes: Places) -> Floats:
        """Places of words in the lists of their items; nan for a word that is not in the list."""
        words = self.columns["value"].words
        group, pairs = pd.factorize(item * len(words) + codes)
        places = np.full(len(pairs), np.nan)
        for k, pair in enumerate(pairs.tolist()):
            number, code = divmod(pair, len(words))
            word = words[code].lower()
            known = [one.lower() for one in ITEMS[number].words]
            for form in (word, word.replace(" ", "_").replace("-", "_"), OTHER_WORDS.get(word, word)):
                if form in known:
                    places[k] = known.index(form)
        return places[group] if len(pairs) else np.zeros(0)

    def _scales(self, item: Places, missing: Flags) -> tuple[Places, list[tuple[int, Scale]]]:
        """For each row the group of its item and unit, -1 where faulty or without a value, and the scale of each group."""
        unit = self.columns.get("unit", Coded(np.zeros(len(self), dtype=np.int64), [""]))
        asked = (item >= 0) & ~missing
        found, pairs = pd.factorize(item[asked] * len(unit.words) + unit.codes[asked])
        group = np.full(len(self), -1, dtype=np.int64)
        group[asked] = found
        scales: list[tuple[int, Scale]] = []
        reasons: dict[int, str] = {}
        for k, pair in enumerate(pairs.tolist()):
            number, code = divmod(pair, len(unit.words))
            scale = self.names.scale(number, unit.words[code])
            if isinstance(scale, str):
                reasons[k], scale = scale, Scale()
            scales.append((number, scale))
        if reasons:
            faulty = np.isin(group, list(reasons))
            self.mark(faulty, "unit", lambda row: reasons[int(group[row])])
            group[faulty] = -1
        return group, scales

    def limits(self, measured: Measured) -> tuple[Floats, Floats]:
        """The laboratory's lower and upper limits in standard units, nan where not given."""
        ends = {"lower_limit": np.full(len(self), np.nan), "upper_limit": np.full(len(self), np.nan)}
        for column in ("lower_limit", "upper_limit", "limit"):
            if column not in self.columns:
                continue
            read, codes = read_limits(self.numbers(column)), self.columns[column].codes
            self.mark_words(column, read.reason)
            self._ambiguous_counts(measured, column)
            bare, below = read.bare[codes], LOWER_LIMIT[measured.item]
            if column == "limit":
                given = {"lower_limit": np.where(below, bare, np.nan), "upper_limit": np.where(below, np.nan, bare)}
            else:
                given = {column: bare}
            for end, numbers in (("lower_limit", read.lower[codes]), ("upper_limit", read.upper[codes])):
                numbers = np.where(np.isnan(numbers), given.get(end, np.nan), numbers)
                clash = ~np.isnan(ends[end]) & ~np.isnan(numbers) & (ends[end] != numbers)
                self.mark(clash, column, f"differs from the {end.replace('_', ' ')} of the same row")
                ends[end] = np.where(np.isnan(ends[end]), numbers, ends[end])
        lower, upper = ends["lower_limit"], ends["upper_limit"]
        column = "limit" if "limit" in self.columns else "lower_limit"
        self.mark(lower > upper, column, "the lower limit is above the upper")
        takes_none = (measured.item >= 0) & ~LABORATORY[measured.item] & ~(np.isnan(lower) & np.isnan(upper))
        self.mark(takes_none, column, lambda row: f"{ITEMS[measured.item[row]].code} has no laboratory limits; leave them empty")
        return measured.scaled(lower), measured.scaled(upper)

    def cause(self) -> Floats:
        """What each finding is put down to (DISEASE, RELEASE or OTHER), nan where nobody judged."""
        if "attribution" not in self.columns:
            return np.full(len(self), np.nan)
        causes, reason = read_attribution(self.columns["attribution"].words)
        self.mark_words("attribution", reason)
        return causes[self.columns["attribution"].codes]

    def note(self, measured: Measured, log: ReadingLog) -> None:
        """Count in the log what was converted, what is known by a limit only and what has no value."""
        good = ~self.bad
        counted = good & (measured.group >= 0)
        for (number, scale), rows in zip(
            measured.scales, np.bincount(measured.group[counted], minlength=len(measured.scales)).tolist(), strict=True
        ):
            item = ITEMS[number]
            log.convert(item, scale, rows)
            if rows and item.kind == "dose":
                log.converted[item.code, item.unit, f"{item.unit} of prednisone", prednisone_factors()[item.code], 0.0] += rows
        beyond = good & (measured.beyond != 0)
        for number in np.unique(measured.item[beyond]).tolist():
            log.censored[ITEMS[number].code] += int((measured.item[beyond] == number).sum())
        log.without_value += int((good & measured.missing).sum())


def _not_a_value(text: str, item: Item) -> str:
    """Why a text is no value of an item."""
    if item.kind == "yes_no":
        return f"'{text}' is neither yes nor no"
    if item.kind == "word":
        return f"'{text}' is no word of {item.code}: {', '.join(item.words)}"
    hint = "; write a decimal point (a decimal comma only between semicolons)" if "," in text else ""
    return f"'{text}' is not a number{hint}"
