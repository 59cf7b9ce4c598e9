"""Lengths told before what was done, whose code stands behind it."""

from __future__ import annotations

import pytest

from note_review.note import Note
from note_review.reading.page import read_page

TOLD = [
    ("Spent 30 min on balance retraining (97112) and 15 min on leg press (97110).", (30, 15)),
    (
        "The patient received 30 minutes of tandem stance on foam (CPT 97112) followed by 15 minutes of leg press (CPT 97110).",
        (30, 15),
    ),
    ("Spent half an hour on balance retraining (97112) and a quarter hour on leg press (97110).", (30, 15)),
    ("We gave twenty-five minutes to head turns on foam (97112) and ten minutes to squats (97110).", (25, 10)),
    ("First 20 minutes: tandem stance (97112). Last 15 minutes: leg press (97110).", (20, 15)),
    ("For 25 minutes we did tandem stance, billed as 97112; for 10 minutes leg press, billed as 97110.", (25, 10)),
    ("25 min went to tandem stance and was charged under CPT 97112, 10 min to leg press, charged under 97110.", (25, 10)),
    ("23 min of tandem stance (97112), squats 14 (97110)", (23, 14)),
    ("15 min was balance (97112) and 25 the strength (97110)", (15, 25)),
    ("Neuro re-ed and ther ex today. 25/97112, 15/97110.", (25, 15)),
    ("Minutes 25  Code 97112\nMinutes 15  Code 97110", (25, 15)),
    ("Min 25 - 97112\nMin 15 - 97110", (25, 15)),
]
NOT_TOLD = [
    "She can stand 10 minutes on foam (97112) and 5 at the press (97110) at home.",
    "Goal: 30 minutes of tandem stance (97112) and 15 of leg press (97110).",
    "Rows to 20 min of tandem stance 4 x 5 (97112), 3 x 10 leg press (97110).",
    "Seen at half past; tandem stance (97112) and leg press (97110) for 40 minutes in all.",
]


def scopes(text: str) -> dict[str, int]:
    """Return the minutes of each code."""
    return {m.scope: m.value for m in read_page(Note(text=text)).minutes if m.scope.isdigit()}


@pytest.mark.parametrize(("text", "minutes"), TOLD)
def test_a_length_belongs_to_the_code_behind_what_was_done(text: str, minutes: tuple[int, int]) -> None:
    assert scopes(text) == {"97112": minutes[0], "97110": minutes[1]}


@pytest.mark.parametrize("text", NOT_TOLD)
def test_other_figures_before_codes_are_no_lengths_of_theirs(text: str) -> None:
    assert scopes(text) == {}
