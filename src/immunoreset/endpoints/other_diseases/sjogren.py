"""Sjögren's disease: ESSDAI and ESSPRI, what counts as improvement in them, and flow of saliva."""

from __future__ import annotations

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import grade

CATEGORIES = ("low", "moderate", "high")
MODERATE, HIGH = 5, 14  # ESSDAI, at least
ESSDAI_FALL = 3  # points, at least
ESSPRI_FALL, ESSPRI_PERCENT = 1, 15  # points or % of the value before, at least
LOW_FLOW = 0.1  # mL/min of unstimulated saliva, at most


def activity(essdai: Range) -> Range:
    """The level of systemic activity: 0 low, 1 moderate (5 to 13), 2 high (14 or more).

    >>> [activity(Range.of(points)).value for points in (4, 5, 13, 14)]
    [0.0, 1.0, 1.0, 2.0]

    Source: Seror 2016, Ann Rheum Dis (recalled), to be checked.
    """
    return grade(essdai >= MODERATE, essdai >= HIGH)


def essdai_response(before: Range, now: Range) -> Answer:
    """Whether ESSDAI fell by 3 points or more.

    >>> essdai_response(Range.of(10), Range.of(7)), essdai_response(Range.of(10), Range.of(8))
    (Answer(True), Answer(False))

    Source: Seror 2016, Ann Rheum Dis (recalled), to be checked.
    """
    return before - now >= ESSDAI_FALL


def esspri_response(before: Range, now: Range) -> Answer:
    """Whether ESSPRI fell by 1 point or more, or by 15 % or more.

    >>> esspri_response(Range.of(4), Range.of(3.4)), esspri_response(Range.of(8), Range.of(7.1))
    (Answer(True), Answer(False))

    Source: Seror 2016, Ann Rheum Dis (recalled), to be checked.
    """
    fall = before - now
    return (fall >= ESSPRI_FALL) | ((fall * 100 - before * ESSPRI_PERCENT >= 0) & (fall > 0))


def low_salivary_flow(flow: Range) -> Answer:
    """Whether unstimulated saliva flows at 0.1 mL/min or less, an item of the classification criteria.

    >>> low_salivary_flow(Range.of(0.1)), low_salivary_flow(Range.of(0.28))
    (Answer(True), Answer(False))

    Source: Shiboski 2017, 10.1136/annrheumdis-2016-210571 (recalled), to be checked.
    """
    return flow <= LOW_FLOW
