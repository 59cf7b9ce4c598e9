"""Somebody at the workbench, by HTTP: signs in, adds notes, takes steps, decides."""

import json
import re

import httpx
from server_process import wait_for

from note_review.server.database import open_database
from note_review.workbench.people import People

PASSWORD = "a password for tests only"
TEXT = "CANARY 97112 x 23 min: tandem on foam → delayed R ankle strategy, visit {}"


def add_user(url, name, role="coder", tenant="default", password=PASSWORD):
    database = open_database(url)
    People(database).add(name=name, tenant=tenant, role=role, password=password)
    database.close()


class Visitor:
    def __init__(self, server, name):
        self.http = httpx.Client(base_url=server.url, trust_env=False, timeout=60, headers={"Accept": "text/html"})
        self.name, self.token = name, ""

    def sign_in(self, password=PASSWORD):
        answer = self.http.post("/workbench/login", data={"name": self.name, "password": password, "next": "/workbench"})
        if answer.status_code == 303:
            self.token = re.search('data-token="([0-9a-f]+)"', self.page("/workbench").text)[1]
        return answer

    def page(self, path, status=200):
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer

    def post(self, path, **fields):
        return self.http.post(path, data={"token": self.token, **fields})

    def add(self, *texts, name="notes.jsonl", data=None, claim=""):
        if data is None:
            records = [{"id": f"v-{text[-4:]}", "text": text, "claim": [{"code": "97112", "units": 2}]} for text in texts]
            data = "\n".join(json.dumps(record) for record in records).encode()
        headers = {
            "X-Token": self.token,
            "X-Name": name,
            "X-Claim": claim,
            "Content-Type": "application/octet-stream",
            "Accept": "application/json",
        }
        answer = self.http.post("/workbench/files", content=data, headers=headers)
        assert answer.status_code == 200, answer.text
        wait_for(lambda: self.http.get("/workbench/progress").json()["waiting"] == 0)
        return answer.json()

    def listed(self, query=""):
        return re.findall(r'href="/workbench/notes/([a-z0-9]{12})"', self.page(f"/workbench{query}").text)

    def version(self, id):
        return re.search(r'data-version="(\d+)"', self.page(f"/workbench/notes/{id}").text)[1]

    def revision(self, id):
        return int(re.search(r'data-revision="(\d+)"', self.page(f"/workbench/notes/{id}").text)[1])

    def step(self, id, revision=None, **step):
        asked = {"revision": self.revision(id) if revision is None else revision, "step": step}
        return self.http.post(
            f"/workbench/notes/{id}/step", json=asked, headers={"X-Token": self.token, "Accept": "application/json"}
        )

    def decide(self, id, action="agree", version=None, **fields):
        return self.post(f"/workbench/notes/{id}/decide", action=action, version=version or self.version(id), **fields)
