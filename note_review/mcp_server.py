"""The MCP door: the calls of the API as tools over standard input and output, for AI scribes.

The official ``mcp`` package speaks the protocol; its low-level server is used, for its high-level one tells a tool's errors in
their own words, which may be a note's.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from note_review.batch.worker import ReviewsNotes, why
from note_review.catalogue import policy_rows, rule_named, rule_rows
from note_review.errors import InputError, NoteReviewError, SettingsError
from note_review.note import Note
from note_review.policy import Policy, payer_names
from note_review.sources import note_from, refuse_misspelled

MOST_NOTES = 1_000
INSTRUCTIONS = (
    "Reviews physical- and occupational-therapy notes before they are billed. A finding names what is missing and asks for it: "
    "never write into a note what did not happen. Decision support, not a substitute for a certified coder."
)
PolicyFor = Callable[[str | None], Policy]
log = logging.getLogger("note_review.mcp")


class Tools:
    """The tools: what each takes, and what it answers as JSON text.

    Parameters
    ----------
    reviewer
        What reviews.
    policy_for
        What gives the policy of a payer, or of none.
    """

    def __init__(self, reviewer: ReviewsNotes, policy_for: PolicyFor) -> None:
        self._reviewer, self._policy_for = reviewer, policy_for
        self._fields = {tool["name"]: tuple(tool["input"]["properties"]) for tool in self.described()}
        self._calls: dict[str, Callable[[dict[str, Any]], str]] = {
            "review_note": self._review_note,
            "review_notes": self._review_notes,
            "list_rules": lambda _: json.dumps(rule_rows(), ensure_ascii=False),
            "explain_rule": self._explain_rule,
            "show_policy": self._show_policy,
        }

    @staticmethod
    def described() -> list[dict[str, Any]]:
        """Return every tool's name, description and input."""
        note = Note.model_json_schema()
        definitions = note.pop("$defs", {})
        nothing: dict[str, Any] = {"type": "object", "properties": {}}
        notes = {"type": "array", "maxItems": MOST_NOTES, "items": note}
        rule = {"type": "string", "description": "A code or name: NR132, response_not_measured."}
        payer = {
            "type": ["string", "null"],
            "description": f"{', '.join(payer_names())}; without one, the payer the server judges by.",
        }
        return [
            _tool("review_note", "Review one note. With stage draft, what is not there yet comes as pending.", {**note, "$defs": definitions}),
            _tool("review_notes", "Review up to 1,000 notes, answered in order; one that is no note answers with its error in its place.",
                  {"type": "object", "required": ["notes"], "properties": {"notes": notes}, "$defs": definitions}),
            _tool("list_rules", "List every rule: what it means, why payers care, an example, a fix and its source.", nothing),
            _tool("explain_rule", "Explain one rule.", {"type": "object", "required": ["rule"], "properties": {"rule": rule}}),
            _tool("show_policy", "List what is in force for a payer, with source, firmness and dates.", {"type": "object", "properties": {"payer": payer}}),
        ]  # fmt: skip

    def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Return a tool's answer.

        Raises
        ------
        NoteReviewError
            There is no such tool, or it cannot take what it was given.
        """
        tool = self._calls.get(name)
        if tool is None:
            raise SettingsError("there is no such tool")
        refuse_misspelled(arguments, self._fields[name])
        return tool(arguments)

    def _review_note(self, arguments: dict[str, Any]) -> str:
        return self._reviewer.review(note_from(arguments)).as_json()

    def _review_notes(self, arguments: dict[str, Any]) -> str:
        notes = arguments.get("notes")
        if not isinstance(notes, list) or len(notes) > MOST_NOTES:
            raise InputError(f"wants a list of at most {MOST_NOTES:,} notes", place="field notes")
        return f'{{"reviews":[{",".join(map(self._in_place, notes))}]}}'

    def _in_place(self, record: object) -> str:
        try:
            return self._reviewer.review(note_from(record, is_exact=True)).as_json()
        except Exception as error:
            id = record.get("id") if isinstance(record, dict) else None
            return json.dumps({"id": id if isinstance(id, str | int) else None, "error": told(error)})

    def _explain_rule(self, arguments: dict[str, Any]) -> str:
        named = arguments.get("rule")
        try:
            rule = rule_named(named if isinstance(named, str) else "")
        except SettingsError:
            raise InputError("there is no such rule; see list_rules", place="field rule") from None
        return json.dumps(next(row for row in rule_rows() if row["code"] == rule.code), ensure_ascii=False)

    def _show_policy(self, arguments: dict[str, Any]) -> str:
        payer = arguments.get("payer")
        if payer is not None and not isinstance(payer, str):
            raise InputError("a payer's name is text", place="field payer")
        try:
            rows = policy_rows(self._policy_for(payer))
        except SettingsError as error:
            raise InputError(str(error), place="field payer") from None
        return json.dumps(rows, ensure_ascii=False, default=str)


def serve(reviewer: ReviewsNotes, policy_for: PolicyFor) -> None:
    """Serve tools until standard input ends.

    Raises
    ------
    SettingsError
        The extra that speaks the protocol is not installed.
    """
    try:
        import mcp_types as types
        from mcp.server import Server
        from mcp.server.stdio import stdio_server
    except ModuleNotFoundError:
        raise SettingsError("the MCP server wants the extra 'mcp': pip install 'note-review[mcp]'") from None
    # Its log may quote what a client sent.
    logging.getLogger("mcp").disabled = True
    logging.getLogger("mcp").addHandler(logging.NullHandler())
    logging.getLogger("mcp").propagate = False
    tools = Tools(reviewer, policy_for)

    async def list_tools(context: Any, params: Any) -> Any:
        described = [types.Tool(name=t["name"], description=t["description"], input_schema=t["input"]) for t in tools.described()]
        return types.ListToolsResult(tools=described)

    async def call_tool(context: Any, params: Any) -> Any:
        text, failed = await asyncio.to_thread(answered, tools, params.name, params.arguments or {})
        return types.CallToolResult(content=[types.TextContent(text=text)], is_error=failed)

    server = Server(
        "note-review", version=version("note-review"), instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )

    async def run() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    asyncio.run(run())


def answered(tools: Tools, name: str, arguments: dict[str, Any]) -> tuple[str, bool]:
    """Return what a call is answered, and whether that is an error."""
    try:
        return tools.call(name, arguments), False
    except Exception as error:
        return told(error), True


def told(error: Exception) -> str:
    """Return what a client may be told of an error: our own words, and of others' that there was one."""
    if isinstance(error, NoteReviewError):
        return str(error)
    log.error("%s", why(error))
    return "the note could not be reviewed"


def _tool(name: str, description: str, input: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "description": description, "input": input}
