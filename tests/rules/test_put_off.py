"""A technique held, refused, put off, planned or meant for home: told by its row or line. Braces mark the phrase."""

import pytest

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import split_lines
from note_review.reading.put_off import standing_of_technique

PRESENT, NEGATED, PLANNED, HOME = Assertion.PRESENT, Assertion.NEGATED, Assertion.PLANNED, Assertion.HOME_PROGRAM


@pytest.mark.parametrize(
    ("marked", "stands"),
    [
        ("{Tandem walk on foam} held today, calf cramp.", NEGATED),
        ("{Tandem walk on foam} held for three breaths.", PRESENT),
        ("Chest up, {chin glide to a towel}, held, then again.", PRESENT),
        ("{Tandem walk with a stick held overhead}", PRESENT),
        ("{Ball toss} and {step taps}, both put off until Friday.", NEGATED),
        ("{Step taps} and ball toss refused.", NEGATED),
        ("{Step taps} deferred no longer, 2x10.", PRESENT),
        ("{Wobble board}      20s x3    30s x3    held", NEGATED),
        ("{Wobble board}      held      20s x3    30s x3", PRESENT),
        ("{Wobble board} | 30s x3 | declined | -", NEGATED),
        ("97112 | {lunge with pelvis held level} 3x6 | hand on the ilium, then none", PRESENT),
        ("HELD, spasm since morning: crate to shelf, {cart push up the ramp}.", NEGATED),
        ("To start next visit: {toe-line walking}.", PLANNED),
        ("HEP: bridges, {clamshells} 2x10.", HOME),
        ("97112 20 min: home program written out and explained. {Weight shifts at the sink}, daily.", HOME),
        ("She will do at home: {weight shifts at the sink} 2x10.", HOME),
        ("HEP issued and explained. NMR: {weight shifts at the sink}.", PRESENT),
        ("{Stair climb}, declined a second flight.", PRESENT),
        ("{Bike} | 10 min | Tandem | held", PRESENT),
        ("Next visit: recheck grip. Performed {step taps} today.", PRESENT),
        ("Reviewed HEP. Performed {weight shifts at the sink}.", PRESENT),
        ("97112 x 15 min: Declined {step taps} and ball toss.", NEGATED),
        ("{Postponed step taps} and ball toss.", NEGATED),
        ("Ran out of time for step taps and {ball toss}.", NEGATED),
        ("Refused: step taps, {ball toss}.", NEGATED),
        ("{Step taps} and ball toss (not done).", NEGATED),
        ("{Step taps} and ball toss discussed, not performed.", NEGATED),
        ("{Step taps} and ball toss held.", NEGATED),
        ("{Step taps}, pt declined.", NEGATED),
        ("No {step taps} or ball toss today.", NEGATED),
        ("Demonstrated {step taps} only.", NEGATED),
        ("{Step taps} and ball toss to be added next visit.", PLANNED),
        ("Recommend {step taps} and ball toss.", PLANNED),
        ("{Step taps} and ball toss issued for home.", HOME),
        ("Pt does {step taps} and ball toss at home.", HOME),
        ("Last visit: {step taps} and ball toss.", Assertion.OTHER_VISIT),
        ("{Step taps} and ball toss done last visit.", Assertion.OTHER_VISIT),
        ("Declined stairs, did {step taps}.", PRESENT),
        ("Performed {step taps}, declined ball toss.", PRESENT),
        ("{Step taps} 3x10, ball toss held.", PRESENT),
        ("{Step taps} and marching with one hand held.", PRESENT),
        ("{Step taps} and ball toss as planned.", PRESENT),
        ("Unable to perform {step taps} without CGA.", PRESENT),
        ("Explained the purpose, then {step taps} and ball toss x10.", PRESENT),
        ("Resumed {step taps} and ball toss after last visit was held.", PRESENT),
        ("{Planning Friday's supper}, then a walk to the kitchen.", PRESENT),
        ("{Discussed how to load the dishwasher}.", PRESENT),
    ],
)  # fmt: skip
def test_how_a_technique_stands(marked, stands):
    start, end = marked.index("{"), marked.index("}") - 1
    text = marked.replace("{", "").replace("}", "")
    assert standing_of_technique(text, split_lines(text), Span(start, end)) is stands
