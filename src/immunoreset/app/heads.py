"""Connections that wait: a question's head must be complete in time, and nobody may hold many connections that ask nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
MOST_WAITING = 100
"""Connections of one address that are open and ask nothing; the one that waits longest makes room for a new one."""


def heads_in_time(seconds: float = HEAD_SECONDS, most: int = MOST_WAITING) -> type[H11Protocol]:
    """The protocol of one server; both limits hold before anybody has shown a token."""
    waiting: dict[str, dict[H11Protocol, None]] = {}

    class HeadsInTime(H11Protocol):
        """HTTP/1.1 as uvicorn speaks it, with these limits."""

        clock: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait(started=True)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._look()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._look()

        def connection_lost(self, exc: Exception | None) -> None:
            self._ask()
            super().connection_lost(exc)

        def _look(self) -> None:
            if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
                self._wait(started=bool(self.conn.trailing_data[0]))
            else:
                self._ask()

        def _wait(self, *, started: bool) -> None:
            """No whole head is here; the clock runs from its first byte, or from the opening of the connection."""
            mine = waiting.setdefault(self._address(), {})
            mine[self] = None
            if len(mine) > most:
                oldest = next(iter(mine))
                oldest.connections.discard(oldest)
                oldest.transport.abort()
                del mine[oldest]
            if started and self.clock is None:
                self.clock = self.loop.call_later(seconds, self.transport.abort)

        def _ask(self) -> None:
            """A whole head is here, or the connection has gone."""
            if self.clock is not None:
                self.clock.cancel()
                self.clock = None
            mine = waiting.get(self._address(), {})
            mine.pop(self, None)
            if not mine:
                waiting.pop(self._address(), None)

        def _address(self) -> str:
            client: Any = self.client
            return client[0] if client else ""

    return HeadsInTime
