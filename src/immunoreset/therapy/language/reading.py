"""The one line of text that says what is given and when, read and printed.

fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0
belimumab 10 mg/kg on days 0 14 28 then every 28 days until 364
anifrolumab 300 mg every 28 days from 0 until 336          (or: every 4 weeks from 0 x 13)
belimumab 200 mg SC weekly from 0 until 357
mycophenolate 1 g twice daily from 0 until 364 (adherence 0.6)
methotrexate 15 mg weekly from 0
hydroxychloroquine 400 mg daily since entry until -28
prednisolone 20 mg daily from 0, 15 from 28, 10 from 56 until 84
lenalidomide 5 mg daily on days 0 to 28                    (or: from 0 until 29)
lenalidomide 5 mg daily from 0 until 56, 7 days on 7 off, off when B cells < 1 per uL
background-care from 0
tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1
pause if CRS grade >= 2 for 3 days                         (dasatinib 100 mg twice daily if ...)
dexamethasone 10 mg twice daily if ICANS grade >= 2 for 3 days at most 2, 72 h apart
cd19-car-t 3e5 cells/kg on day 1 if no CRS
no treatment
"""

from __future__ import annotations

import math
from typing import Protocol

from immunoreset.errors import InvalidRegimen, cut
from immunoreset.therapy.language.courses import read_course
from immunoreset.therapy.language.items import MOST_DOSES, ROUTES, TOXICITIES, WEEKLY, Course, Dose, Item, Rescue
from immunoreset.therapy.language.units import OWN, given_in, is_unit
from immunoreset.therapy.language.words import Unreadable, Words, words_of


class Prescribable(Protocol):
    """A drug, as far as the language needs to know it."""

    @property
    def name(self) -> str: ...

    @property
    def units(self) -> tuple[str, ...]: ...

    @property
    def forms(self) -> tuple[type[Item], ...]: ...

    @property
    def example(self) -> str: ...

    @property
    def usual(self) -> tuple[float, int] | None: ...

    def check(self, item: Item) -> None: ...


class Formulary(Protocol):
    """Where drugs are found by name."""

    def find(self, name: str) -> Prescribable: ...


LONGEST_TEXT = 100_000
NO_TREATMENT = ("no treatment", "untreated", "none")
_TIMES_A_DAY = {"once": 1, "twice": 2, "three": 3, "four": 4}
_ON_DAYS = ("on", "every", "weekly")
_LENGTH_IN_DAYS = {"day": 1.0, "days": 1.0, "d": 1.0, "week": 7.0, "weeks": 7.0}
_LENGTH_IN_HOURS = {"h": 1.0, "hour": 1.0, "hours": 1.0, "day": 24.0, "days": 24.0, "d": 24.0}


def read_items(text: str, formulary: Formulary) -> list[Item]:
    """The items of a regimen text with drugs of the formulary; an error names the item, the word and its place in the text."""
    if len(text) > LONGEST_TEXT:
        raise InvalidRegimen(f"the regimen has {len(text):,} characters; at most {LONGEST_TEXT:,} can be read")
    if " ".join(text.split()).lower() in NO_TREATMENT:
        return []
    items: list[Item] = []
    start = 0
    for number, part in enumerate(text.split(";"), start=1):
        if part.strip():
            try:
                items.append(_item(words_of(part, start), formulary))
            except Unreadable as fault:
                raise InvalidRegimen(
                    f"item {number} of the regimen, '{_shown(part)}', at character {fault.position + 1}: {fault}"
                ) from None
            except InvalidRegimen as fault:
                raise InvalidRegimen(f"item {number} of the regimen, '{_shown(part)}': {fault}") from None
        start += len(part) + 1
    if not items:
        raise InvalidRegimen("the regimen is empty; write 'no treatment' to give nothing")
    return items


def _shown(part: str) -> str:
    return cut(" ".join(part.split()), 200)


def _item(words: Words, formulary: Formulary) -> Item:
    name = words.take("the name of a drug")
    try:
        drug = formulary.find(name)
    except InvalidRegimen as fault:
        raise Unreadable(str(fault), words.last_position) from None
    if drug.usual and words.next_is("if", "from"):
        (amount, often), unit, route = drug.usual, "mg", ""
    else:
        amount, unit = _dose(words, drug)
        route = _route(words)
        often = _times_a_day(words, drug)
    if words.accept("if"):
        item = _rescue(words, drug.name, amount, unit, often or 1)
    elif (
        words.next_is("from", "since")
        or (often and words.next_is("on") and Course in drug.forms)
        or (words.at_end and Course in drug.forms and Dose not in drug.forms and unit == OWN)
    ):
        item = read_course(words, drug.name, amount, unit, often)
    elif words.next_is(*_ON_DAYS):
        if often:
            raise words.unreadable("a dose on days cannot be daily as well; for a course write '... daily from DAY until DAY'")
        days = tuple(_days(words))
        if waits := words.accept("if") is not None:
            words.expect("no")
            words.expect("crs")
        item = Dose(drug.name, amount, unit, days, route, waits)
    else:
        raise words.unreadable("expected 'on days ...', 'every N days from ...', 'from DAY ...' or 'if CRS grade >= ...'")
    words.expect_end()
    drug.check(item)
    return item


