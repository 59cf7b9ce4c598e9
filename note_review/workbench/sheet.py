"""What the page of a note shows: the text with its marks, a card for each service, the four elements, reasons, checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from note_review.encounter import READS_AS
from note_review.evaluation.annotated import REASONS
from note_review.reports.wording import SEVERITY, quote
from note_review.risk import ELEMENTS, LEVELS
from note_review.workbench.readings import ELEMENT_OF_REASON, LABELS, WHYS, Reading, claim_of
from note_review.workbench.store import Opened
from note_review.workbench.text import Evidence

MOST_PULLS = 6


@dataclass(frozen=True, slots=True)
class Element:
    """One of the four elements: whether the reader finds it, and how often it is marked."""

    name: str
    label: str
    missing: bool
    marks: int
    words: str


def evidence_of(review: Mapping[str, Any]) -> list[Evidence]:
    """Return every stretch that a finding of the page points at."""
    found: list[Evidence] = []
    for number, reason in enumerate(review["risk"]["reasons"]):
        found += _stretches(f"r{number}", reason["evidence"])
    for number, check in enumerate(review["claim"]["checks"]):
        found += _stretches(f"c{number}", check["evidence"])
    for number, service in enumerate(review["services"]):
        found += _stretches(f"s{number}", service["parts"])
        for code, pulls in service["pulls"].items():
            found += _stretches(f"p{number}-{code}", pulls)
    return found


def elements_of(reading: Reading, text: str) -> list[Element]:
    """Return the checklist of the four elements."""
    found = []
    for name in ELEMENTS:
        label = next(letter for letter, element in LABELS.items() if element == name)
        marks = [m for m in reading.marks if m.label == label]
        first = quote(text[marks[0].start : marks[0].end], limit=48) if marks else ""
        found.append(Element(name, label, name in reading.missing, len(marks), first))
    return found


def reasons_of(review: Mapping[str, Any], reading: Reading, text: str) -> list[dict[str, Any]]:
    """Return the machine's reasons as cards, gravest first, each with what the reader did with it."""
    cards = [
        {
            **reason, "id": f"r{number}", "held": reason["reason"] in reading.reasons,
            "dismissed": WHYS.get(reading.dismissed.get(reason["reason"], "")),
            "quotes": [quote(text[e["start"] : e["end"]], limit=70) for e in reason["evidence"][:2]],
            "known": reason["reason"] in REASONS,
        }
        for number, reason in enumerate(review["risk"]["reasons"])
    ]  # fmt: skip
    return sorted(cards, key=lambda card: SEVERITY.get(card["severity"], 3))


def added_reasons(review: Mapping[str, Any], reading: Reading) -> list[str]:
    """Return the reasons that the reader holds and the machine did not give."""
    said = {reason["reason"] for reason in review["risk"]["reasons"]}
    return [reason for reason in reading.reasons if reason not in said]


def services_of(review: Mapping[str, Any], reading: Reading, text: str) -> list[dict[str, Any]]:
    """Return a card for each service: billed and read as, what pulled each way, minutes and units."""
    claim, cards = review["claim"], []
    for number, (service, read) in enumerate(zip(review["services"], reading.services, strict=False)):
        billed = service["billed"]
        lines = [line["units"] for line in claim["lines"] if line["code"] == billed and line["units"] is not None]
        pulls = [
            {"code": code, "id": f"p{number}-{code}", "words": [quote(text[e["start"] : e["end"]], limit=60) for e in spans]}
            for code, spans in sorted(service["pulls"].items(), key=lambda item: -len(item[1]))
        ]
        chances = sorted(service["probabilities"].items(), key=lambda item: -item[1])
        cards.append({
            "number": number, "id": f"s{number}", "billed": billed, "read": read, "said": service["reads_as"], "chances": chances,
            "pulls": pulls, "most": MOST_PULLS, "units": sum(lines) if lines else None,
            "supported": claim["supported_units"].get(billed), "minutes": service["minutes"],
        })  # fmt: skip
    return cards


def arithmetic_of(review: Mapping[str, Any]) -> list[str]:
    """Return the working from minutes to units, line by line."""
    for check in review["claim"]["checks"]:
        working = check["detail"].get("arithmetic")
        if check["check"] == "units_match_minutes" and isinstance(working, list):
            return [str(line) for line in working]
    return []


def checks_of(review: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the claim's checks that fail or cannot be answered, failures first."""
    said = [{**check, "id": f"c{number}"} for number, check in enumerate(review["claim"]["checks"]) if check["result"] != "pass"]
    return sorted(said, key=lambda check: (check["result"] != "fail", SEVERITY.get(check["severity"], 3)))


def panel_of(opened: Opened, reading: Reading, revision: int) -> dict[str, Any]:
    """Return what the part of the page shows that changes with every step."""
    review, text = opened.review, opened.note.text
    return {
        "reading": reading, "revision": revision, "elements": elements_of(reading, text), "codes": READS_AS, "levels": LEVELS,
        "reasons": reasons_of(review, reading, text), "added": added_reasons(review, reading), "whys": WHYS, "all_reasons": _others(reading),
        "services": services_of(review, reading, text), "review": review, "arithmetic": arithmetic_of(review), "judged": judged(review),
        "contradictions": reading.contradictions(text, claim_of(review)),
    }  # fmt: skip


def judged(review: Mapping[str, Any]) -> int | None:
    """Return the place of the service that keys change: the one billed as the judged code, else the first."""
    places = [n for n, service in enumerate(review["services"]) if service["billed"] == review["risk"]["code"]]
    return places[0] if places else (0 if review["services"] else None)


def _others(reading: Reading) -> list[tuple[str, str]]:
    """Return the reasons that the reader may still add, with the element each is about."""
    named: Iterable[str] = (reason for reason in REASONS if reason not in reading.reasons and not reason.startswith("reads_as_"))
    return [(reason, ELEMENT_OF_REASON.get(reason, "")) for reason in named]


def _stretches(id: str, spans: Sequence[Mapping[str, int]]) -> list[Evidence]:
    return [Evidence(id, span["start"], span["end"]) for span in spans if span["start"] < span["end"]]
