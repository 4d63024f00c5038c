"""Invented records in the layout of the CDISC examples, for all tests of file formats."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def layout():
    """The module that invents them."""
    spec = importlib.util.spec_from_file_location("cdisc_layout", Path(__file__).parent / "cdisc_layout.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
