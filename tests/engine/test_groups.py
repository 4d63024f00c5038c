"""States in groups: the same system, written flat or in groups, is the same program and gives the same bits."""

from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import Model, bolus, simulate
from immunoreset.errors import ImmunoresetError


class Rates(NamedTuple):
    out: Any
    back: Any
    loss: Any


class Flat(NamedTuple):
    central: Any
    peripheral: Any
    response: Any


def flat(t: Any, s: Flat, p: Rates) -> Flat:
    out = p.out * s.central - p.back * s.peripheral
    return Flat(-out - p.loss * s.central, out, s.central - s.response)


class Drug(NamedTuple):
    central: Any
    peripheral: Any


class Silent(NamedTuple):
    """A group that is present and has no state."""


class Body(NamedTuple):
    response: Any


class Grouped(NamedTuple):
    drug: Drug
    silent: Silent
    body: Body
    unused: Drug


def grouped(t: Any, s: Grouped, p: Rates) -> Grouped:
    out = p.out * s.drug.central - p.back * s.drug.peripheral
    idle = p.out * s.unused.central - p.back * s.unused.peripheral
    return Grouped(
        Drug(-out - p.loss * s.drug.central, out),
        Silent(),
        Body(s.drug.central - s.body.response),
        Drug(-idle - p.loss * s.unused.central, idle),
    )


NUMBERS = {"out": np.linspace(0.5, 2.0, 40), "back": 0.3, "loss": 0.2}


def run(model: Model, start: Any, drug: str, response: str) -> Any:
    return simulate(
        model, parameters=NUMBERS, initial=start, start=0.0, stop=30.0, events=[bolus(drug, [1.0, 8.0], 5.0)],
        outputs={"response": lambda t, s, p: attrgetter(response)(s)}, grid=np.arange(0.0, 31.0), threads=1, atol=1e-9,
    )  # fmt: skip


def test_groups_are_the_same_program_as_the_flat_model_and_unused_groups_cost_nothing() -> None:
    a = run(Model(flat, Flat, Rates), lambda p: Flat(0.0, 0.0, 0.0), "central", "response")
    b = run(
        Model(grouped, Grouped, Rates),
        lambda p: Grouped(Drug(0.0, 0.0), Silent(), Body(0.0), Drug(0.0, 0.0)),
        "drug.central",
        "body.response",
    )
    assert np.array_equal(a.outputs["response"], b.outputs["response"])
    assert a.outputs["response"].max() > 1
    assert a.solver["states"] == b.solver["states"] == 3
    assert a.solver["jacobian_entries"] == b.solver["jacobian_entries"]


def test_final_values_of_grouped_states_are_named_group_dot_field() -> None:
    solution = run(
        Model(grouped, Grouped, Rates),
        lambda p: Grouped(Drug(0.0, 0.0), Silent(), Body(0.0), Drug(0.0, 0.0)),
        "drug.central",
        "body.response",
    )
    assert list(solution.final) == ["drug.central", "drug.peripheral", "body.response", "unused.central", "unused.peripheral"]


def test_an_unknown_state_of_a_group_is_named_with_the_nearest() -> None:
    with pytest.raises(ImmunoresetError, match="'centrl'; did you mean 'central'"):
        run(
            Model(grouped, Grouped, Rates),
            lambda p: Grouped(Drug(0.0, 0.0), Silent(), Body(0.0), Drug(0.0, 0.0)),
            "drug.centrl",
            "body.response",
        )
