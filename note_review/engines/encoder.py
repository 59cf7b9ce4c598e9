"""The engine: one pass of a small network by onnxruntime answers every question. No torch.

The network is a fine-tuned transformer (``accurate``) or the convolutional student distilled from it (``fast``); both ask and answer alike.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from note_review.encounter import DOMAINS, FAMILIES, Mention
from note_review.engines.base import CODE_CLASSES, Readings
from note_review.engines.decoding import FAINT, TAGS, Run, best_paths, leaning, spans_of, untouched
from note_review.engines.windows import line_starts, windows, word_edges
from note_review.errors import ModelError
from note_review.note import Span
from note_review.reading.lengths import LENGTHS, candidates
from note_review.reading.page import Page

Floats = NDArray[np.float32]
# What the graph says of every word piece beside its tag, each only where it applies: of a mention's pieces, or of a written length's.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "deficit": tuple(DOMAINS), "technique": FAMILIES, "response": ("generic", "measured"), "length": LENGTHS,
}  # fmt: skip
_START, _END = 101, 102


class EncoderEngine:
    """Reads pages with the fine-tuned encoder."""

    def __init__(self, folder: Path) -> None:
        """Load the graph, heads, tokenizer and settings of a model folder.

        Raises
        ------
        ModelError
            A file is absent or damaged.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
            self._heads = load_file(folder / "heads.safetensors")
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            # 0 is as many as there are cores; each of several workers wants one.
            options.intra_op_num_threads = int(os.environ.get("NOTE_REVIEW_THREADS", "0"))
            self._session = onnxruntime.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise types of their own
            raise ModelError(f"{folder.name}: no encoder of this version ({type(error).__name__})") from None
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.name = str(settings["name"])
        self.version = str(settings["version"])
        self.transitions = allowed_transitions()
        self.lean: Mapping[str, float] = {}

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        encoded = [self._tokenizer.encode(page.text, add_special_tokens=False) for page in pages]
        return [
            self._readings(page, e.offsets, self._run(e.ids, line_starts(e.offsets, page.text)))
            for page, e in zip(pages, encoded, strict=True)
        ]

    def tag_chances(self, page: Page) -> tuple[list[tuple[int, int]], Floats]:
        """Return the word pieces' places and the probabilities of their tags, for calibration."""
        encoded = self._tokenizer.encode(page.text, add_special_tokens=False)
        return list(encoded.offsets), softmax(self._run(encoded.ids, line_starts(encoded.offsets, page.text))[0])

    def _run(self, pieces: Sequence[int], breaks: Sequence[int]) -> tuple[Floats, Floats, Floats]:
        """Return tag scores, attribute scores and states of a note's word pieces; the kept parts of its windows tile them.

        Each note goes through the graph alone: with dynamic quantization its numbers would otherwise depend on its neighbours,
        and the same note must give the same bytes on every door.
        """
        parts: list[list[Floats]] = [[], [], []]
        for start, end, keep_from, keep_to in windows(len(pieces)):
            ids = np.array([[_START, *pieces[start:end], _END]], dtype=np.int64)
            lines = np.array([[0, *breaks[start:end], 0]], dtype=np.int64)
            answers = self._session.run(None, {"ids": ids, "mask": np.ones_like(ids), "breaks": lines})
            for kept, answer in zip(parts, answers, strict=True):
                kept.append(answer[0, 1 + keep_from - start : 1 + keep_to - start])
        tags, attributes, states = (np.concatenate(kept) for kept in parts)
        return tags, attributes, states

    def _readings(self, page: Page, offsets: Sequence[tuple[int, int]], out: tuple[Floats, Floats, Floats]) -> Readings:
        tags, attributes, states = out
        mentions, faint = self._mentions(page.text, offsets, tags, attributes, leans=(self.lean, {**self.lean, **FAINT}))
        everything = np.ones(len(offsets), dtype=bool)
        starts = np.array([start for start, _ in offsets], dtype=np.intp)
        services = []
        for service in page.services:
            mask = np.zeros(len(offsets), dtype=bool)
            for part in service.parts:
                mask |= (starts >= part.start) & (starts < part.end)
            services.append(self._codes("service_code", states, mask if mask.any() else everything))
        return Readings(
            mentions=tuple(mentions),
            service_codes=tuple(services),
            note_code=self._codes("note_code", states, everything),
            skill=float(self._chances("skill", states, everything)[1]),
            generic_exercise=float(self._chances("generic", states, everything)[1]),
            vague_deficit=float(self._chances("vague", states, everything)[1]),
            faint=untouched(faint, mentions),
            lengths=tuple(_length(offsets, attributes, span) for span, _ in candidates(page)),
        )

    def _mentions(
        self, text: str, offsets: Sequence[tuple[int, int]], tags: Floats, attributes: Floats, *, leans: Sequence[Mapping[str, float]]
    ) -> list[list[Mention]]:  # fmt: skip
        """Return the mentions under each of several leans."""
        if not len(offsets):
            return [[] for _ in leans]
        chances = softmax(tags)
        edges = word_edges(offsets, text)
        runs: list[list[Run]] = []
        for path in best_paths([leaning(chances, lean) for lean in leans], self.transitions):
            for i in range(1, len(path)):
                if not edges[i]:
                    path[i] = path[i - 1] if path[i - 1] % 2 == 0 else path[i - 1] + 1
            runs.append(spans_of(path))
        said = {run: _said(text, offsets, chances, attributes, run) for run in {run for found in runs for run in found}}
        return [[said[run] for run in found] for found in runs]

    def _codes(self, head: str, states: Floats, mask: NDArray[np.bool_]) -> dict[str, float]:
        chances = self._chances(head, states, mask)
        return {code: float(chances[i]) for i, code in enumerate(CODE_CLASSES)}

    def _chances(self, head: str, states: Floats, mask: NDArray[np.bool_]) -> Floats:
        weight, bias = self._heads[f"pooled.{head}.weight"], self._heads[f"pooled.{head}.bias"]
        if not mask.any():
            return np.asarray(softmax(bias[None])[0])
        inside = states[mask]
        attention = softmax((inside @ self._heads["attention.weight"].T + self._heads["attention.bias"]).T)[0]
        vector = np.concatenate([attention @ inside, inside.max(axis=0)])
        return np.asarray(softmax((weight @ vector + bias)[None])[0])


