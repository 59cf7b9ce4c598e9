"""Near-duplicates and shared sentences between notes: MinHash over word shingles (Broder 1997), twins of one original apart."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from note_review.evaluation.annotated import AnnotatedNote

SHINGLE = 4
HASHES = 48
BAND = 4
SIMILAR = 0.4
_MASK = (1 << 61) - 1


def shingles(text: str) -> set[int]:
    """Return the hashes of all runs of four words."""
    words = re.findall(r"\w+", text.lower())
    runs = (" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))
    return {int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big") & _MASK for run in runs}


def signature(items: set[int]) -> tuple[int, ...]:
    """Return the MinHash signature of a set of shingles."""
    return tuple(min((a * item + b) % _MASK for item in items) for a, b in _COEFFICIENTS)


def _coefficients() -> tuple[tuple[int, int], ...]:
    made = []
    for number in range(HASHES):
        digest = hashlib.blake2b(f"minhash {number}".encode(), digest_size=16).digest()
        made.append((int.from_bytes(digest[:8], "big") | 1, int.from_bytes(digest[8:], "big")))
    return tuple(made)


_COEFFICIENTS = _coefficients()


def near_duplicates(notes: Sequence[AnnotatedNote]) -> Iterator[tuple[AnnotatedNote, AnnotatedNote, float]]:
    """Yield pairs of unrelated notes whose shingles overlap by :data:`SIMILAR` or more (Jaccard, exact)."""
    sets = {note.id: shingles(note.text) for note in notes}
    by_id = {note.id: note for note in notes}
    buckets: dict[tuple[int, tuple[int, ...]], list[str]] = defaultdict(list)
    for note in notes:
        marks = signature(sets[note.id])
        for start in range(0, HASHES, BAND):
            buckets[start, marks[start : start + BAND]].append(note.id)
    seen: set[tuple[str, str]] = set()
    for members in buckets.values():
        for i, first in enumerate(members):
            for second in members[i + 1 :]:
                pair = (min(first, second), max(first, second))
                if pair in seen or _related(by_id[first], by_id[second]):
                    continue
                seen.add(pair)
                shared = len(sets[first] & sets[second]) / len(sets[first] | sets[second])
                if shared >= SIMILAR:
                    yield by_id[pair[0]], by_id[pair[1]], shared


def _related(first: AnnotatedNote, second: AnnotatedNote) -> bool:
    """Say whether two notes are an original and its twin, or twins of one original."""
    return bool(first.header.get("twin_of", first.id) == second.header.get("twin_of", second.id))


def shared_sentences(notes: Sequence[AnnotatedNote], *, words: int = 9) -> Iterator[tuple[str, list[str]]]:
    """Yield sentences of some length that stand in unrelated notes, by a hash, with the notes' ids."""
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for note in notes:
        for sentence in re.split(r"[.\n;]+", note.text):
            normal = " ".join(re.findall(r"[a-z]+", sentence.lower()))
            if len(normal.split()) >= words:
                places[normal].setdefault(note.header.get("twin_of", note.id), note.id)
    for sentence, ids in places.items():
        if len(ids) > 1:
            yield hashlib.sha256(sentence.encode()).hexdigest()[:10], sorted(ids.values())
