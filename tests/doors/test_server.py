"""The HTTP door as a client meets it: a real server process, and no word of a request in any answer or log."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fake_reviewer import FakeReviewer
from server_process import NOTE, TOKEN, Server, assert_problem

from note_review.catalogue import policy_rows
from note_review.errors import SettingsError
from note_review.note import Note, note_of
from note_review.policy import load_policy
from note_review.server.app import create_app
from note_review.server.database import open_database
from note_review.server.services import Catalogue
from note_review.server.serving import Listen, credential


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("server") / "log", NOTE_REVIEW_TOKEN=TOKEN)
    yield started
    started.stop()
    log = started.log.read_text()
    assert "POST /v1/review 200" in log
    assert "CANARY" not in log
    assert TOKEN not in log
    assert "Traceback" not in log


@pytest.fixture
def client(server):
    with server.client() as made:
        yield made


def test_a_review_is_the_bytes_of_the_call(client):
    response = client.post("/v1/review", json=NOTE)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.content == FakeReviewer().review(note_of(NOTE)).as_json().encode()


def test_a_draft_passes_through(client):
    assert client.post("/v1/review", json={**NOTE, "stage": "draft"}).json()["pending"] == ["technique"]


def test_many_notes_answer_in_order_and_in_place(client):
    notes = [NOTE, {"id": "CANARY-free", "claim": []}, "CANARY", {"id": "r", "text": "RAISE CANARY"}, {**NOTE, "id": "last"}]
    answers = client.post("/v1/reviews", json={"notes": notes}).json()["reviews"]
    assert [a.get("id") for a in answers] == ["op-017", "CANARY-free", None, "r", "last"]
    assert [a.get("error", {}).get("status") for a in answers] == [None, 422, 422, 500, None]
    assert answers[1]["error"]["place"] == "field text"
    assert "CANARY" not in json.dumps([a["error"] for a in answers if "error" in a])
    body = client.post("/v1/reviews", json={"notes": [NOTE]}).content
    assert body == b'{"reviews":[' + client.post("/v1/review", json=NOTE).content + b"]}"


@pytest.mark.parametrize("path", ["/v1/review", "/v1/rules", "/v1/nothing", "/"])
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xe9"])
def test_without_a_credential_nothing_answers(server, path, header):
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    response = httpx.post(server.url + path, headers=headers, json=NOTE, trust_env=False)
    assert_problem(response, 401, "no-credential")
    is_token = header is not None and header.startswith("Bearer ")
    assert response.headers["www-authenticate"] == ('Bearer error="invalid_token"' if is_token else "Bearer")


@pytest.mark.parametrize(
    ("content", "headers", "status", "kind"),
    [
        (b"{CANARY", {}, 400, "not-json"),
        (b"\xff\xfe\x80CANARY", {}, 400, "not-json"),
        (b"[" * 15_000, {}, 400, "not-json"),
        (b"CANARY", {"Content-Type": "text/plain"}, 415, "not-json-type"),
        (b"{}", {"Content-Type": "application/json; charset=latin-1"}, 415, "not-json-type"),
        (b'{"txt": "CANARY"}', {}, 422, "not-a-note"),
        (b'{"text": "x", "discipline": "CANARY"}', {}, 422, "not-a-note"),
        (b'{"text": "\\ud800"}', {}, 422, "not-a-note"),
        (b'{"text": " "}', {}, 422, "not-a-note"),
        (b'"CANARY"', {}, 422, "not-a-note"),
        (b'{"text": "x", "prior_notes": 5}', {}, 422, "not-a-note"),
        (b'{"text": "x", "assistant": {"minutes": {"CANARY": "y"}}}', {}, 422, "not-a-note"),
        (b'{"text": "' + b"x" * 20_000 + b'"}', {}, 413, "too-large"),
    ],
)
def test_bad_bodies_are_problems_without_their_words(client, content, headers, status, kind):
    sent = {"Content-Type": "application/json", **headers}
    assert_problem(client.post("/v1/review", content=content, headers=sent), status, kind)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("stge", "stage"),
        ("claims", "claim"),
        ("dateOfService", "date_of_service"),
        ("prior-notes", "prior_notes"),
        ("Text", "text"),
    ],
)
def test_a_misspelled_field_is_refused_by_the_name_that_is_meant(client, slip, meant):
    note = {"text": "97112 x 23 min", slip: "CANARY"}
    answer = client.post("/v1/review", json=note)
    assert_problem(answer, 422, "not-a-note")
    assert (answer.json()["place"], answer.json()["detail"]) == (f"field {meant}", "its name is misspelled")
    kept, refused = client.post("/v1/reviews", json={"notes": [NOTE, note]}).json()["reviews"]
    assert kept["id"] == "op-017"
    assert refused == {"id": None, "error": answer.json()}


@pytest.mark.parametrize("name", ["patient_id", "payer_id", "setting", "CANARY Jane Doe", "", "x" * 4000])
def test_a_name_unlike_any_of_the_contract_is_passed_over(client, name):
    plain = client.post("/v1/review", json=NOTE)
    assert client.post("/v1/review", json={**NOTE, name: "CANARY"}).json() == plain.json()


def test_a_misspelled_field_beside_the_notes_is_refused(client):
    answer = client.post("/v1/reviews", json={"notes": [NOTE], "nots": "CANARY"})
    assert_problem(answer, 422, "not-notes")
    assert (answer.json()["place"], answer.json()["detail"]) == ("field notes", "its name is misspelled")


def test_every_field_of_the_contract_is_taken(client):
    note = dict.fromkeys(Note.model_fields) | {**NOTE, "stage": "final", "payer": "medicare"}
    assert client.post("/v1/review", json=note).status_code == 200


def test_a_stream_past_the_limit_is_stopped(client):
    def chunks():
        for _ in range(50):
            yield b"x" * 1000

    response = client.post("/v1/review", content=chunks(), headers={"Content-Type": "application/json"})
    assert_problem(response, 413, "too-large")


def test_a_sender_that_dawdles_is_told(server):
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection:
        head = f"POST /v1/review HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: 50\r\n\r\n{{".encode())
        connection.settimeout(10)
        assert b" 408 " in connection.recv(4096)


def test_too_many_notes(client):
    assert_problem(client.post("/v1/reviews", json={"notes": [{"text": "x"}] * 1001}), 413, "too-many")
    assert_problem(client.post("/v1/reviews", json={"notes": "CANARY"}), 422, "not-notes")
    assert_problem(client.post("/v1/reviews", json=["CANARY"]), 422, "not-notes")


def test_other_routes_methods_and_queries(client):
    assert_problem(client.get("/v1/nothing/CANARY?name=CANARY"), 404, "not-found")
    assert_problem(client.get("/v1/review?name=CANARY"), 405, "method-not-allowed")
    assert client.get("/v1/review").headers["allow"] == "POST"
    assert_problem(client.request("CANARY", "/v1/review"), 405)


def test_a_reviewer_that_raises(client):
    assert_problem(client.post("/v1/review", json={"text": "RAISE CANARY"}), 500, "review-failed")


async def _answer(app, path):
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://x", headers={"Authorization": f"Bearer {TOKEN}"}
    ) as client:
        return await client.get(path)


def test_what_nobody_foresaw_is_a_problem_and_its_words_stay_here(caplog, tmp_path):
    def raising():
        raise RuntimeError("CANARY")

    database = open_database(f"sqlite:///{tmp_path / 'state.db'}")
    app = create_app(FakeReviewer(), database=database, tokens=[TOKEN], catalogue=Catalogue(rules=raising))
    assert_problem(asyncio.run(_answer(app, "/v1/rules")), 500, "internal")
    assert "RuntimeError in" in caplog.text
    assert "CANARY" not in caplog.text


def test_rules_policy_and_state(client, server):
    assert {"code", "fix", "source"} <= set(client.get("/v1/rules").json()[0])
    assert {"name", "value", "source", "firmness"} <= set(client.get("/v1/policy").json()[0])
    assert client.get("/v1/policy?payer=ama_midpoint").json() == json.loads(
        json.dumps(policy_rows(load_policy(payer="ama_midpoint")))
    )
    assert_problem(client.get("/v1/policy?payer=CANARY"), 404, "no-such-payer")
    with httpx.Client(base_url=server.url, trust_env=False) as anyone:
        assert anyone.get("/healthz").json() == {"status": "ok"}
        assert anyone.get("/readyz").json() == {"status": "ready"}
        assert anyone.get("/version").json()["reviewer"] == "fake-1"
        schema = anyone.get("/openapi.json").json()
    assert set(schema["paths"]["/v1/review"]["post"]["responses"]) >= {"200", "401", "413", "422"}
    text = json.dumps(schema)
    assert all(f'"{ref}"' in text for ref in ("Note", "Notes", "Review", "Reviews"))
    assert all(name in schema["components"]["schemas"] for name in _refs(schema))


def _refs(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rpartition("/")[2]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _refs(child)


def test_a_full_queue_says_when_to_come_back(tmp_path):
    slow = Server(tmp_path / "log", NOTE_REVIEW_TOKEN=TOKEN, FAKE_PAUSE="0.5")
    try:
        with slow.client() as client, ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: client.post("/v1/review", json=NOTE), range(6)))
    finally:
        slow.stop()
    full = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert int(full[0].headers["retry-after"]) > 0
    assert_problem(full[0], 503, "busy")


def test_a_token_is_made_and_told_once(tmp_path):
    started = Server(tmp_path / "log", NOTE_REVIEW_TOKEN="")
    try:
        (line,) = [line for line in started.log.read_text().splitlines() if "Token" in line]
        with started.client(line.rpartition(" ")[2]) as client:
            assert client.post("/v1/review", json=NOTE).status_code == 200
    finally:
        started.stop()


def test_other_addresses_need_credentials_and_encryption(monkeypatch, tmp_path):
    monkeypatch.delenv("NOTE_REVIEW_TOKEN", raising=False)
    pem = tmp_path / "x.pem"
    pem.touch()
    for refused in (
        Listen(host="0.0.0.0"),
        Listen(host="0.0.0.0", certificate=pem, key=pem),
        Listen(certificate=pem),
        Listen(certificate=pem, key=tmp_path / "none.pem"),
        Listen(host="0.0.0.0", proxy="proxy.example"),
        Listen(host="0.0.0.0", proxy="10.0.0.1,nonsense"),
    ):
        with pytest.raises(SettingsError):
            credential(refused, has_keys=False)
    assert len(credential(Listen(host="::1"), has_keys=False)) > 40
    for ended in (Listen(host="0.0.0.0", certificate=pem, key=pem), Listen(host="example.org", proxy="10.0.0.1, 10.1.0.0/16")):
        assert credential(ended, has_keys=True) is None
        monkeypatch.setenv("NOTE_REVIEW_TOKEN", "x" * 32)
        assert credential(ended, has_keys=False) is None
        monkeypatch.setenv("NOTE_REVIEW_TOKEN", "short")
        with pytest.raises(SettingsError):
            credential(ended, has_keys=False)
        monkeypatch.delenv("NOTE_REVIEW_TOKEN")
    with pytest.raises(SettingsError):
        credential(Listen(host="::"), has_keys=True)
