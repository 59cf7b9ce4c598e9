"""Distils the small student of the fast engine from the trained encoder: ``python -m training.student``.

The student reads the same word pieces with the same heads, but its body is a stack of dilated convolutions over narrow embeddings with one look at the whole
window among them (Strubell et al. 2017 for the convolutions, Vaswani et al. 2017 for the look, Hinton et al. 2015 for the distillation).

It learns from the gold marks and from its teacher's probabilities (:mod:`training.soft_targets`). A second stage continues on the mean of the teacher's and
the student's own predictions, which reads better than the teacher's alone. The teacher also reads silver text: train notes with lines of other notes put in,
which nobody annotated and nothing is measured on. From notes with exchanged marks (:mod:`training.swaps`) or edits (:mod:`training.transplants`) the student
learns without a teacher.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import kl_div, linear, log_softmax, pad
from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from note_review.engines.decoding import TAGS
from note_review.engines.network import Network
from note_review.evaluation.annotated import AnnotatedNote
from training.exporting import VERSION_HELP, export, next_version
from training.items import SEED, SEED_HELP, Item, edited_items, exchanged_items, load_tokenizer, make_item, paired_items
from training.loop import Plan, fit
from training.network import ATTRIBUTE_WEIGHT, POOLED_WEIGHTS, Encoder, loss_of, new_encoder
from training.notes import Example, examples, notes_of
from training.quick import with_quick_dropout
from training.shipped import load_shipped
from training.soft_targets import SoftTargets, corrected, means, soft_targets_of
from training.transplants import edits_of

WIDTH, VOCABULARY_WIDTH = 160, 96
# Units of a layer, between a piece with its neighbours and what is added to its state; and how many looks at the window the attention has.
UNITS, LOOKS = 320, 4
DILATIONS = (1, 2, 4, 8, 16, 1)
RATE, RATE_AGAIN = 1e-3, 5e-4
# Word pieces of a batch: many, for a step costs little and most of that does not grow with the batch.
PIECES = 4000
# The share of the steps in which the rate rises; it is longer than the encoder's, for nothing but the word vectors is pretrained.
WARM_UP = 0.1
# A step beyond the schedule's total is an error, and an epoch may have a few batches more than counted.
SPARE_STEPS = 8


class Convolutions(nn.Module):
    """Dilated convolutions over word pieces, which begin as the main components of the pretrained encoder's."""

    def __init__(self, pretrained: Tensor) -> None:
        super().__init__()
        centred = pretrained - pretrained.mean(dim=0)
        _, _, components = torch.linalg.svd(centred, full_matrices=False)
        narrow = centred @ components[:VOCABULARY_WIDTH].T
        self.embedding = nn.Embedding(len(narrow), VOCABULARY_WIDTH)
        self.embedding.weight.data = narrow / narrow.std()
        self.line = nn.Embedding(2, VOCABULARY_WIDTH)
        self.widen = nn.Linear(VOCABULARY_WIDTH, WIDTH)
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, UNITS, 3, padding=d, dilation=d) for d in DILATIONS)
        self.back = nn.ModuleList(nn.Linear(UNITS, WIDTH) for _ in DILATIONS)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in DILATIONS)
        self.far = Attention()
        self.dropout = nn.Dropout(0.1)

    def forward(self, *, input_ids: Tensor, attention_mask: Tensor | None, token_type_ids: Tensor) -> SimpleNamespace:
        """Return the states ``(windows, pieces, width)`` as ``last_hidden_state``; without a mask all pieces are read."""
        inside = None if attention_mask is None else attention_mask.unsqueeze(-1).to(self.widen.weight.dtype)
        states = masked(self.widen(self.dropout(self.embedding(input_ids) + self.line(token_type_ids))), inside)
        for number, (layer, back, norm) in enumerate(zip(self.layers, self.back, self.norms, strict=True)):
            added = back(torch.relu(convolved(cast(nn.Conv1d, layer), states)))
            states = masked(norm(states + self.dropout(added)), inside)
            if number == len(DILATIONS) // 2:
                states = masked(states + self.far(states, attention_mask), inside)
        return SimpleNamespace(last_hidden_state=states)


