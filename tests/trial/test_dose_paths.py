"""Exact operating characteristics: closed forms, laws of probability, and agreement with simulation."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.titration import AcceleratedTitration
from immunoreset.trial.dose_paths import dose_paths, letter_chances, path_rows
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.rules.backfill import Backfill
from immunoreset.trial.rules.stopping import StopAtN
from immunoreset.trial.scenarios import operating_characteristics

RATES = (0.08, 0.2, 0.35)


def test_three_plus_three_stops_at_the_first_dose_with_the_probability_of_the_closed_form():
    for rate in (0.05, 0.3, 0.6):
        safe = (1 - rate) ** 3 + 3 * rate * (1 - rate) ** 2 * (1 - rate) ** 3
        found = dose_paths(ThreePlusThree(1)).exact([rate])
        np.testing.assert_allclose(found.recommended, [1 - safe, safe], rtol=1e-13)


@pytest.mark.parametrize("variant", ["no_deescalation", "deescalation", "six_at_mtd"])
def test_three_plus_three_stays_small_and_its_probabilities_sum_to_one(variant):
    paths = dose_paths(ThreePlusThree(8, variant))
    found = paths.exact(np.linspace(0.02, 0.6, 8))
    assert paths.states < 20_000
    np.testing.assert_allclose(found.recommended.sum(), 1, rtol=1e-12)
    np.testing.assert_allclose(found.toxic, found.treated * np.linspace(0.02, 0.6, 8), rtol=1e-10)
    assert found.stopped == pytest.approx(1)


@pytest.mark.parametrize(
    ("design", "cohorts"),
    [
        (ThreePlusThree(3), 10),
        (ThreePlusThree(3, "deescalation"), 10),
        (ThreePlusThree(3, "six_at_mtd"), 10),
        (BOIN(3, 0.25), 6),
        (BOIN(3, 0.25, titration=True, n_earlystop=9), 6),
        (AcceleratedTitration(ThreePlusThree(3)), 8),
        (StopAtN(Keyboard(3, 0.25), 14), 6),
    ],
    ids=str,
)
def test_exact_and_simulated_characteristics_agree_within_four_standard_errors(design: Design, cohorts: int):
    exact = dose_paths(design, max_cohorts=cohorts).exact(RATES)
    found = operating_characteristics(design, RateTable(RATES), trials=4000, seed=21, max_cohorts=cohorts)
    for own, true, error in (
        (found.selected, exact.recommended, found.selected_error),
        (found.treated, exact.treated, found.treated_error),
        (found.toxic, exact.toxic, found.toxic_error),
        (found.stopped, exact.stopped, found.stopped_error),
    ):
        assert (np.abs(own - true) <= 4 * np.asarray(error) + 1e-3).all()


def test_following_benefit_too_changes_nothing_for_a_design_that_ignores_it():
    design = StopAtN(BOIN(2, 0.3), 9)
    plain = dose_paths(design).exact(RATES[:2])
    full = dose_paths(design, efficacy=True).exact(RATES[:2], [0.3, 0.6])
    np.testing.assert_allclose(full.recommended, plain.recommended, rtol=1e-12)
    np.testing.assert_allclose(full.treated, plain.treated, rtol=1e-12)


def test_chances_of_letters_are_a_distribution():
    made = letter_chances([0.1, 0.4], [0.5, 0.25], doses=2)
    np.testing.assert_allclose(made.sum(axis=1), 1)
    np.testing.assert_allclose(made[:, 1] + made[:, 3], [0.1, 0.4])
    with pytest.raises(InvalidValue, match="rates outside 0 to 1"):
        letter_chances([0.1, 1.4], None, doses=2)


def test_too_large_a_graph_and_a_design_that_needs_time_are_refused():
    with pytest.raises(InvalidValue, match="more than 50 states"):
        dose_paths(BOIN(4, 0.3), max_cohorts=10, most_states=50)
    with pytest.raises(InvalidValue, match="backfills"):
        dose_paths(Backfill(BOIN(3, 0.3), limit=0.3), max_cohorts=4)


def test_written_paths_are_all_results_of_the_next_cohorts_and_follow_the_design():
    rows = path_rows(ThreePlusThree(3), cohorts=3, after="1NNN")
    assert len({line for line, _ in rows}) == len(rows) and rows[0] == ("1NNN", "dose 2: few toxicities: escalate")
    lines = [line for line, _ in rows]
    assert [line for line in lines if len(line.split()) == 2] == ["1NNN 2NNN", "1NNN 2NNT", "1NNN 2NTT", "1NNN 2TTT"]
    assert not any(line.startswith("1NNN 2NTT ") for line in lines)
    with pytest.raises(InvalidValue, match="fewer cohorts"):
        path_rows(BOIN(5, 0.3), cohorts=9)
