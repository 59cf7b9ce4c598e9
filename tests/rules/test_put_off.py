"""A technique held, refused, put off, planned or meant for home: told by its row or line. Braces mark the phrase."""

import time

import pytest

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import split_lines
from note_review.reading.put_off import standing_of_technique
from note_review.reading.undone import undone_by_clause

PRESENT, NEGATED, PLANNED, HOME = Assertion.PRESENT, Assertion.NEGATED, Assertion.PLANNED, Assertion.HOME_PROGRAM


@pytest.mark.parametrize(
    ("marked", "stands"),
    [
        ("{Tandem walk on foam} held today, calf cramp.", NEGATED),
        ("{Tandem walk on foam} held for three breaths.", PRESENT),
        ("{Long-sitting ball toss on the big mat held, light-headed}.", NEGATED),
        ("{Ball toss on foam} held, too tired.", NEGATED),
        ("{Ball toss on foam} was held - BP 170/95.", NEGATED),
        ("{Single-leg stance on foam} held, dizzy.", PRESENT),
        ("{Ball toss with the tray} held level, tired after.", PRESENT),
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
        ("{Step taps} and ball toss held.", PRESENT),
        ("{Step taps} and ball toss held due to pain.", NEGATED),
        ("{Step taps}, pt declined.", NEGATED),
        ("No {step taps} or ball toss today.", NEGATED),
        ("{Step taps} demonstrated only.", NEGATED),
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
        # What is refused behind a drill may be another thing.
        ("{Dome stepping with cues at the trunk} but ramp deferred.", PRESENT),
        ("{Dome stepping with cues at the trunk} and ramp deferred due to pain.", PRESENT),
        ("{Dome stepping} with cues at the trunk and ramp deferred due to pain.", PRESENT),
        ("{Dome stepping} with a seated rest declined.", PRESENT),
        ("{Dome stepping} with mod A and a rest refused.", PRESENT),
        ("{Dome stepping} with mod A, pt left early.", PRESENT),
        ("{Dome stepping} with head nods and sheet given for home.", PRESENT),
        ("{Gaze holding} with head nods and HEP issued for home.", PRESENT),
        ("{Dome stepping} and a walker recommended.", PRESENT),
        ("{Half-kneel on an air pad} held.", PRESENT),
        ("{Half-kneel EO/EC} - held.", PRESENT),
        ("{Half-kneel on an air pad} held until fatigue.", PRESENT),
        ("{Half-kneel on an air pad} held 2/2 knee pain.", NEGATED),
        ("{Dome stepping} and ramp walking deferred due to pain.", NEGATED),
        ("{Dome stepping} on foam declined.", NEGATED),
        ("{Dome stepping}, pt refused.", NEGATED),
        # What is refused before a drill may be another thing.
        ("Pt demonstrated {dome stepping} with tactile cues only.", PRESENT),
        ("Demonstrated {dome stepping}, then pt with manual cues only.", PRESENT),
        ("No stumble with {dome stepping} today.", PRESENT),
        ("No cane for {dome stepping} with cues at the trunk today.", PRESENT),
        ("No hand support during {dome stepping} today.", PRESENT),
        ("No ramp or {dome stepping} today.", NEGATED),
        ("Did not do the ramp after {dome stepping} with cues at the trunk.", PRESENT),
        ("Too tired for the ramp after {dome stepping}.", PRESENT),
        ("Recommended a cane after {dome stepping} with mod A.", PRESENT),
        ("Recommended {dome stepping} with mod A.", PLANNED),
        ("Skipped the ramp: {dome stepping} with mod A.", PRESENT),
        ("Skipped {dome stepping} and the ramp.", NEGATED),
        ("Pt did not do well with {dome stepping}, mod A.", PRESENT),
        ("Pt did not do {dome stepping}.", NEGATED),
        ("Declined a rest during {dome stepping} with cues.", PRESENT),
        ("Explained {weight shift on a dome} to the R with manual cues, tactile at the trunk.", PRESENT),
        ("Explained {weight shift on a dome} to the R.", NEGATED),
        ("Unable to perform {half-kneel} with eyes shut, mod A given.", PRESENT),
        ("Pt unable to initiate {weight shift R} so facilitation at the trunk.", PRESENT),
        ("Unable to start {dome stepping} due to nausea.", NEGATED),
        ("Could not do {dome stepping} due to ataxia.", PRESENT),
        ("Instructed in {weight shift on a dome} with tactile cues for safe steps at home.", PRESENT),
        ("Taught {stepping reactions} with pushes at the trunk to fall less at home.", PRESENT),
        ("Performs {stepping reactions} to stay safe at home.", PRESENT),
        ("Instructed in {weight shift on a dome} for home.", HOME),
        ("Intended for catching a fall: {stepping reactions} with pushes at the trunk.", PRESENT),
        ("Intended: {stepping reactions} with pushes at the trunk.", PLANNED),
    ],
)  # fmt: skip
def test_how_a_technique_stands(marked, stands):
    start, end = marked.index("{"), marked.index("}") - 1
    text = marked.replace("{", "").replace("}", "")
    assert standing_of_technique(text, split_lines(text), Span(start, end)) is stands


def test_a_long_row_of_dashes_is_read_at_once():
    begun = time.perf_counter()
    undone_by_clause("no " + "- " * 4000 + "step taps", 8003, 8012)
    assert time.perf_counter() - begun < 1
