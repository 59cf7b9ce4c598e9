"""One reader's reading of a note: marks, services, missing elements, reasons, risk. It begins as the machine's and is changed step by step."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from note_review.evaluation.annotated import REASONS, AnnotatedNote, GoldSpan
from note_review.evaluation.consistency import problems, reads_otherwise, risk_by_guide
from note_review.risk import REASONS_OF_ELEMENT, Level

Label = Literal["D", "T", "M", "R"]
ReadsAs = Literal["97112", "97110", "97530", "other", "undetermined"]
WHYS = {
    "there": "It is documented in this note",
    "elsewhere": "It is documented elsewhere in the record",
    "not_required": "This payer does not ask for it",
    "misread": "The note was misread",
    "other": "Another reason",
}
LABELS: Mapping[str, str] = {"D": "deficit", "T": "technique", "M": "minutes", "R": "response"}
ELEMENT_OF_REASON = {reason: element for element, names in REASONS_OF_ELEMENT.items() for reason in names}
_READS_AS = ("reads_as_97112", "reads_as_97110", "reads_as_97530", "reads_as_other")


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Mark(_Kept):
    """A stretch of the note under one of the four labels; half-open, in code points."""

    label: Label
    attribute: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_:]+$")]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]


class ServiceRead(_Kept):
    """A service: the code it is billed as, its minutes, what its words read as."""

    billed: Annotated[str, Field(pattern=r"^(\d{5}|[A-Z]\d{4})$")] | None
    minutes: Annotated[int, Field(ge=0, le=999)] | None
    reads_as: ReadsAs


class Reading(_Kept):
    """What one reader says of a note. ``risk_set`` is true where the risk was said by hand and no longer follows the guide's rule."""

    marks: tuple[Mark, ...] = ()
    services: tuple[ServiceRead, ...] = ()
    reads_as: ReadsAs = "undetermined"
    risk: Level = "low"
    risk_set: bool = False
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    dismissed: Mapping[str, str] = {}

    def header(self, claim: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the header of the guide's format."""
        return {
            "claim": [dict(line) for line in claim],
            "reads_as": self.reads_as,
            "services": [service.model_dump() for service in self.services],
            "risk": self.risk,
            "missing": list(self.missing),
            "reasons": list(self.reasons),
        }

    def annotated(self, text: str, claim: Iterable[Mapping[str, Any]], **about: Any) -> AnnotatedNote:
        """Return the reading as an annotated note."""
        spans = tuple(GoldSpan(m.label, m.attribute, m.start, m.end) for m in self.marks)
        header = {"id": "note", "setting": "unknown", "style": "unknown", **about, **self.header(claim)}
        return AnnotatedNote(header["id"], text, spans, header, "workbench")

    def contradictions(self, text: str, claim: Iterable[Mapping[str, Any]]) -> list[str]:
        """Return where marks, elements, reasons and risk contradict one another by the guide."""
        return problems(self.annotated(text, claim))

    def same_verdict(self, other: Reading) -> bool:
        """Whether two readers say the same of code, risk and missing elements."""
        return (self.reads_as, self.risk, set(self.missing)) == (other.reads_as, other.risk, set(other.missing))


def first_reading(review: Mapping[str, Any], text: str) -> Reading:
    """Return the machine's reading as the guide writes one: marks that do not overlap, risk by the guide's rule."""
    kept = [reason["reason"] for reason in review["risk"]["reasons"] if reason["reason"] in REASONS]
    services = tuple(ServiceRead(billed=s["billed"], minutes=s["minutes"], reads_as=s["reads_as"]) for s in review["services"])
    reading = Reading(
        marks=tuple(_apart(_marks(review), text)),
        services=services,
        reads_as=review["reads_as"],
        missing=tuple(review["missing"]),
        reasons=tuple(dict.fromkeys(kept)),
    )
    return settled(reading, claim_of(review))


def claim_of(review: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the claim that was judged, given or the note's own."""
    return [dict(line) for line in review["claim"]["lines"]]


def settled(reading: Reading, claim: Iterable[Mapping[str, Any]]) -> Reading:
    """Let what follows from the rest follow: an element's reason, the reason that names another code, the one service's code, the risk."""
    reasons = list(reading.reasons)
    for element, names in REASONS_OF_ELEMENT.items():
        if element not in reading.missing:
            reasons = [reason for reason in reasons if reason not in names]
        elif not any(reason in names for reason in reasons):
            reasons.append(_reason_of(element, reading.marks))
    code = reading.services[0].reads_as if len(reading.services) == 1 else reading.reads_as
    reading = reading.model_copy(update={"reasons": tuple(reasons), "reads_as": code})
    header = reading.header(claim)
    otherwise = reads_otherwise(header) if reading.services else None
    named = (f"reads_as_{otherwise}",) if f"reads_as_{otherwise}" in _READS_AS else ()
    others = tuple(reason for reason in reasons if reason not in _READS_AS)
    header["reasons"] = [*others, *named]
    risk = reading.risk if reading.risk_set else risk_by_guide(header)
    return reading.model_copy(update={"reasons": (*others, *named), "risk": risk})


def _reason_of(element: str, marks: Iterable[Mark]) -> str:
    labels = {(mark.label, mark.attribute) for mark in marks}
    if element == "deficit" and any(label == "D" for label, _ in labels):
        return "deficit_not_specific"
    if element == "response" and ("R", "generic") in labels:
        return "response_not_measured"
    return f"{element}_missing"


def _marks(review: Mapping[str, Any]) -> list[tuple[float, Mark]]:
    kinds: tuple[tuple[str, Label, Callable[[Mapping[str, Any]], str]], ...] = (
        ("deficits", "D", lambda found: found["domain"]),
        ("techniques", "T", lambda found: found["family"]),
        ("minutes", "M", lambda found: f"{found['scope']}:{found['value']}"),
        ("responses", "R", lambda found: found["kind"]),
    )
    return [
        (found.get("confidence", 1.0), Mark(label=label, attribute=attribute(found), start=found["start"], end=found["end"]))
        for kind, label, attribute in kinds
        for found in review[kind]
    ]


def _apart(marks: Iterable[tuple[float, Mark]], text: str) -> list[Mark]:
    """Return the marks without blanks at their edges, of two that overlap the surer one, in text order."""
    kept: list[Mark] = []
    for _, mark in sorted(marks, key=lambda pair: -pair[0]):
        tight = tightened(mark, text)
        if tight is None:
            continue
        place = bisect(kept, tight.start, key=lambda k: k.start)
        if all(tight.end <= k.start or tight.start >= k.end for k in kept[max(0, place - 1) : place + 1]):
            kept.insert(place, tight)
    return kept


def tightened(mark: Mark, text: str) -> Mark | None:
    """Return a mark without blanks at its edges; nothing where only blanks are left."""
    inside = text[mark.start : mark.end]
    start = mark.start + len(inside) - len(inside.lstrip())
    end = start + len(inside.strip())
    return mark.model_copy(update={"start": start, "end": end}) if end > start else None
