"""BOIN12 against its paper, and its rules one by one."""

import numpy as np
import pytest
from scipy.stats import beta

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.desirability import Utility, most
from immunoreset.trial.outcomes import Outcomes

DESIGN = BOIN12(5)


def test_the_trial_of_lin_2020_supplement_figure_s2_runs_as_published():
    course = ["1NNN", "2NNB", "3NEE", "3NTN", "4ETE", "4NBE", "4BNN", "5BEN", "5NBT"]
    lines = [" ".join(course[: number + 1]) for number in range(len(course))]
    assert DESIGN.decide(Outcomes.read(lines, doses=5)).dose.tolist() == [2, 3, 3, 4, 4, 4, 5, 5, 4]


def test_boundaries_and_benchmark_are_those_of_lin_2020():
    np.testing.assert_allclose([DESIGN.boin.lambda_e, DESIGN.boin.lambda_d], [0.276, 0.419], atol=0.0006)
    assert DESIGN.benchmark == pytest.approx(0.705)


def test_desirability_is_the_chance_of_a_utility_above_the_benchmark():
    seen = Outcomes.read("1NNE 2ENT 3EBT", doses=5)
    total = np.array([40 + 40 + 100, 100 + 40, 100 + 60, 0, 0]) / 100
    patients = np.array([3, 3, 3, 0, 0])
    expected = beta.sf(DESIGN.benchmark, 1 + total, 1 + patients - total)
    np.testing.assert_allclose(DESIGN.desirability(seen)[0], expected, rtol=1e-12)


def test_many_patients_with_little_toxicity_lead_to_an_untried_next_dose():
    here = Outcomes.read(["1EEE 1EEE 1EEE", "1EEE 1EEE"], doses=5)
    now = DESIGN.decide(here)
    assert now.dose.tolist() == [2, 1] and now.why.tolist() == [Why.ESCALATE, Why.DESIRABLE]
    tried = Outcomes.from_counts([[9, 3, 0, 0, 0]], [[0, 0, 0, 0, 0]], [[9, 0, 0, 0, 0]], current=[1])
    assert DESIGN.decide(tried).dose.tolist() == [1]


def test_ties_go_to_the_higher_dose():
    seen = Outcomes.from_counts([3, 3, 0, 0, 0], [0, 0, 0, 0, 0], [3, 3, 0, 0, 0], current=[1])
    assert DESIGN.decide(seen).dose.tolist() == [2]
    assert most(np.array([[1.0, 1.0]]), np.array([[False, False]])).tolist() == [0]


def test_futile_and_toxic_doses_are_closed():
    now = DESIGN.decide(Outcomes.from_counts([9, 6, 0, 0, 0], [0, 6, 0, 0, 0], [0, 3, 0, 0, 0], both=[0, 3, 0, 0, 0]))
    assert now.admissible.tolist() == [[False, False, False, False, False]]
    assert now.stop[0] and now.recommended[0] == 0
    safe = DESIGN.decide(Outcomes.from_counts([9, 0, 0, 0, 0], [0] * 5, [0] * 5))
    assert safe.admissible[0].tolist() == [False, True, True, True, True] and safe.dose.tolist() == [2]


def test_more_benefit_never_lowers_the_desirability_and_more_toxicity_never_raises_it():
    score = DESIGN.scores((0, 3, 6, 9))
    table = {key: value for *key, value in zip(*(part.tolist() for part in score), strict=True) for key in [tuple(key)]}
    for (patients, toxic, effective), value in table.items():
        for rival in ((patients, toxic, effective + 1), (patients, toxic - 1, effective)):
            better = table.get(rival, np.nan)
            assert np.isnan(value) or np.isnan(better) or better >= value


def test_the_final_dose_is_the_most_useful_up_to_the_tolerated_one():
    seen = Outcomes.from_counts([6, 6, 6, 6, 0], [0, 0, 1, 5, 0], [1, 4, 3, 6, 0], both=[0, 0, 0, 5, 0])
    assert DESIGN.decide(seen).recommended.tolist() == [2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"phi_t": 1.2}, "toxic 1.2"),
        ({"c_e": 0.0}, "effective_confidence 0"),
        ({"utility": Utility(100, 120, 60, 0)}, "utility 100, 120"),
        ({"prior": (0.0, 1.0)}, "beta prior"),
        ({"start": 0}, "first dose 0"),
    ],
)
def test_impossible_settings_are_refused(change, message):
    with pytest.raises(InvalidValue, match=message):
        BOIN12(5, **change)


def test_a_table_needs_scores_that_add_up():
    with pytest.raises(InvalidValue, match="do not add up"):
        BOIN12(5, utility=Utility(100, 50, 30, 0)).scores((0, 3))
