"""No word of a request anywhere but in the review of it: every route, every failure, every place that is written to."""

import json
import re
import sqlite3

import httpx
import pytest
from server_process import TOKEN, Server, wait_for

from note_review.server.database import open_database
from note_review.server.keys import Keys

# One word for each way in, so that a leak says which.
TEXT, ID, KEY, PATH, QUERY, HEADER, FIELD, AGENT = (f"CANARY{n}" for n in range(8))
NOTE = {"id": ID, "text": f"{TEXT} 97112 x 23 min", "claim": [{"code": "97112"}], "clinician": FIELD, "patient": FIELD}
BODIES = {
    "a note": json.dumps(NOTE),
    "a draft": json.dumps({**NOTE, "stage": "draft"}),
    "raises": json.dumps({**NOTE, "text": f"RAISE {TEXT}"}),
    "many": json.dumps({"notes": [NOTE, {"id": ID, "text": 5}, TEXT, {**NOTE, "text": f"RAISE {TEXT}"}]}),
    "not JSON": f'{{"text": "{TEXT}',
    "not UTF-8": b'{"text": "\xff' + TEXT.encode() + b'"}',
    "a word": json.dumps(TEXT),
    "wrong types": json.dumps({"text": {TEXT: TEXT}, "claim": TEXT, FIELD: FIELD}),
    "a wrong field": json.dumps({**NOTE, "discipline": FIELD}),
    "a wrong claim": json.dumps({**NOTE, "claim": [{"code": FIELD, "units": FIELD}]}),
    "deep": "[" * 5000 + TEXT,
    "too large": json.dumps({"text": TEXT * 4000}),
    "lines": "\n".join([json.dumps(NOTE), f"{{{TEXT}", json.dumps({"id": ID}), json.dumps({**NOTE, "text": f"RAISE {TEXT}"})]),
    "a form": f"grant_type=client_credentials&client_id={FIELD}&client_secret={FIELD}&scope={FIELD}",
    "nothing": "",
}
TYPES = ("application/json", "application/jsonl", "application/x-www-form-urlencoded", f"text/{HEADER}")
HEADERS = {"Idempotency-Key": KEY, "If-None-Match": f'"{HEADER}"', "User-Agent": AGENT, "traceparent": HEADER, "tracestate": f"a={HEADER}",
           "X-Request-Id": HEADER, "Cookie": f"a={HEADER}", "Referer": f"http://x/{HEADER}", "baggage": f"a={HEADER}"}  # fmt: skip
# Answers that hold reviews hold words of the note, and nothing else does.
REVIEWS = re.compile(r"/v1/reviews?|/v1/jobs/[0-9a-f]+/reviews")


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def server(request, tmp_path_factory):
    deployment = {"workers": request.param, "limits": {"queue": 20, "jobs": 10_000}}
    started = Server(
        tmp_path_factory.mktemp("canary") / "log",
        deployment=deployment,
        OTEL_TRACES_EXPORTER="console",
        OTEL_BSP_SCHEDULE_DELAY="50",
    )
    yield started
    started.stop()
    log = started.log.read_text()
    assert "POST /v1/review" in log
    assert '"name": "POST /v1/review"' in log  # the spans are there too
    assert "CANARY" not in log
    assert TOKEN not in log
    assert "Traceback" not in log


def operations(server):
    api = httpx.get(f"{server.url}/openapi.json", trust_env=False).json()
    paths = [*api["paths"], "/docs", "/openapi.json", "/nothing/{id}", "/v1/review/{id}", "/{id}"]
    return [(method, path) for path in paths for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "CANARY")]


def clean(answer, path):
    told = answer.text + str(answer.headers)
    if REVIEWS.fullmatch(path) and answer.status_code == 200:
        records = [json.loads(line) for line in answer.text.splitlines()]
        records = records[0].get("reviews", records) if records else []
        told = json.dumps([record["error"] for record in records if "error" in record]) + str(answer.headers)
    assert "CANARY" not in told, (path, answer.status_code, told[:500])


def test_every_route_with_every_body(server):
    statuses = set()
    with server.client() as client:
        for method, template in operations(server):
            path = template.replace("{id}", PATH)
            for number, body in enumerate(BODIES.values()):
                if number and method not in ("POST", "PUT"):
                    continue
                for kind in TYPES if method == "POST" else TYPES[:1]:
                    headers = {**HEADERS, "Content-Type": kind, "Idempotency-Key": f"{KEY}-{number}-{kind}"}
                    answer = client.request(method, f"{path}?after={QUERY}&{QUERY}={QUERY}", content=body, headers=headers)
                    clean(answer, template)
                    statuses.add(answer.status_code)
    assert {200, 202, 400, 401, 404, 405, 413, 415, 422, 500} <= statuses


