"""How fast the server of the pages answers, and how much memory it holds: `python benchmarks/app_latency.py`.

A served server on this machine and a client in another process. Timed in the client, after the usual treatments are compiled:
one patient at 300 doses (the slider), four treatments at once, 256 twins, 20 pages that drag at once, questions taken back, and
the memory of the server over 10,000 questions.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import socket
import time
from pathlib import Path

import httpx
import numpy as np

from immunoreset.app.server import create_app, listen
from immunoreset.app.settings import Settings
from immunoreset.manifest import machine
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "app_latency.json"
CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t {:.4g} cells/kg on day 0"
OTHERS = ("no treatment", "rituximab 1000 mg on days 0 14", "belimumab 10 mg/kg on days 0 14 28 then every 28 days until 364")
DOSES = np.geomspace(1e3, 3e6, 300)
PAGES, STEPS, QUESTIONS, BANDS = 20, 25, 10_000, 15


def serve_on(listening: socket.socket) -> None:
    """The server as `immunoreset app` runs it."""
    import uvicorn

    app = create_app(Settings(port=listening.getsockname()[1], warm=True))
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none")).run(sockets=[listening])


def form(dose: float, *others: str, **more: object) -> dict[str, object]:
    """The question of a slider at a dose."""
    return {"treatments": [{"text": text} for text in (CAR_T.format(dose), *others)], **more}


def memory_mb(process: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def spread(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile and the longest, in milliseconds."""
    middle, high, most = np.quantile(np.array(seconds) * 1000, [0.5, 0.95, 1.0])
    return {"median_ms": round(float(middle), 1), "p95_ms": round(float(high), 1), "longest_ms": round(float(most), 1)}


async def timed(client: httpx.AsyncClient, path: str, question: dict[str, object]) -> float:
    """Seconds until the whole answer is there."""
    start = time.perf_counter()
    answer = await client.post(f"/api/patient/{path}", json=question)
    answer.raise_for_status()
    return time.perf_counter() - start


async def take_back(client: httpx.AsyncClient, count: int) -> float:
    """Ask for 256 twins and give up after 20 ms, many times; then the seconds of one question that is not taken back."""
    for dose in DOSES[:count]:
        try:
            await asyncio.wait_for(timed(client, "bands", form(dose)), 0.02)
        except TimeoutError:
            continue
    return await timed(client, "bands", form(1e6))


async def measure(address: str, process: int) -> dict[str, object]:
    """All numbers."""
    limits = httpx.Limits(max_connections=PAGES, max_keepalive_connections=PAGES)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        for text in OTHERS:
            await timed(client, "course", form(1e6, text))
        await timed(client, "bands", form(1e6))
        published = {"patient": {"published": 2}}
        await timed(client, "bands", form(1e6, **published))
        found: dict[str, object] = {
            "slider": spread([await timed(client, "course", form(dose)) for dose in DOSES]),
            "slider, published patient": spread([await timed(client, "course", form(dose, **published)) for dose in DOSES]),
            "slider, four treatments": spread([await timed(client, "course", form(dose, *OTHERS)) for dose in DOSES[::5]]),
            "256 twins": spread([await timed(client, "bands", form(dose)) for dose in DOSES[:BANDS]]),
            "256 twins after 40 questions taken back": spread([await take_back(client, 40)]),
        }

        async def page() -> list[float]:
            return [await timed(client, "course", form(dose)) for dose in DOSES[:STEPS]]

        together = await asyncio.gather(*(page() for _ in range(PAGES)))
        found[f"{PAGES} pages at once"] = spread([seconds for one in together for seconds in one])
        memory = [memory_mb(process)]
        for _ in range(10):
            for number in range(QUESTIONS // 10):
                await timed(client, "course", form(float(DOSES[number % len(DOSES)])))
            memory.append(memory_mb(process))
        found["memory_mb, every 1,000 questions"] = [round(one) for one in memory]
    return found


def main() -> None:
    """Measure and store."""
    listening = listen("127.0.0.1", 0)
    server = multiprocessing.get_context("fork").Process(target=serve_on, args=(listening,), daemon=True)
    server.start()
    assert server.pid is not None
    time.sleep(20)  # the usual treatments are compiled when the server starts
    found = asyncio.run(measure(f"http://127.0.0.1:{listening.getsockname()[1]}", server.pid))
    server.terminate()
    result = {"machine": {**machine(), "cores": os.cpu_count()}, **found}
    keep(RESULTS, result)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
