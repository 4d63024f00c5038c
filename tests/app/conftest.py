"""Servers for tests: the application without a network, and one that is served on a free port of this machine."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator

import pytest
import uvicorn

from immunoreset.app.server import create_app, listen
from immunoreset.app.settings import Limits, Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

OWN = "http://127.0.0.1:8765"
SMALL = Limits(jobs_running=1, jobs_waiting=1, job_seconds=3.0, unseen_seconds=1.0, twins=8, cohort_patients=50)


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), base_url=OWN) as opened:
        yield opened


@pytest.fixture
def abroad() -> Iterator[TestClient]:
    """A server that others can reach, and its token."""
    settings = Settings("0.0.0.0", 8765, token="a-secret")
    with TestClient(create_app(settings), base_url=OWN, follow_redirects=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of a server with small limits."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(port=port, limits=SMALL)), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
