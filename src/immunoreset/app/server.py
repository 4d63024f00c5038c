"""The server of the clinic in the browser: the questions, the pages, and who may ask."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from immunoreset.app import pages
from immunoreset.app.api import about, patient, regimen
from immunoreset.app.faults import add_fault_answers
from immunoreset.app.settings import Settings
from immunoreset.app.waiting import Counter, threads_for_courses


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; it starts no thread and no process before it is served."""
    settings = settings or Settings()

    @contextlib.asynccontextmanager
    async def while_open(app: FastAPI) -> AsyncIterator[None]:
        app.state.courses = Counter("course", threads_for_courses(), settings.limits.waiting)
        app.state.bands = Counter("bands", 1, settings.limits.waiting)
        yield
        app.state.courses.close()
        app.state.bands.close()

    app = FastAPI(title="immunoreset", docs_url=None, redoc_url=None, lifespan=while_open)
    app.state.settings = settings
    add_fault_answers(app)
    for routes in (about, regimen, patient, pages):
        app.include_router(routes.router)
    return app


def serve(host: str = "127.0.0.1", port: int = 8765, open_browser: bool = True) -> None:
    """Serve the pages until Ctrl-C; the address is printed, and opened in the browser when asked."""
    import uvicorn

    settings = Settings(host, port)
    uvicorn.run(create_app(settings), host=host, port=port, log_level="warning", server_header=False)
