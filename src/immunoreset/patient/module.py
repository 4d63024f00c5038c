"""A module: one part of the patient, with its own states and numbers, that knows the vocabulary and no other module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from immunoreset.patient.vocabulary import Effects, Findings, Num, Rest, Signals, View


class Nothing(NamedTuple):
    """The states of a part that has none, or the numbers of one that needs none."""


State = TypeVar("State", bound=tuple)
Numbers = TypeVar("Numbers", bound=tuple)


@dataclass(frozen=True)
class Reading(Generic[Numbers]):
    """Something that can be read of a patient: `read(numbers of the module, view)`."""

    label: str
    unit: str
    read: Callable[[Numbers, View], Num]


@dataclass(frozen=True)
class Module(Generic[State, Numbers]):
    """One part of a patient.

    `file` is the Python file of the part: its numbers and states, with units and sources, stand in the `.toml` beside it;
    `family` is the file of the family whose states it has, if it is one of several. The functions are given `me`, the part's
    own state, and `my`, its own numbers; what they return is per day (`change`), or words of the vocabulary.

    A drug with a level in plasma says its `concentration` in mg/L. `must_be_positive` names quantities without which there is no
    such untreated patient, such as the rate of an exchange that follows from others.
    """

    name: str
    file: str
    state: type[State]
    numbers: type[Numbers]
    start: Callable[[Numbers], State] = lambda my: Nothing()  # type: ignore[assignment,return-value]
    change: Callable[[State, Numbers, Signals, Effects, Rest], State] | None = None
    offers: Callable[[State, Numbers], Signals] | None = None
    does: Callable[[State, Numbers, Signals], Effects] | None = None
    shows: Callable[[State, Numbers, Signals, Effects, Rest], Findings] | None = None
    readings: Mapping[str, Reading[Numbers]] = field(default_factory=dict, hash=False)
    must_be_positive: Mapping[str, Callable[[Numbers], Num]] = field(default_factory=dict, hash=False)
    concentration: Callable[[State, Numbers, Signals], Num] | None = None
    family: str | None = None

    @property
    def table(self) -> Path:
        """The file of the module's numbers."""
        return Path(self.file).with_suffix(".toml")

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the states."""
        return self.state._fields  # type: ignore[attr-defined]

    @property
    def number_names(self) -> tuple[str, ...]:
        """Names of the numbers."""
        return self.numbers._fields  # type: ignore[attr-defined]


AnyModule = Module[Any, Any]
"""A module of whatever states and numbers, for code that composes modules and reads none of them."""
