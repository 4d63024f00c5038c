"""Units as laboratories, UCUM and CDISC write them: what a text measures, and its size, whatever its spelling.

A unit is read by its parts (prefix, base, per what), not looked up in a list, so that a spelling nobody thought of keeps its
factor or is not understood at all. Upper and lower case do not count where only one reading measures what is asked for: G/L is
10^9 cells per litre for platelets and gram per litre for a protein.

Source: the terms and synonyms of CDISC controlled terminology UNIT (C71620, 2025-03-28); UCUM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple


class Size(NamedTuple):
    """What is measured, such as 'g/L' or 'cells/L', and how many of these one unit is."""

    of: str
    factor: float


PREFIXES = {"": 1.0, "k": 1e3, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "mc": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15}
BASES = {
    **dict.fromkeys(("g", "gm", "gr", "gram", "grams"), "g"),
    **dict.fromkeys(("mol", "mole", "moles", "mols"), "mol"),
    **dict.fromkeys(("u", "unit", "units", "arbu", "au"), "U"),
    **dict.fromkeys(("iu", "ie", "ui"), "IU"),
    "kat": "kat",
    "l": "L",
}
VOLUMES = {
    **dict.fromkeys(("l", "liter", "litre", "ltr", "dm3"), 1.0),
    **dict.fromkeys(("m3", "cbm"), 1e3),
    **dict.fromkeys(("cm3", "ccm", "cc", "cucm"), 1e-3),
    **dict.fromkeys(("mm3", "cmm", "cumm", "cubicmm"), 1e-6),
}
TIMES = {
    **dict.fromkeys(("s", "sec", "second"), 1 / 60),
    **dict.fromkeys(("min", "minute"), 1.0),
    **dict.fromkeys(("h", "hr", "hour", "1h"), 60.0),
    **dict.fromkeys(("d", "day", "days", "24h", "24hr", "24hrs", "24hours", "tag"), 1440.0),
}
COUNTS = {
    **dict.fromkeys(("k", "th", "ths", "1000", "thou", "thous", "thousand", "thousands", "tsd", "tsd.", "tausend"), 1e3),
    **dict.fromkeys(("m", "mio", "mio.", "mill", "mill.", "mln", "million", "millions", "mega"), 1e6),
    **dict.fromkeys(("g", "gi", "giga", "gpt", "billion", "bil", "mrd"), 1e9),
    **dict.fromkeys(("t", "tera", "tpt"), 1e12),
    **dict.fromkeys(("", "1", "cells", "cell", "count", "n", "no", "#"), 1.0),
}
BODY_SURFACE = re.compile(r"/?(per)?/?\{?1[.,]73_?(sq\.?m|m[*^]?2|qm)\}?")
POWER = re.compile(r"[x×*]?10(?:\^|\*\*|\*|e|exp|\((?=\d+\)))\+?0*(\d{1,2})\)?[.*]?|[x×*]?1e\+?0*(\d{1,2})[.*]?")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
CREATININE = re.compile(r"[_.]?(\{?(urine|u)?[_.-]?(creatinine|creat\.?|crea\.?|krea|crt|cre|cr)\}?)$")
SPELLINGS = {  # of what no part tells
    "C": "c cel degc °c degreecelsius degreescelsius celsius",
    "F": "f degf °f degreefahrenheit degreesfahrenheit fahrenheit",
    "%": "% percent percentage pct",
    "1": "1 ratio inr",
    "mmHg": "mmhg millimeterofmercury torr",
    "kPa": "kpa kilopascal",
    "kg": "kg kilogram kilograms kilo kgf",
    "lb": "lb lbs lb_av pound pounds",
    "g": "g gram",
    "cm": "cm centimeter centimetre",
    "m": "m meter metre",
    "mm": "mm",
    "in": "in in_i inch inches",
    "N": "n newton",
    "mm/h": "mm/h mm/hr mm/1h mm/hour mmh millimeterperhour millimeter/hour",
    "L/min": "l/min lpm lmin l/minute",
    "/hpf": "hpf /hpf cells/hpf cell/hpf #/hpf 1/hpf rbc/hpf wbc/hpf /highpoweredfield /highpowerfield perhighpoweredfield",
    "xULN": "xuln",
    "WU": "wu wood'u woodunit woodunits",
    "dyn.s/cm5": "dyn.s/cm5 dyn.s/cm^5 dyn.s.cm-5 dyn.s.cm^-5 dyn*s/cm5 dyn-s/cm5 dyn·s/cm5 dyn.sec/cm5 dyne.s/cm5 dynes.sec/cm5",
}
WORDS = {word: unit for unit, words in SPELLINGS.items() for word in words.split()}


@cache
def sizes(unit: str) -> tuple[Size, ...]:
    """Every reading of a unit, none for what is not understood.

    >>> sizes("10^3/mm3"), sizes("mg/100 mL"), sizes("furlongs")
    ((Size(of='cells/L', factor=1000000000.0),), (Size(of='g/L', factor=0.01),), ())
    """
    plain = _plain(unit)
    if plain in WORDS:
        return (Size(WORDS[plain], 1.0),)
    return tuple(dict.fromkeys(Size(one.of, float(f"{one.factor:.12g}")) for one in _read(plain)))


def _plain(unit: str) -> str:
    """Small letters, one sign for each thing, no blanks."""
    text = re.sub("(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"^{found[0]}", unit.strip()).translate(RAISED)
    text = text.replace("µ", "u").replace("μ", "u").replace("−", "-")
    text = re.sub(r"(?i)(^|\s+)per\s+", "/", text).lower()
    text = re.sub(r"[\[\]\s]|'", lambda found: "'" if found[0] == "'" and "wood" in text else "", text)
    text = re.sub(r"\{(?!1[.,]73)(?!.*creat)(?!crea)[^}]*\}", "", text)
    return re.sub(r"(?<=mm)\^(?=3)|(?<=cm)\^(?=3)|(?<=dm)\^(?=3)|(?<=1,73m)\^|(?<=1.73m)\^", "", text)


def _read(text: str) -> Iterator[Size]:
    surface = BODY_SURFACE.search(text)
    if surface and surface.end() == len(text):
        for rate in _rate(text[: surface.start()]):
            yield Size(f"{rate.of}/1.73m2", rate.factor)
        return
    if text.endswith("%") and text[:-1] in ("mg", "g", "gm"):
        text = f"{text[:-1]}/dl"
    above, slash, below = text.partition("/")
    if not slash:
        return
    yield from _cells(above, below)
    yield from _rate(text)
    below = CREATININE.sub("", below)
    top, bottom, volume, time = _measure(above), _measure(below), _volume(below), TIMES.get(below)
    for one in top:
        if one.of in ("g", "mol", "U", "IU", "kat") and volume:
            yield Size(f"{one.of}/L", one.factor / volume)
        if one.of == "g" and time:
            yield Size("g/day", one.factor * TIMES["day"] / time)
        for other in bottom:
            if one.of == "g" and other.of in ("g", "mol"):
                yield Size(f"g/{other.of}", one.factor / other.factor)


def _measure(text: str) -> list[Size]:
    """A mass, an amount or a number of units, with its prefix."""
    found = []
    for prefix, factor in PREFIXES.items():
        base = BASES.get(text[len(prefix) :]) if text.startswith(prefix) else None
        if base and base != "L":
            found.append(Size(base, factor))
    return found


def _volume(text: str) -> float:
    """Litres; 0 for what is no volume."""
    times, rest = re.fullmatch(r"(10{0,3}|)(.*)", text).groups()  # type: ignore[union-attr]
    number = float(times or 1)
    if rest in VOLUMES:
        return number * VOLUMES[rest]
    for prefix, factor in PREFIXES.items():
        if rest.startswith(prefix) and rest[len(prefix) :] in ("l", "liter", "litre"):
            return number * factor
    return 0.0


def _cells(above: str, below: str) -> Iterator[Size]:
    """A number of cells in a volume."""
    volume = _volume(below)
    if not volume:
        return
    power = POWER.match(above)
    rest = above[power.end() :] if power else above
    number = 10.0 ** int(power[1] or power[2]) if power else 1.0
    rest = re.sub(r"^[x×*.]+", "", rest)
    counted = re.sub(r"[_.]?(cells|cell)$", "", rest) if rest not in COUNTS else rest
    if counted in COUNTS and not (power and COUNTS[counted] != 1):
        yield Size("cells/L", number * COUNTS[counted] / volume)


def _rate(text: str) -> Iterator[Size]:
    """A volume in a time."""
    above, slash, below = text.partition("/")
    volume = _volume(above) if slash else 0.0
    if volume and below in TIMES:
        yield Size("mL/min", volume * 1e3 / TIMES[below])
