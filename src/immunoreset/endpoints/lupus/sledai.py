"""SLEDAI-2K and SELENA-SLEDAI: the weighted count of 24 signs of active lupus, whole, clinical and by organ.

Both versions share items and weights and differ in when an item is present; `sledai_findings` and `sledai_laboratory` derive
items by version, `sledai_window` from signs with first and last days.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.sledai_items import (
    HIGHEST,
    HIGHEST_CLINICAL,
    ITEMS,
    ORGANS,
    Items,
    SledaiItem,
    Version,
    answers,
    check_version,
)
from immunoreset.endpoints.together import grade, total
from immunoreset.errors import InvalidValue

Number = Range | ArrayLike | None

ACTIVITY = ("none", "low", "moderate", "high")
ACTIVITY_FROM = (1, 5, 11)
OLDER_ACTIVITY = ("none", "mild", "moderate", "high", "very high")
OLDER_ACTIVITY_FROM = (1, 6, 11, 20)  # recalled, with medium confidence
CHANGES = ("improvement", "persistent", "flare")
SEROLOGY = "SEROLOGY"  # the organ of complement and DNA binding
CHANGE = 3  # a change must exceed this to count


class Sledai(NamedTuple):
    """The score of one visit or many: `clinical` leaves out complement and DNA binding, `organs` are subtotals."""

    total: Range
    clinical: Range
    organs: dict[str, Range]
    version: Version


def sledai(items: Items, *, version: Version) -> Sledai:
    """The score from its items by code, each yes, no or missing; what the mapping does not name is missing.

    `version` says by which definitions the items were judged. Raises UnknownName for an unknown item or version.

    >>> from immunoreset.endpoints.lupus.sledai_items import only
    >>> score = sledai(only("SEIZURE", "LOWCOMP"), version="2K")
    >>> score.total, score.clinical, score.organs["CNS"]
    (Range(10), Range(8), Range(8))
    >>> sledai({**only("RASH"), "DNA": None}, version="2K").total
    Range(2 to 4)

    Source: Gladman 2002 (J Rheumatol 29:288); tables/sledai2k_items.csv.
    """
    check_version(version)
    given = answers(items)
    shape = np.broadcast_shapes(*(answer.yes.shape for answer in given.values()))
    organs = {organ: _points([item for item in ITEMS if item.organ == organ], given, shape) for organ in ORGANS}
    clinical = total(points for organ, points in organs.items() if organ != SEROLOGY)
    return Sledai(clinical + organs[SEROLOGY], clinical, organs, version)


def _points(items: Sequence[SledaiItem], given: dict[str, Answer], shape: tuple[int, ...]) -> Range:
    low, high = np.zeros(shape, np.int16), np.zeros(shape, np.int16)  # small whole numbers: quick for many visits
    for item in items:
        low += given[item.code].yes * np.int16(item.weight)
        high += ~given[item.code].no * np.int16(item.weight)
    return Range(low.astype(float), high.astype(float))


def points(recorded: Number) -> Range:
    """A recorded total; what is missing lies between 0 and 105. Raises InvalidValue for a total outside these."""
    return Range.of(recorded, lowest=0, highest=HIGHEST)


def clinical_points(recorded: Number) -> Range:
    """A recorded clinical total; what is missing lies between 0 and 101. Raises InvalidValue for a total outside these."""
    return Range.of(recorded, lowest=0, highest=HIGHEST_CLINICAL)


def category(recorded: Number, *, starts: Sequence[float] = ACTIVITY_FROM) -> Range:
    """The number of the activity category, from 0; `together.named(..., ACTIVITY)` gives its name.

    `starts` are the least totals of the categories after the first; `OLDER_ACTIVITY_FROM` is an older set. Raises InvalidValue
    unless they rise.

    >>> from immunoreset.endpoints.together import named
    >>> named(category(10), ACTIVITY), named(category(10, starts=OLDER_ACTIVITY_FROM), OLDER_ACTIVITY)
    ('moderate', 'moderate')

    Source: tables/sledai2k_items.csv and the table at ard.bmj.com/highwire/markup/278401.
    """
    if list(starts) != sorted(set(starts)):
        raise InvalidValue(f"categories of SLEDAI must start at rising totals, not {list(starts)}")
    return grade(*(points(recorded) >= start for start in starts))


def change(before: Number, now: Number) -> Range:
    """Whether activity improved (0), persisted (1) or flared (2), a change of more than 3 points; names in `CHANGES`.

    >>> from immunoreset.endpoints.together import named
    >>> named(change(8, 12), CHANGES), named(change(8, 11), CHANGES), named(change(8, 4), CHANGES)
    ('flare', 'persistent', 'improvement')

    Source: tables/responses.csv, from ard.bmj.com/highwire/markup/278401 (whose sign of improvement is misprinted).
    """
    risen = points(now) - points(before)
    return grade(risen >= -CHANGE, risen > CHANGE)


def flare(before: Number, now: Number) -> Answer:
    """A rise of more than 3 points.

    >>> flare(4, 8), flare(4, 7)
    (Answer(True), Answer(False))
    """
    return points(now) - points(before) > CHANGE
