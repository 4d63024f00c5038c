"""Invented studies in SDTM and ADaM, and the same patients as a tidy CSV."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def studies():
    """The module that invents and writes them."""
    spec = importlib.util.spec_from_file_location("studies", Path(__file__).parent / "studies.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
