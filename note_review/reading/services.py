"""The services a note documents: which text, minutes and code belong together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from note_review.encounter import GivenBy, Minutes, Section
from note_review.note import ClaimLine, Span
from note_review.reading.anchor import Anchor
from note_review.reading.closing_lines import without_closing_lines
from note_review.reading.filled_heads import has_lines_beneath, tells_what_was_done
from note_review.reading.lines import Lines, clause_at
from note_review.reading.marks import Marks
from note_review.reading.sections import section_at
from note_review.reading.service_names import EVALUATIONS, TIMED_CODES
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.talk import is_only_talked_about
from note_review.reading.visits import told_of_another_visit

_CLOSED = frozenset({"goals", "history", "prior_visit", "home_program", "precautions"})
_ENDS_BLOCK = frozenset(
    {
        "assessment",
        "plan",
        "goals",
        "response",
        "home_program",
        "subjective",
        "signature",
        "billing",
        "prior_visit",
        "history",
        "equipment",
        "precautions",
    }
)
_NOT_DONE = re.compile(
    r"\b(?:not (?:performed|done|given|billed|provided|completed|appropriate|indicated|tolerated|started|today)|held|deferred|declined|refus\w+|will|continue|cont\b|next (?:visit|session|time|week|tx)|plan(?:ned)? (?:to|for|is)|"
    r"would benefit|recommend\w*|to include|consider|may benefit|needs?(?: continued)?|no charge|d/c(?:'d)?|discontinu\w+|trial(?:ed)? next|order(?:s|ed)? for|eval(?:uate)? and treat|goal)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class ServiceText:
    """A service before it is judged: its named code, the code it is billed as, its stretches of text and minutes.

    ``filled_heads`` are the heads that say themselves what was done.
    """

    named: str
    billed: str | None
    parts: list[Span] = field(default_factory=list)
    minutes: int | None = None
    anchors: list[Anchor] = field(default_factory=list)
    filled_heads: set[Span] = field(default_factory=set)

    @property
    def given_by(self) -> tuple[GivenBy, ...]:
        """What its names say of who gave it."""
        return tuple(given for anchor in self.anchors for given in anchor.given_by)

    @property
    def span(self) -> Span:
        """From the first to the last character of the service (the empty span where the note says nothing of it)."""
        if not self.parts:
            return self.anchors[0].head if self.anchors else Span(0, 0)
        return Span(min(p.start for p in self.parts), max(p.end for p in self.parts))


def written_claim(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], others: Sequence[Span]
) -> tuple[list[ClaimLine], list[Span]]:
    """Return the claim that the note itself states: codes written out, or names with units, one line a code.

    ``others`` are the stretches of other visits, which bill nothing of this one.
    """
    found: dict[str, ClaimLine] = {}
    spans: list[Span] = []
    elsewhere = Marks(len(text), others)
    for anchor in anchors:
        stated = anchor.explicit or anchor.units is not None
        if not stated or anchor.units == 0 or _is_menu_item(text, lines, anchor):
            continue
        if elsewhere.hold(anchor.span.start):
            continue
        if _is_of_another_visit(text, lines, anchor) or _is_spoken_of(text, lines, anchor):
            continue
        section = section_at(sections, anchor.span.start).kind
        if (section in _CLOSED or section == "plan") and anchor.units is None and not anchor.times:
            continue
        if _is_not_done(text, lines, anchor) and anchor.units is None and not anchor.times:
            continue
        old = found.get(anchor.code)
        units = anchor.units if old is None or old.units is None else old.units
        modifiers = anchor.modifiers or (old.modifiers or () if old else ())
        found[anchor.code] = ClaimLine(code=anchor.code, units=units, modifiers=modifiers or None)
        spans.append(anchor.head)
    return _with_modifier_of_all(text, list(found.values())), spans


def _with_modifier_of_all(text: str, claim: list[ClaimLine]) -> list[ClaimLine]:
    """Put a modifier that the note gives to all its lines (`GP all lines`) on each."""
    match = _ON_ALL_LINES.search(text) if claim and has_any(text, ("GP", "GO", "GN")) else None
    if match is None:
        return claim
    given = match["a"] or match["b"]
    return [line.model_copy(update={"modifiers": (*(m for m in line.modifiers or () if m != given), given)}) for line in claim]


def read_services(
    text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor], minutes: Sequence[Minutes], claim: Sequence[ClaimLine]
) -> list[ServiceText]:  # fmt: skip
    """Return one service per code that the note documents or the claim bills, in the order of the note, then of the claim."""
    if _no_visit(text, minutes):
        return []
    rendered = [
        a
        for a in anchors
        if _is_rendered(text, lines, sections, a) and (not a.untimed_modality or any(a.code == c.code for c in claim))
    ]
    services: dict[str, ServiceText] = {}
    for anchor, part in _blocks(text, lines, sections, rendered):
        for other in anchor.shared[1:] if not anchor.explicit else ():
            services.setdefault(other, ServiceText(other, None)).parts.append(part)
        service = services.setdefault(anchor.code, ServiceText(anchor.code, anchor.code if anchor.explicit else None))
        service.billed = service.billed or (anchor.code if anchor.explicit or anchor.units is not None else None)
        service.anchors.append(anchor)
        if part.end > part.start:
            service.parts.append(part)
        if section_at(sections, anchor.span.start).kind not in _ENDS_BLOCK and tells_what_was_done(text, lines, anchor, rendered):
            service.filled_heads.add(anchor.head)
    _bill(services, claim)
    _drop_undocumented(services, claim)
    for line in claim:
        if not any(s.billed == line.code for s in services.values()):
            services[line.code] = ServiceText(line.code, line.code)
    result = list(services.values())
    if not result:
        result = [ServiceText("", None)]
    _share_text(text, sections, result)
    return result


_NO_VISIT = any_case(
    r"\b(?:missed (?:treatment|visit|session|appointment)|no[- ]?show\b(?! fee)(?!\s*\(\s*\))|visit not completed|not completed|d/?c summary|discharge (?:summary|note|by phone)|(?:attainment|status) at discharge|patient not seen|no pt today|"
    r"letter of (?:medical )?necessity|to whom it may concern|this letter|appeals? (?:unit|dep\w+)|first-level appeal|statement of account|peer review|review of records|referral order|order form|plan of treatment for|telephone (?:encounter|call)|"
    r"phone call|care coordination|attendance log|annual review|thank you for (?:sending|referring)|not seen today|cancel\w* visit)\b"
)


def _no_visit(text: str, minutes: Sequence[Minutes]) -> bool:
    """Whether the paper says at its head that it records no visit: a missed one, a summary, a letter, a call, an account."""
    match = _NO_VISIT.search(small(text[:200]))
    return match is not None and not any(m.scope in TIMED_CODES or m.scope.startswith("total_t") for m in minutes)


_NOTHING_BEHIND = re.compile(r"(?:[\s|:.,=–—_()/-]|0(?!\d)|n/?a\b|none\b|units?\b|min(?:ute)?s?\b|x(?=\s?0)|x\b)*", re.IGNORECASE)


_UNTICKED = re.compile(r"(?:\[\s?\]|☐|□|\(\s\))\s*(?:CPT\s*)?$")
_SPOKEN_OF_BEFORE = re.compile(
    r"(?:\bper (?:the )?CPT\b|\b(?:denied|denials? (?:of|for)|appeal(?:ed|ing)?|auth(?:orized|orization|'?d)?(?: for)?|approved(?: for)?)\b)[^.;\n]{0,25}$|\b(?:no|none of|omitted|skipped|deferred)\s+$",
    re.IGNORECASE,
)
_SPOKEN_OF_AFTER = re.compile(
    r"\W*(?:(?:was |were )?not (?:billed|charged)|(?:\d+ )?(?:units?|visits?) (?:approved|authorized|auth'?d|remaining|left)|(?:was |were )?(?:denied|approved|authorized|paid|rejected|pended|pending))\b",
    re.IGNORECASE,
)
_ON_ALL_LINES = re.compile(
    r"\b(?P<a>G[PON])\b(?i:(?:\s+modifier)?\s*(?:(?:on|to|for|x)\s*)?(?:all|each|every|both)(?:(?=\s*(?:[).,;\]]|$))|\s+(?:the\s+)?(?:\w+\s+)?(?:lines?|codes?|services?|charges?|units?|cpts?)\b))"
    r"|\b[AaBbEe](?i:ll|oth|ach|very)\s+(?:(?i:(?:the\s+)?(?:lines?|codes?|services?|charges?|cpts?)\s*[:=–-]?\s*(?:with|w/|carry|under|billed|mod(?:ifier)?s?)?\s*[:=]?\s*)|(?i:with|w/|under|carry)\s+)?(?P<b>G[PON])\b"
)


def _is_spoken_of(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether a code is only talked about: denied, appealed, authorised, explained or said not to be billed."""
    return (
        is_only_talked_about(text, lines, anchor)
        or _SPOKEN_OF_AFTER.match(text, anchor.span.end) is not None
        or _SPOKEN_OF_BEFORE.search(text, max(0, anchor.span.start - 45), anchor.span.start) is not None
    )


