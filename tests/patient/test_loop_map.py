"""The autoreactive loop is bistable: remission and disease are stable, with a threshold at 2 % between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.families.autoimmune.autoreactive_loop import (
    AutoreactiveLoop,
    State,
    change,
    help_sustained,
    memory_sustained,
)
from immunoreset.disease.families.autoimmune.loop_map import loop_map, roots, unstable_root
from immunoreset.patient.vocabulary import Effects, Rest, Signals
from immunoreset.population import sample


def loop(**changes: Any) -> AutoreactiveLoop:
    """The loop of a typical patient, with changes to parameters."""
    return STANDARD_PATIENT.build(typical(**changes)).autoreactive_loop


def possible(values: Mapping[str, Any]) -> np.ndarray:
    """Whether there are such untreated patients."""
    wanted = STANDARD_PATIENT.impossible(STANDARD_PATIENT.build(values))
    return np.all(np.broadcast_arrays(*(np.asarray(value) > 0 for value in wanted.values())), axis=0)


def test_typical_patient_has_the_three_published_rest_states() -> None:
    found = roots(loop())
    assert found == pytest.approx([8.9e-5, 0.020, 1.0], rel=0.03)


def test_rest_states_are_zeros_of_the_map_and_only_the_middle_one_repels() -> None:
    p = loop()
    found = roots(p)
    assert np.abs(loop_map(found, p)).max() < 1e-12
    slope = (loop_map(found * 1.001, p) - loop_map(found * 0.999, p)) / (0.002 * found)
    assert np.sign(slope).tolist() == [-1.0, 1.0, -1.0]
    assert unstable_root(p) == pytest.approx(found[1])


def test_seeding_by_naive_cells_and_help_without_disease_lower_the_threshold() -> None:
    threshold = unstable_root(loop(s=np.array([0.005, 0.01, 0.02])))
    assert threshold.shape == (3,) and np.all(np.diff(threshold) < 0)


def test_reselection_variant_has_no_remission_to_rest_in() -> None:
    p = loop(s=0.06, eps=0.12)
    assert roots(p).tolist() == [1.0]
    assert np.isnan(unstable_root(p))


def test_mask_of_possible_patients_agrees_with_the_slope_of_the_map() -> None:
    half_help = np.array([0.15, 0.35, 0.8, 1.2, 2.0])  # beyond the bounds, where disease does not hold itself
    changes = {"half_help": half_help, "half_help_maintenance": 1.0, "half_memory": 1.5}
    values = typical() | {f"autoreactive_loop.{field}": value for field, value in changes.items()}
    p = STANDARD_PATIENT.build(values).autoreactive_loop
    step = 1e-6
    slope = (loop_map(1 + step, p) - loop_map(1 - step, p)) / (2 * step)
    assert possible(values).tolist() == (slope < 0).tolist()
    assert possible(values).any() and not possible(values).all()


def test_a_patient_whose_follicles_cannot_be_fed_is_impossible() -> None:
    assert possible(typical(kFo=np.array([0.018, 0.005]))).tolist() == [True, False]


def drift(state: np.ndarray, p: AutoreactiveLoop) -> np.ndarray:
    """Change per day of memory, activated cells and help (fold), with naive cells and BAFF untreated and no drug."""
    untreated = Signals(naive_b=1.0, baff=1.0)
    me = State(state[0] * p.memory, state[1] * p.activated, state[2])
    found = change(me, p, untreated, Effects(), Rest(untreated, Effects()))
    return np.array([found.autoreactive_memory / p.memory, found.autoreactive_activated / p.activated, found.follicular_help])


def fastest(state: np.ndarray, p: AutoreactiveLoop) -> float:
    """The largest real part of the eigenvalues at a state: above zero, it repels."""
    steps = np.diag(1e-6 * np.maximum(state, 1e-3))
    columns = [(drift(state + step, p) - drift(state - step, p)) / (2 * step.max()) for step in steps]
    return float(np.linalg.eigvals(np.array(columns).T).real.max())


def test_states_that_are_drawn_are_steady_and_the_middle_one_repels() -> None:
    cohort = sample("cart", 40, seed=1)
    fields = STANDARD_PATIENT.build(typical() | dict(cohort.parameters)).autoreactive_loop
    patients = [loop(), *(AutoreactiveLoop(*(float(np.broadcast_to(f, (40,))[i]) for f in fields)) for i in range(40))]
    bistable = 0
    for p in patients:
        states = [np.array([memory_sustained(p, a), a, help_sustained(p, a)]) for a in roots(p)]
        assert max(np.abs(drift(state, p)).max() for state in states) < 1e-9
        signs = [np.sign(fastest(state, p)) for state in states]
        assert signs in ([-1, 1, -1], [-1])
        bistable += len(signs) == 3
    assert bistable > 30
