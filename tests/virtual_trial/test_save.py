"""A run holds the page, tables that can be read again, and a manifest from which it can be made again."""

import csv
import json
import re

import pytest

from immunoreset.errors import InvalidFile
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.run import run_trial
from immunoreset.virtual_trial.save import write_csv

TEXT = """
title = "Rates <and> a table"
kind = "phase-1"
repeats = 300
target = 0.3
[[scenario]]
name = "first"
toxic = [0.1, 0.3]
[[scenario]]
name = "second"
toxic = [0.3, 0.5]
effective = [0.2, 0.4]
[[design]]
kind = "boin"
[[design]]
kind = "3+3"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "rates"
    return run_trial(parse_trial(TEXT)).save(place)


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_selections_of_every_design_and_scenario_add_up_to_one(folder):
    table = rows(folder, "operating_characteristics.csv")
    for scenario in ("first", "second"):
        for design in ("boin", "3+3"):
            chosen = [row for row in table if (row["scenario"], row["design"], row["measure"]) == (scenario, design, "selected")]
            assert len(chosen) == 3 and sum(float(row["value"]) for row in chosen) == pytest.approx(1)
            assert all(float(row["standard error"]) >= 0 for row in chosen)


def test_decision_table_is_that_of_the_design(folder):
    table = rows(folder, "decision_table_boin.csv")
    assert [table[toxic]["3"] for toxic in range(4)] == ["E", "S", "D", "DU"]
    assert not (folder / "decision_table_3-3.csv").exists() and (folder / "dose_paths_3-3.csv").exists()


def test_page_is_self_contained_and_says_what_it_is(folder):
    page = (folder / "report.html").read_text("utf-8")
    assert "Rates &lt;and&gt; a table" in page and "Research software." in page
    assert not re.search(r'(src|href)="(?!#)', page)
    for word in ("What the designs do: first", "Dose paths", "Protocol card", "Flow chart", "What is assumed"):
        assert word in page


def test_manifest_holds_the_document_and_makes_the_run_again(folder, tmp_path):
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["seed"] == 1 and {"version", "created", "parameter_hash"} <= set(manifest)
    from immunoreset.virtual_trial.kinds import ADAPTER

    again = run_trial(ADAPTER.validate_python(manifest["trial"])).save(tmp_path / "again")
    assert (again / "report.html").read_bytes() == (folder / "report.html").read_bytes()


def test_a_folder_that_is_taken_is_refused(folder):
    with pytest.raises(InvalidFile, match="exists"):
        run_trial(parse_trial(TEXT)).save(folder)


def test_numbers_that_do_not_exist_are_blank(tmp_path):
    write_csv(tmp_path / "t.csv", [{"a": float("nan"), "b": 2.0, "c": True, "d": 0.1}])
    assert (tmp_path / "t.csv").read_text("utf-8") == "a,b,c,d\n,2,1,0.1\n"
