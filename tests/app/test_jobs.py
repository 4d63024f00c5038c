"""Jobs run apart from the server: they say how far they are, give what the package gives, and can be cancelled or crash alone."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import time
import tomllib

import numpy as np
import pytest

from immunoreset.app import job_office
from immunoreset.app.cohort_figures import stretches, times_of
from immunoreset.app.faults import Refused
from immunoreset.app.job_office import JobOffice
from immunoreset.app.settings import Limits, Settings
from immunoreset.app.study_text import to_toml
from immunoreset.study import run
from immunoreset.study_document import Study

STUDY = {
    "title": 'Rituximab "A" and nothing',
    "seed": 3,
    "stop": 200,
    "patients": {"population": "cart", "n": 12},
    "arms": {"rituximab": "rituximab 1000 mg on days 0 14", "untreated": "no treatment"},
}
LONG = STUDY | {"stop": 7000, "patients": {"population": "cart", "n": 4000}}
TRIAL = {
    "kind": "phase-1",
    "title": "Three doses",
    "repeats": 50,
    "scenario": [{"name": "steep", "toxic": [0.1, 0.25, 0.5]}],
    "design": [{"kind": "boin"}],
}
WAIT = 240


def wait_for(client, number, *states):
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        found = client.get(f"/api/jobs/{number}").json()
        if found["state"] in states:
            return found
        time.sleep(0.1)
    pytest.fail(f"the job is still {found['state']}")


@pytest.fixture(scope="module")
def cohort(client):
    """A finished cohort job: its number and its result."""
    started = client.post("/api/jobs/cohort", json=STUDY)
    assert started.status_code == 202
    number = started.json()["job"]
    assert wait_for(client, number, "done", "failed")["state"] == "done"
    return number, client.get(f"/api/jobs/{number}/result").json()


def test_cohort_job_gives_the_numbers_of_the_package(cohort):
    expected = json.loads(json.dumps(run(Study.model_validate(STUDY)).summary()))
    assert cohort[1]["arms"] == expected["arms"]


def test_download_of_outcomes_has_a_row_per_twin_and_the_study_can_be_run_again(client, cohort):
    number, _ = cohort
    rows = list(csv.DictReader(io.StringIO(client.get(f"/api/jobs/{number}/download/outcomes.csv").text)))
    assert len(rows) == 24
    written = tomllib.loads(client.get(f"/api/jobs/{number}/download/study.toml").text)
    assert Study.model_validate(written) == Study.model_validate(STUDY)
    report = client.get(f"/api/jobs/{number}/download/report.html")
    assert "attachment" in report.headers["content-disposition"]
    assert "sandbox" in report.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["job.json", "complaints.txt", "..%2f..%2fpasswd", "result.json"])
def test_only_results_can_be_downloaded(client, cohort, name):
    assert client.get(f"/api/jobs/{cohort[0]}/download/{name}").status_code == 404


def test_intervals_and_curves_of_the_cohort_are_in_order(cohort):
    for row in cohort[1]["endpoints"]:
        assert row["low"] <= row["value"] <= row["high"], row
    for curve in cohort[1]["times"]:
        known = [share for share in curve["share"] if share is not None]
        assert known == sorted(known, reverse=True), curve["outcome"]


def test_time_to_an_event_counts_every_twin_once():
    result = run(Study.model_validate(STUDY))
    for row in times_of("rituximab", result.arms["rituximab"], 200.0):
        assert row["twins"] == 12
        assert row["at_risk"][0] == 12


def test_stretches_cover_exactly_the_days_on_which_something_holds():
    days = np.arange(6.0)
    assert stretches(np.array([True, True, False, False, True, True]), days) == [(0.0, 1.0), (4.0, 5.0)]
    assert stretches(np.zeros(6, dtype=bool), days) == []


def test_cancelled_job_ends_its_process_and_is_forgotten(client):
    number = client.post("/api/jobs/cohort", json=LONG).json()["job"]
    wait_for(client, number, "running")
    assert client.delete(f"/api/jobs/{number}").json()["state"] == "cancelled"
    assert client.get(f"/api/jobs/{number}").status_code == 404


def test_fault_of_a_job_is_told_in_one_line(client):
    study = STUDY | {"arms": {"late": "rituximab 1 g on day 900"}}
    number = client.post("/api/jobs/cohort", json=study).json()["job"]
    found = wait_for(client, number, "failed")
    assert "after the last simulated day" in found["error"]
    assert client.get(f"/api/jobs/{number}/result").status_code == 409


def test_trial_job_gives_decision_tables_and_operating_characteristics(client):
    started = client.post("/api/jobs/trial", json=TRIAL)
    assert started.status_code == 202, started.text
    number = started.json()["job"]
    found = wait_for(client, number, "done", "failed")
    assert found["state"] == "done", found
    result = client.get(f"/api/jobs/{number}/result").json()
    assert result["cards"][0]["letters"]
    assert "operating_characteristics" in result["tables"]


@pytest.mark.parametrize("document", [{}, {"kind": "phase-9"}, TRIAL | {"repeats": 10**6}, TRIAL | {"design": []}])
def test_trial_that_cannot_be_run_is_refused_in_one_line(client, document):
    refused = client.post("/api/jobs/trial", json=document)
    assert refused.status_code == 422
    assert "\n" not in refused.json()["error"]


def test_document_as_toml_says_the_same():
    document = {"title": 'a "b"\n\\', "n": 1.5, "yes": True, "none": None, "t": {"a b": {"x": [1, 2], "y": "é"}}}
    assert tomllib.loads(to_toml(document)) == {key: value for key, value in document.items() if value is not None}


def with_office(limits: Limits, work):
    async def inside():
        async with JobOffice(Settings(limits=limits)) as office:
            return await work(office)

    return asyncio.run(inside())


async def until(job, *states):
    for _ in range(WAIT * 20):
        if job.state in states:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"the job is still {job.state}")


def test_crash_of_a_job_is_told_and_the_next_job_runs(monkeypatch):
    processes = []
    start = asyncio.create_subprocess_exec

    async def remember(*arguments, **more):
        processes.append(await start(*arguments, **more))
        return processes[-1]

    monkeypatch.setattr(job_office.asyncio, "create_subprocess_exec", remember)

    async def work(office):
        first = office.take("cohort", LONG)
        await until(first, "running")
        while not processes:
            await asyncio.sleep(0.05)
        os.kill(processes[0].pid, signal.SIGSEGV)
        await until(first, "failed")
        second = office.take("cohort", STUDY)
        await until(second, "done", "failed")
        return first.error, second.state

    assert with_office(Limits(), work) == (job_office.CRASHED, "done")


def test_job_without_a_page_is_cancelled(monkeypatch):
    monkeypatch.setattr(job_office, "LOOK_EVERY", 0.1)

    async def work(office):
        job = office.take("cohort", LONG)
        await until(job, "cancelled")
        await asyncio.wait({job.task})
        return job.folder.exists()

    assert with_office(Limits(unseen_seconds=0.5), work) is False


def test_job_that_takes_too_long_or_too_much_memory_ends():
    async def too_long(office):
        job = office.take("cohort", LONG)
        await until(job, "failed")
        return job.error

    assert "took longer" in with_office(Limits(job_seconds=0.5), too_long)

    async def too_large(office):
        job = office.take("cohort", LONG)
        await until(job, "failed", "done")
        return job.state

    assert with_office(Limits(job_memory=300_000_000), too_large) == "failed"


def test_no_more_jobs_are_taken_than_may_wait():
    async def work(office):
        for _ in range(3):
            office.take("cohort", LONG)
        with pytest.raises(Refused) as refused:
            office.take("cohort", LONG)
        return refused.value.status

    assert with_office(Limits(jobs_running=1, jobs_waiting=2), work) == 429


def test_nothing_is_left_on_disk_when_the_server_stops():
    async def work(office):
        job = office.take("cohort", LONG)
        await until(job, "running")
        return job

    job = with_office(Limits(), work)
    assert not job.folder.exists()
    assert not job.folder.parent.exists()
