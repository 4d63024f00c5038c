"""A regimen as one line of text that reads back as the same regimen."""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.therapy.language.items import WEEKLY, Course, Dose, Item, Rescue, in_turns
from immunoreset.therapy.language.units import OWN, number_text

_OFTEN = {1: "daily", 2: "twice daily", 3: "three times daily", 4: "four times daily", WEEKLY: "weekly"}
_SHORTEST_SERIES = 4


def print_items(items: Sequence[Item]) -> str:
    """All items, separated by semicolons; 'no treatment' when there is none."""
    return "; ".join(_print(item) for item in items) or "no treatment"


def _print(item: Item) -> str:
    if isinstance(item, Dose):
        amount = [] if item.unit == OWN else [number_text(item.amount), item.unit]
        waits = ["if no CRS"] if item.if_no_crs else []
        return " ".join([item.drug, *amount, *([item.route] if item.route else []), _print_days(item.days), *waits])
    if isinstance(item, Course):
        return _print_course(item)
    return _print_rescue(item)


def _print_days(days: tuple[float, ...]) -> str:
    start, step = _series_at_end(days)
    if len(days) - start < _SHORTEST_SERIES:
        return f"on day{'s' if len(days) > 1 else ''} {' '.join(map(number_text, days))}"
    last = number_text(days[-1])
    if start == 0:
        return f"every {number_text(step)} days from {number_text(days[0])} until {last}"
    return f"on days {' '.join(map(number_text, days[: start + 1]))} then every {number_text(step)} days until {last}"


def _series_at_end(days: tuple[float, ...]) -> tuple[int, float]:
    """Where the equally spaced days at the end begin, and their spacing; they must read back exactly."""
    if len(days) < _SHORTEST_SERIES or days[-1] == days[-2]:
        return len(days) - 1, 0.0
    step = days[-1] - days[-2]
    start = len(days) - 1
    while start > 0 and abs(days[start] - days[start - 1] - step) < 1e-9 * step:
        start -= 1
    while not all(days[start] + k * step == day for k, day in enumerate(days[start:])):
        start += 1
    return start, step


def _print_course(item: Course) -> str:
    amounts, stop = list(item.steps), ""
    if len(amounts) > 1 and amounts[-1][1] == 0:
        stop = f" until {number_text(amounts.pop()[0])}"
    (day, amount), rest = amounts[0], amounts[1:]
    turns = _turns(item)
    if turns:
        rest, stop = [], f" until {number_text(item.last_day)}, {number_text(turns[0])} days on {number_text(turns[1])} off"
    if item.unit == OWN:
        words = [item.drug]
    elif item.unit == "%":
        words = [item.drug, number_text(amount), "%"]
    else:
        words = [item.drug, number_text(amount), item.unit, _OFTEN[item.times_a_day]]
    changes = "".join(f", {number_text(amount)} from {number_text(day)}" for day, amount in rest)
    off = "" if item.off_below is None else f", off when B cells < {number_text(item.off_below)} per uL"
    adherence = "" if item.adherence is None else f" (adherence {number_text(item.adherence)})"
    since = "since entry" if item.since_entry else f"from {number_text(day)}"
    return f"{' '.join(words)} {since}{changes}{stop}{off}{adherence}"


def _turns(item: Course) -> tuple[float, float] | None:
    """Days on and days off, where one dose is given and left out in turn."""
    if len(item.steps) < 4 or not item.ends or item.since_entry:
        return None
    (first, amount), (pause, _), (again, _) = item.steps[:3]
    on, off = pause - first, again - pause
    return (on, off) if item.steps == in_turns(first, item.last_day, amount, on, off) else None


def _print_rescue(item: Rescue) -> str:
    often = f" {_OFTEN[item.times_a_day]}" if item.times_a_day > 1 else ""
    text = f"{item.drug} {number_text(item.amount)} {item.unit}{often} if {item.toxicity} grade >= {item.at_grade}"
    if item.after_hours:
        text += f" after {number_text(item.after_hours)} h"
    if item.for_days:
        text += f" for {number_text(item.for_days)} days"
    text += f" at most {item.at_most}"
    return text + (f", {number_text(item.apart_hours)} h apart" if item.apart_hours else "")
