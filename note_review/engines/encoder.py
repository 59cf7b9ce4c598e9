"""The engine: one pass of a small network by onnxruntime answers every question. No torch.

The network is a fine-tuned transformer (``accurate``) or the convolutional student distilled from it (``fast``); both ask and answer alike.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from note_review.encounter import DOMAINS, FAMILIES, Mention
from note_review.engines.base import CODE_CLASSES, Readings
from note_review.engines.decoding import FAINT, KINDS, TAGS, Run, best_path, leaning, spans_of, untouched, whole_words
from note_review.engines.windows import line_starts, windows, word_edges
from note_review.errors import ModelError
from note_review.note import Span
from note_review.reading.lengths import LENGTHS, candidates
from note_review.reading.page import Page

Floats = NDArray[np.float32]
Offsets = Sequence[tuple[int, int]]
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
        self.lean: Mapping[str, float] = {}

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        return [self._readings(page, *self._answers(page.text)) for page in pages]

    def tag_chances(self, page: Page) -> tuple[Offsets, Floats]:
        """Return the word pieces' places and the probabilities of their tags, for calibration."""
        offsets, (tags, _, _) = self._answers(page.text)
        return offsets, softmax(tags)

    def _answers(self, text: str) -> tuple[Offsets, tuple[Floats, Floats, Floats]]:
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        offsets: Offsets = encoded.offsets
        return offsets, self._run(encoded.ids, line_starts(offsets, text))

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
        tags, attributes, states = (kept[0] if len(kept) == 1 else np.concatenate(kept) for kept in parts)
        return tags, attributes, states

    def _readings(self, page: Page, offsets: Offsets, out: tuple[Floats, Floats, Floats]) -> Readings:
        tags, attributes, states = out
        places = np.array(offsets, dtype=np.intp).reshape(-1, 2)
        shares = {kind: softmax(attributes[:, _COLUMNS[kind]]) for kind in ATTRIBUTES}
        mentions, faint = self._mentions(page.text, offsets, softmax(tags), shares)
        whole = self._pooled(states)
        return Readings(
            mentions=tuple(mentions),
            service_codes=tuple(
                self._codes("service_code", self._pooled_part(states, places[:, 0], service.parts, whole))
                for service in page.services
            ),
            note_code=self._codes("note_code", whole),
            skill=float(self._chances("skill", whole)[1]),
            generic_exercise=float(self._chances("generic", whole)[1]),
            vague_deficit=float(self._chances("vague", whole)[1]),
            faint=untouched(faint, mentions),
            lengths=tuple(_length(places, shares["length"], span) for span, _ in candidates(page)),
        )

    def _mentions(
        self, text: str, offsets: Offsets, chances: Floats, shares: Mapping[str, Floats]
    ) -> tuple[list[Mention], list[Mention]]:
        """Return the mentions as they are said, and as they would be where only a deficit's presence is asked."""
        if not len(offsets):
            return [], []
        edges = word_edges(offsets, text)
        logs = np.log(chances + 1e-9)
        firm, faint = (
            spans_of(whole_words(best_path(leaning(logs, lean)), edges)) for lean in (self.lean, {**self.lean, **FAINT})
        )
        of_kind: dict[str, Floats] = {
            kind: chances[:, [TAGS.index(f"B-{kind}"), TAGS.index(f"I-{kind}")]].sum(axis=1) for kind in KINDS
        }
        said = {run: _said(text, offsets, of_kind, shares, run) for run in {*firm, *faint}}
        return [said[run] for run in firm], [said[run] for run in faint]

    def _codes(self, head: str, pooled: Floats | None) -> dict[str, float]:
        return dict(zip(CODE_CLASSES, self._chances(head, pooled).tolist(), strict=True))

    def _chances(self, head: str, pooled: Floats | None) -> Floats:
        """Return the probabilities of a head's classes (those of its bias alone where there was nothing to pool)."""
        weight, bias = self._heads[f"pooled.{head}.weight"], self._heads[f"pooled.{head}.bias"]
        return softmax(bias if pooled is None else weight @ pooled + bias)

    def _pooled(self, states: Floats) -> Floats | None:
        """Return the attention-weighted mean of states beside their maximum; None where there are none."""
        if not len(states):
            return None
        attention = softmax((states @ self._heads["attention.weight"].T + self._heads["attention.bias"]).T)[0]
        return np.concatenate([attention @ states, states.max(axis=0)])

    def _pooled_part(
        self, states: Floats, starts: NDArray[np.intp], parts: Sequence[Span], whole: Floats | None
    ) -> Floats | None:
        """Pool the word pieces that begin in some parts of the text (all, where none does)."""
        mask = np.zeros(len(starts), dtype=bool)
        for part in parts:
            mask |= (starts >= part.start) & (starts < part.end)
        return whole if mask.all() or not mask.any() else self._pooled(states[mask])


def _length(places: NDArray[np.intp], shares: Floats, span: Span) -> dict[str, float]:
    """Return the probabilities of what a written length is, from its word pieces."""
    inside = (places[:, 0] < span.end) & (span.start < places[:, 1])
    mean = shares[inside].mean(axis=0) if inside.any() else np.eye(len(LENGTHS))[0]
    return dict(zip(LENGTHS, mean.tolist(), strict=True))


def _columns() -> dict[str, slice]:
    """Return where the scores of each kind stand among all attributes'."""
    ends = list(accumulate(len(classes) for classes in ATTRIBUTES.values()))
    return {kind: slice(end - len(ATTRIBUTES[kind]), end) for kind, end in zip(ATTRIBUTES, ends, strict=True)}


_COLUMNS = _columns()


def _said(text: str, offsets: Offsets, of_kind: Mapping[str, Floats], shares: Mapping[str, Floats], run: Run) -> Mention:
    """Return the mention that a run of tags makes."""
    first, last, kind = run
    span = _trimmed(text, offsets[first][0], offsets[last][1])
    count = last + 1 - first
    sure = float(np.add.reduce(of_kind[kind][first : last + 1]) / count)
    own = (np.add.reduce(shares[kind][first : last + 1], axis=0) / count).tolist()
    share = max(own)
    return Mention(kind, span, ATTRIBUTES[kind][own.index(share)], round(sure * share, 4))


def softmax(scores: Floats) -> Floats:
    """Return the rows as probabilities."""
    odds = np.exp(scores - np.maximum.reduce(scores, axis=-1, keepdims=True))
    return np.asarray(odds / np.add.reduce(odds, axis=-1, keepdims=True), dtype=np.float32)


def _trimmed(text: str, start: int, end: int) -> Span:
    """Leave out spaces and closing commas that a word piece carried along."""
    while end > start and text[end - 1] in " \t\n\r,;:":
        end -= 1
    while start < end and text[start] in " \t\n\r,;:-":
        start += 1
    return Span(start, end)
