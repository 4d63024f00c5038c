"""Numbers of the version of the core on which the diseases other than lupus were set up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "patient" / "data"


@pytest.fixture(scope="session")
def values_of_0_2() -> dict[str, float]:
    """Numbers by flat name with which the equations are those of version 0.2."""
    found: dict[str, float] = {}
    for version in ("0.3", "0.2"):
        lines = [line for line in (DATA / f"values_{version}.csv").read_text().splitlines() if not line.startswith("#")]
        found |= {row["name"]: float(row["value"]) for row in csv.DictReader(lines)}
    return found
