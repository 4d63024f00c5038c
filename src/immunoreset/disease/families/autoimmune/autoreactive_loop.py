"""The autoreactive loop: activated B cells, their memory and follicular help keep each other alive.

Two states are stable, active disease (1) and remission (near 0), with a threshold between them (`loop_map`). Naive cells that
turn autoreactive seed the loop anew.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.engine.arithmetic import sqrt
from immunoreset.patient.module import Module, Reading
from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, View

ONE_CELL = 1e-6  # of the unit of the pools, one million cells


class State(NamedTuple):
    autoreactive_memory: Num
    autoreactive_activated: Num
    follicular_help: Num


class AutoreactiveLoop(NamedTuple):
    """The loop of activated cells, memory and follicular help."""

    activated: Num
    memory: Num
    activated_loss: Num
    naive_share: Num
    half_help: Num
    help_floor: Num
    half_help_maintenance: Num
    help_turnover: Num
    memory_turnover: Num
    half_memory: Num
    baff_selection: Num
    baff_support: Num
    half_baff: Num
    flare_on_help: Num
    blood_ratio: Num
    sensitivity_help: Num
    sensitivity_activated: Num
    sensitivity_memory: Num


def start(my: AutoreactiveLoop) -> State:
    """Active disease."""
    return State(my.memory, my.activated, 1.0)


def help_response(my: AutoreactiveLoop, follicular_help: Num) -> Num:
    """Support that follicular help gives, 1 in active disease; steep, because it takes two signals."""
    half, given = my.half_help * my.half_help, follicular_help * follicular_help
    return given * (1 + half) / (half + given)


def help_sustained(my: AutoreactiveLoop, activated: Num) -> Num:
    """Follicular help that a number (fold) of activated cells sustains, 1 in active disease."""
    half = my.half_help_maintenance
    return my.help_floor + (1 - my.help_floor) * activated * (1 + half) / (half + activated)


def memory_sustained(my: AutoreactiveLoop, activated: Num) -> Num:
    """Autoreactive memory (fold) that a number (fold) of activated cells sustains."""
    return activated * (1 + my.half_memory) / (my.half_memory + activated)


def slack_of_active_disease(my: AutoreactiveLoop) -> Num:
    """How fast the loop returns to active disease after a small push, in closed form; stable where this is positive."""
    memory = (1 - my.naive_share) * my.half_memory / (1 + my.half_memory)
    help_gain = (1 - my.help_floor) * my.half_help_maintenance / (1 + my.half_help_maintenance)
    half = my.half_help * my.half_help
    return 1 - (memory + 2 * half / (1 + half) * help_gain)


def baff_support(my: AutoreactiveLoop, baff: Num) -> Num:
    """Support of activated cells by BAFF, 1 at the untreated level."""
    return 1 - my.baff_support + my.baff_support * (1 + my.half_baff) * baff / (my.half_baff + baff)


def flare_on_help(my: AutoreactiveLoop, flare: Num) -> Num:
    """A flare adds a little help; bounded for large drives."""
    return 1 + my.flare_on_help * flare / sqrt(1 + flare * flare)


def naive_seeding(my: AutoreactiveLoop, seen: Signals, rest: Rest, baff: Num) -> Num:
    """Activation seeded by naive cells that escape selection, fold of active disease."""
    return my.naive_share * (seen.naive_b / rest.seen.naive_b) * baff**my.baff_selection


def activation(me: State, my: AutoreactiveLoop, seen: Signals, on: Effects, rest: Rest) -> Num:
    """Autoreactive cells activated per day, from naive cells and from memory, with help; Mcell/day."""
    baff = seen.baff * (1 - on.block_baff)
    sources = naive_seeding(my, seen, rest, baff) + (1 - my.naive_share) * me.autoreactive_memory / my.memory
    given = help_response(my, me.follicular_help) * (1 - on.block_help)
    helped = given * baff_support(my, baff) * flare_on_help(my, seen.flare)
    return my.activated_loss * my.activated * sources * helped


def change(me: State, my: AutoreactiveLoop, seen: Signals, on: Effects, rest: Rest) -> State:
    """Memory and help follow the activated cells; all three are lost by themselves and to treatment."""
    activated = me.autoreactive_activated / my.activated
    memory_made = my.memory_turnover * my.memory * memory_sustained(my, activated)
    memory_killed = on.kill_autoreactive_memory + my.sensitivity_memory * on.chemotherapy
    activated_killed = on.kill_autoreactive_activated + my.sensitivity_activated * on.chemotherapy
    help_lost = my.sensitivity_help * on.chemotherapy + on.lose_help
    return State(
        autoreactive_memory=memory_made - (my.memory_turnover + memory_killed) * me.autoreactive_memory,
        autoreactive_activated=activation(me, my, seen, on, rest)
        - (my.activated_loss + activated_killed) * me.autoreactive_activated,
        follicular_help=my.help_turnover * (help_sustained(my, activated) - me.follicular_help) - help_lost * me.follicular_help,
    )


def offers(me: State, my: AutoreactiveLoop) -> Signals:
    """The autoreactive cells, and how active they are."""
    return Signals(
        autoreactive_b=me.autoreactive_memory + me.autoreactive_activated,
        autoreactive_activated=me.autoreactive_activated / my.activated,
        follicular_help=me.follicular_help,
        autoreactive_returning=my.blood_ratio * me.autoreactive_memory,
    )


def shows(me: State, my: AutoreactiveLoop, seen: Signals, on: Effects, rest: Rest) -> Findings:
    """The autoreactive cells of tissue."""
    cells = me.autoreactive_memory + me.autoreactive_activated
    return Findings(tissue_b=cells, autoreactive_b=cells)


def autoreactive_tissue_fraction(my: AutoreactiveLoop, view: View) -> Num:
    """Autoreactive B cells of tissue, share of active disease."""
    return view.found.autoreactive_b / view.untreated.autoreactive_b


MODULE = Module(
    "autoreactive_loop",
    __file__,
    State,
    AutoreactiveLoop,
    start,
    change,
    offers,
    shows=shows,
    readings={
        "autoreactive_tissue_fraction": Reading("Autoreactive B cells, share of untreated", "1", autoreactive_tissue_fraction)
    },
    must_be_positive={"stability of active disease": slack_of_active_disease},
)