def test_every_wrong_credential(server):
    for credential in (
        f"Bearer {HEADER}",
        f"Basic {HEADER}",
        HEADER,
        f"Bearer nr_{HEADER}",
        f"Bearer {HEADER}.{HEADER}.{HEADER}",
    ):
        for path in ("/v1/review", "/v1/jobs", f"/v1/jobs/{PATH}", "/oauth/token"):
            headers = {**HEADERS, "Authorization": credential, "Content-Type": TYPES[0]}
            answer = httpx.post(server.url + path, content=BODIES["a note"], headers=headers, trust_env=False)
            assert answer.status_code in (401, 415)
            clean(answer, "")


def test_requests_that_are_no_http(server):
    import socket

    for raw in (
        f"{QUERY}\r\n\r\n",
        f"GET /{PATH} HTTP/9\r\n\r\n",
        f"POST /v1/review HTTP/1.1\r\nHost: x\r\n{HEADER}\r\n\r\n{TEXT}",
    ):
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection:
            connection.sendall(raw.encode())
            connection.settimeout(10)
            assert b"CANARY" not in connection.recv(65_536)


def test_a_sender_that_hangs_up_and_one_that_dawdles(server):
    def broken():
        yield TEXT.encode()
        raise ConnectionAbortedError

    for path in ("/v1/review", "/v1/reviews", "/v1/jobs"):
        with server.client() as client, pytest.raises(ConnectionAbortedError):
            client.post(path, content=broken(), headers={"Content-Type": TYPES[0]})


def test_metrics_and_the_audit_log_hold_none(server):
    with server.client() as client:
        client.post("/v1/review", json=NOTE)
        assert "CANARY" not in client.get("/metrics").text
        page, seen = {"next": 0}, 0
        while page["next"] is not None:
            page = client.get(f"/v1/audit?limit=1000&after={page['next']}").json()
            assert "CANARY" not in json.dumps(page)
            seen += len(page["entries"])
        assert seen > 100


def test_the_files_hold_none_once_jobs_are_deleted(server):
    with server.client() as client:
        job = client.post("/v1/jobs", content=BODIES["lines"], headers={"Content-Type": TYPES[1]}).headers["location"]
        wait_for(lambda: client.get(job).json()["state"] == "done")
        listed = client.get("/v1/jobs?limit=1000").json()["jobs"]
        wait_for(lambda: all(one["state"] == "done" for one in client.get("/v1/jobs?limit=1000").json()["jobs"]), 60)
        for one in listed:
            clean(client.get(f"/v1/jobs/{one['id']}/reviews"), "/v1/jobs/0/reviews")
            assert client.delete(f"/v1/jobs/{one['id']}").status_code == 204
    for file in server.log.parent.iterdir():
        if file.is_file():
            assert b"CANARY" not in file.read_bytes(), file.name


@pytest.mark.parametrize("broken", ["audit_log", "jobs", "idempotent_requests", "api_keys", "constants"])
def test_a_database_that_fails(tmp_path, broken):
    server = Server(tmp_path / "log", OTEL_TRACES_EXPORTER="console")
    database = open_database(f"sqlite:///{tmp_path / 'state.db'}")
    _, key = Keys(database).create(tenant="a", name="x", scopes=["review", "jobs"])
    database.close()
    rows = sqlite3.connect(tmp_path / "state.db")
    rows.execute("PRAGMA foreign_keys=OFF")
    rows.execute(f"ALTER TABLE {broken} RENAME TO gone")
    rows.commit()
    rows.close()
    statuses = set()
    for token in (TOKEN, key):
        with server.client(token) as client:
            for path, kind in (("/v1/review", TYPES[0]), ("/v1/jobs", TYPES[1])):
                for headers in ({}, {"Idempotency-Key": KEY}):
                    answer = client.post(path, content=BODIES["a note"], headers={"Content-Type": kind, **headers})
                    clean(answer, path)
                    statuses.add(answer.status_code)
    assert 503 in statuses or broken == "constants"
    if broken == "audit_log":
        assert statuses == {503}  # what cannot be written down is not done
    server.stop()
    log = server.log.read_text()
    assert "CANARY" not in log
    assert "Traceback" not in log
