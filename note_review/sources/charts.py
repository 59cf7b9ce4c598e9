"""A chart with several visits in one file, taken apart at the heads of its notes.

A single note may quote earlier visits, so a chart is only taken apart where at least two stretches each have a head (a line
that labels the day of service, or a note's title with a date), days that differ, and the body of a note.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from note_review.note import MAX_CHARACTERS
from note_review.sources.dates import WRITTEN_DAY, parse_day
from note_review.sources.document import Document, Entry, Gap, SourcedNote, UnreadableNote
from note_review.sources.headers import read_header

_TITLE = (
    r"(?:(?:PT|OT|physical therapy|occupational therapy|outpatient|skilled|rehab|therapy)\s+)*"
    r"(?:daily|treatment|progress|visit|encounter|therapy|initial|discharge|session|soap|re-?evaluation|evaluation|recert\w*)"
    r"(?:\s+(?:treatment|therapy|progress|visit|encounter|evaluation|eval|summary|session))*\s*(?:notes?|report|record|summary|entry|#?\s*\d+)?"
)
_LABEL = r"(?:date of (?:service|visit|treatment)|service date|visit date|treatment date|encounter date|date seen|dos|d\.o\.s\.)"
_HEADS = tuple(
    re.compile(rf"(?im)^(?P<before>[ \t*#>=_\-–—\[(]*{form}", re.MULTILINE)
    for form in (
        rf"[^\n]{{0,120}}?)(?<![a-z]){_LABEL}\**\s*[:=#]?\**\s*(?P<date>{WRITTEN_DAY})",
        rf")(?:note\s+)?date\**\s*:\**\s*(?P<date>{WRITTEN_DAY})",
        rf"){_TITLE}\s*[:#,|(–—-]*\s*(?:visit\s*#?\s*\d+\s*[:,|(–—-]*\s*)?(?:date\s*:?\s*)?(?P<date>{WRITTEN_DAY})",
        rf")(?P<date>{WRITTEN_DAY})[ \t]*(?:[-–—:|,]*[ \t]*{_TITLE}\b[^\n]{{0,40}})?[ \t*:]*$",
    )
)
_NO_HEAD = re.compile(
    r"(?i)\b(?:next|last|prior|previous|prev|onset|surgery|injury|f/?u|follow|return|order|cert|poc|birth|dob|since|from|as of|eval)\b[^\n]{0,12}$"
)
_LABELLED = re.compile(
    r"(?i)^[ \t*#>]*(?:patient|pt|client|resident|name|mrn|dob|d\.o\.b\.|clinic|facility|location|therapist|clinician|provider|payer|insurance"
    r"|visit|diagnosis|dx|medical record|referring|physician|account|acct|discipline|npi|note type|type|precautions)\b[^\n:]{0,30}[:#]"
)
_TITLE_LINE = re.compile(rf"(?i)^[ \t*#>=_\-–—]*{_TITLE}[ \t*#=_\-–—:]*$|^[A-Z][A-Z &/.,'’-]{{5,60}}$")
_RULE = re.compile(r"^[ \t]*(?:[-=_*~#]{3,}|(?:page|pg\.?)\s*\d+(?:\s*(?:of|/)\s*\d+)?)[ \t]*$", re.IGNORECASE)
_BODY = re.compile(
    r"(?im)(?<!\d)97\d{3}(?!\d)|\b\d{1,3}\s*(?:min|minutes|mins|')|^\s*(?:S|O|A|P|SUBJ\w*|OBJ\w*|ASSESS\w*|PLAN|Subjective|Objective)\s*[:/]"
    r"|\b(?:ther(?:apeutic)? ?ex|neuro ?re-?ed|NMR|tolerated|patient reports|pt reports|gait training)\b"
)
_LEAST_BODY = 80


def notes_of_chart(document: Document, *, id: str, source: str) -> Iterator[Entry]:
    """Give the note of a document, or the notes of a chart: ``ID#1``, ``ID#2`` and so on.

    Text before the first head that is no note of its own (a cover) is not reviewed, and the first note's warnings say so.
    """
    if not document.text.strip():
        yield UnreadableNote("holds no text", source=source, id=id)
        return
    starts = visit_starts(document.text)
    if not starts:
        yield _note(document, 0, len(document.text), id=id, source=source, place="")
        return
    cover = document.text[: starts[0]]
    warnings = document.warnings
    if _is_body(cover, 0, len(cover)):
        starts.insert(0, 0)
    elif cover.strip():
        warnings += (f"characters 1 to {starts[0]} of the file stand before the first visit and were not reviewed",)
    named = read_header(cover)
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(document.text)], strict=True), 1):
        place = f"visit {number}, {document.place_of(start)}"
        note = _note(document, start, end, id=f"{id}#{number}", source=source, place=place)
        if isinstance(note, SourcedNote):
            # A cover names the patient once for all visits.
            known = {
                "patient": note.patient or named.patient, "clinic": note.clinic or named.clinic,
                "patient_keys": note.patient_keys or named.patient_keys, "warnings": warnings if number == 1 else (),
            }  # fmt: skip
            note = note.model_copy(update=known)
        yield note


def visit_starts(text: str) -> list[int]:
    """Return where the notes of a chart begin; empty where the text is one note."""
    found = sorted(
        (match.start(), match["date"]) for head in _HEADS for match in head.finditer(text) if not _NO_HEAD.search(match["before"])
    )
    kept: list[tuple[int, datetime.date | None]] = []
    for number, (start, date) in enumerate(found):
        top, day = _top(text, start), parse_day(date)
        # The same day again is the same note's footer; a head without a body is a signature's date.
        if (not kept or (day != kept[-1][1] and top > kept[-1][0])) and _is_body(
            text, start, _next_day(found, number, len(text))
        ):
            kept.append((top, day))
    return [start for start, _ in kept] if len(kept) > 1 else []


def _next_day(found: list[tuple[int, str]], number: int, end: int) -> int:
    day = parse_day(found[number][1])
    return next((start for start, date in found[number + 1 :] if parse_day(date) != day), end)


def _is_body(text: str, start: int, end: int) -> bool:
    return end - start >= _LEAST_BODY and _BODY.search(text, start, end) is not None


def _top(text: str, start: int) -> int:
    """Return where the head's block begins: labelled lines, titles and rules directly above belong to it."""
    top = text.rfind("\n", 0, start) + 1
    while top > 0:
        above = text.rfind("\n", 0, top - 1) + 1
        line = text[above : top - 1]
        if not (_LABELLED.match(line) or _TITLE_LINE.match(line) or _RULE.match(line)):
            break
        top = above
    return top


def _note(document: Document, start: int, end: int, *, id: str, source: str, place: str) -> Entry:
    text = document.text[start:end]
    if len(text) > MAX_CHARACTERS:
        return UnreadableNote(f"longer than {MAX_CHARACTERS:,} characters", source=source, place=place, id=id)
    last = end == len(document.text)
    gaps = tuple(Gap(g.start - start, g.end - start, g.reason) for g in document.gaps if start <= g.start < end + last)
    header = read_header(text)
    return SourcedNote(
        id=id, text=text, source=source, place=place, warnings=document.warnings, gaps=gaps, patient=header.patient,
        clinician=header.clinician, clinic=header.clinic, patient_keys=header.patient_keys, clinician_keys=header.clinician_keys,
    )  # fmt: skip
