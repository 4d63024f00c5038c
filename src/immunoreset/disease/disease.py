"""What a disease is: the modules that it adds to the host, whom it strikes, what a clinic sees of it, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from immunoreset.disease.facts import Facts
from immunoreset.disease.note import Note
from immunoreset.engine.events import Event
from immunoreset.errors import InvalidValue
from immunoreset.patient.course import Course
from immunoreset.patient.draws import Draws
from immunoreset.patient.module import AnyModule
from immunoreset.patient.outcome import Deaths, Outcome, Panel, nobody_dies
from immunoreset.patient.theta import Theta

Values = dict[str, Any]


class Entry(NamedTuple):
    """How virtual patients present: numbers by flat name, who has nephritis, the score at entry, and what else is known."""

    values: Values
    nephritis: np.ndarray
    score: np.ndarray
    covariates: Mapping[str, np.ndarray] = MappingProxyType({})


@dataclass(frozen=True)
class Population:
    """What distinguishes a group of patients; `entry` is what their own disease needs to know of them."""

    name: str
    title: str
    entry: Any
    female_share: float = 0.9
    age_median: float = 35.0
    age_log_sd: float = 0.30
    age_range: tuple[float, float] = (18.0, 75.0)
    care_median: str | None = None
    """Name of the number that is the median response to background care; None where care has failed."""
    wider: float = 1.0
    """Factor on the spread of the numbers in `wider_numbers`."""
    wider_numbers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        youngest, oldest = self.age_range
        for wrong, what, advice in (
            (not 0 <= self.female_share <= 1, f"female_share is {self.female_share:g}", "give a share from 0 to 1"),
            (not 0 <= youngest < oldest < np.inf, f"age_range is {youngest:g} to {oldest:g}", "give two rising ages in years"),
            (
                not youngest <= self.age_median <= oldest,
                f"age_median is {self.age_median:g}",
                f"give one within age_range, {youngest:g} to {oldest:g} years",
            ),
            (not 0 <= self.age_log_sd < np.inf, f"age_log_sd is {self.age_log_sd:g}", "give a spread of 0 or more"),
            (not 0 < self.wider < np.inf, f"wider is {self.wider:g}", "give a factor above 0"),
        ):
            if wrong:
                raise InvalidValue(f"population '{self.name}': {what}; {advice}")


class Hooks(NamedTuple):
    """What a disease adds to the drawing of virtual patients.

    `present` draws what decides entry; `settle` the numbers that depend on others, given all that were drawn; `admits` is a
    mask of the patients who meet the entry criteria.
    """

    present: Callable[[Population, Draws, Facts, Theta], Entry]
    settle: Callable[[Population, Values, Draws, Theta], Values]
    admits: Callable[[Population, Values, Entry, Facts], np.ndarray]


@dataclass(frozen=True, eq=False)
class Disease:
    """A disease, as a folder of this package, or a file of a user, says it.

    `host` is the file of numbers in which the host differs from the typical patient; `followed` are the readings that a study
    keeps beside those of every patient; `natural_events(start, stop)` happen without treatment; `follows` are numbers that
    follow from ones that a user changes; `read_outcomes` judges solved courses; `scored_curves`, `points_by_organ` and `visits`
    (twins x days) are what a clinic scores on stored days, `at_entry` the scores of entry
    (twins), of those that `visits` show, `relapse_day` when a relapse is first seen at a visit, `notes` what
    is written down at the visit on one stored day, `deaths` who dies and when. `organs_shown` says of stored curves in whom each
    organ shows (twins x days, by title), `organ_activity` how active the organs of a course are, which `organ_panels` draw.
    `refuses` are drugs by name that it cannot take as a treatment, with the reason (as rescue they can be given). `facts` are
    what, beside age, sex and weight, is read of a patient who is described (names of `Facts`). `known` and
    `missed` say in a sentence what the model says of the disease and what it leaves out; `aliases` are what else it is called.
    """

    name: str
    title: str
    modules: tuple[AnyModule, ...]
    populations: tuple[Population, ...]
    hooks: Hooks
    host: Path | None = None
    followed: tuple[str, ...] = ()
    natural_events: Callable[[float, float], tuple[Event, ...]] = lambda start, stop: ()
    follows: Callable[[Mapping[str, float]], Mapping[str, float]] = lambda changed: {}
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    read_outcomes: Callable[[Course], dict[str, np.ndarray]] = lambda course: {}
    scored_curves: Callable[[Course], dict[str, np.ndarray]] = lambda course: {}
    points_by_organ: Callable[[Course], dict[str, np.ndarray]] = lambda course: {}
    visits: Callable[[Course, np.ndarray], dict[str, np.ndarray]] = lambda course, days: {}
    at_entry: Callable[[Course], dict[str, np.ndarray]] = lambda course: {}
    relapse_day: Callable[[Course, np.ndarray], np.ndarray] | None = None
    notes: Callable[[Course, int, Mapping[str, np.ndarray]], Iterator[Note]] | None = None
    deaths: Callable[[Course], Deaths] = lambda course: nobody_dies(len(course.failed))
    organs_shown: Callable[[Mapping[str, np.ndarray]], dict[str, np.ndarray]] = lambda curves: {}
    organ_activity: Callable[[Course], dict[str, np.ndarray]] = lambda course: {}
    organ_panels: Sequence[Panel] = ()
    panels: Sequence[Panel] = ()
    refuses: Mapping[str, str] = field(default_factory=dict)
    scores: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    known: str = ""
    missed: str = ""
    aliases: tuple[str, ...] = ()
