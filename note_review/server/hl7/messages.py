r"""The messages that go out: acknowledgements, and reviews as ORU^R01. They use the separators of the message they answer."""

from __future__ import annotations

import base64
import datetime
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from note_review.errors import InputError
from note_review.note import Note
from note_review.reports.fhir import findings_of, fix_of, name_of
from note_review.review import Review
from note_review.sources.hl7v2 import Marks, Segment, segments_of

REVIEWED_EVENTS = frozenset({"T02", "T04", "T06", "T08", "T10"})
STANDARD = Marks("|", "^", "~", "\\", "&")
# HL7 table 0357.
REQUIRED_MISSING, NOT_SUPPORTED, EVENT_NOT_SUPPORTED, VERSION_NOT_SUPPORTED, INTERNAL = "101", "200", "201", "203", "207"
SENDER = "NOTE-REVIEW"


class Refusal(Exception):
    """Why a message is not accepted: AR where sending it again cannot help, AE where it may, or where its document is at fault.

    Parameters
    ----------
    code
        AE or AR.
    error
        Of HL7 table 0357.
    words
        Our own.
    """

    def __init__(self, code: str, error: str, words: str) -> None:
        super().__init__(words)
        self.code, self.error, self.words = code, error, words


@dataclass(frozen=True, slots=True)
class Message:
    """A message that came: its segments and separators."""

    segments: tuple[Segment, ...]
    marks: Marks

    @property
    def head(self) -> Segment:
        """MSH."""
        return self.segments[0]

    def named(self, name: str) -> Segment | None:
        """Return the first segment of a name."""
        return next((segment for segment in self.segments if segment.name == name), None)


def read(data: bytes) -> Message:
    """Return a message.

    Raises
    ------
    Refusal
        AR: it is none.
    """
    try:
        segments, marks = segments_of(data, "")
    except (InputError, LookupError, UnicodeError):
        raise Refusal(
            "AR", REQUIRED_MISSING, "the message does not begin with a whole MSH, or is in another character set"
        ) from None
    return Message(tuple(segments), marks)


def require_document(message: Message) -> None:
    """See that a message is one whose document is reviewed.

    Raises
    ------
    Refusal
        AR: it is of another type, event or version, or has no control id.
    """
    head = message.head
    if not head.at(10):
        raise Refusal("AR", REQUIRED_MISSING, "the message has no control id (MSH-10)")
    if head.at(9) != "MDM":
        raise Refusal("AR", NOT_SUPPORTED, "only MDM messages are reviewed")
    if head.at(9, 2) not in REVIEWED_EVENTS:
        raise Refusal("AR", EVENT_NOT_SUPPORTED, f"of MDM, the events {', '.join(sorted(REVIEWED_EVENTS))} are reviewed")
    if not head.at(12).startswith("2."):
        raise Refusal("AR", VERSION_NOT_SUPPORTED, "only versions 2.x are read (MSH-12)")


def acknowledgement(message: Message | None, refusal: Refusal | None = None) -> bytes:
    """Return the ACK of a message: AA, or what ``refusal`` says; of what was no message, to nobody."""
    marks = message.marks if message else STANDARD
    field, component = marks.field, marks.component
    event = message.head.at(9, 2) if message else ""
    kind = component.join(("ACK", event, "ACK")) if event.isalnum() and len(event) <= 3 else "ACK"
    control = _one_line(message.head.raw(10)) if message else ""
    lines = [_head(message, kind), field.join(("MSA", refusal.code if refusal else "AA", control))]
    if refusal:
        error = component.join((refusal.error, _escaped(refusal.words, marks), "HL70357"))
        lines.append(field.join(("ERR", "", "", error, "E", "", "", "", _escaped(refusal.words, marks))))
    return _bytes(lines)


