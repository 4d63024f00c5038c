"""Rows of a dataset, some thousand at a time, as columns of text: what a store of visits takes and what look-ups work on."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.exchange.dataset import NUMERIC, Batch, Column, Dataset, Value
from immunoreset.exchange.dates import WITH_TIME
from immunoreset.exchange.sas_dates import iso_date

Texts = NDArray[np.object_]
Flags = NDArray[np.bool_]
_TIMED = re.compile(r"(\d{4}-\d\d-\d\d)T[-\d:.Z+]*")


def text_of(value: Value) -> str:
    """A value as text, "" where it is missing; numbers without the noise of their last binary digits.

    >>> text_of(63.0), text_of(0.1 + 0.2), text_of(" Y "), text_of(None)
    ('63', '0.3', 'Y', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.15g}"
    if isinstance(value, bool):
        return "Y" if value else "N"
    return value.strip() if isinstance(value, str) else str(value)


def each(texts: Texts, change: Callable[[str], object]) -> NDArray[np.object_]:
    """What becomes of each text, worked out once for every different one.

    >>> each(np.array(["Y", "N", "Y"], dtype=object), str.lower).tolist()
    ['y', 'n', 'y']
    """
    codes, words = pd.factorize(texts)
    changed = np.empty(len(words), dtype=object)
    for k, word in enumerate(words):
        changed[k] = change(word)
    return changed[codes] if len(words) else np.empty(0, dtype=object)


def truths(texts: Texts, test: Callable[[str], bool]) -> Flags:
    """Which texts pass a test."""
    return each(texts, test).astype(bool)


def first_given(*columns: Texts) -> Texts:
    """In each row the first text that is not empty."""
    found = columns[0]
    for column in columns[1:]:
        found = np.where(found == "", column, found)
    return found


def date_of(text: str) -> str:
    """A date without a time of day that is known in part; a full date and time stays."""
    timed = _TIMED.fullmatch(text)
    return timed[1] if timed and not WITH_TIME.fullmatch(text) else text


@dataclass
class Block:
    """Some rows (n,) of a dataset: `numbers` are theirs in the file; a column that the dataset lacks is empty."""

    dataset: Dataset
    numbers: NDArray[np.int64]
    values: Sequence[Sequence[Value]]
    _read: dict[str, Texts] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def text(self, name: str) -> Texts:
        """A column as text (n,)."""
        if name not in self._read:
            texts = np.full(len(self), "", dtype=object)
            if name in self.dataset.names:
                texts[:] = [text_of(value) for value in self.values[self.dataset.index(name)]]
            self._read[name] = texts
        return self._read[name]

    def recorded_date(self, names: Sequence[str]) -> Texts:
        """The first of some columns of dates that is given (n,); one that was imputed, by its flag, only where no other is."""
        dates = [self.date(name) for name in names]
        imputed = [self.text(f"{name}F") != "" for name in names]
        sure = [np.where(guessed, "", date) for guessed, date in zip(imputed, dates, strict=True)]
        return first_given(*sure, *dates)

    def keep(self, name: str, texts: Texts) -> None:
        """Let a column have these texts (n,)."""
        self._read[name] = texts

    def upper(self, name: str) -> Texts:
        """A column as text in capitals (n,)."""
        return each(self.text(name), str.upper)

    def date(self, name: str) -> Texts:
        """A column of dates as ISO text (n,), whether the file holds text or numbers of SAS."""
        texts = self.text(name)
        column = next((column for column in self.dataset.columns if column.name == name), None)
        return each(texts, _from_sas if column and _counts_days(column) else date_of)


def _counts_days(column: Column) -> bool:
    return column.data_type in NUMERIC


def _from_sas(text: str) -> str:
    try:
        return iso_date(float(text)) if text else ""
    except (InvalidValue, ValueError):
        return text


def blocks(dataset: Dataset) -> Iterator[Block]:
    """The rows of a dataset as they stand in the file."""
    for batch in dataset.batches():
        yield block_of(dataset, batch)


def block_of(dataset: Dataset, batch: Batch) -> Block:
    """A batch of rows, column by column."""
    return Block(dataset, np.asarray(batch.numbers, dtype=np.int64), list(zip(*batch.rows, strict=True)))
