"""A result of this visit, of another one, or of a goal: told by its clause alone."""

import pytest

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import split_lines
from note_review.reading.other_times import time_of_result

PRESENT, PLANNED, OTHER = Assertion.PRESENT, Assertion.PLANNED, Assertion.OTHER_VISIT


@pytest.mark.parametrize(
    ("text", "phrase", "stands"),
    [
        ("Held tandem 14 s, last visit 9 s.", "Held tandem 14 s", PRESENT),
        ("In this last session she held tandem 14 s.", "held tandem 14 s", PRESENT),
        ("In the last session she held tandem 14 s.", "held tandem 14 s", OTHER),
        ("SLS on foam 14 s last visit.", "SLS on foam 14 s last visit", OTHER),
        ("Sway was 3 in at eval, 1 in today.", "Sway was 3 in at eval, 1 in today", PRESENT),
        ("Sway was 3 in at eval.", "Sway was 3 in at eval", OTHER),
        ("Two weeks ago he caught 4 of 10; not counted today.", "he caught 4 of 10", OTHER),
        ("Two weeks ago he caught 4 of 10, today 7 of 10.", "he caught 4 of 10", PRESENT),
        ("On Monday she stood 2 min with 5 cues and needed 4 rests.", "needed 4 rests", OTHER),
        ("Ran ten minutes on Sunday without pain.", "Ran ten minutes on Sunday", PRESENT),
        ("CGA for turns, min A last week.", "CGA for turns, min A last week", PRESENT),
        ("Turns with minimal assistance, moderate last week.", "Turns with minimal assistance, moderate last week", PRESENT),
        ("Single-leg 22 s from 14 last week.", "Single-leg 22 s from 14 last week", PRESENT),
        ("LAST VISIT: Lids turned 8 of 10. Rested twice.", "Rested twice", OTHER),
        ("Goal is 8 of 10 cups with one cue.", "8 of 10 cups with one cue", PLANNED),
        ("STG: LOB 3 or fewer per session.", "LOB 3 or fewer per session", PLANNED),
        ("STG 2: stands 60 s. Start 8 s, now 65 s. Met.", "stands 60 s", PRESENT),
        ("Goal 1: tandem 20 s, now 11 s.", "tandem 20 s, now 11 s", PRESENT),
        ("Goals: flexion from 130 to 141; pain from 5 to 3.", "pain from 5 to 3", PLANNED),
        ("Stepping down should decrease from 6 slips to 2.", "Stepping down should decrease from 6 slips to 2", PLANNED),
        ("Hits on the 2-inch target went from 4 of 15 to 10 of 15.", "went from 4 of 15 to 10 of 15", PRESENT),
        ("Relocation error to be reduced from 7 to 4 deg by visit 6.", "Relocation error to be reduced from 7 to 4 deg", PLANNED),
        ("Swayed 4 in on the day of eval, we are aiming for 1.", "Swayed 4 in on the day of eval", OTHER),
        ("He is to hold 20 s by Friday.", "hold 20 s", PLANNED),
        ("By the end of the set seven of ten were right.", "seven of ten were right", PRESENT),
        ("External rotation 38 by the 17th or we call the surgeon.", "External rotation 38", PLANNED),
        ("On foam, eyes closed, he ought to reach 17 s.", "reach 17 s", PLANNED),
        ("Retest Friday, hoping for 13 of 20 touches.", "13 of 20 touches", PLANNED),
        ("Intake 8/14: angle error 12 deg, stance 2 s.", "angle error 12 deg", OTHER),
        ("At our last meeting the matching reached 8 of 12.", "the matching reached 8 of 12", OTHER),
        ("Tandem 8 s (last visit).", "Tandem 8 s", OTHER),
        ("Tandem 14 s (8 s last visit).", "Tandem 14 s (8 s last visit)", PRESENT),
        ("A: Baseline: tandem 8 s.", "tandem 8 s", OTHER),
        ("Visit 2: stood 14 s on foam.", "stood 14 s on foam", OTHER),
        ("Visit 2:10-2:50 pm. Stood 22 s, 14 s at the first try.", "Stood 22 s, 14 s at the first try", PRESENT),
        ("Stood 22 s last Thursday, 14 s the week before.", "Stood 22 s last Thursday, 14 s the week before", OTHER),
        ("Stood 22 s, 14 s the week before.", "Stood 22 s, 14 s the week before", PRESENT),
        ("In the bars last Friday: slow stance; snaps on 3 of 20 steps.", "snaps on 3 of 20 steps", OTHER),
        ("She hoped for 27 of 30 cards, she got 25.", "she got 25", PRESENT),
        ("She hoped for 27 of 30 cards.", "27 of 30 cards", PLANNED),
        ("Prev session foam stance 12 s.", "foam stance 12 s", OTHER),
        ("Age norm for tandem is 30 s.", "tandem is 30 s", PLANNED),
        ("Norm 30 s, held 14 s, 8 s at eval.", "held 14 s, 8 s at eval", PRESENT),
        ("Tandem 14 s (norm 30).", "Tandem 14 s (norm 30)", PRESENT),
        ("Criterion reached: 9 of 10 clean.", "9 of 10 clean", PRESENT),
        ("Progress once step taps reach 12 of 15.", "step taps reach 12 of 15", PLANNED),
        ("If tandem reaches 20 s, progress to foam.", "tandem reaches 20 s", PLANNED),
        ("If cued he reached 9 of 10, uncued 4 of 10, so progress to foam.", "uncued 4 of 10", PRESENT),
        ("Needs fewer taps to progress to foam, 3 vs 7 before.", "3 vs 7 before", PRESENT),
        ("If touch-downs rise to 5, add the rail.", "touch-downs rise to 5", PLANNED),
        ("Progress if prompted: stride increased to 15 in.", "stride increased to 15 in", PRESENT),
        ("Plan: progress when stride reaches 15 in.", "stride reaches 15 in", PLANNED),
        ("Pt to SBA from mod A by the last lap.", "SBA from mod A by the last lap", PRESENT),
        ("Pt to hold tandem 25 s, improved from 12.", "hold tandem 25 s", PRESENT),
        ("After tapping: pt to midline with 2 prompts, then 1.", "midline with 2 prompts, then 1", PRESENT),
        ("Pt to hold tandem 25 s with SBA.", "hold tandem 25 s with SBA", PLANNED),
        ("Prev: max A, SBA after cueing at the hips.", "SBA after cueing at the hips", PRESENT),
        ("Prev: max A for turns.", "max A for turns", OTHER),
        ("By the criteria she improved to 25 s on foam.", "improved to 25 s on foam", PRESENT),
        ("Norm met, tandem improved to 30 s.", "tandem improved to 30 s", PRESENT),
        ("Criterion for discharge: tandem 30 s.", "tandem 30 s", PLANNED),
        ("Pt to reach 14 s by 4/30.", "14 s", PLANNED),
        ("Helped pt to hold 14 s, up from 8.", "hold 14 s, up from 8", PRESENT),
        ("Expects ten blocks without a stop, and he did four.", "he did four", PRESENT),
        ("At the tenth visit sitting has lengthened from twenty to fifty minutes.", "sitting has lengthened from twenty to fifty minutes", PRESENT),
    ],
)  # fmt: skip
def test_when_a_result_was_found(text, phrase, stands):
    start = text.index(phrase)
    assert time_of_result(text, split_lines(text), Span(start, start + len(phrase))) is stands
