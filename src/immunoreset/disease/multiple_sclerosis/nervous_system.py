"""The nervous system in multiple sclerosis: relapses from the periphery, B cells of the cerebrospinal fluid, slow progression.

Lesions follow inflammation, and relapses come as they do. B cells of the cerebrospinal fluid and the meninges come from the
periphery and then keep themselves; they keep microglia smouldering, which costs disability whether there are relapses or not.
Antibodies do not reach them, CAR-T cells do in part.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.disease.families.autoimmune.attacks import per_day
from immunoreset.engine import Extinction
from immunoreset.engine.arithmetic import exp
from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Num, Rest, Signals, View


class State(NamedTuple):
    csf_b_cells: Num
    microglia: Num
    progression: Num
    attacks_expected: Num


class NervousSystem(NamedTuple):
    """How often relapses come, how B cells of the cerebrospinal fluid live, what microglia cost, and disability at entry."""

    relapse_rate: Num
    relapse_fall_with_age: Num
    age_of_relapse_rate: Num
    age: Num
    days_per_year: Num
    csf_turnover: Num
    csf_from_periphery: Num
    csf_half_maintenance: Num
    csf_reach: Num
    microglia_pace: Num
    microglia_from_b_cells: Num
    progression_rate: Num
    disability_at_entry: Num
    relapse_leaves: Num


def relapses_a_year(my: NervousSystem, lesions: Num) -> Num:
    """Relapses to be expected in a year at such an activity of lesions (fold of entry); fewer in those who are older."""
    return my.relapse_rate * exp(-my.relapse_fall_with_age * (my.age - my.age_of_relapse_rate)) * lesions


def csf_sustained(my: NervousSystem, csf_b_cells: Num) -> Num:
    """B cells of the cerebrospinal fluid that so many (fold of entry) sustain without any from the periphery."""
    return csf_b_cells * (1 + my.csf_half_maintenance) / (my.csf_half_maintenance + csf_b_cells)


def csf_change(me: State, my: NervousSystem, seen: Signals, on: Effects) -> Num:
    """They come from activated cells of the periphery, keep themselves, and die; cells that cross the barrier kill them."""
    made = my.csf_from_periphery * seen.autoreactive_activated + (1 - my.csf_from_periphery) * csf_sustained(my, me.csf_b_cells)
    return my.csf_turnover * (made - me.csf_b_cells) - my.csf_reach * on.kill_b_behind_barrier * me.csf_b_cells


def change(me: State, my: NervousSystem, seen: Signals, on: Effects, rest: Rest) -> State:
    """Microglia follow the B cells of the cerebrospinal fluid; disability and expected relapses add up."""
    from_b_cells = my.microglia_from_b_cells * me.csf_b_cells
    return State(
        csf_b_cells=csf_change(me, my, seen, on),
        microglia=my.microglia_pace * (from_b_cells + 1 - my.microglia_from_b_cells - me.microglia),
        progression=my.progression_rate * me.microglia,
        attacks_expected=per_day(relapses_a_year(my, seen.inflammation), my.days_per_year),
    )


def relapses_just_now(my: NervousSystem, view: View) -> Num:
    """Relapses to be expected in a year that were like this day."""
    return relapses_a_year(my, view.seen.inflammation)


MODULE = Module(
    "nervous_system",
    __file__,
    State,
    NervousSystem,
    lambda my: State(1.0, 1.0, 0.0, 0.0),
    change,
    readings={"relapses_a_year": Reading("Relapses to be expected", "1/year", relapses_just_now)},
)
LAST_CSF_B_CELLS = 0.001  # fold of entry: fewer are none (assumed)
# Once: what is seeded anew grows through the limit, and must not be taken away at the next flare.
EVENTS = (Extinction("end of B cells in cerebrospinal fluid", ("nervous_system.csf_b_cells",), LAST_CSF_B_CELLS, at_most=1),)
