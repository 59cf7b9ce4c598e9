"""The linear engine: hashed features, one matrix per question, a Viterbi pass for the tags. No state but its weights."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from safetensors import SafetensorError, safe_open
from sklearn.feature_extraction import FeatureHasher

from note_review.encounter import Mention
from note_review.engines.base import CODE_CLASSES, Readings
from note_review.engines.decoding import FAINT, TAGS, Matrix, Run, best_paths, leaning, spans_of, untouched
from note_review.engines.features import mention_counts, service_document, span_document, token_features, tokenize
from note_review.errors import ModelError
from note_review.note import Span
from note_review.reading.page import Page

QUESTIONS = ("tags", "deficit", "technique", "response", "service_code", "note_code", "skill", "generic", "vague")
BITS = {"tags": 18}
DEFAULT_BITS = 15


def hashed(rows: Iterable[dict[str, float]] | Iterable[list[str]], *, bits: int, pairs: bool = False) -> object:
    """Hash rows of features (strings, or name-value pairs) into a sparse matrix of ``2**bits`` columns."""
    hasher = FeatureHasher(2**bits, input_type="dict" if pairs else "string", dtype=np.float32)
    return hasher.transform(rows)


def words(document: str) -> list[str]:
    """Return the words of a document and their neighbours' pairs, once each."""
    tokens = document.split()
    return sorted({*tokens, *(f"{a} {b}" for a, b in itertools.pairwise(tokens))})


def code_row(page: Page, mentions: Sequence[Mention], parts: Sequence[Span]) -> dict[str, float]:
    """Return the features from which a service's code is read: its words, its mentions, and the note's mentions around it."""
    row = {f"w:{w}": 0.15 for w in words(service_document(page, parts))}
    row |= mention_counts(mentions, parts, prefix="in:")
    row |= mention_counts(mentions, [Span(0, len(page.text))], prefix="all:")
    return row


def note_row(page: Page, mentions: Sequence[Mention]) -> dict[str, float]:
    """Return the features of a whole note: all its words and mentions, and what its services are."""
    whole = [Span(0, len(page.text))]
    row = {f"w:{w}": 0.08 for w in words(service_document(page, whole))}
    row |= mention_counts(mentions, whole, prefix="all:")
    row["services"] = min(len(page.services), 4) / 4
    row["minutes"] = float(bool(page.minutes))
    return row


@dataclass(frozen=True, slots=True)
class Linear:
    """One question's weights: ``(features, classes)``, intercepts and classes."""

    weights: Matrix
    intercept: Matrix
    classes: tuple[str, ...]

    def probabilities(self, matrix: object) -> Matrix:
        """Return probabilities, one row per row of the sparse matrix."""
        scores = matrix @ self.weights + self.intercept  # type: ignore[operator]
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        return cast(Matrix, odds / odds.sum(axis=1, keepdims=True))


class LinearEngine:
    """Linear models over hashed features; weights in one safetensors file with their settings in its metadata."""

    def __init__(self, questions: dict[str, Linear], transitions: Matrix, *, name: str, version: str) -> None:
        self._questions = questions
        self.transitions = transitions
        self.lean: Mapping[str, float] = {}
        self.name = name
        self.version = version

    @classmethod
    def load(cls, path: Path) -> LinearEngine:
        """Load an engine.

        Raises
        ------
        ModelError
            The file is absent, damaged or of another format.
        """
        try:
            with safe_open(path, framework="numpy") as file:
                meta = json.loads(file.metadata()["note_review"])
                questions = {
                    q: Linear(
                        file.get_tensor(f"{q}.weights").astype(np.float32),
                        file.get_tensor(f"{q}.intercept").astype(np.float32),
                        tuple(meta["classes"][q]),
                    )
                    for q in QUESTIONS
                }
                transitions = file.get_tensor("transitions").astype(np.float32)
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise ModelError(f"{path.name}: not a linear engine of this version ({type(error).__name__})") from None
        return cls(questions, transitions, name=meta["name"], version=meta["version"])

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        return [self._read(page) for page in pages]

    def _read(self, page: Page) -> Readings:
        mentions, faint = self._decoded(page, *self.tag_chances(page), leans=(self.lean, {**self.lean, **FAINT}))
        rows = [*(code_row(page, mentions, service.parts) for service in page.services), note_row(page, mentions)]
        matrix = hashed(rows, bits=DEFAULT_BITS, pairs=True)
        return Readings(
            mentions=tuple(mentions),
            service_codes=tuple(self._codes("service_code", matrix)[:-1]),
            note_code=self._codes("note_code", matrix)[-1],
            skill=self._yes("skill", matrix),
            generic_exercise=self._yes("generic", matrix),
            vague_deficit=self._yes("vague", matrix),
            faint=untouched(faint, mentions),
        )

    def mentions(self, page: Page) -> list[Mention]:
        """Return deficits, techniques and responses with their attributes, in text order."""
        return self._decoded(page, *self.tag_chances(page), leans=(self.lean,))[0]

    def _decoded(
        self, page: Page, places: list[tuple[int, int]], chances: Matrix, *, leans: Sequence[Mapping[str, float]]
    ) -> list[list[Mention]]:
        """Return the mentions under each of several leans."""
        if not places:
            return [[] for _ in leans]
        runs = [spans_of(path) for path in best_paths([leaning(chances, lean) for lean in leans], self.transitions)]
        said = self._said(page, places, chances, sorted({run for found in runs for run in found}))
        return [[said[run] for run in found] for found in runs]

    def _said(self, page: Page, places: list[tuple[int, int]], chances: Matrix, runs: list[Run]) -> dict[Run, Mention]:
        """Return the mention that each run of tags makes, the attributes of a kind asked at once."""
        said: dict[Run, Mention] = {}
        for kind in {run[2] for run in runs}:
            own = [run for run in runs if run[2] == kind]
            spans = [Span(places[first][0], places[last][1]) for first, last, _ in own]
            question = self._questions[kind]
            shares = question.probabilities(hashed([words(span_document(page, span)) for span in spans], bits=DEFAULT_BITS))
            columns = [TAGS.index(f"B-{kind}"), TAGS.index(f"I-{kind}")]
            for (first, last, _), span, row in zip(own, spans, shares, strict=True):
                sure = float(chances[first : last + 1][:, columns].sum(axis=1).mean())
                best = int(row.argmax())
                said[first, last, kind] = Mention(kind, span, question.classes[best], round(sure * float(row[best]), 4))
        return said

    def tag_chances(self, page: Page) -> tuple[list[tuple[int, int]], Matrix]:
        """Return the tokens' places and the probabilities of their tags."""
        tokens = tokenize(page.text)
        if not tokens:
            return [], np.zeros((0, len(TAGS)), dtype=np.float32)
        rows = hashed(token_features(page, tokens), bits=BITS["tags"])
        return [(t.start, t.end) for t in tokens], self._questions["tags"].probabilities(rows)

    def _codes(self, question: str, matrix: object) -> list[dict[str, float]]:
        model = self._questions[question]
        return [{c: float(row[model.classes.index(c)]) for c in CODE_CLASSES} for row in model.probabilities(matrix)]

    def _yes(self, question: str, matrix: object) -> float:
        """Return the answer for the whole note, whose row is the last."""
        model = self._questions[question]
        return float(model.probabilities(matrix)[-1][model.classes.index("yes")])
