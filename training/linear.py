"""Fits the linear engine: ``python -m training.linear --out models/linear``.

Taggers are fitted on gold marks; codes and skill on mentions predicted by cross-fitting over authors. ``training.calibrate`` then
calibrates on the dev split.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression, SGDClassifier

from note_review.encounter import Mention
from note_review.engines.base import CODE_CLASSES
from note_review.engines.decoding import TAGS
from note_review.engines.features import span_document, token_features, tokenize
from note_review.engines.linear import (
    BITS,
    DEFAULT_BITS,
    Linear,
    LinearEngine,
    code_row,
    hashed,
    note_row,
    words,
)
from note_review.evaluation.annotated import AnnotatedNote
from note_review.note import Note, Span
from note_review.reading.page import Page, read_page
from training.notes import author_of, notes_of

KINDS = {"D": "deficit", "T": "technique", "R": "response"}
SEED = 20261123


@dataclass(frozen=True, slots=True)
class Example:
    """A gold note with the page the rules read from it."""

    gold: AnnotatedNote
    page: Page

    @property
    def author(self) -> str:
        """Who wrote it: examples of one author never part."""
        return author_of(self.gold)


def examples(notes: Sequence[AnnotatedNote]) -> list[Example]:
    """Read the pages of gold notes with the claims of their headers."""
    return [Example(n, read_page(Note(id=n.id, text=n.text, claim=n.header.get("claim", ())))) for n in notes]


def tags_of(example: Example) -> list[int]:
    """Return the gold tag of every token."""
    tags = []
    for token in tokenize(example.gold.text):
        span = next((s for s in example.gold.spans if s.label in KINDS and s.start <= token.start < s.end), None)
        name = "O" if span is None else f"{'B' if token.start == span.start else 'I'}-{KINDS[span.label]}"
        tags.append(TAGS.index(name))
    return tags


def fit_linear(matrix: Any, labels: Sequence[str], *, classes: Sequence[str], strength: float = 1.0) -> Linear:
    """Fit a multinomial logistic regression; classes without an example get no weight and a low intercept."""
    model = LogisticRegression(C=strength, max_iter=300, class_weight=None)
    present = sorted(set(labels))
    if len(present) < 2:
        return Linear(np.zeros((matrix.shape[1], len(classes)), np.float32), np.zeros(len(classes), np.float32), tuple(classes))
    model.fit(matrix, labels)
    coefficients = model.coef_ if len(present) > 2 else np.vstack([-model.coef_ / 2, model.coef_ / 2])
    intercepts = model.intercept_ if len(present) > 2 else np.array([-model.intercept_[0] / 2, model.intercept_[0] / 2])
    weights = np.zeros((matrix.shape[1], len(classes)), np.float32)
    intercept = np.full(len(classes), -12.0, np.float32)
    for row, name in enumerate(model.classes_):
        weights[:, classes.index(name)] = coefficients[row]
        intercept[classes.index(name)] = intercepts[row]
    return Linear(weights, intercept, tuple(classes))


def fit_tagger(data: Sequence[Example]) -> tuple[Linear, Any]:
    """Fit the token tagger and its transitions."""
    rows: list[list[str]] = []
    labels: list[int] = []
    counts = np.full((len(TAGS), len(TAGS)), 0.05)
    for example in data:
        tags = tags_of(example)
        rows += token_features(example.page, tokenize(example.gold.text))
        labels += tags
        for before, after in zip([0, *tags], tags, strict=False):
            counts[before, after] += 1
    model = SGDClassifier(loss="log_loss", alpha=2e-6, max_iter=12, tol=None, random_state=SEED, average=True, n_jobs=2)
    model.fit(hashed(rows, bits=BITS["tags"]), labels)
    weights = np.zeros((2 ** BITS["tags"], len(TAGS)), np.float32)
    intercept = np.full(len(TAGS), -12.0, np.float32)
    for row, tag in enumerate(model.classes_):
        weights[:, tag] = model.coef_[row]
        intercept[tag] = model.intercept_[row]
    # Priors of the tags are in the emissions already: transitions say only which tag may follow which, half as loud.
    forbidden = np.zeros_like(counts)
    for before, name_before in enumerate(TAGS):
        for after, name in enumerate(TAGS):
            if name[0] == "I" and name_before[2:] != name[2:]:
                forbidden[before, after] = -50.0
    transitions = 0.3 * np.log(counts / counts.sum(axis=1, keepdims=True)) + forbidden
    return Linear(weights, intercept, TAGS), transitions.astype(np.float32)


def fit_attributes(data: Sequence[Example]) -> dict[str, Linear]:
    """Fit the domain, family and kind of marked spans."""
    from note_review.encounter import DOMAINS, FAMILIES

    classes = {"D": tuple(DOMAINS), "T": FAMILIES, "R": ("generic", "measured")}
    models = {}
    for label, kind in KINDS.items():
        marks = [(e, s) for e in data for s in e.gold.spans_of(label)]
        documents = [words(span_document(e.page, Span(s.start, s.end))) for e, s in marks]
        models[kind] = fit_linear(
            hashed(documents, bits=DEFAULT_BITS), [s.attribute for _, s in marks], classes=classes[label], strength=3.0
        )
    return models


def _gold_mentions(example: Example) -> list[Mention]:
    return [
        Mention(KINDS[s.label], Span(s.start, s.end), s.attribute, 1.0)  # type: ignore[arg-type]
        for s in example.gold.spans
        if s.label in KINDS
    ]


def fit_codes(data: Sequence[Example], mentions: Sequence[Sequence[Mention]]) -> dict[str, Linear]:
    """Fit the code of services and notes, skill and generic exercise on the given mentions."""
    whole = [(e, m) for e, m in zip(data, mentions, strict=True) if "risk" in e.gold.header]
    rows, codes = service_rows(data, mentions)
    notes = hashed([note_row(e.page, m) for e, m in whole], bits=DEFAULT_BITS, pairs=True)
    skill = ["no" if "skilled_need_missing" in e.gold.header["reasons"] else "yes" for e, _ in whole]
    generic = ["yes" if "generic_exercise" in e.gold.header["reasons"] else "no" for e, _ in whole]
    vague = ["yes" if "deficit_not_specific" in e.gold.header["reasons"] else "no" for e, _ in whole]
    return {
        "service_code": fit_linear(hashed(rows, bits=DEFAULT_BITS, pairs=True), codes, classes=CODE_CLASSES, strength=3.0),
        "note_code": fit_linear(notes, [e.gold.header["reads_as"] for e, _ in whole], classes=CODE_CLASSES, strength=3.0),
        "skill": fit_linear(notes, skill, classes=("no", "yes"), strength=2.0),
        "generic": fit_linear(notes, generic, classes=("no", "yes"), strength=2.0),
        "vague": fit_linear(notes, vague, classes=("no", "yes"), strength=2.0),
    }


def service_rows(data: Sequence[Example], mentions: Sequence[Sequence[Mention]]) -> tuple[list[dict[str, float]], list[str]]:
    """Return the feature row and gold code of every service that the rules find and the header judges."""
    rows: list[dict[str, float]] = []
    codes: list[str] = []
    for example, found in zip(data, mentions, strict=True):
        header = example.gold.header
        if "risk" not in header:
            rows.append(code_row(example.page, found, [Span(0, len(example.gold.text))]))
            codes.append(header["reads_as"])
            continue
        gold = {s["billed"]: s["reads_as"] for s in header["services"]}
        for service in example.page.services:
            if service.billed in gold:
                rows.append(code_row(example.page, found, service.parts))
                codes.append(gold[service.billed])
    return rows, codes


def folds(data: Sequence[Example], *, count: int = 5) -> list[set[str]]:
    """Part the authors into folds of about equal size."""
    sizes: dict[str, int] = {}
    for example in data:
        sizes[example.author] = sizes.get(example.author, 0) + 1
    parts: list[tuple[int, set[str]]] = [(0, set()) for _ in range(min(count, len(sizes)))]
    for author in sorted(sizes, key=lambda a: (-sizes[a], a)):
        smallest = min(range(len(parts)), key=lambda i: parts[i][0])
        total, members = parts[smallest]
        parts[smallest] = (total + sizes[author], members | {author})
    return [members for _, members in parts]


def cross_fitted(data: Sequence[Example]) -> list[list[Mention]]:
    """Predict the mentions of every note by a tagger that has seen no note of its author."""
    predicted: dict[str, list[Mention]] = {}
    for members in folds(data):
        tagger, transitions = fit_tagger([e for e in data if e.author not in members])
        attributes = fit_attributes([e for e in data if e.author not in members])
        engine = LinearEngine({"tags": tagger, **attributes}, transitions, name="fold", version="0")
        for example in data:
            if example.author in members:
                predicted[example.gold.id] = engine.mentions(example.page)
    return [predicted[e.gold.id] for e in data]


def fit(data: Sequence[Example]) -> tuple[dict[str, Linear], Any]:
    """Fit the whole engine: codes on mentions that are cross-fitted, so that they learn from readings as good as at run time."""
    codes = fit_codes(data, cross_fitted(data))
    tagger, transitions = fit_tagger(data)
    return {"tags": tagger, **fit_attributes(data), **codes}, transitions


def save(path: Path, questions: dict[str, Linear], transitions: Any, *, name: str, version: str) -> None:
    """Write the engine's weights (half precision) and settings as one safetensors file."""
    tensors = {"transitions": np.ascontiguousarray(transitions)}
    for question, model in questions.items():
        tensors[f"{question}.weights"] = np.ascontiguousarray(model.weights.astype(np.float16))
        tensors[f"{question}.intercept"] = np.ascontiguousarray(model.intercept)
    meta = {
        "name": name,
        "version": version,
        "classes": {q: m.classes for q, m in questions.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"note_review": json.dumps(meta)})


def main() -> None:
    """Fit on the train split and write ``weights.safetensors``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models/linear"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--version", default="1")
    options = parser.parse_args()
    data = examples(notes_of("train", options.corpus))
    questions, transitions = fit(data)
    save(options.out / "weights.safetensors", questions, transitions, name="linear", version=options.version)
    print(f"fitted on {len(data)} records by {len({e.author for e in data})} authors")


if __name__ == "__main__":
    main()
