"""Features of tokens, spans and services for linear models: words and their surroundings, never the billed code."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from note_review.encounter import Mention
from note_review.note import Span
from note_review.reading.page import Page
from note_review.reading.service_names import CODE, names_in
from note_review.reading.small_letters import any_case, small

TOKEN = re.compile(r"\w+|[^\w\s]")
_NUMBER = re.compile(r"\d")
_SHAPES = ((re.compile(r"[A-Z]+"), "X"), (re.compile(r"[a-z]+"), "x"), (re.compile(r"\d+"), "d"))
_CUES = {
    "no": any_case(r"\b(?:no|not|denie[sd]|without|w/o|neg|never|none)\b"),
    "not_done": any_case(r"\b(?:held|deferred|declined|refused|skipped|not (?:done|performed)|NT|d/c)\b"),
    "plan": any_case(r"\b(?:next|plan|will|continue|cont|progress to|consider|goal|add|tomorrow|if)\b"),
    "home": any_case(r"\b(?:hep|home|daily|per day|x/day)\b"),
    "past": any_case(r"\b(?:last|previous|prior|yesterday|h/o|history|s/p|ago)\b"),
    "purpose": any_case(r"\b(?:to (?:improve|increase|address|reduce|restore|promote|facilitate|train|normalize|decrease)|for (?:improved|increased)|due to|2/2|secondary to|because|limits?|limiting)\b"),
    "change": any_case(r"(?:->|→|=>|\bfrom\b.{1,20}\bto\b|\bup from\b|\bdown from\b|\bvs\b|\bwas\b|\bimproved\b|\bby (?:set|rep|trial|end)\b|\blast set\b)"),
    "cue": any_case(r"\b(?:cue[sd]?|cueing|cuing|vc|vcs|tc|tcs|tactile|verbal|facilitat\w+|manual\w*|assist\w*|CGA|SBA|min ?A|mod ?A)\b"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a single sign."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Split a text as ``score.py`` counts it: words, and signs one by one."""
    return [Token(m[0], m.start(), m.end()) for m in TOKEN.finditer(text)]


def token_features(page: Page, tokens: Sequence[Token]) -> list[list[str]]:
    """Return the features of each token of a page."""
    text = page.text
    section_starts = [s.span.start for s in page.sections]
    words = [_normal(t.text) for t in tokens]
    shapes = [_shape(t.text) for t in tokens]
    line_cues = [_cues_in(text[line.start : line.end]) for line in page.lines.spans]
    line_features = [_line_features(text, line, cues) for line, cues in zip(page.lines.spans, line_cues, strict=True)]
    service_of = _service_marks(page)
    padded = ["<<", "<<", "<<", *words, ">>", ">>", ">>"]
    rows: list[list[str]] = []
    first_of_line = -1
    since = 0
    for i, token in enumerate(tokens):
        line = page.lines.index_at(token.start)
        since = since + 1 if line == first_of_line else 0
        first_of_line = line
        section = page.sections[max(0, bisect_right(section_starts, token.start) - 1)].kind
        p = i + 3
        w = padded[p]
        place = service_of(token.start)
        row = [
            "b", f"w={w}", f"w-1={padded[p - 1]}", f"w+1={padded[p + 1]}", f"w-2={padded[p - 2]}", f"w+2={padded[p + 2]}",
            f"w-3={padded[p - 3]}", f"w+3={padded[p + 3]}",
            f"b-={padded[p - 1]}_{w}", f"b+={w}_{padded[p + 1]}", f"t={padded[p - 1]}_{w}_{padded[p + 1]}", f"b2={padded[p + 1]}_{padded[p + 2]}",
            f"s={shapes[i]}", f"p={w[:3]}", f"q={w[:5]}", f"x={w[-3:]}", f"y={w[-4:]}",
            f"sec={section}", f"sec_w={section}_{w}", f"pos={min(since, 6)}", f"svc={place}", f"svc_w={place}_{w}",
        ]  # fmt: skip
        row += line_features[line]
        row += [f"pre_{name}" for name in _clause_cues(text, page.lines.spans[line], token, line_cues[line])]
        rows.append(row)
    return rows


def _normal(word: str) -> str:
    lowered = word.lower()
    return _NUMBER.sub("0", lowered) if lowered[:1].isdigit() else lowered


