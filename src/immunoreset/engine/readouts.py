"""Numbers kept while a patient is solved, so that a million patients need no stored curves.

Each refers to an output by name and looks at the interpolated curve, not only at grid days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    MAXIMUM = 0
    TIME_OF_MAXIMUM = 1
    MINIMUM = 2
    TIME_OF_MINIMUM = 3
    FIRST_ABOVE = 4
    FIRST_BELOW = 5
    AREA = 6
    TIME_BELOW = 7


@dataclass(frozen=True)
class Readout:
    """One number per patient from the curve of `output` between days `start` and `stop`."""

    output: str
    kind: Kind
    start: float = -math.inf
    stop: float = math.inf
    level: float = 0.0


def Maximum(output: str, start: float = -math.inf, stop: float = math.inf) -> Readout:
    """Largest value of the output."""
    return Readout(output, Kind.MAXIMUM, start, stop)


def TimeOfMaximum(output: str, start: float = -math.inf, stop: float = math.inf) -> Readout:
    """Day on which the output is largest."""
    return Readout(output, Kind.TIME_OF_MAXIMUM, start, stop)


def Minimum(output: str, start: float = -math.inf, stop: float = math.inf) -> Readout:
    """Smallest value of the output."""
    return Readout(output, Kind.MINIMUM, start, stop)


def TimeOfMinimum(output: str, start: float = -math.inf, stop: float = math.inf) -> Readout:
    """Day on which the output is smallest."""
    return Readout(output, Kind.TIME_OF_MINIMUM, start, stop)


def FirstAbove(output: str, level: float, after: float = -math.inf, stop: float = math.inf) -> Readout:
    """First day after `after` on which the output rises from below `level` to it; nan when it never does."""
    return Readout(output, Kind.FIRST_ABOVE, after, stop, level)


def FirstBelow(output: str, level: float, after: float = -math.inf, stop: float = math.inf) -> Readout:
    """First day after `after` on which the output falls from `level` or more to below it; nan when it never does."""
    return Readout(output, Kind.FIRST_BELOW, after, stop, level)


def Area(output: str, start: float = -math.inf, stop: float = math.inf) -> Readout:
    """Integral of the output over time, unit times day."""
    return Readout(output, Kind.AREA, start, stop)


def TimeBelow(output: str, level: float, start: float = -math.inf, stop: float = math.inf) -> Readout:
    """Days on which the output is below `level`."""
    return Readout(output, Kind.TIME_BELOW, start, stop, level)
