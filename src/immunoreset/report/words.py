"""Numbers as a reader wants them: with the digits that can be used, and a dash where there is none."""

from __future__ import annotations

import math


def number(value: float | int | str | None, unit: str = "") -> str:
    """A number with the digits that a reader can use; a dash where there is none.

    >>> number(0.6, "fraction"), number(110.4, "day"), number(None), number(0.0371, "g/g")
    ('60 %', '110', '–', '0.037')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if isinstance(value, str):
        return value
    if unit == "fraction":
        percent = 100 * value
        return f"{percent:.0f} %" if percent in (0, 100) or 1 <= percent <= 99 else f"{percent:.1f} %"
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10 or float(value).is_integer():
        return f"{value:.3g}"
    return f"{value:.2g}"


def interval(low: float | None, high: float | None, unit: str = "") -> str:
    """
    >>> interval(0.147, 0.947, "fraction"), interval(-37.5, 2.5), interval(None, None)
    ('15–95 %', '-37.5 to 2.5', '–')
    """
    if low is None or high is None:
        return "–"
    first, last = number(low, unit), number(high, unit)
    if first.startswith("-"):
        return f"{first} to {last}"
    return f"{first.removesuffix(' %')}–{last}"
