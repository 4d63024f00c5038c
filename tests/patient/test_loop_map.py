"""The autoreactive loop is bistable: remission and disease are stable, with a threshold at 2 % between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.lupus.autoreactive_loop import AutoreactiveLoop
from immunoreset.disease.lupus.loop_map import loop_map, roots, unstable_root


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
