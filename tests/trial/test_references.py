"""Every reference case is met; IMMUNORESET_DESIGN_REFERENCES names another folder of the same files to run instead."""

import csv
import importlib.util
import os
from importlib.resources import files
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGED = Path(str(files("immunoreset.validation") / "references"))
REFERENCES = Path(os.environ.get("IMMUNORESET_DESIGN_REFERENCES") or PACKAGED)


def all_checks():
    """What is checked of each file, by its name."""
    found = {}
    for path in sorted((HERE / "checks").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"checks_{path.stem}", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert not found.keys() & module.CHECKS.keys(), f"{path.name} checks a file that another module checks too"
        found |= module.CHECKS
    return found


CHECKS = all_checks()
FILES = sorted(path for path in REFERENCES.iterdir() if path.suffix == ".csv")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_reference_file_is_met(path):
    assert path.name in CHECKS, f"no check knows the file {path.name}"
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert rows, f"{path.name} holds no case"
    CHECKS[path.name](rows)


def test_every_packaged_file_has_a_check_and_every_check_a_file():
    assert {path.name for path in PACKAGED.glob("*.csv")} == set(CHECKS)
