"""Backfilling offers more patients only at lower doses that are open."""

import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.backfill import Backfill
from immunoreset.trial.rules.doses import AtMostAtDose

BASE = BOIN(4, 0.3)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("", [0, 0, 0, 0]),
        ("1NNN", [3, 0, 0, 0]),
        ("1NNN 2NNN", [0, 3, 0, 0]),
        ("1NNN 2NNNNNNN", [0, 1, 0, 0]),
        ("1NNN 2NNNNNNNN", [3, 0, 0, 0]),
        ("1NNN 2NTT", [0, 0, 0, 0]),
        ("1NNN 2NNTT 3NNN", [0, 0, 3, 0]),
        ("2NNN", [0, 3, 0, 0]),
        ("1TTT", [0, 0, 0, 0]),
    ],
)
def test_the_highest_open_dose_below_the_next_one_is_offered(line, offered):
    now = Backfill(BASE, limit=0.3, most=8).decide(Outcomes.read(line, doses=4))
    assert now.backfill.tolist() == [offered]


def test_a_response_at_the_dose_or_below_is_needed_when_asked_for():
    seen = Outcomes.read(["1NNN 2NNN", "1NEN 2NNN", "1NNN 2NNE"], doses=4)
    assert Backfill(BASE, limit=0.3, response=True).decide(seen).backfill[:, 1].tolist() == [0, 3, 3]


def test_the_limit_of_patients_at_a_dose_also_holds_for_backfill():
    now = AtMostAtDose(Backfill(BASE, limit=0.3), 4).decide(Outcomes.read("1NNN", doses=4))
    assert now.backfill.tolist() == [[1, 0, 0, 0]]


def test_a_limit_outside_zero_to_one_is_refused():
    with pytest.raises(InvalidValue):
        Backfill(BASE, limit=1.0)
