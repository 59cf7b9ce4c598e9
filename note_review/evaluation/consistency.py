"""What a header and its marks must agree on, by ``corpora/guide.md``.

Each check returns messages that name what is wrong; they never quote the note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from note_review.encounter import CODES, DOMAINS, FAMILIES, NEUROMUSCULAR_DOMAINS, READS_AS
from note_review.evaluation.annotated import REASONS, RESPONSE_KINDS, AnnotatedNote
from note_review.judged import reads_as_claimed
from note_review.reading.service_names import TIMED_CODES
from note_review.risk import ELEMENTS, LEVELS, REASONS_OF_ELEMENT

SCOPE = re.compile(r"\d{5}|[A-Z]\d{4}|total_timed|total_treatment|unspecified")
# In units of a quarter of an hour; work hardening is counted in hours.
TIMED = TIMED_CODES - {"97545", "97546"}
DISTINCT = frozenset({"59", "XE", "XS", "XP", "XU"})


def problems(note: AnnotatedNote) -> list[str]:
    """Return every contradiction found in one annotated note (empty when it is sound)."""
    found = list(_vocabulary(note))
    if found:
        return found
    checks: list[Callable[[AnnotatedNote], Iterator[str]]] = [_marks]
    if note.is_whole:
        checks += [_elements, _risk, _units, _modifiers]
    return [message for check in checks for message in check(note)]


def main_service(header: dict[str, Any]) -> tuple[str, str | None]:
    """Return ``(judged code, what it reads as)`` of the service that risk is about."""
    claimed = [line["code"] for line in header["claim"]]
    services = header["services"]
    codes = claimed or [s["billed"] for s in services if s["billed"]]
    if not codes or "97112" in codes:
        judged = "97112"
    else:
        timed = [s for s in services if s["billed"] in codes]
        judged = max(timed, key=lambda s: s["minutes"] or 0)["billed"] if timed else codes[0]
    reads = next((s["reads_as"] for s in services if s["billed"] == judged), None)
    return judged, reads if codes else header["reads_as"]


def _vocabulary(note: AnnotatedNote) -> Iterator[str]:
    header = note.header
    wanted = (
        ("setting", "style", "claim", "reads_as", "services", "risk", "missing", "reasons") if note.is_whole else ("reads_as",)
    )
    for name in wanted:
        if name not in header:
            yield f"header has no {name}"
    if header.get("reads_as") not in READS_AS:
        yield f"reads_as {header.get('reads_as')!r} is not in the guide"
    if header.get("risk", "low") not in LEVELS:
        yield "risk is not low, moderate or high"
    for name, allowed in (("missing", set(ELEMENTS)), ("reasons", set(REASONS))):
        for word in set(header.get(name, [])) - allowed:
            yield f"{name} has {word!r}, which the guide does not know"
    for service in header.get("services", []):
        if set(service) != {"billed", "minutes", "reads_as"}:
            yield "a service has other keys than billed, minutes, reads_as"
        elif service["reads_as"] not in READS_AS:
            yield f"a service reads as {service['reads_as']!r}"
    for line in header.get("claim", []):
        if not re.fullmatch(r"\d{5}|[A-Z]\d{4}", str(line.get("code", ""))) or "units" not in line:
            yield "a claim line has no code of five characters, or no units (null where unknown)"


def _marks(note: AnnotatedNote) -> Iterator[str]:
    for number, span in enumerate(note.spans, 1):
        where = f"mark {number} ({span.label}:{span.attribute})"
        text = note.text[span.start : span.end]
        if not text or text != text.strip():
            yield f"{where} is empty or begins or ends with a space"
        if span.label == "D" and span.attribute not in DOMAINS:
            yield f"{where}: unknown domain"
        if span.label == "T" and span.attribute not in FAMILIES:
            yield f"{where}: unknown family"
        if span.label == "R" and span.attribute not in RESPONSE_KINDS:
            yield f"{where}: unknown kind"
        if span.label == "M":
            scope, _, value = span.attribute.rpartition(":")
            if not SCOPE.fullmatch(scope) or not value.isdigit():
                yield f"{where}: wants CODE|total_timed|total_treatment|unspecified and whole minutes"


def _elements(note: AnnotatedNote) -> Iterator[str]:
    header = note.header
    missing, reasons = set(header["missing"]), set(header["reasons"])
    for element, names in REASONS_OF_ELEMENT.items():
        if element in missing and reasons.isdisjoint(names):
            yield f"{element} is missing but no reason says so"
        if element not in missing and not reasons.isdisjoint(names):
            yield f"a reason says {element} is missing but missing does not"
    judged, _ = main_service(header)
    domains = {span.attribute for span in note.spans_of("D")}
    claimed_112 = judged == "97112" and (header["claim"] or any(s["billed"] for s in header["services"]))
    if "deficit" not in missing and not (domains & NEUROMUSCULAR_DOMAINS if claimed_112 else domains):
        yield f"deficit is not missing, yet no {'neuromuscular ' if claimed_112 else ''}D is marked"
    if "technique" not in missing and not note.spans_of("T"):
        yield "technique is not missing, yet no T is marked"
    if "minutes" not in missing and not note.spans_of("M"):
        yield "minutes are not missing, yet no M is marked"
    if "response" not in missing and not any(s.attribute == "measured" for s in note.spans_of("R")):
        yield "response is not missing, yet no R:measured is marked"
    if "response_missing" in reasons and note.spans_of("R") and len(header["services"]) < 2:
        yield "response_missing, yet an R is marked (generic alone is response_not_measured)"
    if "response_not_measured" in reasons and not any(s.attribute == "generic" for s in note.spans_of("R")):
        yield "response_not_measured wants a generic R in the note (none at all is response_missing)"
    marked = {span.attribute.rpartition(":")[2] for span in note.spans_of("M")}
    for service in header["services"]:
        if service["minutes"] is not None and not marked:
            yield f"service {service['billed']} has minutes, yet no M is marked"


def reads_otherwise(header: dict[str, Any]) -> str | None:
    """Return what the judged service reads as where that is another code than the judged one, ``undetermined`` included."""
    judged, reads = main_service(header)
    return None if reads is not None and reads_as_claimed(judged, reads) else reads or "undetermined"


def risk_by_guide(header: dict[str, Any]) -> str:
    """Return the risk that the guide's rule gives: it follows from claim, services, missing elements and reasons."""
    reasons = set(header["reasons"])
    high = not header["services"] or reads_otherwise(header) or len(header["missing"]) >= 2 or "not_one_on_one" in reasons
    if high:
        return "high"
    return "moderate" if header["missing"] or "skilled_need_missing" in reasons else "low"


