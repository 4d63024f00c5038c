"""A cohort that is settled is not completed, and nobody waits for what cannot change the decision."""

import pytest

from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.decision_table import DecisionTable
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.titration import AcceleratedTitration
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.backfill import Backfill
from immunoreset.trial.rules.cohorts import CohortSize, WaitForPending

TABLE = DecisionTable.read(4, {3: "E S D DU", 6: "E E S D DU DU DU"}, target=0.25)


@pytest.mark.parametrize("variant", ["no_deescalation", "deescalation", "six_at_mtd"])
@pytest.mark.parametrize("line", ["1TT", "1NNTT", "1NNTNT", "1NNTT 2N", "1NNTT 2T"])
def test_two_toxicities_settle_the_lowest_dose_of_3_plus_3(line, variant):
    design = ThreePlusThree(4, variant)
    now = design.decide(Outcomes.read(line, doses=4))
    assert now.stop.all() and now.recommended.tolist() == [0] and not now.admissible.any()
    assert not Backfill(design, limit=0.5).decide(Outcomes.read(line, doses=4)).backfill.any()


@pytest.mark.parametrize("line", ["1N", "1NN", "1T", "1NT", "1NNNNT"])
def test_what_is_not_settled_is_completed(line):
    now = ThreePlusThree(4).decide(Outcomes.read(line, doses=4))
    assert now.dose.tolist() == [1] and now.admissible.all()


def test_a_dose_settled_as_toxic_leads_down_and_is_closed():
    now = ThreePlusThree(4, "deescalation").decide(Outcomes.read("1NNN 2TT", doses=4))
    assert now.dose.tolist() == [1] and now.admissible.tolist() == [[True, False, False, False]]


def test_known_toxicities_settle_a_dose_with_patients_still_watched():
    seen = Outcomes.from_counts([2, 0], [2, 0], pending=[1, 0], followed=[0.1, 0])
    assert ThreePlusThree(2).decide(seen).stop.all()


def test_the_cohorts_of_escalation_are_completed_on_request():
    now = ThreePlusThree(4, settle=False).decide(Outcomes.read("1TT", doses=4))
    assert now.dose.tolist() == [1] and not now.stop.any()


@pytest.mark.parametrize("design", [ThreePlusThree(4), TABLE], ids=["3+3", "table"])
def test_another_cohort_size_leaves_a_design_its_own_decisions(design):
    rule, sizes = CohortSize(design, 2), []
    for line in ("", "1NN", "1NNN 2NN"):
        sizes.append(int(rule.decide(Outcomes.read(line, doses=4)).cohort[0]))
    assert sizes == [2, 1, 1]
    assert rule.decide(Outcomes.read("1NNN", doses=4)).dose.tolist() == [2]


def test_a_cohort_of_boin_is_left_when_nothing_can_save_its_dose():
    rule = CohortSize(BOIN(3, 0.3), 3)
    lines = ["1NNN 2T", "1NNN 2TT", "1NNN 2NT", "1NNN 2NN"]
    assert rule.decide(Outcomes.read(lines, doses=3)).dose.tolist() == [2, 1, 2, 2]


@pytest.mark.parametrize(("line", "dose"), [("1NNN 2TT", 1), ("1NNN 2NT", 2), ("1NNN 2NN", 2)])
def test_a_table_decides_early_only_where_every_row_ahead_leads_down(line, dose):
    assert TABLE.decide(Outcomes.read(line, doses=4)).dose.tolist() == [dose]


def test_titration_does_not_fill_up_a_settled_dose():
    design = AcceleratedTitration(BOIN(3, 0.3), 3)
    assert design.decide(Outcomes.read(["1N 2T", "1N 2TT"], doses=3)).dose.tolist() == [2, 1]


def test_nobody_waits_where_the_dose_is_left_anyway():
    rule = WaitForPending(BOIN(2, 0.3))
    settled = Outcomes.from_counts([3, 2], [0, 2], current=2, pending=[0, 1], followed=[0, 0.1])
    open_ = Outcomes.from_counts([3, 2], [0, 1], current=2, pending=[0, 1], followed=[0, 0.1])
    assert not rule.decide(settled).wait.any() and rule.decide(settled).dose.tolist() == [1]
    assert rule.decide(open_).wait.all()
