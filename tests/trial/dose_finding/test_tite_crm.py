"""TITE-CRM: patients still watched count in part."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.tite_crm import TiteCRM, adaptive_weights
from immunoreset.trial.outcomes import Outcomes, Patients

SKELETON = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7)
WATCHED = np.array([178, 181, 168, 172, 24, 219, 179, 102, 42, 3])
TOXIC = np.array([0, 0, 1, 0, 1, 0, 0, 0, 0, 0])
LEVEL = np.array([3, 3, 3, 4, 4, 3, 2, 2, 2, 3])


def estimate(weights):
    patients = Patients(LEVEL, TOXIC, np.arange(10), weights)
    return TiteCRM(CRM(SKELETON, 0.2)).fit(Outcomes.from_patients(patients, doses=6)).parameters[0, 0]


def test_estimates_are_those_of_the_example_of_dfcrm():
    """Help page of `titecrm` in the R package dfcrm 0.2-2.1: window of 180 days, linear and adaptive weights."""
    known = np.where(np.isin(np.arange(10), [3, 5]), 1.0, WATCHED / 180)
    np.testing.assert_allclose(estimate(np.minimum(known, 1)), -0.1327866, atol=1e-6)
    adaptive = adaptive_weights(WATCHED, 180, WATCHED[TOXIC == 1])
    np.testing.assert_allclose(estimate(np.where(np.arange(10) == 3, 1.0, adaptive)), -0.1345181, atol=1e-6)


def test_fully_watched_patients_make_it_the_plain_crm():
    seen = Outcomes.read("1NNN 2NNT 3NTT", doses=6)
    crm = CRM(SKELETON, 0.2)
    assert np.array_equal(TiteCRM(crm).fit(seen).toxic, crm.fit(seen).toxic)


def test_longer_follow_up_without_toxicity_lowers_the_estimate():
    fits = [
        TiteCRM(CRM(SKELETON, 0.2)).fit(
            Outcomes.from_counts(
                [3, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], pending=[0, 3, 0, 0, 0, 0], followed=[0, total, 0, 0, 0, 0]
            )
        )
        for total in (0.0, 0.3, 1.5, 3.0)
    ]
    toxic = np.concatenate([fit.toxic for fit in fits])
    assert (np.diff(toxic, axis=0) < 0).all()
    nothing = CRM(SKELETON, 0.2).fit(Outcomes.from_counts([3, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]))
    everything = CRM(SKELETON, 0.2).fit(Outcomes.from_counts([3, 3, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]))
    np.testing.assert_allclose(toxic[[0, 3]], np.concatenate([nothing.toxic, everything.toxic]), rtol=1e-12)


def test_counts_of_equal_follow_up_equal_patients_one_by_one():
    one = Outcomes.from_patients(
        Patients(np.array([1, 1, 2, 2]), np.array([0, 1, 0, 0]), np.array([1, 1, 2, 2]), np.array([1, 1, 0.4, 0.4])), doses=6
    )
    counts = Outcomes.from_counts(
        [2, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], pending=[0, 2, 0, 0, 0, 0], followed=[0, 0.8, 0, 0, 0, 0]
    )
    design = TiteCRM(CRM(SKELETON, 0.2))
    np.testing.assert_allclose(design.fit(one).toxic, design.fit(counts).toxic, rtol=1e-12)


def test_maximum_likelihood_counts_pending_patients_too():
    design = TiteCRM(CRM(SKELETON, 0.2, method="ml"))
    few, many = (
        Outcomes.from_counts(
            [6, 6, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0], pending=[0, 0, waiting, 0, 0, 0], followed=[0, 0, waiting / 2, 0, 0, 0]
        )
        for waiting in (0, 4)
    )
    assert design.fit(many).toxic[0, 1] < design.fit(few).toxic[0, 1]


def test_adaptive_weights_are_linear_without_toxicity_and_refuse_times_outside():
    np.testing.assert_allclose(adaptive_weights([0, 7, 28, 40], 28, []), [0, 0.25, 1, 1])
    with pytest.raises(InvalidValue, match="outside the window of 28 days"):
        adaptive_weights([3], 28, [35])
