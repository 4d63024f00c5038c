"""Background treatment: glucocorticoid above the entry dose, standard care, mycophenolate, calcineurin inhibitor."""

from __future__ import annotations

from typing import Any, NamedTuple


class Steroid(NamedTuple):
    """Glucocorticoid dose (an input) and what it does at full effect."""

    dose: Any
    half_effect: Any
    cytokine_block: Any
    expansion_block: Any
    car_t_death: Any
    help_block: Any
    inflammation_fall: Any
    endothelium_block: Any


class Background(NamedTuple):
    """Standard care, mycophenolate and calcineurin inhibitor (inputs), and what they do."""

    care: Any
    mycophenolate: Any
    calcineurin_inhibitor: Any
    calcineurin_help_loss: Any
    calcineurin_upcr_fall: Any


def steroid_effect(p: Any) -> Any:
    """Share of the full glucocorticoid effect at the present dose, 0 to 1."""
    return p.steroid.dose / (p.steroid.half_effect + p.steroid.dose)


def help_left(p: Any, steroid: Any) -> Any:
    """Share of help to autoreactive B cells that glucocorticoid and mycophenolate leave."""
    return (1 - p.steroid.help_block * steroid) * (1 - p.background.mycophenolate)


def cytokines_left(p: Any, steroid: Any) -> Any:
    """Share of cytokine production that glucocorticoid leaves."""
    return 1 - p.steroid.cytokine_block * steroid
