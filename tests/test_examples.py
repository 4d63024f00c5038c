"""The examples run, and show what they say they show."""

from pathlib import Path

import numpy as np
import pytest

from immunoreset.demo import demo_study
from immunoreset.study import Study, run

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_demo_is_the_five_patient_example():
    example = Study.read(EXAMPLES / "five-patients.toml")
    assert demo_study().model_dump() == example.model_dump()


@pytest.mark.parametrize("name", ["five-patients", "lupus-against-lymphoma"])
def test_example_runs_without_failures(name):
    result = run(Study.read(EXAMPLES / f"{name}.toml").changed(twins=3))
    assert result.failed == 0


def test_b_cells_return_earlier_and_cytokines_rise_less_in_lupus_than_in_lymphoma():
    """Published contrast: 10.1182/blood.2025028375."""
    result = run(Study.read(EXAMPLES / "lupus-against-lymphoma.toml").changed(twins=60))
    lupus, lymphoma = (result.arm(name).outcomes.values for name in ("lupus", "lymphoma"))
    back_in_a_year = [np.isfinite(values["b_cell_return_day"]).mean() for values in (lupus, lymphoma)]
    assert back_in_a_year[0] > back_in_a_year[1]
    assert np.median(lupus["il6_peak"]) < np.median(lymphoma["il6_peak"])
    assert lupus["crs_any"].mean() < lymphoma["crs_any"].mean()
