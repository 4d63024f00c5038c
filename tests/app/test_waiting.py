"""A page that asks again takes its earlier question back; the server drops it, and serves many pages at once."""

from __future__ import annotations

import asyncio
import threading
import time

import httpx
import pytest

from immunoreset.app.faults import Refused
from immunoreset.app.waiting import Counter
from immunoreset.errors import Cancelled

CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t {:g} cells/kg on day 0"


class Page:
    """A request whose client goes after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def receive(self) -> dict[str, str]:
        await asyncio.sleep(self.seconds)
        return {"type": "http.disconnect"}


def until_cancelled(cancel) -> bool:
    while not cancel[0]:
        time.sleep(0.01)
    return True


def test_work_stops_when_the_page_has_gone():
    stopped = threading.Event()

    def work(cancel):
        until_cancelled(cancel)
        stopped.set()

    async def ask():
        counter = Counter("test", 1, 4)
        with pytest.raises(Cancelled):
            await counter.serve(Page(0.05), work)
        assert await asyncio.to_thread(stopped.wait, 10)

    asyncio.run(ask())


def test_stale_questions_that_still_wait_are_never_begun():
    begun = []

    async def ask():
        counter, free = Counter("test", 1, 8), threading.Event()
        first = asyncio.ensure_future(counter.serve(Page(60), lambda _: free.wait(10)))
        await asyncio.sleep(0.05)
        stale = [counter.serve(Page(0.05), lambda _, number=number: begun.append(number)) for number in range(5)]
        found = await asyncio.gather(*stale, return_exceptions=True)
        free.set()
        assert await first
        return found

    found = asyncio.run(ask())
    assert all(isinstance(one, Cancelled) for one in found)
    assert begun == []


def test_more_than_may_wait_are_sent_away():
    async def ask():
        counter = Counter("test", 1, 1)
        waiting = [asyncio.ensure_future(counter.serve(Page(0.2), until_cancelled)) for _ in range(2)]
        await asyncio.sleep(0.02)
        with pytest.raises(Refused) as refused:
            await counter.serve(Page(60), until_cancelled)
        await asyncio.gather(*waiting, return_exceptions=True)
        return refused.value.status

    assert asyncio.run(ask()) == 429


def test_twenty_pages_that_drag_at_once_all_get_their_own_answer(served):
    def form(dose):
        return {"treatments": [{"text": CAR_T.format(dose)}]}

    async def drag(client, page):
        found = []
        for step in range(5):
            dose = 1e4 * (page + 1) * (step + 1)
            answer = await client.post("/api/patient/course", json=form(dose))
            assert answer.status_code == 200
            infused = [event["value"] for event in answer.json()["treatments"][0]["events"] if "infusion" in event["what"]]
            found.append(infused[0] / dose)
        return found

    async def all_pages():
        async with httpx.AsyncClient(base_url=served, timeout=60) as client:
            return await asyncio.gather(*(drag(client, page) for page in range(20)))

    ratios = [ratio for page in asyncio.run(all_pages()) for ratio in page]
    assert len(ratios) == 100
    assert ratios == pytest.approx([ratios[0]] * 100, rel=1e-4)
