"""Reference trajectories of the typical patient, and a patient changed.

`typical_patient_0.3.csv`: four arms, 38 days, all states and 9 outputs. `typical_patient.csv`: three arms of version 0.2, whose
equations are those of 0.3 with the numbers of `values_0.2.csv`; 37 days, its states and 18 outputs.

What came after 0.3 is switched off: by `values_0.3.csv` the rise of lymphocytes without inflammation, ageing, the loss of
nephrons and of filtration, and the consumption of C4; by `organs_at_once` the pace of organs and their need of immune complexes,
since items were cut on inflammation.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.catalogue.standard import STANDARD_PATIENT

DATA = Path(__file__).parent / "data"
FILES = {"0.2": DATA / "typical_patient.csv", "0.3": DATA / "typical_patient_0.3.csv"}
OUTPUT_COLUMNS_OF_0_2 = {
    "car_t_per_ul": "out_CAR_uL",
    "car_t_percent_of_t_cells": "out_CARpctT",
    "car_t_copies_per_ug": "out_copies_ug",
    "naive_b_per_ul": "out_naive_uL",
    "transitional_b_per_ul": "out_trans_uL",
    "memory_b_per_ul": "out_mem_uL",
    "plasmablasts_per_ul": "out_pb_uL",
    "cd20_positive_per_ul": "out_CD20_uL",
    "b_cells_per_ul": "out_B_uL",
    "lymph_node_fraction": "out_LN",
    "follicular_fraction": "out_LNfol",
    "autoreactive_tissue_fraction": "out_tissueAuto",
    "lymphocytes_per_ul": "out_ALC",
    "anti_dsdna_reading": "out_dsDNA",
    "il6_signal": "out_IL6sig",
    "sledai_2k": "out_SLEDAI",
    "sledai_2k_smooth": "out_SLEDAI_s",
    "infections_per_100_days": "out_inf_haz",
}
SYMBOLS = {  # of the states of the standard products; those of others have the same
    name: state.symbol for name, state in STANDARD_PATIENT.states.items() if name.split(".")[0] not in Theta.current().products
}


@cache
def _arm(name: str, version: str = "0.3") -> dict[str, np.ndarray]:
    """Days, states (by 'module.state') and outputs (by name) of one arm of a reference file, each (m,)."""
    with FILES[version].open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["arm"] == name]
    named = OUTPUT_COLUMNS_OF_0_2 if version == "0.2" else {c.removeprefix("out_"): c for c in rows[0] if c.startswith("out_")}
    states = {state: symbol for state, symbol in SYMBOLS.items() if symbol in rows[0]}
    columns = {"day": "day", **states, **named}
    return {ours: np.array([float(row[theirs]) for row in rows]) for ours, theirs in columns.items()}


@cache
def _values_of(version: str) -> dict[str, float]:
    earlier = _values_of("0.3") if version == "0.2" else {}
    lines = (DATA / f"values_{version}.csv").read_text().splitlines()
    return earlier | {
        row["name"]: float(row["value"]) for row in csv.DictReader(line for line in lines if not line.startswith("#"))
    }


def _changed(state: Any, values: Mapping[str, Any]) -> Any:
    for name, value in values.items():
        module, field = name.split(".")
        state = state._replace(**{module: getattr(state, module)._replace(**{field: value})})
    return state


@pytest.fixture(scope="session")
def changed() -> Callable[[Any, Mapping[str, Any]], Any]:
    """The state of a patient with other values of some states, by 'module.state'."""
    return _changed


@pytest.fixture(scope="session")
def organs_at_once() -> Callable[[Any], Any]:
    """The state of a patient with every organ where inflammation is. No organ acts back, so that only readings see it."""
    return lambda state: state._replace(organs=type(state.organs)(*[state.inflammation.inflammation] * len(state.organs)))


@pytest.fixture(scope="session")
def reference_arm() -> Callable[..., dict[str, np.ndarray]]:
    """Reads one arm of a reference file: cart, rtx or none, and reinfusion in 0.3; and the version, 0.3 if not given."""
    return _arm


@pytest.fixture(scope="session")
def values_of() -> Callable[[str], dict[str, float]]:
    """Numbers by flat name with which the equations are those of version 0.3 or 0.2."""
    return _values_of
