"""Gold notes as the networks learn them: word pieces, tags and attributes, pooling masks and the answers they want."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tokenizers import Tokenizer

from note_review.encounter import READS_AS
from note_review.engines.base import JUDGED
from note_review.engines.decoding import TAGS
from note_review.engines.network import ATTRIBUTES
from note_review.engines.windows import line_starts
from note_review.reading.lengths import LENGTHS, kind_of
from training.judged import judged_answers, judged_by_gold
from training.notes import KIND_OF_LABEL, Example, examples
from training.pairs import with_pairs
from training.pretrained import pretrained_folder
from training.swaps import swapped
from training.transplants import Edit, transplanted

SEED = 20261123
SEED_HELP = "of the exchanged marks: another one where the weights to go on from have learned those of the default"
IGNORE = -100


@dataclass(slots=True)
class Item:
    """One note in numbers: word pieces, gold tags and attributes, pooling masks and the answers they want."""

    ids: list[int]
    breaks: list[int]
    tags: list[int]
    attributes: dict[str, list[int]]
    service_masks: list[list[int]]
    service_codes: list[int]
    note_code: int
    judged_mask: list[int]
    judged: dict[str, int]


def load_tokenizer() -> Tokenizer:
    """Return the encoder's tokenizer without truncation or padding."""
    tokenizer = Tokenizer.from_file(str(pretrained_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def make_item(example: Example, tokenizer: Tokenizer) -> Item:
    """Turn one gold note into ids, labels and masks."""
    text = example.gold.text
    encoded = tokenizer.encode(text, add_special_tokens=False)
    offsets = encoded.offsets
    tags = [0] * len(offsets)
    attributes = {kind: [IGNORE] * len(offsets) for kind in ATTRIBUTES}
    for span in example.gold.spans:
        if span.label not in KIND_OF_LABEL:
            continue
        kind = KIND_OF_LABEL[span.label]
        inside = [i for i, (start, end) in enumerate(offsets) if start < span.end and span.start < end]
        for position, i in enumerate(inside):
            tags[i] = TAGS.index(f"{'I' if position else 'B'}-{kind}")
            attributes[kind][i] = ATTRIBUTES[kind].index(span.attribute)
    masks, codes = _service_targets(example, offsets)
    note_code, service, judged = IGNORE, None, dict.fromkeys(JUDGED, IGNORE)
    if example.gold.is_whole:
        header = example.gold.header
        _mark_lengths(example, offsets, attributes["length"])
        note_code, service = READS_AS.index(header["reads_as"]), judged_by_gold(example)
        judged = {name: JUDGED[name].index(answer) for name, answer in judged_answers(header).items()}
    judged_mask = part_mask(offsets, service.parts if service else ())
    return Item(encoded.ids, line_starts(offsets, text), tags, attributes, masks, codes, note_code, judged_mask, judged)


def exchanged_items(data: Sequence[Example], tokenizer: Tokenizer, *, count: int, seed: int = SEED) -> list[Item]:
    """Return items of notes with exchanged marks (:mod:`training.swaps`), of which nothing is known but the marks."""
    return [only_marks(make_item(example, tokenizer)) for example in swapped(data, count=count, seed=seed)]


def edited_items(edits: Sequence[Edit], tokenizer: Tokenizer, *, count: int, seed: int) -> list[Item]:
    """Return items of notes with exchanged edits (:mod:`training.transplants`), whose answers are known like those of the corpus."""
    return [make_item(example, tokenizer) for example in examples(transplanted(edits, count=count, seed=seed))]


def paired_items(edits: Sequence[Edit], tokenizer: Tokenizer, *, count: int, seed: int) -> list[Item]:
    """Return items of notes with a pair of the bank where an edit tells its element (:mod:`training.pairs`)."""
    return [make_item(example, tokenizer) for example in examples(with_pairs(edits, count=count, seed=seed))]


def only_marks(item: Item) -> Item:
    """Return an item of which nothing is known but its marks."""
    unknown = dict.fromkeys(item.judged, IGNORE)
    return replace(item, service_codes=[IGNORE] * len(item.service_codes), note_code=IGNORE, judged=unknown)


def _mark_lengths(example: Example, offsets: Sequence[tuple[int, int]], labels: list[int]) -> None:
    """Say of the word pieces of every written length what it is the length of, as the gold marks have it."""
    marks = [(s.start, s.end, kind_of(s.attribute.split(":")[0])) for s in example.gold.spans_of("M")]
    lengths = [(c.span.start, c.span.end, "none") for c in example.page.candidates]
    for start, end, kind in [*lengths, *marks]:
        for i, (first, last) in enumerate(offsets):
            if first < end and start < last:
                labels[i] = LENGTHS.index(kind)


def _service_targets(example: Example, offsets: Sequence[tuple[int, int]]) -> tuple[list[list[int]], list[int]]:
    header = example.gold.header
    if not example.gold.is_whole:
        return [[1] * len(offsets)], [READS_AS.index(header["reads_as"])]
    gold = {s["billed"]: s["reads_as"] for s in header["services"]}
    masks: list[list[int]] = []
    codes: list[int] = []
    for service in example.page.services:
        if service.billed in gold and service.parts:
            mask = part_mask(offsets, service.parts)
            if any(mask):
                masks.append(mask)
                codes.append(READS_AS.index(gold[service.billed]))
    return masks, codes


def part_mask(offsets: Sequence[tuple[int, int]], parts: Sequence[tuple[int, int]]) -> list[int]:
    """Return 1 for each word piece that begins inside one of the parts."""
    return [int(any(p[0] <= start < p[1] for p in parts)) for start, _ in offsets]


def batches(items: Sequence[Item], *, pieces: int, rng: random.Random) -> Iterator[list[Item]]:
    """Yield batches of about so many word pieces, notes of like length together, in random order."""
    ordered = sorted(items, key=lambda item: len(item.ids) + rng.random() * 40)
    groups: list[list[Item]] = []
    size = 0
    for item in ordered:
        if not groups or size + len(item.ids) > pieces:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += len(item.ids)
    rng.shuffle(groups)
    yield from groups
