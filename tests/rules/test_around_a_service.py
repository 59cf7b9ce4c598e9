"""What stands above, behind or below a service leaves its minutes: the bank's sentences, which tell of no time, around one line."""

from __future__ import annotations

import random
import re

import pytest

from note_review.evaluation.annotated import strip_marks
from note_review.note import Note
from note_review.reading.page import read_page
from training.sentences import read_bank

FRAMES = (
    "{}\n97112 23 min: tandem stance on foam.",
    "{} 97112 23 min: tandem stance on foam.",
    "97112 23 min: tandem stance on foam.\n{}",
    "{}\nNeuro re-ed x 23 min, tandem stance on foam.",
    "{}\n97112 (23 min)",
)
# What is itself a length, a time, a plan or another visit's.
OF_TIME = re.compile(
    r"\d\s?(?:min|m\b|'|h)|\d:\d\d|\b(?:minutes?|hours?|time[sd]?|total|goals?|[sl]tgs?|plan|next|hep|home|last|previous|prior|yesterday|will|units?|\d{4}|ago|friday|monday)\b",
    re.IGNORECASE,
)


def sentences(count: int) -> list[str]:
    rows = [strip_marks(sentence)[0] for where, sentence in read_bank() if where == "anywhere" and "{" not in sentence]
    return random.Random(1).sample([row for row in rows if not OF_TIME.search(row)], count)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_sentence_beside_a_service_takes_none_of_its_minutes(frame: str) -> None:
    found = {s: [(m.value, m.scope) for m in read_page(Note(text=frame.format(s))).minutes] for s in sentences(400)}
    assert {s: minutes for s, minutes in found.items() if minutes != [(23, "97112")]} == {}
