"""BOIN against its paper, and the options of the design."""

import numpy as np
import pytest
from scipy.stats import beta

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.outcomes import Outcomes


@pytest.mark.parametrize(
    ("target", "lower", "upper"),
    [
        (0.15, 0.118, 0.179),
        (0.2, 0.157, 0.238),
        (0.25, 0.197, 0.298),
        (0.3, 0.236, 0.359),
        (0.35, 0.276, 0.419),
        (0.4, 0.316, 0.480),
    ],
)
def test_boundaries_are_those_of_liu_and_yuan_2015_table_1(target, lower, upper):
    design = BOIN(5, target)
    np.testing.assert_allclose([design.lambda_e, design.lambda_d], [lower, upper], atol=0.0006)


def test_boundaries_are_where_two_hypotheses_are_equally_likely():
    design, patients = BOIN(5, 0.3), 100
    for rival, limit in ((design.safe, design.lambda_e), (design.toxic, design.lambda_d)):
        count = limit * patients
        likelihood = [count * np.log(rate) + (patients - count) * np.log(1 - rate) for rate in (rival, design.target)]
        np.testing.assert_allclose(*likelihood, rtol=1e-12)


def test_extra_safety_stops_earlier_at_the_lowest_dose_only():
    strict, plain = BOIN(3, 0.3, extrasafe=True), BOIN(3, 0.3)
    stops = 0
    for patients in range(3, 13):
        for toxic in range(patients + 1):
            seen = Outcomes.from_counts([[patients, 0, 0], [3, patients, 0]], [[toxic, 0, 0], [0, toxic, 0]], current=[1, 2])
            early, late = strict.decide(seen), plain.decide(seen)
            assert early.stop[0] == (beta.sf(0.3, 1 + toxic, 1 + patients - toxic) > 0.9)
            assert early.dose[1] == late.dose[1]
            stops += int(early.stop[0] and not late.stop[0])
    assert stops > 0


def test_bound_mtd_recommends_no_dose_estimated_above_the_upper_boundary():
    seen = Outcomes.from_counts([6, 6], [3, 3], current=2)
    assert BOIN(2, 0.3).decide(seen).recommended.tolist() == [1]
    assert BOIN(2, 0.3, bound_mtd=True).decide(seen).recommended.tolist() == [0]


def test_early_stop_needs_the_number_and_the_answer_to_stay():
    design = BOIN(3, 0.3, n_earlystop=6)
    now = design.decide(Outcomes.read(["1NNN 2NNNNTT", "1NNN 2NNNNNN", "1NNN 2NNT", "1NNN 2NNN 3NNNNNN", "1NNNTTT"], doses=3))
    assert now.stop.tolist() == [True, False, False, True, True]
    assert now.why[0] == Why.ENOUGH_AT_DOSE and now.recommended.tolist()[3] == 3


def test_a_closed_dose_is_not_entered_again():
    now = BOIN(3, 0.3).decide(Outcomes.read("1NNN 2TTT 1NNN 1NNN", doses=3))
    assert now.dose.tolist() == [1] and now.why.tolist() == [Why.NEXT_DOSE_CLOSED]
    assert now.admissible.tolist() == [[True, False, False]]


@pytest.mark.parametrize(
    "settings",
    [
        {"target": 0.0},
        {"target": 30},
        {"target": 0.8},
        {"target": 0.3, "p_saf": 0.3},
        {"target": 0.3, "p_tox": 0.2},
        {"target": 0.3, "cutoff_eli": 1.2},
        {"target": 0.3, "n_earlystop": 0},
        {"target": 0.3, "start": 6},
        {"target": 0.3, "doses": 0},
    ],
)
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(InvalidValue):
        BOIN(**{"doses": 5} | settings)
