"""Jobs: durable, resumed after a kill, apart by tenant, gone when deleted; the same key makes one job."""

import json
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fake_reviewer import FakeReviewer
from server_process import NOTE, Server, assert_problem, wait_for
from sqlalchemy import update

from note_review.note import note_of
from note_review.server import job_runner
from note_review.server.database import open_database
from note_review.server.job_store import JobStore, Sent, job_notes, jobs
from note_review.server.keys import Keys
from note_review.server.sealing import Seal

JSONL = {"Content-Type": "application/jsonl"}
LINES = [
    json.dumps(NOTE), "", '{"id": "bad", "claim": []}', "{CANARY", json.dumps({"id": "r", "text": "RAISE CANARY"}),
    json.dumps({**NOTE, "id": "last"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory, shared_database_url):
    started = Server(tmp_path_factory.mktemp("jobs") / "log", NOTE_REVIEW_DATABASE=shared_database_url)
    yield started
    started.stop()
    log = started.log.read_text()
    assert "CANARY" not in log
    assert "Traceback" not in log


@pytest.fixture
def tenant(server, shared_database_url):
    """Makes clients of tenants that no other test has."""
    database, clients = open_database(shared_database_url), []

    def make():
        _, written = Keys(database).create(tenant=f"t{os.urandom(6).hex()}", name="t", scopes=["jobs", "review"])
        clients.append(server.client(written))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
    database.close()


@pytest.fixture
def client(tenant):
    return tenant()


def send(client, lines, **headers):
    return client.post("/v1/jobs", content="\n".join(lines), headers={**JSONL, **headers})


def done(client, url):
    return wait_for(lambda: client.get(url).json().get("state") == "done" and client.get(url).json())


def test_a_job_from_its_sending_to_its_end(client):
    sent = send(client, LINES)
    assert sent.status_code == 202
    url = sent.headers["location"]
    assert sent.json()["notes"] == 5
    job = done(client, url)
    assert (job["reviewed"], job["failed"]) == (2, 3)
    assert job["expires"] > job["ended"] > job["created"]
    answered = client.get(f"{url}/reviews")
    lines = answered.text.splitlines()
    assert answered.headers["content-type"] == "application/jsonl"
    assert lines[0].encode() == client.post("/v1/review", json=NOTE).content
    records = [json.loads(line) for line in lines]
    assert [r.get("id") for r in records] == ["op-017", "bad", None, "r", "last"]
    assert [r.get("error", {}).get("status") for r in records] == [None, 422, 422, 500, None]
    assert [r["error"].get("place") for r in records[1:3]] == ["line 3, field text", "line 4"]
    assert "CANARY" not in "".join(lines[1:4])


def test_a_misspelled_field_is_refused_in_the_place_of_its_line(client):
    url = send(client, [json.dumps({**NOTE, "id": "a", "stge": "CANARY"}), json.dumps({**NOTE, "id": "b"})]).headers["location"]
    assert done(client, url)["failed"] == 1
    refused, kept = (json.loads(line) for line in client.get(f"{url}/reviews").text.splitlines())
    assert (refused["id"], refused["error"]["place"], kept["id"]) == ("a", "line 1, field stage", "b")
    assert "CANARY" not in json.dumps(refused)


def test_pages_of_reviews_join_to_the_whole(client):
    url = send(client, [json.dumps({**NOTE, "id": str(n)}) for n in range(7)]).headers["location"]
    done(client, url)
    whole, got, page = client.get(f"{url}/reviews").text, "", f"{url}/reviews?limit=3"
    while page:
        answer = client.get(page)
        got += answer.text
        page = answer.links.get("next", {}).get("url")
    assert got == whole


def test_jobs_are_listed_in_pages_and_deleted(client):
    ids = []
    for _ in range(5):  # one after another: a client may have only three open
        ids.append(send(client, [json.dumps(NOTE)]).json()["id"])
        done(client, f"/v1/jobs/{ids[-1]}")
    assert [client.get(f"/v1/jobs?{wrong}").json()["place"] for wrong in ("limit=0", "before=x")] == [
        "query limit",
        "query before",
    ]
    first = client.get("/v1/jobs?limit=3").json()
    rest = client.get(f"/v1/jobs?limit=3&before={first['next']}").json()
    assert [job["id"] for job in first["jobs"] + rest["jobs"]] == ids[::-1]
    assert rest["next"] is None
    assert client.delete(f"/v1/jobs/{ids[0]}").status_code == 204
    for answer in (
        client.get(f"/v1/jobs/{ids[0]}"),
        client.get(f"/v1/jobs/{ids[0]}/reviews"),
        client.delete(f"/v1/jobs/{ids[0]}"),
    ):
        assert_problem(answer, 404, "no-job")


def test_tenants_see_nothing_of_each_other(tenant):
    a, b = tenant(), tenant()
    url = send(a, [json.dumps(NOTE)], **{"Idempotency-Key": "k"}).headers["location"]
    done(a, url)
    for answer in (b.get(url), b.get(f"{url}/reviews"), b.delete(url)):
        assert_problem(answer, 404, "no-job")
    assert b.get("/v1/jobs").json()["jobs"] == []
    assert send(b, [json.dumps(NOTE)], **{"Idempotency-Key": "k"}).headers["location"] != url
    assert a.get(url).status_code == 200


def test_the_same_key_makes_one_job(client):
    first = send(client, LINES, **{"Idempotency-Key": "one"})
    again = send(client, LINES, **{"Idempotency-Key": "one"})
    assert again.status_code == 202
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"
    assert_problem(send(client, LINES[:1], **{"Idempotency-Key": "one"}), 409, "key-reused")
    assert len(client.get("/v1/jobs").json()["jobs"]) == 1
    assert_problem(send(client, [], **{"Idempotency-Key": "two"}), 422, "no-notes")
    assert send(client, LINES, **{"Idempotency-Key": "two"}).json()["id"] != first.json()["id"]
    assert_problem(send(client, LINES, **{"Idempotency-Key": "x" * 256}), 400, "not-a-key")


@pytest.mark.parametrize(
    ("content", "headers", "status", "kind"),
    [
        (b"", {}, 422, "no-notes"),
        (b"\n \n", {}, 422, "no-notes"),
        (b"{}", {"Content-Type": "text/html"}, 415, "not-json-type"),
        (b"x" * 400_001, {}, 413, "too-large"),
        (b"1\n" * 201, {}, 413, "too-many"),
    ],
)
def test_bodies_that_make_no_job(client, content, headers, status, kind):
    assert_problem(client.post("/v1/jobs", content=content, headers={**JSONL, **headers}), status, kind)
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_a_long_line_is_refused_in_its_place(client):
    long = json.dumps({"id": "long", "text": "CANARY" * 5000})
    url = send(client, [long, json.dumps(NOTE)]).headers["location"]
    done(client, url)
    answers = [json.loads(line) for line in client.get(f"{url}/reviews").text.splitlines()]
    assert answers[0]["error"]["status"] == 413
    assert answers[1]["id"] == "op-017"


def test_a_client_that_hangs_up_leaves_no_job(client, shared_database_url):
    def chunks():
        yield json.dumps(NOTE).encode() + b"\n"
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        client.post("/v1/jobs", content=chunks(), headers=JSONL)
    database = open_database(shared_database_url)
    wait_for(lambda: not _half_sent(database))
    database.close()


def _half_sent(database):
    with database.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM jobs WHERE NOT opened").scalar()


def test_jobs_survive_kills_and_restarts(tmp_path, database_url):
    settings = {"NOTE_REVIEW_DATABASE": database_url, "FAKE_PAUSE": "0.01", "TEST_LEASE": "1"}
    notes = [{**NOTE, "id": f"n{n}"} for n in range(120)]
    server = Server(tmp_path / "log", **settings)
    with server.client() as client:
        url = send(client, map(json.dumps, notes)).headers["location"]
    for round in range(2):
        with server.client() as client:
            before = client.get(url).json()["reviewed"]
            wait_for(lambda client=client, before=before: client.get(url).json()["reviewed"] >= before + 15)
        server.kill()
        server = Server(tmp_path / f"log{round}", **settings)
    try:
        with server.client() as client:
            job = done(client, url)
            assert (job["reviewed"], job["failed"]) == (120, 0)
            expected = [FakeReviewer().review(note_of(note)).as_json() for note in notes]
            assert client.get(f"{url}/reviews").text.splitlines() == expected
    finally:
        server.stop()


def test_a_note_that_kills_is_given_up_and_the_rest_is_done(tmp_path, database_url):
    settings = {"NOTE_REVIEW_DATABASE": database_url, "TEST_LEASE": "0.5", "FAKE_PAUSE": "0.4"}
    server = Server(tmp_path / "log", **settings)
    with server.client() as client:
        notes = [NOTE, {"id": "d", "text": "DIE"}, {**NOTE, "id": "z"}]
        url = send(client, map(json.dumps, notes)).headers["location"]
    for round in range(6):
        wait_for(lambda server=server: server.process.poll() is not None or _is_done(server, url))
        if server.process.poll() is None:
            break
        server = Server(tmp_path / f"log{round}", wait=False, **settings)
    try:
        with server.client() as client:
            job = client.get(url).json()
            assert (job["reviewed"], job["failed"]) == (2, 1)
            assert json.loads(client.get(f"{url}/reviews").text.splitlines()[1])["error"]["status"] == 500
    finally:
        server.stop()


def _is_done(server, url):
    try:
        with server.client() as client:
            return client.get(url).json()["state"] == "done"
    except httpx.TransportError:
        return False


def test_nothing_of_a_job_is_left_in_the_files(tmp_path):
    server = Server(tmp_path / "log")
    try:
        with server.client() as client:
            url = send(client, [json.dumps(NOTE)] * 50).headers["location"]
            done(client, url)
            with sqlite3.connect(tmp_path / "state.db") as rows:
                assert rows.execute("SELECT count(*) FROM job_notes WHERE note IS NOT NULL").fetchone() == (0,)
            rows.close()
            client.delete(url)
            for file in tmp_path.glob("state.db*"):
                assert b"CANARY" not in file.read_bytes()
                assert b"ankle strategy" not in file.read_bytes()
    finally:
        server.stop()


def test_stored_text_is_sealed_where_there_is_a_key(tmp_path):
    seal_key = "k" * 42 + "8="
    server = Server(tmp_path / "log", NOTE_REVIEW_STORE_KEY=seal_key, FAKE_PAUSE="0.3")
    try:
        with server.client() as client:
            url = send(client, [json.dumps(NOTE)] * 4).headers["location"]
            for file in tmp_path.glob("state.db*"):
                assert b"ankle strategy" not in file.read_bytes()
            done(client, url)
            for file in tmp_path.glob("state.db*"):
                assert b"ankle strategy" not in file.read_bytes()
            assert "ankle strategy" in client.get(f"{url}/reviews").text
    finally:
        server.stop()


def test_reviews_are_kept_for_their_time(database):
    store = JobStore(Seal(), keep=0.1)
    with database.writing() as connection:
        job = store.create(connection, tenant="a", client="c")
        store.load(connection, job=job, lines=[Sent(None, b"{}")], first=1)
        assert store.open(connection, job, notes=1, failed=1).state == "done"
    time.sleep(0.15)
    with database.writing() as connection:
        assert store.delete_expired(connection) == 1
        assert store.get(connection, tenant="a", id=job.id) is None


def test_two_workers_never_have_the_same_note(database):
    store, taken = JobStore(Seal(), keep=60), []
    with database.writing() as connection:
        job = store.create(connection, tenant="a", client="c")
        store.load(connection, job=job, lines=[Sent(b"{}")] * 20, first=1)
        store.open(connection, job, notes=20, failed=0)
    while True:
        with database.writing() as connection:
            claimed = store.claim(connection, behind=0, most=8, lease=60)
        if not claimed:
            break
        taken += [item.place for item in claimed]
    assert taken == list(range(1, 21))


def test_a_lease_is_longer_than_it_takes_to_renew_it():
    assert job_runner.LEASE > 4 * job_runner.PAUSE


def test_limits_of_unfinished_jobs(tmp_path):
    server = Server(tmp_path / "log", FAKE_PAUSE="0.5")
    try:
        with server.client() as client:
            answers = [send(client, [json.dumps(NOTE)] * 5) for _ in range(4)]
            assert [a.status_code for a in answers] == [202, 202, 202, 429]
            assert_problem(answers[3], 429, "too-many-jobs")
    finally:
        server.stop()


def test_a_key_whose_job_is_deleted_makes_no_second_one(client):
    url = send(client, LINES, **{"Idempotency-Key": "gone"}).headers["location"]
    assert client.delete(url).status_code == 204
    assert_problem(send(client, LINES, **{"Idempotency-Key": "gone"}), 409, "job-gone")
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_a_deletion_and_a_worker_that_writes_a_review_do_not_wait_for_each_other(database):
    store = JobStore(Seal(), keep=60)
    with database.writing() as connection:
        job = store.create(connection, tenant="t", client="c")
        store.load(connection, job=job, lines=[Sent(json.dumps(NOTE).encode(), None)] * 2, first=1)
        store.open(connection, job, notes=2, failed=0)
    if database.is_sqlite:
        pytest.skip("one writer at a time")
    with ThreadPoolExecutor(1) as beside:
        with database.writing() as connection:
            # A worker's two steps, the note and then its job, with a deletion between them.
            connection.execute(update(job_notes).where(job_notes.c.job == job.number, job_notes.c.place == 1).values(tries=1))
            deletion = beside.submit(deleted, database, store, job.id)
            time.sleep(0.5)
            connection.execute(update(jobs).where(jobs.c.number == job.number).values(reviewed=1))
        assert deletion.result(timeout=10)


def deleted(database, store, id):
    with database.writing() as connection:
        return store.delete(connection, tenant="t", id=id)


def test_the_key_of_a_request_in_flight(client):
    def slowly():
        yield json.dumps(NOTE).encode()
        time.sleep(0.2)
        answers.append(send(client, LINES, **{"Idempotency-Key": "k"}))
        yield b"\n"

    answers = []
    assert client.post("/v1/jobs", content=slowly(), headers={**JSONL, "Idempotency-Key": "k"}).status_code == 202
    assert_problem(answers[0], 409, "in-flight")


def test_reviews_wait_for_the_end_of_the_job(tmp_path):
    server = Server(tmp_path / "log", FAKE_PAUSE="0.5")
    try:
        with server.client() as client:
            url = send(client, [json.dumps(NOTE)] * 5).headers["location"]
            assert client.get(url).headers["retry-after"]
            assert_problem(client.get(f"{url}/reviews"), 409, "not-done")
            assert client.delete(url).status_code == 204
    finally:
        server.stop()


def test_a_review_answers_304_for_the_etag_of_the_same_note(client):
    first = client.post("/v1/review", json=NOTE)
    etag = first.headers["etag"]
    for given in (etag, f"W/{etag}", f'"x", {etag}'):
        same = client.post("/v1/review", json=NOTE, headers={"If-None-Match": given})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    for other in (
        {**NOTE, "text": NOTE["text"] + "."},
        {**NOTE, "stage": "draft"},
        {**NOTE, "id": "x"},
        {**NOTE, "claim": []},
    ):
        answer = client.post("/v1/review", json=other, headers={"If-None-Match": etag})
        assert answer.status_code == 200
        assert answer.headers["etag"] != etag


def test_a_review_under_a_key_is_bound_to_its_body(client):
    key = {"Idempotency-Key": "k"}
    first, again = (client.post("/v1/review", json=NOTE, headers=key) for _ in range(2))
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert_problem(client.post("/v1/review", json={**NOTE, "text": "CANARY"}, headers=key), 409, "key-reused")
