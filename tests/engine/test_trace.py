"""A model function becomes a graph of its arithmetic: nothing is computed twice, nothing is computed that is known."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine.arithmetic import exp, log, log10, maximum, minimum, sqrt, where
from immunoreset.engine.ensemble import Model
from immunoreset.engine.names import build, flat_names
from immunoreset.engine.trace import Graph, Symbol, closure, evaluate, trace
from immunoreset.errors import ImmunoresetError


class Cells(NamedTuple):
    t_cells: Any
    b_cells: Any


class Growth(NamedTuple):
    rate: Any
    capacity: Any


class Killing(NamedTuple):
    strength: Any


class Parameters(NamedTuple):
    growth: Growth
    temperature: Any
    killing: Killing


def leaves() -> tuple[Graph, Symbol, Symbol]:
    graph = Graph()
    return graph, graph.leaf("state", 0), graph.leaf("state", 1)


def number(node: Symbol, x: float = 2.0, y: float = 3.0) -> Any:
    return evaluate([node], {("state", 0): x, ("state", 1): y})[0]


def test_what_is_known_folds_away() -> None:
    graph, x, _ = leaves()
    zero, one = graph.constant(0.0), graph.constant(1.0)
    assert x * 0 is zero and 0 * x is zero and 0 / x is zero
    assert x + 0 is x and 0 + x is x and x - 0 is x and x * 1 is x and x / 1 is x and x**1 is x
    assert x - x is zero and x / x is one and x**0 is one
    assert graph.constant(2.0) * 3 + 1 is graph.constant(7.0)
    assert exp(graph.constant(0.0)) is one and sqrt(graph.constant(9.0)) is graph.constant(3.0)
    negative = -x
    assert -negative is x and x - (-x) is x + x and x + (-x) is zero
    assert graph.constant(-0.0) is zero


def test_equal_expressions_are_one_node() -> None:
    _, x, y = leaves()
    assert x * y is y * x and x + y is y + x and exp(x * y) is exp(y * x)
    assert x - y is not y - x and x / y is not y / x
    before = len(closure([x * y + exp(x * y)]))
    assert len(closure([x * y + exp(y * x), y * x])) == before


def test_arguments_come_before_their_use_in_a_closure() -> None:
    _, x, y = leaves()
    nodes = closure([exp(x / y) - log(y) * where(x > y, x, y)])
    position = {node.number: k for k, node in enumerate(nodes)}
    assert all(position[a.number] < position[node.number] for node in nodes for a in node.arguments)


@pytest.mark.parametrize("exponent", [-8, -3, -1, 0, 1, 2, 3, 5, 8, 0.5, 1.7, -0.3, 11])
def test_powers_equal_those_of_numpy(exponent: float) -> None:
    _, x, _ = leaves()
    values = np.array([1e-3, 0.4, 1.0, 2.5, 40.0])
    found = evaluate([x**exponent], {("state", 0): values})[0]
    assert np.broadcast_to(found, 5) == pytest.approx(values**exponent, rel=1e-13)


def test_small_whole_powers_need_no_logarithm_and_take_negative_numbers() -> None:
    _, x, _ = leaves()
    assert not any(node.operation in ("log", "exp") for node in closure([x**7, x**-4]))
    assert number(x**3, -2.0) == -8.0 and number(x**-2, -2.0) == 0.25


def test_a_number_to_the_power_of_a_value_is_compiled() -> None:
    _, x, _ = leaves()
    assert number(2**x, 5.0) == pytest.approx(32.0, rel=1e-14)
    assert number(x**x, 3.0) == pytest.approx(27.0, rel=1e-14)


def test_choices_follow_the_numbers() -> None:
    _, x, y = leaves()
    assert number(where(x > y, 10.0, x), 2, 3) == 2 and number(where(x < y, 10.0, x), 2, 3) == 10
    assert number(where(x >= 2, 1.0, 0.0), 2) == 1 and number(where(x <= 1.9, 1.0, 0.0), 2) == 0
    assert (number(maximum(x, y)), number(minimum(x, y)), number(maximum(x, 7.0)), number(minimum(1.0, x))) == (3, 2, 7, 1)
    values = np.array([1.0, 5.0])
    assert evaluate([maximum(x, 2 * y)], {("state", 0): values, ("state", 1): 2.0})[0].tolist() == [4.0, 5.0]


def test_a_choice_between_known_values_is_made_at_once() -> None:
    graph, x, y = leaves()
    two, three = graph.constant(2.0), graph.constant(3.0)
    assert where(two < three, x, y) is x and where(two > three, x, y) is y
    assert where(two <= two, x, y) is x and where(two >= three, x, y) is y and where(x > y, x, x) is x


@pytest.mark.parametrize("function", [exp, log, log10, sqrt])
def test_functions_agree_with_numpy_on_symbols_floats_and_arrays(function: Any) -> None:
    _, x, _ = leaves()
    values = np.array([0.2, 1.0, 30.0])
    numpy_values = getattr(np, function.__name__)(values)
    assert evaluate([function(x)], {("state", 0): values})[0] == pytest.approx(numpy_values, rel=1e-15)
    assert function(values) == pytest.approx(numpy_values) and function(0.2) == pytest.approx(numpy_values[0])


def test_choices_agree_on_floats_and_arrays() -> None:
    assert maximum(1.0, 2.0) == 2.0 and minimum(1.0, 2.0) == 1.0 and where(1.0 > 2.0, "yes", "no") == "no"
    assert maximum(np.array([1.0, 5.0]), 2.0).tolist() == [2.0, 5.0]


def branching_models() -> dict[str, Any]:
    def by_if(t: Any, s: Cells, p: Parameters) -> Cells:
        return Cells(1.0 if s.t_cells > 0 else 0.0, s.b_cells)

    def by_and(t: Any, s: Cells, p: Parameters) -> Cells:
        return Cells(where((s.t_cells > 0) and (s.b_cells > 0), 1.0, 0.0), s.b_cells)

    def by_max(t: Any, s: Cells, p: Parameters) -> Cells:
        return Cells(max(s.t_cells, 0.0), s.b_cells)

    def by_truth(t: Any, s: Cells, p: Parameters) -> Cells:
        return Cells(1.0 if s.t_cells else 0.0, s.b_cells)

    def by_equality(t: Any, s: Cells, p: Parameters) -> Cells:
        return Cells(1.0 if s.t_cells == 0 else 2.0, s.b_cells)

    return {f.__name__: f for f in (by_if, by_and, by_max, by_truth, by_equality)}


@pytest.mark.parametrize("way", [way for way in branching_models() if way != "by_equality"])
def test_branching_on_a_value_is_refused_with_what_to_do(way: str) -> None:
    model = Model(branching_models()[way], Cells, Parameters)
    with pytest.raises(ImmunoresetError, match=r"branches on a value.*use where, minimum or maximum"):
        trace(model, zero_states=frozenset(), constants={})


def test_asking_for_equality_is_refused_with_what_to_do() -> None:
    model = Model(branching_models()["by_equality"], Cells, Parameters)
    with pytest.raises(ImmunoresetError, match=r"compares with == or !=.*use where"):
        trace(model, zero_states=frozenset(), constants={})


def test_numpy_functions_are_refused_and_numpy_numbers_taken() -> None:
    _, x, _ = leaves()
    with pytest.raises(TypeError):
        np.exp(x)
    with pytest.raises(TypeError, match="only plain arithmetic"):
        x + "a"
    assert number(x * np.float64(1.5)) == 3.0 and number(x + np.int64(3)) == 5.0


def test_numpy_numbers_may_stand_on_the_left() -> None:
    _, x, _ = leaves()
    assert number(np.float64(1.5) * x) == 3.0 and number(np.float64(1.0) / x) == 0.5 and number(np.int64(3) + x) == 5.0
    assert number(exp(0.0) + x) == 3.0


def test_groups_of_parameters_have_flat_names_and_are_built_back() -> None:
    names = flat_names(Parameters)
    assert names == ["growth.rate", "growth.capacity", "temperature", "killing.strength"]
    assert flat_names(Cells) == ["t_cells", "b_cells"]
    p = build(Parameters, [1, 2, 3, 4])
    assert p == Parameters(Growth(1, 2), 3, Killing(4))


def test_a_traced_model_evaluates_as_plain_python() -> None:
    def derivative(t: Any, s: Cells, p: Parameters) -> Cells:
        crowding = 1 - s.t_cells / p.growth.capacity
        return Cells(p.growth.rate * s.t_cells * crowding * exp(-t / 7), minimum(s.t_cells, 2) * s.b_cells**p.killing.strength)

    traced = trace(Model(derivative, Cells, Parameters), zero_states=frozenset(), constants={2: 37.0})
    s, p = Cells(2.0, 3.0), Parameters(Growth(0.4, 9.0), 37.0, Killing(1.3))
    numbers = {("state", 0): 2.0, ("state", 1): 3.0, ("time", 0): 5.0}
    numbers |= {("parameter", i): v for i, v in enumerate([0.4, 9.0, 37.0, 1.3])}
    assert evaluate(traced.derivative, numbers) == pytest.approx(list(derivative(5.0, s, p)), rel=1e-14)


def test_states_and_parameters_held_at_zero_remove_their_terms() -> None:
    def derivative(t: Any, s: Cells, p: Parameters) -> Cells:
        return Cells(-p.growth.rate * s.t_cells, p.killing.strength * s.b_cells + s.t_cells)

    model = Model(derivative, Cells, Parameters)
    traced = trace(model, zero_states=frozenset({0}), constants={3: 0.0})
    assert [rate.payload for rate in traced.derivative if rate.is_constant] == [0.0, 0.0]


def test_a_derivative_of_the_wrong_length_or_value_is_refused() -> None:
    def short(t: Any, s: Cells, p: Parameters) -> tuple[Any, ...]:
        return (s.t_cells,)

    def endless(t: Any, s: Cells, p: Parameters) -> Cells:
        return Cells(s.t_cells, float("inf"))

    with pytest.raises(ImmunoresetError, match="1 rates for 2 states"):
        trace(Model(short, Cells, Parameters), zero_states=frozenset(), constants={})
    with pytest.raises(ImmunoresetError, match="'b_cells' is inf"):
        trace(Model(endless, Cells, Parameters), zero_states=frozenset(), constants={})
