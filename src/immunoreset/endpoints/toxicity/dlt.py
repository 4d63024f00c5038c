"""Dose-limiting toxicity: a definition that a protocol writes down, and whether each patient has met it.

No protocol's definition is public word for word. The default is constructed from common practice (recalled) and is a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.endpoints.known import Answer, Booleans, Range
from immunoreset.endpoints.toxicity.episodes import Episodes
from immunoreset.endpoints.toxicity.findings import Number, YesNo, spread
from immunoreset.errors import InvalidValue, unknown

Toxicity = Literal["CRS", "ICANS", "IEC-HS", "ICAHT", "CTCAE", "neutropenia", "thrombocytopenia", "disease worsening"]
TOXICITIES = ("CRS", "ICANS", "IEC-HS", "ICAHT", "CTCAE", "neutropenia", "thrombocytopenia", "disease worsening")
EXCEPTIONS = frozenset(
    {"fever", "fatigue", "transient laboratory change", "controlled infection", "hypogammaglobulinaemia", "B-cell aplasia"}
)
WINDOW = 28  # days from infusion, the last included
HOURS_72, WEEK = 3, 7  # days


@dataclass(frozen=True)
class Criterion:
    """One way of meeting the definition: a toxicity of at least a grade, lasting longer than some days or beyond a day.

    `toxicity` None means any. An event that lasts exactly `longer_than` days does not meet it. `except_terms` names events
    that never count. "neutropenia" is below 0.5 and "thrombocytopenia" below 25 x 10^9/L; both have grade 1 while they last.
    """

    name: str
    toxicity: Toxicity | None
    grade: int
    longer_than: float | None = None
    beyond_day: float | None = None
    except_terms: frozenset[str] = frozenset()


DEFAULT_CRITERIA = (
    Criterion("death", None, 5),
    Criterion("CRS of grade 4", "CRS", 4),
    Criterion("CRS of grade 3 for more than 72 h", "CRS", 3, longer_than=HOURS_72),
    Criterion("ICANS of grade 3", "ICANS", 3),
    Criterion("IEC-HS of grade 3", "IEC-HS", 3),
    Criterion("other organ toxicity of grade 3 for more than 7 days", "CTCAE", 3, longer_than=WEEK, except_terms=EXCEPTIONS),
    Criterion("neutrophils below 0.5 beyond day 28", "neutropenia", 1, beyond_day=WINDOW),
    Criterion("platelets below 25 beyond day 28", "thrombocytopenia", 1, beyond_day=WINDOW),
    Criterion("severe worsening of the disease", "disease worsening", 3),
)


@dataclass(frozen=True)
class Definition:
    """The criteria, of which one is enough, and the window in days from the infusion in which an event must begin."""

    criteria: tuple[Criterion, ...] = DEFAULT_CRITERIA
    window_days: float = WINDOW

    def __post_init__(self) -> None:
        for criterion in self.criteria:
            if criterion.toxicity is not None and criterion.toxicity not in TOXICITIES:
                raise unknown("toxicity", criterion.toxicity, TOXICITIES)
        if len({criterion.name for criterion in self.criteria}) < len(self.criteria):
            raise InvalidValue("two criteria of a DLT definition have the same name: name each one by itself")


@dataclass(frozen=True, eq=False)
class Events:
    """Toxic events in a long table, one row each, in any order.

    `toxicity` is one word for all rows or one per row; `grade` the worst grade; `start` and `end` days from the infusion, `end`
    None or nan where not over or not known, and then at least `start`. For CRS, ICANS and other organ toxicity `start` and
    `end` are those of the time at grade 3 or more, as `episodes.of_grades(..., at_least=3)` finds them. `term` names
    the events that a criterion may except. `due_to_product`: False where something else caused it.
    """

    patient: ArrayLike
    toxicity: str | ArrayLike
    grade: Number
    start: Number
    end: Number = None
    term: str | ArrayLike = ""
    due_to_product: YesNo = True


def from_episodes(episodes: Episodes, toxicity: Toxicity, *, due_to_product: YesNo = True) -> Events:
    """The events of `decide` from the episodes of `of_grades(..., at_least=3)` or another course.

    >>> from immunoreset.endpoints.toxicity.episodes import of_grades
    >>> severe = of_grades([1, 1, 1], [2, 3, 7], Range.of([3, 4, 1]), at_least=3).episodes
    >>> decide(from_episodes(severe, "CRS"), patients=[1], observed_until=28).reasons(1)
    ('CRS of grade 4', 'CRS of grade 3 for more than 72 h')
    """
    e = episodes
    return Events(e.patient, toxicity, e.maximum, e.start, e.end, due_to_product=due_to_product)


@dataclass(frozen=True, eq=False)
class Decision:
    """Per patient yes, no or undecided, and for each criterion by its name whether it was met."""

    patients: NDArray
    dlt: Answer
    criteria: dict[str, Answer]

    def reasons(self, patient: object) -> tuple[str, ...]:
        """The names of the criteria that the patient has met. Raises UnknownName for another patient."""
        where = np.flatnonzero(self.patients == patient)
        if not where.size:
            raise unknown("patient", str(patient), map(str, self.patients.tolist()))
        return tuple(name for name, met in self.criteria.items() if met.yes[where[0]])


def decide(events: Events, *, patients: ArrayLike, observed_until: Number, definition: Definition | None = None) -> Decision:
    """Whether each of `patients` has a dose-limiting toxicity; undecided while the window is not over and none was met.

    `observed_until`: the last day seen of each patient. An event of unknown end lasts at least until it began, and at most for
    ever. Raises InvalidValue for an event of a patient who is not listed and UnknownName for another toxicity.

    >>> seen = Events(patient=[1, 2], toxicity="CRS", grade=[3, 3], start=[2, 3], end=[4, 8])
    >>> found = decide(seen, patients=[1, 2, 3], observed_until=[28, 10, 14])
    >>> found.dlt, found.reasons(2)
    (Answer([ 0.  1. nan]), ('CRS of grade 3 for more than 72 h',))

    Source: constructed from common practice of phase 1 trials, recalled; no protocol's own words.
    """
    definition = definition or Definition()
    who = np.asarray(patients)
    table = _Events.of(events, who)
    met = {criterion.name: table.met(criterion, definition.window_days, len(who)) for criterion in definition.criteria}
    over = spread(Range.of(observed_until) >= definition.window_days, len(who))
    yes = np.any([one.yes for one in met.values()], axis=0) if met else np.zeros(len(who), dtype=bool)
    no = np.all([one.no for one in met.values()], axis=0) if met else np.ones(len(who), dtype=bool)
    return Decision(who, Answer(yes=yes, no=no & over.yes), met)


@dataclass(frozen=True, eq=False)
class _Events:
    """The events as columns of one length, each with the place of its patient."""

    place: NDArray[np.int64]
    toxicity: NDArray
    term: NDArray
    grade: Range
    start: Range
    end: Range
    due: Answer

    @classmethod
    def of(cls, events: Events, patients: NDArray) -> _Events:
        who = np.asarray(events.patient)
        rows = len(who)
        order = np.argsort(patients, kind="stable")
        found = order[np.clip(np.searchsorted(patients[order], who), 0, max(len(patients) - 1, 0))] if len(patients) else who
        if rows and not (len(patients) and (patients[found] == who).all()):
            raise InvalidValue("an event belongs to a patient who is not listed: list every patient who was treated")
        words = np.broadcast_to(np.asarray(events.toxicity), (rows,))
        for word in dict.fromkeys(words.tolist()):
            if word not in TOXICITIES:
                raise unknown("toxicity", str(word), TOXICITIES)
        start = spread(Range.of(events.start), rows)
        end = spread(Range.of(events.end), rows)
        return cls(
            place=found,
            toxicity=words,
            term=np.broadcast_to(np.asarray(events.term), (rows,)),
            grade=spread(Range.of(events.grade, lowest=0, highest=5), rows),
            start=start,
            end=Range(np.maximum(end.low, start.low), end.high),
            due=spread(Answer.of(events.due_to_product), rows),
        )

    def met(self, criterion: Criterion, window: float, patients: int) -> Answer:
        """Whether each patient has an event that meets the criterion."""
        applies = np.ones(len(self.place), dtype=bool)
        if criterion.toxicity is not None:
            applies &= self.toxicity == criterion.toxicity
        applies &= ~_among(self.term, criterion.except_terms)
        found = (self.grade >= criterion.grade) & (self.start >= 0) & (self.start <= window) & self.due
        if criterion.longer_than is not None:
            found = found & (self.end - self.start > criterion.longer_than)
        if criterion.beyond_day is not None:
            found = found & (self.end > criterion.beyond_day)
        yes = np.bincount(self.place[applies & found.yes], minlength=patients) > 0
        possible = np.bincount(self.place[applies & ~found.no], minlength=patients) > 0
        return Answer(yes=yes, no=~possible)


def _among(terms: NDArray, excepted: Iterable[str]) -> Booleans:
    lowered = {term.lower() for term in excepted}
    return np.array([str(term).lower() in lowered for term in terms.tolist()], dtype=bool)
