"""What sets one kind of CAR cell apart from another: what it sees, when it works, and what else can kill it.

All kinds have the equations of `car_t`. A factor that is 1 and a term that is 0 in a kind leave nothing behind in its equations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from immunoreset.patient.vocabulary import Effects, Num, Signals


class Profile(NamedTuple):
    """How a product reacts to each kind of cell, as a share of how CD19 CAR-T cells react to naive B cells."""

    naive: Num
    memory: Num
    autoreactive: Num
    plasmablasts: Num
    long_lived: Num
    precursors: Num


@dataclass(frozen=True)
class Kind:
    """`sees(numbers)` is the profile; `numbers` stand in place of `plasmablast_cd19` among those of the family.

    Products of kinds that see CD19 compete for the cells that they kill (`sees_cd19`). `works(signals)` is the share of the
    function that is switched on; `dies(numbers, effects)` is kill of the cells of this kind alone, 1/day.
    """

    sees: Callable[[Any], Profile]
    numbers: tuple[str, ...] = ("plasmablast_cd19",)
    sees_cd19: bool = True
    works: Callable[[Signals], Num] = lambda seen: 1.0
    dies: Callable[[Any, Effects], Num] = lambda my, on: 0.0


def cd19(my: Any) -> Profile:
    """All B cells and their precursors, plasmablasts in part, no long-lived plasma cell."""
    return Profile(1.0, 1.0, 1.0, my.plasmablast_cd19, 0.0, 1.0)


def cd20(my: Any) -> Profile:
    """All B cells, few of their precursors and of plasmablasts, no long-lived plasma cell."""
    return Profile(1.0, 1.0, 1.0, my.sees_plasmablasts, 0.0, my.sees_precursors)


def cd19_and_bcma(my: Any) -> Profile:
    """What either receptor sees: all B cells and their precursors, plasmablasts, and long-lived plasma cells."""
    return Profile(1.0, 1.0, 1.0, my.sees_plasmablasts, my.sees_long_lived, 1.0)


def bcma(my: Any) -> Profile:
    """Plasmablasts and long-lived plasma cells; B cells as far as they carry some BCMA."""
    return Profile(
        my.sees_naive, my.sees_memory, my.sees_autoreactive, my.sees_plasmablasts, my.sees_long_lived, my.sees_precursors
    )


CD19 = Kind(cd19)
CD20 = Kind(cd20, ("sees_plasmablasts", "sees_precursors"), sees_cd19=False)
CD19_AND_BCMA = Kind(cd19_and_bcma, ("sees_plasmablasts", "sees_long_lived"))
BCMA = Kind(
    bcma,
    ("sees_naive", "sees_memory", "sees_autoreactive", "sees_plasmablasts", "sees_long_lived", "sees_precursors"),
    sees_cd19=False,
)
SPLIT = replace(CD19, works=lambda seen: seen.car_dimerised)
DEGRON = replace(CD19, works=lambda seen: 1 - seen.car_degraded)
ADAPTOR = replace(CD19, works=lambda seen: seen.car_bridged)
PROTEASE = replace(CD19, works=lambda seen: seen.car_protected)
ICASP9 = replace(CD19, dies=lambda my, on: on.kill_icasp9)
EGFRT = replace(CD19, dies=lambda my, on: on.kill_egfrt)
