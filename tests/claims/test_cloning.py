"""Text copied from an earlier note: the whole of a short one, or most sentences of a long one."""

import pytest

from note_review.checks import cloning

SHORT = "DOS {}. NMR 97112 24 min. Beam walk, CGA. Late left hip strategy. Steps off 5 -> 2. Quad {}. 3 VC. Cont POC."
REFUSED = "Pt refused therapy today due to fatigue. Will attempt again tomorrow. Nursing was told."
LONG = [f"Sentence {n} of the note tells what was done on the {n}th beam of the day." for n in range(5)]


@pytest.mark.parametrize(
    ("now", "before", "copied"),
    [
        (SHORT.format("3/10", "4/5"), SHORT.format("3/8", "4/5"), True),
        (SHORT.format("3/10", "4/5"), SHORT.format("3/8", "3/5"), False),
        (SHORT.format("3/10", "seen 4/5"), SHORT.format("3/8", "seen 3/5"), False),
        (REFUSED, REFUSED, False),
        ("Called to cancel. Will see on Thursday.", "Called to cancel. Will see on Thursday.", False),
        (" ".join(LONG), " ".join([*LONG[:4], "But the last one is another."]), True),
        (" ".join(LONG), " ".join(LONG[:2]), False),
    ],
)
def test_a_note_that_is_an_earlier_one(build, judge, medicare, now, before, copied):
    found = judge(
        cloning.check,
        build(minutes={"97112": 24} if "24 min" in now else {}, text=now, note={"prior_notes": [{"text": before}]}),
        medicare,
    )
    assert ("cloned_note" in found) == copied
