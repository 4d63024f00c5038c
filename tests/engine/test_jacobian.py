"""Derivatives of traced functions are exact, sparse, and of the patient model too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immunoreset.catalogue.standard import MODEL, STANDARD_PATIENT, typical
from immunoreset.engine.arithmetic import exp, log, maximum, sqrt, where
from immunoreset.engine.jacobian import gradients, time_gradient
from immunoreset.engine.lu_plan import plan
from immunoreset.engine.trace import Graph, Symbol, build, evaluate, flat_values, trace

STATES = 3
AT = np.array([0.7, 1.3, 2.1])


def _combine(children: Any) -> Any:
    pair = st.tuples(children, children)
    return st.one_of(
        st.builds(lambda ab: ("+", *ab), pair),
        st.builds(lambda ab: ("-", *ab), pair),
        st.builds(lambda ab: ("*", *ab), pair),
        st.builds(lambda ab: ("/", *ab), pair),
        st.builds(lambda a: ("exp", a), children),
        st.builds(lambda a: ("log", a), children),
        st.builds(lambda a: ("sqrt", a), children),
        st.builds(lambda a, n: ("power", a, n), children, st.sampled_from([2, 3, -1, -2, 0.5, 1.7])),
        st.builds(lambda ab: ("maximum", *ab), pair),
    )


LEAF = st.one_of(
    st.integers(0, STATES - 1).map(lambda i: ("state", i)), st.sampled_from([0.3, 1.0, 2.0]).map(lambda c: ("number", c))
)
EXPRESSIONS = st.recursive(LEAF, _combine, max_leaves=12)


def _value(tree: Any, states: Any) -> Any:
    """The expression on symbols, or on complex numbers (kept of moderate size and away from singular points)."""
    kind, *parts = tree
    if kind == "state":
        return states[parts[0]]
    if kind == "number":
        return states[0].graph.constant(parts[0]) if isinstance(states[0], Symbol) else parts[0]
    a = _value(parts[0], states)
    if kind == "power":
        return (1 + a * a) ** parts[1]
    if kind in ("exp", "log", "sqrt"):
        symbolic = isinstance(states[0], Symbol)
        function = {"exp": exp, "log": log, "sqrt": sqrt}[kind] if symbolic else getattr(np, kind)
        bounded = a / (1 + a * a)
        return function(bounded) if kind == "exp" else function(1 + a * a)
    b = _value(parts[1], states)
    if kind == "maximum":
        if isinstance(a, Symbol):
            return maximum(a, b)
        return a if np.real(a) > np.real(b) else b
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / (1 + b * b)}[kind]()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(EXPRESSIONS)
def test_gradients_of_random_expressions_match_the_complex_step(tree: Any) -> None:
    graph = Graph()
    root = graph.lift(_value(tree, [graph.leaf("state", i) for i in range(STATES)]))
    row = gradients(graph, [root])[0]
    numbers = {("state", i): AT[i] for i in range(STATES)}
    found = np.zeros(STATES)
    for i, value in zip(row, evaluate(list(row.values()), numbers), strict=True):
        found[i] = value
    expected = np.zeros(STATES)
    with np.errstate(all="ignore"):
        for i in range(STATES):
            z = AT.astype(complex)
            z[i] += 1e-200j
            expected[i] = np.imag(_value(tree, list(z))) / 1e-200
        plain = _value(tree, list(AT))
    if not (np.all(np.isfinite(expected)) and abs(plain) < 1e100 and np.all(np.abs(expected) < 1e100)):
        return
    assert evaluate([root], numbers)[0] == pytest.approx(plain, rel=1e-11, abs=1e-11)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * max(1.0, float(np.abs(expected).max())))


def test_a_choice_passes_on_the_slope_of_the_branch_taken() -> None:
    graph = Graph()
    x, y = graph.leaf("state", 0), graph.leaf("state", 1)
    row = gradients(graph, [where(x > y, x * x, 5 * y)])[0]
    for at, expected in (((3.0, 1.0), (6.0, 0.0)), ((1.0, 3.0), (0.0, 5.0))):
        assert tuple(evaluate([row[0], row[1]], {("state", 0): at[0], ("state", 1): at[1]})) == expected


def test_a_rate_has_entries_only_for_the_states_it_reads() -> None:
    graph = Graph()
    s, p, t = [graph.leaf("state", i) for i in range(4)], graph.leaf("parameter", 0), graph.leaf("time")
    rows = gradients(graph, [p * s[1] + exp(t), s[0] * s[3] - s[0] * s[3], s[2] / s[0], graph.lift(4.0)])
    assert [set(row) for row in rows] == [{1}, set(), {0, 2}, set()]


def test_the_time_derivative_is_found_only_where_time_appears() -> None:
    graph = Graph()
    s, t = graph.leaf("state", 0), graph.leaf("time")
    rates = time_gradient(graph, [s * t * t, s, exp(2 * t)])
    assert rates[1] is None and rates[0] is not None and rates[2] is not None
    found = evaluate([rates[0], rates[2]], {("state", 0): 3.0, ("time", 0): 0.5})
    assert found == pytest.approx([3.0, 2 * np.exp(1.0)])


@pytest.mark.parametrize("exponent", ["number", "parameter"])
def test_a_power_has_a_finite_slope_at_zero(exponent: str) -> None:
    graph = Graph()
    x = graph.leaf("state", 0)
    row = gradients(graph, [x ** (1.5 if exponent == "number" else graph.leaf("parameter", 0))])[0]
    values = [evaluate([row[0]], {("state", 0): at, ("parameter", 0): 1.5})[0] for at in (0.0, 4.0)]
    assert values == pytest.approx([0.0, 3.0])


def _patient() -> tuple[list[dict[int, float]], np.ndarray, Any]:
    traced = trace(MODEL, zero_states=frozenset(), constants={})
    rows = gradients(traced.graph, traced.derivative)
    p = typical()
    state = np.array(flat_values(STANDARD_PATIENT.initial(STANDARD_PATIENT.build(p))), dtype=float) + 0.01
    numbers = {("state", i): value for i, value in enumerate(state)} | {("time", 0): 3.0}
    numbers |= {("parameter", i): value for i, value in enumerate(p.values())}
    nodes = [node for row in rows for node in row.values()]
    values = iter(evaluate(nodes, numbers))
    return [{j: float(next(values)) for j in row} for row in rows], state, p


def test_the_jacobian_of_the_patient_matches_central_differences() -> None:
    rows, state, values = _patient()
    p = build(MODEL.parameters, list(values.values()))
    size = len(state)

    def rates(x: np.ndarray) -> np.ndarray:
        return np.array(flat_values(MODEL.derivative(3.0, build(MODEL.state, list(x)), p)), dtype=float)

    expected = np.empty((size, size))
    for j in range(size):
        width = 1e-5 * max(abs(state[j]), 1e-2)
        up, down = state.copy(), state.copy()
        up[j] += width
        down[j] -= width
        expected[:, j] = (rates(up) - rates(down)) / (up[j] - down[j])
    found = np.zeros((size, size))
    for i, row in enumerate(rows):
        for j, value in row.items():
            found[i, j] = value
    scale = np.maximum(np.abs(expected), 1e-4 * np.abs(expected).max(axis=1, keepdims=True)) + 1e-9
    assert np.abs(found - expected).max() < 1e6 and np.all(np.abs(found - expected) <= 1e-4 * scale)


def test_the_jacobian_of_the_patient_is_sparse_and_fills_little() -> None:
    rows, state, _ = _patient()
    entries = [(i, j) for i, row in enumerate(rows) for j in row]
    made = plan(len(state), entries)
    assert len(entries) < 0.15 * len(state) ** 2
    assert len(made.slot) < 2.2 * len(set(entries) | {(i, i) for i in range(len(state))})