def _dose(words: Words, drug: Prescribable) -> tuple[float, str]:
    if words.at_end or words.next_is("from", "since", "if", "daily", *_ON_DAYS):
        if OWN in drug.units:
            return 1.0, OWN
        raise words.unreadable(f"{drug.name} needs a dose, for example '{drug.name} {drug.example}'")
    amount = words.number("a dose")
    unit = words.take(f"the unit of the dose ({given_in(drug.units)})")
    if not is_unit(unit):
        raise Unreadable(f"no unit '{unit}'; {drug.name} is given {given_in(drug.units)}", words.last_position)
    return amount, unit


def _times_a_day(words: Words, drug: Prescribable) -> float | None:
    if words.accept("daily"):
        return 1
    if Course in drug.forms and words.accept("weekly"):
        return WEEKLY
    for word, times in _TIMES_A_DAY.items():
        if words.accept(word):
            if times > 2:
                words.expect("times")
            words.expect("daily")
            return times
    return None


def _days(words: Words) -> list[float]:
    if words.next_is("every", "weekly"):
        step = _step(words)
        words.expect("from")
        first = words.number("a day")
        return [first, *_repeats(words, first, step, counted=1)]
    words.expect("on")
    if not (words.accept("days") or words.accept("day")):
        raise words.unreadable("expected 'day' or 'days'")
    days = [words.number("a day")]
    if words.accept("to"):
        return [days[0], *_repeats_until(words, days[0], 1.0, words.number("a day"))]
    while not words.at_end and not words.next_is("then", "if"):
        words.accept(",")
        days.append(words.number("a day"))
    if words.accept("then"):
        step = _step(words)
        days += _repeats(words, max(days), step, counted=0)
    return days


def _step(words: Words) -> float:
    if words.accept("weekly"):
        return _LENGTH_IN_DAYS["week"]
    words.expect("every")
    step = words.number("a number of days")
    step *= _LENGTH_IN_DAYS.get(words.accept(*_LENGTH_IN_DAYS) or "days", 1.0)
    if step <= 0:
        raise Unreadable("the interval must be above 0 days", words.last_position)
    return step


def _repeats(words: Words, first: float, step: float, *, counted: int) -> list[float]:
    """Days after `first`, a step apart, as `until DAY` or `x TIMES` says."""
    if words.accept("x"):
        times = words.whole_number("a number of doses")
        if times < 1:
            raise Unreadable("the number of doses must be 1 or more", words.last_position)
        number = times - counted
    else:
        if not words.accept("until"):
            raise words.unreadable("expected 'until DAY' or 'x TIMES'")
        return _repeats_until(words, first, step, words.number("a day"))
    return _every(words, first, step, number)


def _repeats_until(words: Words, first: float, step: float, last: float) -> list[float]:
    if last < first:
        raise Unreadable(f"'{last:g}' is before the first day, {first:g}", words.last_position)
    return _every(words, first, step, (last - first) / step + 1e-6)  # infinite for the shortest steps


def _every(words: Words, first: float, step: float, number: float) -> list[float]:
    if number > MOST_DOSES:
        raise Unreadable(f"this makes {number:g} doses; at most {MOST_DOSES} can be given", words.last_position)
    return [first + k * step for k in range(1, math.floor(number) + 1)]


def _route(words: Words) -> str:
    """How a dose enters the body, where it is said."""
    route = (words.accept(*map(str.lower, ROUTES)) or "").upper()
    if route and not words.next_is(*_ON_DAYS):
        raise words.unreadable(
            f"a dose {route} is given on days: expected 'on days ...', 'weekly from ...' or 'every N days from ...'"
        )
    return route


def _rescue(words: Words, drug: str, amount: float, unit: str, often: float) -> Rescue:
    written = words.take("CRS, ICANS or neutropenia")
    toxicity = next((name for name in TOXICITIES if name.lower() == written.lower()), written)
    words.expect("grade")
    if not words.accept(">="):
        raise words.unreadable("expected '>='")
    rescue: dict[str, float] = {}
    grade = words.whole_number("a grade from 1 to 4")
    while not words.at_end:
        if words.accept("after"):
            rescue["after_hours"] = words.number("a number of hours") * _LENGTH_IN_HOURS[words.choice(*_LENGTH_IN_HOURS)]
        elif words.accept("for"):
            rescue["for_days"] = words.number("a number of days") * _LENGTH_IN_DAYS[words.choice(*_LENGTH_IN_DAYS)]
        elif words.accept("at"):
            words.expect("most")
            rescue["at_most"] = words.whole_number("how many times at most")
            if words.accept(","):
                rescue["apart_hours"] = words.number("a number of hours") * _LENGTH_IN_HOURS[words.choice(*_LENGTH_IN_HOURS)]
                words.expect("apart")
        else:
            raise words.unreadable("expected 'after N h', 'for N days' or 'at most N'")
    return Rescue(drug, amount, unit, toxicity, grade, times_a_day=often, **rescue)  # type: ignore[arg-type]
