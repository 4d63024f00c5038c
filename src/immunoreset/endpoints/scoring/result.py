"""One score at every visit: what it is, what it could be, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from immunoreset.endpoints.known import Answer, Booleans, Floats, Range

MOST_INPUTS = 62  # one bit each


@dataclass(frozen=True, eq=False)
class Result:
    """A score of all visits.

    `name` is its column, `label` what a clinician calls it, `unit` is empty for answers and grades; `categories` are the words
    of numbers 0, 1, 2, ... `shown` are the visits at which something that it needs was known; `missing` says by input where
    that input was not known; it explains a result that is not known.
    """

    name: str
    label: str
    value: Range | Answer
    shown: Booleans
    missing: Mapping[str, Booleans]
    unit: str = ""
    categories: tuple[str, ...] = ()

    @property
    def is_answer(self) -> bool:
        return isinstance(self.value, Answer)

    @property
    def known(self) -> Booleans:
        known = self.value.decided if isinstance(self.value, Answer) else self.value.known
        return np.broadcast_to(known, self.shown.shape)

    def limits(self) -> tuple[Floats, Floats]:
        """The least and the greatest value that is possible, by visit; an answer counts as 0 and 1."""
        if isinstance(self.value, Answer):
            low, high = self.value.yes.astype(float), (~self.value.no).astype(float)
        else:
            low, high = self.value.low, self.value.high
        return np.broadcast_to(low, self.shown.shape), np.broadcast_to(high, self.shown.shape)

    def why_missing(self) -> NDArray[np.object_]:
        """By visit the names of the inputs that were missing, "" where the result is known all the same.

        A result can be unknown with every input known, as when a laboratory's limit is missing; then the reason says so.
        """
        names = list(self.missing)[:MOST_INPUTS]
        bits = np.zeros(self.shown.shape, dtype=np.int64)
        for place, name in enumerate(names):
            bits |= self.missing[name].astype(np.int64) << place
        codes, patterns = pd.factorize(np.where(self.known, -1, bits))
        texts = ["" if pattern == -1 else _reason(names, int(pattern)) for pattern in patterns]
        return np.array(texts, dtype=object)[codes]


def _reason(names: list[str], pattern: int) -> str:
    absent = [name for place, name in enumerate(names) if pattern >> place & 1]
    return ", ".join(absent) if absent else "a limit of normal, an earlier visit or a value with < or >"
