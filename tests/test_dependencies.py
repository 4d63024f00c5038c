"""What pyproject.toml promises of versions; `make lowest` tries the oldest ones."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
BOUNDS = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", line).groups() for line in PROJECT["dependencies"])  # type: ignore[union-attr]


def numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


@pytest.mark.parametrize("package", BOUNDS)
def test_no_bound_is_above_what_is_installed(package):
    assert numbers(BOUNDS[package]) <= numbers(metadata.version(package))


def test_oldest_numba_compiles_the_engine_and_has_its_llvmlite():
    """Numba 0.60 and 0.61 cannot compile the engine; Numba 0.N goes with llvmlite 0.(N - 17)."""
    assert numbers(BOUNDS["numba"]) >= [0, 62]
    assert numbers(BOUNDS["llvmlite"])[1] == numbers(BOUNDS["numba"])[1] - 17
