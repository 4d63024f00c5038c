"""Litifilimab, an antibody against BDCA2 of plasmacytoid dendritic cells: lowers the drive of inflammation, within weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from immunoreset.engine import set_parameter
from immunoreset.patient.module import Module
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.families.background import Exposure
from immunoreset.therapy.families.doses import shares_by_day
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients

FULL_DOSE = 450.0  # mg, that of the trial
COVERED = 28.0  # days for which a dose works, the interval of the trial


class Litifilimab(NamedTuple):
    """The share of the full dose that is on board (an input), how fast its effect comes and goes, and what it blocks."""

    dose: Num
    approach: Num
    inflammation_block: Num


def change(me: Exposure, my: Litifilimab, seen: Signals, on: Effects, rest: Rest) -> Exposure:
    """Comes and goes over weeks."""
    return Exposure(my.approach * (my.dose - me.exposure))


def does(me: Exposure, my: Litifilimab, seen: Signals) -> Effects:
    """Blocks a part of the drive of inflammation."""
    return Effects(block_inflammation=my.inflammation_block * me.exposure)


def covered(given: Mapping[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Days on which the dose on board changes, and what it is from each on, of the share of the full dose given on each day.

    The strongest dose of the last four weeks counts.

    >>> days, shares = covered({0.0: 1.0, 14.0: 0.5})
    >>> days.tolist(), shares.tolist()
    ([0.0, 14.0, 28.0, 42.0], [1.0, 1.0, 0.5, 0.0])
    """
    days = np.unique([when for day in given for when in (day, day + COVERED)])
    return days, np.array([max((given[day] for day in given if day <= now < day + COVERED), default=0.0) for now in days])


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """The dose on board, in proportion below the full one."""
    days, shares = covered(shares_by_day("litifilimab", items, recipients, FULL_DOSE))
    return (set_parameter("litifilimab.dose", days, shares, name="litifilimab"),) if len(days) else ()


DRUG = Drug(
    name="litifilimab",
    meaning="antibody against BDCA2; lowers the drive of inflammation; full effect at 450 mg every 4 weeks, in proportion below",
    units=("mg",),
    forms=(Dose,),
    example="450 mg on days 0 14 28 then every 28 days until 364",
    events=events,
    module=Module("litifilimab", __file__, Exposure, Litifilimab, lambda my: Exposure(0.0), change, does=does),
    kind="antibody",
)
