"""U-BOIN: BOIN first, then the dose with the highest mean utility."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.u_boin import UBOIN
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.scenarios import simulate_trials

DESIGN = UBOIN(4)


def test_stage_one_is_boin():
    lines = ["1NNN", "1NNN 2NTT", "1NET 2EEE 3BTT", "1TTT", "1NNN 2NEE 3NNT"]
    seen = Outcomes.read(lines, doses=4)
    own, boin = DESIGN.decide(seen), BOIN(4, 0.35).decide(seen)
    for name in ("dose", "stop", "admissible", "why"):
        assert np.array_equal(getattr(own, name), getattr(boin, name))


def test_stage_two_gives_the_open_tried_dose_with_the_highest_utility():
    seen = Outcomes.from_counts([6, 12, 6, 0], [0, 3, 2, 0], [1, 8, 2, 0], both=[0, 1, 0, 0], current=[3])
    now, worth = DESIGN.decide(seen), DESIGN.mean_utility(seen)
    assert worth[0].argmax() == 1 and now.dose.tolist() == [2] and now.why[0] == Why.DESIRABLE


def test_stage_two_climbs_while_the_highest_dose_shows_little_toxicity():
    seen = Outcomes.from_counts([12, 6, 0, 0], [1, 0, 0, 0], [9, 4, 0, 0], current=[2])
    now = DESIGN.decide(seen)
    assert now.dose.tolist() == [3] and now.why[0] == Why.ESCALATE


def test_stage_two_stops_when_nothing_is_open():
    seen = Outcomes.from_counts([12, 6, 0, 0], [2, 6, 0, 0], [0, 3, 0, 0], both=[0, 3, 0, 0], current=[1])
    now = DESIGN.decide(seen)
    assert now.stop[0] and now.recommended[0] == 0


def test_mean_utility_is_that_of_a_dirichlet_worth_one_patient():
    seen = Outcomes.read("1EBNT", doses=4)
    expected = (100 * 1.25 + 60 * 1.25 + 40 * 1.25 + 0 * 1.25) / 5
    np.testing.assert_allclose(DESIGN.mean_utility(seen)[0], [expected, 50, 50, 50])


def test_finds_the_best_dose_where_benefit_levels_off():
    source = RateTable((0.02, 0.05, 0.1, 0.45), (0.1, 0.6, 0.6, 0.6))
    runs = simulate_trials(DESIGN, source, trials=300, seed=2, max_cohorts=15)
    chosen = np.bincount(runs.recommended, minlength=5)
    assert chosen[1:].argmax() in (1, 2) and (chosen[2] + chosen[3]) / 300 > 0.8


@pytest.mark.parametrize(("change", "message"), [({"phi_t": 0.0}, "toxic 0"), ({"stage_one": 0}, "stage one of 0")])
def test_impossible_settings_are_refused(change, message):
    with pytest.raises(InvalidValue, match=message):
        UBOIN(4, **change)
