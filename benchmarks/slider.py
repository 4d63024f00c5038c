"""How soon the curve follows the slider: `python benchmarks/slider.py`.

Headless Chromium and the server share this machine. The dose slider of the Patient page is moved 120 times, 100 ms apart, with
two treatments and all panels; timed is from the input event to the first frame in which the CAR-T panel has been drawn with
the new course (a panel is drawn anew only for new values). Then the slider is let go 10 times: timed is until the bands of 256
twins are drawn, of the one treatment that changed. First paint is that of a fresh browser with an empty cache.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from immunoreset.manifest import machine
from keeping import keep

MOVES, PAUSE, RELEASES, LOADS = 120, 0.1, 10, 5
RESULTS = Path(__file__).parent / "results" / "slider.json"
SERVE = "from immunoreset.app.server import serve; serve(port={port}, open_browser=False)"
WATCH = """
() => {
  window.moved = 0; window.waits = [];
  const slider = document.querySelector('input[type=range][aria-valuetext*="cells/kg"]');
  slider.addEventListener('input', () => { window.moved = performance.now(); }, true);
  const pen = document.querySelector('[data-output=car_t_per_ul] canvas').getContext('2d');
  const clear = pen.clearRect.bind(pen);
  pen.clearRect = (...box) => {
    clear(...box);
    if (!window.moved) return;
    const begun = window.moved;
    window.moved = 0;
    requestAnimationFrame(() => { window.waits.push(performance.now() - begun); });
  };
  window.slide = (place) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, String(place));
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  };
  window.letGo = async () => {
    const begun = performance.now();
    slider.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
    await new Promise((ready) => {
      const look = () => (document.querySelector('[data-bands=ready]') ? ready() : requestAnimationFrame(look));
      requestAnimationFrame(look);
    });
    return performance.now() - begun;
  };
}
"""


def wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def drag(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds from each move to its frame, and from each release to the bands."""
    page.evaluate(WATCH)
    page.evaluate("() => window.slide(50)")  # the first move takes the bands away
    time.sleep(1)
    page.evaluate("() => { window.moved = 0; window.waits = []; }")
    places = np.random.default_rng(1).permutation(np.arange(MOVES) % 99 + 1)
    for place in places:
        page.evaluate("(place) => window.slide(place)", int(place))
        time.sleep(PAUSE)
    waits = page.evaluate("() => window.waits")
    released = []
    for number in range(RELEASES):
        page.evaluate("(place) => window.slide(place)", 31 + 5 * number)
        time.sleep(0.3)
        released.append(page.evaluate("() => window.letGo()"))
        time.sleep(0.5)
    return waits, released


def summary(values: list[float]) -> dict[str, float]:
    return {"median": round(float(np.median(values)), 1), "p95": round(float(np.quantile(values, 0.95)), 1), "n": len(values)}


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            paints = []
            for _ in range(LOADS):
                page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
                page.goto(f"http://127.0.0.1:{port}/")
                page.wait_for_selector("[data-state=ready]", timeout=60_000)
                paints.append(page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            waits, released = drag(page)
    finally:
        server.terminate()
        server.wait()
    result = {
        "slider_to_curve_ms": summary(waits),
        "release_to_bands_of_256_twins_ms": summary(released),
        "first_contentful_paint_ms": summary(paints),
        "moves": MOVES,
        "load_of_the_machine_before": round(os.getloadavg()[0], 2),
        **machine(),
    }
    keep(RESULTS, result)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
