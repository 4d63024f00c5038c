"""Who may ask, and how much at once: checked before a question reaches its route.

The name in the Host header must be ours, so that no foreign page can reach this server through a name of its own; a foreign
page may not post here; on any address but this machine's own, everybody shows the token; bodies are small and shallow.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import secrets
import socket
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from immunoreset.app.faults import refusal
from immunoreset.app.settings import LOOPBACK, Settings
from immunoreset.bounds import Bounds, OutOfBounds, check_bounds

COOKIE = "immunoreset_token"
BODY_SECONDS = 60.0
WILDCARDS = ("0.0.0.0", "::", "")
UPLOADS = "/api/visits/"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


class Guard:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.names = _own_names(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope) or self._let_in(scope)
        if refused is None and scope["method"] in ("POST", "PUT", "PATCH"):
            body = await self._body(scope, receive)
            if isinstance(body, Response):
                refused = body
            else:
                receive = _again(body, receive)
        if refused is None:
            await self._answer_in_time(scope, receive, send_guarded)
        else:
            await refused(scope, receive, send_guarded)

    async def _answer_in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer; who waits too long is told so. Uploads wait for their job, which has its own time."""
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        most = None if scope["path"].startswith(UPLOADS) else self.settings.limits.answer_seconds
        try:
            async with asyncio.timeout(most):
                await self.app(scope, receive, send_and_note)
        except TimeoutError:
            if begun:
                raise
            late = refusal(f"the answer took longer than {most:.0f} seconds; ask for less", status=503, where="time")
            await late(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        """The refusal of a foreign name, a foreign page or an unfit kind of body."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_own(host):
            return refusal(f"this server is not called '{host[:80]}'; open it by its own address", status=421, where="Host")
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        if foreign or headers.get("sec-fetch-site", "same-origin") in ("cross-site", "same-site"):
            reading_page = scope["method"] == "GET" and not scope["path"].startswith("/api/") and not foreign
            if not reading_page:
                return refusal("only the pages of this server may ask; open them by its own address", status=403, where="Origin")
        if scope["method"] in ("POST", "PUT", "PATCH"):
            kind = headers.get("content-type", "").split(";")[0].strip().lower()
            fit = "multipart/form-data" if scope["path"].startswith(UPLOADS) else "application/json"
            if kind != fit:
                return refusal(f"the body is '{kind[:60]}'; send {fit}", status=415, where="Content-Type")
        return None

    def _is_own(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self.names:
            return True
        return self.settings.host in WILDCARDS and _is_address(name)

    def _let_in(self, scope: Scope) -> Response | None:
        """None for whoever shows the token; a page opened with the token in its address gets it as a cookie."""
        token = self.settings.token
        if token is None:
            return None
        headers = Headers(scope=scope)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if given and scope["method"] == "GET" and _same(given, token):
            answer = Response(status_code=303, headers={"Location": scope["path"], "Cache-Control": "no-store"})
            answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/")
            return answer
        if _same(_cookie(headers.get("cookie", "")), token) or _same(headers.get("authorization", ""), f"Bearer {token}"):
            return None
        return refusal("open the address with the token that the server printed when it started", status=401, where="token")

    async def _body(self, scope: Scope, receive: Receive) -> bytes | Response:
        """The whole body, or the refusal of one that is too large, too slow or too deep."""
        limits = self.settings.limits
        uploading = scope["path"].startswith(UPLOADS)
        most = limits.upload_bytes if uploading else limits.json_bytes
        announced = Headers(scope=scope).get("content-length", "0")
        too_large = refusal(f"the body is larger than {most:,} bytes; send less", status=413, where="body")
        if not announced.isdigit() or int(announced) > most:
            return too_large
        try:
            body = await asyncio.wait_for(_read(receive, most), BODY_SECONDS)
        except TimeoutError:
            return refusal(f"the body did not arrive within {BODY_SECONDS:.0f} seconds", status=408, where="body")
        if body is None:
            return too_large
        return body if uploading else self._within_bounds(body)

    def _within_bounds(self, body: bytes) -> bytes | Response:
        """The JSON, or the refusal of one that is too deep, too long or holds what no text may; one check for every route."""
        limits = self.settings.limits
        if depth(body) > limits.json_depth:
            return refusal(f"the JSON is nested more than {limits.json_depth} deep", status=422, where="body")
        bounds = Bounds(depth=limits.json_depth, text=limits.treatment_characters, values=limits.json_values)
        try:
            check_bounds(json.loads(body), bounds)
        except OutOfBounds as fault:
            return refusal(str(fault), status=422, where=".".join(map(str, fault.place)))
        except (json.JSONDecodeError, UnicodeDecodeError):
            return body  # the route says what is wrong with it
        except ValueError:
            return refusal("a whole number of more than 18 digits; write a smaller one", status=400, where="body")
        return body


async def _read(receive: Receive, most: int) -> bytes | None:
    """The body; None when it is larger than `most`."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, and afterwards what the connection says, such as that the client has gone."""
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return pending.pop() if pending else await receive()

    return next_message


def depth(body: bytes) -> int:
    """How deep the brackets of a JSON text are nested, without reading it.

    >>> depth(b'{"a": [1, [2]], "b": "[[[["}')
    3
    """
    now = deepest = 0
    for match in _BRACKETS.finditer(body):
        mark = match[0]
        if mark in (b"[", b"{"):
            now += 1
            deepest = max(deepest, now)
        elif mark in (b"]", b"}"):
            now -= 1
    return deepest


def _same(given: str, token: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _cookie(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return "" if found is None else found.value


def _own_names(host: str) -> frozenset[str]:
    names = {*LOOPBACK, host.lower()}
    if host not in LOOPBACK:
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
    return frozenset(names - set(WILDCARDS))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
