"""Simulated trials: the same patients for every design, whatever the number of trials, and outcomes from any source."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.outcome_sources import ObservedOutcomes, PotentialOutcomes, RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.backfill import Backfill
from immunoreset.trial.scenarios import operating_characteristics, scenario_table, simulate_trials

RATES = (0.05, 0.15, 0.3, 0.45)


def test_a_trial_is_the_same_whatever_the_number_of_trials():
    few, many = (simulate_trials(BOIN(4, 0.3), RateTable(RATES), trials=trials, seed=2) for trials in (5, 40))
    assert [few.outcomes.write(trial) for trial in range(5)] == [many.outcomes.write(trial) for trial in range(5)]
    assert few.recommended.tolist() == many.recommended[:5].tolist()


def test_rival_designs_meet_the_same_patients():
    patients = [
        simulate_trials(design, RateTable(RATES), trials=60, seed=8).outcomes.patients
        for design in (BOIN(4, 0.3), Keyboard(4, 0.3), ThreePlusThree(4))
    ]
    for one in patients:
        for other in patients:
            assert one is not None and other is not None
            both = (one.dose > 0) & (other.dose > 0)
            tougher = both & (one.dose >= other.dose)
            assert (one.outcome[tougher] >= other.outcome[tougher]).all()


def test_counts_agree_with_the_patients_one_by_one():
    runs = simulate_trials(BOIN(4, 0.3), RateTable(RATES, (0.2, 0.3, 0.4, 0.5), 0.4), trials=30, seed=4)
    again = Outcomes.read([runs.outcomes.write(trial) for trial in range(30)], doses=4)
    for name in ("treated", "toxic", "effective", "both"):
        assert np.array_equal(getattr(again, name), getattr(runs.outcomes, name))


def test_rates_correlation_and_tables_come_out_of_the_sources():
    latent = np.random.default_rng(1).uniform(size=(40_000, 2))
    dose = np.repeat([1, 2], 20_000)
    source = RateTable((0.2, 0.4), (0.3, 0.6), 0.7)
    toxic, effective = source.outcomes(latent, dose)
    for level in (1, 2):
        chosen = dose == level
        np.testing.assert_allclose(
            [toxic[chosen].mean(), effective[chosen].mean()], [part[level - 1] for part in source.rates()], atol=0.015
        )
        assert np.corrcoef(toxic[chosen], effective[chosen])[0, 1] > 0.3
    table = PotentialOutcomes([[0, 1], [0, 1], [1, 1], [0, 0]], [[1, 1], [0, 1], [0, 0], [0, 0]])
    toxic, effective = table.outcomes(latent[:, :1], dose)
    np.testing.assert_allclose([toxic[dose == level].mean() for level in (1, 2)], table.rates()[0], atol=0.015)
    np.testing.assert_allclose([effective[dose == level].mean() for level in (1, 2)], table.rates()[1], atol=0.015)
    real = ObservedOutcomes([2, 1, 1, 2, 2, 1], [1, 0, 0, 1, 0, 1])
    np.testing.assert_allclose(real.rates()[0], [1 / 3, 2 / 3])
    toxic, _ = real.outcomes(latent[:, :1], dose)
    np.testing.assert_allclose([toxic[dose == level].mean() for level in (1, 2)], real.rates()[0], atol=0.015)


def test_a_table_of_potential_outcomes_gives_the_characteristics_of_its_rates():
    table = PotentialOutcomes(np.random.default_rng(3).uniform(size=(4000, 1)) < np.array(RATES))
    from_table = operating_characteristics(BOIN(4, 0.3), table, trials=3000, seed=9, target=0.3)
    from_rates = operating_characteristics(BOIN(4, 0.3), RateTable(tuple(table.rates()[0])), trials=3000, seed=10, target=0.3)
    error = np.sqrt(from_table.selected_error**2 + from_rates.selected_error**2)
    assert (np.abs(from_table.selected - from_rates.selected) <= 4 * error + 1e-3).all()


def test_start_dose_and_early_stop_are_reported():
    runs = simulate_trials(ThreePlusThree(3), RateTable((0.0, 0.0, 1.0)), trials=2, seed=1, start=2)
    assert runs.outcomes.write() == "2NNN 3TTT" and runs.recommended.tolist() == [2, 2] and runs.stopped.all()


def test_backfilled_patients_are_added_below_while_the_trial_moves_on():
    design = Backfill(BOIN(4, 0.3), limit=0.3, most=6)
    runs = simulate_trials(design, RateTable((0.0,) * 4), trials=2, seed=1, max_cohorts=7)
    assert runs.outcomes.write() == "1NNN 2NNN 1NNN 3NNN 2NNN 4NNN 3NNN"
    assert (runs.outcomes.enrolled.sum(axis=1) == 21).all()


def test_standard_errors_shrink_with_the_root_of_the_number_of_trials():
    few, many = (operating_characteristics(BOIN(4, 0.3), RateTable(RATES), trials=trials, seed=5) for trials in (500, 2000))
    np.testing.assert_allclose(few.treated_error / many.treated_error, 2, rtol=0.15)


def test_overdose_risk_counts_trials_with_most_patients_above_the_target():
    safe, toxic = scenario_table(
        BOIN(3, 0.3), {"safe": (0.05, 0.1, 0.3), "toxic": (0.3, 0.5, 0.6)}, trials=400, seed=1, target=0.3
    )
    assert safe.overdose_risk == 0 and 0 < toxic.overdose_risk < 0.5
    assert np.isnan(operating_characteristics(BOIN(1, 0.3), RateTable((0.3,)), trials=5).overdose_risk)


class Idle:
    """A design that only ever waits."""

    doses = 3

    def decide(self, outcomes: Outcomes) -> Decision:
        made = BOIN(3, 0.3).decide(outcomes)
        return made._replace(wait=np.ones(outcomes.trials, dtype=bool))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: simulate_trials(BOIN(3, 0.3), RateTable((0.1, 0.2)), trials=2, seed=1), "3 doses, the outcomes 2"),
        (lambda: simulate_trials(BOIN(2, 0.3), RateTable((0.1, 0.2)), trials=0, seed=1), "give at least 1"),
        (lambda: simulate_trials(BOIN(2, 0.3), RateTable((0.1, 0.2)), trials=1, seed=1, start=3), "first dose 3"),
        (lambda: simulate_trials(Idle(), RateTable((0.1, 0.2, 0.3)), trials=1, seed=1), "it cannot decide"),
        (lambda: RateTable((0.1, 1.2)), "toxicity rate 1.2 at dose 2"),
        (lambda: RateTable((0.1, 0.2), (0.1,)), "give one per dose"),
        (lambda: PotentialOutcomes([[0, 1]], [[1]]), "give patients by doses"),
        (lambda: ObservedOutcomes([1, 3], [0, 0]), "no patient was treated at dose 2"),
    ],
)
def test_what_does_not_fit_is_refused(make, said):
    with pytest.raises(InvalidValue, match=said):
        make()
