"""The server as its operators meet it: several workers, limits that hold across them, metrics, traces, a drain, a capacity of its own."""

import asyncio
import json
import re
import signal
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from fake_reviewer import FakeReviewer
from server_process import NOTE, Server, assert_problem, wait_for

from note_review.errors import SettingsError
from note_review.note import note_of
from note_review.server.database import open_database
from note_review.server.desk import Desk
from note_review.server.keys import Keys
from note_review.server.listening import bound
from note_review.server.meter import ACCOUNTS, Meter
from note_review.server.problem import Problem
from note_review.server.recent import Recent


def test_a_client_has_its_rate_and_a_burst():
    now = 100.0
    meter = Meter(now=lambda: now)
    assert [meter.take("a", rate=5) for _ in range(10)] == [0.0] * 10
    assert meter.take("a", rate=5) == pytest.approx(0.2)
    assert meter.take("b", rate=5) == 0.0
    now += 0.2
    assert meter.take("a", rate=5) == 0.0
    assert meter.take("a", rate=5) > 0
    now += 1000
    assert [meter.take("a", rate=5) for _ in range(10)] == [0.0] * 10
    assert meter.take("slow", rate=0.01) == 0.0
    assert meter.take("slow", rate=0.01) == pytest.approx(100)
    meter.close()


def test_meters_of_two_processes_share_accounts(tmp_path):
    one, two = Meter(tmp_path / "a", now=lambda: 5.0), Meter(tmp_path / "a", now=lambda: 5.0)
    taken = [meter.take("a", rate=2) == 0 for meter in (one, two) * 4]
    assert sum(taken) == 4
    one.close()
    two.close()


def test_more_clients_than_accounts_all_get_through():
    meter = Meter(now=lambda: 5.0)
    assert all(meter.take(f"c{n}", rate=5) == 0.0 for n in range(ACCOUNTS * 2))
    meter.close()


def test_recent_answers_go_by_time_and_by_size():
    now = 0.0
    recent = Recent(seconds=10, most=100, now=lambda: now)
    recent.keep("a", b"x" * 60)
    recent.keep("b", b"y" * 30)
    assert recent.get("a") == b"x" * 60
    recent.keep("c", b"z" * 30)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (None, b"y" * 30, b"z" * 30)
    recent.keep("d", b"w" * 101)
    assert recent.get("d") is None
    now = 11
    assert recent.get("b") is None
    nothing = Recent(seconds=0)
    nothing.keep("a", b"x")
    assert nothing.get("a") is None


def test_the_same_note_is_read_once_a_minute(tmp_path):
    server = Server(tmp_path / "log", deployment={"limits": {"recent": 60.0}}, FAKE_SEEN=str(tmp_path / "seen"))
    try:
        with server.client() as client:
            answers = {client.post("/v1/review", json=NOTE).content for _ in range(5)}
            assert len(answers) == 1
            client.post("/v1/review", json={**NOTE, "text": "other"})
            client.post("/v1/review", json={**NOTE, "stage": "draft"})
        assert (tmp_path / "seen").read_text().split() == ["warm-up", *["op-017"] * 3]
    finally:
        server.stop()


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("workers") / "log", deployment={"workers": 2, "limits": {"queue": 50}})
    yield started
    started.stop()
    log = started.log.read_text()
    assert "CANARY" not in log
    assert "Traceback" not in log


def many(server, count, token=None, threads=8):
    """Send requests over many connections, so that all workers get some."""

    def one(_):
        with server.client(token) if token else server.client() as client:
            return client.post("/v1/review", json=NOTE)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(count)))


def test_a_rate_holds_across_workers(workers, tmp_path):
    database = open_database(f"sqlite:///{workers.log.parent / 'state.db'}")
    _, token = Keys(database).create(tenant="a", name="slow", scopes=["review"], rate=1)
    database.close()
    answers = many(workers, 12, token)
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 429}
    assert statuses[200] <= 2 + 4
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert_problem(refused, 429, "too-many-requests")
    assert int(refused.headers["retry-after"]) >= 1


def count(metrics, route, status):
    found = re.findall(rf'note_review_request_seconds_count{{[^}}]*route="{re.escape(route)}",status="{status}"}} (\S+)', metrics)
    return sum(map(float, found))


