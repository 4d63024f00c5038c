"""Long work on threads while the page waits; when the page no longer waits, the work is dropped.

Courses of one patient go first in their own pool, so that a slider never waits for the bands of somebody else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from fastapi import Request

from immunoreset.app.faults import Refused
from immunoreset.errors import Cancelled

Answer = TypeVar("Answer")
Work = Callable[[np.ndarray], Answer]


class Counter:
    """A pool of threads with a waiting line of limited length."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threads + waiting
        self._taken = 0

    async def serve(self, request: Request, work: Work[Answer]) -> Answer:
        """Do `work(cancel)` on a thread and give its answer; when the client goes, `cancel[0]` becomes 1.

        Raises Refused when too many wait already, Cancelled when the client has gone.
        """
        if self._taken >= self._places:
            raise Refused("the server is busy with other questions; ask again in a moment", status=429)
        cancel = np.zeros(1, dtype=np.int64)
        self._taken += 1
        done = self._pool.submit(work, cancel)
        answer = asyncio.wrap_future(done)
        left = asyncio.ensure_future(gone(request))
        try:
            await asyncio.wait({answer, left}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise Cancelled("the page no longer waits for this answer")
            return answer.result()
        finally:
            cancel[0] = 1
            done.cancel()
            left.cancel()
            self._taken -= 1
            if not answer.done():
                answer.add_done_callback(_forget)

    def close(self) -> None:
        """Let no more work in."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _forget(answer: asyncio.Future[Any]) -> None:
    """Look at the outcome of dropped work, so that nobody complains that no one did."""
    with contextlib.suppress(asyncio.CancelledError):
        answer.exception()


async def gone(request: Request) -> None:
    """Returns once the client has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def threads_for_courses() -> int:
    """Threads for single courses: as many as there are processors."""
    return max(1, os.cpu_count() or 1)
