"""One small network by onnxruntime and its heads: chances for every word piece and for pooled stretches of a note. No torch.

The network is a fine-tuned transformer (``models/encoder``) or the convolutional student distilled from it (``models/student``); both ask and
answer alike, and read the same word pieces.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from note_review.encounter import DOMAINS, FAMILIES
from note_review.engines.base import JUDGED
from note_review.engines.windows import windows
from note_review.errors import ModelError
from note_review.reading.lengths import LENGTHS

# The runtime would keep a device's identity in the user's cache and send what it counts to its makers; it asks before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
# What the graph says of every word piece beside its tag, each only where it applies: of a mention's pieces, or of a written length's.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "deficit": tuple(DOMAINS), "technique": FAMILIES, "response": ("generic", "measured"), "length": LENGTHS,
}  # fmt: skip
_ATTRIBUTE_ENDS = np.cumsum([len(classes) for classes in ATTRIBUTES.values()])[:-1]
_START, _END = 101, 102


@dataclass(frozen=True, slots=True)
class Answers:
    """What a network says of one note.

    ``tags`` are chances ``(pieces, tags)``, ``attributes`` by kind ``(pieces, classes)``, ``states`` what the pooled heads look at.
    """

    tags: Floats
    attributes: Mapping[str, Floats]
    states: Floats
    heads: Mapping[str, Floats]

    def codes(self, head: str, mask: Mask) -> Floats:
        """Return the chances of the code classes for the pieces under the mask."""
        inside = self.states[mask]
        attention = softmax((inside @ self.heads["attention.weight"].T + self.heads["attention.bias"]).T)[0]
        vector = np.concatenate([attention @ inside, np.maximum.reduce(inside)])
        return softmax(self.heads[f"pooled.{head}.weight"] @ vector + self.heads[f"pooled.{head}.bias"])

    def judged(self, masks: Sequence[Mask]) -> Floats | None:
        """Return the chances of every answer about the service under each mask, beside the whole note; None where no head was trained.

        They are ``(masks, questions, answers)``: a question with fewer answers than another has 0 for the rest.
        """
        if "looks.weight" not in self.heads:
            return None
        whole = self._looked(self.states)
        views = [whole if mask.all() else self._looked(self.states[mask]) for mask in masks]
        # All questions about all masks at once: (masks, questions, own look and heights beside the whole note's).
        width = whole.shape[1]
        asked = np.empty((len(views), len(whole), 2 * width), dtype=np.float32)
        for own, view in zip(asked, views, strict=True):
            own[:, :width], own[:, width:] = view, whole
        scores = (self.heads["judged.weight"] @ asked[..., None])[..., 0] + self.heads["judged.bias"]
        return softmax(scores)

    def _looked(self, view: Floats) -> Floats:
        """Return what each question's look sees of some pieces, beside the highest of all of them ``(questions, 2 * width)``."""
        looks = softmax((view @ self.heads["looks.weight"].T + self.heads["looks.bias"]).T)
        width = view.shape[1]
        seen = np.empty((len(looks), 2 * width), dtype=np.float32)
        seen[:, :width], seen[:, width:] = looks @ view, np.maximum.reduce(view)
        return seen


def _joined(heads: dict[str, Floats]) -> dict[str, Floats]:
    """Return the heads with those of the judged service stacked into one array, padded with a bias of -inf to the largest number of answers."""
    if "looks.weight" not in heads:
        return heads
    most = max(len(classes) for classes in JUDGED.values())
    weights, biases = ([heads[f"judged.{name}.{part}"] for name in JUDGED] for part in ("weight", "bias"))
    joined = {
        "judged.weight": np.stack([np.pad(w, ((0, most - len(w)), (0, 0))) for w in weights]),
        "judged.bias": np.stack([np.pad(b, (0, most - len(b)), constant_values=-np.inf) for b in biases]),
    }
    return {name: head for name, head in heads.items() if not name.startswith("judged.")} | joined


class Network:
    """The graph and the heads of a model folder."""

    def __init__(self, folder: Path) -> None:
        """Load them.

        Raises
        ------
        ModelError
            A file is absent or damaged.
        """
        import onnxruntime

        try:
            settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
            self.name, self.version = str(settings["name"]), str(settings["version"])
            self._heads = _joined(load_file(folder / "heads.safetensors"))
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            # Several notes at once, each on one core, beat one note on all: threads of so small a network mostly wait for each other.
            options.intra_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
            if [asked.name for asked in self._session.get_inputs()] != ["ids", "breaks"]:
                raise ValueError
        except Exception as error:  # onnxruntime raises types of its own
            raise ModelError(f"{folder.name}: no network of this version ({type(error).__name__})") from None

    def read(self, pieces: Sequence[int], breaks: Sequence[int]) -> Answers:
        """Read one note's word pieces, at least one; ``breaks`` is 1 where a piece begins a line. The kept parts of its windows tile them.

        Each note goes through the graph alone: with dynamic quantization its numbers would otherwise depend on its neighbours,
        and the same note must give the same bytes on every door.
        """
        parts: list[list[Floats]] = [[], [], []]
        for start, end, keep_from, keep_to in windows(len(pieces)):
            ids = np.array([[_START, *pieces[start:end], _END]], dtype=np.int64)
            lines = np.array([[0, *breaks[start:end], 0]], dtype=np.int64)
            answers = self._session.run(None, {"ids": ids, "breaks": lines})
            for kept, answer in zip(parts, answers, strict=True):
                kept.append(answer[0, 1 + keep_from - start : 1 + keep_to - start])
        tags, attributes, states = (kept[0] if len(kept) == 1 else np.concatenate(kept) for kept in parts)
        shares = dict(zip(ATTRIBUTES, np.split(attributes, _ATTRIBUTE_ENDS, axis=1), strict=True))
        return Answers(tags, shares, states, self._heads)


def softmax(scores: Floats) -> Floats:
    """Return the rows as probabilities."""
    odds = np.exp(scores - np.maximum.reduce(scores, axis=-1, keepdims=True))
    return np.asarray(odds / np.add.reduce(odds, axis=-1, keepdims=True), dtype=np.float32)
