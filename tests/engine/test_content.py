"""The key of a function: the same content is the same key, any change in what it reaches is another."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Model, Prepared, prepare, simulate
from immunoreset.engine.codes import Unreadable
from immunoreset.engine.content import fingerprint

SOURCE = """
import functools
from dataclasses import dataclass
from typing import NamedTuple, Any
from immunoreset.engine.arithmetic import exp

RATE = {rate}
TABLE = {{"half": {half}, "other": [1.0, {listed}]}}

class Pools(NamedTuple):
    blood: Any
    tissue: Any

class Rates(NamedTuple):
    loss: Any

def flux(s, p):
    return {flux}

@dataclass(frozen=True)
class Module:
    name: str
    strength: float
    law: Any

    def rate(self, t, s, p):
        return {method} * self.law(s, p) + self.inner()

    def inner(self):
        return {inner}

def compose(modules, scale={scale}):
    def derivative(t, s, p):
        total = sum(module.rate(t, s, p) for module in modules)
        return Pools(-total * TABLE["half"] - RATE * s.blood, scale * total + TABLE["other"][1] * exp(-t))
    return derivative

def model(strengths={strengths}):
    return compose(tuple(Module(f"m{{k}}", x, flux) for k, x in enumerate(strengths)))
"""
PLAIN = {
    "rate": "0.3", "half": "0.5", "listed": "2.0", "flux": "p.loss * s.blood", "method": "self.strength", "inner": "0.0",
    "scale": "1.0", "strengths": "(1.0, 2.0)",
}  # fmt: skip
CHANGES = {
    "rate": "0.30000000000000004", "half": "0.25", "listed": "-2.0", "flux": "p.loss * s.tissue", "method": "2 * self.strength",
    "inner": "-0.0", "scale": "1", "strengths": "(1.0, 2.0, 0.0)",
}  # fmt: skip


def written(**changes: str) -> types.ModuleType:
    """A module of that source, as if it lay in a file."""
    module = types.ModuleType("composed")
    exec(compile(SOURCE.format(**{**PLAIN, **changes}), "composed", "exec", dont_inherit=True), module.__dict__)
    return module


def test_the_same_source_composed_twice_is_the_same_content() -> None:
    one, other = written(), written()
    assert one.model() is not other.model()
    assert fingerprint(one.model()) == fingerprint(one.model()) == fingerprint(other.model())


@pytest.mark.parametrize("what", CHANGES)
def test_any_change_in_what_a_composed_model_reaches_is_another_content(what: str) -> None:
    assert fingerprint(written().model()) != fingerprint(written(**{what: CHANGES[what]}).model())


def test_two_changes_are_told_apart() -> None:
    keys = {fingerprint(written(**{what: CHANGES[what]}).model()) for what in CHANGES}
    assert len(keys) == len(CHANGES)


def test_what_is_put_in_place_of_something_after_a_reading_is_seen() -> None:
    module = written()
    derivative = module.model()
    keys = [fingerprint(derivative)]
    for change in (
        lambda: setattr(module, "RATE", 0.4),
        lambda: module.TABLE.update(half=0.75),
        lambda: module.TABLE["other"].append(3.0),
        lambda: setattr(module, "flux", lambda s, p: p.loss),  # held by the modules, not looked up: no change
        lambda: setattr(module.Module, "inner", lambda self: 4.0),
        lambda: setattr(module, "exp", lambda x: x),
        lambda: setattr(derivative, "__defaults__", (5.0,)),
        lambda: object.__setattr__(derivative.__closure__[0].cell_contents[0], "strength", 9.0),
        lambda: setattr(module.Module.rate, "__code__", (lambda self, t, s, p: 1.0).__code__),
        lambda: setattr(derivative.__closure__[0], "cell_contents", ()),
    ):
        change()
        keys.append(fingerprint(derivative))
    assert keys[4] == keys[3]
    assert len(set(keys)) == len(keys) - 1


def counted(step: float) -> Callable[[Any], Any]:
    values = np.array([step, 1.0])
    return lambda t: values[0] * t


@dataclass
class Law:
    factor: float

    def of(self, t: Any) -> Any:
        return self.factor * t

    def __call__(self, t: Any) -> Any:
        return self.factor + t


@pytest.mark.parametrize(
    "make",
    [
        counted,
        lambda x: Law(x).of,
        Law,
        lambda x: functools.partial(lambda t, k: k * t, k=x),
        lambda x: lambda t, k=x: k * t,
        lambda x: functools.wraps(counted)(lambda t: x * t),
        lambda x: lambda t: {"a": (x, [x])}["a"][0] * t,
        lambda x: lambda t: np.float64(x) * t,
    ],
    ids=["array", "method", "callable", "partial", "default", "wrapped", "inner", "numpy"],
)
def test_every_way_to_hold_a_number_counts(make: Callable[[float], Any]) -> None:
    assert fingerprint(make(2.0)) == fingerprint(make(2.0))
    assert fingerprint(make(2.0)) != fingerprint(make(3.0))


def test_an_array_changed_in_place_is_seen() -> None:
    values = np.array([1.0, 2.0])
    law = lambda t: values[0] * t  # noqa: E731
    before = fingerprint(law)
    values[0] = 5.0
    assert fingerprint(law) != before


def test_functions_that_call_each_other_are_read() -> None:
    def even(n: int) -> Any:
        return n == 0 or odd(n - 1)

    def odd(n: int) -> Any:
        return n != 0 and even(n - 1)

    assert fingerprint(even) != fingerprint(odd)


def test_what_cannot_be_read_is_said_and_traced_anew_every_time() -> None:
    rate = iter([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    with pytest.raises(Unreadable):
        fingerprint(lambda t: next(rate) * t)

    class Pool(NamedTuple):
        pool: Any

    class None_(NamedTuple):
        pass

    def run() -> float:
        model = Model(lambda t, s, p: Pool(next(rate) + 0 * s.pool), Pool, None_)
        return float(
            simulate(model, parameters={}, initial={"pool": np.ones(1)}, start=0.0, stop=1.0, threads=1).final["pool"][0]
        )

    assert run() < run(), "each run has the next rate"


def started(module: types.ModuleType, **options: Any) -> Prepared:
    return prepare(
        Model(module.model(), module.Pools, module.Rates),
        parameters={"loss": options.pop("loss", np.array([0.1, 0.2]))},
        initial={"blood": 1.0, "tissue": 1.0},
        start=0.0,
        stop=3.0,
        **options,
    )


def test_a_model_of_the_same_content_compiles_nothing_and_any_other_does() -> None:
    kept = started(written())
    assert started(written()).program is kept.program
    assert started(written(), loss=np.array([0.7, 0.9, 1.1])).program is kept.program
    for what, change in CHANGES.items():
        assert started(written(**{what: change})).program is not kept.program, what


def test_a_function_changed_after_preparing_is_traced_anew() -> None:
    module = written()
    prepared = started(module)
    module.RATE = 2.0
    assert np.array_equal(prepared.changed().run().final["tissue"], started(written(rate="2.0")).run().final["tissue"])


def test_a_changed_model_gives_its_own_result_though_another_was_kept() -> None:
    found = {what: started(written(**{what: change})).run().final["tissue"] for what, change in CHANGES.items()}
    plain = started(written()).run().final["tissue"]
    for what in ("rate", "half", "listed", "flux", "method"):
        assert not np.array_equal(found[what], plain), what
    for what in ("inner", "scale", "strengths"):
        assert np.allclose(found[what], plain, rtol=1e-6), what


def test_a_prepared_simulation_run_with_other_numbers_is_that_of_simulate() -> None:
    module = written()
    prepared = started(module)
    other = {"loss": np.array([0.4, 0.5, 0.6])}
    again = prepared.changed(parameters=other)
    assert again.program is prepared.program
    direct = simulate(
        Model(module.model(), module.Pools, module.Rates),
        parameters=other, initial={"blood": 1.0, "tissue": 1.0}, start=0.0, stop=3.0,
    )  # fmt: skip
    for name, values in direct.final.items():
        assert np.array_equal(again.run(threads=2).final[name], values)
    shared = prepared.changed(parameters={"loss": 0.4})
    assert shared.program is not prepared.program, "one number for all is another form"
    assert shared.run().final["blood"] == pytest.approx(direct.final["blood"][:1], rel=1e-6)
