"""Scores of simulated visits: the chart is scored by the endpoint library exactly as the file of a real patient is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.families.autoimmune.look import Chart, Floats, Item, Look, known_item
from immunoreset.disease.note import Note
from immunoreset.endpoints.known import Range
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.other_diseases import other_diseases
from immunoreset.endpoints.scoring.sheet import Sheet
from immunoreset.endpoints.visits import Visits
from immunoreset.errors import InvalidValue, unknown
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Outcome

DAYS = (90, 180, 360, 540)


@dataclass(frozen=True)
class Score:
    """A score that is an outcome: of the endpoint library, of the disease's own, or an item of the chart as it is written.

    A `share` is a yes or no; `change` is reported against entry too. `least` and `below` make it a yes or no: whether the score
    is at least, or below, so much.
    """

    name: str
    label: str
    unit: str = ""
    share: bool = False
    change: bool = False
    least: float | None = None
    below: float | None = None
    since_entry: bool = False
    """Whether it counts from entry, so that there is none at entry."""
    of: str = ""
    """Name of the score, if this outcome has another."""


@dataclass(frozen=True)
class Scoring:
    """The scores of a disease.

    `chart` is what is written at visits, `scores` are outcomes on the `days`; `curves` gives lines over all days, as the state
    has them, and `own` is what the library has no score for, of visits and the scores that were found: all by name, (n, k).
    """

    chart: Chart
    scores: Sequence[Score]
    curves: Callable[[Look], Mapping[str, Floats]] = lambda look: {}
    own: Callable[[Look, Mapping[str, Floats]], Mapping[str, Floats]] = lambda look, found: {}
    days: tuple[int, ...] = DAYS
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """Outcomes of the disease that are no score of a day."""
    read: Callable[[Course], Mapping[str, NDArray[np.floating]]] = lambda course: {}

    def __post_init__(self) -> None:
        names = [score.name for score in self.scores]
        if twice := [name for name in names if names.count(name) > 1]:
            raise InvalidValue(f"two scores are called '{twice[0]}'; give each a name of its own")

    def all_outcomes(self) -> dict[str, Outcome]:
        """How every outcome is called."""
        found: dict[str, Outcome] = {}
        for score in self.scores:
            if not (score.share or score.since_entry):
                found[f"{score.name}_entry"] = Outcome(f"{score.label} at entry", score.unit)
            for day in self.days:
                found[f"{score.name}_day{day}"] = Outcome(f"{score.label} at day {day}", score.unit, share=score.share, on=day)
            if score.change:
                for day in self.days:
                    found[f"{score.name}_change_day{day}"] = Outcome(f"{score.label}, change at day {day}", score.unit, on=day)
        return found | dict(self.outcomes)

    def at_visits(self, course: Course, places: Sequence[int] | NDArray[np.int64]) -> dict[str, Floats]:
        """Every score at visits on stored days (n, k), entry being the first stored day; nan where it does not apply."""
        look = Look(course, np.concatenate([[0], np.asarray(places, dtype=np.int64)]))
        written, shape = self._written(look), (len(course.failed), len(look.days))
        found = dict(library_scores(written, look.days, len(course.failed)))
        found |= {name: np.broadcast_to(values, shape) for name, values in self.own(look, found).items()}
        items = {code.lower(): item.values for code, item in written.items()}
        for score in self.scores:
            name = score.of or score.name
            if name not in found and name not in items:
                raise unknown("score of the library, of the disease or of its chart", name, [*found, *items])
            found[score.name] = _judged(score, found[name] if name in found else np.broadcast_to(items[name], shape))
        return found

    def _written(self, look: Look) -> Mapping[str, Item]:
        """The chart of visits. Raises UnknownName for an item that the endpoint library does not have."""
        written = self.chart(look)
        for code in written:
            known_item(code)
        return written

    def visits(self, course: Course, days: NDArray[np.floating]) -> dict[str, Floats]:
        """What visits on stored days show, twins x days."""
        found = self.at_visits(course, [course.place(day) for day in days])
        return {name: values[:, 1:] for name, values in found.items()}

    def at_entry(self, course: Course) -> dict[str, Floats]:
        """The scores of entry, (n,), of those that have a value then."""
        found = self.at_visits(course, ())
        return {score.name: found[score.name][:, 0] for score in self.scores if not (score.share or score.since_entry)}

    def read_outcomes(self, course: Course) -> dict[str, Floats]:
        """All outcomes that the simulated days allow."""
        days = [day for day in self.days if day <= course.days[-1]]
        found = self.at_visits(course, [course.place(day) for day in days])
        read: dict[str, Floats] = {}
        for score in self.scores:
            values = found[score.name]
            read[f"{score.name}_entry"] = values[:, 0]
            for place, day in enumerate(days, start=1):
                read[f"{score.name}_day{day}"] = values[:, place]
                read[f"{score.name}_change_day{day}"] = values[:, place] - values[:, 0]
        kept = {name: read[name] for name in self.all_outcomes() if name in read}
        return kept | {name: np.asarray(values, dtype=float) for name, values in self.read(course).items()}

    def scored_curves(self, course: Course) -> dict[str, Floats]:
        """Lines over all stored days, twins x days."""
        parts = [self.curves(Look(course, np.arange(len(course.days)), piece, noise=False)) for piece in course.pieces()]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def notes(self, course: Course, place: int, covariates: Mapping[str, np.ndarray]) -> Iterator[Note]:
        """What is written down at the visit on one stored day."""
        for code, item in self._written(Look(course, np.array([place]))).items():
            yield Note(code, np.broadcast_to(item.values, (len(course.failed), 1))[:, 0], upper=item.upper)


def _judged(score: Score, values: Floats) -> Floats:
    """The values of a score, or whether they reach its limit."""
    if score.least is not None:
        return np.where(np.isnan(values), np.nan, values >= score.least)
    return values if score.below is None else np.where(np.isnan(values), np.nan, values < score.below)


def library_scores(items: Mapping[str, Item], days: Floats, patients: int) -> Iterator[tuple[str, Floats]]:
    """Each score by its name in the library, (n, k), of items (n, k) at visits on ascending days."""

    def rows(values: Floats) -> Floats:
        return np.broadcast_to(values, (patients, len(days))).ravel()

    visits = Visits(
        patients=tuple(map(str, range(patients))),
        patient=np.repeat(np.arange(patients), len(days)),
        day=np.tile(days, patients),
        values={code: rows(item.values) for code, item in items.items()},
        upper={code: rows(np.asarray(item.upper)) for code, item in items.items() if np.isfinite(item.upper)},
    )
    for result in other_diseases(Sheet(visits, USUAL)):
        value = result.value
        values = np.where(value.known, value.low, np.nan) if isinstance(value, Range) else value.values
        yield result.name, np.where(result.shown, values, np.nan).reshape(patients, len(days))
