"""How an outcome and a panel are described; what they are for a disease stands in its folder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How an outcome is called on the page; a `share` is a yes or no per twin."""

    label: str
    unit: str = ""
    share: bool = False


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
