"""Who may ask, how much at once, and how every fault is answered: one line and a status below 500."""

from __future__ import annotations

import asyncio

import pytest

from immunoreset.app.pages import built_file
from immunoreset.app.security import COOKIE, depth
from immunoreset.app.server import address_of, serve
from immunoreset.app.settings import Settings
from immunoreset.errors import InvalidValue

OWN = "http://127.0.0.1:8765"
COURSE = {"treatments": [{"text": "no treatment"}], "stop": 10}


def one_line(answer):
    body = answer.json()
    assert set(body) >= {"error", "where"}
    assert "\n" not in body["error"]
    assert "Traceback" not in answer.text
    return body["error"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "192.168.1.5:8765"])
def test_foreign_host_header_is_refused(client, host):
    answer = client.get("/api/meta", headers={"Host": host})
    assert answer.status_code == 421
    one_line(answer)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765"])
def test_own_names_are_answered(client, host):
    assert client.get("/api/meta", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
def test_foreign_page_may_not_ask(client, headers):
    assert client.post("/api/patient/course", json=COURSE, headers=headers).status_code == 403
    assert client.get("/api/meta", headers=headers).status_code == 403


def test_own_page_may_ask_and_nothing_is_shared_with_other_origins(client):
    answer = client.get("/api/meta", headers={"Origin": OWN, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert client.options("/api/meta", headers={"Access-Control-Request-Method": "GET"}).status_code == 405


def test_every_answer_has_a_strict_policy(client):
    for path in ("/", "/api/meta", "/nothing", "/openapi.json"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_documentation_pages_from_elsewhere_are_off(client):
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404
    assert client.get("/openapi.json").json()["info"]["title"] == "immunoreset"


def test_other_addresses_demand_the_token(abroad):
    assert abroad.get("/").status_code == 401
    assert abroad.get("/openapi.json").status_code == 401
    assert abroad.get("/?token=wrong").status_code == 401
    assert abroad.get("/api/meta", headers={"Authorization": "Bearer a-secret"}).status_code == 200
    assert abroad.get("/api/meta", headers={"Cookie": f"{COOKIE}=a-secre"}).status_code == 401


def test_token_becomes_a_strict_cookie_and_leaves_the_address(abroad):
    answer = abroad.get("/?token=a-secret")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert abroad.get("/api/meta").status_code == 200


def test_server_on_all_addresses_is_known_by_number_only(abroad):
    known = {"Authorization": "Bearer a-secret"}
    assert abroad.get("/api/meta", headers={"Host": "10.1.2.3:8765", **known}).status_code == 200
    assert abroad.get("/api/meta", headers={"Host": "evil.example", **known}).status_code == 421


def test_local_server_needs_no_token_and_its_address_holds_none():
    assert Settings().local
    assert address_of(Settings()) == "http://127.0.0.1:8765/"


def test_address_that_is_taken_is_said_in_one_line():
    with pytest.raises(InvalidValue, match="cannot listen on 127"):
        serve("127.0.0.1", 99_999_999, open_browser=False)


@pytest.mark.parametrize(
    "address",
    ["../server.py", "..%2f..%2fserver.py", "%2e%2e/server.py", "assets/../../server.py", "..\\server.py", ".git/x", "a\0b"],
)
def test_no_address_leads_out_of_the_built_pages(client, address, tmp_path):
    if "\0" not in address:
        assert client.get(f"/{address}").status_code == 404
    (tmp_path.parent / "server.py").write_text("secret")
    assert built_file(tmp_path, address.replace("%2e", ".").replace("%2f", "/")) is None


def test_link_that_leads_out_of_the_built_pages_is_not_followed(tmp_path):
    inside = tmp_path / "static"
    inside.mkdir()
    (tmp_path / "secret").write_text("secret")
    (inside / "link").symlink_to(tmp_path / "secret")
    assert built_file(inside, "link") is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b"\xff\xfe", 422),
        (b'{"treatments": [{"text": "no treatment"}], "stop": NaN}', 422),
        (b'{"treatments": [{"text": "no treatment"}], "stop": 1e999}', 422),
        (b'{"treatments": [{"text": "no treatment"}], "seed": ' + b"9" * 5000 + b"}", 400),
        (b'{"treatments": [{"text": "\\ud800"}]}', 422),
        (b'{"treatments": [{"text": "no treatment"}], "parameters": {"kexp": Infinity}}', 422),
        (b'{"treatments": [{"text": "no treatment"}], "unknown": 1}', 422),
        (b"[" * 100_000, 422),
        (b'{"treatments": [{"text": "' + b"x" * 300_000 + b'"}]}', 413),
    ],
)
def test_broken_question_is_answered_with_one_line(client, body, status):
    answer = client.post("/api/patient/course", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    one_line(answer)


def test_wrong_kind_of_body_is_refused(client):
    assert client.post("/api/patient/course", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.post("/api/visits/score", json={}).status_code == 415


def test_depth_counts_brackets_outside_texts():
    assert depth(b'{"a": "[[[[", "b": [[]]}') == 3
    assert depth(b'"\\"[[["') == 0


def test_huge_population_is_refused_before_it_is_simulated(client):
    study = {"title": "huge", "patients": {"population": "cart", "n": 9_000_000}, "arms": {"none": "no treatment"}}
    answer = client.post("/api/jobs/cohort", json=study)
    assert answer.status_code == 422
    assert "9,000,000 patients" in one_line(answer)
    assert client.post("/api/patient/bands", json=COURSE | {"twins": 10**7}).status_code == 422


def test_study_may_not_name_a_file_of_this_machine(client):
    study = {"title": "spy", "patients": {"listed": "/etc/passwd"}, "arms": {"none": "no treatment"}}
    answer = client.post("/api/jobs/cohort", json=study)
    assert answer.status_code == 422
    assert "root" not in one_line(answer)


def test_fault_of_our_own_is_one_line_without_traceback(client, monkeypatch):
    monkeypatch.setattr("immunoreset.app.api.patient.courses_of", lambda *_: 1 / 0)
    app = client.app

    async def post():
        import httpx

        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=OWN) as direct:
            return await direct.post("/api/patient/course", json=COURSE)

    answer = asyncio.run(post())
    assert answer.status_code == 500
    assert "division" not in one_line(answer)