def _risk(note: AnnotatedNote) -> Iterator[str]:
    header = note.header
    (judged, reads), reasons, expected = main_service(header), set(header["reasons"]), risk_by_guide(header)
    if header["risk"] != expected:
        yield f"risk is {header['risk']}, by the guide {expected} (judged {judged}, reads {reads}, missing {header['missing']})"
    if reads in CODES and reads_otherwise(header) and f"reads_as_{reads}" not in reasons:
        yield f"{judged} reads as {reads}, so reasons want reads_as_{reads}"
    if len(header["services"]) == 1 and header["services"][0]["reads_as"] != header["reads_as"]:
        yield "the one service and the note read as different codes"


def _units(note: AnnotatedNote) -> Iterator[str]:
    """Medicare's total-time rule: floor((minutes + 7) / 15) units in all, one above the whole quarters at most."""
    header = note.header
    lines = {line["code"]: line["units"] for line in header["claim"] if line["code"] in TIMED}
    minutes = {s["billed"]: s["minutes"] for s in header["services"] if s["billed"] in TIMED}
    if not lines or None in lines.values() or set(lines) != set(minutes) or None in minutes.values():
        return
    if len([s for s in header["services"] if s["billed"] in TIMED]) != len(minutes):
        return
    total = (sum(minutes.values()) + 7) // 15
    sound = sum(lines.values()) == total and all(minutes[c] // 15 <= u <= minutes[c] // 15 + 1 for c, u in lines.items())
    if sound:
        spare = total - sum(m // 15 for m in minutes.values())
        rest = sorted((m % 15 for m in minutes.values()), reverse=True)
        least = rest[spare - 1] if spare else 16
        sound = all(minutes[c] % 15 >= least for c, u in lines.items() if u > minutes[c] // 15)
    said = "unit_time_mismatch" in header["reasons"]
    if sound and said:
        yield f"unit_time_mismatch, yet minutes ({_listed(minutes)}) carry units ({_listed(lines)})"
    if not sound and not said:
        yield f"units ({_listed(lines)}) do not follow from minutes ({_listed(minutes)}; {total} in all), so unit_time_mismatch is wanted"


def _is_therapy(code: str) -> bool:
    """Say whether a code is billed under a therapy plan of care; spinal manipulation (AT) and visits (25) are not."""
    return code.startswith("97") or code in {"G0283", "95992"}


def _modifiers(note: AnnotatedNote) -> Iterator[str]:
    header = note.header
    reasons = set(header["reasons"])
    lines = [line for line in header["claim"] if line.get("modifiers") is not None]
    by_code = {line["code"]: set(line["modifiers"]) for line in lines}
    pair = "97140" in by_code and by_code.keys() & {"97112", "97530"}
    distinct = any(by_code[code] & DISTINCT for code in by_code)
    if pair and not distinct and "modifier_59_missing" not in reasons:
        yield "97112 or 97530 beside 97140 without 59/X, so modifier_59_missing is wanted"
    if "modifier_59_missing" in reasons and not pair:
        yield "modifier_59_missing, yet 97140 does not stand beside 97112 or 97530 on the claim"
    bare = [
        line["code"]
        for line in lines
        if line["modifiers"] and _is_therapy(line["code"]) and not set(line["modifiers"]) & {"GP", "GO", "GN"}
    ]
    if bare and "modifier_gp_go_missing" not in reasons:
        yield f"claim lines {bare} have modifiers but no GP/GO, so modifier_gp_go_missing is wanted"


def _listed(counts: Mapping[str, object]) -> str:
    return ", ".join(f"{code}: {count}" for code, count in counts.items())
