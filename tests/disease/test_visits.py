"""Simulated patients of every disease are charted by visits, and scored from the file as the study scores them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from immunoreset import Study, run
from immunoreset.catalogue import built_in
from immunoreset.disease.families.autoimmune import tissue_inflammation
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.reading import read_visits
from immunoreset.simulated_visits import simulated_visits, write_tidy
from immunoreset.therapy import STANDARD

FAMILY = [name for name, disease in built_in().diseases.items() if tissue_inflammation.MODULE in disease.modules]


@pytest.mark.parametrize("disease", FAMILY)
def test_scores_of_the_file_are_those_of_the_study(disease: str, tmp_path: Path) -> None:
    about = built_in().disease(disease)
    study = Study.model_validate(
        {
            "title": disease, "seed": 6, "start": -14, "stop": 200,
            "patients": {"population": about.populations[0].name, "n": 8},
            "arms": {"car-t": {"treatment": STANDARD["car-t"]}},
        }
    )  # fmt: skip
    file = tmp_path / "visits.csv"
    write_tidy(simulated_visits(study, "car-t"), file)
    with read_visits([file], Faults()) as intake:
        (visits,) = intake.batches()
    scored = score(visits, USUAL)
    outcomes = run(study).arm("car-t").outcomes.values
    compared = 0
    for result in scored.results:
        name = f"{result.name}_day180"
        if name not in outcomes:
            continue
        at = scored.visits.day == 180
        low, high = result.limits()
        values = np.where(low == high, low, np.nan)[at]
        np.testing.assert_allclose(values, outcomes[name][: len(values)], err_msg=name)
        compared += 1
    assert compared > 0
