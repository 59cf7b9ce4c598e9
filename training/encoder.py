"""Fine-tunes the small pretrained encoder with all its heads: ``python -m training.encoder --out models/encoder``.

One pass over the text answers everything: tags of word pieces (deficit, technique, response) with their domain, family and kind; from
pooled states the code of each service and of the note, and what the judged service shows: each element, skill, plain exercise, one-on-one. Long notes are read in
overlapping windows whose states are pooled together. Beside the notes it learns from such with exchanged marks and exchanged edits. Seeded; the body computes in bfloat16 where the processor has it.
``--start models/encoder --epochs 1 --rate 5e-5`` goes on from the shipped weights (or a checkpoint), for notes that came after them.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.optim.lr_scheduler import LambdaLR

from note_review.evaluation.annotated import AnnotatedNote
from training.exporting import VERSION_HELP, export, next_version
from training.items import SEED, SEED_HELP, Item, edited_items, exchanged_items, load_tokenizer, make_item, paired_items
from training.loop import Plan, fit
from training.network import Encoder, loss_of, new_encoder
from training.notes import author_of, examples, notes_of
from training.quick import with_quick_dropout
from training.shipped import load_shipped
from training.transplants import edits_of

# Word pieces of a batch: small, for the transformer's many steps are worth more than their time (the student, whose steps cost little, takes more).
PIECES = 1600
# The share of the steps in which the rate warms up, so that heads from random weights do not spoil the pretrained body; and the rate's least share.
WARM_UP, LEAST_RATE = 0.08, 0.02
# The heads begin from random weights and learn so many times as fast as the body.
HEADS_FASTER = 8
# A note's twins, most often two, share nearly all its words: an epoch reads the note and every other twin, the next one the others (a fifth of the time).
TWINS_IN_TURN = 2


def load_start(model: Encoder, start: Path) -> None:
    """Put the weights of a model folder or of a checkpoint into the model."""
    if start.is_dir():
        load_shipped(model, start)
    else:
        model.load_state_dict(load_file(start))


def train(
    items: Sequence[Item],
    *,
    epochs: int,
    rate: float = 1.2e-4,
    start: Path | None = None,
    pretrained: bool = True,
    besides: Callable[[int], Sequence[Item]] | None = None,
) -> Encoder:
    """Fine-tune on items, from the pretrained weights (or random ones, for comparison) or, where ``start`` names a model folder, from the shipped ones.

    ``besides`` makes what an epoch reads beside them, others in each. What is returned has the mean weights of the last steps.
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
        {"params": [p for n, p in learned.items() if not n.startswith("body")], "lr": rate * HEADS_FASTER},
    ]

    def items_of(epoch: int) -> list[Item]:
        return [*items, *(besides(epoch) if besides else [])]

    plan = Plan(epochs, PIECES, lambda optimizer, steps: LambdaLR(optimizer, partial(rate_share, steps=steps)), averaged=True)
    return fit(model, groups, items_of, partial(loss_of, model, device=device), plan)


def rate_share(step: int, *, steps: int) -> float:
    """Return the share of the full learning rate at a step: it rises, then falls evenly to a least one, which is kept where there are more steps than counted."""
    return min((step + 1) / (WARM_UP * steps + 1), max(LEAST_RATE, (steps - step) / ((1 - WARM_UP) * steps + 1)))


def main() -> None:
    """Train on the train split and write the engine's files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models/encoder"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--epochs", type=int, default=2)
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
    parser.add_argument("--swapped", type=int, default=500, help="notes with exchanged marks besides, others in each epoch")
    parser.add_argument("--transplanted", type=int, default=800, help="notes with exchanged edits besides, others in each epoch")
    parser.add_argument("--pairs", type=int, default=750, help="notes with pairs of the bank besides, others in each epoch")
    parser.add_argument("--seed", type=int, default=SEED, help=SEED_HELP)
    parser.add_argument("--version", default=None, help=VERSION_HELP)
    parser.add_argument("--checkpoint", type=Path, default=None, help="also write the fp32 weights here")
    options = parser.parse_args()
    tokenizer = load_tokenizer()
    known = notes_of("train", options.corpus)
    data, edits = examples(chosen(known, options.authors)), edits_of(options.corpus)

    items = [make_item(e, tokenizer) for e in data]
    originals = [item for item, e in zip(items, data, strict=True) if not e.gold.is_twin]
    twins = [item for item, e in zip(items, data, strict=True) if e.gold.is_twin]
    turns = min(options.epochs, TWINS_IN_TURN)

    def besides(epoch: int) -> list[Item]:
        seed = options.seed + epoch
        return [
            *twins[epoch % turns :: turns],
            *exchanged_items(data, tokenizer, count=options.swapped, seed=seed),
            *edited_items(edits, tokenizer, count=options.transplanted, seed=seed),
            *paired_items(edits, tokenizer, count=options.pairs, seed=seed),
        ]

    model = train(originals, epochs=options.epochs, rate=options.rate, start=options.start, besides=besides)
    if options.checkpoint:
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, options.checkpoint)
    # With --authors the weights that training began from had read the others.
    version = options.version or next_version(options.out)
    export(model, options.out, name="encoder", version=version, notes=len(known))


def chosen(notes: Sequence[AnnotatedNote], authors: Sequence[str] | None) -> list[AnnotatedNote]:
    """Return all notes, or those of some authors with every fifth of the others, so that nothing is forgotten."""
    if authors is None:
        return list(notes)
    others = [n for n in notes if author_of(n) not in authors]
    return [n for n in notes if author_of(n) in authors] + others[::5]


if __name__ == "__main__":
    main()