def _is_menu_item(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether a row of a charge grid or a form names a service of which nothing was given."""
    if anchor.times:
        return all(t.value == 0 for t in anchor.times)
    line = lines.at(anchor.head.start)
    if _UNTICKED.search(text, max(line.start, anchor.span.start - 120), anchor.span.start):
        return True
    if anchor.units is not None or not _NOTHING_BEHIND.fullmatch(text, anchor.span.end, line.end):
        return False
    rest = text[anchor.span.end : line.end]
    return re.search(r"0|--|__", rest) is not None and not ("__" in rest and has_lines_beneath(text, lines, line))


def _is_of_another_visit(text: str, lines: Lines, anchor: Anchor) -> bool:
    start = max(clause_at(text, lines, anchor.span.start).start, lines.at(anchor.span.start).start, anchor.span.start - 80)
    return told_of_another_visit(text, start, anchor.span.start)


def _drop_undocumented(services: dict[str, ServiceText], claim: Sequence[ClaimLine]) -> None:
    """With a claim, what is neither billed nor timed is a name in passing; an evaluation by name is no second service."""
    codes = {line.code for line in claim}
    for key, service in list(services.items()):
        timed = any(a.times for a in service.anchors)
        name_only = not any(a.explicit for a in service.anchors)
        evaluation = service.named in EVALUATIONS and name_only and len(services) > 1
        if (codes and service.billed not in codes and (not timed or evaluation)) or (not codes and evaluation and not timed):
            del services[key]


def _is_not_done(text: str, lines: Lines, anchor: Anchor) -> bool:
    clause = clause_at(text, lines, anchor.span.start)
    return _NOT_DONE.search(text, clause.start, min(clause.end, anchor.head.end + 40)) is not None


def _is_rendered(text: str, lines: Lines, sections: tuple[Section, ...], anchor: Anchor) -> bool:
    kind = section_at(sections, anchor.span.start).kind
    if _is_menu_item(text, lines, anchor) or _is_of_another_visit(text, lines, anchor):
        return False
    proved = bool(anchor.times) or anchor.units is not None
    if kind in _CLOSED:
        return False
    if kind == "plan":
        return anchor.units is not None or (bool(anchor.times) and anchor.explicit)
    if kind == "subjective" and not proved and not anchor.explicit:
        return False
    if not proved and _is_not_done(text, lines, anchor):
        return False
    return anchor.explicit or proved or anchor.leads or kind != "assessment"


def _blocks(text: str, lines: Lines, sections: tuple[Section, ...], anchors: Sequence[Anchor]) -> list[tuple[Anchor, Span]]:
    """Give each anchor the stretch of text that it heads (empty for rows of a charge grid)."""
    blocks: list[tuple[Anchor, Span]] = []
    closing = [*(s.span.start for s in sections if s.kind in _ENDS_BLOCK), len(text)]
    listed = _listed(text, anchors)
    for number, anchor in enumerate(anchors):
        if number in listed:
            blocks.append((anchor, Span(anchor.head.start, anchor.head.start)))
            continue
        line = lines.at(anchor.head.start)
        following = anchors[number + 1] if number + 1 < len(anchors) else None
        beside = [a for a in (anchors[number - 1] if number else None, following) if a is not None]
        alone = not any(lines.index_at(a.span.start) == lines.index_at(anchor.span.start) for a in beside)
        if alone and anchor.last and not anchor.leads and _is_a_sentence(text[line.start : anchor.head.start]):
            blocks.append((anchor, Span(line.start, anchor.head.end)))
            continue
        stop = _stop(text, lines, closing, anchor, following)
        content = text[anchor.head.end : stop].strip(" \t\n\r|-–—:;,.()[]*=_")
        if not re.search(r"[A-Za-z]{3,}", content):
            blocks.append((anchor, Span(anchor.head.start, anchor.head.start)))
            continue
        start = anchor.head.start
        if not anchor.leads:
            start = max(clause_at(text, lines, anchor.head.start).start, anchors[number - 1].head.end if number else 0)
        blocks.append((anchor, Span(start, start + len(text[start:stop].rstrip()))))
    own = without_closing_lines(text, lines, [block for _, block in blocks])
    return list(zip((anchor for anchor, _ in blocks), own, strict=True))


_JOINED = any_case(
    r"[ )]*(?:(?:one|two|three|four|once|twice|\d ?u(?:nits?)?|g[po]|together|each) ?)*(?:,|/|\+|&|\band\b|\bplus\b)(?: (?:and|to|then|codes?|[ap]m block))* ?"
)


def _listed(text: str, anchors: Sequence[Anchor]) -> set[int]:
    """Return the numbers of anchors that stand in a list of several services ("97112 and 97530, a unit each"): what follows it is of them all."""
    runs: list[list[int]] = [[]]
    for number, anchor in enumerate(anchors):
        before = anchors[runs[-1][-1]] if runs[-1] else None
        if before is not None and not _JOINED.fullmatch(small(text[before.head.end : anchor.head.start])):
            runs.append([])
        runs[-1].append(number)
    return {number for run in runs if len({anchors[n].code for n in run}) > 1 for number in run}


_LABEL = re.compile(r"[\s*#>_\-•|]*[A-Za-z /&]{1,40}[:\-–(]\s*")


def _is_a_sentence(before: str) -> bool:
    return len(re.findall(r"[A-Za-z]{3,}", before)) >= 2 and not _LABEL.fullmatch(before)


def _stop(text: str, lines: Lines, closing: Sequence[int], anchor: Anchor, following: Anchor | None) -> int:
    """Return where an anchor's text ends: at the next service, at a section that closes treatment, or at a gap after prose."""
    limit = len(text)
    if following is not None:
        line = lines.at(following.head.start)
        limit = line.start if following.leads else max(clause_at(text, lines, following.head.start).start, anchor.head.end)
        if limit <= anchor.head.end:
            limit = following.head.start
    closes = closing[bisect_right(closing, anchor.span.start)]
    return max(min(limit, closes), anchor.head.end)


def _bill(services: dict[str, ServiceText], claim: Sequence[ClaimLine]) -> None:
    """Put the claim's codes on services that name none: the same code, else the one left over on both sides."""
    codes = [line.code for line in claim]
    for service in services.values():
        if service.billed is None and service.named in codes:
            service.billed = service.named
    unnamed = [s for s in services.values() if s.billed is None and s.parts]
    left = [c for c in codes if not any(s.billed == c for s in services.values())]
    if len(left) == 1 and len(unnamed) == 1 and unnamed[0].named not in EVALUATIONS:
        unnamed[0].billed = left[0]


def _share_text(text: str, sections: tuple[Section, ...], services: list[ServiceText]) -> None:
    """Where no service has text of its own (codes in the claim, a grid or a foot line only), all treatment text is everybody's."""
    if any(s.parts for s in services):
        timed = [s for s in services if not s.parts and (s.billed or s.named) in TIMED_CODES]
        with_text = [s for s in services if s.parts]
        if timed and len(with_text) == 1 and len(services) == 2 and with_text[0].named not in TIMED_CODES:
            timed[0].parts = _treatment(text, sections)
        return
    for service in services:
        service.parts = _treatment(text, sections)


def _treatment(text: str, sections: tuple[Section, ...]) -> list[Span]:
    skipped = {"goals", "history", "home_program", "plan", "prior_visit", "precautions", "signature", "equipment"}
    return [s.span for s in sections if s.kind not in skipped] or [Span(0, len(text))]
