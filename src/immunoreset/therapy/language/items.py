"""The three kinds of line in a regimen: doses on days, courses of daily medicine, and rescue when a toxicity appears."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from immunoreset.errors import InvalidRegimen
from immunoreset.therapy.language.units import finite, to_kept_unit

TOXICITIES = ("CRS", "ICANS", "neutropenia")
ROUTES = ("IV", "SC")  # into a vein, under the skin
MOST_DOSES = 10_000
SINCE_ENTRY = -math.inf
"""The first day of a course that was taken before entry already: what it does is part of how the patient enters."""
DAILY, WEEKLY = (1, 2, 3, 4), 1 / 7
"""How many times a day a course can be taken."""


def _amount(drug: str, amount: float, unit: str, *, zero_allowed: bool = False) -> tuple[float, str]:
    value = finite(amount, f"the dose of {drug}")
    if value < 0:
        raise InvalidRegimen(f"the dose of {drug} is {value:g} {unit}, below zero; write a positive dose")
    if value == 0 and not zero_allowed:
        raise InvalidRegimen(f"the dose of {drug} is 0 {unit}; leave the drug out or write a positive dose")
    return to_kept_unit(value, unit)


@dataclass(frozen=True)
class Dose:
    """The same dose on one or more days; a day named twice means two doses on that day.

    `route` is how it enters the body, one of `ROUTES`; empty means the usual one of the drug.
    Only cells may be none: a search for the dose begins there, and it is the regimen without them. A dose `if_no_crs` waits
    while there is cytokine release, as the later parts of a split dose do.
    """

    drug: str
    amount: float
    unit: str
    days: tuple[float, ...]
    route: str = ""
    if_no_crs: bool = False

    def __post_init__(self) -> None:
        if self.route and self.route not in ROUTES:
            raise InvalidRegimen(f"{self.drug} given by '{self.route}'; the routes are {' and '.join(ROUTES)}")
        amount, unit = _amount(self.drug, self.amount, self.unit, zero_allowed=self.unit.startswith("cells"))
        given = self.days if isinstance(self.days, Iterable) else (self.days,)
        days = tuple(sorted(finite(day, f"a day of {self.drug}") for day in given))
        if not days:
            raise InvalidRegimen(f"{self.drug} has no day; write for example 'on day 0'")
        if len(days) > MOST_DOSES:
            raise InvalidRegimen(f"{self.drug} has {len(days)} doses; at most {MOST_DOSES} can be given")
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "days", days)

    @property
    def first_day(self) -> float:
        """Day of the first dose."""
        return self.days[0]

    def shift(self, days: float) -> Dose:
        """The same doses so many days later."""
        return replace(self, days=tuple(day + days for day in self.days))


@dataclass(frozen=True)
class Course:
    """Daily or weekly medicine at a dose that changes in steps: `steps` is ((from day, dose), ...); the last lasts for ever.

    The dose is that of one administration, taken `times_a_day`. `adherence` is the share of doses taken; None means the
    patient's own where that is known, else all of them. With `off_below` it ends for good once B cells in blood (per uL) fall
    below that. The first day may be SINCE_ENTRY.
    """

    drug: str
    steps: tuple[tuple[float, float], ...]
    unit: str
    times_a_day: float = 1
    adherence: float | None = None
    off_below: float | None = None

    def __post_init__(self) -> None:
        amounts = [_amount(self.drug, amount, self.unit, zero_allowed=True) for _, amount in self.steps]
        before = self.steps[:1] and self.steps[0][0] == SINCE_ENTRY
        days = [finite(day, f"a day of {self.drug}") for day, _ in self.steps[1 if before else 0 :]]
        days = [SINCE_ENTRY, *days] if before else days
        if before and amounts[0][0] == 0:
            raise InvalidRegimen(f"{self.drug} at a dose of 0 since entry is none; begin with a day, for example 'from 0'")
        if not any(amount > 0 for amount, _ in amounts):
            raise InvalidRegimen(f"the dose of {self.drug} is 0 throughout; leave the drug out or write a positive dose")
        if any(later <= earlier for earlier, later in itertools.pairwise(days)):
            listed = ", ".join(f"{day:g}" for day in days)
            raise InvalidRegimen(f"the days of {self.drug} do not increase ({listed}); put them in order")
        if self.times_a_day not in (*DAILY, WEEKLY):
            raise InvalidRegimen(f"{self.drug} {self.times_a_day:g} times a day; choose 1, 2, 3 or 4, or 1/7 for weekly")
        if self.adherence is not None:
            share = finite(self.adherence, f"the adherence to {self.drug}")
            if not 0 <= share <= 1:
                raise InvalidRegimen(f"the adherence to {self.drug} is {share:g}; write a share between 0 and 1")
            object.__setattr__(self, "adherence", share)
        if self.off_below is not None:
            limit = finite(self.off_below, f"the B cells per uL that end {self.drug}")
            if limit <= 0:
                raise InvalidRegimen(f"{self.drug} off when B cells < {limit:g} per uL; write a number above 0")
            object.__setattr__(self, "off_below", limit)
        steps: list[tuple[float, float]] = []
        for day, (amount, _) in zip(days, amounts, strict=True):
            if not steps or steps[-1][1] != amount:
                steps.append((day, amount))
        object.__setattr__(self, "steps", tuple(steps))
        object.__setattr__(self, "unit", amounts[0][1])

    @property
    def since_entry(self) -> bool:
        """Whether it was taken before entry already."""
        return self.steps[0][0] == SINCE_ENTRY

    @property
    def first_day(self) -> float:
        """Day of the first step, and of the first change where it is taken since entry; minus infinity where that goes on."""
        return next((day for day, _ in self.steps if day > SINCE_ENTRY), SINCE_ENTRY)

    @property
    def last_day(self) -> float:
        """Day of the last step: the end, where the course `ends`."""
        return self.steps[-1][0]

    @property
    def ends(self) -> bool:
        """Whether it is given until a day."""
        return self.steps[-1][1] == 0

    def shift(self, days: float) -> Course:
        """The same course so many days later; what is taken since entry still is."""
        steps = tuple((day + days, amount) for day, amount in self.steps)
        return Course(self.drug, steps, self.unit, self.times_a_day, self.adherence, self.off_below)


def in_turns(start: float, until: float, amount: float, on: float, off: float) -> tuple[tuple[float, float], ...]:
    """Steps of a course that is given for `on` days and left out for `off` days in turn.

    >>> in_turns(0, 28, 5, 7, 7)
    ((0, 5), (7, 0.0), (14, 5), (21, 0.0))
    """
    turns = math.ceil((until - start) / (on + off))
    if turns > MOST_DOSES:
        raise InvalidRegimen(f"this makes {turns:,} turns; at most {MOST_DOSES:,} can be given")
    begins = [start + turn * (on + off) for turn in range(turns)]
    return tuple(step for day in begins for step in ((day, amount), (min(day + on, until), 0.0)))


@dataclass(frozen=True)
class Rescue:
    """A drug given when a toxicity reaches a grade: `after_hours` later, at most so many times, so many hours apart.

    It is looked for every 6 hours from the first CAR-T infusion to day 60 after the last. `for_days` is the length of a course.
    """

    drug: str
    amount: float
    unit: str
    toxicity: str
    at_grade: int
    after_hours: float = 0.0
    for_days: float = 0.0
    times_a_day: int = 1
    at_most: int = 1
    apart_hours: float = 0.0

    def __post_init__(self) -> None:
        amount, unit = _amount(self.drug, self.amount, self.unit)
        if self.toxicity not in TOXICITIES:
            known = f"{', '.join(TOXICITIES[:-1])} and {TOXICITIES[-1]}"
            raise InvalidRegimen(f"{self.drug} if '{self.toxicity}': the toxicities are {known}")
        if self.at_grade not in (1, 2, 3, 4):
            raise InvalidRegimen(f"{self.drug} at {self.toxicity} grade {self.at_grade}; the grades are 1, 2, 3 and 4")
        if self.at_most < 1 or self.at_most != int(self.at_most):
            raise InvalidRegimen(f"{self.drug} at most {self.at_most} times; write a whole number from 1 up")
        if self.times_a_day not in (1, 2, 3, 4):
            raise InvalidRegimen(f"{self.drug} {self.times_a_day:g} times a day; choose 1, 2, 3 or 4")
        for name in ("after_hours", "for_days", "apart_hours"):
            value = finite(getattr(self, name), f"'{name.replace('_', ' ')}' of {self.drug}")
            if value < 0:
                raise InvalidRegimen(f"'{name.replace('_', ' ')}' of {self.drug} is {value:g}, below zero; write 0 or more")
            object.__setattr__(self, name, value)
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "unit", unit)

    @property
    def first_day(self) -> float:
        """Rescue has no day of its own and is listed last."""
        return float("inf")

    def shift(self, days: float) -> Rescue:
        """Itself: rescue follows the infusion, wherever that is."""
        return self


Item = Dose | Course | Rescue


def canonical(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items in order of time, equal doses joined and equal rescues listed once, so that equal regimens compare equal."""
    doses: dict[tuple[str, float, str, str, bool], list[float]] = {}
    others: list[Item] = []
    for item in items:
        if isinstance(item, Dose):
            doses.setdefault((item.drug, item.amount, item.unit, item.route, item.if_no_crs), []).extend(item.days)
        elif not (isinstance(item, Rescue) and item in others):
            others.append(item)
    joined = [Dose(drug, dose, unit, tuple(days), route, waits) for (drug, dose, unit, route, waits), days in doses.items()]
    return tuple(sorted([*joined, *others], key=lambda item: (item.first_day, item.drug, repr(item))))
