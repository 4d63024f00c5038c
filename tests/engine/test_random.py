"""Random numbers are named: published generator, right distributions, and the same for a patient in any company."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from immunoreset.engine import random
from immunoreset.engine.random import normal, philox, poisson, remembered, uniform

IDS = np.arange(20_000)


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ([0, 0, 0, 0], (0, 0), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([0xFFFFFFFF] * 4, (0xFFFFFFFF, 0xFFFFFFFF), [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            (0xA4093822, 0x299F31D0),
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_philox_gives_the_published_answers(counter: list[int], key: tuple[int, int], expected: list[int]) -> None:
    """Salmon 2011, known-answer vectors of Random123 for philox4x32 with 10 rounds."""
    assert philox(np.array(counter, dtype=np.uint64).reshape(4, 1), key)[:, 0].tolist() == expected


def test_uniform_numbers_fill_the_open_interval_evenly() -> None:
    drawn = uniform(1, "weight", IDS, 3)
    assert drawn.shape == (20_000, 3) and drawn.min() > 0 and drawn.max() < 1
    for column in drawn.T:
        assert stats.kstest(column, "uniform").pvalue > 0.01
    assert np.all(np.abs(np.corrcoef(drawn.T) - np.eye(3)) < 0.03)


def test_draws_of_neighbouring_patients_seeds_and_purposes_are_unrelated() -> None:
    first = uniform(1, "weight", IDS)[:, 0]
    for other in (uniform(1, "weight", IDS + 1), uniform(2, "weight", IDS), uniform(1, "weight2", IDS)):
        assert abs(np.corrcoef(first, other[:, 0])[0, 1]) < 0.03


@pytest.mark.parametrize("draw", [uniform, normal])
def test_a_draw_depends_on_seed_purpose_and_patient_only(draw: object) -> None:
    assert callable(draw)
    everybody = draw(3, "age", np.arange(50), 4)
    some = np.array([41, 7, 7, 0])
    assert np.array_equal(draw(3, "age", some, 4), everybody[some])
    assert np.array_equal(draw(3, "age", some, 2), everybody[some, :2]), "asking for more numbers changes none"


def test_normal_numbers_are_normal_to_the_tails() -> None:
    drawn = normal(1, "noise", IDS, 5).ravel()
    assert stats.kstest(drawn, "norm").pvalue > 0.01
    assert stats.kurtosis(drawn) == pytest.approx(0, abs=0.1) and np.abs(drawn).max() < 6


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 3.0, 40.0, 1e4])
def test_poisson_counts_have_the_poisson_distribution(mean: float) -> None:
    drawn = poisson(1, "founders", IDS, mean)
    assert np.all(drawn == np.floor(drawn)) and drawn.min() >= 0
    assert drawn.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / IDS.size) + 1e-12)
    for k in np.unique(np.round(stats.poisson.ppf([0.1, 0.5, 0.9], mean))):
        expected = stats.poisson.cdf(k, mean)
        assert np.mean(drawn <= k) == pytest.approx(expected, abs=4 * np.sqrt(0.25 / IDS.size))


def test_a_larger_mean_never_gives_a_smaller_count() -> None:
    counts = np.array([poisson(1, "founders", IDS[:2000], mean) for mean in np.linspace(0, 30, 61)])
    assert np.all(np.diff(counts, axis=0) >= 0)


def test_a_count_is_the_inverse_of_the_distribution_at_the_drawn_probability() -> None:
    probability = uniform(5, "founders", IDS[:3000])[:, 0]
    for mean in (0.3, 2.5, 17.0):
        assert np.array_equal(poisson(5, "founders", IDS[:3000], mean), stats.poisson.ppf(probability, mean))


def test_remembered_numbers_are_those_that_would_be_drawn_and_are_drawn_once(monkeypatch) -> None:
    fresh = {(seed, count): normal(seed, "visit", IDS, count) for seed in (1, 2) for count in (1, 3, 5)}
    asked, original = [], random.uniform
    monkeypatch.setattr(random, "uniform", lambda *given: asked.append(given[0]) or original(*given))
    with remembered():
        for seed, count in [(1, 5), (1, 3), (2, 1), (1, 1), (2, 5), (1, 5), (2, 3)]:
            assert np.array_equal(normal(seed, "visit", IDS, count), fresh[seed, count])
        assert asked == [1, 2, 2]
        assert not np.array_equal(normal(1, "another", IDS), fresh[1, 1])
    normal(1, "visit", IDS, 5)
    assert asked == [1, 2, 2, 1, 1]
