"""Soft targets of distillation (Hinton et al. 2015): the probabilities of a teacher for every word piece and question, corrected where gold says otherwise."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from note_review.engines.base import JUDGED
from note_review.engines.network import ATTRIBUTES, Answers, Network
from training.items import IGNORE, Item


@dataclass(slots=True)
class SoftTargets:
    """What a teacher says of one item: probabilities of tags and attributes by word piece, and of pooled answers by head."""

    tags: Tensor
    attributes: dict[str, Tensor]
    pooled: dict[str, Tensor]


def soft_targets_of(teacher: Network, items: Sequence[Item]) -> list[SoftTargets]:
    """Let a teacher read every item once."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda item: _soft_targets(teacher.read(item.ids, item.breaks), item), items))


def _soft_targets(answers: Answers, item: Item) -> SoftTargets:
    whole = np.ones(len(item.ids), dtype=bool)
    pooled = {"note_code": [answers.codes("note_code", whole)]}
    if item.service_masks:
        pooled["service_code"] = [answers.codes("service_code", np.array(mask, dtype=bool)) for mask in item.service_masks]
    judged_mask = np.array(item.judged_mask, dtype=bool)
    judged = answers.judged([judged_mask if judged_mask.any() else whole])
    if judged is not None:
        pooled |= {name: [row[: len(classes)]] for (name, classes), row in zip(JUDGED.items(), judged[0], strict=True)}
    return SoftTargets(
        torch.tensor(answers.tags),
        {kind: torch.tensor(answers.attributes[kind]) for kind in ATTRIBUTES},
        {name: torch.tensor(np.array(rows)) for name, rows in pooled.items()},
    )


def means(one: Sequence[SoftTargets], other: Sequence[SoftTargets]) -> list[SoftTargets]:
    """Return, item by item, the mean of two teachers' probabilities; a question that only one of them answers has that one's."""
    return [
        SoftTargets(
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


def corrected(soft: SoftTargets, item: Item) -> SoftTargets:
    """Return soft targets that say what gold says wherever the teachers' best tag, code or answer about the judged service, or what they take a length for, is another."""
    tags = _with_gold(soft.tags, torch.tensor(item.tags))
    lengths = _with_gold(soft.attributes["length"], torch.tensor(item.attributes["length"]))
    gold = {"note_code": [item.note_code], "service_code": item.service_codes, **{n: [a] for n, a in item.judged.items()}}
    pooled = {name: _with_gold(said, torch.tensor(gold[name])) for name, said in soft.pooled.items()}
    return replace(soft, tags=tags, attributes={**soft.attributes, "length": lengths}, pooled=pooled)


def _with_gold(said: Tensor, gold: Tensor) -> Tensor:
    wrong = (gold != IGNORE) & (said.argmax(dim=-1) != gold)
    return torch.where(wrong[:, None], one_hot(gold.clamp(min=0), said.shape[1]).to(said.dtype), said)
