"""CONTRIBUTING says which files a new drug and a new disease need; here they are added to a copy of the package, and used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import immunoreset

PACKAGE = Path(next(iter(immunoreset.__path__)))
OWN = Path(__file__).parents[2] / "examples" / "own-drug"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to which things can be added."""
    place = tmp_path / "immunoreset"
    shutil.copytree(PACKAGE, place, ignore=shutil.ignore_patterns("__pycache__", "static", "publications", "references"))
    return place


def used(place: Path, code: str) -> str:
    """What code prints that imports the copy."""
    environment = {**os.environ, "PYTHONPATH": str(place.parent)}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


def put_line(file: Path, after: str, line: str) -> None:
    text = file.read_text("utf-8")
    assert after in text
    file.write_text(text.replace(after, f"{after}{line}", 1), encoding="utf-8")


def test_a_drug_is_one_file_one_table_and_one_line(copy: Path) -> None:
    for kind in ("py", "toml"):
        shutil.copy(OWN / f"anti_cd38.{kind}", copy / "therapy" / f"anti_cd38.{kind}")
    put_line(copy / "therapy" / "catalogue.py", "from immunoreset.therapy import (\n", "    anti_cd38,\n")
    put_line(copy / "therapy" / "catalogue.py", "_FILES = (\n", "    anti_cd38,\n")
    code = """
from immunoreset.therapy import Regimen
from immunoreset.catalogue import Theta
print(Regimen.parse("anti-cd38 16 mg/kg on days 0 7"), Theta.current().table["anti_cd38.volume"].unit)
"""
    assert used(copy, code).split() == ["anti-cd38", "16", "mg/kg", "on", "days", "0", "7", "L"]


def test_a_disease_is_one_folder_and_one_line(copy: Path) -> None:
    shutil.copytree(copy / "disease" / "lymphoma", copy / "disease" / "myeloma")
    start = copy / "disease" / "myeloma" / "__init__.py"
    text = start.read_text("utf-8").replace("LYMPHOMA", "MYELOMA").replace('"lymphoma"', '"myeloma"')
    start.write_text(text, encoding="utf-8")
    current = copy / "catalogue" / "current.py"
    put_line(current, "import LYMPHOMA\n", "from immunoreset.disease.myeloma import MYELOMA\n")
    put_line(current, "    LEUKAEMIA,\n", "    MYELOMA,\n")
    code = """
from immunoreset.population import sample
print(len(sample("myeloma", 3, seed=1)), sample("myeloma", 3, seed=1).illness.name)
"""
    assert used(copy, code).split() == ["3", "myeloma"]