def result(message: Message, reviewed: Iterable[tuple[Review, Note]]) -> tuple[str, bytes]:
    """Return an ORU^R01 with the reviews of a message's notes, and its control id."""
    marks = message.marks
    control = "NR" + secrets.token_hex(9)
    lines = [_head(message, marks.component.join(("ORU", "R01", "ORU_R01")), control=control)]
    for name in ("PID", "PV1"):
        if (segment := message.named(name)) is not None:
            lines.append(_one_line(marks.field.join(segment.fields)))
    for number, (review, note) in enumerate(reviewed, 1):
        status = "P" if note.stage == "draft" else "F"
        lines.append(_order(number, review, control, status, marks))
        lines += _observations(review, status, marks)
    return control, _bytes(lines)


def is_accepted(answer: bytes, control: str) -> bool:
    """Say whether an answer accepts the message of a control id."""
    try:
        said = read(answer).named("MSA")
    except Refusal:
        return False
    return said is not None and said.at(1) in ("AA", "CA") and said.at(2) == control


def _head(message: Message | None, kind: str, *, control: str = "") -> str:
    marks = message.marks if message else STANDARD
    encoding = f"{marks.component}{marks.repetition}{marks.escape}{marks.subcomponent}"
    theirs = [_one_line(message.head.raw(place)) for place in (3, 4, 5, 6)] if message else ["", "", "", ""]
    ours = theirs[2] or SENDER
    version = message.head.at(12) if message and message.head.at(12).startswith("2.") else "2.5.1"
    trial = message.head.at(11) if message and message.head.at(11) in ("D", "P", "T") else "P"
    fields = (
        "MSH", encoding, ours, theirs[3], theirs[0], theirs[1], _now(), "", kind, control or "NR" + secrets.token_hex(9), trial, version,
        "", "", "", "", "", "UNICODE UTF-8",
    )  # fmt: skip
    return marks.field.join(fields)


def _order(number: int, review: Review, control: str, status: str, marks: Marks) -> str:
    service = marks.component.join((SENDER, "Documentation review before billing", "L"))
    fields = [""] * 26
    fields[0], fields[1], fields[2], fields[3], fields[4] = (
        "OBR",
        str(number),
        _escaped(review.id, marks),
        f"{control}.{number}",
        service,
    )
    fields[7], fields[25] = _now(), status
    return marks.field.join(fields)


def _observations(review: Review, status: str, marks: Marks) -> Iterator[str]:
    """Give what reads, the risk, what raised it, each finding, and last the whole review as JSON."""
    whole = base64.b64encode(review.as_json().encode()).decode()
    rows: list[tuple[str, tuple[str, str], str]] = [
        ("ST", ("READS_AS", "The note reads as"), _escaped(review.reads_as, marks)),
        ("ST", ("RISK_LEVEL", "Risk of a down-coding or denial"), review.risk.level),
        ("NM", ("RISK_SCORE", "Probability of a down-coding or denial"), f"{review.risk.score:.4f}"),
    ]
    for raised in review.risk.raised_by:
        rows.append(("TX", ("RAISED_BY", "What raised the risk"), _escaped(f"{raised.message}\n{raised.fix}", marks)))
    for finding in findings_of(review):
        words = "\n".join(filter(None, (finding.message, fix_of(finding, review), f"Source: {finding.source}")))
        rows.append(("TX", (finding.rule, name_of(finding)), _escaped(words, marks)))
    rows.append(("ED", ("REVIEW", "note-review/1"), marks.component.join((SENDER, "application", "json", "Base64", whole))))
    for number, (kind, name, value) in enumerate(rows, 1):
        code = marks.component.join((*name, "L"))
        yield marks.field.join(("OBX", str(number), kind, code, "", value, "", "", "", "", "", status))


def _escaped(text: str, marks: Marks) -> str:
    signs = {marks.escape: "E", marks.field: "F", marks.component: "S", marks.repetition: "R", marks.subcomponent: "T"}
    written = "".join(f"{marks.escape}{signs[c]}{marks.escape}" if c in signs else c for c in text)
    return written.replace("\r\n", "\n").replace("\r", "\n").replace("\n", f"{marks.escape}.br{marks.escape}")


def _one_line(written: str) -> str:
    return written.replace("\r", " ").replace("\n", " ")


def _bytes(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r" for line in lines).encode("utf-8", "replace")


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y%m%d%H%M%S+0000")
