"""The plainest reading, for comparison: a phrase is what it was marked as in the train split, wherever it stands.

Phrases that were marked at more than half of the places where they stand are looked up longest first (spaCy's ``PhraseMatcher``); a service reads
as the code that most of the techniques found in it belong to. The rules around (minutes, services, claims, risk) are the shipped ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan
from spacy.util import filter_spans

from note_review.encounter import FAMILY_CODES, READS_AS, Mention
from note_review.engines.base import UNSURE, Readings
from note_review.note import Span
from note_review.reading.page import Page
from training.notes import KIND_OF_LABEL, Example

SHARE, SURE = 0.5, 0.9


class Dictionary:
    """An engine that knows the marked phrases of some notes."""

    name, version = "dictionary", "1"

    def __init__(self, data: Sequence[Example]) -> None:
        self.bias: Mapping[str, float] = {}
        self._nlp = spacy.blank("en")
        marked: dict[str, Counter[tuple[str, str]]] = {}
        for example in data:
            for span in example.gold.spans:
                if span.label in KIND_OF_LABEL:
                    phrase = _key(self._nlp.make_doc(example.gold.text[span.start : span.end]))
                    marked.setdefault(phrase, Counter())[KIND_OF_LABEL[span.label], span.attribute] += 1
        stands: Counter[str] = Counter()
        self._matcher = self._match_all(list(marked))
        for example in data:
            stands.update(_key(found) for found in self._found(example.gold.text))
        kept = [phrase for phrase, kinds in marked.items() if kinds.total() > SHARE * stands[phrase]]
        self._meaning = {phrase: marked[phrase].most_common(1)[0][0] for phrase in kept}
        self._matcher = self._match_all(kept)

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        return [self._read(page) for page in pages]

    def _match_all(self, phrases: Sequence[str]) -> PhraseMatcher:
        matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        matcher.add("phrase", [self._nlp.make_doc(phrase) for phrase in phrases])
        return matcher

    def _found(self, text: str) -> list[SpacySpan]:
        return filter_spans(self._matcher(self._nlp.make_doc(text), as_spans=True))

    def _read(self, page: Page) -> Readings:
        mentions = []
        for found in self._found(page.text):
            kind, attribute = self._meaning[_key(found)]
            mentions.append(Mention(kind, Span(found.start_char, found.end_char), attribute, SURE))  # type: ignore[arg-type]
        own = [[m for m in mentions if any(p.start <= m.span.start < p.end for p in s.parts)] for s in page.services]
        return Readings(tuple(mentions), tuple(map(_codes, own)), _codes(mentions), (UNSURE,) * (len(own) + 1))


def _key(words: Doc | SpacySpan) -> str:
    return " ".join(word.lower_ for word in words)


def _codes(mentions: Sequence[Mention]) -> dict[str, float]:
    """Return each code's share of the techniques found, and an even one where there are none."""
    counts = Counter(FAMILY_CODES[m.attribute] for m in mentions if m.kind == "technique")
    return {code: (counts[code] + 0.2) / (counts.total() + 0.2 * len(READS_AS)) for code in READS_AS}
