"""How a phrase stands: each case marks the phrase with braces and names how it stands."""

from __future__ import annotations

import pytest

from note_review.note import Span
from note_review.reading.assertion import assertion_of
from note_review.reading.lines import split_lines
from note_review.reading.sections import find_sections


def standing_of(marked: str) -> str:
    start, end = marked.index("{"), marked.index("}") - 1
    text = marked.replace("{", "").replace("}", "")
    return str(assertion_of(text, split_lines(text), find_sections(text), Span(start, end)))


PRESENT = [
    "{LOB} x3 on foam", "No LOB on firm, {LOB} x3 on foam", "No pain but {decreased proprioception} R ankle", "Denies falls. {Unsteady} on turns", "No dizziness; {sway} increased with eyes closed",
    "Worked on {tandem walking} with min A", "Pt performed {SLS on foam} 3x30s", "{Rockerboard taps} without UE support", "{Step-ups} without rail x10", "{Tandem stance} not only on firm but on foam",
    "O: {cone taps} 2x10, VC for pacing", "{Standing on foam} eyes closed, no cues needed", "Held breath during {bridges}", "{Poor trunk control} noted today", "Performed {perturbations} at hips, LOB x2",
    "{Ataxic reach} on R, was worse last week", "{Quad lag} persists", "Needed CGA for {tandem gait}", "Treatment: {mirror drill} for knee valgus, 2x8", "Still {drifts to the left}", "A: {impaired ankle strategy} limits stairs",
    "Not yet able without cues: {delayed weight shift}", "{Ball toss on foam}, no hands", "{Toe taps}, goal of 10 not reached, 7 done", "Pt required mod VC for {scapular setting}", "Progressed to {BOSU lunges} today", "Added {head turns} on foam today",
]  # fmt: skip
NEGATED = [
    "No {LOB}", "no {LOB} on firm, LOB x3 on foam", "Denies {dizziness}", "denied {falls} since last visit", "Without {loss of balance}", "w/o {LOB}", "Negative for {nystagmus}", "No evidence of {ataxia}", "No signs of {neglect}",
    "{Coordination} intact", "{Proprioception} WNL", "{Sensation} is intact", "{Balance} is normal", "{Freezing} not observed", "{LOB} none", "{Tremor} absent", "{Dizziness} resolved", "{Tandem walking} held", "{Step-ups} held today",
    "{Squats} deferred", "{BOSU} deferred due to pain", "Held {lunges} due to knee pain", "Deferred {stairs}", "Declined {gait training}", "Refused {balance drills}", "{Foam stance} refused", "{Treadmill} not performed", "{Ladder drills} not done",
    "{SLS} not attempted", "Not tested: {tandem}", "Did not perform {hops}", "Skipped {wall slides}", "{Wall slides} omitted", "Unable to attempt {tandem walk}", "Too fatigued for {lunges}", "{Cues} not required", "No longer has {ankle clonus}", "{Hops} on hold",
    "{Plyometrics} not appropriate at this time", "Neither {sway} nor drift seen", "No {tremor} or dysmetria", "No tremor or {dysmetria}", "No further {LOB}", "{Lunges} d/c'd", "D/C'd {clamshells}", "{Single leg hops}: NT", "{Hops} - n/a", "{Stairs} not addressed today",
]  # fmt: skip
PLANNED = [
    "Plan: {tandem on foam}", "Plan to add {head turns}", "Next visit {BOSU squats}", "Next session: {ladder}", "Will progress to {foam}", "Continue {gait training}", "Cont {NMR} 2x/wk", "P: {dual task walking}", "Consider {treadmill with harness}",
    "Would benefit from {vestibular training}", "Pt may benefit from {perturbation training}", "Recommend {aquatic therapy}", "Add {cone weave} next visit", "{Cone weave} next visit", "{Jumping} once cleared", "{Running} when cleared by MD", "Goal: {SLS 30 s}", "STG: {tandem 20 s}",
    "LTG 2: {walk 500 ft without LOB}", "Goals\n1. {Stand 10 s on foam}", "Anticipate {stair training}", "Ready to start {agility}", "NV: {step downs}", "Trial next: {slackline}", "Progress to {dynamic balance} as tolerated", "Scheduled for {splint check}", "Patient will {stand on one leg} 10 s", "Initiate {plyometrics} next week",
]  # fmt: skip
OTHERS = [
    ("Last visit {SLS 6 s}", "other_visit"), ("Last session: {foam stance}", "other_visit"), ("In this last session {foam stance}", "present"), ("Yesterday {walked 200 ft}", "other_visit"), ("Previous visit {tandem x 4}", "other_visit"), ("{LOB x5} at eval", "other_visit"),
    ("{Max A} at initial eval", "other_visit"), ("Prior session {ball toss}", "other_visit"), ("At SOC {needed mod A}", "other_visit"), ("Prior visit: {step taps}", "other_visit"), ("{Tandem 4 s} two visits ago", "other_visit"),
    ("HEP: {heel raises} 2x10", "home_program"), ("Home program: {bridges}", "home_program"), ("Issued {chin tucks} for home", "home_program"), ("Pt to do {clamshells} at home", "home_program"), ("{Bridges} added to HEP", "home_program"),
    ("Instructed to perform {ankle pumps} at home", "home_program"), ("{Stretching} daily at home", "home_program"), ("Handout: {gaze stabilization}", "home_program"), ("Reviewed HEP of {wall slides}", "home_program"),
    ("History of {falls}", "historical"), ("h/o {vertigo}", "historical"), ("Hx of {L ankle sprain}", "historical"), ("PMH: {neuropathy}", "historical"), ("{Fall} 2 years ago", "historical"), ("{Stroke} in 2019", "historical"), ("Used to {dance}", "historical"), ("PLOF: {independent on stairs}", "historical"), ("Before surgery {walked 2 miles}", "historical"),
    ("His wife has {poor balance}", "other_person"), ("Her mother had {Parkinson's}", "other_person"), ("Family history of {ataxia}", "other_person"), ("Patient's daughter has {vertigo}", "other_person"),
]  # fmt: skip


@pytest.mark.parametrize("marked", PRESENT)
def test_done_or_present(marked: str) -> None:
    assert standing_of(marked) == "present"


@pytest.mark.parametrize("marked", NEGATED)
def test_denied_held_refused_or_not_done(marked: str) -> None:
    assert standing_of(marked) == "negated"


@pytest.mark.parametrize("marked", PLANNED)
def test_planned_or_a_goal(marked: str) -> None:
    assert standing_of(marked) == "planned"


@pytest.mark.parametrize(("marked", "wanted"), OTHERS)
def test_past_home_or_another_person(marked: str, wanted: str) -> None:
    assert standing_of(marked) == wanted
