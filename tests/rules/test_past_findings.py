"""A deficit that its clause gives to the past, or says is shown no longer. Braces mark the phrase."""

import pytest

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.denials import standing_of_deficit
from note_review.reading.lines import split_lines


def standing_of(marked: str) -> Assertion:
    start, end = marked.index("{"), marked.index("}") - 1
    text = marked.replace("{", "").replace("}", "")
    return standing_of_deficit(text, split_lines(text), Span(start, end))


@pytest.mark.parametrize(
    "marked",
    [
        "Resident no longer shows {late stepping reaction to the left}.", "He no longer displays a {wide turn}.", "Does not show {lateral sway} in tandem any more.", "Did not exhibit any {foot slap}.", "She doesn't have the {late reach of the left arm}.",
    ],
)  # fmt: skip
def test_shown_no_longer(marked):
    assert standing_of(marked) is Assertion.NEGATED


@pytest.mark.parametrize(
    "marked",
    [
        "Before the hospital Mrs. Tam {tipped backward when she reached overhead}.", "Prior to her surgery she was {unsteady on stairs}.", "In the spring he {leaned left in sitting}.", "Last month the {trunk fell left}.",
        "Used to {tip backward when reaching}.", "She used to often {catch the right toe}.", "She had {drift to the left} until last week.", "He {veered into walls} before his stroke.",
    ],
)  # fmt: skip
def test_of_the_past(marked):
    assert standing_of(marked) is Assertion.HISTORICAL


@pytest.mark.parametrize(
    "marked",
    [
        "No longer hides that she {drifts left}.", "He can no longer {keep the trunk level}.", "Does not show {righting to the left}.", "He no longer has {trunk control}.", "Does not have {full position sense}.", "No longer shows {drift} unless tired.",
        "Used to {tip backward} and still does.", "Mirror used to correct {right lean}.", "She is used to {a wide base}.", "Before the stroke she was a baker; {left arm lags}.", "In the spring she fell; {leans left} in sitting.", "Before her surgery she {still limped as now}.",
        "She had {drift to the left} until cued.", "Last month's cane is back because of {sway on turns}.",
    ],
)  # fmt: skip
def test_still_there(marked):
    assert standing_of(marked) is Assertion.PRESENT
