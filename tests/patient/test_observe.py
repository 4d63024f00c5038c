"""Readings of a hospital: noise by name, detection limits, sampling days."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset import errors
from immunoreset.catalogue import Theta
from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.patient.observe import ASSAYS, at_days, observe, sampling_days

PATIENTS = np.arange(4000)


def readings(output: str, value: float, days: tuple[float, ...] = (28.0,), **options: object) -> np.ndarray:
    settings = {"parameters": typical(), "patients": PATIENTS, "seed": 1} | options
    ids = np.asarray(settings["patients"])
    return observe(output, np.full((ids.size, len(days)), value), days, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("output", "value", "sd"),
    [
        ("car_t_per_ul", 50.0, 0.5),
        ("cd20_positive_per_ul", 180.0, 0.4),
        ("igg", 15.0, 0.10),
        ("anti_dsdna_reading", 400.0, 0.25),
        ("c3", 0.6, 0.10),
        ("proteinuria", 2.2, 0.20),
        ("il6", 90.0, 0.6),
    ],
)
def test_noise_is_lognormal_around_the_true_value(output: str, value: float, sd: float) -> None:
    logs = np.log(readings(output, value) / value)
    assert logs.std() == pytest.approx(sd, rel=0.06)
    assert abs(logs.mean()) < 4 * sd / np.sqrt(PATIENTS.size)


def test_a_reading_does_not_depend_on_other_days_or_patients() -> None:
    many = readings("igg", 15.0, (14.0, 28.0, 56.0))
    alone = readings("igg", 15.0, (56.0,), patients=np.array([17]))
    assert many[17, 2] == alone[0, 0]
    reversed_order = readings("igg", 15.0, (56.0, 28.0), patients=PATIENTS[::-1])
    assert np.array_equal(reversed_order[::-1, ::-1], many[:, 1:])


def test_days_analytes_and_seeds_have_their_own_noise() -> None:
    igg = readings("igg", 15.0, (14.0, 28.0))
    assert abs(np.corrcoef(igg.T)[0, 1]) < 0.06
    assert abs(np.corrcoef(np.log(igg[:, 0]), np.log(readings("c3", 0.6, (14.0,))[:, 0]))[0, 1]) < 0.06
    assert not np.array_equal(igg, readings("igg", 15.0, (14.0, 28.0), seed=2))


def test_count_and_percent_of_one_tube_share_their_noise() -> None:
    count, percent = readings("car_t_per_ul", 50.0), readings("car_t_percent_of_t_cells", 40.0)
    odds = percent / (100 - percent)
    np.testing.assert_allclose(odds / odds.mean(), count / count.mean(), rtol=1e-9)
    assert percent.max() < 100


@pytest.mark.parametrize(
    ("output", "limit"), [("cd20_positive_per_ul", 0.5), ("naive_b_per_ul", 0.5), ("car_t_copies_per_ug", 50.0)]
)
def test_readings_below_the_detection_limit_are_zero(output: str, limit: float) -> None:
    found = readings(output, limit)
    assert np.all((found == 0) | (found >= limit))
    assert 0.4 < np.mean(found == 0) < 0.6
    assert np.all(readings(output, 0.0) == 0)


def test_limits_and_noise_may_differ_between_patients() -> None:
    parameters = typical() | {"assay.b_cell_limit": np.array([0.1, 1.0]), "assay.noise_b_cells": np.array([0.0, 0.0])}
    assert readings("b_cells_per_ul", 0.7, parameters=parameters, patients=np.array([0, 1])).tolist() == [[0.7], [0.0]]


def test_every_assay_measures_an_output_with_known_parameters() -> None:
    for assay in ASSAYS.values():
        assert assay.output in STANDARD_PATIENT.outputs
        assert {assay.noise, assay.limit or assay.noise, assay.whole or assay.noise} <= set(Theta.current().table)
        assert np.all(np.diff(sampling_days(assay.output)) > 0)


def test_values_on_sampling_days_lie_on_the_trajectory() -> None:
    grid = np.linspace(-7, 90, 98)
    found = at_days(grid, np.stack([grid, 2 * grid]), [0.0, 7.5, 90.0])
    np.testing.assert_allclose(found, [[0.0, 7.5, 90.0], [0.0, 15.0, 180.0]], atol=1e-12)


def test_a_missing_sample_stays_missing() -> None:
    found = observe("igg", [[np.nan, 15.0]], [0.0, 28.0], parameters=typical(), patients=[3], seed=1)
    assert np.isnan(found[0, 0]) and np.isfinite(found[0, 1])


def test_bad_requests_are_refused_in_one_line() -> None:
    with pytest.raises(errors.InvalidValue, match="day 400 was not simulated"):
        at_days([0.0, 90.0], [[1.0, 2.0]], [400.0])
    with pytest.raises(errors.UnknownName, match="did you mean 'igg'"):
        sampling_days("iggg")
    with pytest.raises(errors.InvalidValue, match=r"shape \(1, 2\)"):
        observe("igg", [[15.0, 15.0]], [0.0], parameters=typical(), patients=[1], seed=1)
