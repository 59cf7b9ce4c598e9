"""The Python client, blocking and not, and the curl and JavaScript examples, against a real server."""

import asyncio
import json
import os
import shutil
import subprocess
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fake_reviewer import FakeReviewer
from server_process import NOTE, TOKEN, Server

import note_review.client
from note_review.client import AsyncClient, Client, Failed, Refused, Retries
from note_review.note import Note, note_of
from note_review.review import Review
from note_review.sources import open_notes

EXAMPLES = Path(note_review.client.__file__).parent / "examples"
QUICK = Retries(times=3, first=0.01, longest=0.05)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("client") / "log", deployment={"limits": {"queue": 20}})
    yield started
    started.stop()


@pytest.fixture
def client(server):
    with Client(server.url, TOKEN, retries=QUICK) as made:
        yield made


EXPECTED = Review.model_validate_json(FakeReviewer().review(note_of(NOTE)).as_json())


def test_one_note_as_mapping_and_as_note(client):
    assert client.review(NOTE) == EXPECTED
    assert client.review(Note.model_validate(NOTE)) == EXPECTED


def test_a_note_read_from_a_file_is_sent_as_the_contract_has_it(client, tmp_path):
    (tmp_path / "notes.jsonl").write_text(json.dumps(NOTE))
    (note,) = open_notes(tmp_path / "notes.jsonl")
    assert client.review(note) == EXPECTED


def test_many_notes(client):
    first, second, third = client.reviews([NOTE, {"id": "x"}, {"id": "r", "text": "RAISE"}])
    assert first == EXPECTED
    assert isinstance(second, Refused)
    assert (second.status, second.place) == (422, "field text")
    assert third.status == 500


def test_unchanged_text_is_not_reviewed_again(client):
    review, etag = client.review_if_changed(NOTE)
    assert review == EXPECTED
    assert client.review_if_changed(NOTE, etag) == (None, etag)
    assert client.review_if_changed({**NOTE, "text": "new"}, etag)[0] is not None


def test_a_job(client):
    job = client.start_job([NOTE] * 3 + [{"id": "x"}], key="a")
    assert client.start_job([NOTE] * 3 + [{"id": "x"}], key="a").id == job.id
    assert client.wait(job.id, seconds=30).reviewed == 3
    *reviews, refused = client.job_reviews(job.id)
    assert reviews == [EXPECTED] * 3
    assert refused.place == "line 4, field text"
    client.delete_job(job.id)
    with pytest.raises(Refused, match="404") as raised:
        client.job(job.id)
    assert raised.value.kind == "no-job"
    assert client.rules()[0]["code"]


def test_a_refusal_says_where_and_quotes_nothing(client, server):
    with pytest.raises(Refused) as raised:
        client.review({"txt": "CANARY"})
    assert (raised.value.status, raised.value.kind, raised.value.place) == (422, "not-a-note", "field text")
    assert "CANARY" not in str(raised.value)
    with Client(server.url, "wrong", retries=QUICK) as other, pytest.raises(Refused, match="401"):
        other.review(NOTE)


def test_the_same_from_asyncio(server):
    async def all_calls():
        async with AsyncClient(server.url, TOKEN, retries=QUICK) as client:
            review, several, (unchanged, etag) = await asyncio.gather(
                client.review(NOTE), client.reviews([NOTE, {"id": "x"}]), client.review_if_changed(NOTE)
            )
            assert review == several[0] == unchanged == EXPECTED
            assert await client.review_if_changed(NOTE, etag) == (None, etag)
            job = await client.start_job([NOTE, NOTE])
            assert (await client.wait(job.id, seconds=30)).state == "done"
            assert [found async for found in client.job_reviews(job.id)] == [EXPECTED] * 2
            await client.delete_job(job.id)
            with pytest.raises(Refused):
                await client.job(job.id)
            assert await client.rules()

    asyncio.run(all_calls())


@pytest.fixture
def moody():
    """A server that answers what it is told to, then as asked."""
    answers, seen = deque(), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            seen.append((body, self.headers.get("idempotency-key")))
            answer = answers.popleft() if answers else 200
            if answer == "hang up":
                self.connection.close()
                return
            told = FakeReviewer().review(note_of(NOTE)).as_json().encode() if answer == 200 else b"{}"
            self.send_response(answer)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_):
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_):
            pass

    started = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=started.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{started.server_port}", answers, seen
    started.shutdown()
    started.server_close()


@pytest.mark.parametrize("moods", [[503, 429], ["hang up"], [503, "hang up", 502]])
def test_a_busy_server_is_asked_again(moody, moods):
    url, answers, seen = moody
    answers.extend(moods)
    with Client(url, "t", retries=QUICK) as client:
        assert client.review(NOTE) == EXPECTED
    assert len(seen) == len(moods) + 1


def test_patience_has_an_end(moody):
    url, answers, seen = moody
    answers.extend([503] * 10)
    with Client(url, "t", retries=QUICK) as client, pytest.raises(Refused, match="503"):
        client.review(NOTE)
    assert len(seen) == 4
    answers.clear()
    answers.extend(["hang up"] * 10)
    with Client(url, "t", retries=QUICK) as client, pytest.raises(Failed):
        client.review(NOTE)


def test_a_job_is_sent_again_under_its_key(moody):
    url, answers, seen = moody
    answers.extend([503, 400])
    with Client(url, "t", retries=QUICK) as client, pytest.raises(Refused):
        client.start_job([NOTE])
    assert len({key for _, key in seen}) == 1
    assert seen[0][1]


def test_pauses_grow_with_jitter_and_obey_the_server():
    import httpx

    retries = Retries(times=5, first=1.0, longest=8.0)
    drawn = [retries.pause(3, None) for _ in range(200)]
    assert 0 <= min(drawn) < 1
    assert 3 < max(drawn) <= 4
    assert retries.pause(6, None) is None
    asked = httpx.Response(429, headers={"Retry-After": "3"})
    assert all(3 <= retries.pause(1, asked) <= 4 for _ in range(50))
    assert retries.pause(1, httpx.Response(422)) is None


def run(server, *command):
    environment = {**os.environ, "NOTE_REVIEW_URL": server.url, "NOTE_REVIEW_TOKEN": TOKEN, "no_proxy": "127.0.0.1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


def test_the_curl_example(server):
    done = run(server, "bash", str(EXAMPLES / "review.sh"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"schema":"note-review/1"') == 4
    assert "pending" in done.stdout


def test_the_javascript_example(server):
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "CI has Node"
        pytest.skip("Node is not installed")
    done = run(server, node, str(EXAMPLES / "review.mjs"))
    assert done.returncode == 0, done.stderr
    assert "still to come: technique" in done.stdout
    assert "minutes: false" not in done.stdout
    assert "unchanged: true" in done.stdout
    assert "refused: 422 field text" in done.stdout
