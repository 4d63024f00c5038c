"""Named draws: hashed ones are the same for ever; quasi-random ones fill the cube evenly and leave each other alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from immunoreset.catalogue import built_in
from immunoreset.errors import InvalidValue
from immunoreset.patient import quasi
from immunoreset.patient.draws import Draws, hashed, remembered
from immunoreset.patient.quasi import DIMENSIONS, MOST_POINTS, sobol
from immunoreset.population import sample_ids
from immunoreset.therapy import DRUGS

CALIBRATED = [p.name for disease in ("lupus", "lymphoma", "leukaemia") for p in built_in().disease(disease).populations]
"""Populations of calibrations; draws of other diseases are hashed, which leaves means right and costs more patients."""
SEEDS, PATIENTS = range(24), 64
IDS = np.arange(1024)


@pytest.mark.parametrize(
    ("name", "uniform", "normal", "third_attempt"),
    [
        ("lymphocytes.baseline", "0x1.6ad97d58395c2p-2", "-0x1.7e9501025b239p-2", "0x1.a8717a9fa4476p-2"),
        ("nephritis", "0x1.6a88cab19ac49p-1", "0x1.18753c8198f4ep-1", "0x1.254a768ee2348p-4"),
        ("car_t.expansion_max", "0x1.d9d7850cc159ep-2", "-0x1.7f26a7a3bf05bp-4", "0x1.c6e744422dff8p-4"),
    ],
)
def test_patient_17_of_seed_1_is_the_same_for_ever(name: str, uniform: str, normal: str, third_attempt: str) -> None:
    draws = Draws(1, np.array([3, 17]))
    assert draws.uniform(name)[1] == float.fromhex(uniform)
    assert draws.normal(name)[1] == pytest.approx(float.fromhex(normal), rel=1e-14)
    assert Draws(1, np.array([17]), 2).uniform(name)[0] == float.fromhex(third_attempt)


@pytest.mark.parametrize("population", CALIBRATED)
def test_every_draw_of_a_population_has_a_coordinate(population: str) -> None:
    asked = set()

    def listening(seed: int, name: str, attempt: int, ids: np.ndarray) -> np.ndarray:
        asked.add(name)
        return hashed(seed, name, attempt, ids)

    sample_ids(population, np.arange(8), seed=1, source=listening)
    of_drugs = {drug.module.name for drug in DRUGS.values()}  # too many for the points to keep apart
    without = {name for name in asked - set(DIMENSIONS) if name.split(".")[0] not in of_drugs}
    assert len(asked) > 50 and not without, "add the new names at the end of DIMENSIONS"
    assert len(set(DIMENSIONS)) == len(DIMENSIONS) < quasi.CAPACITY


@pytest.mark.parametrize("name", DIMENSIONS)
def test_each_coordinate_has_one_patient_in_each_of_1024_equal_parts(name: str) -> None:
    values = sobol(5, name, 0, IDS)
    assert sorted((values * 1024).astype(int).tolist()) == IDS.tolist()
    assert values.min() > 0 and values.max() < 1
    assert stats.kstest(Draws(5, IDS, source=sobol).normal(name), "norm").statistic < 1 / 1000


@pytest.mark.parametrize(("points", "names"), [(64, 20), (128, 40), (256, 100), (512, len(DIMENSIONS))])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_draws_that_decide_most_do_not_go_together_among_few_patients(points: int, names: int, seed: int) -> None:
    together = np.array([sobol(seed, name, 0, np.arange(points)) for name in DIMENSIONS[:names]])
    apart = np.abs(np.corrcoef(together) - np.eye(names))
    assert apart.max() < 0.5


def test_many_points_are_less_correlated_than_random_ones() -> None:
    together = np.array([sobol(2, name, 0, IDS) for name in DIMENSIONS])
    apart = np.corrcoef(together) - np.eye(len(DIMENSIONS))
    assert np.sqrt(np.mean(apart**2)) < 0.5 / np.sqrt(len(IDS))


def test_a_patient_has_the_same_point_in_any_company() -> None:
    few = np.array([40, 3, 17])
    np.testing.assert_array_equal(sobol(1, "FcRn", 0, few), sobol(1, "FcRn", 0, IDS)[few])


def test_a_new_name_at_the_end_leaves_the_other_coordinates_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    before = quasi._points(9, 5)
    quasi._points.cache_clear()
    monkeypatch.setattr(quasi, "DIMENSIONS", (*DIMENSIONS, "a draw of a later version"))
    after = quasi._points(9, 5)
    quasi._points.cache_clear()
    assert after.shape[1] == before.shape[1] + 1
    np.testing.assert_array_equal(after[:, :-1], before)


def test_scrambles_differ_by_seed_and_later_attempts_are_hashed() -> None:
    assert np.all(sobol(1, "FcRn", 0, IDS) != sobol(2, "FcRn", 0, IDS))
    np.testing.assert_array_equal(sobol(1, "FcRn", 1, IDS), hashed(1, "FcRn", 1, IDS))
    np.testing.assert_array_equal(sobol(1, "a user's own draw", 0, IDS), hashed(1, "a user's own draw", 0, IDS))


@pytest.mark.parametrize("ids", [[-1, 3], [MOST_POINTS]])
def test_numbers_without_a_point_are_refused(ids: list[int]) -> None:
    with pytest.raises(InvalidValue, match=f"from 0 to {MOST_POINTS - 1}"):
        sobol(1, "FcRn", 0, np.array(ids))


def variance_of_means(source, value) -> float:
    return float(np.var([value(Draws(seed, np.arange(PATIENTS), source=source)).mean() for seed in SEEDS], ddof=1))


@pytest.mark.parametrize(
    ("value", "at_least"),
    [
        (lambda d: d.lognormal("car_t.expansion_max", 2.15, 0.15), 100),
        (lambda d: d.happens("nephritis", 0.6).astype(float), 20),
        (lambda d: np.exp(0.3 * sum(d.normal(name) for name in DIMENSIONS[:5])), 4),
        (lambda d: sum(d.normal(name) for name in DIMENSIONS), 50),
    ],
    ids=["one lognormal", "a share", "a product of five", "a sum of all"],
)
def test_means_over_quasi_random_patients_vary_less(value, at_least: float) -> None:
    """24 seeds: the ratio of the two variances is known within a factor of about two (F with 23 and 23 degrees of freedom)."""
    assert variance_of_means(hashed, value) / variance_of_means(sobol, value) > at_least


def test_means_over_quasi_random_patients_are_those_of_the_distribution() -> None:
    means = [Draws(seed, IDS, source=sobol).lognormal("body.weight", 65.0, 0.18).mean() for seed in range(8)]
    assert np.mean(means) == pytest.approx(65.0 * np.exp(0.18**2 / 2), rel=1e-3)


def test_remembered_draws_are_the_same_and_made_once() -> None:
    made = []

    def counted(seed: int, name: str, attempt: int, ids: np.ndarray) -> np.ndarray:
        made.append(name)
        return hashed(seed, name, attempt, ids)

    source = remembered(counted)
    for _ in range(3):
        np.testing.assert_array_equal(Draws(1, IDS, 0, source).uniform("age"), Draws(1, IDS).uniform("age"))
    assert made == ["age"]
    assert np.all(source(2, "age", 0, IDS) != source(1, "age", 0, IDS))
    np.testing.assert_array_equal(source(1, "age", 0, IDS[:3]), hashed(1, "age", 0, IDS[:3]))
