"""How a finding at the bedside is written down: yes or no, a number, a word, and the cause it was put down to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import choose
from immunoreset.errors import InvalidValue, unknown

YesNo = Answer | bool | ArrayLike | None
Number = Range | ArrayLike | None
Words = str | ArrayLike | None
Attribution = YesNo | Mapping[str, YesNo]


def graded(words: Words, grades: Mapping[str, int | tuple[int, int]], *, what: str) -> Range:
    """The grade that each word stands for; a pair is the least and the greatest grade that the word leaves open.

    Capitals, blanks and hyphens do not matter; None, "" and nan are missing. Raises UnknownName for any other word.

    >>> graded(["none", "", "CPAP"], {"none": 0, "cpap": 4}, what="oxygen support")
    Range([0. 0. 4.] to [0. 4. 4.])
    """
    given = np.asarray("" if words is None else words)
    flat = given.ravel().tolist()
    seen = {word: number for number, word in enumerate(dict.fromkeys(flat))}
    ends = np.array([_ends(word, grades, what) for word in seen], dtype=float).reshape(-1, 2)
    number = np.array([seen[word] for word in flat], dtype=int).reshape(given.shape)
    return Range(ends[number, 0], ends[number, 1])


def _ends(word: object, grades: Mapping[str, int | tuple[int, int]], what: str) -> tuple[int, int]:
    pairs = {name: one if isinstance(one, tuple) else (one, one) for name, one in grades.items()}
    if word is None or word == "" or word != word:
        return min(low for low, _ in pairs.values()), max(high for _, high in pairs.values())
    plain = str(word).strip().lower().replace(" ", "_").replace("-", "_")
    if plain not in pairs:
        raise unknown(what, str(word), pairs)
    return pairs[plain]


def attributed(due: Attribution, part: str, parts: Iterable[str]) -> Answer:
    """Whether one part of a syndrome is put down to the syndrome; a part that is not named is.

    Raises UnknownName where a part is named that the syndrome does not have.

    >>> attributed({"hypoxia": False}, "hypoxia", ["fever", "hypoxia"]).value
    False
    """
    if not isinstance(due, Mapping):
        return Answer.of(due)
    known = list(parts)
    for name in due:
        if name not in known:
            raise unknown("finding to attribute", name, known)
    return Answer.of(due.get(part, True))


def only_if(condition: Answer, grade: Range) -> Range:
    """The grade where the condition holds, and 0 where it does not."""
    return choose(condition, grade, 0)


@overload
def spread(known: Range, rows: int) -> Range: ...
@overload
def spread(known: Answer, rows: int) -> Answer: ...
def spread(known: Range | Answer, rows: int) -> Range | Answer:
    """One value per row: a single value is repeated. Raises InvalidValue for another number of values than rows."""
    if isinstance(known, Range):
        return Range(_repeated(known.low, rows), _repeated(known.high, rows))
    return Answer(_repeated(known.yes, rows), _repeated(known.no, rows))


def _repeated(values: NDArray, rows: int) -> NDArray:
    if values.shape not in ((), (1,), (rows,)):
        raise InvalidValue(f"the table has {rows} rows, but a column of it has the shape {values.shape}")
    return np.broadcast_to(values, (rows,))
