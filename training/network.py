"""The network that is trained: a body that reads word pieces, and the heads that answer from its states; its loss."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from operator import itemgetter

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import AutoConfig, AutoModel

from note_review.engines.base import JUDGED
from note_review.engines.decoding import TAGS
from note_review.engines.network import ATTRIBUTES
from note_review.engines.windows import windows
from training.items import IGNORE, Item
from training.pretrained import pretrained_folder
from training.quick import PLAIN

POOLED = {"service_code": 5, "note_code": 5}
# How much each head weighs in the loss beside the tags of the word pieces, which weigh 1: an attribute (domain, family, kind, what a length is) matters only
# where there is a mark, and the many questions about the judged service must not drown the marks that their answers rest on.
ATTRIBUTE_WEIGHT = 0.4
POOLED_WEIGHTS = {**dict.fromkeys(POOLED, 0.5), **dict.fromkeys(JUDGED, 0.25)}
MASK = 103
# Shares of the pieces hidden, and of the notes whose line breaks are forgotten, while training.
HIDDEN, FLAT = 0.06, 0.15
# The number of a note in its batch, and one of its windows.
Cut = tuple[int, tuple[int, int, int, int]]


class Encoder(nn.Module):
    """A body that reads word pieces (the pretrained transformer, one of random weights, the student's convolutions) with its heads.

    They tag every piece, say its attributes, and answer from pooled states.
    """

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

    def states(self, ids: Tensor, mask: Tensor | None, breaks: Tensor) -> Tensor:
        """Return the hidden states ``(windows, pieces, width)``; ``breaks`` is 1 where a piece begins a line, no mask means no padding."""
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


def all_states(model: Encoder, batch: Sequence[Item], *, device: torch.device, rng: random.Random | None = None) -> list[Tensor]:
    """Return the states of each note's word pieces, long notes by windows whose kept parts tile them.

    With ``rng``, some pieces are hidden and some notes lose their line breaks: what the reading must not lean on alone.
    """
    cuts = [(n, w) for n, item in enumerate(batch) for w in windows(len(item.ids))]
    flat = [rng is not None and rng.random() < FLAT for _ in batch]
    parts: list[dict[int, Tensor]] = [{} for _ in batch]
    for group in _alike(cuts):
        longest = max(end - start for _, (start, end, _, _) in group) + 2
        ids = torch.zeros((len(group), longest), dtype=torch.long)
        mask, breaks = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, (n, (start, end, _, _)) in enumerate(group):
            content = [i if rng is None or rng.random() >= HIDDEN else MASK for i in batch[n].ids[start:end]]
            ids[row, : len(content) + 2] = torch.tensor([101, *content, 102])
            mask[row, : len(content) + 2] = 1
            if not flat[n]:
                breaks[row, 1 : len(content) + 1] = torch.tensor(batch[n].breaks[start:end])
        hidden = model.states(ids.to(device), mask.to(device), breaks.to(device))
        for row, (n, (start, _, keep_from, keep_to)) in enumerate(group):
            parts[n][start] = hidden[row, 1 + keep_from - start : 1 + keep_to - start]
    return [torch.cat([kept for _, kept in sorted(p.items(), key=itemgetter(0))]) for p in parts]


def _alike(cuts: Sequence[Cut]) -> Iterator[list[Cut]]:
    """Yield windows of like length together, so that little is padded: none is longer by more than a third than the group's first."""
    group: list[Cut] = []
    for cut in sorted(cuts, key=_length):
        if group and _length(cut) > 1.3 * _length(group[0]) + 8:
            yield group
            group = []
        group.append(cut)
    yield group


def _length(cut: Cut) -> int:
    _, (start, end, _, _) = cut
    return end - start


def loss_of(model: Encoder, batch: Sequence[Item], states: Sequence[Tensor], *, device: torch.device) -> Tensor:
    """Return the summed loss of one batch over every head, given the states of its word pieces."""
    joined = model.dropout(torch.cat(list(states)))
    wanted = torch.tensor([t for item in batch for t in item.tags], device=device)
    total = cross_entropy(model.tags(joined), wanted)
    for kind, head in model.attributes.items():
        labels = torch.tensor([a for item in batch for a in item.attributes[kind]], device=device)
        if (labels != IGNORE).any():
            total = total + ATTRIBUTE_WEIGHT * cross_entropy(head(joined), labels, ignore_index=IGNORE)
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
            total = total + POOLED_WEIGHTS[name] * cross_entropy(scores, wanted)
    return total


def new_encoder(*, pretrained: bool = True) -> Encoder:
    """Return the encoder with the pretrained body, or with one of its shape from random weights."""
    # Word embeddings stay as pretrained: half the weights, none of the reading.
    folder, options = pretrained_folder(), {"attn_implementation": PLAIN}
    config = AutoConfig.from_pretrained(folder, local_files_only=True, attention_probs_dropout_prob=0.0)
    if pretrained:
        body = AutoModel.from_pretrained(folder, local_files_only=True, config=config, **options)
    else:
        body = AutoModel.from_config(config, **options)  # type: ignore[no-untyped-call]
    body.embeddings.word_embeddings.requires_grad_(not pretrained)
    # The second token type says where lines begin; it starts as the first, which the weights know.
    kinds = body.embeddings.token_type_embeddings.weight.data
    kinds[1] = kinds[0]
    return Encoder(body)
