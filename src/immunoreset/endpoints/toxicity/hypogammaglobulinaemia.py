"""Low immunoglobulin G after B cells are gone: graded by limits that the sponsor sets, for CTCAE has no such term."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import Igg, need
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.toxicity.findings import YesNo
from immunoreset.errors import InvalidValue

REPLACEMENT = Igg(4.0, "g/L")  # a common trigger for considering replacement, not a CTCAE limit


def grade(igg: Igg | None, *, limits: Sequence[Igg]) -> Range:
    """The number of the last of the sponsor's limits that IgG is below: `limits` fall, the first gives grade 1.

    Raises InvalidValue for limits that do not fall.

    >>> grade(Igg(350, "mg/dL"), limits=[Igg(7, "g/L"), Igg(4, "g/L"), Igg(2, "g/L")])
    Range(2)
    """
    bounds = [need(Igg, limit, "limits").to("g/L") for limit in limits]
    if any((later >= earlier).value is not False for earlier, later in pairwise(bounds)):
        raise InvalidValue(f"limits must fall from grade to grade, not {list(limits)}")
    value = need(Igg, igg, "igg").to("g/L")
    return highest_step(*(value < bound for bound in bounds))


def consider_replacement(igg: Igg | None, *, below: Igg = REPLACEMENT, infections: YesNo = True) -> Answer:
    """Whether IgG is below the limit at which the protocol considers replacement, in a patient with `infections` if it asks.

    `infections` is True unless the protocol requires serious or recurrent infection as well.

    >>> consider_replacement(Igg(3.9, "g/L")).value, consider_replacement(Igg(3.9, "g/L"), infections=False).value
    (True, False)
    """
    return (need(Igg, igg, "igg").to("g/L") < need(Igg, below, "below").to("g/L")) & Answer.of(infections)
