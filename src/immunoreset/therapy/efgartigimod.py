"""Efgartigimod, a fragment of IgG that blocks the neonatal Fc receptor: IgG, autoantibodies among it, is broken down faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from immunoreset.engine import set_parameter
from immunoreset.patient.module import Module, Nothing
from immunoreset.patient.vocabulary import Effects, Num, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.doses import shares_by_day
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients

FULL_DOSE = 10.0  # mg/kg, that of trials
FADES = 3.0  # days after the last dose of a cycle; with four weekly doses the block lasts from day 0 to day 24 (assumed)
BRIDGED = 10.0  # days from one dose to the next over which the block is taken as even: a week, and as long as it fades (assumed)


class Efgartigimod(NamedTuple):
    """The share of full effect (an input), and what the full effect adds to the breakdown of IgG."""

    level: Num
    catabolism_added: Num


def does(me: Nothing, my: Efgartigimod, seen: Signals) -> Effects:
    """IgG that the receptor does not save is broken down."""
    return Effects(hasten_igg_catabolism=my.catabolism_added * my.level)


def levels(given: Mapping[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Days on which the block changes, and the share of full effect from each on, of the share that is given on each day.

    It is that of the strongest dose of the last ten days, until it fades after the last dose of a cycle.

    >>> days, shares = levels({0.0: 1.0, 7.0: 1.0, 40.0: 0.5})
    >>> days.tolist(), shares.tolist()
    ([0.0, 7.0, 10.0, 40.0, 43.0], [1.0, 1.0, 0.0, 0.5, 0.0])
    >>> levels({0.0: 1.0, 1.0: 0.1, 8.0: 0.1})[1].tolist()  # on days 0, 1, 8, 10 and 11
    [1.0, 1.0, 1.0, 0.1, 0.0]
    """
    days = sorted(given)
    ends = [day + FADES for day, later in zip(days, [*days[1:], np.inf], strict=True) if later > day + BRIDGED]
    weaker = [day + BRIDGED for day in days if not any(end <= day + BRIDGED for end in ends if end > day)]

    def level(now: float) -> float:
        return 0.0 if now in ends else max(given[day] for day in days if day <= now < day + BRIDGED)

    found: dict[float, float] = {}
    for now in sorted({*days, *ends, *weaker}):
        if now in given or level(now) != list(found.values())[-1]:
            found[now] = level(now)
    return np.array(list(found)), np.array(list(found.values()))


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """The block from each dose on, in proportion below the full one."""
    days, shares = levels(shares_by_day("efgartigimod", items, recipients, FULL_DOSE))
    return (set_parameter("efgartigimod.level", days, shares, name="efgartigimod"),) if len(days) else ()


DRUG = Drug(
    name="efgartigimod",
    meaning="fragment of IgG that blocks the neonatal Fc receptor; full effect at 10 mg/kg weekly, in proportion below",
    units=("mg/kg",),
    forms=(Dose,),
    example="10 mg/kg on days 0 7 14 21",
    events=events,
    module=Module("efgartigimod", __file__, Nothing, Efgartigimod, does=does),
    kind="antibody fragment",
)
