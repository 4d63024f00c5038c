"""A served clinic and a real browser. Without Chromium these tests are skipped, and say so."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from immunoreset.app.server import create_app
from immunoreset.app.settings import Settings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SWITCHES = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
READY = "[data-state=ready]"
PATIENCE = 120_000  # milliseconds

Opener = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser, and takes seconds."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.slow)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine; install the package chromium"))


@pytest.fixture(scope="session")
def clinic() -> Iterator[str]:
    """The address of a server with its usual limits."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(port=port)), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, clinic: str) -> Iterator[Opener]:
    """Opens an address of the clinic; every other server is out of reach. A complaint of the page fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(query: str = "", *, width: int = 1280, dark: bool = False, state: str = READY) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: _note_foreign(request.url, clinic, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" and not _asked(said.text) else None)
        page.goto(clinic + query)
        page.wait_for_selector(state)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _note_foreign(url: str, clinic: str, complaints: list[str]) -> None:
    if not url.startswith((clinic, "blob:", "data:")):
        complaints.append(f"asked {url}")


def _asked(text: str) -> bool:
    """Chromium writes each refused question into its console; the tests of refusals look at the page instead."""
    return "the server responded with a status of 4" in text
