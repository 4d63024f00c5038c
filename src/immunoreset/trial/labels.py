"""Labels of groups, such as arms, strata and factors: a missing one is refused, never a group of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue


def labels(values: ArrayLike, *, what: str, among: ArrayLike | None = None) -> NDArray:
    """The labels (..., n) as an array that can be sorted; texts where numbers and texts are mixed.

    >>> labels(["f", "m"], what="sex").tolist()
    ['f', 'm']

    Raises InvalidValue for a label that is missing (None, not a number, or an empty text) in a patient of `among` (..., n).
    """
    given = np.asarray(values)
    if given.dtype.kind == "f":
        missing = np.isnan(given)
    elif given.dtype.kind in "OUS":
        missing = np.vectorize(_is_missing, otypes=[bool])(given) if given.size else np.zeros(given.shape, dtype=bool)
        given = np.where(missing, "", given).astype(str)
    else:
        return given
    counts = np.asarray(missing if among is None else missing & np.asarray(among, dtype=bool))
    if counts.any():
        position = np.argwhere(counts)[0]
        trial = f"trial {position[0] + 1}, " if counts.ndim > 1 else ""
        raise InvalidValue(f"{what} of {trial}patient {position[-1] + 1} is missing; name a group for every patient")
    return given


def _is_missing(label: object) -> bool:
    return label is None or str(label).strip() in ("", "nan", "NaT", "<NA>")
