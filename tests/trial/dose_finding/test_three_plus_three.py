"""3+3 in its variants, patient by patient."""

import pytest

from immunoreset.errors import UnknownName
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.outcomes import Outcomes

STAY, STOP = True, False


@pytest.mark.parametrize(
    ("line", "no_deescalation", "deescalation", "six_at_mtd"),
    [
        ("1NNN", (2, STAY), (2, STAY), (2, STAY)),
        ("1NNT", (1, STAY), (1, STAY), (1, STAY)),
        ("1NTT", (0, STOP), (0, STOP), (0, STOP)),
        ("1NNT 1NNN", (2, STAY), (2, STAY), (2, STAY)),
        ("1NNT 1NNT", (0, STOP), (0, STOP), (0, STOP)),
        ("1NNN 2NTT", (1, STOP), (1, STAY), (1, STAY)),
        ("1NNN 2NTT 1NNN", (1, STOP), (1, STOP), (1, STOP)),
        ("1NNN 2NTT 1NTT", (0, STOP), (0, STOP), (0, STOP)),
        ("1NNT 1NNN 2TTT", (1, STOP), (1, STOP), (1, STOP)),
        ("1NNN 2NNN 3NNN", (3, STOP), (3, STOP), (3, STAY)),
        ("1NNN 2NNN 3NNN 3NNT", (3, STOP), (3, STOP), (3, STOP)),
        ("1NNN 2NNN 3NNN 3NTT", (2, STOP), (2, STAY), (2, STAY)),
    ],
)
def test_each_variant_follows_its_rule(line, no_deescalation, deescalation, six_at_mtd):
    seen = Outcomes.read(line, doses=3)
    expected = {"no_deescalation": no_deescalation, "deescalation": deescalation, "six_at_mtd": six_at_mtd}
    for variant, (dose, goes_on) in expected.items():
        now = ThreePlusThree(3, variant).decide(seen)
        assert bool(now.stop[0]) is not goes_on, variant
        assert (now.dose if goes_on else now.recommended)[0] == dose, variant


@pytest.mark.parametrize(("line", "missing"), [("", 3), ("1N", 2), ("1NT", 1), ("1NNT", 3), ("1NNTN", 2), ("1NNN", 3)])
def test_cohorts_are_filled_up_to_three(line, missing):
    assert ThreePlusThree(3).decide(Outcomes.read(line, doses=3)).cohort.tolist() == [missing]


def test_another_variant_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean 'deescalation'"):
        ThreePlusThree(3, "deescalate")  # pyright: ignore[reportArgumentType]
