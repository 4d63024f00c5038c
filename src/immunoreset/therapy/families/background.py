"""Daily medicine that patients may take since before entry: an exposure that follows the dose over days or months.

What such a drug does is already part of how a patient enters. So it acts by how much its effect differs from that of the exposure
at entry: taken as before it changes nothing, and what is left out comes back (a wash-out flare). A single tablet is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.courses import milligrams, since_entry, steps
from immunoreset.therapy.language.items import DAILY, Course, Item
from immunoreset.therapy.recipients import Recipients, Value


class Exposure(NamedTuple):
    exposure: Num


class Taken(Protocol):
    """Numbers that every such drug has: the dose and that at entry (inputs), and how fast the exposure follows (1/day)."""

    @property
    def dose(self) -> Num: ...

    @property
    def entry_dose(self) -> Num: ...

    @property
    def approach(self) -> Num: ...


def as_dosed(dose: Num, my: Any) -> Num:
    """The exposure that a dose sustains, for a drug whose exposure is counted as its dose."""
    return dose


def background_drug(
    name: str,
    *,
    file: str,
    numbers: type,
    share: Callable[[Num, Any], Num],
    says: Callable[[Num], Effects],
    sustained: Callable[[Num, Any], Num] = as_dosed,
    daily: Callable[[Recipients, Course, float], Value] = milligrams,
    highest: float,
    meaning: str,
    units: tuple[str, ...],
    example: str,
    aliases: tuple[str, ...] = (),
    times_a_day: tuple[float, ...] = DAILY,
    suppresses: bool = True,
    in_plasma: bool = False,
) -> Drug:
    """A drug that blocks a share of something: `share(exposure, its numbers)`, which `says` puts into words.

    `sustained(dose, its numbers)` is the exposure that a dose sustains, `daily` what a course comes to in the unit of the number
    `dose`, at most `highest`. `suppresses` is whether it counts as an immunosuppressant, `in_plasma` whether the exposure is a
    concentration in mg/L.
    """
    module = name.replace("-", "_")

    def at_entry(my: Any) -> Num:
        return sustained(my.entry_dose, my)

    def change(me: Exposure, my: Any, seen: Signals, on: Effects, rest: Rest) -> Exposure:
        return Exposure(my.approach * (sustained(my.dose, my) - me.exposure))

    def does(me: Exposure, my: Any, seen: Signals) -> Effects:
        now, before = share(me.exposure, my), share(at_entry(my), my)
        return says((now - before) / (1 - before))  # leaves (1 - now) / (1 - before), above 1 where less is taken than at entry

    def shows(me: Exposure, my: Any, seen: Signals, on: Effects, rest: Rest) -> Findings:
        return Findings(immunosuppressants=share(sustained(my.dose, my), my))

    def begin(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
        """Taken since long before entry."""
        exposure = sustained(dose, getattr(p, module))
        return {f"{module}.dose": dose, f"{module}.entry_dose": dose, f"{module}.exposure": exposure}

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        effect = partial(daily, recipients)
        before = since_entry(name, items, recipients, effect, begin, highest=highest)
        return (*before, *steps(f"{module}.dose", name, items, recipients, effect, highest=highest))

    part = Module(
        module,
        file,
        Exposure,
        numbers,
        start=lambda my: Exposure(at_entry(my)),
        change=change,
        does=does,
        shows=shows if suppresses else None,
        concentration=(lambda me, my, seen: me.exposure) if in_plasma else None,
    )
    return Drug(
        name=name,
        meaning=meaning,
        units=units,
        forms=(Course,),
        example=example,
        events=events,
        module=part,
        kind="small molecule",
        aliases=aliases,
        since_entry=True,
        times_a_day=times_a_day,
    )
