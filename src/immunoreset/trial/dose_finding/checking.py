"""What every dose-finding design asks of its settings: a target, doses and a first dose that make sense."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import pairwise
from typing import Any

from immunoreset.errors import InvalidValue
from immunoreset.plain_numbers import set_numbers
from immunoreset.whole_numbers import set_whole, whole_number

_FROM_ONE = {
    "doses": "number of doses",
    "start": "first dose",
    "cohort_size": "cohorts of",
    "n_earlystop": "n_earlystop",
    "stage_one": "stage one of",
    "power": "power of the number of points",
}
_FROM_ZERO = {"close_after": "close_after", "n_star": "n_star", "explore_from": "explore_from"}
_SHARES = ("exclusion_certainty", "cutoff_eli")


def check_design(design: Any) -> None:
    """What the settings of one name must be in every design: whole numbers made so, shares and priors refused if impossible.

    Raises InvalidValue with the name of the setting.
    """
    held = {field.name: field.type for field in fields(design)}
    set_numbers(design)
    set_whole(design, 1, **{field: name for field, name in _FROM_ONE.items() if field in held})
    set_whole(design, 0, **{field: name for field, name in _FROM_ZERO.items() if field in held})
    check_doses(design.doses, design.start)
    for name in _SHARES:
        if name in held and not 0 < getattr(design, name) <= 1:
            raise InvalidValue(f"{name} {getattr(design, name):g}: give a share above 0, up to 1, such as 0.95")
    if held.get("prior") == "tuple[float, float]":
        check_prior(design.prior)


def check_prior(prior: tuple[float, ...] | list[float]) -> None:
    """Raises InvalidValue unless a beta prior has two finite numbers above 0.

    >>> check_prior((-1, -1))
    Traceback (most recent call last):
    immunoreset.errors.InvalidValue: beta prior -1, -1: give two finite numbers above 0
    """
    if len(prior) != 2 or not all(0 < part < math.inf for part in prior):
        raise InvalidValue(f"beta prior {', '.join(f'{part:g}' for part in prior)}: give two finite numbers above 0")


def check_amounts(amounts: tuple[float, ...], *further: float) -> None:
    """Raises InvalidValue unless the amounts of the doses are finite, above 0 and rise, and so are `further` ones above 0."""
    fine = bool(amounts) and all(0 < amount < math.inf for amount in (*amounts, *further))
    if not fine or any(high <= low for low, high in pairwise(amounts)):
        shown = ", ".join(f"{amount:g}" for amount in amounts)
        reference = f", reference {further[0]:g}" if further else ""
        raise InvalidValue(f"doses {shown}{reference}: give rising doses above 0")


def check_doses(doses: int, start: int = 1) -> None:
    """Raises InvalidValue unless there is a dose and the trial starts at one of them."""
    doses, start = whole_number("number of doses", doses, least=0), whole_number("first dose", start, least=0)
    if doses < 1:
        raise InvalidValue(f"{doses} doses: a design needs at least one")
    if not 1 <= start <= doses:
        raise InvalidValue(f"first dose {start}: give a dose between 1 and {doses}")


def check_share(name: str, value: float) -> None:
    """Raises InvalidValue unless the value lies strictly between 0 and 1.

    >>> check_share("target", 30)
    Traceback (most recent call last):
    immunoreset.errors.InvalidValue: target 30: give a share between 0 and 1, such as 0.3
    """
    if not 0 < value < 1:
        raise InvalidValue(f"{name} {value:g}: give a share between 0 and 1, such as 0.3")
