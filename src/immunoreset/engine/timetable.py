"""The events of a study, sorted for the driver: who gets what on which day, and what is watched for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.engine import random
from immunoreset.engine.events import (
    Action,
    Event,
    Extinction,
    Hazard,
    Infusion,
    Rule,
    Scheduled,
    Shock,
    clears,
    per_patient,
    shakes,
)
from immunoreset.engine.job import NO_ACTION, Watches
from immunoreset.engine.names import flat_names
from immunoreset.errors import InvalidValue, unknown


class _Column:
    """One event on its days: (n, m) days, one action, (n, m) values or a way to draw them."""

    def __init__(self, name: int, action: int, days: NDArray[np.float64], values: Callable[[slice], NDArray[np.float64]]) -> None:
        self.name, self.action, self.days, self.values = name, action, days, values


class Timetable:
    """All events of one simulation; chunks take their rows from it."""

    def __init__(
        self, model: Any, events: Sequence[Event], *, start: float, stop: float, ids: NDArray[np.int64], seed: int,
        edges: Sequence[float],
    ) -> None:  # fmt: skip
        self._states = flat_names(model.state)
        self._start, self._stop, self._ids, self._seed = start, stop, ids, seed
        self.names: list[str] = []
        self.actions: list[Action] = []
        self.gentle: set[int] = set()
        self.infused = list(dict.fromkeys(e.state for e in events if isinstance(e, Infusion)))
        self._rules = [e for e in events if isinstance(e, Rule)]
        self._hazards = [e for e in events if isinstance(e, Hazard)]
        self._extinctions = [e for e in events if isinstance(e, Extinction)]
        self._columns: list[_Column] = []
        self._infusions: list[tuple[_Column, int]] = []
        for event in events:
            self._take(event)
        self._watch_rows = self._plan_watches()
        for column, infused in self._infusions:  # the engine's own actions come after the study's
            column.action = len(self.actions) + infused
        for edge in edges:
            days = np.full((1, 1), edge)
            self._columns.append(_Column(-1, NO_ACTION, np.broadcast_to(days, (len(ids), 1)), self._constant(0.0, 1)))

    @property
    def conditions(self) -> list[Any]:
        return [rule.condition for rule in self._rules]

    @property
    def hazard_rates(self) -> list[Any]:
        return [hazard.rate for hazard in self._hazards]

    @property
    def extinction_monitors(self) -> list[Any]:
        return [_sum_above(e.states, e.below) for e in self._extinctions]

    @property
    def most_occasions(self) -> int:
        """How many occasions a patient can have."""
        return sum(column.days.shape[1] for column in self._columns)

    def _name(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def _action(self, action: Action) -> int:
        self.actions.append(action)
        return len(self.actions) - 1

    def _constant(self, value: ArrayLike, occasions: int) -> Callable[[slice], NDArray[np.float64]]:
        array = np.broadcast_to(per_patient(value, len(self._ids), "event value"), (len(self._ids), occasions))
        return lambda rows: array[rows]

    def _check_state(self, name: str) -> None:
        if name not in self._states:
            raise unknown("state", name, self._states)

    def _take(self, event: Event) -> None:
        count = len(self._ids)
        if isinstance(event, Scheduled):
            days = self._days(event.name, event.days)
            values = per_patient(event.value, count, f"'{event.name}'")
            if not np.all(np.isfinite(values)):
                raise InvalidValue(f"'{event.name}' has a value that is not a finite number")
            wide = np.broadcast_arrays(days, values)
            self._columns.append(
                _Column(self._name(event.name), self._action(event.action), wide[0], lambda rows, v=wide[1]: v[rows])
            )
        elif isinstance(event, Shock):
            self._check_state(event.state)
            days = self._days(event.name, event.days)

            def draw(rows: slice, purpose: str = f"shock:{event.name}", m: int = days.shape[1]) -> NDArray[np.float64]:
                return random.normal(self._seed, purpose, self._ids[rows], m)

            action = self._action(shakes(event.state, event.sd))
            self.gentle.add(action)
            self._columns.append(_Column(self._name(event.name), action, days, draw))
        elif isinstance(event, Infusion):
            self._take_infusion(event)
        elif isinstance(event, Extinction):
            if not event.states:
                raise InvalidValue(f"extinction '{event.name}' names no states")
            if not event.below > 0:
                raise InvalidValue(f"extinction '{event.name}': the limit must be above 0")
            for state in event.states:
                self._check_state(state)
        elif not isinstance(event, (Rule, Hazard)):
            raise InvalidValue(f"{event!r} is no event; give Scheduled, Infusion, Shock, Rule, Hazard or Extinction")
        if isinstance(event, (Rule, Hazard, Extinction)) and not (isinstance(event.at_most, int) and event.at_most >= 1):
            raise InvalidValue(f"'{event.name}': at_most is {event.at_most!r}; give a whole number from 1")

    def _take_infusion(self, event: Infusion) -> None:
        self._check_state(event.state)
        name = event.name or event.state
        count = len(self._ids)

        def column(value: ArrayLike) -> NDArray[np.float64]:
            array = np.asarray(value, dtype=float)
            if array.ndim > 1 or (array.ndim == 1 and len(array) != count):
                raise InvalidValue(f"infusion '{name}': got shape {array.shape}; give a number or one number per patient")
            return np.broadcast_to(array, count).reshape(-1, 1)

        day, duration, amount = column(event.day), column(event.duration), column(event.amount)
        if not np.all(duration > 0):
            raise InvalidValue(f"infusion '{name}': the duration must be above 0 days; give a bolus for an instant dose")
        if not np.all(np.isfinite(amount)):
            raise InvalidValue(f"infusion '{name}' has an amount that is not a finite number")
        rate = amount / duration
        infused = self.infused.index(event.state)
        for label, at, change in ((name, day, rate), (f"{name} (end)", day + duration, -rate)):
            new = _Column(self._name(label), NO_ACTION, self._days(label, at), lambda rows, v=change: v[rows])
            self._columns.append(new)
            self._infusions.append((new, infused))

    def _days(self, name: str, days: ArrayLike) -> NDArray[np.float64]:
        array = per_patient(days, len(self._ids), f"days of '{name}'")
        early = array[np.isfinite(array) & (array < self._start)]
        if early.size:
            raise InvalidValue(f"'{name}' is on day {early.min():g}, before the start of the run on day {self._start:g}")
        return np.where(np.isfinite(array) & (array <= self._stop), array, np.inf)

    def occasions(self, rows: slice) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
        """(days, actions, values, names), each (patients of the block, m), by day and then in the order of the events."""
        count = rows.stop - rows.start
        if not self._columns:
            return np.empty((count, 0)), np.empty((count, 0), np.int64), np.empty((count, 0)), np.empty((count, 0), np.int64)
        days = np.concatenate([c.days[rows] for c in self._columns], axis=1)
        values = np.concatenate([np.broadcast_to(c.values(rows), c.days[rows].shape) for c in self._columns], axis=1)
        actions = np.concatenate([np.full(c.days.shape[1], c.action, np.int64) for c in self._columns])
        names = np.concatenate([np.full(c.days.shape[1], c.name, np.int64) for c in self._columns])
        order = np.argsort(days, axis=1, kind="stable")
        return np.take_along_axis(days, order, 1), actions[order], np.take_along_axis(values, order, 1), names[order]

    def most_records(self, rows: slice, names: NDArray[np.int64]) -> int:
        """An upper bound for the number of events that a block can record."""
        watched = sum(2 * r.at_most for r in self._rules) + sum(h.at_most for h in self._hazards)
        watched += sum(e.at_most for e in self._extinctions)
        return int(np.sum(names >= 0)) + watched * (rows.stop - rows.start)

    def _plan_watches(self) -> dict[str, Any]:
        count = len(self._ids)

        def own(value: ArrayLike, what: str) -> NDArray[np.float64]:
            array = np.asarray(value, dtype=float)
            if array.ndim > 1 or (array.ndim == 1 and len(array) != count):
                raise InvalidValue(f"{what}: got shape {array.shape}; give a number or one number per patient")
            return np.broadcast_to(array, count)

        rules = self._rules
        for rule in rules:
            if not np.all(own(rule.every, f"rule '{rule.name}'") > 0):
                raise InvalidValue(f"rule '{rule.name}' must look every so many days; `every` is not above 0")
            if not np.all(np.isfinite(own(rule.start, f"rule '{rule.name}'"))):
                raise InvalidValue(f"rule '{rule.name}' needs a first day on which to look; `start` is not finite")
            if rule.lock_out < 0 or rule.delay < 0 or rule.after < 0:
                raise InvalidValue(f"rule '{rule.name}': lock_out, delay and after must not be negative")
        self._rule_actions = np.array(
            [
                (
                    self._action(rule.action),
                    self._name(rule.name),
                    self._action(rule.afterwards) if rule.afterwards else -1,
                    self._name(f"{rule.name} (end)") if rule.afterwards else -1,
                )
                for rule in rules
            ],
            dtype=np.int64,
        ).reshape(-1, 4)
        self._hazard_actions = np.array(
            [(self._action(h.action) if h.action else -1, self._name(h.name), h.at_most) for h in self._hazards], np.int64
        ).reshape(-1, 3)
        self._extinction_actions = [(self._action(clears(e.states)), self._name(e.name), e.at_most) for e in self._extinctions]
        return {
            field: [own(getattr(rule, field), f"rule '{rule.name}': {field}") for rule in rules]
            for field in ("start", "stop", "every", "value")
        }

    def watches(self, rows: slice, readout_monitors: int) -> Watches:
        """What the driver watches for in the patients of a block; extinctions follow the monitors of the read-outs."""
        count = rows.stop - rows.start

        def table(field: str) -> NDArray[np.float64]:
            return np.array([v[rows] for v in self._watch_rows[field]], dtype=float).reshape(-1, count)

        most = max((h.at_most for h in self._hazards), default=1)
        thresholds = np.full((len(self._hazards), count, most), np.inf)
        for k, hazard in enumerate(self._hazards):
            drawn = random.uniform(self._seed, f"hazard:{hazard.name}", self._ids[rows], hazard.at_most)
            thresholds[k, :, : hazard.at_most] = np.cumsum(-np.log(drawn), axis=1)
        extinctions = [(readout_monitors + k, *rest) for k, rest in enumerate(self._extinction_actions)]
        return Watches(
            table("start"), table("stop"), table("every"), table("value"),
            np.array([(r.at_most, r.lock_out, r.delay, r.after) for r in self._rules], dtype=float).reshape(-1, 4),
            self._rule_actions, thresholds, self._hazard_actions, np.array(extinctions, dtype=np.int64).reshape(-1, 4),
            np.array([e.below for e in self._extinctions], dtype=float),
        )  # fmt: skip


def _sum_above(states: tuple[str, ...], below: float) -> Callable[[Any, Any, Any], Any]:
    """Sum of states minus the limit, for the search for its sign change."""

    def excess(_t: Any, s: Any, _p: Any) -> Any:
        total = attrgetter(states[0])(s)
        for name in states[1:]:
            total = total + attrgetter(name)(s)
        return total - below

    return excess
