"""A study that asks for published numbers which there are not is refused before anything is simulated."""

from __future__ import annotations

import pytest

from immunoreset import run
from immunoreset.errors import InvalidValue
from immunoreset.study_reading import parse_study


def _study(population: str, arm: str) -> str:
    patients = f'[patients]\npopulation = "{population}"\nn = 2\n'
    return f'title = "t"\nstop = 30\ncompare_with = "mackensen2022"\n{patients}[arms]\n{arm} = "rituximab 1 g on day 0"\n'


@pytest.mark.parametrize(
    ("population", "arm"), [("pemphigus", "car-t"), ("rheumatoid-arthritis", "rituximab"), ("cart", "anti-cd20")]
)
def test_numbers_of_other_patients_or_other_arms_are_refused_in_one_line(population: str, arm: str) -> None:
    with pytest.raises(InvalidValue, match=r"compare_with: .* of lupus, under arms called 'car-t' and 'rituximab'") as caught:
        run(parse_study(_study(population, arm)))
    assert "leave compare_with out" in str(caught.value) and "\n" not in str(caught.value)


def test_numbers_of_the_disease_itself_are_compared() -> None:
    assert [row.quantity for row in run(parse_study(_study("cart", "rituximab"))).comparisons]
