"""The engine: the mean of what one or more small networks say of a note, put into mentions, codes and answers.

``fast`` is the student alone; ``accurate`` the encoder and the student, whose errors differ (means of networks: Hansen and Salamon 1990).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from note_review.encounter import READS_AS, Mention
from note_review.engines.base import JUDGED, UNSURE, Readings
from note_review.engines.decoding import (
    FAINT,
    MENTION_KINDS,
    TAGS,
    Run,
    best_path,
    biased,
    spans_of,
    trimmed,
    untouched,
    whole_words,
)
from note_review.engines.network import ATTRIBUTES, Answers, Floats, Mask, Network
from note_review.engines.windows import line_starts, word_edges
from note_review.errors import ModelError
from note_review.note import Span
from note_review.reading.lengths import LENGTHS
from note_review.reading.page import Page

Places = Sequence[tuple[int, int]]


class EncoderEngine:
    """Reads pages with the networks of some model folders."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Load the networks and their tokenizer.

        Raises
        ------
        ModelError
            A file is absent or damaged.
        """
        from tokenizers import Tokenizer

        self._networks = [Network(folder) for folder in folders]
        try:
            self._tokenizer = Tokenizer.from_file(str(folders[0] / "tokenizer.json"))
        except Exception as error:  # tokenizers raises a type of its own
            raise ModelError(f"{folders[0].name}: no tokenizer of this version ({type(error).__name__})") from None
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.name = "+".join(network.name for network in self._networks)
        self.version = "+".join(network.version for network in self._networks)
        self.bias: Mapping[str, float] = {}

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        """Read pages in order."""
        return [self._readings(page, *self._answers(page.text)) for page in pages]

    def _answers(self, text: str) -> tuple[Places, list[Answers]]:
        """Return the places of a note's word pieces and what each network says of them; nothing where there are none."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        if not encoded.ids:
            return (), []
        places: Places = encoded.offsets
        breaks = line_starts(places, text)
        return places, [network.read(encoded.ids, breaks) for network in self._networks]

    def _readings(self, page: Page, places: Places, told: Sequence[Answers]) -> Readings:
        if not told:
            return _nothing(page)
        shares = {kind: _mean([answers.attributes[kind] for answers in told]) for kind in ATTRIBUTES}
        mentions, faint = self._mentions(page.text, places, _mean([answers.tags for answers in told]), shares)
        ends = np.array(places, dtype=np.intp)
        whole = np.ones(len(places), dtype=bool)
        masks = [_mask(ends[:, 0], service.parts) for service in page.services]
        masks = [mask if mask.any() else whole for mask in masks]
        return Readings(
            mentions=tuple(mentions),
            service_codes=tuple(_codes(told, "service_code", mask) for mask in masks),
            note_code=_codes(told, "note_code", whole),
            judged=_judged(told, [*masks, whole]),
            faint=untouched(faint, mentions),
            lengths=_lengths(ends, shares["length"], [candidate.span for candidate in page.candidates]),
        )

    def _mentions(
        self, text: str, places: Places, tags: Floats, shares: Mapping[str, Floats]
    ) -> tuple[list[Mention], list[Mention]]:
        """Return the mentions as they are said, and as they would be where only a deficit's presence is asked."""
        edges = np.array(word_edges(places, text), dtype=bool)
        logs = np.log(tags + 1e-9)
        firm, faint = (
            spans_of(whole_words(best_path(biased(logs, bias)), edges)) for bias in (self.bias, {**self.bias, **FAINT})
        )
        of_kind: dict[str, Floats] = {
            kind: tags[:, TAGS.index(f"B-{kind}")] + tags[:, TAGS.index(f"I-{kind}")] for kind in MENTION_KINDS
        }
        said = {run: _said(text, places, of_kind, shares, run) for run in {*firm, *faint}}
        # A run of nothing but colons and spaces has no words.
        said = {run: mention for run, mention in said.items() if mention.span.start < mention.span.end}
        return [said[run] for run in firm if run in said], [said[run] for run in faint if run in said]


def _mean(chances: Sequence[Floats]) -> Floats:
    return chances[0] if len(chances) == 1 else np.asarray(np.mean(chances, axis=0), dtype=np.float32)


def _mask(starts: NDArray[np.intp], parts: Sequence[Span]) -> Mask:
    """Say which word pieces begin inside one of the parts."""
    mask = np.zeros(len(starts), dtype=bool)
    for part in parts:
        mask |= (starts >= part.start) & (starts < part.end)
    return mask


def _codes(told: Sequence[Answers], head: str, mask: Mask) -> dict[str, float]:
    return dict(zip(READS_AS, _mean([answers.codes(head, mask) for answers in told]).tolist(), strict=True))


def _judged(told: Sequence[Answers], masks: Sequence[Mask]) -> tuple[Mapping[str, Mapping[str, float]], ...]:
    """Return, for each service, the mean answers of those networks that were taught them; where none was, the question stays open."""
    said = [chances for one in told if (chances := one.judged(masks)) is not None]
    if not said:
        return (UNSURE,) * len(masks)
    return tuple(
        {name: dict(zip(classes, row, strict=False)) for (name, classes), row in zip(JUDGED.items(), rows, strict=True)}
        for rows in _mean(said).tolist()
    )


def _nothing(page: Page) -> Readings:
    """Return the readings of a note without a word: every element is absent; how exercise was given, and who else was there, is not known."""
    even = dict.fromkeys(READS_AS, 1 / len(READS_AS))
    absent = {name: {answer: float(answer == classes[-1]) for answer in classes} for name, classes in JUDGED.items()}
    judged = {**absent, **{name: UNSURE[name] for name in ("exercise", "one_on_one")}}
    return Readings((), tuple(even for _ in page.services), even, tuple(judged for _ in (*page.services, None)))


def _lengths(places: NDArray[np.intp], shares: Floats, spans: Sequence[Span]) -> tuple[dict[str, float], ...]:
    """Return, for each candidate, the probabilities of what it is: the mean over its word pieces; where it has none, that it is no length."""
    if not spans:
        return ()
    asked = np.array(spans, dtype=np.intp)
    first = np.searchsorted(places[:, 1], asked[:, 0], side="right")
    behind = np.searchsorted(places[:, 0], asked[:, 1], side="left")
    sums = np.concatenate([np.zeros((1, len(LENGTHS))), np.cumsum(shares, axis=0, dtype=np.float64)])
    count = (behind - first)[:, None]
    means = np.where(count > 0, (sums[behind] - sums[first]) / np.maximum(count, 1), np.eye(len(LENGTHS))[0])
    return tuple(dict(zip(LENGTHS, row, strict=True)) for row in means.tolist())


def _said(text: str, places: Places, of_kind: Mapping[str, Floats], shares: Mapping[str, Floats], run: Run) -> Mention:
    """Return the mention that a run of tags makes."""
    first, last, kind = run
    span = trimmed(text, places[first][0], places[last][1])
    count = last + 1 - first
    sure = float(np.add.reduce(of_kind[kind][first : last + 1]) / count)
    own = (np.add.reduce(shares[kind][first : last + 1], axis=0) / count).tolist()
    share = max(own)
    return Mention(kind, span, ATTRIBUTES[kind][own.index(share)], round(sure * share, 4))
