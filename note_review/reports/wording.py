"""What all reports say alike: quotes of the note, the risk in words, billed beside supported units."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from note_review.claims import DENIALS
from note_review.review import CheckOut, ClaimLineOut, DenialOut, Evidence, Extracted, Review, ServiceOut

SEVERITY = {"error": 0, "warning": 1, "info": 2}


def quote(text: str, *, limit: int = 90) -> str:
    """Return words of the note on one line, without characters that a terminal or a spreadsheet would obey."""
    visible = "".join(c if c.isspace() or unicodedata.category(c)[0] != "C" else "?" for c in text)
    line = " ".join(visible.split())
    return line if len(line) <= limit else f"{line[: limit - 4].rstrip()} ..."


def risk_in_words(review: Review) -> str:
    """Return the risk as a sentence: its level and odds by the documentation, for which code, and how many of the claim's own checks fail beside it.

    Of a draft it says what the risk would be if the note ended here.
    """
    risk = review.risk
    code = f"{risk.code}{' (assumed: no code is billed)' if risk.assumed else ''}"
    said = (
        f"{risk.level.upper()} risk for {code} by its documentation: {odds(risk.score)} such notes would be down-coded or denied"
    )
    if review.stage == "draft":
        said = f"DRAFT; if it ended here, {said}{' (all that raises it is pending)' if risk.pending else ''}"
    failed = sum(check.result == "fail" and check.severity == "error" for check in review.claim.checks)
    return f"{said}; the claim itself fails {counted(failed, 'check')}" if failed else said


def odds(chance: float) -> str:
    """Return a probability as so many in a hundred, never as a certainty."""
    hundredths = round(chance * 100)
    return "fewer than 1 in 100" if hundredths < 1 else "more than 99 in 100" if hundredths > 99 else f"about {hundredths} in 100"


def counted(number: int, thing: str) -> str:
    """Return a number of things in words: ``1 check``, ``2 checks``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """Return a probability as a whole percentage."""
    return f"{round(share * 100)} %"


def dollars(amount: float | None, *, before: str = "") -> str:
    """Return an amount in US dollars behind some words, or nothing where it is not known."""
    return "" if amount is None else f"{before}${amount:,.2f}"


def claim_line(line: ClaimLineOut) -> str:
    """Return a claim line as coders write it: ``97112 x2 GP-59``."""
    units = "" if line.units is None else f" x{line.units}"
    return line.code + units + (f" {'-'.join(line.modifiers)}" if line.modifiers else "")


def units(review: Review, service: ServiceOut) -> str:
    """Return billed and supported units of a service's code: ``2 billed, 1 supported``."""
    billed = [line.units for line in review.claim.lines if line.code == service.billed]
    supported = review.claim.supported_units.get(service.billed or "")
    said = []
    if any(u is not None for u in billed):
        said.append(f"{sum(u or 0 for u in billed)} billed")
    if supported is not None:
        said.append(f"{supported} supported")
    return ", ".join(said) or "-"


def element(review: Review, name: str) -> list[tuple[Extracted, str]]:
    """Return the note's words for one of the four elements, each with its domain, family, scope or kind."""
    if name == "deficit":
        return [(d, d.domain) for d in review.deficits]
    if name == "technique":
        return [(t, t.family) for t in review.techniques]
    if name == "minutes":
        return [(m, f"{m.value} min, {m.scope}") for m in review.minutes]
    return [(r, r.kind) for r in review.responses]


def words(text: str, evidence: Iterable[Evidence], *, limit: int = 90) -> list[str]:
    """Return the quotes that evidence points at."""
    return [f'"{quote(text[e.start : e.end], limit=limit)}"' for e in evidence if text[e.start : e.end].strip()]


def once(fixes: Iterable[str]) -> list[str]:
    """Return fixes in order, each that was given before as nothing: several findings may ask one question."""
    asked = tuple(fixes)
    first = {fix: place for place, fix in reversed(list(enumerate(asked)))}
    return [fix if first[fix] == place else "" for place, fix in enumerate(asked)]


def fixes(review: Review) -> list[str]:
    """Return the fix of each thing that raised the level, then of each reason, told once."""
    return once([*(raised.fix for raised in review.risk.raised_by), *(reason.fix for reason in review.risk.reasons)])


def open_checks(review: Review) -> list[CheckOut]:
    """Return the claim checks that fail, are pending or cannot be answered, in that order, grave ones first."""
    told = [check for check in review.claim.checks if check.result != "pass"]
    return sorted(told, key=lambda c: (c.result != "fail", not c.pending, SEVERITY.get(c.severity, 3), c.rule))


def check_state(check: CheckOut) -> str:
    """Return how a claim stands with a check: PASS, FAIL, UNKNOWN, or PENDING in a draft."""
    return "PENDING" if check.pending else check.result.upper()


def arithmetic(check: CheckOut) -> str:
    """Return a check's numbers as ``name value`` pairs; nested ones are left to the JSON, empty ones out."""
    plain = [(name, value) for name, value in check.detail.items() if isinstance(value, int | float | str) and value != ""]
    by_code = [(name, value) for name, value in check.detail.items() if isinstance(value, dict) and value]
    said = [f"{name.replace('_', ' ')} {quote(str(value), limit=40)}" for name, value in plain]
    for name, value in by_code:
        said.append(f"{name.replace('_', ' ')} " + ", ".join(f"{k}: {quote(str(v), limit=20)}" for k, v in value.items()))
    return "; ".join(said)


def denial_state(review: Review, denial: DenialOut) -> str:
    """Return how a note stands with a top denial reason: FOUND, NOTED (told, but no hard stop), PENDING (in a draft), UNKNOWN or not found."""
    if denial.pending:
        return "PENDING"
    if denial.result != "pass":
        return "FOUND" if denial.result == "fail" else "UNKNOWN"
    told = {reason.reason for reason in review.risk.reasons} | {c.check for c in review.claim.checks if c.result == "fail"}
    rules = next((known.rules for known in DENIALS if known.rank == denial.rank), frozenset())
    return "NOTED" if told & rules else "not found"


def model_line(review: Review) -> str:
    """Return which engine read the note and which policy judged it."""
    model, policy = review.model, review.policy
    quarter = f", edits {policy.edits_quarter}" if policy.edits_quarter else ""
    return (
        f"Read by {model.name} {model.version} ({model.engine} engine); "
        f"judged by policy of {policy.as_of}, payer {policy.payer}{quarter}"
    )
