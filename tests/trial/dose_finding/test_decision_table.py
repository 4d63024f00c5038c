"""A table that the user brings, and what all tables have in common."""

import numpy as np
import pytest
from scipy.stats import beta

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.decision_table import DecisionTable, Letter, chance_above
from immunoreset.trial.outcomes import Outcomes

ROWS = {3: "E S D DU", 6: "E E S D DU DU DU"}


@pytest.mark.parametrize(
    ("line", "dose", "why"),
    [
        ("1NNN", 2, Why.ESCALATE),
        ("1NNN 2NNT", 2, Why.STAY),
        ("1NNN 2NNTN", 2, Why.COHORT_INCOMPLETE),
        ("1NNN 2NNT 2NNT", 2, Why.STAY),
        ("1NNN 2NTT", 1, Why.DEESCALATE),
        ("1NNN 2TTT", 1, Why.DOSE_ELIMINATED),
        ("1NNN 2TTT 1NNN", 1, Why.NEXT_DOSE_CLOSED),
        ("1NNN 2NNN 3NNN", 3, Why.HIGHEST_DOSE),
        ("1NTT", 1, Why.LOWEST_DOSE),
        ("1TTT", 0, Why.ALL_DOSES_CLOSED),
        ("", 1, Why.START),
    ],
)
def test_a_table_is_followed_letter_by_letter(line, dose, why):
    now = DecisionTable.read(3, ROWS).decide(Outcomes.read(line, doses=3))
    assert now.dose.tolist() == [dose] and Why(int(now.why[0])) is why and now.stop.tolist() == [dose == 0]


def test_the_table_of_boin_brought_by_a_user_is_boin():
    letters = BOIN(4, 0.3).letters(12)
    rows = {number: " ".join(Letter(code).name for code in letters[number, : number + 1]) for number in range(1, 13)}
    rng = np.random.default_rng(5)
    treated = rng.integers(1, 13, size=(300, 4))
    seen = Outcomes.from_counts(treated, rng.binomial(treated, 0.35), current=rng.integers(1, 5, size=300))
    mine, theirs = DecisionTable.read(4, rows, target=0.3).decide(seen), BOIN(4, 0.3).decide(seen)
    assert all(np.array_equal(one, other) for one, other in zip(mine, theirs, strict=True))


def test_the_chance_of_too_much_toxicity_is_the_tail_of_the_posterior():
    patients, toxic = np.array([0, 3, 10]), np.array([0, 2, 4])
    np.testing.assert_allclose(chance_above(0.3, patients, toxic), beta.sf(0.3, 1 + toxic, 1 + patients - toxic), rtol=1e-12)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({}, "without rows"),
        ({3: "E S D"}, "row for 3 patients: give 4 letters"),
        ({3: "E S D X"}, "no letter 'X'"),
    ],
)
def test_a_table_that_cannot_be_is_refused(rows, said):
    with pytest.raises(InvalidValue, match=said):
        DecisionTable.read(3, rows)


def test_more_patients_than_the_table_knows_are_refused():
    with pytest.raises(InvalidValue, match="9 patients at one dose, but the decision table ends at 6"):
        DecisionTable.read(3, ROWS).decide(Outcomes.read("1NNNNNNNNN", doses=3))
