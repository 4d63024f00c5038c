"""More attacks than a patient can have are refused in one line, before memory is filled with them."""

import pytest

from immunoreset import Study, run
from immunoreset.errors import InvalidValue


@pytest.mark.parametrize(
    ("population", "number", "value"),
    [("nmosd", "astrocytes.attack_rate", 1e10), ("multiple-sclerosis", "nervous_system.relapse_fall_with_age", -5.0)],
)
def test_a_rate_beyond_any_disease_is_refused(population: str, number: str, value: float) -> None:
    document = {
        "title": "attacks", "seed": 1, "start": -7, "stop": 182,
        "patients": {"population": population, "n": 4, "beyond_bounds": True, "parameters": {number: value}},
        "arms": {"none": {"treatment": "no treatment"}},
    }  # fmt: skip
    with pytest.raises(InvalidValue, match="attacks are expected of one patient; change the rate") as caught:
        run(Study.model_validate(document))
    assert "\n" not in str(caught.value)
