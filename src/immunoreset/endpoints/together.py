"""Several numbers and answers together: sums, counts, choices and grades of what may be known in part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Floats, Range
from immunoreset.errors import unknown


def total(parts: Iterable[Range | float]) -> Range:
    """The sum.

    >>> total([Range.of(1), Range.of(None, lowest=0, highest=3)])
    Range(1 to 4)
    """
    result = Range.of(0)
    for part in parts:
        result = result + part
    return result


def maximum(first: Range | float, *others: Range | float) -> Range:
    """The greatest of several numbers."""
    return _furthest(np.maximum, first, others)


def minimum(first: Range | float, *others: Range | float) -> Range:
    """The least of several numbers."""
    return _furthest(np.minimum, first, others)


def _furthest(further: np.ufunc, first: Range | float, others: Iterable[Range | float]) -> Range:
    """The number that lies furthest in one direction: both of its ends do."""
    result = Range.of(first)
    for other in others:
        right = Range.of(other)
        result = Range(further(result.low, right.low), further(result.high, right.high))
    return result


def choose(condition: Answer, then: Range | float, otherwise: Range | float) -> Range:
    """`then` where yes, `otherwise` where no, and where undecided whatever either allows."""
    a, b = Range.of(then), Range.of(otherwise)
    return Range(
        np.where(condition.yes, a.low, np.where(condition.no, b.low, np.minimum(a.low, b.low))),
        np.where(condition.yes, a.high, np.where(condition.no, b.high, np.maximum(a.high, b.high))),
    )


def count(answers: Iterable[Answer]) -> Range:
    """How many are yes.

    >>> count([Answer.of(True), Answer.of(None), Answer.of(False)])
    Range(1 to 2)
    """
    return total(answer.points() for answer in answers)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one is yes; no for none at all."""
    result = Answer.of(False)
    for answer in answers:
        result = result | answer
    return result


def all_of(answers: Iterable[Answer]) -> Answer:
    """Yes if none is no; yes for none at all."""
    result = Answer.of(True)
    for answer in answers:
        result = result & answer
    return result


def grade(*steps: Answer) -> Range:
    """The number of the highest step that is reached: `grade(is_1, is_2, is_3, is_4)`; 0 if none is.

    Steps need not contain each other: a patient at step 3 has grade 3 whatever step 2 says.

    >>> grade(Answer.of(True), Answer.of(None), Answer.of(False)), grade(Answer.of(None), Answer.of(True))
    (Range(1 to 2), Range(2))
    """
    result = Range.of(0)
    for number, step in enumerate(steps, start=1):
        result = choose(step, number, result)
    return result


def is_any(words: str | ArrayLike | None, values: Iterable[str], *, known: Iterable[str]) -> Answer:
    """Whether a choice, or each of an array of them, is one of `values`; None, "" and nan are missing.

    Raises UnknownName for a word that is not among `known`.

    >>> is_any(["class III", "", "class V"], ["class III", "class IV"], known=["class III", "class IV", "class V"])
    Answer([ 1. nan  0.])
    """
    choices = list(known)
    given = np.asarray("" if words is None else words)
    if given.dtype.kind != "U":
        given = np.array(["" if one is None or one != one else str(one) for one in given.ravel()], dtype=str).reshape(given.shape)
    missing = given == ""
    if (strange := given[~missing & ~np.isin(given, choices)]).size:
        raise unknown("choice", str(strange.flat[0]), choices)
    yes = np.isin(given, list(values))
    return Answer(yes=yes & ~missing, no=~yes & ~missing)


def rising(function: Callable[[Floats], Floats], number: Range) -> Range:
    """A function that never falls, such as a square root, of a number known within limits.

    >>> rising(np.sqrt, Range.of(None, lowest=4, highest=9))
    Range(2 to 3)
    """
    return Range(function(number.low), function(number.high))


def named(places: Range, names: Sequence[str]) -> str | NDArray[np.str_] | None:
    """The name of a category by its number from 0: of one visit, None if not known; of many, "" where not known.

    >>> named(Range.of(1), ["low", "high"]), named(Range.of([0, float("nan")]), ["low", "high"]).tolist()
    ('high', ['low', ''])
    """
    if places.low.ndim == 0:
        return names[int(places.low)] if places.known else None
    return np.array(["", *names])[np.where(places.known, places.low, -1).astype(int) + 1]
