"""One HL7 v2 message: the documents of an MDM, the narrative results of an ORU.

Own reader: of the published libraries one loses text after an unclosed escape and the other takes ten milliseconds a message;
the format is frozen, and what is wanted of it fits a page.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from note_review.errors import InputError
from note_review.sources.attached import notes_of_attachment
from note_review.sources.dates import parse_stamp
from note_review.sources.document import Entry, UnreadableNote
from note_review.sources.known import Known, reviewable, shown
from note_review.sources.parcel import Parcel
from note_review.sources.plain import decode

TEXT_TYPES = frozenset({"TX", "FT", "ST", "CE", "CWE", ""})
DRAFTS = frozenset({"DI", "IP", "IN", "PA", "P", "S", "R", "I"})
CANCELLED = frozenset({"CA", "X", "D", "W"})
CHARSETS = {"8859/1": "latin-1", "8859/15": "iso8859-15", "UNICODE UTF-8": "utf-8", "UNICODE": "utf-16"}


@dataclass(frozen=True, slots=True)
class Marks:
    """The message's own separators (MSH-1 and MSH-2)."""

    field: str
    component: str
    repetition: str
    escape: str
    subcomponent: str


class Segment:
    """A segment: ``at(3)`` is its third field, ``at(3, 1)`` that field's first component, unescaped."""

    def __init__(self, line: str, marks: Marks) -> None:
        self.fields, self._marks = line.split(marks.field), marks
        self.name = self.fields[0]
        if self.name == "MSH":
            self.fields.insert(1, marks.field)

    def raw(self, place: int) -> str:
        """Return a field as it is written."""
        return self.fields[place] if place < len(self.fields) else ""

    def at(self, place: int, component: int = 1) -> str:
        """Return one component of a field's first repetition, unescaped."""
        first = self.raw(place).split(self._marks.repetition)[0]
        parts = first.split(self._marks.component)
        return unescaped(parts[component - 1].strip(), self._marks) if component <= len(parts) else ""

    def persons(self, *places: int) -> tuple[str, ...]:
        """Return the numbers and names of a person field (XCN, XPN or CX), over its repetitions."""
        found: list[str] = []
        for part in (p for place in places for p in self.raw(place).split(self._marks.repetition)):
            pieces = [unescaped(piece.strip(), self._marks) for piece in part.split(self._marks.component)]
            found += [pieces[0], " ".join(reversed([p for p in pieces[1:3] if p]))]
        return tuple(dict.fromkeys(filter(None, found)))

    def name_of(self, place: int) -> str:
        """Return the name in an XPN: family and given."""
        return " ".join(filter(None, (self.at(place, 2), self.at(place, 1))))


def notes(data: bytes, parcel: Parcel) -> Iterator[Entry]:
    """Give the notes of a message.

    Raises
    ------
    InputError
        It is no MDM or ORU, is cancelled, or holds no narrative.
    """
    segments, marks = segments_of(data, parcel.source)
    head = segments[0]
    kind, event = head.at(9), head.at(9, 2)
    if kind not in ("MDM", "ORU"):
        raise InputError(
            f"is a message of type {kind if kind.isalnum() and len(kind) <= 3 else 'unknown'}: MDM and ORU hold notes"
        )
    if event == "T11":
        raise InputError("cancels a document: there is no note to review")
    found = False
    for number, group in enumerate(_groups(segments, kind), 1):
        for entry in _notes_of(group, number, parcel, marks):
            found = True
            yield entry
    if not found:
        raise InputError("holds no narrative (no OBX with text or a document)")


def segments_of(data: bytes, source: str) -> tuple[list[Segment], Marks]:
    """Return the segments of a message and its separators.

    Raises
    ------
    InputError
        It does not begin with MSH, or is not in the character set that it names.
    """
    data = data.strip(b"\x0b\x1c\r\n \t")
    head = data.split(b"\r")[0].split(b"\n")[0].decode("latin-1")
    if len(head) < 8 or not head.startswith("MSH"):
        raise InputError("does not begin with MSH", source=source)
    signs = (head[4:].split(head[3])[0] + "^~\\&"[len(head[4:].split(head[3])[0]) :])[:4]
    marks = Marks(head[3], *signs)
    charset = CHARSETS.get(Segment(head, marks).at(18))
    try:
        text = data.decode(charset) if charset else decode(data, source=source).text
    except UnicodeDecodeError:
        raise InputError("is not in the character set that it names", source=source) from None
    # Some senders break a long field over lines: what does not begin like a segment goes on with the one before.
    lines: list[str] = []
    for line in re.split(r"\r\n|\r|\n", text):
        if re.match(rf"[A-Z][A-Z0-9]{{2}}(?:{re.escape(marks.field)}|$)", line) or not lines:
            lines.append(line)
        else:
            lines[-1] += "\n" + line
    return [Segment(line, marks) for line in lines], marks


