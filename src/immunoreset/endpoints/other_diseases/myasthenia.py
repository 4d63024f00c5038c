"""Myasthenia gravis: MG-ADL (asked), QMG (measured) and MG Composite, and the responses by which trials judge them.

Items, levels and points: tables/mg_scores.csv. MG-ADL and MG Composite were found; the QMG is recalled (high), to be checked
against Barohn 1998.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args

import numpy as np

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases.named_points import Points, YesNo, points, read_points
from immunoreset.endpoints.quantities import GripForce, need
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import choose, total
from immunoreset.errors import InvalidValue, unknown

Scale = Literal["MG-ADL", "MG Composite", "QMG"]
GivenAs = Literal["levels", "points"]

ITEMS: dict[Scale, tuple[str, ...]] = {
    "MG-ADL": (
        "talking",
        "chewing",
        "swallowing",
        "breathing",
        "brushing teeth or combing hair",
        "rising from a chair",
        "double vision",
        "eyelid droop",
    ),
    "MG Composite": (
        "ptosis",
        "double vision",
        "eye closure",
        "talking",
        "chewing",
        "swallowing",
        "breathing",
        "neck",
        "shoulder",
        "hip",
    ),
    "QMG": (
        "double vision",
        "ptosis",
        "facial muscles",
        "swallowing",
        "speech",
        "right arm",
        "left arm",
        "capacity",
        "right grip",
        "left grip",
        "head lift",
        "right leg",
        "left leg",
    ),
}
"""Items of each scale, in the order of the table; the MG-ADL asks for brushing and combing in one item."""

WORST_LEVEL = 3
MG_ADL_FALL = 2  # points, for a response
MINIMAL_SYMPTOMS = 1


@cache
def _tabled(scale: Scale) -> dict[str, tuple[list[str], list[float]]]:
    """By item: the words of its levels 0 to 3 and the points of each."""
    if scale not in ITEMS:
        raise unknown("myasthenia score", scale, ITEMS)
    rows = [row for row in read("mg_scores") if row["scale"] == scale]
    return {
        item: (row["levels"].split("|"), [float(worth) for worth in row["points"].split("|")])
        for item, row in zip(ITEMS[scale], rows, strict=True)
    }


def highest_total(scale: Scale) -> float:
    """The worst total of a scale.

    >>> [highest_total(scale) for scale in ITEMS]
    [24.0, 50.0, 39.0]

    Raises UnknownName for another scale.
    """
    return sum(worth[-1] for _, worth in _tabled(scale).values())


def mg_adl(levels: Mapping[str, Points]) -> Range:
    """MG activities of daily living: eight items of 0 to 3; an item that is not named is missing.

    >>> mg_adl(dict.fromkeys(ITEMS["MG-ADL"], 1)), mg_adl({"talking": 2})
    (Range(8), Range(2 to 23))

    Raises UnknownName for an item that does not exist and InvalidValue for a level outside 0 to 3.

    Source: doi:10.1186/s12883-020-01975-y, table 2.
    """
    return total(read_points("MG-ADL item", levels, ITEMS["MG-ADL"], highest=WORST_LEVEL).values())


def qmg(levels: Mapping[str, Points]) -> Range:
    """Quantitative myasthenia gravis score: 13 items of 0 to 3 (`qmg_level`, `qmg_grip_level`); what is not named is missing.

    >>> qmg(dict.fromkeys(ITEMS["QMG"], 3))
    Range(39)

    Raises UnknownName for an item that does not exist and InvalidValue for a level outside 0 to 3.

    Source: recalled (high), to be checked against Barohn 1998.
    """
    return total(read_points("QMG item", levels, ITEMS["QMG"], highest=WORST_LEVEL).values())


def mg_composite(values: Mapping[str, Points], *, given_as: GivenAs) -> Range:
    """MG Composite: ten items, weighted; an item that is not named is missing.

    `given_as`: "levels" from 0 (normal) to 3 (severe), or "points" as printed on the form, up to 9 for breathing. Raises
    UnknownName for an item that does not exist and InvalidValue for points that an item cannot have.

    >>> mg_composite(dict.fromkeys(ITEMS["MG Composite"], 3), given_as="levels")
    Range(50)
    >>> mg_composite(dict.fromkeys(ITEMS["MG Composite"], 0) | {"breathing": 9}, given_as="points")
    Range(9)

    Source: Burns 2010, as in tables/mg_scores.csv.
    """
    if given_as not in get_args(GivenAs):
        raise unknown("way to give the items", given_as, get_args(GivenAs))
    worth = {item: np.array(values) for item, (_, values) in _tabled("MG Composite").items()}
    highest = WORST_LEVEL if given_as == "levels" else max(ends[-1] for ends in worth.values())
    given = read_points("MG Composite item", values, worth, highest=highest)
    if given_as == "levels":
        return total(_worth_of_level(given[item], worth[item]) for item in worth)
    return total(_possible(item, given[item], worth[item]) for item in worth)


def _worth_of_level(level: Range, worth: np.ndarray) -> Range:
    for end in (level.low, level.high):
        if (odd := end[end != np.round(end)]).size:
            raise InvalidValue(f"MG Composite: level {odd.flat[0]:g} does not exist; levels are 0, 1, 2 and 3")
    return Range(worth[level.low.astype(int)], worth[level.high.astype(int)])


def _possible(item: str, given: Range, worth: np.ndarray) -> Range:
    known = given.low[given.known]
    if (odd := known[~np.isin(known, worth)]).size:
        possible = ", ".join(f"{points:g}" for points in sorted(set(worth)))
        raise InvalidValue(f"MG Composite item '{item}': {odd.flat[0]:g} points do not exist; it has {possible}")
    return given.clip(high=worth[-1])


@cache
def _limits(item: str, place: int) -> tuple[float, float, float]:
    """The least measured values of levels 0, 1 and 2; `place` picks men (0) or women (1) where the table has both."""
    levels, _ = _tabled("QMG")[item]
    limits = [re.findall(r"\d+", level.split(" / ")[place]) for level in levels[:WORST_LEVEL]]
    return tuple(float(numbers[0]) for numbers in limits)  # type: ignore[return-value]


def _level(measured: Range, limits: tuple[float, float, float]) -> Range:
    result = Range.of(WORST_LEVEL)
    for level, limit in reversed(list(enumerate(limits))):
        result = choose(measured >= limit, level, result)
    return result


def qmg_level(item: str, measured: Points) -> Range:
    """The level of a QMG item from what was measured: seconds, the number at which speech fails, or FVC in % of the predicted.

    A value between two whole numbers counts as the lower one. 50 is normal speech. Grip has `qmg_grip_level`; facial muscles and
    swallowing are judged and not measured. Raises UnknownName for those and InvalidValue for a negative value.

    >>> [qmg_level("right arm", seconds).value for seconds in (240, 239, 10, 9)]
    [0.0, 1.0, 2.0, 3.0]

    Source: recalled (high), to be checked against Barohn 1998.
    """
    measurable = [name for name in ITEMS["QMG"] if name not in ("facial muscles", "swallowing", "right grip", "left grip")]
    if item not in measurable:
        raise unknown("QMG item that is measured so", item, measurable)
    return _level(points(measured, highest=np.inf, where=item), _limits(item, 0))


def qmg_grip_level(side: Literal["right", "left"], grip: GripForce | None, *, female: YesNo) -> Range:
    """The level of a hand's grip, by side and sex.

    >>> grip = GripForce(30, "kg")
    >>> qmg_grip_level("right", grip, female=True), qmg_grip_level("right", grip, female=None)
    (Range(0), Range(0 to 1))

    Raises UnknownName for another side and InvalidValue for a bare number.

    Source: recalled (high), to be checked against Barohn 1998.
    """
    if side not in (known := ("right", "left")):
        raise unknown("side", side, known)
    force = need(GripForce, grip, "grip").to("kg")
    of_men, of_women = (_level(force, _limits(f"{side} grip", place)) for place in (0, 1))
    return choose(Answer.of(female), of_women, of_men)


def mg_adl_response(before: Points, now: Points) -> Answer:
    """Whether the MG-ADL fell by 2 points or more.

    >>> mg_adl_response(9, 7), mg_adl_response(9, 8)
    (Answer(True), Answer(False))

    Source: recalled (high), to be checked against Muppidi 2011.
    """
    return _total("MG-ADL", before) - _total("MG-ADL", now) >= MG_ADL_FALL


def mg_composite_response(before: Points, now: Points, *, fall: Literal[3, 5]) -> Answer:
    """Whether the MG Composite fell by 3 points (meaningful change) or 5 (the primary endpoint of Descartes-08) or more.

    >>> mg_composite_response(18, 14, fall=3), mg_composite_response(18, 14, fall=5)
    (Answer(True), Answer(False))

    Raises UnknownName for another fall.

    Source: PMC3462556 for 3; registry, NCT04146051, for 5.
    """
    if fall not in (known := (3, 5)):
        raise unknown("fall of the MG Composite", str(fall), map(str, known))
    return _total("MG Composite", before) - _total("MG Composite", now) >= fall


def minimal_symptom_expression(mg_adl_total: Points) -> Answer:
    """Whether the MG-ADL is 0 or 1.

    >>> minimal_symptom_expression(1)
    Answer(True)
    """
    return _total("MG-ADL", mg_adl_total) <= MINIMAL_SYMPTOMS


def _total(scale: Scale, value: Points) -> Range:
    return points(value, highest=highest_total(scale), where=scale)
