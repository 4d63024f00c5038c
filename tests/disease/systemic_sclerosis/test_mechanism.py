"""What other cells drive, what a scar keeps and what alveolitis gives back decide the course of systemic sclerosis."""

import numpy as np
import pytest

TRIAL, REFRACTORY = "systemic-sclerosis", "systemic-sclerosis-refractory"
NINTEDANIB = "nintedanib 150 mg twice daily from 0"
ENOUGH = 3  # Monte Carlo errors


def test_without_inflammation_of_other_cells_car_t_leaves_softer_skin(arms, errors_apart):
    usual = arms.score("mrss", TRIAL, "car-t", 540)
    assert errors_apart(usual, arms.score("mrss", TRIAL, "car-t", 540, tissue_inflammation__weight_other=0.0)) > ENOUGH


def test_a_scar_keeps_the_skin_score_up_though_the_disease_is_quiet(arms, errors_apart):
    usual = arms.score("mrss", REFRACTORY, "car-t", 540)
    assert errors_apart(usual, arms.score("mrss", REFRACTORY, "car-t", 540, sclerosis__skin_scar=0.0)) > ENOUGH


def test_long_lived_plasma_cells_keep_the_titre_up(arms, errors_apart):
    titre = {
        share: arms.course(REFRACTORY, "car-t", (360,), **({} if share is None else {"titre__from_long_lived": share}))
        for share in (None, 0.0)
    }
    usual, without = (found.curves["autoantibody_percent"][:, -1] for found in titre.values())
    assert errors_apart(usual, without) > ENOUGH


def test_the_gain_of_lung_capacity_is_alveolitis_that_recedes(arms, errors_apart):
    usual = arms.score("fvc", REFRACTORY, "car-t", 180)
    flat = arms.score("fvc", REFRACTORY, "car-t", 180, sclerosis__capacity_of_alveolitis=0.0)
    assert errors_apart(usual, flat) > ENOUGH
    entry = arms.score("fvc", REFRACTORY, "car-t", 0, sclerosis__capacity_of_alveolitis=0.0)
    assert np.mean(usual - entry) > 5 > np.mean(flat - entry)


def test_nintedanib_keeps_lung_and_leaves_skin_as_it_is(arms, errors_apart):
    days = (360,)
    treated, untreated = (arms.course(TRIAL, drug, days) for drug in (NINTEDANIB, "untreated"))
    scars = [found.curves["lung_fibrosis"][:, -1] for found in (untreated, treated)]
    assert errors_apart(*scars) > ENOUGH
    assert np.mean(scars[1]) / np.mean(scars[0]) == pytest.approx(1 - 0.44, abs=0.03)
    np.testing.assert_allclose(treated.curves["skin_hardness"], untreated.curves["skin_hardness"], rtol=2e-3)
