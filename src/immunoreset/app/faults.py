"""Every fault as one line: {"error": what is wrong and what to do, "where": the field or the line}; never a traceback."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from immunoreset.errors import Cancelled, ImmunoresetError, UnknownName

CLIENT_GONE = 499
log = logging.getLogger("immunoreset.app")


class Refused(ImmunoresetError):
    """A question that is not answered: `status` says why to programs, the message to people."""

    def __init__(self, message: str, *, status: int = 422, where: str = "") -> None:
        super().__init__(message)
        self.status, self.where = status, where


def refusal(message: str, *, status: int, where: str = "") -> Response:
    """The answer that names one fault."""
    line = " ".join(message.split())[:1000]
    body = json.dumps({"error": line, "where": where[:200]})
    return Response(body, status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"})


def add_fault_answers(app: FastAPI) -> None:
    """Teach the app to answer every kind of fault in the same form."""

    @app.exception_handler(RequestValidationError)
    async def wrong_form(_: Request, fault: RequestValidationError) -> Response:
        first = fault.errors()[0]
        where = "body" if first["type"] == "json_invalid" else ".".join(str(part) for part in first["loc"] if part != "body")
        return refusal(words_of(first, len(fault.errors())), status=422, where=where)

    @app.exception_handler(ImmunoresetError)
    async def wrong_value(request: Request, fault: ImmunoresetError) -> Response:
        if isinstance(fault, Cancelled):
            return Response(status_code=CLIENT_GONE)
        if isinstance(fault, Refused):
            return refusal(str(fault), status=fault.status, where=fault.where)
        return refusal(str(fault), status=404 if isinstance(fault, UnknownName) and request.method == "GET" else 422)

    @app.exception_handler(500)
    async def own_fault(request: Request, fault: Exception) -> Response:
        log.error("%s %s failed", request.method, request.url.path, exc_info=fault)
        return refusal("the server failed on this question; the terminal says why", status=500)

    @app.exception_handler(HTTPException)
    async def wrong_address(request: Request, fault: HTTPException) -> Response:
        if fault.status_code == 404:
            return refusal(f"nothing is at {request.url.path}; /openapi.json lists what there is", status=404)
        return refusal(str(fault.detail), status=fault.status_code)


def words_of(fault: Any, count: int) -> str:
    """The first of so many complaints of pydantic as one line."""
    more = f" (and {count - 1} more fault{'s' if count > 2 else ''})" if count > 1 else ""
    if fault["type"] == "json_invalid":
        return f"the body is not JSON: {fault['ctx']['error']} at character {fault['loc'][-1]}"
    place = ".".join(str(part) for part in fault["loc"] if part != "body") or "the request"
    if fault["type"] == "unknown_key":
        return f"{place}: no key '{fault['ctx']['key']}'; {fault['ctx']['advice']}{more}"
    text = str(fault["msg"]).removeprefix("Value error, ")
    return f"{place}: {text[:1].lower()}{text[1:]}{more}"
