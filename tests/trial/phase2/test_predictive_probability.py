"""Predictive probability: the published example, and laws that hold for every threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.enumeration import operating_characteristics
from immunoreset.trial.phase2.predictive_probability import PredictiveProbability, search_thresholds

DESIGN = PredictiveProbability(36, 10, p0=0.2, certainty=0.9, futile=0.001)


def test_the_worked_example_of_lee_and_liu():
    # Lee & Liu 2008, table 1: 16 of 23 responses, Nmax 40, prior Beta(0.6, 0.4)
    example = PredictiveProbability(40, 10, p0=0.6, certainty=0.9, futile=0.001, prior=(0.6, 0.4))
    assert example.predictive([16], 23)[0] == pytest.approx(0.5656, abs=5e-5)


def test_the_search_finds_the_published_design():
    # Lee & Liu 2008: Nmax 36, rates 0.2 and 0.4, both errors at most 0.1
    found = search_thresholds(DESIGN, 0.4, alpha=0.1, power=0.9)
    assert (found.alpha, found.power) == pytest.approx((0.0878, 0.9062), abs=5e-5)
    assert (found.early_stop, found.expected) == pytest.approx((0.8571, 27.67), abs=5e-3)


def test_more_responses_never_lower_the_predictive_probability():
    for patients in (10, 20, 35):
        chance = DESIGN.predictive(np.arange(patients + 1), patients)
        assert np.all(np.diff(chance) > -1e-12)
        assert np.all((chance >= 0) & (chance <= 1))


def test_bounds_rise_and_a_higher_threshold_stops_sooner():
    eager, patient = replace(DESIGN, futile=0.1).table(), DESIGN.table()
    assert np.all(np.diff(patient.stop_le) >= 0)
    assert all(sooner >= later for sooner, later in zip(eager.stop_le, patient.stop_le, strict=True))
    rates = [0.2, 0.4]
    eager_does, patient_does = (operating_characteristics(table, rates) for table in (eager, patient))
    assert np.all(eager_does.claim <= patient_does.claim)
    assert np.all(eager_does.expected <= patient_does.expected)


def test_stopping_for_benefit_saves_patients_and_keeps_the_claim_near():
    early = operating_characteristics(replace(DESIGN, benefit=0.999).table(), [0.4])
    late = operating_characteristics(DESIGN.table(), [0.4])
    assert early.expected[0] < late.expected[0]
    assert early.claim[0] >= late.claim[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"p0": 0.0}, "p0 is 0"),
        ({"certainty": 1.0}, "certainty is 1"),
        ({"futile": 0.5, "benefit": 0.4}, "futile < benefit"),
        ({"prior": (0.0, 1.0)}, "above 0"),
        ({"first": 40}, "first <= last"),
    ],
)
def test_impossible_designs_are_refused(change, says):
    with pytest.raises(InvalidValue, match=says):
        replace(DESIGN, **change)


def test_a_design_that_can_never_claim_is_refused():
    with pytest.raises(InvalidValue, match="are not enough"):
        PredictiveProbability(2, 1, p0=0.9, certainty=0.999, futile=0.001).table()
    with pytest.raises(InvalidValue, match="raise n_max"):
        search_thresholds(replace(DESIGN, n_max=12), 0.4, alpha=0.05, power=0.95)
