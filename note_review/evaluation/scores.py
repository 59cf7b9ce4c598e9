"""Scores of reviews against annotated notes: the figures of the project's ``score.py``, with bootstrap intervals and by group.

Span scores count word tokens once per label; ``overlap`` counts a span as found if it shares any token. Every score is a
function of per-note counts, so that notes can be drawn again with replacement for intervals (Efron's percentile bootstrap).
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from note_review.encounter import CODES, READS_AS, THREE
from note_review.evaluation.annotated import AnnotatedNote, GoldSpan

_WORD = re.compile(r"\w+")
FIELDS = {"D": ("deficits", "domain"), "T": ("techniques", "family"), "M": ("minutes", None), "R": ("responses", "kind")}
SEED = 97112


@dataclass(slots=True)
class Tally:
    """What one note contributes to every score."""

    counts: Counter[str] = field(default_factory=Counter)
    code: tuple[str, str] = ("", "")
    services: list[tuple[str, str]] = field(default_factory=list)
    level: tuple[str, str] = ("", "")
    high: tuple[bool, float] = (False, 0.0)
    brier: float | None = None
    faults: list[str] = field(default_factory=list)


def tally(gold: AnnotatedNote, review: Mapping[str, Any]) -> Tally:
    """Compare one review (as its JSON object) with its annotated note."""
    result = Tally()
    for label, (name, attribute) in FIELDS.items():
        _spans(result, gold, gold.spans_of(label), review.get(name, []), name=name, attribute=attribute)
    header = gold.header
    result.code = (header["reads_as"], review.get("reads_as", "absent"))
    chances = review.get("probabilities", {})
    if header["reads_as"] in CODES and chances:
        result.brier = sum((chances.get(c, 0.0) - (c == header["reads_as"])) ** 2 for c in CODES)
    said_services = review.get("services", [])
    for service in header["services"]:
        if service["billed"]:
            match = next((s["reads_as"] for s in said_services if s.get("billed") == service["billed"]), "absent")
            result.services.append((service["reads_as"], match))
    risk = review.get("risk", {})
    result.level = (header["risk"], risk.get("level", "absent"))
    result.high = (header["risk"] == "high", float(risk.get("score", 0.0)))
    _sets(result, "missing", set(header["missing"]), set(review.get("missing", [])))
    _sets(result, "reasons", set(header["reasons"]), {r["reason"] for r in risk.get("reasons", [])})
    return result


def _tokens(text: str, start: int, end: int) -> set[int]:
    return {m.start() for m in _WORD.finditer(text) if start <= m.start() < end}


def _spans(
    result: Tally, gold: AnnotatedNote, real: Sequence[GoldSpan], said: Sequence[Mapping[str, Any]], *, name: str, attribute: str | None
) -> None:  # fmt: skip
    text, counts = gold.text, result.counts
    real_tokens = set[int]().union(*(_tokens(text, s.start, s.end) for s in real))
    said_tokens = set[int]().union(*(_tokens(text, s["start"], s["end"]) for s in said))
    counts[f"{name}.token.hit"] += len(real_tokens & said_tokens)
    counts[f"{name}.token.said"] += len(said_tokens)
    counts[f"{name}.token.real"] += len(real_tokens)
    for span in real:
        match = [s for s in said if span.start < s["end"] and s["start"] < span.end]
        counts[f"{name}.overlap.real"] += 1
        counts[f"{name}.overlap.found"] += bool(match)
        if not match:
            result.faults.append(f"missed {name} {span.attribute} at {span.start}-{span.end}: {text[span.start : span.end]!r}")
        elif attribute:
            counts[f"{name}.attribute.n"] += 1
            counts[f"{name}.attribute.right"] += match[0].get(attribute) == span.attribute
        if name == "minutes":
            scope, _, value = span.attribute.rpartition(":")
            right = [s for s in match if str(s.get("value")) == value]
            counts["minutes.n"] += 1
            counts["minutes.value"] += bool(right)
            counts["minutes.scope"] += any(s.get("scope") == scope for s in right)
    for item in said:
        good = any(s.start < item["end"] and item["start"] < s.end for s in real)
        counts[f"{name}.overlap.said"] += 1
        counts[f"{name}.overlap.right"] += good
        if not good:
            result.faults.append(f"invented {name} at {item['start']}-{item['end']}: {text[item['start'] : item['end']]!r}")


def _sets(result: Tally, name: str, real: set[str], said: set[str]) -> None:
    result.counts[f"{name}.hit"] += len(real & said)
    result.counts[f"{name}.said"] += len(said)
    result.counts[f"{name}.real"] += len(real)
    result.faults += [f"{name} lacks {word}" for word in sorted(real - said)] + [
        f"{name} has {word} too many" for word in sorted(said - real)
    ]


def f1(hit: int, said: int, real: int) -> float:
    """Return the harmonic mean of precision and recall, 0 where either is undefined."""
    return 2 * hit / (said + real) if hit else 0.0


def macro_f1(pairs: Sequence[tuple[str, str]], classes: Sequence[str]) -> float:
    """Return the mean F1 over the classes that occur in the gold labels."""
    scores = []
    for name in classes:
        real = sum(g == name for g, _ in pairs)
        if real:
            scores.append(f1(sum(g == s == name for g, s in pairs), sum(s == name for _, s in pairs), real))
    return sum(scores) / len(scores) if scores else 0.0


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Return Cohen's kappa."""
    total = len(pairs)
    agree = sum(g == s for g, s in pairs) / total
    left, right = Counter(g for g, _ in pairs), Counter(s for _, s in pairs)
    chance = sum(left[c] * right[c] for c in left) / total**2
    return (agree - chance) / (1 - chance) if chance < 1 else 1.0


