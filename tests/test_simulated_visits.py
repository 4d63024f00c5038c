"""The charts of simulated patients hold what their disease shows."""

import pytest

from immunoreset.simulated_visits import simulated_visits
from immunoreset.study_document import Study


@pytest.mark.parametrize(("population", "lupus"), [("cart", True), ("lymphoma", False)])
def test_patients_are_charted_with_the_items_of_their_disease(population, lupus):
    patients = {"population": population, "n": 3}
    study = {"title": "charts", "stop": 60, "patients": patients, "arms": {"a": "prednisolone 20 mg daily from 0 until 56"}}
    visits = simulated_visits(Study.model_validate(study), "a")
    assert len(visits.patients) == 3
    assert {"PREDNISONE", "NEUT", "B_CELLS", "IL6", "TEMP"} <= set(visits.values)
    assert {name: name in visits.values for name in ("ARTHRITIS", "PGA", "DSDNA", "UPCR", "C3")} == dict.fromkeys(
        ("ARTHRITIS", "PGA", "DSDNA", "UPCR", "C3"), lupus
    )
