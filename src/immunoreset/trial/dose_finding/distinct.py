"""Work done once for equal trials: of thousands of simulated trials most have seen the same counts.

Trials that are equal in all that a design looks at get the same answer, so it is worked out for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from immunoreset.trial.outcomes import Counts

_LARGEST = np.iinfo(np.int64).max


def distinct_rows(columns: Iterable[NDArray]) -> tuple[Counts, Counts]:
    """The first row (G,) of each group of rows that are equal in every one of the columns (T,), and the group (T,) of each row.

    Groups are in the order of their columns, the first of them foremost.

    >>> distinct_rows([np.array([2, 1, 2]), np.array([0.5, 0.0, 0.5])])
    (array([1, 0]), array([1, 0, 1]))
    """
    key, places = np.zeros(1, dtype=np.int64), 1  # `key` numbers the rows by the columns so far, from 0 to `places` - 1
    for column in columns:
        code, width = _numbered(column)
        if places > _LARGEST // width:
            seen, key = np.unique(key, return_inverse=True)
            places = len(seen)
        key, places = key * width + code, places * width
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return first, group


def _numbered(column: NDArray) -> tuple[Counts, int]:
    """Whole numbers from 0 in the order of the values, and how many there may be."""
    if column.dtype.kind in "iub" and len(column):
        lowest, highest = int(column.min()), int(column.max())
        if highest - lowest < len(column) + 1024:
            return column.astype(np.int64) - lowest, highest - lowest + 1
    values, code = np.unique(column, return_inverse=True)
    return code, max(len(values), 1)


def for_distinct(
    columns: Iterable[NDArray], compute: Callable[[Counts], tuple[Any, ...]], *, chunk: int | None = None
) -> tuple[Any, ...]:
    """`compute` for every row of the columns (T,), done once for equal rows and at most `chunk` rows at a time.

    `compute` gets the numbers of the rows that it stands for and returns arrays with one entry each, each of which must not
    depend on the other rows.
    """
    first, group = distinct_rows(columns)
    size = chunk or max(len(first), 1)
    parts = [compute(first[begin : begin + size]) for begin in range(0, max(len(first), 1), size)]
    return tuple(np.concatenate(one)[group] for one in zip(*parts, strict=True))