def _groups(segments: list[Segment], kind: str) -> Iterator[list[Segment]]:
    """Give the segments of each document: an MDM is one, an ORU one for each OBR."""
    shared: list[Segment] = []
    group: list[Segment] = []
    for segment in segments:
        if kind == "ORU" and segment.name == "OBR":
            if any(s.name == "OBX" for s in group):
                yield shared + group
            group = [segment]
        elif segment.name in ("MSH", "PID", "PV1", "EVN"):
            if segment.name == "PID" and any(s.name == "OBX" for s in group):
                yield shared + group
                shared, group = [s for s in shared if s.name == "MSH"], []
            shared.append(segment)
        else:
            group.append(segment)
    if group:
        yield shared + group


def _notes_of(group: list[Segment], number: int, parcel: Parcel, marks: Marks) -> Iterator[Entry]:
    first = {segment.name: segment for segment in reversed(group)}
    known = _known(first, group, parcel, number)
    lines: list[str] = []
    for obx in (segment for segment in group if segment.name == "OBX"):
        kind = obx.at(2)
        if kind in TEXT_TYPES:
            lines += _lines(obx, marks)
        elif kind == "ED":
            yield from _attached(obx, known, parcel)
        elif kind == "RP":
            yield UnreadableNote(
                "the document lies elsewhere and is not fetched", source=parcel.source, place=parcel.place, id=known.id
            )
    text = "\n".join(lines)
    if text.strip():
        yield from reviewable(text.encode(), known, parcel, suffix=".txt")


def _lines(obx: Segment, marks: Marks) -> list[str]:
    parts = obx.raw(5).split(marks.repetition)
    if obx.at(2) in ("CE", "CWE"):
        parts = [obx.at(5, 2)]
    return [unescaped(part, marks) for part in parts]


def _attached(obx: Segment, known: Known, parcel: Parcel) -> Iterator[Entry]:
    encoding, written = obx.at(5, 4).lower(), obx.at(5, 5)
    try:
        data = base64.b64decode(re.sub(r"\s+", "", written), validate=True) if encoding == "base64" else written.encode()
    except (binascii.Error, ValueError):
        yield UnreadableNote("the document is not base64", source=parcel.source, place=parcel.place, id=known.id)
        return
    yield from notes_of_attachment(data, known, parcel, kind=f"{obx.at(5, 2)} {obx.at(5, 3)}")


def _known(first: dict[str, Segment], group: list[Segment], parcel: Parcel, number: int) -> Known:
    none = Segment("", Marks("|", "^", "~", "\\", "&"))
    pid, visit, txa, obr = (first.get(name, none) for name in ("PID", "PV1", "TXA", "OBR"))
    obx = first.get("OBX", none)
    status = txa.at(17) or obr.at(25) or obx.at(11)
    clinicians = tuple(dict.fromkeys((*txa.persons(5, 9, 22), *obr.persons(32, 34), *obx.persons(16), *visit.persons(7))))
    visits, filed = (txa.at(4), obr.at(7), obx.at(14), visit.at(44)), (txa.at(6), obr.at(22), first["MSH"].at(7))
    return Known(
        id=txa.at(12) or obr.at(3) or (parcel.stem if number == 1 else f"{parcel.stem}.{number}"),
        day=next(filter(None, map(parse_stamp, visits)), None),
        filed=next(filter(None, map(parse_stamp, filed)), None),
        patient=pid.at(3) or pid.at(2) or None,
        clinician=shown(clinicians),
        clinic=visit.at(3, 4) or visit.at(3) or first["MSH"].at(4) or None,
        patient_keys=tuple(filter(None, (*pid.persons(2, 3), pid.name_of(5), pid.at(18)))),
        clinician_keys=clinicians,
        draft=status in DRAFTS,
        withdrawn=status in CANCELLED or txa.at(19) in CANCELLED,
    )


def unescaped(text: str, marks: Marks) -> str:
    r"""Undo the escapes; one that is never closed, or means nothing here, stays as it was written."""
    if marks.escape not in text:
        return text
    plain = {
        "F": marks.field, "S": marks.component, "R": marks.repetition, "E": marks.escape, "T": marks.subcomponent, ".br": "\n",
        ".sp": "\n", ".ce": "\n", ".fi": "", ".nf": "", "H": "", "N": "",
    }  # fmt: skip
    mark = re.escape(marks.escape)

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code in plain:
            return plain[code]
        if spaced := re.fullmatch(r"\.(sp|in|ti|sk)([+-]?)(\d{1,2})", code):
            return "\n" * int(spaced[3]) if spaced[1] == "sp" else " " * int(spaced[3]) if spaced[1] == "sk" else ""
        if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", code):
            return bytes.fromhex(code[1:]).decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
        return match[0]

    return re.sub(rf"{mark}([^{mark}\s]{{1,40}}){mark}", one, text)
