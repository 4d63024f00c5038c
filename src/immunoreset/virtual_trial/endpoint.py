"""The primary endpoint of a virtual trial: a response at a visit, a change from entry, or the time to an event.

Each endpoint is read once for every patient in every arm, with what rescue, drop-out, missed visits and failed simulations
count as; a simulated trial only looks these answers up. In the words of ICH E9(R1), responses have the composite strategy for
death; times end with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.estimand import Strategies, respond
from immunoreset.virtual_trial.observation import Observed
from immunoreset.virtual_trial.rescue import Rescue

Floats = NDArray[np.float64]

COMPOSITE = Strategies("composite", death="composite", drop_out="composite", missing="non-response")
TIME_TESTS = ("log-rank", "rmst")


class Values(NamedTuple):
    """The endpoint of every patient in every arm (P, A), nan where left out of the analysis.

    `event` is 1 where a time ended with the event. `truth` is what the effect is measured against: for times, the days up to the
    horizon, or to death, that would be seen without drop-out. `baseline` (P,) is the value at entry, where there is one.
    """

    value: Floats
    event: Floats
    truth: Floats
    baseline: Floats


@dataclass(frozen=True)
class Response:
    """Yes or no at one visit, such as drug-free DORIS remission on day 180; anything that intervenes is non-response.

    Other `strategies` may be given. A failed simulation counts as a missed visit.
    """

    measure: str
    day: float
    strategies: Strategies = COMPOSITE

    def __post_init__(self) -> None:
        if self.strategies.rescue == "treatment policy":
            raise InvalidValue(
                "rescue: treatment policy needs outcomes after rescue, which are not simulated; choose composite or "
                "while on treatment"
            )

    @property
    def text(self) -> str:
        return f"{self.measure.replace('_', ' ')} on day {self.day:g}"

    def read(self, observed: Observed, rescue: Rescue | None = None) -> Values:
        """Responses of all patients; UnknownName and InvalidValue for a measure or day that the visits do not have."""
        answers = observed.measure(self.measure)
        observed.place(self.day)
        if not np.all(np.isnan(answers) | (answers == 0) | (answers == 1)):
            instead = 'write kind = "change", or ' if self.measure in observed.table.strata else ""
            raise InvalidValue(f"'{self.measure}' is not a yes or no; {instead}choose one of {', '.join(observed.answers())}")
        found = respond(
            answers,
            days=list(observed.table.days),
            assessment=self.day,
            strategies=self.strategies,
            rescue=None if rescue is None else rescue.day(observed),
            death=observed.death,
            drop_out=observed.left,
        )
        return Values(found.response, np.ones(answers.shape[:2]), found.response, np.zeros(len(answers)))


@dataclass(frozen=True)
class Change:
    """Change from entry to a visit, for a measure whose value at entry is known; by default a fall is good.

    Rescue, death, drop-out, a missed visit and a failed simulation count as no change, or leave the patient out ("leave out").
    """

    measure: str
    day: float
    missing: Literal["no change", "leave out"] = "no change"
    better: Literal["lower", "higher"] = "lower"

    def __post_init__(self) -> None:
        if self.missing not in ("no change", "leave out"):
            raise errors.unknown("strategy for missing changes", self.missing, ("no change", "leave out"))
        if self.better not in ("lower", "higher"):
            raise errors.unknown("direction", self.better, ("lower", "higher"))

    @property
    def text(self) -> str:
        return f"change in {self.measure.replace('_', ' ')} to day {self.day:g}"

    def read(self, observed: Observed, rescue: Rescue | None = None) -> Values:
        """Changes of all patients; UnknownName and InvalidValue for a measure or day that the table does not have."""
        observed.measure(self.measure)
        if self.measure not in observed.table.strata:
            known = ", ".join(name for name in observed.table.strata if name in observed.visits)
            raise InvalidValue(f"'{self.measure}' has no value at entry; a change can be of {known}")
        baseline = observed.entry(self.measure)
        change = observed.measure(self.measure)[..., observed.place(self.day)] - baseline[:, None]
        if rescue is not None:
            change = np.where(rescue.day(observed) < self.day, np.nan, change)
        if self.missing == "no change":
            change = np.where(np.isnan(change), 0.0, change)
        return Values(change, np.ones(change.shape), change, baseline)


@dataclass(frozen=True)
class TimeTo:
    """Days to the first event, up to the `day` at which all are censored; compared by log-rank or restricted mean.

    The event is one of the table's days, such as relapse_day, or the first kept visit with a response, such as doris. A bad
    event also counts when rescue comes first or the simulation failed; a good one (`good`) never comes then, nor after death,
    which competes with it. Drop-out censors, and so does death before a bad event, unless death is the event (death_day).
    """

    event: str
    day: float
    good: bool = False
    test: Literal["log-rank", "rmst"] = "log-rank"

    def __post_init__(self) -> None:
        if self.test not in TIME_TESTS:
            raise errors.unknown("test of times", self.test, TIME_TESTS)
        if not 0 < self.day < np.inf:
            raise InvalidValue(f"time to {self.event}: day {self.day:g}; give a day above 0")

    @property
    def text(self) -> str:
        return f"time to {self.event.removesuffix('_day').replace('_', ' ')} up to day {self.day:g}"

    def read(self, observed: Observed, rescue: Rescue | None = None) -> Values:
        """Times and events of all patients; UnknownName for an event that the table does not have."""
        table = observed.table
        if self.day > table.days[-1]:
            raise InvalidValue(f"{self.text}, but the last visit is on day {table.days[-1]:g}; simulate longer or end earlier")
        happens = self._first(observed)
        rescued = np.full(happens.shape, np.inf) if rescue is None else rescue.day(observed)
        if self.good:
            happens = np.where(rescued < happens, np.inf, happens)  # a failed simulation has no response to begin with
        else:
            happens = np.where(table.failed, table.days[0], np.minimum(happens, rescued))
        followed = np.minimum(self.day, np.inf if self.good else observed.death)
        until = np.minimum(followed, observed.left)
        event = (happens <= until).astype(float)
        return Values(np.minimum(happens, until), event, np.minimum(happens, followed), np.zeros(len(happens)))

    def _first(self, observed: Observed) -> Floats:
        """Day of the event in every arm, infinite for never."""
        table = observed.table
        if self.event in table.once:
            if not self.event.endswith("_day"):
                raise InvalidValue(f"'{self.event}' is not the day of an event; choose relapse_day or a response at visits")
            days = table.once[self.event]
            return np.where(np.isnan(days), np.inf, days)
        observed.measure(self.event)
        yes = (table.visits[self.event] == 1) & observed.kept[:, None, :]
        return np.where(yes.any(axis=-1), table.days[yes.argmax(axis=-1)], np.inf)


Endpoint = Response | Change | TimeTo
