"""Webhooks as a receiver meets them: one that fails and recovers, one that never does, and a server that is killed in between."""

import asyncio
import json
import time

import httpx
import pytest
from making_certificates import certificate
from server_process import NOTE, Server, wait_for
from standardwebhooks import Webhook, WebhookVerificationError
from typer.testing import CliRunner
from webhook_receiver import Receiver

from note_review.cli import app
from note_review.errors import SettingsError
from note_review.server.database import open_database
from note_review.server.sealing import Seal
from note_review.server.webhooks import outbox
from note_review.server.webhooks.endpoints import Endpoints
from note_review.server.webhooks.sender import new_client


@pytest.fixture
def receiver():
    started = Receiver()
    yield started
    started.close()


def tries(server, delivered, retried, dead_lettered):
    told = {"delivered": delivered, "retried": retried, "dead_lettered": dead_lettered}
    return server.counted("note_review_webhook_deliveries") == told


def add(folder, receiver, tenant="default"):
    """Enter an address by the command, and return its id and its secret."""
    url = f"sqlite:///{folder / 'state.db'}"
    done = CliRunner().invoke(app, ["webhooks", "add", "--tenant", tenant, "--url", receiver.url, "--database", url])
    assert done.exit_code == 0, done.output
    return done.stderr.split()[0], done.stdout.strip().splitlines()[-1]


def send_job(server):
    with server.client() as client:
        answer = client.post("/v1/jobs", content=json.dumps(NOTE), headers={"Content-Type": "application/jsonl"})
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]


def run(folder, *words):
    done = CliRunner().invoke(app, ["webhooks", *words, "--database", f"sqlite:///{folder / 'state.db'}"])
    assert done.exit_code == 0, done.output
    return done.output


def check(got, secret, job):
    headers, body = got
    told = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert told == {"type": "job.completed", "timestamp": told["timestamp"], "data": {"job": job}}


def no_canary(server, *secrets):
    log = server.log.read_text()
    assert not [word for word in ("CANARY", "Traceback", *secrets) if word in log]


def test_a_receiver_with_a_certificate_of_the_house(tmp_path, receiver, monkeypatch):
    pem, secret = certificate(tmp_path)
    url = receiver.use_tls(pem, secret)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))

    async def posted():
        async with new_client() as client:
            return (await client.post(url, content=b"{}")).status_code

    assert asyncio.run(posted()) == 204
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(httpx.ConnectError):
        asyncio.run(posted())


def test_a_receiver_that_fails_and_recovers(tmp_path, receiver):
    _, secret = add(tmp_path, receiver)
    add(tmp_path, receiver, tenant="another")  # is told nothing of this tenant's jobs
    receiver.answers = [500, 307, 429]
    server = Server(tmp_path / "log", TEST_WAITS="0.1 0.1 0.1 0.1 0.1")
    try:
        assert tries(server, 0, 0, 0)
        job = send_job(server)
        wait_for(lambda: len(receiver.got) == 4)
        time.sleep(1.5)
        assert len(receiver.got) == 4
        for got in receiver.got:
            check(got, secret, job)
        assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
        with pytest.raises(WebhookVerificationError):
            check((receiver.got[0][0], receiver.got[0][1] + b" "), secret, job)
        with server.client() as client:
            last = wait_for(
                lambda: [e for e in client.get("/v1/audit?limit=1000").json()["entries"] if e["action"] == "webhook.deliver"]
            )
        assert last[0]["outcome"] == "delivered 204"
        wait_for(lambda: tries(server, 1, 3, 0))
    finally:
        server.stop()
    no_canary(server, secret, receiver.url)


def test_what_cannot_be_delivered_is_a_dead_letter_that_may_be_revived(tmp_path, receiver):
    id, secret = add(tmp_path, receiver)
    receiver.answers = [500] * 3
    server = Server(tmp_path / "log", TEST_WAITS="0.05 0.05")
    try:
        job = send_job(server)
        letter = wait_for(lambda: run(tmp_path, "dead"))
        assert id in letter
        assert "3 tries: 500" in letter
        wait_for(lambda: tries(server, 0, 2, 1))
        assert "1 will be tried again" in run(tmp_path, "retry", letter.split()[0])
        wait_for(lambda: len(receiver.got) == 4)
        check(receiver.got[-1], secret, job)
        assert wait_for(lambda: run(tmp_path, "dead") == "")
    finally:
        server.stop()
    no_canary(server, secret)


def test_a_killed_server_sends_after_its_next_start(tmp_path, receiver):
    _, secret = add(tmp_path, receiver)
    receiver.answers = [503]
    server = Server(tmp_path / "log", TEST_WAITS="2")
    job = send_job(server)
    wait_for(lambda: receiver.got)
    wait_for(lambda: "503" in server.log.read_text())
    server.kill()
    again = Server(tmp_path / "log2", TEST_WAITS="2")
    try:
        wait_for(lambda: len(receiver.got) == 2)
        check(receiver.got[1], secret, job)
    finally:
        again.stop()
    no_canary(again)


def test_an_address_that_is_gone_is_sent_nothing_more(tmp_path, receiver):
    id, _ = add(tmp_path, receiver)
    receiver.answers = [410]
    server = Server(tmp_path / "log", TEST_WAITS="0.05")
    try:
        send_job(server)
        wait_for(lambda: f"{id}  gone" in run(tmp_path, "list"))
        send_job(server)
        time.sleep(1.5)
        assert len(receiver.got) == 1
        assert tries(server, 0, 0, 1)
    finally:
        server.stop()
    assert "removed" in run(tmp_path, "remove", id)
    assert run(tmp_path, "list") == ""


@pytest.mark.parametrize(
    "url", ["http://example.org/hook", "ftp://127.0.0.1/", "https://name:word@example.org/", "https://", "file:///etc/passwd", "https://[x/", "https://é.example/"],
)  # fmt: skip
def test_addresses_are_https_and_plain(tmp_path, url):
    database = open_database(f"sqlite:///{tmp_path / 'state.db'}")
    with pytest.raises(SettingsError):
        Endpoints(database, Seal()).add(tenant="a", url=url)
    database.close()


def test_a_secret_is_sealed_where_the_operator_gives_a_key(database):
    sealed = Endpoints(database, Seal("A" * 43 + "="))
    endpoint, secret = sealed.add(tenant="a", url="https://example.org/hook")
    with database.reading() as connection:
        assert sealed.address(connection, endpoint.id)[0] == endpoint.url
        with pytest.raises(SettingsError):
            Endpoints(database, Seal()).address(connection, endpoint.id)
    assert secret.startswith("whsec_")


def test_two_processes_never_take_the_same_delivery(database):
    from note_review.server.job_store import JobStore

    Endpoints(database, Seal()).add(tenant="a", url="https://example.org/hook")
    store = JobStore(Seal(), keep=60, ended=[outbox.announce])
    with database.writing() as connection:
        job = store.create(connection, tenant="a", client="c")
        store.open(connection, job, notes=0, failed=0)
    with database.writing() as connection:
        first, second = (outbox.claim(connection, most=5, lease=60) for _ in range(2))
    assert (len(first), len(second)) == (1, 0)
    with database.writing() as connection:
        outbox.settle(connection, first[0], state=outbox.DEAD, outcome="500")
    assert outbox.revive(database) == 1
    with database.reading() as connection:
        assert outbox.is_due(connection)
