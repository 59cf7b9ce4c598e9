"""Data augmentation: contrast twins with a pair of the bank, told and not told, where their own deficit, response, skill or share stands or fails.

Some files of the bank tell an element twice: a finding as a fault and, in words as plain, as done well (``fine_*.txt``) or as denied, past or another's
(``past_*.txt``); a figure as today's result
and as an aim's, an earlier day's or another's (``result_*.txt``); how the service was given with a therapist's skill and without (``skill_*.txt``);
a helper beside the therapist and in his place (``helper_*.txt``); another patient named and treated at once (``share_*.txt``).
Put where a twin's one element comes or goes, a pair decides the answers about the judged service, so that these are learned from what the words mean
and not from their being there.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from note_review.encounter import NEUROMUSCULAR_DOMAINS
from note_review.evaluation.annotated import AnnotatedNote
from training.sentences import BANK
from training.transplants import Edit, Shape, in_place_of, marks_of, shape_of


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of the bank that tell an element, with their marks, and words like them that do not."""

    present: str
    absent: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What pairs of some files tell: the marks that words telling it can have, and what a twin lacks without it."""

    files: str
    marks: frozenset[tuple[str, str]]
    lacks: frozenset[tuple[tuple[str, ...], ...]]

    def tells(self, words: str) -> bool:
        """Whether words have marks of this kind alone, or none where it has none."""
        marks = marks_of(words)
        return self.marks.issuperset(marks) and bool(marks) == bool(self.marks)


_DEFICITS = frozenset(("D", domain) for domain in NEUROMUSCULAR_DOMAINS)
_NO_DEFICIT = frozenset({(("deficit",), ("deficit_missing",))})
KINDS = (
    Kind("fine_*.txt", _DEFICITS, _NO_DEFICIT),
    Kind("past_*.txt", _DEFICITS, _NO_DEFICIT),
    Kind(
        "result_*.txt",
        frozenset({("R", "measured")}),
        frozenset({(("response",), ("response_missing",)), (("response",), ("response_not_measured",))}),
    ),
    Kind("skill_*.txt", frozenset(), frozenset({((), ("skilled_need_missing",))})),
    Kind("helper_*.txt", frozenset(), frozenset({((), ("not_one_on_one", "skilled_need_missing"))})),
    Kind("share_*.txt", frozenset(), frozenset({((), ("not_one_on_one",))})),
)  # fmt: skip


def read_pairs(kind: Kind) -> list[Pair]:
    """Return the bank's pairs of a kind; where marks tell it, either line of a pair may be the first, else the first tells it.

    A pair that tells more besides, as a fault of another part in both lines, is none.
    """
    found = []
    for file in sorted(BANK.glob(kind.files)):
        lines = file.read_text(encoding="utf-8").splitlines()
        for first, second in zip(lines[::2], lines[1::2], strict=True):
            pair = Pair(second, first) if kind.marks and marks_of(second) else Pair(first, second)
            if kind.tells(pair.present) and not marks_of(pair.absent):
                found.append(pair)
    return found


def with_pairs(edits: Sequence[Edit], *, count: int, seed: int) -> list[AnnotatedNote]:
    """Return notes with a pair of the bank where their own edit stands, of each kind an equal share of the count, half with the element and half without.

    A kind that no edit has a place for has none.
    """
    rng = random.Random(seed)
    made = [_with_pairs_of(kind, edits, count=count // len(KINDS), rng=rng) for kind in KINDS]
    return [note for notes in made for note in notes]


def _with_pairs_of(kind: Kind, edits: Sequence[Edit], *, count: int, rng: random.Random) -> list[AnnotatedNote]:
    by_shape: dict[Shape, list[Pair]] = defaultdict(list)
    for pair in read_pairs(kind):
        by_shape[shape_of(pair.present)].append(pair)
    places = [edit for edit in edits if _is_place(edit, kind) and shape_of(edit.present) in by_shape]
    name = kind.files.partition("_")[0]
    return [
        in_place_of(place, rng.choice(by_shape[shape_of(place.present)]), f"{name}-{number}", has=number % 2 == 1)
        for number, place in enumerate(rng.choices(places, k=count) if places else ())
    ]


def _is_place(edit: Edit, kind: Kind) -> bool:
    """Whether an edit puts an element of the kind, and nothing else that is marked, into a note that lacks just it."""
    alike = shape_of(edit.present) == shape_of(edit.absent)
    return alike and edit.lack in kind.lacks and kind.tells(edit.present) and not marks_of(edit.absent)
