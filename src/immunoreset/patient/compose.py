"""A patient is composed of modules: the host, one disease, the therapies of the arm. Read this first.

The parts speak in two rounds: what each offers to be seen, then what each does on seeing all that; then every part changes. The
same two rounds at the untreated state give `rest`, which keeps the untreated patient in balance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from immunoreset.engine import Model
from immunoreset.errors import ImmunoresetError, InvalidValue, unknown
from immunoreset.patient.birth_certificates import StateEntry, states_of
from immunoreset.patient.module import AnyModule, Reading
from immunoreset.patient.vocabulary import Effects, Findings, Rest, Signals, View, together
from immunoreset.patient.word_units import UNITS

Read = Callable[[Any, Any, Any], Any]


def compose(*modules: AnyModule) -> Patient:
    """The patient who is the sum of these modules; a module that is named twice is there once. Raises when two have one name."""
    return _composed(tuple(dict.fromkeys(modules)))


@lru_cache(maxsize=256)
def _composed(modules: tuple[AnyModule, ...]) -> Patient:
    names = [module.name for module in modules]
    for name in names:
        if names.count(name) > 1:
            raise ImmunoresetError(f"two parts of one patient are called '{name}'; give each a name of its own")
    return Patient(modules)


@dataclass(frozen=True)
class Output:
    """A quantity read from a patient: `read(t, state, numbers)`."""

    name: str
    label: str
    unit: str
    read: Read


@dataclass(frozen=True, eq=False)
class Patient:
    """A composed patient: the system of equations, where an untreated patient starts, and what can be read."""

    modules: tuple[AnyModule, ...]
    _latest: list[tuple[Any, Any, View]] = field(default_factory=list, repr=False, compare=False)

    @cached_property
    def state(self) -> Any:
        """The NamedTuple of all states, grouped by module; its instances know the patient, so that readings need no other."""
        kind = _grouped("State", {module.name: module.state for module in self.modules})
        kind.patient = self  # type: ignore[attr-defined]
        return kind

    @cached_property
    def numbers(self) -> Any:
        """The NamedTuple of all numbers, grouped by module."""
        return _grouped("Numbers", {module.name: module.numbers for module in self.modules})

    @cached_property
    def model(self) -> Model:
        """What the engine solves."""
        return Model(self.derivative, self.state, self.numbers)

    def build(self, values: Mapping[str, Any]) -> Any:
        """Numbers from floats or arrays by 'module.number'. Raises InvalidValue when one is missing."""
        try:
            return self.numbers(*(m.numbers(*(values[f"{m.name}.{n}"] for n in m.number_names)) for m in self.modules))
        except KeyError as missing:
            raise InvalidValue(f"no value for parameter {missing}; give one for every number of the patient") from None

    def initial(self, p: Any) -> Any:
        """The untreated patient."""
        return self.state(*(m.start(my) for m, my in zip(self.modules, p, strict=True)))

    def derivative(self, t: Any, s: Any, p: Any) -> Any:
        """Change of every state per day."""
        seen, on = self._words(s, p)
        rest = Rest(*self._words(self.initial(p), p))
        parts = zip(self.modules, s, p, strict=True)
        return self.state(*(m.change(me, my, seen, on, rest) if m.change else _still(m) for m, me, my in parts))

    def _words(self, s: Any, p: Any) -> tuple[Signals, Effects]:
        """What all parts offer, then what they do on seeing it."""
        parts = tuple(zip(self.modules, s, p, strict=True))
        seen = self.signals(s, p)
        return seen, together(((m.name, m.does(me, my, seen)) for m, me, my in parts if m.does), Effects())

    def signals(self, s: Any, p: Any) -> Signals:
        """What all parts offer to be seen."""
        parts = zip(self.modules, s, p, strict=True)
        return together(((m.name, m.offers(me, my)) for m, me, my in parts if m.offers), Signals())

    def view(self, s: Any, p: Any) -> View:
        """What readings are made of; the latest is kept, since many readings are taken of one moment."""
        for state, numbers, view in self._latest:
            if state is s and numbers is p:
                return view
        untreated = self.initial(p)
        seen, on = self._words(s, p)
        rest = Rest(*self._words(untreated, p))
        view = View(seen, on, rest, self._findings(s, p, seen, on, rest), self._findings(untreated, p, *rest, rest))
        self._latest[:] = [(s, p, view)]
        return view

    def _findings(self, s: Any, p: Any, seen: Signals, on: Effects, rest: Rest) -> Findings:
        parts = zip(self.modules, s, p, strict=True)
        return together(((m.name, m.shows(me, my, seen, on, rest)) for m, me, my in parts if m.shows), Findings())

    @cached_property
    def states(self) -> Mapping[str, StateEntry]:
        """Symbol, unit, meaning and tolerance of each state, by 'module.state'."""
        return {f"{m.name}.{field}": entry for m in self.modules for field, entry in states_of(m).items()}

    @cached_property
    def tolerances(self) -> Mapping[str, float]:
        """Absolute tolerance of each state, by 'module.state', in the unit of the state."""
        return {name: state.tolerance for name, state in self.states.items()}

    @cached_property
    def strictness(self) -> Mapping[str, float]:
        """How much stricter than others the relative tolerance of a state is, by 'module.state', where it is."""
        return {name: state.strictness for name, state in self.states.items() if state.strictness != 1.0}

    @cached_property
    def outputs(self) -> Mapping[str, Output]:
        """Everything that can be read, by name: readings, states, concentrations of drugs, signals and effects.

        A state is named 'module.state' or, where no other has that name, 'state'.
        """
        found = {name: Output(name, r.label, r.unit, _reader(m.name, r)) for m in self.modules for name, r in m.readings.items()}
        for name, entry in self.states.items():
            output = Output(name, _capitalised(entry.meaning), entry.unit, _state_reader(*name.split(".")))
            found[name] = output
            found.setdefault(name.split(".")[1], replace(output, name=name.split(".")[1]))
        for module in self.modules:
            if module.concentration:
                name = f"{module.name}.concentration"
                found[name] = Output(name, f"{_capitalised(module.name)} in plasma", "mg/L", _concentration_reader(module))
        for words, kind in ((Signals, "seen"), (Effects, "on")):
            for word in words._fields:
                read = _word_reader(kind, word)
                found[f"{kind}.{word}"] = Output(f"{kind}.{word}", _capitalised(word.replace("_", " ")), UNITS[word], read)
        return MappingProxyType(found)

    def output(self, name: str) -> Output:
        """The output of that name. Raises UnknownName with the nearest."""
        if name not in self.outputs:
            raise unknown("output", name, self.outputs)
        return self.outputs[name]

    def impossible(self, p: Any) -> Mapping[str, Any]:
        """Quantities that must be positive in an untreated patient, with their values; a patient is possible where all are."""
        named = ((m, my, m.must_be_positive) for m, my in zip(self.modules, p, strict=True))
        return {f"{what} ({m.name})": value(my) for m, my, wanted in named for what, value in wanted.items()}


def reading(name: str) -> Read:
    """The function (t, state, numbers) that reads this output of whatever patient the state is of."""

    def read(t: Any, s: Any, p: Any) -> Any:
        return type(s).patient.output(name).read(t, s, p)

    return read


def _grouped(name: str, groups: Mapping[str, type]) -> Any:
    """A NamedTuple class whose fields are NamedTuples."""
    return NamedTuple(name, list(groups.items()))  # type: ignore[misc]  # the fields are known when it runs


def _still(module: AnyModule) -> Any:
    """No change of the states of a module that says none."""
    return module.state(*[0.0] * len(module.fields))


def _reader(module: str, of: Reading[Any]) -> Read:
    return lambda t, s, p: of.read(getattr(p, module), type(s).patient.view(s, p))


def _state_reader(module: str, state: str) -> Read:
    return lambda t, s, p: getattr(getattr(s, module), state)


def _concentration_reader(module: AnyModule) -> Read:
    def read(t: Any, s: Any, p: Any) -> Any:
        seen = type(s).patient.view(s, p).seen
        return module.concentration(getattr(s, module.name), getattr(p, module.name), seen)  # type: ignore[misc]

    return read


def _word_reader(kind: str, word: str) -> Read:
    return lambda t, s, p: getattr(getattr(type(s).patient.view(s, p), kind), word)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
