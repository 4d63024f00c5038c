"""The timed 25-foot walk, in multiple sclerosis and stiff-person syndrome, and disability by the modified Rankin scale."""

from __future__ import annotations

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.other_diseases.systemic_sclerosis import relative_change

WALK_FASTER = 20  # % less time, at least
INDEPENDENT = 2  # modified Rankin scale, at most


def walk_change(before: Range, now: Range) -> Range:
    """Change of the time, % of that before; below 0 is faster.

    >>> walk_change(Range.of(10), Range.of(5.4)).rounded(6)
    Range(-46)
    """
    return relative_change(before, now)


def walks_faster(before: Range, now: Range) -> Answer:
    """Whether the walk takes at least 20 % less time.

    >>> walks_faster(Range.of(10), Range.of(8)), walks_faster(Range.of(10), Range.of(8.1))
    (Answer(True), Answer(False))

    Source: Kaufman 2000, Hobart 2013 (recalled), for multiple sclerosis; to be checked.
    """
    return walk_change(before, now) <= -WALK_FASTER


def independent(rankin: Range) -> Answer:
    """Whether affairs are looked after without help: 0 to 2 of the modified Rankin scale.

    >>> independent(Range.of(2)), independent(Range.of(3))
    (Answer(True), Answer(False))
    """
    return rankin <= INDEPENDENT
