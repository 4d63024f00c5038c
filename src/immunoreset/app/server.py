"""The server of the clinic in the browser: the questions, the pages, and who may ask."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import FastAPI

from immunoreset.app import pages
from immunoreset.app.api import about, evidence, jobs, patient, regimen, visits
from immunoreset.app.faults import add_fault_answers
from immunoreset.app.heads import heads_in_time
from immunoreset.app.job_office import JobOffice
from immunoreset.app.security import Guard
from immunoreset.app.settings import WARNING, Settings
from immunoreset.app.waiting import Counter, threads_for_courses
from immunoreset.app.warming import warm_up
from immunoreset.errors import InvalidValue

if TYPE_CHECKING:
    import uvicorn

MOST_CONNECTIONS = 400


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; it starts no thread and no process before it is served."""
    settings = settings or Settings()

    @contextlib.asynccontextmanager
    async def while_open(app: FastAPI) -> AsyncIterator[None]:
        state = app.state
        state.courses = Counter("course", threads_for_courses(), settings.limits.waiting)
        state.bands = Counter("bands", 1, settings.limits.waiting)
        state.jobs = JobOffice(settings)
        if settings.warm:
            threading.Thread(target=warm_up, daemon=True).start()
        async with state.jobs:
            yield
        state.courses.close()
        state.bands.close()

    app = FastAPI(title="immunoreset", description=WARNING, docs_url=None, redoc_url=None, lifespan=while_open)
    app.state.settings = settings
    add_fault_answers(app)
    for routes in (about, regimen, patient, jobs, visits, evidence, pages):
        app.include_router(routes.router)
    app.add_middleware(Guard, settings=settings)
    return app


def serve(host: str = "127.0.0.1", port: int = 8765, open_browser: bool = True) -> None:
    """Serve the pages until Ctrl-C; the address is printed, and opened in the browser when asked.

    On any address but this machine's own, the printed address holds a token without which nobody is answered. Port 0 takes any
    free port. Raises InvalidValue when the address cannot be had.
    """
    import uvicorn

    listening = listen(host, port)
    settings = Settings(host, listening.getsockname()[1], warm=True)
    if not settings.local:
        settings = replace(settings, token=secrets.token_urlsafe(32))
    address = address_of(settings)
    print(f"immunoreset: {address}\n{WARNING} Stop with Ctrl-C.", flush=True)
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config_of(create_app(settings))).run(sockets=[listening])


def config_of(app: FastAPI) -> uvicorn.Config:
    """How the application is served: few connections, and none that only waits."""
    import uvicorn

    return uvicorn.Config(
        app,
        http=heads_in_time(),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
    )


def address_of(settings: Settings) -> str:
    """What to open in the browser.

    >>> address_of(Settings("0.0.0.0", 80, token="secret"))
    'http://127.0.0.1:80/?token=secret'
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}/" + (f"?token={settings.token}" if settings.token else "")


def listen(host: str, port: int) -> socket.socket:
    """A socket that is known to be TCP, or answers would wait 40 ms for the client to acknowledge their first part.

    Raises InvalidValue when the address cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InvalidValue(f"cannot listen on {host}, port {port}: {why}; choose another with --host or --port") from None
    return listening
