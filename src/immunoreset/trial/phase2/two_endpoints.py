"""Exact operating characteristics of a single arm with two yes-or-no endpoints, whichever way they go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.enumeration import check_looks
from immunoreset.whole_numbers import whole_numbers

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
PairKind = Literal["nested", "co-primary", "toxicity"]
PAIR_KINDS: tuple[PairKind, ...] = ("nested", "co-primary", "toxicity")


class Joint(NamedTuple):
    """Probability that a patient has both events, only the first, only the second, or neither."""

    both: float
    first_only: float
    second_only: float
    neither: float

    @property
    def rates(self) -> tuple[float, float]:
        """The rate of each event."""
        return self.both + self.first_only, self.both + self.second_only


def independent(first: float, second: float) -> Joint:
    """Two events that do not depend on each other.

    >>> independent(0.5, 0.5).rates
    (0.5, 0.5)
    """
    return checked_joint(Joint(first * second, first * (1 - second), (1 - first) * second, (1 - first) * (1 - second)))


def nested(best: float, any_response: float) -> Joint:
    """A best response (such as complete) that always counts as a response too.

    >>> nested(0.15, 0.30).rates
    (0.15, 0.3)
    """
    return checked_joint(Joint(best, 0.0, any_response - best, 1 - any_response))


def checked_joint(joint: Joint) -> Joint:
    """The probabilities, refused unless they are from 0 to 1 and sum to 1."""
    if not all(-1e-12 <= part <= 1 for part in joint) or abs(sum(joint) - 1) > 1e-9:
        raise InvalidValue(
            f"probabilities {tuple(joint)} of both, first only, second only and neither must be 0 or more and sum to 1"
        )
    return joint


@dataclass(frozen=True)
class PairTable:
    """Bounds on the number of patients with each event, at looks after `looks` patients (K,).

    nested and co-primary: stop when the first events are `first` or fewer and the second `second` or fewer. toxicity: stop when
    the first (responses) are `first` or fewer, or the second (toxicities) `second` or more. At the last look not to stop is the
    claim.
    """

    kind: PairKind
    looks: tuple[int, ...]
    first: tuple[int, ...]
    second: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.kind not in PAIR_KINDS:
            raise errors.unknown("pair of endpoints", self.kind, PAIR_KINDS)
        check_looks(self.looks)
        for name in ("looks", "first", "second"):
            object.__setattr__(self, name, tuple(whole_numbers(f"two-endpoint table, {name}", getattr(self, name)).tolist()))
        if not len(self.first) == len(self.second) == len(self.looks):
            raise InvalidValue(f"two-endpoint table: {len(self.looks)} looks need one bound of each endpoint each")

    def stops(self, look: int) -> Flags:
        """Whether to stop at look 0, 1, ... for each number of first events (rows) and second events (columns)."""
        events = np.arange(self.looks[-1] + 1)
        few = events <= self.first[look]
        if self.kind == "toxicity":
            return few[:, None] | (events >= self.second[look])[None, :]
        return few[:, None] & (events <= self.second[look])[None, :]


class PairCharacteristics(NamedTuple):
    """What a two-endpoint design does in each scenario (S,): claims, early stops and average patients; stops by look (S, K)."""

    claim: Floats
    early_stop: Floats
    expected: Floats
    stop_at: Floats


def pair_characteristics(table: PairTable, scenarios: Sequence[Joint]) -> PairCharacteristics:
    """Exact operating characteristics in each scenario.

    >>> table = PairTable("co-primary", (10, 20), (1, 4), (1, 4))
    >>> pair_characteristics(table, [independent(0.1, 0.1), independent(0.3, 0.3)]).claim.round(3)
    array([0.076, 0.932])
    """
    parts = np.array([checked_joint(joint) for joint in scenarios])[:, :, None, None]
    size = table.looks[-1] + 1
    running = np.zeros((len(parts), size, size))
    running[:, 0, 0] = 1.0
    stop_at = np.zeros((len(parts), len(table.looks)))
    before = 0
    for look, patients in enumerate(table.looks):
        for _ in range(before, patients):
            running = _add_patient(running, parts)
        stop_at[:, look] = running[:, table.stops(look)].sum(axis=1)
        running[:, table.stops(look)] = 0.0
        before = patients
    claim = running.sum(axis=(1, 2))
    early = stop_at[:, :-1].sum(axis=1)
    stop_at[:, -1] += claim
    return PairCharacteristics(claim, early, stop_at @ np.asarray(table.looks, float), stop_at)


def _add_patient(running: Floats, parts: Floats) -> Floats:
    grown = running * parts[:, 3]
    grown[:, 1:, 1:] += running[:, :-1, :-1] * parts[:, 0]
    grown[:, 1:, :] += running[:, :-1, :] * parts[:, 1]
    grown[:, :, 1:] += running[:, :, :-1] * parts[:, 2]
    return grown
