"""How an outcome and a panel are described, and what death makes of an outcome; what they are for a disease is in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """How an outcome is called on the page; a `share` is a yes or no per twin.

    `on` is the day on which it is read, or that ends the time it is read over; `of_living` shares are of those who live then.
    """

    label: str
    unit: str = ""
    share: bool = False
    on: float | None = None
    of_living: bool = False


class Deaths(NamedTuple):
    """The day on which each twin dies, nan for who lives at the end, and whether of CRS or of ICANS, (n,) each."""

    day: Floats
    of_crs: Flags
    of_icans: Flags


def nobody_dies(n: int) -> Deaths:
    """The same of `n` twins with a disease in which death is not simulated."""
    return Deaths(np.full(n, np.nan), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool))


def after_death(values: NDArray[np.generic], dead: Flags, *, response: bool) -> Floats:
    """The values without those of the `dead`, of one shape: no response (composite strategy of ICH E9(R1)), or no value.

    Who had no value to begin with, such as too little activity for a response, stays without.

    >>> after_death(np.array([1.0, np.nan, 1.0]), np.array([True, True, False]), response=True)
    array([ 0., nan,  1.])
    """
    found = np.asarray(values, dtype=float)
    return np.where(dead & ~np.isnan(found), 0.0 if response else np.nan, found)


def as_of_death(found: Mapping[str, NDArray[np.generic]], about: Mapping[str, Outcome], died: Floats) -> dict[str, Floats]:
    """Outcomes, (n,) each, of twins of whom some `died` on a day, nan for the others.

    On a day that the dead do not see, a yes or no is no and any other value is missing; what would have happened later has not
    happened.
    """
    judged = {}
    for name, values in found.items():
        one, day = about[name], np.asarray(values, dtype=float)
        if one.on is not None:
            judged[name] = after_death(values, died <= one.on, response=one.share and not one.of_living)
        else:
            judged[name] = np.where(day > died, np.nan, day) if one.unit == "day" else day
    return judged


@dataclass(frozen=True)
class Panel:
    """One quantity over time.

    `floor` is the lowest value that the axis shows, on a linear one 0 if not given; `line` is a level with a meaning; `whole`
    numbers have no halves; `by_organ` quantities stand with the activity of organs.
    """

    output: str
    title: str
    unit: str
    first_day: float = -35
    last_day: float = 730
    log: bool = False
    floor: float | None = None
    line: float | None = None
    line_meaning: str = ""
    whole: bool = False
    by_organ: bool = False
