"""One call for every design: the same numbers as the runner of its kind."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.outcome_sources import ObservedOutcomes, PotentialOutcomes, RateTable
from immunoreset.trial.phase2.simon import simon_two_stage
from immunoreset.trial.scenarios import operating_characteristics
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.observation import Observation, observe
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.run_trials import run_trials
from immunoreset.virtual_trial.single_arm import SingleArm, run_single_arm


@pytest.fixture
def table() -> PotentialTable:
    chance = np.random.default_rng(1)
    n = 400
    once = {name: (chance.random((n, 3)) < (0.05, 0.2, 0.5)).astype(float) for name in ("dlt", "depleted", "crs", "icans")}
    once["dlt_day"] = np.where(once["dlt"] == 1, 5.0, np.nan)
    visits = {"doris": (chance.random((n, 3, 2)) < 0.6).astype(float), "sledai": np.full((n, 3, 2), 4.0)}
    strata = {"sledai": np.full(n, 10.0), "nephritis": np.zeros(n)}
    failed = np.zeros((n, 3), dtype=bool)
    failed[0, 1] = True
    return PotentialTable(("a", "b", "c"), np.array([28.0, 182.0]), once, visits, strata, failed, np.arange(n))


def test_dose_finding_looks_up_toxicity_and_benefit_of_whole_patients(table):
    found = run_trials(BOIN(3, target=0.25), table, 300, seed=5, target=0.25, benefit="depleted")
    whole = slice(1, None)
    source = PotentialOutcomes(table.once["dlt"][whole] == 1, table.once["depleted"][whole] == 1)
    expected = operating_characteristics(BOIN(3, target=0.25), source, trials=300, seed=5, target=0.25)
    np.testing.assert_array_equal(found.selected, expected.selected)
    np.testing.assert_array_equal(found.treated, expected.treated)


def test_the_same_design_runs_on_rates_and_on_real_outcomes():
    design = BOIN(2, target=0.25)
    real = ObservedOutcomes(dose=[1, 1, 1, 2, 2, 2], toxic=[0, 0, 0, 1, 1, 0])
    for source in (RateTable((0.1, 0.4)), real):
        assert run_trials(design, source, 50).selected.sum() == pytest.approx(1)


def test_a_single_arm_is_run_as_it_is_seen(table):
    stopping = simon_two_stage(0.3, 0.5, alpha=0.1, beta=0.2).optimal.table
    trial = SingleArm("a", Response("doris", 182), stopping)
    seen = observe(table, Observation(missed=0.3), seed=2)
    mine, expected = run_trials(trial, seen, 200, seed=2).rows(), run_single_arm(trial, seen, trials=200, seed=2).rows()
    assert str(mine) == str(expected)
    complete = run_trials(trial, table, 200, seed=2).rows()[0]
    assert complete["go"] >= run_trials(trial, seen, 200, seed=2).rows()[0]["go"], "a missed visit is no response"


def test_what_does_not_fit_is_refused(table):
    with pytest.raises(UnknownName, match="no benefit 'happiness'"):
        run_trials(BOIN(3, target=0.25), table, 10, benefit="happiness")
    with pytest.raises(InvalidValue, match="say on which day"):
        run_trials(BOIN(3, target=0.25), table, 10, benefit="doris")
    with pytest.raises(InvalidValue, match="need a table of potential outcomes"):
        stopping = simon_two_stage(0.3, 0.5, alpha=0.1, beta=0.2).optimal.table
        run_trials(SingleArm("a", Response("doris", 182), stopping), RateTable((0.1,)), 10)  # type: ignore[call-overload]
