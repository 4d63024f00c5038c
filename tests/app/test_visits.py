"""Real visits: a file is scored as `immunoreset score` scores it, and a broken one is answered with its faults by row."""

from __future__ import annotations

import json

import pytest

from immunoreset.app.api.visits import _safe_name
from immunoreset.app.faults import Refused
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.exchange.template import template
from immunoreset.score_files import ScoringOptions, score_files


def score(client, content, name="visits.csv", **fields):
    return client.post("/api/visits/score", files={"file": (name, content)}, data=fields)


def test_scores_of_an_upload_are_those_of_the_command(client, tmp_path):
    found = score(client, template().encode())
    assert found.status_code == 200
    (tmp_path / "run").mkdir()
    (tmp_path / "visits.csv").write_text(template())
    expected = score_files([tmp_path / "visits.csv"], USUAL, tmp_path / "run", ScoringOptions())
    assert found.json()["summary"]["scores"] == json.loads(json.dumps(expected["scores"]))
    assert found.json()["scores"]
    assert found.json()["timeline"].startswith("<svg")
    assert "/tmp" not in found.text


def test_protocol_changes_the_scores(client):
    changed = score(client, template().encode(), protocol=json.dumps({"ctcae": "6.0"})).json()
    assert changed["summary"]["protocol"]["ctcae"] == "6.0"


def test_every_faulty_row_is_named(client):
    found = score(client, b"patient,day,item,value,unit\nA,x,CRP,0.7,mg/dL\nA,0,QQ,1,\n")
    assert found.status_code == 422
    assert [(fault["line"], fault["column"]) for fault in found.json()["faults"]] == [(2, "day"), (3, "item")]
    assert "/" not in found.json()["error"]


def test_right_rows_of_a_faulty_file_can_be_scored(client):
    content = template().encode() + b"A,x,CRP,0.7,mg/dL\n"
    found = score(client, content, partial="true")
    assert found.status_code == 200
    assert len(found.json()["faults"]) == 1
    assert found.json()["scores"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"\xff\x00\x01", "a.csv"),
        (b'a,b\n"', "a.csv"),
        (b"{", "a.json"),
        (b"HEADER RECORD*******", "a.xpt"),
        (b"x", "a.xpt"),
    ],
)
def test_broken_file_is_answered_with_its_fault(client, content, name):
    found = score(client, content, name)
    assert found.status_code == 422, found.text
    assert found.json()["error"]
    assert "Traceback" not in found.text


@pytest.mark.parametrize(
    "fields",
    [{"protocol": "{"}, {"protocol": '{"sledai": "3K"}'}, {"protocol": '{"x": 1}'}, {"protocol": "NaN"}, {"partial": "perhaps"}],
)
def test_wrong_field_is_named(client, fields):
    found = score(client, template().encode(), **fields)
    assert found.status_code == 422
    assert found.json()["where"].split(".")[0] in fields


def test_other_kinds_of_files_and_large_ones_are_refused(client):
    assert score(client, b"MZ", "a.exe").status_code == 422
    assert client.post("/api/visits/score", data={"x": "1"}, files={"other": ("a.csv", b"x")}).status_code == 422
    assert score(client, b"x" * 20_000_001).status_code == 413


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "C:\\Users\\me\\visits.csv", "/root/visits.csv", "..csv", ".visits.csv"]
)
def test_name_of_an_upload_never_leads_to_another_folder(name):
    try:
        safe = _safe_name(name, 0, {})
    except Refused:
        return
    assert "/" not in safe
    assert "\\" not in safe
    assert not safe.startswith(".")


def test_two_files_of_one_name_are_both_kept():
    assert _safe_name("a.csv", 1, {"a.csv": b""}) == "1_a.csv"