def auroc(scored: Sequence[tuple[bool, float]]) -> float:
    """Return the chance that a high note scores above another (ties half); nan where one side is empty."""
    high = [s for y, s in scored if y]
    rest = [s for y, s in scored if not y]
    if not high or not rest:
        return float("nan")
    return sum((h > r) + 0.5 * (h == r) for h in high for r in rest) / len(high) / len(rest)


def scores(tallies: Sequence[Tally]) -> dict[str, float]:
    """Return every score over some notes, by the names that ``score.py`` prints."""
    total: Counter[str] = Counter()
    for one in tallies:
        total.update(one.counts)
    out: dict[str, float] = {"notes": float(len(tallies))}
    for name, attribute in FIELDS.values():
        hit, said, real = (total[f"{name}.token.{k}"] for k in ("hit", "said", "real"))
        out[f"{name}_token_f1"] = f1(hit, said, real)
        out[f"{name}_token_precision"] = hit / said if said else 0.0
        out[f"{name}_token_recall"] = hit / real if real else 0.0
        precision = total[f"{name}.overlap.right"] / (total[f"{name}.overlap.said"] or 1)
        recall = total[f"{name}.overlap.found"] / (total[f"{name}.overlap.real"] or 1)
        out[f"{name}_overlap_f1"] = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        if attribute:
            out[f"{name}_{attribute}_accuracy"] = total[f"{name}.attribute.right"] / max(1, total[f"{name}.attribute.n"])
    out["minutes_value_recall"] = total["minutes.value"] / max(1, total["minutes.n"])
    out["minutes_scope_recall"] = total["minutes.scope"] / max(1, total["minutes.n"])
    return out | _decisions(tallies, total)


def _decisions(tallies: Sequence[Tally], total: Counter[str]) -> dict[str, float]:
    codes = [t.code for t in tallies]
    services = [pair for t in tallies for pair in t.services]
    levels = [t.level for t in tallies]
    briers = [t.brier for t in tallies if t.brier is not None]
    real_high = sum(g == "high" for g, _ in levels)
    real_low = sum(g == "low" for g, _ in levels)
    return {
        "code_accuracy": sum(g == s for g, s in codes) / len(codes),
        "code_macro_f1_three": macro_f1(codes, THREE),
        "code_macro_f1_all": macro_f1(codes, READS_AS),
        "code_kappa": kappa(codes),
        "code_brier": sum(briers) / len(briers) if briers else float("nan"),
        "service_code_accuracy": sum(g == s for g, s in services) / max(1, len(services)),
        "risk_accuracy": sum(g == s for g, s in levels) / len(levels),
        "risk_macro_f1": macro_f1(levels, ("low", "moderate", "high")),
        "risk_high_auroc": auroc([t.high for t in tallies]),
        "high_called_low": sum(p == ("high", "low") for p in levels) / max(1, real_high),
        "low_called_high": sum(p == ("low", "high") for p in levels) / max(1, real_low),
        "missing_f1": f1(*(total[f"missing.{k}"] for k in ("hit", "said", "real"))),
        "reasons_f1": f1(*(total[f"reasons.{k}"] for k in ("hit", "said", "real"))),
    }


def intervals(tallies: Sequence[Tally], *, draws: int = 200, level: float = 0.95) -> dict[str, tuple[float, float]]:
    """Return percentile bootstrap intervals of every score, notes drawn with replacement by a fixed seed."""
    dice = random.Random(SEED)
    drawn: dict[str, list[float]] = {}
    for _ in range(draws):
        for name, value in scores(dice.choices(tallies, k=len(tallies))).items():
            if not math.isnan(value):
                drawn.setdefault(name, []).append(value)
    tail = (1 - level) / 2
    return {name: (_quantile(values, tail), _quantile(values, 1 - tail)) for name, values in drawn.items()}


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def by_group(
    notes: Iterable[AnnotatedNote], tallies: Iterable[Tally], key: Callable[[AnnotatedNote], str]
) -> dict[str, list[Tally]]:
    """Part the tallies by a property of their notes."""
    groups: dict[str, list[Tally]] = {}
    for note, one in zip(notes, tallies, strict=True):
        groups.setdefault(key(note), []).append(one)
    return dict(sorted(groups.items()))
