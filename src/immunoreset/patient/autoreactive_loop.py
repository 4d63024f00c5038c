"""The autoreactive loop: activated B cells, their memory and follicular help keep each other alive.

Two states are stable, active disease (1) and remission (near 0), with a threshold between them (`loop_map`). Naive cells that
turn autoreactive seed the loop anew.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from immunoreset.engine.arithmetic import sqrt
from immunoreset.patient.b_cells import naive_share
from immunoreset.patient.background import help_left


class AutoreactiveLoop(NamedTuple):
    """The loop of activated cells, memory and follicular help."""

    activated: Any
    memory: Any
    activated_loss: Any
    naive_share: Any
    half_help: Any
    help_floor: Any
    half_help_maintenance: Any
    help_turnover: Any
    memory_turnover: Any
    half_memory: Any
    baff_selection: Any
    baff_support: Any
    half_baff: Any
    flare_on_help: Any
    blood_ratio: Any


class Flare(NamedTuple):
    """The slow random drive of flares; its shocks come every 28 days."""

    relaxation: Any
    mean: Any
    sd: Any


def activated_share(s: Any, p: Any) -> Any:
    """Activated autoreactive cells, fold of active disease."""
    return s.autoreactive_activated / p.autoreactive_loop.activated


def memory_share(s: Any, p: Any) -> Any:
    """Autoreactive memory, fold of active disease."""
    return s.autoreactive_memory / p.autoreactive_loop.memory


def help_response(p: Any, follicular_help: Any) -> Any:
    """Support that follicular help gives, 1 in active disease; steep, because it takes two signals."""
    half = p.autoreactive_loop.half_help * p.autoreactive_loop.half_help
    given = follicular_help * follicular_help
    return given * (1 + half) / (half + given)


def help_sustained(p: Any, activated: Any) -> Any:
    """Follicular help that a number (fold) of activated cells sustains, 1 in active disease."""
    k = p.autoreactive_loop
    return k.help_floor + (1 - k.help_floor) * activated * (1 + k.half_help_maintenance) / (k.half_help_maintenance + activated)


def memory_sustained(p: Any, activated: Any) -> Any:
    """Autoreactive memory (fold) that a number (fold) of activated cells sustains."""
    half = p.autoreactive_loop.half_memory
    return activated * (1 + half) / (half + activated)


def baff_support(p: Any, baff: Any) -> Any:
    """Support of activated cells by BAFF, 1 at the untreated level."""
    k = p.autoreactive_loop
    return 1 - k.baff_support + k.baff_support * (1 + k.half_baff) * baff / (k.half_baff + baff)


def flare_on_help(s: Any, p: Any) -> Any:
    """A flare adds a little help; bounded for large drives."""
    return 1 + p.autoreactive_loop.flare_on_help * s.flare_drive / sqrt(1 + s.flare_drive * s.flare_drive)


def naive_seeding(s: Any, p: Any, baff: Any) -> Any:
    """Activation seeded by naive cells that escape selection, fold of active disease; none outside lupus."""
    k = p.autoreactive_loop
    return k.naive_share * naive_share(s, p) * baff**k.baff_selection * p.body.lupus


def activation(s: Any, p: Any, drugs: Any) -> Any:
    """Autoreactive cells activated per day, from naive cells and from memory, with help; Mcell/day."""
    k = p.autoreactive_loop
    sources = naive_seeding(s, p, drugs.baff) + (1 - k.naive_share) * memory_share(s, p)
    help_given = (
        help_response(p, s.follicular_help) * help_left(p, drugs.steroid) * baff_support(p, drugs.baff) * flare_on_help(s, p)
    )
    return k.activated_loss * k.activated * sources * help_given


def memory_replenishment(s: Any, p: Any) -> Any:
    """Autoreactive memory made by activated cells, Mcell/day."""
    return p.autoreactive_loop.memory_turnover * p.autoreactive_loop.memory * memory_sustained(p, activated_share(s, p))


def help_change(s: Any, p: Any) -> Any:
    """Follicular help follows the activated cells within weeks; none of it outside lupus."""
    return p.autoreactive_loop.help_turnover * (p.body.lupus * help_sustained(p, activated_share(s, p)) - s.follicular_help)


def help_loss_rate(p: Any, drugs: Any) -> Any:
    """Loss of follicular help to conditioning and to a calcineurin inhibitor, 1/day."""
    lost = p.chemotherapy.sensitivity_help * drugs.lymphodepletion
    return lost + p.background.calcineurin_help_loss * p.background.calcineurin_inhibitor


def flare_relaxation(s: Any, p: Any) -> Any:
    """Between shocks the flare drive returns to the patient's own mean."""
    return p.flare.relaxation * (p.flare.mean - s.flare_drive)
