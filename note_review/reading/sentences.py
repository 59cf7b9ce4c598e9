"""Sentences as the comparison of texts takes them: a line or a sentence, its words in small letters, its figures kept."""

from __future__ import annotations

import re

from note_review.note import Span

_SENTENCE = re.compile(r"[^\n.;]+(?:\.\d+[^\n.;]*)*")
_WORD = re.compile(r"\w+")


def find_sentences(text: str, *, minimum_words: int) -> list[tuple[Span, str]]:
    """Return where each sentence of at least ``minimum_words`` words stands, and its words.

    Figures are words: a sentence with a changed figure is another sentence.
    """
    found = []
    for match in _SENTENCE.finditer(text):
        words = _WORD.findall(match[0].lower())
        if len(words) >= minimum_words:
            found.append((Span(match.start(), match.end()), " ".join(words)))
    return found
