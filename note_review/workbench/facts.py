"""What the queue sorts, filters and counts by, taken out of a review; and the keyed words by which sealed text is still searched."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Any

from note_review.note import Note

WORD = re.compile(r"[^\W_]+")
SHORTEST_WORD = 2
CODES = 4
RISK_WEIGHT = 0.6
Row = dict[str, Any]


def facts_of(note: Note, review: Mapping[str, Any]) -> Row:
    """Return a note's columns: whose it is, what the judged service reads as, how risky and how sure, what is paid and what of it is at stake."""
    risk, judged = review["risk"], _judged(review)
    sureness = max(judged["probabilities"].values(), default=0.0)
    day = review["date_of_service"] or (str(note.date_of_service) if note.date_of_service else None)
    amounts = [line["amount"] for line in review["claim"]["amounts"] if line["amount"] is not None]
    at_risk = [a["amount"] for a in review["claim"]["amounts"] if a["code"] == risk["code"] and a["amount"] is not None]
    amount = round(sum(amounts), 2) if amounts else None
    return {
        "clinician": _short(note.clinician),
        "clinic": _short(note.clinic),
        "payer": _short(note.payer or review["policy"]["payer"]),
        "day": day,
        "month": day[:7] if day else None,
        "code": risk["code"],
        "reads_as": judged["reads_as"],
        "sureness": round(sureness, 4),
        "score": risk["score"],
        "said_level": risk["level"],
        "amount": amount,
        "at_stake": round(sum(at_risk) * risk["score"], 2) if at_risk else None,
        "priority": priority(risk["score"], sureness),
    }


def priority(score: float, sureness: float) -> float:
    """Return where a note stands in the queue (0..1): risk first, then how unsure the reading of code and risk is."""
    unsure_code = (1.0 - sureness) / (1.0 - 1.0 / CODES)
    unsure_risk = 1.0 - abs(2.0 * score - 1.0)
    return round(RISK_WEIGHT * score + (1.0 - RISK_WEIGHT) * min(1.0, max(unsure_code, unsure_risk)), 6)


def level_at(score: float, said: str, *, high_from: float) -> str:
    """Return the risk level by the tenant's own line; below it, what the machine said stays unless it said high."""
    if score >= high_from:
        return "high"
    return "moderate" if said == "high" else said


def words_of(*texts: str | None) -> set[str]:
    """Return the words that text can be found by, in small letters."""
    return {word for text in texts if text for word in WORD.findall(text.casefold()) if len(word) >= SHORTEST_WORD}


class WordKeys:
    """Words as keyed 63-bit numbers: the same word is found again, and without the key none is read.

    Parameters
    ----------
    key
        The installation's secret; with a store key that key is part of it, so that the database alone gives nothing away.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, words: Iterable[str], *, tenant: str) -> list[int]:
        """Return the numbers of words, each once."""
        salt = tenant.encode() + b"\x00"
        return sorted({self._number(salt + word.encode("utf-8", "surrogatepass")) for word in words})

    def _number(self, written: bytes) -> int:
        return int.from_bytes(hmac.digest(self._key, written, hashlib.sha256)[:8], "big") >> 1


def _judged(review: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return whose reading risk is about: the service billed as the judged code; where no code is claimed and no service bears it, the note."""
    own = [service for service in review["services"] if service["billed"] == review["risk"]["code"]]
    if own:
        return own[0]  # type: ignore[no-any-return]
    return review if review["risk"]["assumed"] else {"reads_as": "undetermined", "probabilities": {}}


def _short(name: str | None) -> str | None:
    return name.strip()[:120] or None if name else None
