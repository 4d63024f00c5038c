"""What a person chooses for a group-sequential test: looks, error rates, the shape of the boundary, and futility."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from immunoreset import errors
from immunoreset.errors import MOST_QUOTED, InvalidValue, cut
from immunoreset.plain_numbers import set_numbers
from immunoreset.trial.group_sequential.spending import check_parameter
from immunoreset.whole_numbers import set_whole, whole_number

BOUNDARY_KINDS = {
    "OF": "O'Brien-Fleming",
    "P": "Pocock",
    "WT": "Wang-Tsiatis, parameter from 0 (O'Brien-Fleming) to 0.5 (Pocock)",
    "HP": "Haybittle-Peto, parameter the interim bound (3 unless given)",
    "asOF": "Lan-DeMets spending, O'Brien-Fleming type",
    "asP": "Lan-DeMets spending, Pocock type",
    "asHSD": "Hwang-Shih-DeCani spending, parameter gamma",
    "asKD": "Kim-DeMets spending, parameter the power",
    "asUser": "a user's own cumulative alpha at each look",
    "none": "one analysis, at the end",
}
FUTILITY_KINDS = ("bsOF", "bsP", "bsHSD", "bsKD", "bsUser")
SMALLEST_STEP = 1e-4


class FutilityBounds(NamedTuple):
    """Stop for futility when Z is below these bounds, (K - 1,); binding means that nobody may go on."""

    z: tuple[float, ...]
    binding: bool = False


class BetaSpending(NamedTuple):
    """Stop for futility by spending the type II error: bsOF, bsP, bsHSD, bsKD, or bsUser with `spent` (K,)."""

    kind: str = "bsOF"
    parameter: float | None = None
    spent: tuple[float, ...] = ()
    binding: bool = False


@dataclass(frozen=True)
class GroupSequential:
    """A group-sequential test of one hypothesis; `looks` is their number, equally spaced, or their information rates.

    >>> GroupSequential("P", looks=(0.5, 0.75, 1.0)).information
    (0.5, 0.75, 1.0)

    Raises UnknownName for an unknown kind and InvalidValue for rates that do not rise to 1 or error rates outside (0, 1).
    """

    kind: str = "asOF"
    looks: int | tuple[float, ...] = 3
    alpha: float = 0.025
    beta: float = 0.2
    sides: int = 1
    parameter: float | None = None
    spent: tuple[float, ...] = ()
    futility: FutilityBounds | BetaSpending | None = None

    def __post_init__(self) -> None:
        set_numbers(self)
        if np.ndim(self.looks) == 0:
            set_whole(self, looks="group-sequential test, number of looks")
        else:
            object.__setattr__(self, "looks", self.information)
        set_whole(self, sides="group-sequential test, sides")
        if self.kind not in BOUNDARY_KINDS:
            raise errors.unknown("boundary", self.kind, BOUNDARY_KINDS)
        if self.sides not in (1, 2):
            raise InvalidValue(f"group-sequential test: sides is {self.sides}; give 1 or 2")
        if not 0 < self.alpha < 1 or not 0 < self.beta < 1 - self.alpha:
            raise InvalidValue(
                f"group-sequential test: alpha {self.alpha:g} and beta {self.beta:g} must be above 0 and sum below 1"
            )
        check_information(self.information)
        if self.kind == "none" and len(self.information) > 1:
            raise InvalidValue("boundary 'none' is for one analysis; name a boundary such as asOF, or give looks=1")
        if (self.kind == "asUser") != bool(self.spent):
            raise InvalidValue("the cumulative alpha `spent` goes with boundary asUser, and only with it")
        _check_parameter(self.kind, self.parameter)
        _check_futility(self)

    @property
    def information(self) -> tuple[float, ...]:
        """The information rate of each look; the last is 1."""
        if np.ndim(self.looks) == 0:
            number = whole_number("group-sequential test, number of looks", self.looks)
            return tuple(float(look) / number for look in range(1, number + 1))
        return tuple(float(rate) for rate in self.looks)  # pyright: ignore[reportGeneralTypeIssues]


def check_information(rates: tuple[float, ...]) -> None:
    """Refuse information rates that do not rise from above 0 to exactly 1."""
    shown = cut(", ".join(f"{rate:g}" for rate in rates), MOST_QUOTED)
    if not rates or not np.all(np.isfinite(rates)) or rates[0] <= 0 or abs(rates[-1] - 1) > 1e-12:
        raise InvalidValue(f"information rates {shown or 'missing'}: they must rise from above 0 to exactly 1")
    for earlier, later in pairwise((0.0, *rates)):
        if later - earlier < SMALLEST_STEP:
            raise InvalidValue(f"information rates {shown}: {later:g} follows {earlier:g}; each must be at least 0.0001 later")


def _check_parameter(kind: str, parameter: float | None) -> None:
    if kind in ("WT", "asHSD", "asKD"):
        if parameter is None or not np.isfinite(parameter):
            raise InvalidValue(f"boundary {kind} needs a finite parameter: {BOUNDARY_KINDS[kind]}")
        if kind == "WT" and abs(parameter) > 5:
            raise InvalidValue(f"boundary WT: parameter {parameter:g}; give a number from -5 to 5, usually 0 to 0.5")
        if kind in ("asHSD", "asKD"):
            check_parameter(kind.removeprefix("as"), parameter, of=f"boundary {kind}")
    elif kind == "HP":
        if parameter is not None and not 0 < parameter < np.inf:
            raise InvalidValue(f"boundary HP: the interim bound {parameter:g} must be above 0")
    elif parameter is not None:
        raise InvalidValue(f"boundary {kind} takes no parameter; leave out {parameter:g}")


def _check_futility(design: GroupSequential) -> None:
    futility, looks = design.futility, len(design.information)
    if futility is None:
        return
    if design.sides != 1:
        raise InvalidValue("futility bounds are for a one-sided test; give sides=1")
    if isinstance(futility, BetaSpending):
        if futility.kind not in FUTILITY_KINDS:
            raise errors.unknown("beta spending function", futility.kind, FUTILITY_KINDS)
        if futility.parameter is not None and futility.kind in ("bsHSD", "bsKD"):
            check_parameter(futility.kind.removeprefix("bs"), futility.parameter, of=f"beta spending {futility.kind}")
        if not design.kind.startswith("as"):
            raise InvalidValue(f"beta spending goes with alpha spending (asOF, asP, asHSD, asKD, asUser), not with {design.kind}")
        if (futility.kind == "bsUser") != bool(futility.spent):
            raise InvalidValue("the cumulative beta `spent` goes with bsUser, and only with it")
    elif len(futility.z) != looks - 1 or any(np.isnan(bound) or bound == np.inf for bound in futility.z):
        raise InvalidValue(f"futility: give {looks - 1} numbers, one for each look but the last; {list(futility.z)} given")
