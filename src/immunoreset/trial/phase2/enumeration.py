"""Exact operating characteristics of a single arm watched for responses, by following every number of responses at every look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from immunoreset.errors import InvalidValue
from immunoreset.whole_numbers import is_whole, whole_numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StoppingTable:
    """After `looks` patients (K,), stop for futility with `stop_le` responses or fewer, for benefit with `stop_ge` or more.

    -1 in `stop_le` never stops; one more than the patients in `stop_ge` never stops; an empty `stop_ge` means no early claim.
    At the last look a number above `stop_le` is a claim.

    >>> StoppingTable((10, 29), (1, 5)).claims(29)
    6

    Raises InvalidValue unless the looks rise and every number of responses has one meaning.
    """

    looks: tuple[int, ...]
    stop_le: tuple[int, ...]
    stop_ge: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_looks(self.looks)
        for name in ("looks", "stop_le", "stop_ge"):
            object.__setattr__(self, name, tuple(whole_numbers(f"stopping table, {name}", getattr(self, name)).tolist()))
        if len(self.stop_le) != len(self.looks) or len(self.stop_ge) not in (0, len(self.looks)):
            raise InvalidValue(f"stopping table: {len(self.looks)} looks need one bound each")
        for patients, low, high in zip(self.looks, self.stop_le, self.upper, strict=True):
            if not -1 <= low < high <= patients + 1:
                raise InvalidValue(
                    f"stopping table: after {patients} patients, stop at {low} or fewer and {high} or more cannot both hold"
                )
        if self.upper[-1] != self.stop_le[-1] + 1:
            raise InvalidValue(f"stopping table: after {self.looks[-1]} patients some responses are neither a claim nor none")

    @property
    def upper(self) -> tuple[int, ...]:
        """Responses that claim a benefit at each look (K,)."""
        return self.stop_ge or (*(patients + 1 for patients in self.looks[:-1]), self.stop_le[-1] + 1)

    def claims(self, patients: int) -> int:
        """The fewest responses that claim a benefit at the look after so many patients."""
        return self.upper[self.looks.index(patients)]


class Characteristics(NamedTuple):
    """What a design does at each response rate (R,): claims, early stops, average patients, and stops by look (R, K)."""

    rates: Floats
    claim: Floats
    early_stop: Floats
    early_futility: Floats
    expected: Floats
    stop_at: Floats


def check_looks(looks: Sequence[int]) -> None:
    """Refuse numbers of patients at the looks that do not rise from 1 or more."""
    rising = all(map(is_whole, looks)) and all(later > earlier for earlier, later in pairwise((0, *looks)))
    if not len(looks) or not rising:
        raise InvalidValue(f"looks after {', '.join(map(str, looks)) or 'no'} patients: give rising numbers from 1 or more")


def looks_every(first: int, step: int, *, last: int) -> tuple[int, ...]:
    """Looks after `first` patients, then every `step`, and after the `last`.

    >>> looks_every(10, 5, last=22)
    (10, 15, 20, 22)
    """
    if not all(map(is_whole, (first, step, last))) or step < 1 or not 1 <= first <= last:
        raise InvalidValue(f"looks from {first} patients every {step} up to {last}: give a step of 1 or more and first <= last")
    return (*range(int(first), int(last), int(step)), int(last))


def checked_rates(rates: ArrayLike) -> Floats:
    """Response rates (R,) from 0 to 1."""
    given = np.atleast_1d(np.asarray(rates, dtype=float))
    if not np.all((given >= 0) & (given <= 1)):
        raise InvalidValue(f"response rates {given.tolist()}: they must be between 0 and 1")
    return given


def operating_characteristics(table: StoppingTable, rates: ArrayLike) -> Characteristics:
    """Exact operating characteristics of a stopping table at each response rate (R,).

    >>> found = operating_characteristics(StoppingTable((10, 29), (1, 5)), [0.1, 0.3])
    >>> found.claim.round(4), found.expected.round(2)
    (array([0.0471, 0.8051]), array([15.01, 26.16]))

    Source: Simon 1989, table 1 (optimal design for 0.10 against 0.30).
    """
    given = checked_rates(rates)
    running = np.zeros((given.size, table.looks[-1] + 1))
    running[:, 0] = 1.0
    claim, futility = np.zeros((given.size, len(table.looks))), np.zeros((given.size, len(table.looks)))
    before = 0
    for look, (patients, low, high) in enumerate(zip(table.looks, table.stop_le, table.upper, strict=True)):
        running = add_patients(running, given, patients - before)
        claim[:, look], futility[:, look] = running[:, high:].sum(axis=1), running[:, : low + 1].sum(axis=1)
        running[:, high:], running[:, : low + 1] = 0.0, 0.0
        before = patients
    stop_at = claim + futility
    early = stop_at[:, :-1]
    return Characteristics(
        given,
        claim.sum(axis=1),
        early.sum(axis=1),
        futility[:, :-1].sum(axis=1),
        stop_at @ np.asarray(table.looks, float),
        stop_at,
    )


def add_patients(running: Floats, rates: Floats, patients: int) -> Floats:
    """Probability (R, X) of each number of responses after `patients` more, none of whom is beyond the last column."""
    grown = np.zeros_like(running)
    width = running.shape[1]
    for more, share in enumerate(_binomial(patients, tuple(rates)).T):
        grown[:, more:] += running[:, : width - more] * share[:, None]
    return grown


@lru_cache(maxsize=4096)
def _binomial(patients: int, rates: tuple[float, ...]) -> Floats:
    """Probability of each number of responses, (R, patients + 1)."""
    return binom.pmf(np.arange(patients + 1)[None, :], patients, np.asarray(rates)[:, None])
