"""Numbers beyond their bounds, one by one: each makes a patient who can be treated, or is refused in one line by its name."""

from __future__ import annotations

import warnings

import pytest

from immunoreset.errors import InvalidValue
from immunoreset.patient import course
from immunoreset.population import sample
from immunoreset.therapy import Regimen

PATIENT = sample("cart", 2, seed=1)
TREATMENT = Regimen.parse(
    "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
)
USED = course.prepare(PATIENT, TREATMENT, start=-14, stop=60).numbers
NUMBERS = [name for name in PATIENT.theta.table if name in USED]


@pytest.mark.parametrize("value", [0.0, -1.0, 1e300])
def test_every_number_is_refused_in_one_line_or_can_be_prepared_for_treatment(value: float) -> None:
    refused = 0
    for name in NUMBERS:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                changed = PATIENT.with_values({name: value}, beyond_bounds=True)
                ready = course.prepare(changed, TREATMENT, start=-14, stop=60)
                assert ready.numbers[name] == value
            except InvalidValue as fault:
                assert name in str(fault) and "\n" not in str(fault), name
                refused += 1
    assert 0 < refused < len(NUMBERS) / 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("body.egfr", r"the filtration at entry \(body\) must be above zero, and is 0 in 2 of 2"),
        ("body.blood_volume", r"the volume of blood \(body\) must be above zero"),
        ("body.days_per_year", r"the untreated 'body.years' does not rest in 2 of 2"),
        ("cytokines.half_killing", "does not rest|must not be negative or infinite"),
    ],
)
def test_what_is_divided_by_must_not_be_zero(name: str, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        PATIENT.with_values({name: 0.0}, beyond_bounds=True)
