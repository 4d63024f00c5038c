"""Reads the days and steps of daily medicine: 'from 0, 15 from 28 until 84', 'on days 0 to 28', '7 days on 7 off'."""

from __future__ import annotations

from immunoreset.therapy.language.items import SINCE_ENTRY, Course, in_turns
from immunoreset.therapy.language.units import OWN
from immunoreset.therapy.language.words import Unreadable, Words


def read_course(words: Words, drug: str, amount: float, unit: str, often: float | None) -> Course:
    """What follows the dose of a course: its days, its steps, turns, end and adherence. Raises Unreadable."""
    steps: list[tuple[float, float]] = []
    if words.accept("on"):
        if not words.accept("days"):
            raise words.unreadable("expected 'days', as in 'on days 0 to 28'")
        steps.append((words.number("a day"), amount))
        words.expect("to")
        steps.append((words.number("a day") + 1, 0.0))
    elif words.next_is("from", "since"):
        steps.append((_first_day(words), amount))
        while words.accept(","):
            amount = words.number("a dose")
            if not words.next_is("from"):
                _same_unit(words, unit)
            words.expect("from")
            steps.append((words.number("a day"), amount))
        if words.accept("until"):
            steps.append((words.number("a day"), 0.0))
    else:
        steps.append((0.0, amount))
    if often is None and unit not in (OWN, "%"):
        raise words.unreadable(f"say how often {drug} is taken: 'daily', 'twice daily' or 'weekly' after the dose")
    steps, off_below = _turns_and_end(words, drug, steps)
    adherence = None
    if words.accept("("):
        words.expect("adherence")
        adherence = words.number("a share between 0 and 1")
        words.expect(")")
    return Course(drug, tuple(steps), unit, often or 1, adherence, off_below)


def _turns_and_end(words: Words, drug: str, steps: list[tuple[float, float]]) -> tuple[list[tuple[float, float]], float | None]:
    """', 7 days on 7 off' and ', off when B cells < 1 per uL' after the days of a course."""
    off_below = None
    while words.accept(","):
        if words.accept("off"):
            for word in ("when", "b", "cells", "<"):
                words.expect(word)
            off_below = words.number("a number of B cells per uL")
            words.expect("per")
            words.expect("ul")
            continue
        if len(steps) != 2 or steps[1][1] > 0:
            raise words.unreadable(f"{drug} in turns has one dose and an end: '... daily from 0 until 56, 7 days on 7 off'")
        on = words.number("a number of days")
        words.choice("days", "day", "d")
        words.expect("on")
        off = words.number("a number of days")
        words.accept("days", "day", "d")
        words.expect("off")
        if on <= 0 or off <= 0:
            raise Unreadable("the days on and off must be above 0", words.last_position)
        (first, amount), (until, _) = steps
        steps = list(in_turns(first, until, amount, on, off))
    return steps, off_below


def _first_day(words: Words) -> float:
    """'from DAY', or 'since entry'."""
    if words.accept("from"):
        return words.number("a day")
    words.expect("since")
    words.expect("entry")
    return SINCE_ENTRY


def _same_unit(words: Words, unit: str) -> None:
    written = words.take(f"'from' or the unit {unit}")
    if written != unit:
        raise Unreadable(f"'{written}' is not the unit of the first dose, {unit}; use one unit", words.last_position)
    words.accept("daily", "weekly")
