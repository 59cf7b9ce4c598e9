"""The OpenAPI description is true of the server, and its page needs nothing from elsewhere."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from cds_client import check_card
from fhir.resources.R4B import get_fhir_model_class
from server_process import TOKEN, Server

OPEN_LIMITS = {
    "note_bytes": 10 * 2**20,
    "notes_bytes": 50 * 2**20,
    "job_bytes": 2**27,
    "seconds": 30.0,
    "rate": 1e5,
    "queue": 50,
    "jobs": 10**6,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("described") / "log", deployment={"limits": OPEN_LIMITS})
    yield started
    started.stop()
    assert "Traceback" not in started.log.read_text()


@pytest.fixture(scope="module")
def api(server):
    return httpx.get(f"{server.url}/openapi.json", trust_env=False).json()


def operations(api):
    return [(method, path, operation) for path, methods in api["paths"].items() for method, operation in methods.items()]


def test_every_operation_is_told_with_its_refusals(api):
    assert api["openapi"].startswith("3.1")
    assert len({operation["operationId"] for _, _, operation in operations(api)}) == len(operations(api))
    for _, path, operation in operations(api):
        assert operation["summary"], path
        assert operation["description"], path
        needs_credential = operation.get("security") != []
        assert needs_credential == ("401" in operation["responses"]) or path == "/oauth/token", path
        assert needs_credential == ("429" in operation["responses"]), path


def test_every_field_that_is_taken_is_explained(api):
    models = ("Note", "ClaimLine", "PlanOfCare", "Assistant", "PriorNote")
    fields = {f"{m}.{n}": field for m in models for n, field in api["components"]["schemas"][m]["properties"].items()}
    assert "Note.payer" in fields
    assert [name for name, field in fields.items() if not field.get("description")] == []


def test_every_reference_is_there(api):
    for ref in _refs(api):
        assert ref.rpartition("/")[2] in api["components"]["schemas"]


def _refs(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _refs(child)


def test_the_examples_are_what_the_server_says(server, api):
    with server.client() as client:
        for path in ("/v1/review", "/v1/reviews"):
            operation = api["paths"][path]["post"]
            sent = operation["requestBody"]["content"]["application/json"]["example"]
            told = operation["responses"]["200"]["content"]["application/json"]["example"]
            assert client.post(path, json=sent).json() == told
        lines = api["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["text/plain"]["example"]
        assert client.post("/v1/jobs", content=lines, headers={"Content-Type": "text/plain"}).status_code == 202


def test_the_examples_of_ehrs_are_true(server, api):
    with server.client() as client:
        for path, methods in api["paths"].items():
            if not path.startswith(("/cds-services/", "/fhir/")):
                continue
            for kind, sent in methods["post"]["requestBody"]["content"].items():
                examples = [sent["example"]] if "example" in sent else [each["value"] for each in sent["examples"].values()]
                for example in examples:
                    answer = client.post(path, content=json.dumps(example), headers={"Content-Type": kind})
                    assert answer.status_code == 200, (path, answer.text)
            (ok,) = methods["post"]["responses"]["200"]["content"].values()
            for card in ok["example"].get("cards", ()):
                check_card(card)
            for entry in ok["example"].get("entry", ()):
                get_fhir_model_class(entry["resource"]["resourceType"]).model_validate(entry["resource"])


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_the_page_stands_alone_and_tells_all(server, api):
    answer = httpx.get(f"{server.url}/docs", trust_env=False)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    page = _Page()
    page.feed(answer.text)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert all(link.startswith("#") or link == "openapi.json" for link in page.links)
    for method, path, _ in operations(api):
        assert f"{method.upper()} {path}" in answer.text
    assert "A note with its charges" in answer.text
    assert "<code>supported_units</code> what the minutes carry" in answer.text
    assert "``" not in re.sub("(?s)<pre.*?</pre>", "", answer.text)
    for status in ("401", "413", "422", "429"):
        assert f"<td>{status}</td>" in answer.text


@pytest.mark.slow
def test_schemathesis_finds_nothing(server, tmp_path):
    program = Path(sys.executable).with_name("schemathesis")
    command = [
        program, "--config-file", Path(__file__).parent.parent.parent / "schemathesis.toml", "run", f"{server.url}/openapi.json", "-H", f"Authorization: Bearer {TOKEN}", "-n", "30", "--no-color",
        "--seed", "97112", "--phases", "examples,coverage,fuzzing,stateful",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "No issues found" in done.stdout
    assert httpx.get(f"{server.url}/readyz", trust_env=False).status_code == 200
