"""Numbers as a reader wants them: with the digits that can be used, and a dash where there is none."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

MINUS = "−"
_TYPOGRAPHY = (
    (re.compile(r"\b1e(\d+)\b"), lambda found: "10" + found[1].translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))),
    (re.compile(r"/m2\b"), lambda found: "/m²"),
    (re.compile(r">="), lambda found: "≥"),
    (re.compile(r"(?<=\s)-(?=\d)"), lambda found: MINUS),
    (re.compile(r" after (\d+) h\b"), lambda found: f", given {found[1]} h later"),
    (re.compile(r" at most 1\b"), lambda found: ", at most once"),
    (re.compile(r" if "), lambda found: " when "),
)


class Treatment(NamedTuple):
    """What an arm gives on days, and what it gives when a toxicity appears."""

    given: list[str]
    rules: list[str]


def number(value: float | int | str | None, unit: str = "") -> str:
    """A number with the digits that a reader can use; a dash where there is none.

    >>> number(0.6, "fraction"), number(110.4, "day"), number(None), number(0.0371, "g/g")
    ('60 %', '110', '–', '0.037')
    """
    return _digits(value, unit).replace("-", MINUS)


def _digits(value: float | int | str | None, unit: str) -> str:
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
    ('15–95 %', '−37.5 to 2.5', '–')
    """
    if low is None or high is None:
        return "–"
    first, last = number(low, unit), number(high, unit)
    if first.startswith(MINUS):
        return f"{first} to {last}"
    return f"{first.removesuffix(' %')}–{last}"


def treatment_in_words(regimen: str) -> Treatment:
    """The lines of a regimen text as a reader expects them, its care rules apart.

    >>> treatment_in_words("rituximab 1 g on day 0; tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1")
    Treatment(given=['rituximab 1 g on day 0'], rules=['tocilizumab 8 mg/kg when CRS grade ≥ 2, given 24 h later, at most once'])
    """
    given: list[str] = []
    rules: list[str] = []
    for item in regimen.split("; "):
        words = item
        for pattern, better in _TYPOGRAPHY:
            words = pattern.sub(better, words)
        (rules if " if " in item else given).append(words)
    return Treatment(given, rules)


def arm_in_words(name: str) -> str:
    """The name of an arm with the usual spelling of CAR-T.

    >>> arm_in_words("car-t"), arm_in_words("rituximab")
    ('CAR-T', 'rituximab')
    """
    return name.replace("car-t", "CAR-T")


def capitalised(text: str) -> str:
    """The text with a capital first letter; names such as IL-6 keep theirs."""
    return text[:1].upper() + text[1:]


def unit_in_words(unit: str) -> str:
    """A unit of the model as a reader writes it.

    >>> unit_in_words("cell/uL"), unit_in_words("percent"), unit_in_words("1")
    ('cells/µL', '%', 'no unit')
    """
    whole = {"1": "no unit", "percent": "%", "cell": "cells", "Mcell": "10⁶ cells", "Gcell/L": "10⁹/L"}
    if unit in whole:
        return whole[unit]
    words = unit.replace("Mcell/", "10⁶ cells/").replace("hundred_days", "100 days").replace("m2", "m²")
    return re.sub(r"\bcell/", "cells/", re.sub(r"\bu(?=[LgM]\b)", "µ", words))


def counted(count: int, thing: str) -> str:
    """A number of things.

    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"
