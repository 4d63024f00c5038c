"""What a trial sees of its patients: some visits are missed, some patients drop out, and reports take time."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset import errors
from immunoreset.catalogue import built_in
from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue
from immunoreset.virtual_trial.potential_outcomes import PotentialTable

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

YEAR = 365.25  # days
DROP_OUT = built_in().theta.table["trial.drop_out"].value  # per patient-year


@dataclass(frozen=True)
class Observation:
    """Chance that a visit is missed, drop-outs per patient-year, and days until a result is known to the trial.

    >>> Observation(missed=0.05, drop_out=0.1, delay=7)
    Observation(missed=0.05, drop_out=0.1, delay=7)

    Raises InvalidValue for a chance outside 0 to 1, and for a rate or delay below 0.
    """

    missed: float = 0.0
    drop_out: float = 0.0
    delay: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.missed < 1:
            raise InvalidValue(f"missed visits {self.missed:g}: give a probability from 0 to below 1")
        for name, value in (("drop-out", self.drop_out), ("delay of reports", self.delay)):
            if not 0 <= value < np.inf:
                raise InvalidValue(f"{name} {value:g}: give a number of 0 or more")


@dataclass(frozen=True)
class RandomisedObservation(Observation):
    """What a randomised trial sees: patients leave it, unless said otherwise, at the rate of the model's trials.

    A series of CAR-T patients reports those whom it sees, and has no drop-out by default.
    """

    drop_out: float = DROP_OUT


@dataclass(frozen=True, eq=False)
class Observed:
    """A table of potential outcomes as a trial sees it.

    `visits` are those of the table with nan where nobody came; `kept` (P, V) are the visits that a patient keeps as long as in
    the trial; `drop_out` (P,) is the day of leaving, infinite for none. Both are the same in every arm.
    """

    table: PotentialTable
    observation: Observation
    visits: Mapping[str, Floats]
    kept: Flags
    drop_out: Floats

    def arm(self, name: str) -> int:
        """The place of an arm in the table; UnknownName when there is none of that name."""
        if name not in self.table.arms:
            raise errors.unknown("arm", name, self.table.arms)
        return self.table.arms.index(name)

    def measure(self, name: str) -> Floats:
        """A result at all visits, (P, A, V); UnknownName when visits do not show it."""
        if name not in self.visits:
            raise errors.unknown("measure at visits", name, self.visits)
        return self.visits[name]

    def once(self, name: str) -> Floats:
        """What happens at most once, (P, A); UnknownName when the table does not hold it."""
        if name not in self.table.once:
            raise errors.unknown("event", name, self.table.once)
        return self.table.once[name]

    def entry(self, name: str) -> Floats:
        """A fact at entry, (P,); UnknownName when the table does not hold it."""
        if name not in self.table.strata:
            raise errors.unknown("fact at entry", name, self.table.strata, f"known at entry: {', '.join(self.table.strata)}")
        return self.table.strata[name]

    def answers(self) -> list[str]:
        """The measures that are a yes or no at every visit."""
        plain = ((name, np.unique(values[~np.isnan(values)])) for name, values in self.visits.items())
        return [name for name, found in plain if np.isin(found, (0, 1)).all()]

    def place(self, day: float) -> int:
        """The place of a visit; InvalidValue for a day that is no visit."""
        places = np.flatnonzero(self.table.days == day)
        if not places.size:
            listed = ", ".join(f"{one:g}" for one in self.table.days)
            raise InvalidValue(f"day {day:g} is no visit; the visits are on days {listed}")
        return int(places[0])

    @property
    def death(self) -> Floats:
        """The day on which every patient dies in every arm (P, A), infinite for who lives on, or where nobody says."""
        day = self.table.once.get("death_day")
        return np.full(self.table.failed.shape, np.inf) if day is None else np.where(np.isnan(day), np.inf, day)

    @property
    def left(self) -> Floats:
        """The day of leaving, alive, in every arm (P, A), infinite for who stays to the end or to death."""
        return np.where(self.drop_out[:, None] < self.death, self.drop_out[:, None], np.inf)

    @property
    def failures(self) -> Floats:
        """Share of patients whose simulation failed, by arm (A,)."""
        return self.table.failed.mean(axis=0)


def eligible(table: PotentialTable, who: ArrayLike) -> PotentialTable:
    """The table of those patients only who may enter a trial, marked in `who` (P,), such as `table.strata["sledai"] >= 6`.

    >>> from immunoreset.virtual_trial.potential_outcomes import PotentialTable
    >>> facts, failed = {"sledai": np.array([4.0, 8.0])}, np.zeros((2, 1), dtype=bool)
    >>> table = PotentialTable(("a",), np.array([90.0]), {}, {}, facts, failed, np.arange(2))
    >>> eligible(table, table.strata["sledai"] >= 6).ids
    array([1])

    Raises InvalidValue when nobody may, or the marks do not fit the patients.
    """
    marked = np.asarray(who, dtype=bool)
    if marked.shape != (table.patients,) or not marked.any():
        raise InvalidValue(f"{int(marked.sum())} eligible of {table.patients} patients: mark each, and at least one as eligible")
    return dataclasses.replace(
        table,
        once={name: values[marked] for name, values in table.once.items()},
        visits={name: values[marked] for name, values in table.visits.items()},
        strata={name: values[marked] for name, values in table.strata.items()},
        failed=table.failed[marked],
        ids=table.ids[marked],
    )


def observe(table: PotentialTable, observation: Observation, *, seed: int = 0) -> Observed:
    """Let patients miss visits and drop out; a draw belongs to the patient and the day of the visit, whatever the arm.

    >>> import numpy as np
    >>> from immunoreset.virtual_trial.potential_outcomes import PotentialTable
    >>> doris = {"doris": np.ones((3, 1, 2))}
    >>> table = PotentialTable(("a",), np.array([90.0, 180.0]), {}, doris, {}, np.zeros((3, 1), dtype=bool), np.arange(3))
    >>> observe(table, Observation(missed=0.5), seed=1).visits["doris"][:, 0].tolist()
    [[nan, 1.0], [nan, nan], [1.0, 1.0]]
    """
    draws = [uniform(seed, f"missed visit on day {day:g}", table.ids)[:, 0] for day in table.days]
    kept = np.stack(draws, axis=1) >= observation.missed
    drop_out = np.full(table.patients, np.inf)
    if observation.drop_out > 0:
        drop_out = -np.log(uniform(seed, "drop-out", table.ids)[:, 0]) * YEAR / observation.drop_out
    seen = kept & (table.days <= drop_out[:, None])
    visits = {name: np.where(seen[:, None, :], values, np.nan) for name, values in table.visits.items()}
    return Observed(table, observation, visits, kept, drop_out)
