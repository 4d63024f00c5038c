"""Takes the pictures of the five pages for the guide: `python docs/screenshots.py` (needs Chromium)."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import uvicorn
from playwright.sync_api import Page, sync_playwright

from immunoreset.app.server import create_app
from immunoreset.app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "figures"
SIZE = {"width": 1280, "height": 900}
STUDY = {
    "title": "CAR-T cells against rituximab",
    "seed": 1,
    "stop": 540,
    "patients": {"population": "cart", "n": 200},
    "arms": {
        "car-t": {
            "treatment": "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; "
            "cd19-car-t 1e6 cells/kg on day 0"
        },
        "rituximab": {"treatment": "rituximab 1000 mg on days 0 14"},
    },
}


def _run(button: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.get_by_role("button", name=button).click()
        page.wait_for_selector("#result", timeout=120_000)

    return go


def _score(page: Page) -> None:
    page.set_input_files("input[type=file]", str(ROOT / "examples" / "twenty-patients.csv"))
    page.wait_for_selector("#scores", timeout=60_000)


PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "patient": ("?page=patient", lambda page: page.wait_for_timeout(2500)),
    "cohort": (f"?page=cohort&study={quote(json.dumps(STUDY, separators=(',', ':')))}", _run("Run the cohort")),
    "trial": ("?page=trial", _run("Run the trials")),
    "visits": ("?page=visits", _score),
    "evidence": ("?page=evidence", lambda page: page.wait_for_timeout(500)),
}


def main() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(port=port)), log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name, (query, prepare) in PAGES.items():
            page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
            page.goto(f"http://127.0.0.1:{port}/{query}")
            page.wait_for_selector("[data-state=ready]", timeout=30_000)
            prepare(page)
            time.sleep(0.5)
            page.screenshot(path=FIGURES / f"page-{name}.png")
            page.close()
        browser.close()
    server.should_exit = True
    thread.join(10)


if __name__ == "__main__":
    main()
