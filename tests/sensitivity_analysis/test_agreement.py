"""Two seeds find the same numbers: other patients, other flares, other points. Takes many minutes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from immunoreset.sensitivity_analysis import sensitivity

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "sensitivity_agreement.py"


@pytest.mark.full
def test_two_seeds_agree_on_the_ten_strongest_numbers():
    spec = importlib.util.spec_from_file_location("sensitivity_agreement", BENCHMARK)
    assert spec is not None and spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    told = benchmark.compared(*(sensitivity(benchmark.study(seed)) for seed in benchmark.SEEDS))
    for name, row in told.items():
        assert row["screen: same of ten"] >= (8 if row["kind"] == "share" else 9), name
