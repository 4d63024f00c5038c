"""`immunoreset evidence check` counts rows and says what is wrong, of the package's documents and of the user's."""

import json

import pytest

from immunoreset.cli import BAD_INPUT, guarded

MINE = """\
[publication]
name = "Mine 2026"
[cohort.all]
who = "my patients"
n = 12
arm = "car-t"
product = "dual"
contains = ["feng-2025/all"]
[row.crs]
cohort = "all"
quantity = "CRS, any grade"
family = "crs"
statistic = "share"
count = 9
of = 12
role = "validation"
standing = "published"
"""


@pytest.fixture
def mine(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(MINE.replace("n = 12", "n = 18"))
    return file


def test_package_has_no_complaint(capsys):
    assert guarded(["evidence", "check"]) == 0
    printed = capsys.readouterr().out
    assert "calibration" in printed and "Complaints: none" in printed


def test_json_adds_up(capsys, mine):
    assert guarded(["evidence", "check", "--json", str(mine)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sum(found["roles"].values()) == sum(found["standings"].values()) == found["rows"]
    assert {"file": str(mine), "row": "crs"}.items() <= found["set_by_code"][-1].items()


def test_folder_of_documents_is_read(capsys, mine):
    assert guarded(["evidence", "check", str(mine.parent)]) == 0
    assert "mine.toml: row 'crs': contained: shares patients with 'pooled-sle-2025/crs-any'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("n = 12", "n = 10", "cohort 'all': has 10 patients and cannot contain 'feng-2025/all', which has 15 (and 1 more)"),
        ("count", "coutn", "did you mean 'count'?"),
    ],
)
def test_fault_in_a_document_of_the_user_is_one_line_and_status_2(capsys, tmp_path, old, new, words):
    file = tmp_path / "mine.toml"
    file.write_text(MINE.replace(old, new))
    assert guarded(["evidence", "check", str(file)]) == BAD_INPUT
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and error.startswith(f"immunoreset: {file}") and words in error