def _shape(word: str) -> str:
    if word.isascii() and word.isalpha() and word.islower():
        return "x"
    if len(word) == 1 and not word.isalnum():
        return word
    for pattern, letter in _SHAPES:
        word = pattern.sub(letter, word)
    return word[:6]


def _cues_in(content: str) -> list[str]:
    content = small(content)
    return [name for name, pattern in _CUES.items() if pattern.search(content)]


def _line_features(text: str, line: Span, cues: Sequence[str]) -> list[str]:
    content = text[line.start : line.end]
    features = [f"L_{name}" for name in cues]
    if "|" in content or "\t" in content:
        features.append("L_table")
    if re.match(r"\s*[-*•·]", content):
        features.append("L_bullet")
    if re.search(r"\d\s*x\s*\d", content):
        features.append("L_dose")
    head = re.match(r"\s*([A-Za-z][A-Za-z /]{1,30}):", content)
    if head:
        features.append(f"L_head={head[1].lower().strip()}")
    features.append(f"L_len={min(len(content) // 40, 4)}")
    return features


def _clause_cues(text: str, line: Span, token: Token, in_line: Sequence[str]) -> list[str]:
    """Return the cues that stand before a token in its sentence (40 characters at most).

    What its line lacks can stand there only where the 40 characters begin inside a word.
    """
    before = text[max(line.start, token.start - 40) : token.start]
    for stop in (". ", ";", " but ", ": "):
        before = before.rpartition(stop)[2]
    before = small(before)
    return [name for name, cue in _CUES.items() if (cue.search(before) if name in in_line else cue.match(before))]


def _service_marks(page: Page) -> Callable[[int], str]:
    """Return a function that says how an offset stands to the services: inside one, in its head, outside."""
    heads = [a.head for s in page.services for a in s.anchors]
    parts = [p for s in page.services for p in s.parts if s.anchors]

    def mark(offset: int) -> str:
        if any(h.start <= offset < h.end for h in heads):
            return "head"
        return "in" if any(p.start <= offset < p.end for p in parts) else "out"

    return mark


def masked(text: str) -> str:
    """Return a text without service names, codes and figures, so that what was done speaks, not its heading."""
    text = CODE.sub(" ", text)
    for written in (True, False):
        for start, end, _ in reversed(names_in(text, written=written)):
            text = f"{text[:start]} {text[end:]}"
    return re.sub(r"\d+", "0", text).lower()


def span_document(page: Page, span: Span) -> str:
    """Return a span and its surroundings as words for a bag-of-words model: own words twice marked, neighbours apart."""
    text = page.text
    own = [_normal(t.text) for t in tokenize(text[span.start : span.end])]
    line = page.lines.at(span.start)
    before = tokenize(masked(text[max(line.start, span.start - 60) : span.start]))[-6:]
    after = tokenize(masked(text[span.end : min(len(text), span.end + 90)]))[:10]
    pairs = [f"{a}_{b}" for a, b in itertools.pairwise(own)]
    edges = [f"first={own[0]}", f"last={own[-1]}"] if own else []
    numbers = ["has_number"] if any(w[:1] == "0" for w in own) else []
    return " ".join([*own, *pairs, *edges, *numbers, *(f"-{t.text}" for t in before), *(f"+{t.text}" for t in after)])


def service_document(page: Page, parts: Sequence[Span]) -> str:
    """Return the masked words of a service."""
    return masked("\n".join(page.text[p.start : p.end] for p in parts))


def mention_counts(mentions: Sequence[Mention], parts: Sequence[Span], *, prefix: str) -> dict[str, float]:
    """Count mentions by kind and attribute inside some stretches, as shares and as presence."""
    inside = [m for m in mentions if any(p.start <= m.span.start < p.end for p in parts)]
    counts: dict[str, float] = {}
    for mention in inside:
        key = f"{prefix}{mention.kind}:{mention.attribute}"
        counts[key] = counts.get(key, 0.0) + mention.confidence
    techniques = sum(v for k, v in counts.items() if ":" in k and "technique" in k) or 1.0
    shares = {f"{k}/share": v / techniques for k, v in counts.items() if "technique" in k}
    counts = {k: min(v, 4.0) / 4.0 for k, v in counts.items()}
    counts[f"{prefix}none"] = float(not any(m.kind == "technique" for m in inside))
    return {**counts, **shares}
