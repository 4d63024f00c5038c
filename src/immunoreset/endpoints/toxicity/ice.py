"""ICE: the ten-point bedside test of orientation, naming, commands, writing and attention after cell therapy."""

from __future__ import annotations

from immunoreset.endpoints import tables
from immunoreset.endpoints.known import Range
from immunoreset.endpoints.together import total
from immunoreset.endpoints.toxicity.findings import Number

POINTS = {row["component"].lower(): int(row["points"]) for row in tables.read("ice")}
HIGHEST = sum(POINTS.values())


def score(*, orientation: Number, naming: Number, commands: Number, writing: Number, attention: Number) -> Range:
    """Points out of 10, 10 being normal; a component that was not tested widens the range.

    Year, month, city and hospital give 1 point each, three objects 1 each, the other components 1. Raises InvalidValue for
    more points than a component has.

    >>> score(orientation=4, naming=3, commands=1, writing=None, attention=1)
    Range(9 to 10)

    Source: Lee 2019, doi:10.1016/j.bbmt.2018.12.758, as printed in PMC9327779, table 2.
    """
    given = {"orientation": orientation, "naming": naming, "commands": commands, "writing": writing, "attention": attention}
    return total(Range.of(points, lowest=0, highest=POINTS[name]) for name, points in given.items())
