"""The server as it is deployed: the command itself with TLS, workers, a real engine and keys; and the files that start it."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from making_certificates import certificate
from server_process import NOTE, wait_for

from note_review import Reviewer, Settings
from note_review.client import Client, Failed, Retries
from note_review.errors import SettingsError
from note_review.note import note_of
from note_review.server.deployment import Deployment
from note_review.server.serving import Listen, serve

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / ".deploy"


@pytest.mark.slow
def test_the_command_with_tls_workers_and_keys(tmp_path):
    pem, secret = certificate(tmp_path)
    environment = {**os.environ, "NOTE_REVIEW_DATABASE": f"sqlite:///{tmp_path / 'state.db'}"}
    environment.pop("NOTE_REVIEW_TOKEN", None)
    command = [sys.executable, "-m", "note_review"]
    made = [*command, "keys", "create", "--tenant", "a", "--name", "scribe", "--scope", "review", "--scope", "jobs"]
    key = subprocess.run(made, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [*command, "serve", "--host", "0.0.0.0", "--port", str(port), "--workers", "2", "--engine", "fast",
             "--certificate", str(pem), "--key", str(secret)]  # fmt: skip
    with (tmp_path / "log").open("w") as log, subprocess.Popen(serve, env=environment, stderr=log, cwd=ROOT) as process:
        try:
            context = ssl.create_default_context(cafile=str(pem))
            with Client(f"https://127.0.0.1:{port}", key, retries=Retries(times=0), verify=context) as client:
                review = wait_for(lambda: _reviewed(client), 120)
                job = client.wait(client.start_job([NOTE] * 5).id, seconds=60)
                assert list(client.job_reviews(job.id)) == [review] * 5
        finally:
            process.terminate()
            process.wait(60)
    log = (tmp_path / "log").read_text()
    assert "https://0.0.0.0" in log
    assert "Token for this start" not in log
    assert key not in log
    assert review == Reviewer(Settings(engine="fast")).review(note_of(NOTE))


def _reviewed(client):
    try:
        return client.review(NOTE)
    except Failed:
        return None


def test_tls_files_that_are_no_pair_stop_the_start(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTE_REVIEW_DATABASE", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("NOTE_REVIEW_TOKEN", "x" * 32)
    pem, secret = certificate(tmp_path)
    with pytest.raises(SettingsError, match="no pair in PEM"):
        serve(Listen(certificate=secret, key=pem))


def test_a_folder_of_batches_that_is_not_there_stops_the_start(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTE_REVIEW_DATABASE", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("NOTE_REVIEW_TOKEN", "x" * 32)
    with pytest.raises(SettingsError, match="--batches: there is no folder"):
        serve(deployment=Deployment(batches=tmp_path / "nowhere"))


def test_the_options_of_unit_and_container_are_the_command_s():
    told = subprocess.run([sys.executable, "-m", "note_review", "serve", "--help"], capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200"}).stdout  # fmt: skip
    for name in ("note-review.service", "Containerfile"):
        lines = [line for line in (DEPLOY / name).read_text().splitlines() if re.match(r"ExecStart|ENTRYPOINT|CMD \[\"--", line)]
        options = set(re.findall(r"--[a-z]+", " ".join(lines)))
        assert options
        assert all(re.search(rf"{option}\b", told) for option in options), name


def test_the_unit_is_one(tmp_path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed")
    unit = (DEPLOY / "note-review.service").read_text().replace("/opt/note-review/bin/note-review", "/bin/true")
    (tmp_path / "note-review.service").write_text(unit)
    done = subprocess.run([program, "verify", tmp_path / "note-review.service"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Unknown" not in done.stderr


def test_what_the_container_copies_is_there():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for line in copied for name in line.split())
