"""Connections that ask nothing do not keep others from asking."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest
import uvicorn

from immunoreset.app.heads import heads_in_time
from immunoreset.app.server import config_of, create_app, listen
from immunoreset.app.settings import Settings

MOST, SECONDS = 20, 1.0


@pytest.fixture(scope="module")
def address():
    """A server whose limits on waiting connections are small; no token is known to whoever connects."""
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    config = config_of(create_app(Settings("0.0.0.0", port, token="a-secret")))
    config.http = heads_in_time(SECONDS, MOST)
    config.limit_concurrency = 2 * MOST
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield "127.0.0.1", port
    server.should_exit = True
    thread.join(10)


def ask(address, opened=None) -> bytes:
    connection = opened or socket.create_connection(address, timeout=5)
    connection.sendall(
        f"GET /api/meta HTTP/1.1\r\nHost: 127.0.0.1:{address[1]}\r\nAuthorization: Bearer a-secret\r\n\r\n".encode()
    )
    return connection.recv(200)


def is_closed(connection) -> bool:
    try:
        return connection.recv(10) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def test_server_uses_the_limits():
    assert config_of(create_app(Settings())).http.__name__ == "HeadsInTime"


@pytest.mark.parametrize("sent", [b"GET /api/meta HT", b""])
def test_flood_of_unfinished_heads_locks_nobody_out(address, sent):
    flood = [socket.create_connection(address, timeout=0.2) for _ in range(5 * MOST)]
    try:
        for connection in flood:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(sent)
        assert ask(address).startswith(b"HTTP/1.1 200")
    finally:
        for connection in flood:
            connection.close()


@pytest.mark.parametrize("sent", [b"GET /api/meta HT", b""])
def test_head_that_does_not_come_in_time_is_given_up(address, sent):
    with socket.create_connection(address, timeout=5 * SECONDS) as connection:
        connection.sendall(sent)
        begun = time.monotonic()
        assert is_closed(connection)
        assert time.monotonic() - begun > 0.5 * SECONDS


def test_second_head_on_a_connection_has_its_time_too(address):
    with socket.create_connection(address, timeout=5) as connection:
        assert ask(address, connection).startswith(b"HTTP/1.1 200")
        connection.settimeout(0.3)
        while not is_closed(connection) and connection.gettimeout():
            try:
                if not connection.recv(1 << 20):
                    break
            except TimeoutError:
                break
        connection.settimeout(5 * SECONDS)
        connection.sendall(b"GET /api/me")
        assert is_closed(connection)


def test_waiting_connection_of_a_page_is_answered_again(address):
    with socket.create_connection(address, timeout=5) as connection:
        for _ in range(3):
            assert b"200" in ask(address, connection)[:20]
            connection.settimeout(0.5)
            try:
                while connection.recv(1 << 20):
                    pass
            except TimeoutError:
                pass
            connection.settimeout(5)