def _length(offsets: Sequence[tuple[int, int]], attributes: Floats, span: Span) -> dict[str, float]:
    """Return the probabilities of what a written length is, from its word pieces."""
    inside = [i for i, (start, end) in enumerate(offsets) if start < span.end and span.start < end]
    shares = softmax(attributes[inside][:, _columns("length")]).mean(axis=0) if inside else np.eye(len(LENGTHS))[0]
    return {kind: float(share) for kind, share in zip(LENGTHS, shares, strict=True)}


def _columns(kind: str) -> slice:
    """Return where the scores of a kind stand among all attributes'."""
    names = list(ATTRIBUTES)
    begin = sum(len(ATTRIBUTES[name]) for name in names[: names.index(kind)])
    return slice(begin, begin + len(ATTRIBUTES[kind]))


def _said(text: str, offsets: Sequence[tuple[int, int]], chances: Floats, attributes: Floats, run: Run) -> Mention:
    """Return the mention that a run of tags makes."""
    first, last, kind = run
    span = _trimmed(text, offsets[first][0], offsets[last][1])
    sure = float(chances[first : last + 1][:, [TAGS.index(f"B-{kind}"), TAGS.index(f"I-{kind}")]].sum(axis=1).mean())
    classes = ATTRIBUTES[kind]
    shares = softmax(attributes[first : last + 1, _columns(kind)]).mean(axis=0)
    best = int(shares.argmax())
    return Mention(kind, span, classes[best], round(sure * float(shares[best]), 4))


def softmax(scores: Floats) -> Floats:
    """Return the rows as probabilities."""
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True), dtype=np.float32)


def allowed_transitions() -> Floats:
    """Return log weights of tag pairs: an inside tag only behind its own kind."""
    allowed = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for before, name_before in enumerate(TAGS):
        for after, name in enumerate(TAGS):
            if name[0] == "I" and name_before[2:] != name[2:]:
                allowed[before, after] = -50.0
    return allowed


def _trimmed(text: str, start: int, end: int) -> Span:
    """Leave out spaces and closing commas that a word piece carried along."""
    while end > start and text[end - 1] in " \t\n\r,;:":
        end -= 1
    while start < end and text[start] in " \t\n\r,;:-":
        start += 1
    return Span(start, end)
