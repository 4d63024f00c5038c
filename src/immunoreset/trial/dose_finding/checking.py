"""What every dose-finding design asks of its settings: a target, doses and a first dose that make sense."""

from __future__ import annotations

from immunoreset.errors import InvalidValue


def check_doses(doses: int, start: int = 1) -> None:
    """Raises InvalidValue unless there is a dose and the trial starts at one of them."""
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