def test_metrics_count_for_all_workers_and_name_no_note(workers):
    with workers.client() as client:
        before = count(client.get("/metrics").text, "/v1/review", 200)
        many(workers, 20)
        client.post("/v1/review?CANARY=1", content=b"CANARY", headers={"Content-Type": "application/json"})
        client.get("/v1/CANARY")
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert count(answer.text, "/v1/review", 200) == before + 20
    assert 'engine="fast"' in answer.text
    assert 'version="fake-1"' in answer.text
    assert 'model="fake-1",policy=""' in answer.text
    assert "note_review_job_notes_waiting" in answer.text
    assert workers.counted("note_review_webhook_deliveries") == {"delivered": 0, "retried": 0, "dead_lettered": 0}
    assert workers.counted("note_review_mllp_messages") == {"AA": 0, "AE": 0, "AR": 0}
    assert "CANARY" not in answer.text
    assert "op-017" not in answer.text


def test_metrics_want_their_scope(workers):
    database = open_database(f"sqlite:///{workers.log.parent / 'state.db'}")
    keys = Keys(database)
    tokens = {scope: keys.create(tenant="a", name="s", scopes=[scope])[1] for scope in ("review", "metrics")}
    database.close()
    assert_problem(httpx.get(f"{workers.url}/metrics", trust_env=False), 401)
    with workers.client(tokens["review"]) as client:
        assert_problem(client.get("/metrics"), 403, "no-scope")
    with workers.client(tokens["metrics"]) as client:
        assert client.get("/metrics").status_code == 200
        assert_problem(client.post("/v1/review", json=NOTE), 403, "no-scope")


def test_both_workers_work_on_jobs(tmp_path):
    server = Server(tmp_path / "log", deployment={"workers": 2}, FAKE_PAUSE="0.02", FAKE_SEEN=str(tmp_path / "seen"))
    try:
        with server.client() as client:
            notes = [json.dumps({**NOTE, "id": f"n{n}"}) for n in range(100)]
            job = client.post("/v1/jobs", content="\n".join(notes), headers={"Content-Type": "application/jsonl"})
            wait_for(lambda: client.get(job.headers["location"]).json()["state"] == "done")
        seen = [line for line in (tmp_path / "seen").read_text().splitlines() if line != "warm-up"]
        assert sorted(seen) == sorted(f"n{n}" for n in range(100))
        assert seen != [f"n{n}" for n in range(100)]
    finally:
        server.stop()


@pytest.mark.parametrize("workers", [1, 2])
def test_sigterm_lets_requests_in_hand_end(tmp_path, workers):
    server = Server(tmp_path / "log", deployment={"workers": workers}, FAKE_PAUSE="1")
    with server.client() as client, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, "/v1/review", json=NOTE)
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        assert answer.result(20).status_code == 200
    server.process.wait(20)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/healthz", trust_env=False)
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("workers", [1, 2])
def test_while_it_drains_nobody_is_kept_waiting_to_be_let_in(tmp_path, workers):
    server = Server(tmp_path / "log", deployment={"workers": workers}, FAKE_PAUSE="6")
    with server.client() as client, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, "/v1/review", json=NOTE)
        time.sleep(1)
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: _is_refused(server), 4)
        assert not answer.done()
        assert answer.result(20).status_code == 200
    server.process.wait(20)


def _is_refused(server):
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", httpx.URL(server.url).port)) != 0


def test_sigterm_gives_a_job_back_at_once(tmp_path):
    settings = {"FAKE_PAUSE": "0.2"}
    server = Server(tmp_path / "log", **settings)
    with server.client() as client:
        notes = "\n".join([json.dumps(NOTE)] * 10)
        url = client.post("/v1/jobs", content=notes, headers={"Content-Type": "application/jsonl"}).headers["location"]
        wait_for(lambda: client.get(url).json()["reviewed"] >= 2)
    server.stop()
    server = Server(tmp_path / "log2", **settings)
    try:
        with server.client() as client:
            begun = time.monotonic()
            wait_for(lambda: client.get(url).json()["state"] == "done")
            assert time.monotonic() - begun < 10  # a lease of its dead holder would be 20 s
            assert client.get(url).json()["failed"] == 0
    finally:
        server.stop()


def test_a_worker_that_dies_is_replaced(tmp_path):
    server = Server(tmp_path / "log", deployment={"workers": 2})
    try:
        with server.client() as client, pytest.raises(httpx.TransportError):
            client.post("/v1/review", json={"text": "DIE"})
        wait_for(lambda: all(a.status_code == 200 for a in many(server, 1)))
        assert wait_for(lambda: [a.status_code for a in many(server, 8, threads=2)] == [200] * 8)
    finally:
        server.stop()


