"""What a student hears of its teachers: their chances for every word piece and every question, set right where gold says otherwise."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from note_review.engines.network import ATTRIBUTES, Answers, Network
from training.items import IGNORE, Item


@dataclass(slots=True)
class Lesson:
    """What a teacher says of one item: chances of tags and attributes by word piece, of pooled answers by head."""

    tags: Tensor
    attributes: dict[str, Tensor]
    pooled: dict[str, Tensor]


def lessons_of(teacher: Network, items: Sequence[Item]) -> list[Lesson]:
    """Let a teacher read every item once."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda item: _lesson(teacher.read(item.ids, item.breaks), item), items))


def _lesson(told: Answers, item: Item) -> Lesson:
    whole = np.ones(len(item.ids), dtype=bool)
    pooled = {"note_code": [told.codes("note_code", whole)]}
    if item.service_masks:
        pooled["service_code"] = [told.codes("service_code", np.array(mask, dtype=bool)) for mask in item.service_masks]
    judged_mask = np.array(item.judged_mask, dtype=bool)
    pooled |= {
        n: [chances]
        for of_service in told.judged([judged_mask if judged_mask.any() else whole])
        for n, chances in of_service.items()
    }
    return Lesson(
        torch.tensor(told.tags),
        {kind: torch.tensor(told.attributes[kind]) for kind in ATTRIBUTES},
        {name: torch.tensor(np.array(chances)) for name, chances in pooled.items()},
    )


def means(one: Sequence[Lesson], other: Sequence[Lesson]) -> list[Lesson]:
    """Return, item by item, the mean of what two teachers say; what only one was taught to answer is as that one says."""
    return [
        Lesson(
            (a.tags + b.tags) / 2,
            {kind: (a.attributes[kind] + b.attributes[kind]) / 2 for kind in a.attributes},
            {
                **a.pooled,
                **b.pooled,
                **{name: (a.pooled[name] + b.pooled[name]) / 2 for name in a.pooled.keys() & b.pooled.keys()},
            },
        )
        for a, b in zip(one, other, strict=True)
    ]


def set_right(lesson: Lesson, item: Item) -> Lesson:
    """Return a lesson that says what gold says wherever the teachers' best tag, code or answer about the judged service, or what they take a length for, is another."""
    tags = _with_gold(lesson.tags, torch.tensor(item.tags))
    lengths = _with_gold(lesson.attributes["length"], torch.tensor(item.attributes["length"]))
    gold = {"note_code": [item.note_code], "service_code": item.service_codes, **{n: [a] for n, a in item.judged.items()}}
    pooled = {name: _with_gold(told, torch.tensor(gold[name])) for name, told in lesson.pooled.items()}
    return replace(lesson, tags=tags, attributes={**lesson.attributes, "length": lengths}, pooled=pooled)


def _with_gold(told: Tensor, gold: Tensor) -> Tensor:
    wrong = (gold != IGNORE) & (told.argmax(dim=-1) != gold)
    return torch.where(wrong[:, None], one_hot(gold.clamp(min=0), told.shape[1]).to(told.dtype), told)
