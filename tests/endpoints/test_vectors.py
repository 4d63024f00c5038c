"""Every worked vector gives its expected result; IMMUNORESET_VECTORS names another file of the same form to run instead."""

import csv
import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
VECTORS = Path(os.environ.get("IMMUNORESET_VECTORS") or HERE / "vectors.csv")


def load(path: Path) -> ModuleType:
    """The module of a file that lies beside the tests."""
    spec = importlib.util.spec_from_file_location(f"vectors_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def all_functions():
    """What each (module, function) of the vectors stands for in the library."""
    found = {}
    for path in sorted((HERE / "vectors").glob("*.py")):
        functions = load(path).FUNCTIONS
        assert not found.keys() & functions.keys(), f"{path.name} maps a function that another file maps too"
        found |= functions
    return found


FUNCTIONS = all_functions()
ROWS = list(csv.DictReader(VECTORS.read_text("utf-8-sig").splitlines()))


def same(result: object, expected: object, tolerance: float | None) -> bool:
    """Whether a result is what was expected: numbers within the tolerance, everything else exactly."""
    if isinstance(expected, dict):
        return isinstance(result, dict) and all(same(result.get(key), value, tolerance) for key, value in expected.items())
    if isinstance(expected, bool) or isinstance(result, bool):
        return result is expected
    if isinstance(expected, int | float) and isinstance(result, int | float):
        return abs(result - expected) <= (1e-9 if tolerance is None else tolerance)
    return result == expected


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_vector_gives_the_expected_result(row):
    key = (row["module"], row["function"])
    assert key in FUNCTIONS, f"{row['id']}: the library has no function for {key}"
    result = FUNCTIONS[key](json.loads(row["inputs_json"]))
    expected = json.loads(row["expected_json"])
    assert same(result, expected, float(row["tolerance"]) if row["tolerance"] else None), f"{result!r}, expected {expected!r}"


def test_file_of_vectors_is_not_empty():
    assert ROWS, VECTORS


def test_packaged_vectors_are_complete():
    assert len(list(csv.DictReader((HERE / "vectors.csv").read_text("utf-8").splitlines()))) == 161
