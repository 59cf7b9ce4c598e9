"""Sentences as the comparison of texts takes them: a line or a sentence, its words in small letters, its figures kept."""

from __future__ import annotations

import re

from note_review.note import Span

_SENTENCE = re.compile(r"[^\n.;]+(?:\.\d+[^\n.;]*)*")
_WORD = re.compile(r"\w+")
# A date without its year could be a strength grade; only a label tells.
_DATE = re.compile(
    r"(?<![\d/])(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2}))(?![\d/])|(?i:\b(?:dos|date(?: of (?:service|visit|treatment))?|dated)\b)\W{0,3}\d{1,2}/\d{1,2}(?![\d/])"
)


def find_sentences(text: str, *, minimum_words: int) -> list[tuple[Span, str]]:
    """Return where each sentence of at least ``minimum_words`` words stands, and its words.

    Figures are words: a sentence with a changed figure is another sentence; one with another date is the same.
    """
    found = []
    for match in _SENTENCE.finditer(text):
        words = words_of(match[0])
        if len(words) >= minimum_words:
            found.append((Span(match.start(), match.end()), " ".join(words)))
    return found


def words_of(text: str) -> list[str]:
    """Return the words and figures of a text in small letters, without its dates."""
    return _WORD.findall(_DATE.sub(" ", text).lower())
