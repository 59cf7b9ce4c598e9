"""The MCP door as a scribe's client meets it: the official client, over standard input and output of a real process."""

import asyncio
import datetime
import json
import subprocess
import sys
from pathlib import Path

import pytest
from fake_reviewer import FakeReviewer
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from note_review.catalogue import policy_rows
from note_review.errors import SettingsError
from note_review.mcp_server import Tools, answered
from note_review.note import note_of
from note_review.policy import load_policy
from note_review.reviewer import Reviewer
from note_review.settings import Settings

HERE = Path(__file__).parent
NOTE = {"id": "op-017", "text": "CANARY 97112 x 23 min → delayed R ankle strategy", "claim": [{"code": "97112", "units": 2}]}
PROGRAM = f"""
import sys
sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent.parent)!r}]
from fake_reviewer import FakeReviewer
from note_review.mcp_server import serve
from note_review.policy import load_policy
serve(FakeReviewer(), lambda payer: load_policy(payer=payer))
"""


def converse(tmp_path, conversation):
    """Run a conversation with a server process; its standard error must have no word of a note."""
    log = tmp_path / "stderr"

    async def run():
        with log.open("w") as errors:
            parameters = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM])
            async with Client(stdio_client(parameters, errlog=errors)) as client:
                return await conversation(client)

    answer = asyncio.run(run())
    assert "CANARY" not in log.read_text()
    assert "Traceback" not in log.read_text()
    return answer


def test_a_scribe_reviews_notes(tmp_path):
    async def conversation(client):
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"review_note", "review_notes", "list_rules", "explain_rule", "show_policy"}
        assert tools["review_note"].input_schema["required"] == ["text"]
        one = await client.call_tool("review_note", NOTE)
        assert not one.is_error
        assert one.content[0].text == FakeReviewer().review(note_of(NOTE)).as_json()
        draft = await client.call_tool("review_note", {**NOTE, "stage": "draft"})
        assert json.loads(draft.content[0].text)["pending"] == ["technique"]
        many = await client.call_tool("review_notes", {"notes": [NOTE, {"id": "b"}, {"id": "r", "text": "RAISE CANARY"}]})
        reviews = json.loads(many.content[0].text)["reviews"]
        assert [review["id"] for review in reviews] == ["op-017", "b", "r"]
        assert "CANARY" not in json.dumps(reviews[1:])
        rule = await client.call_tool("explain_rule", {"rule": "NR201"})
        assert json.loads(rule.content[0].text)["name"]
        assert json.loads((await client.call_tool("list_rules", {})).content[0].text)[0]["code"].startswith("NR")
        policy = json.loads((await client.call_tool("show_policy", {"payer": "ama_midpoint"})).content[0].text)
        assert policy == json.loads(json.dumps(policy_rows(load_policy(payer="ama_midpoint"))))

    converse(tmp_path, conversation)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("review_note", {"text": "RAISE CANARY"}),
        ("review_note", {"txt": "CANARY"}),
        ("review_note", {"text": "x", "discipline": "CANARY"}),
        ("review_notes", {"notes": "CANARY"}),
        ("explain_rule", {"rule": "CANARY"}),
        ("show_policy", {"payer": 5}),
        ("CANARY", {}),
    ],
)
def test_errors_are_told_without_the_words_that_came(tmp_path, tool, arguments):
    async def conversation(client):
        answer = await client.call_tool(tool, arguments)
        assert answer.is_error
        assert "CANARY" not in answer.content[0].text
        assert not (await client.call_tool("review_note", NOTE)).is_error  # the server goes on

    converse(tmp_path, conversation)


@pytest.fixture(scope="module")
def judging(tmp_path_factory):
    plan = tmp_path_factory.mktemp("plan") / "plan.toml"
    plan.write_text('[payer]\nname = "own_plan"\ninherits = "ama_midpoint"\n')
    return Reviewer(Settings(engine="fast", payer=str(plan), date=datetime.date(2026, 3, 1)))


@pytest.mark.parametrize(
    ("arguments", "counting"),
    [
        ({}, "midpoint"),
        ({"payer": None}, "midpoint"),
        ({"payer": "own_plan"}, "midpoint"),
        ({"payer": "medicare"}, "total_time"),
        ({"payer": "commercial_example"}, "midpoint"),
    ],
)
def test_the_policy_shown_is_the_one_that_judges_notes_of_the_payer(judging, arguments, counting):
    text, failed = answered(Tools(judging, judging.policy_for), "show_policy", arguments)
    assert not failed
    assert {row["name"]: row["value"] for row in json.loads(text)}["counting_method"] == counting
    payer = arguments.get("payer")
    review = judging.review(note_of({"text": "97112 x 23 min", "payer": payer}))
    assert (review.policy.payer, review.policy.as_of) == (payer or "own_plan", "2026-03-01")


@pytest.mark.parametrize(
    ("tool", "arguments", "place"),
    [
        ("review_note", {**NOTE, "stge": "draft"}, "field stage"),
        ("review_notes", {"notes": [NOTE], "nots": []}, "field notes"),
        ("show_policy", {"payers": "medicare"}, "field payer"),
    ],
)
def test_a_misspelled_argument_is_refused_by_the_name_that_is_meant(tool, arguments, place):
    told, failed = answered(Tools(FakeReviewer(), lambda payer: load_policy(payer=payer)), tool, arguments)
    assert failed
    assert told.startswith(place)


def test_a_misspelled_field_is_refused_in_the_place_of_its_note():
    tools = Tools(FakeReviewer(), lambda payer: load_policy(payer=payer))
    text, failed = answered(tools, "review_notes", {"notes": [{**NOTE, "stge": "CANARY"}, NOTE]})
    refused, kept = json.loads(text)["reviews"]
    assert not failed
    assert refused["error"].startswith("field stage: ")
    assert "CANARY" not in refused["error"]
    assert kept["reads_as"]


@pytest.mark.parametrize("payer", ["CANARY", "", "Medicare", "plan.toml", "/etc/CANARY.toml", "../payers/medicare"])
def test_an_unknown_payer_is_told_those_there_are(judging, payer):
    told = "field payer: there is no such payer; there are ama_midpoint, commercial_example, medicare, own_plan"
    assert answered(Tools(judging, judging.policy_for), "show_policy", {"payer": payer}) == (told, True)
    with pytest.raises(SettingsError):
        judging.policy_for(payer)


def test_the_command_speaks_the_protocol_and_ends_with_its_input():
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "CANARY", "version": "1"}}}  # fmt: skip
    lines = [json.dumps(hello), "CANARY no json", json.dumps({"jsonrpc": "2.0", "id": 2, "method": "CANARY"})]
    command = [sys.executable, "-m", "note_review", "mcp", "--engine", "fast"]
    done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    first = json.loads(done.stdout.splitlines()[0])
    assert first["result"]["serverInfo"]["name"] == "note-review"
    assert "CANARY" not in done.stderr
