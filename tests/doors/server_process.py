"""A real server process with the fake reviewer, and what every problem it answers must be."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

HERE = Path(__file__).parent
TOKEN = "a-token-for-tests-only"
NOTE = {"id": "op-017", "text": "CANARY 97112 x 23 min → delayed R ankle strategy", "claim": [{"code": "97112", "units": 2}]}


class Server:
    def __init__(self, log, *, deployment=None, wait=True, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        path = os.pathsep.join([str(HERE.parent.parent), str(HERE)])
        self.log, self.url = log, f"http://127.0.0.1:{port}"
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "server_program.py"), str(port), json.dumps(deployment or {})],
                env={**os.environ, "PYTHONPATH": path, "NOTE_REVIEW_TOKEN": TOKEN, **_state_beside(log), **environment},
                stdout=file, stderr=file,
            )  # fmt: skip
        if wait:
            self.wait()

    def wait(self):
        for _ in range(300):
            try:
                if httpx.get(f"{self.url}/readyz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def client(self, token=TOKEN):
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=20, trust_env=False)

    def counted(self, metric):
        """What a counter with one label says, by the label's value."""
        with self.client() as client:
            text = client.get("/metrics").text
        return {label: float(count) for label, count in re.findall(rf'^{metric}_total{{\w+="(\w+)"}} (\S+)$', text, re.MULTILINE)}

    def stop(self):
        self.process.terminate()
        self.process.wait(15)

    def kill(self):
        self.process.kill()
        self.process.wait(10)


def _state_beside(log):
    return {"NOTE_REVIEW_DATABASE": f"sqlite:///{log.parent / 'state.db'}"}


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := condition():
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def assert_problem(response, status, kind=None):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["status"] == status
    assert {"type", "title", "detail"} <= set(response.json())
    assert "CANARY" not in response.text
    if kind:
        assert response.json()["type"].endswith(kind)
