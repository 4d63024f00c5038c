"""Medicine under the skin that is gone within hours, seen as an even rate: a course or rescue gives so many mg a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from immunoreset.patient.vocabulary import Num
from immunoreset.therapy.drug import Event
from immunoreset.therapy.families.courses import added_up, milligrams
from immunoreset.therapy.families.rescue import courses_if
from immunoreset.therapy.language.items import Item, Rescue
from immunoreset.therapy.recipients import Recipients, Value


class UnderTheSkin(NamedTuple):
    depot: Num
    central: Num


def empty(my: Any) -> UnderTheSkin:
    """Nothing given yet."""
    return UnderTheSkin(0.0, 0.0)


def daily_rate(drug: str, module: str) -> Callable[[Sequence[Item], Recipients], tuple[Event, ...]]:
    """Events that raise the number `dose` (mg/day) of a module, and lower it again."""

    def add(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
        return {f"{module}.dose": getattr(p, module).dose + dose}

    def lower(t: Any, s: Any, p: Any, dose: Any) -> dict[str, Any]:
        return add(t, s, p, -dose)

    def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
        def rescue(item: Rescue) -> Value:
            return recipients.total(item.amount, item.unit) * item.times_a_day

        return (
            *added_up(drug, items, recipients, partial(milligrams, recipients), add),
            *courses_if(items, recipients, rescue, add, lower),
        )

    return events
