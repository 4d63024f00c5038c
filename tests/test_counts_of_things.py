"""Counts of patients, twins, trials, draws and threads are whole numbers, wherever a public name takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from immunoreset import Patients, Study, potential_outcomes, run, run_trials, sample, sensitivity, twins
from immunoreset.errors import InvalidValue
from immunoreset.population import Facts, sample_ids, twins_of_all
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.uncertainty.choice import Asked
from immunoreset.virtual_trial.draw import draw_patients

STUDY = Study(title="counts", stop=20, patients=Patients(population="cart", n=2), arms={"a": "none"})  # type: ignore[arg-type]
TAKE_A_COUNT: dict[str, Callable[[Any], object]] = {
    "sample": lambda n: sample("cart", n, seed=1),
    "sample, first number": lambda n: sample("cart", 2, seed=1, first_id=n),
    "sample_ids": lambda n: sample_ids("cart", [n], seed=1),  # type: ignore[arg-type]
    "twins": lambda n: twins(Facts("A"), n, seed=1),
    "twins_of_all": lambda n: twins_of_all([Facts("A")], n, seed=1),
    "potential_outcomes": lambda n: potential_outcomes("cart", {"a": "none"}, [28], patients=n),
    "run, threads": lambda n: run(STUDY, threads=n),
    "run_trials": lambda n: run_trials(BOIN(2, 0.3), RateTable((0.1, 0.3)), n, target=0.3),
    "draw_patients": lambda n: draw_patients(10, trials=n, size=2),
    "draws of the numbers": lambda n: Asked(n),
    "patients of the next trial": lambda n: Asked(2, trial_size=n),
    "sensitivity": lambda n: sensitivity(STUDY, patients=n),
    "Patients": lambda n: Patients(population="cart", n=n),
}


@pytest.mark.parametrize("name", TAKE_A_COUNT)
@pytest.mark.parametrize("count", [2.5, "2", True, np.nan], ids=str)
def test_what_is_no_whole_number_is_refused_in_one_line(name: str, count: object) -> None:
    with pytest.raises((InvalidValue, ValueError)) as fault:
        TAKE_A_COUNT[name](count)
    if name != "Patients":  # which is read like a file, and says where in it
        assert isinstance(fault.value, InvalidValue) and "\n" not in str(fault.value)


@pytest.mark.parametrize("count", [3, 3.0, np.int64(3)], ids=str)
def test_a_whole_number_is_one_whatever_its_type(count: Any) -> None:
    assert sample("cart", count, seed=1).ids.tolist() == [0, 1, 2]
    assert len(twins(Facts("A"), count, seed=1)) == 3
