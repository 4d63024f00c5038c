"""What comes from the network names no file of the machine, and a job could not read it if it did."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from immunoreset.app import job_office
from immunoreset.app.api.jobs import refuse_files
from immunoreset.app.faults import Refused
from immunoreset.app.job_office import CRASHED, Job, JobOffice
from immunoreset.app.settings import Settings

DRAWN = {"population": "cart", "n": 2}
LISTED = {"listed": "/etc/passwd", "twins": 1}
STUDY = {"title": "x", "patients": DRAWN, "arms": {"a": "no treatment"}, "stop": 10}
UNUSED_BASE = STUDY | {"patients": LISTED, "arms": {"a": {"treatment": "no treatment", "patients": DRAWN}}}
IN_AN_ARM = STUDY | {"arms": {"a": "no treatment", "b": {"treatment": "no treatment", "patients": LISTED}}}
BASELINE = STUDY | {"patients": DRAWN | {"baseline": "/etc/passwd"}}
BASELINE_OF_TRIAL = {
    "kind": "phase-1",
    "title": "x",
    "population": {"name": "cart", "n": 5, "baseline": "/etc/passwd"},
    "doses": {"1e6": "cd19-car-t 1e6 cells/kg on day 0"},
    "design": [{"kind": "boin"}],
}
TRIAL = {
    "kind": "phase-1",
    "title": "x",
    "outcomes": "/etc/passwd",
    "scenario": [{"name": "s", "toxic": [0.1, 0.3]}],
    "design": [{"kind": "boin"}],
}


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("cohort", UNUSED_BASE),
        ("cohort", IN_AN_ARM),
        ("cohort", BASELINE),
        ("trial", TRIAL),
        ("trial", BASELINE_OF_TRIAL),
    ],
)
@pytest.mark.parametrize("file", ["/etc/passwd", "/nowhere/at/all", "patients.csv", "\\\\host\\share"])
def test_document_that_names_a_file_anywhere_is_refused_whether_it_exists_or_not(client, kind, document, file):
    body = json.loads(json.dumps(document).replace("/etc/passwd", file.replace("\\", "\\\\")))
    answer = client.post(f"/api/jobs/{kind}", json=body)
    assert answer.status_code == 422 and "the page reads no files" in answer.json()["error"]
    assert "root" not in answer.text


def test_every_place_of_a_document_is_looked_at():
    with pytest.raises(Refused):
        refuse_files({"a": [{"b": {"listed": "x.csv"}}]})
    refuse_files({"patients": {"listed": "five-patients"}, "outcomes": ["day_180"]})
    refuse_files({"arms": {"baseline": "no treatment"}})


@pytest.mark.parametrize("kind", ["cohort", "trial"])
def test_modules_are_refused_by_the_page(client, kind):
    document = {"cohort": UNUSED_BASE, "trial": TRIAL}[kind] | {"modules": {"files": ["drug.py"]}}
    answer = client.post(f"/api/jobs/{kind}", json=document)
    assert answer.status_code == 422 and "the page loads no modules" in answer.json()["error"]


@pytest.mark.parametrize("file", ["/etc/passwd", "/proc/self/environ", "../secret.csv"])
def test_job_process_can_read_no_other_file(tmp_path, file):
    job = tmp_path / "job"
    job.mkdir()
    (tmp_path / "secret.csv").write_text("secret")
    document = UNUSED_BASE | {"patients": {"listed": file, "twins": 1}}
    (job / "job.json").write_text(json.dumps({"kind": "cohort", "document": document, "memory": 6 * 10**9, "threads": 1}))
    command = [sys.executable, "-m", "immunoreset.app.job_process", str(job)]
    done = subprocess.run(command, stdin=subprocess.PIPE, capture_output=True, text=True, cwd=job, timeout=300)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    if done.stdout:
        assert "a job reads no such file" in said[-1]["error"] and "secret" not in said[-1]["error"].replace("secret.csv", "")
    assert not (job / "result.json").exists()


def test_any_end_of_a_job_ends_it(monkeypatch, tmp_path):
    """Whatever goes wrong while a job is followed, nobody waits for it."""

    async def follow() -> list[str]:
        office = JobOffice(Settings())
        states = []

        async def fails(_: Job) -> None:
            raise KeyError("unforeseen")

        monkeypatch.setattr(office, "_watch", fails)
        async with office:
            job = office.take("cohort", STUDY)
            await asyncio.wait({job.task})
            states += [job.state, job.error]
            job.task.exception()
        return states

    assert asyncio.run(follow()) == ["failed", CRASHED]


def test_lines_that_are_no_words_of_a_job_are_passed_over(tmp_path):
    office = JobOffice(Settings())
    job = Job("1", "cohort", tmp_path)
    for line in (b"[]", b"7", b'{"part": 1}', b'{"error": null}', b"\xff", b'{"part": "a", "done": 1, "total": "2"}'):
        office._hear(job, line)
    assert job.state == "waiting" and job.part == ""


def test_longest_line_of_a_job_can_be_read():
    assert job_office.LONGEST_LINE > 12 * 2 * 20_000


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/api/jobs/cohort", STUDY | {"arms": {"n" * 70_000: "no treatment"}}, "arms"),
        ("/api/jobs/cohort", STUDY | {"arms": {"a": "9" * 5000}}, "arms.a"),
        ("/api/jobs/cohort", STUDY | {"arms": {"a": {"treatment": "9" * 5000}}}, "arms.a.treatment"),
        ("/api/jobs/cohort", STUDY | {"title": "a\x1b[2J"}, "title"),
        ("/api/jobs/trial", TRIAL | {"title": "t" * 301}, "title"),
        ("/api/jobs/trial", TRIAL | {"scenario": [{"name": "s" * 121}]}, "scenario.0.name"),
        ("/api/regimen/check", {"text": "9" * 5000}, "text"),
        ("/api/study/toml", STUDY | {"seed": 10**19}, "seed"),
        ("/api/patient/course", {"treatments": [{"text": "no treatment", "name": "x\0"}]}, "treatments.0.name"),
        ("/api/patient/course", {"treatments": [0] * 30_000}, ""),
    ],
)
def test_one_check_bounds_every_question(client, path, body, where):
    answer = client.post(path, json=body)
    assert answer.status_code == 422 and answer.json()["where"] == where and len(answer.json()["error"]) < 400


@pytest.mark.parametrize("change", [{"seed": True}, {"seed": "7"}, {"stop": True}, {"stop": 1e-300}])
def test_types_are_strict_in_questions_too(client, change):
    assert client.post("/api/study/toml", json=STUDY | change).status_code == 422
    course = {"treatments": [{"text": "no treatment"}]}
    assert client.post("/api/patient/course", json=course | change).status_code == 422


def test_answer_that_takes_too_long_is_given_up():
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from immunoreset.app.security import Guard
    from immunoreset.app.settings import Limits

    app = FastAPI()

    @app.get("/api/slow")
    async def slow() -> None:
        await asyncio.sleep(30)

    app.add_middleware(Guard, settings=Settings(limits=Limits(answer_seconds=0.1)))
    answer = TestClient(app, base_url="http://127.0.0.1:8765").get("/api/slow")
    assert answer.status_code == 503 and "took longer" in answer.json()["error"]
