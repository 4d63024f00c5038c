"""Items of a score that are looked up by name: skin sites, muscles, questions. An item that is not named is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.errors import InvalidValue, unknown

Points = Range | ArrayLike | None
"""A number, an array of them with nan where missing, None, or a `Range` that is known in part."""

YesNo = Answer | bool | ArrayLike | None
"""True, False, None, an array of 1, 0 and nan, or an `Answer`."""


def read_points(kind: str, given: Mapping[str, Points], names: Iterable[str], *, highest: float) -> dict[str, Range]:
    """Each of `names` with its points from 0 to `highest`; `kind` is what an error calls them.

    >>> read_points("site", {"face": 2}, ["face", "abdomen"], highest=3)
    {'face': Range(2), 'abdomen': Range(0 to 3)}

    Raises UnknownName for a name that is not among `names` and InvalidValue for points outside 0 to `highest`.
    """
    wanted = list(names)
    for name in given:
        if name not in wanted:
            raise unknown(kind, name, wanted)
    return {name: points(given.get(name), highest=highest, where=f"{kind} '{name}'") for name in wanted}


def points(value: Points, *, highest: float, lowest: float = 0, where: str) -> Range:
    """Points within what is possible; `where` names them in an error. A `Range` is held to the limits like a number.

    Raises InvalidValue.

    >>> points(4, highest=3, where="site 'face'")
    Traceback (most recent call last):
    immunoreset.errors.InvalidValue: site 'face': 4 is outside the possible 0 to 3
    """
    try:
        known = Range.of(value, lowest=lowest, highest=highest)
    except InvalidValue as problem:
        raise InvalidValue(f"{where}: {problem}") from None
    for end in (known.low, known.high):
        if (impossible := end[np.isfinite(end) & ((end < lowest) | (end > highest))]).size:
            raise InvalidValue(f"{where}: {impossible.flat[0]:g} is outside the possible {lowest:g} to {highest:g}")
    return known.clip(lowest, highest)
