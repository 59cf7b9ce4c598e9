"""Fine-tunes the small pretrained encoder with all its heads: ``python -m training.encoder --out models/encoder``.

One pass over the text answers everything: tags of word pieces (deficit, technique, response) with their domain, family and kind; from
pooled states the code of each service and of the note, and what the judged service shows: each element, skill, plain exercise, one-on-one. Long notes are read in
overlapping windows whose states are pooled together. Seeded; the body reads in bfloat16 where the processor has it, on two cores a quarter of an hour an epoch.
``--start models/encoder --epochs 1 --rate 5e-5`` goes on from the shipped weights (or a checkpoint), for notes that came after them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from note_review.evaluation.annotated import AnnotatedNote
from training.exporting import export
from training.items import SEED, Item, batches, exchanged_items, load_tokenizer, make_item
from training.network import Encoder, all_states, loss_of, new_encoder
from training.notes import author_of, examples, notes_of
from training.quick import with_quick_dropout
from training.shipped import load_shipped
from training.trailing import TrailingMean

PIECES = 1600


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


def train(
    items: Sequence[Item],
    *,
    epochs: int,
    rate: float = 1.2e-4,
    start: Path | None = None,
    pretrained: bool = True,
    exchanged: Callable[[int], Sequence[Item]] | None = None,
    log: bool = True,
) -> Encoder:
    """Fine-tune on items, from the pretrained weights (or random ones, for comparison) or, where ``start`` names a model folder, from the shipped ones.

    ``exchanged`` makes the notes with exchanged marks of an epoch, others in each. What is returned has the mean weights of the last steps.
    """
    random.seed(SEED)
    torch.manual_seed(SEED)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = new_encoder(pretrained=pretrained)
    if start is not None:
        load_start(model, start)
    with_quick_dropout(model, seed=SEED)
    model.to(device)
    learned = {n: p for n, p in model.named_parameters() if p.requires_grad}
    groups = [
        {"params": [p for n, p in learned.items() if n.startswith("body")], "lr": rate},
        {"params": [p for n, p in learned.items() if not n.startswith("body")], "lr": rate * 8},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.02, fused=True)
    dice = random.Random(SEED)
    of_epoch = [*items, *(exchanged(0) if exchanged else [])]
    steps = epochs * len(list(batches(of_epoch, pieces=PIECES, dice=random.Random(0))))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (0.08 * steps + 1), max(0.02, (steps - s) / (0.92 * steps + 1)))
    )
    short = has_bfloat16(device)
    trailing = TrailingMean(model, steps=steps)
    model.train()
    began = time.monotonic()
    for epoch in range(epochs):
        losses = []
        if exchanged and epoch:
            of_epoch = [*items, *exchanged(epoch)]
        for batch in batches(of_epoch, pieces=PIECES, dice=dice):
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=short):
                states = all_states(model, batch, device=device, dice=dice)
            loss = loss_of(model, batch, [state.float() for state in states], device=device)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(learned.values(), 1.0)
            optimizer.step()
            schedule.step()
            trailing.step()
            losses.append(float(loss.detach()))
            if log and len(losses) % 100 == 0:
                print(f"  {len(losses)} steps, loss {np.mean(losses[-100:]):.3f}, {time.monotonic() - began:.0f} s", flush=True)
        if log:
            print(f"epoch {epoch + 1}/{epochs} loss {np.mean(losses):.3f} {time.monotonic() - began:.0f} s", flush=True)
    return trailing.model.eval()


def main() -> None:
    """Train on the train split and write the engine's files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models/encoder"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--epochs", type=int, default=3)
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
    parser.add_argument("--swapped", type=int, default=4000, help="notes with exchanged marks besides, others in each epoch")
    parser.add_argument("--version", default="1")
    parser.add_argument("--checkpoint", type=Path, default=None, help="also write the fp32 weights here")
    options = parser.parse_args()
    tokenizer = load_tokenizer()
    known = notes_of("train", options.corpus)
    data = examples(chosen(known, options.authors))

    def exchanged(epoch: int) -> list[Item]:
        return exchanged_items(data, tokenizer, count=options.swapped, seed=SEED + epoch)

    items = [make_item(e, tokenizer) for e in data]
    model = train(items, epochs=options.epochs, rate=options.rate, start=options.start, exchanged=exchanged)
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


if __name__ == "__main__":
    main()