class Attention(nn.Module):
    """Every piece looks at the whole window, which convolutions reach only a few dozen pieces of: at a heading far above, at the service that a result belongs to."""

    def __init__(self) -> None:
        super().__init__()
        self.ask = nn.Linear(WIDTH, 3 * WIDTH)
        self.tell = nn.Linear(WIDTH, WIDTH)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """Return what is added to the states ``(windows, pieces, width)``; pieces outside the mask are not looked at."""
        windows, pieces, _ = states.shape
        query, key, value = self.ask(states).view(windows, pieces, 3, LOOKS, WIDTH // LOOKS).permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) / (WIDTH // LOOKS) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None, :] == 0, -1e4)
        looked = (scores.softmax(dim=-1) @ value).transpose(1, 2).reshape(windows, pieces, WIDTH)
        return torch.tanh(self.tell(looked))


def masked(states: Tensor, inside: Tensor | None) -> Tensor:
    """Return the states, 0 at padding."""
    return states if inside is None else states * inside


class Window(nn.Module):
    """A linear reading, for comparison: every word piece with two on either side, and nothing between its words and the answers."""

    def __init__(self, pretrained: Tensor) -> None:
        super().__init__()
        self.words = Convolutions(pretrained)
        self.words.layers, self.words.back, self.words.norms = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        self.near = nn.Conv1d(WIDTH, WIDTH, 5, padding=2)

    def forward(self, *, input_ids: Tensor, attention_mask: Tensor | None, token_type_ids: Tensor) -> SimpleNamespace:
        """Return the states ``(windows, pieces, width)`` as ``last_hidden_state``; without a mask all pieces are read."""
        words = self.words(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        return SimpleNamespace(last_hidden_state=self.near(words.transpose(1, 2)).transpose(1, 2))


def convolved(layer: nn.Conv1d, states: Tensor) -> Tensor:
    """Apply a layer to the states of the pieces; in an exported graph as one matrix product, which is faster and can be int8."""
    if not torch.onnx.is_in_onnx_export():
        along: Tensor = layer(states.transpose(1, 2))
        return along.transpose(1, 2)
    reach = int(layer.dilation[0])
    beside = pad(states, (0, 0, reach, reach))
    near = torch.cat([beside[:, : -2 * reach], states, beside[:, 2 * reach :]], dim=-1)
    return linear(near, layer.weight.permute(0, 2, 1).reshape(layer.out_channels, -1), layer.bias)


def quantize_layers(exact: Path, out: Path) -> None:
    """Write a graph whose word pieces and layers are int8; widening, attention and heads stay exact, they cost little and err most.

    The layers' weights take seven bits: with eight, sums overflow on processors without VNNI and the scores differ from one to another.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(exact, out, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["Gather"])
    nodes = onnx.load(str(out)).graph.node
    made_by = {name: node.op_type for node in nodes for name in node.output}
    layers = [node.name for node in nodes if node.op_type == "MatMul" and made_by.get(node.input[0]) in {"Concat", "Relu"}]
    quantize_dynamic(out, out, weight_type=QuantType.QInt8, per_channel=True, nodes_to_quantize=layers, reduce_range=True)


def pooled_scores(model: Encoder, item: Item, states: Tensor) -> dict[str, Tensor]:
    """Return the scores of every pooled head ``(services or 1, classes)``."""
    whole = model.pool(states, torch.ones(len(states)))[None]
    found = {"note_code": model.pooled["note_code"](model.dropout(whole))}
    if item.service_masks:
        parts = torch.stack([model.pool(states, torch.tensor(mask)) for mask in item.service_masks])
        found["service_code"] = model.pooled["service_code"](model.dropout(parts))
    for name, vector in model.pool_judged(states, torch.tensor(item.judged_mask)).items():
        found[name] = model.judged[name](model.dropout(vector[None]))
    return found


def taught_loss(model: Encoder, batch: Sequence[tuple[Item, SoftTargets]], states: Sequence[Tensor]) -> Tensor:
    """Return how far the student's answers are from the teacher's (Kullback-Leibler, the same weights as the gold loss)."""
    joined = model.dropout(torch.cat(list(states)))
    total = _apart(model.tags(joined), torch.cat([soft.tags for _, soft in batch]))
    for kind, head in model.attributes.items():
        # A kind's attribute matters where the teacher sees that kind; what a length is, everywhere.
        sure = torch.cat([soft.tags for _, soft in batch])[:, _tags_of(kind)].sum(dim=-1)
        sure = torch.ones_like(sure) if kind == "length" else sure
        total = total + ATTRIBUTE_WEIGHT * _apart(
            head(joined), torch.cat([soft.attributes[kind] for _, soft in batch]), weight=sure
        )
    own = [pooled_scores(model, item, state) for (item, _), state in zip(batch, states, strict=True)]
    for name, weight in POOLED_WEIGHTS.items():
        pairs = [
            (m[name], soft.pooled[name]) for m, (_, soft) in zip(own, batch, strict=True) if name in m and name in soft.pooled
        ]
        if pairs:
            mine, theirs = (torch.cat(side) for side in zip(*pairs, strict=True))
            total = total + weight * _apart(mine, theirs)
    return total


def _tags_of(kind: str) -> list[int]:
    return [i for i, tag in enumerate(TAGS) if tag.endswith(kind)]


def _apart(mine: Tensor, theirs: Tensor, *, weight: Tensor | None = None) -> Tensor:
    rows = kl_div(log_softmax(mine, dim=-1), theirs, reduction="none").sum(dim=-1)
    return rows.mean() if weight is None else (rows * weight).sum() / (weight.sum() + 1e-6)


def silver(data: Sequence[Example], *, count: int, seed: int) -> list[Example]:
    """Return notes of which a third of the lines come from other notes of the same style.

    Their headers are the first note's and say nothing of the new text: only the teachers' answers are learned from them.
    """
    rng = random.Random(seed)
    notes = [e.gold for e in data if e.gold.is_whole]
    by_style: dict[str, list[AnnotatedNote]] = {}
    for note in notes:
        by_style.setdefault(note.header["style"], []).append(note)
    made = []
    for number in range(count):
        note = rng.choice(notes)
        lines = note.text.split("\n") if "\n" in note.text.strip() else note.text.split(". ")
        glue = "\n" if "\n" in note.text.strip() else ". "
        for place in range(len(lines)):
            if rng.random() < 0.35:
                lines[place] = rng.choice(rng.choice(by_style[note.header["style"]]).text.split(glue))
        made.append(AnnotatedNote(f"silver-{number}", glue.join(lines), (), note.header, "silver"))
    return examples(made)


def train(
    gold: Sequence[Item],
    extra: Sequence[Item],
    exchanged: Sequence[Item],
    soft_targets: Sequence[SoftTargets],
    *,
    epochs: int,
    rate: float = RATE,
    start: Path | None = None,
    body: Callable[[Tensor], nn.Module] = Convolutions,
) -> Encoder:
    """Train the student, anew or from the weights of a model folder.

    ``soft_targets`` are those of gold and then of ``extra``; without any, ``extra`` is left out, and the student learns from the marks of gold and of exchanged words alone.
    ``body`` makes what reads the word pieces from the pretrained embeddings of all of them.
    """
    random.seed(SEED)
    torch.manual_seed(SEED)
    model = Encoder(body(new_encoder().state_dict()["body.embeddings.word_embeddings.weight"]), width=WIDTH)
    if start is not None:
        load_shipped(model, start)
    with_quick_dropout(model, seed=SEED)
    items = [*gold, *(extra if soft_targets else ()), *exchanged]
    soft = dict(zip(map(id, [*gold, *extra]), soft_targets, strict=True)) if soft_targets else {}
    soft |= {id(item): corrected(soft[id(item)], item) for item in gold if soft}
    marked = {id(item) for item in [*gold, *exchanged]}

    def loss(batch: Sequence[Item], states: Sequence[Tensor]) -> Tensor:
        total = torch.zeros(())
        taught = [(item, state) for item, state in zip(batch, states, strict=True) if id(item) in soft]
        if taught:
            total = total + taught_loss(model, [(item, soft[id(item)]) for item, _ in taught], [state for _, state in taught])
        real = [(item, state) for item, state in zip(batch, states, strict=True) if id(item) in marked]
        if real:
            total = total + loss_of(model, [item for item, _ in real], [state for _, state in real], device=torch.device("cpu"))
        return total

    def schedule(optimizer: Optimizer, steps: int) -> OneCycleLR:
        return OneCycleLR(optimizer, rate, total_steps=steps + SPARE_STEPS * epochs, pct_start=WARM_UP)

    groups = [{"params": list(model.parameters()), "lr": rate}]
    return fit(model, groups, lambda _: items, loss, Plan(epochs, PIECES, schedule))


def main() -> None:
    """Distil and write the fast engine's files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models/student"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--teacher", type=Path, default=Path("models/encoder"))
    parser.add_argument("--start", type=Path, default=None, help="go on from this model folder instead of beginning anew")
    parser.add_argument("--epochs", type=int, default=2, help="taught by the teacher alone")
    parser.add_argument("--again", type=int, default=1, help="then taught by the teacher and the student as it stands")
    parser.add_argument("--silver", type=int, default=600, help="notes of silver text")
    parser.add_argument("--swapped", type=int, default=1000, help="notes with exchanged marks")
    parser.add_argument("--transplanted", type=int, default=1000, help="notes with exchanged edits")
    parser.add_argument("--pairs", type=int, default=1500, help="notes with pairs of the bank")
    parser.add_argument("--seed", type=int, default=SEED, help=SEED_HELP)
    parser.add_argument("--version", default=None, help=VERSION_HELP)
    options = parser.parse_args()
    tokenizer = load_tokenizer()
    data = examples(notes_of("train", options.corpus))
    gold = [make_item(e, tokenizer) for e in data]
    extra = [item for e in silver(data, count=options.silver, seed=options.seed) if (item := make_item(e, tokenizer)).ids]
    edits = edits_of(options.corpus)
    exchanged = [
        *exchanged_items(data, tokenizer, count=options.swapped, seed=options.seed),
        *edited_items(edits, tokenizer, count=options.transplanted, seed=options.seed),
        *paired_items(edits, tokenizer, count=options.pairs, seed=options.seed),
    ]
    soft_targets = soft_targets_of(Network(options.teacher), [*gold, *extra])
    version = options.version or next_version(options.out)
    write = partial(export, out=options.out, name="student", version=version, notes=len(data), quantize=quantize_layers)
    start = options.start
    if start is None:
        write(train(gold, extra, exchanged, soft_targets, epochs=options.epochs))
        start = options.out
    soft_targets = means(soft_targets, soft_targets_of(Network(start), [*gold, *extra]))
    write(train(gold, extra, exchanged, soft_targets, epochs=options.again, rate=RATE_AGAIN, start=start))


if __name__ == "__main__":
    main()