def test_overload_is_told_fast_and_passes(tmp_path):
    server = Server(tmp_path / "log", deployment={"limits": {"queue": 4}}, FAKE_PAUSE="0.2")
    try:
        with server.client() as warm:
            warm.get("/healthz")

        def one(_):
            with server.client() as client:
                begun = time.perf_counter()
                status = client.post("/v1/review", json=NOTE).status_code
                return status, time.perf_counter() - begun

        with ThreadPoolExecutor(30) as pool:
            answers = list(pool.map(one, range(60)))
        statuses = Counter(status for status, _ in answers)
        assert set(statuses) == {200, 503}
        assert sum(seconds for status, seconds in answers if status == 503) / statuses[503] < 1.0
        assert one(0)[0] == 200
    finally:
        server.stop()


def test_no_is_said_at_once_where_the_wait_would_be_long():
    class Slow(FakeReviewer):
        def review(self, note):
            time.sleep(0.8)
            return super().review(note)

    async def crowd():
        desk = Desk(Slow(), threads=1, queue=100)
        for _ in range(5):
            await desk.review(note_of(NOTE))
        taken = 0
        with ExitStack() as places:
            try:
                while True:
                    places.enter_context(desk.place())
                    taken += 1
            except Problem as refused:
                return taken, refused
            finally:
                desk.close()

    taken, problem = asyncio.run(crowd())
    assert 2 <= taken <= 8
    assert (problem.status, problem.kind) == (503, "busy")
    assert int(problem.headers["Retry-After"]) in (2, 3)


def test_traces_hold_the_route_and_nothing_else(tmp_path):
    server = Server(tmp_path / "log", OTEL_TRACES_EXPORTER="console", OTEL_BSP_SCHEDULE_DELAY="100")
    parent = "4bf92f3577b34da6a3ce929d0e0e4736"
    with server.client() as client:
        client.post(
            "/v1/review?x=CANARY", json=NOTE, headers={"traceparent": f"00-{parent}-00f067aa0ba902b7-01", "tracestate": "a=b"}
        )
        client.get("/v1/CANARY")
    server.stop()
    log = server.log.read_text()
    assert '"name": "POST /v1/review"' in log
    assert f'"trace_id": "0x{parent}"' in log
    assert "CANARY" not in log


def test_an_exporter_that_is_not_known_stops_the_start(tmp_path):
    server = Server(tmp_path / "log", wait=False, OTEL_TRACES_EXPORTER="zipkin")
    assert server.process.wait(30) != 0
    assert "OTEL_TRACES_EXPORTER is otlp, console or none" in server.log.read_text()


def test_spans_reach_a_collector(tmp_path):
    from http.server import BaseHTTPRequestHandler, HTTPServer

    bodies = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    collector = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    try:
        server = Server(tmp_path / "log", OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.server_port}")
        with server.client() as client:
            client.post("/v1/review", json=NOTE)
        server.stop()
        assert any(b"POST /v1/review" in body for body in bodies)
        assert not any(b"CANARY" in body for body in bodies)
    finally:
        collector.shutdown()
        collector.server_close()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_reviewer_that_cannot_be_built_stops_the_start(tmp_path, workers):
    deployment = {"workers": workers, "factory": "fake_reviewer:build_broken"}
    server = Server(tmp_path / "log", wait=False, deployment=deployment)
    assert server.process.wait(60) != 0
    assert "Listening" not in server.log.read_text()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("deployment", "environment", "said"),
    [
        ({"ehrs": "no-such.toml"}, {}, "no-such.toml"),
        ({}, {"NOTE_REVIEW_STORE_KEY": "short"}, "NOTE_REVIEW_STORE_KEY"),
        ({"mllp": {"listen": "127.0.0.1:TAKEN"}}, {}, "cannot listen on 127.0.0.1:TAKEN: Address already in use"),
    ],
)
def test_what_cannot_be_served_stops_the_start_and_is_told(tmp_path, workers, deployment, environment, said):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        given = json.loads(json.dumps({**deployment, "workers": workers}).replace("TAKEN", port))
        server = Server(tmp_path / "log", wait=False, deployment=given, **environment)
        assert server.process.wait(60) != 0
    log = server.log.read_text()
    assert said.replace("TAKEN", port) in log.splitlines()[-1]
    assert "Listening" not in log


def test_an_address_that_cannot_be_had_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port}: Address already in use"):
            bound("127.0.0.1", port)
    for host, port in (("no-such-host.invalid", 8000), ("127.0.0.1", 99_999)):
        with pytest.raises(SettingsError, match="no such host or port"):
            bound(host, port)
    for one in bound("localhost", 0):
        one.close()
