"""Reviews as CDS Hooks cards. Nothing here judges: a card says what the review says, and is never ``critical``.

``critical`` is for harm to a person (Da Vinci CRD, cards); what a payer may deny is at most a ``warning``.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from note_review.note import Note
from note_review.reports.fhir import RULES, findings_of, fix_of, name_of
from note_review.reports.wording import once
from note_review.review import CheckOut, Evidence, Raised, ReasonOut, Review

MOST_SUMMARY = 139
MOST_CARDS = 12
MOST_QUOTE = 300
REASONS = "urn:note-review:override-reason"
EXTENSION = "org.note-review.finding"
OVERRIDE_REASONS = {
    "already-there": "The note already says this",
    "elsewhere": "It is documented elsewhere in the record",
    "did-not-happen": "It did not happen, so it cannot be written",
    "not-asked": "This payer or setting does not ask for it",
    "wrong": "The finding is wrong",
    "later": "It will be seen to before billing",
}
PLAN_RULES = ("NR501", "NR502", "NR503", "NR504", "NR511", "NR512")
Finding = ReasonOut | CheckOut
Card = dict[str, Any]
# Gives a card's id by the finding that it shows, the same whenever the same finding of the same note is shown.
Named = Callable[[str], str]


def cards_of_note(review: Review, note: Note, *, named: Named) -> list[Card]:
    """Return a card for each thing that raised the risk and each finding, of findings the rest beyond the first dozen counted in a last one.

    The call comes before the note is signed: that a signature is not there yet is no card.
    """
    findings = [finding for finding in findings_of(review) if not _comes_with_signing(finding)]
    cards = [_card_of_raised(raised, review, named=named) for raised in review.risk.raised_by]
    cards += [_card_of_finding(finding, review, note, named=named) for finding in findings[:MOST_CARDS]]
    if len(findings) > MOST_CARDS:
        more = len(findings) - MOST_CARDS
        cards.append(_card("and-more", f"{more} more findings on this note", "", "info", named=named))
    return cards


def card_of_note(review: Review, note: Note, *, named: Named) -> Card | None:
    """Return one card for a whole note, or None where its risk is low."""
    findings = list(findings_of(review))
    if review.risk.level == "low" or not (findings or review.risk.raised_by):
        return None
    return _card_of_whole(review, note, findings, raised=review.risk.raised_by, named=named)


def card_of_plan(review: Review, note: Note, *, named: Named) -> Card | None:
    """Return one card for what is open on plan of care and certification, or None."""
    findings = [finding for finding in findings_of(review) if finding.rule.startswith(PLAN_RULES)]
    return _card_of_whole(review, note, findings, named=named) if findings else None


def card_of_unreadable(reason: str, *, name: str, named: Named) -> Card:
    """Return the card that says a note could not be read; ``name`` tells it from others of the call."""
    return _card(
        f"not-read/{name}", "A note could not be read, so it was not reviewed", plain(f"It {reason}."), "info", named=named
    )


def plain(text: str) -> str:
    """Return text that Markdown shows as it is written, and that is no HTML either where a renderer is careless."""
    return html.escape(re.sub(r"([\\`*_{}\[\]()#+!|~:-])", r"\\\1", text), quote=False)


def _comes_with_signing(finding: Finding) -> bool:
    if not isinstance(finding, CheckOut):
        return False
    has = finding.detail.get("has", {})
    lacking = [name for name, found in has.items() if not found] if isinstance(has, dict) else []
    unsigned = finding.check == "signature" and finding.detail.get("credentials") == []
    return unsigned or (finding.check == "treatment_note" and lacking == ["signature with credentials"])


def _card_of_raised(raised: Raised, review: Review, *, named: Named) -> Card:
    parts = (_drafted(review, pending=review.risk.pending), plain(raised.message), f"**What you can do:** {plain(raised.fix)}")
    indicator = "info" if review.risk.pending else "warning"
    return _card(f"raised/{raised.message}", _summary(raised.message, review), _joined(parts), indicator, named=named)


def _card_of_finding(finding: Finding, review: Review, note: Note, *, named: Named) -> Card:
    fix = fix_of(finding, review)
    looked = finding.looked_in if isinstance(finding, ReasonOut) else []
    parts = (
        _drafted(review, pending=finding.pending),
        plain(finding.message),
        _quotes(finding.evidence, note.text),
        f"**Looked in:** {plain(', '.join(looked))}" if looked else "",
        f"**What you can do:** {plain(fix)}" if fix else "",
        f"**Rests on:** {plain(finding.source)} ({finding.rule})",
    )
    indicator = "info" if finding.pending or finding.severity == "info" else "warning"
    card = _card(name_of(finding), _summary(finding.message, review), _joined(parts), indicator, named=named, rule=finding.rule)
    card["overrideReasons"] = [
        {"code": code, "system": REASONS, "display": display} for code, display in OVERRIDE_REASONS.items()
    ]
    if fix:
        card["suggestions"] = [{"uuid": named(f"{name_of(finding)}/fix"), "label": fix, "actions": []}]
        card["selectionBehavior"] = "at-most-one"
    card["extension"] = {EXTENSION: _for_machines(finding, review, note)}
    return card


def _summary(message: str, review: Review) -> str:
    return f"Draft: {message}" if review.stage == "draft" else message


def _drafted(review: Review, *, pending: bool) -> str:
    """Say that a note is a draft, its risk if it ended here and what raised it, and whether a card is a matter of what is still to come."""
    if review.stage != "draft":
        return ""
    said = [f"Draft: {review.risk.level} risk for {review.risk.code} if it ended here."]
    said += [plain(raised.message) for raised in review.risk.raised_by]
    said += ["This is pending."] if pending else []
    return f"*{' '.join(said)}*"


def _card_of_whole(
    review: Review, note: Note, findings: Sequence[Finding], *, named: Named, raised: Sequence[Raised] = ()
) -> Card:
    day = f" of {note.date_of_service}" if note.date_of_service else ""
    note_is, ended = ("Draft of a therapy note", " if it ended here") if review.stage == "draft" else ("Therapy note", "")
    told = [*((r.message, r.fix) for r in raised), *((f.message, fix_of(f, review)) for f in findings)]
    title = f"{note_is}{day}: {review.risk.level} risk for {review.risk.code}{ended}, {len(told)} open"
    fixes = once(fix for _, fix in told)
    lines = [f"- {plain(message)}" + (f" {plain(fix)}" if fix else "") for (message, _), fix in zip(told, fixes, strict=True)]
    card = _card(
        "note",
        title,
        "\n".join(lines),
        "warning" if review.risk.level == "high" and not review.risk.pending else "info",
        named=named,
    )
    card["extension"] = {EXTENSION: {"review": review.id, "findings": [name_of(f) for f in findings]}}
    return card


def _card(name: str, summary: str, detail: str, indicator: str, *, named: Named, rule: str = "") -> Card:
    source: dict[str, Any] = {"label": "note-review: documentation check, not a coder's decision"}
    if rule:
        source["topic"] = {"system": RULES, "code": rule, "display": name}
    card = {"uuid": named(name), "summary": _short(summary), "detail": detail, "indicator": indicator, "source": source}
    return {key: value for key, value in card.items() if value}


def _quotes(spans: Iterable[Evidence], text: str) -> str:
    quotes = [" ".join(text[span.start : span.end].split())[:MOST_QUOTE] for span in spans]
    return "\n>\n".join(f"> {plain(quote)}" for quote in quotes if quote)


def _for_machines(finding: Finding, review: Review, note: Note) -> dict[str, Any]:
    spans = [{"start": e.start, "end": e.end, "text": note.text[e.start : e.end]} for e in finding.evidence]
    return {
        "review": review.id, "finding": name_of(finding), "rule": finding.rule, "evidence": spans, "source": finding.source,
        "readsAs": review.reads_as, "pending": finding.pending,
        "risk": {name: getattr(review.risk, name) for name in ("level", "score", "code", "pending")},
    }  # fmt: skip


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _short(summary: str) -> str:
    return summary if len(summary) <= MOST_SUMMARY else summary[: MOST_SUMMARY - 1].rstrip() + "…"


def card_id(fingerprint: str) -> str:
    """Return a UUID made of 32 hexadecimal digits of a keyed hash."""
    return str(uuid.UUID(hex=fingerprint, version=5))
