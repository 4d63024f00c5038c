"""What a study says about enrolment: its sites, screening, manufacture of the product, waits, drop-out and reporting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.durations import AT_ONCE, Days
from immunoreset.trial.enrolment.sites import Site, check_sites
from immunoreset.whole_numbers import set_whole


def check_probability(name: str, value: float) -> None:
    """Raises InvalidValue unless the value is a probability below 1."""
    if not 0 <= value < 1:
        raise InvalidValue(f"{name} {value:g}: give a probability from 0 to below 1")


@dataclass(frozen=True)
class Manufacture:
    """Manufacture of a patient's product in one of `slots` places (None: always one free).

    After `duration` in its slot a product has failed with probability `failure`; of those that have not, a share
    `out_of_specification` does not meet its release criteria. Either is made again, up to `attempts` times in all; with
    `infuse_out_of_specification` such a product is given all the same, and marked.
    Raises InvalidValue for less than one slot or attempt, or a probability outside 0 to 1.
    """

    slots: int | None = None
    duration: Days = AT_ONCE
    failure: float = 0.0
    out_of_specification: float = 0.0
    attempts: int = 1
    infuse_out_of_specification: bool = False

    def __post_init__(self) -> None:
        set_whole(self, 0, slots="manufacturing slots", attempts="attempts at manufacture")
        if self.slots is not None and self.slots < 1:
            raise InvalidValue(f"{self.slots} manufacturing slots: give at least 1, or none for no limit")
        if self.attempts < 1:
            raise InvalidValue(f"{self.attempts} attempts at manufacture: give at least 1")
        check_probability("manufacturing failure", self.failure)
        check_probability("out of specification", self.out_of_specification)

    @property
    def success(self) -> float:
        """Chance that a patient gets a product in the end.

        >>> round(Manufacture(failure=0.1, attempts=2).success, 3)
        0.99
        """
        rejected = 0.0 if self.infuse_out_of_specification else self.out_of_specification
        return 1 - (1 - (1 - self.failure) * (1 - rejected)) ** self.attempts


NO_DELAY = Manufacture()


@dataclass(frozen=True)
class Enrolment:
    """How patients reach treatment and how their outcomes reach the trial; whatever is not given takes no time.

    `screening` follows consent; a share `screen_failure` ends there. `apheresis` days later cells are collected and the product
    is made. `wash_out` is the least time from apheresis to lymphodepletion, under bridging therapy or none; lymphodepletion
    starts `lymphodepletion` days before infusion. A patient leaves the trial at rate `drop_out` per day from consent on.
    Events are seen at the first of the `visits` (days after infusion) that the patient keeps, each missed with probability
    `missed`, at the latest at the end of the window, and known to the trial `reporting` days later; without visits they are
    seen at once. Raises InvalidValue for no site, negative rates and days, and probabilities outside 0 to 1.

    >>> Enrolment((Site("Erlangen", 2.0),), screening=Days(14), screen_failure=0.3).expected_yield
    0.7
    """

    sites: tuple[Site, ...]
    screening: Days = AT_ONCE
    screen_failure: float = 0.0
    apheresis: Days = AT_ONCE
    manufacture: Manufacture = NO_DELAY
    wash_out: Days = AT_ONCE
    lymphodepletion: float = 0.0
    drop_out: float = 0.0
    visits: tuple[float, ...] = ()
    missed: float = 0.0
    reporting: Days = AT_ONCE

    def __post_init__(self) -> None:
        check_sites(self.sites)
        check_probability("screening failure", self.screen_failure)
        check_probability("missed visits", self.missed)
        for name, value in (("lymphodepletion", self.lymphodepletion), ("drop_out", self.drop_out)):
            if not 0 <= value < np.inf:
                raise InvalidValue(f"{name} {value:g}: give a number of zero or more")
        if not all(0 <= day < np.inf for day in self.visits) or any(np.diff(self.visits) <= 0):
            raise InvalidValue(f"visits on days {list(self.visits)}: give days after infusion in rising order")

    @property
    def expected_yield(self) -> float:
        """Share of the consenting patients who would be treated if nobody dropped out."""
        return (1 - self.screen_failure) * self.manufacture.success
