"""Lists of drills that were not done: told by a later verdict, by the heading of the list, in plain verbs of refusal, or as shown and handed out. Braces mark the drills."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.lines import split_lines
from note_review.reading.standing import standing_of_drill

PRESENT, NEGATED, PLANNED, HOME = Assertion.PRESENT, Assertion.NEGATED, Assertion.PLANNED, Assertion.HOME_PROGRAM


def standings(marked: str) -> set[Assertion]:
    pieces = re.split(r"[{}]", marked)
    text, lines = "".join(pieces), split_lines("".join(pieces))
    starts = [len("".join(pieces[:i])) for i in range(1, len(pieces), 2)]
    return {standing_of_drill(text, lines, Span(s, s + len(p))) for s, p in zip(starts, pieces[1::2], strict=True)}


@pytest.mark.parametrize(
    ("marked", "stands"),
    [
        # A verdict behind the list.
        ("{Hoop steps}, {ramp walking} and {disc stance} were set up. He cried at the door. None of it was begun.", NEGATED),
        ("SET OUT TODAY: {hoop steps} 3x10; {ramp walking}. None of it begun.", NEGATED),
        ("Set out today:\n- {hoop steps} 3x10\n- {ramp walking}\nNothing was started.", NEGATED),
        ("NMR: {hoop steps}, {ramp walking}, {disc stance}. None tried today.", NEGATED),
        ("Asked for {hoop steps} and {ramp walking}; would have none of it.", NEGATED),
        ("{Hoop steps}, {ramp walking} and {disc stance} were laid out. All three were put off to Monday.", NEGATED),
        ("{Hoop steps} and {ramp walking} offered, he shook his head at both.", NEGATED),
        ("NMR: {hoop steps}, {ramp walking}. Did not get to any of these.", NEGATED),
        ("NMR: {hoop steps}, {ramp walking}. Too tired for any of it.", NEGATED),
        ("NMR: {hoop steps}, {ramp walking}. Only talked through today.", NEGATED),
        ("NMR: {hoop steps}, then {the ramp}, I did both in front of her and told her which hip to load.", NEGATED),
        ("{Hoop steps} with CGA. None of them done without the rail.", PRESENT),
        ("{Hoop steps} and {ramp walking}. He refused the third set.", PRESENT),
        ("{Hoop steps} and {ramp walking} were set up. All were put off at first, then he did them.", PRESENT),
        ("{Hoop steps} and {ramp walking} were set up. None of it was begun. In the end he did both.", PRESENT),
        ("{Hoop steps}, disc stance. Nothing was given for pain.", PRESENT),
        ("{Hoop steps} 3x10 with cues. Ramp and stairs were set up. None of it was begun.", PRESENT),
        ("{Hoop steps} 3x10\nDisc stance 3x30 s\nRamp and stairs, both refused.", PRESENT),
        ("{Hoop steps} 3x10\n{Disc stance} 3x30 s\nOffered a brace and a cane.\nDeclined both.", PRESENT),
        ("NMR: {hoop steps}, {disc stance}. Tested two scales, refused both.", PRESENT),
        # A heading over the list.
        ("Not done, put off to Thursday:\n- {hoop steps} 3x10\n- {ramp walking}", NEGATED),
        ("Deferred today: {hoop steps}; {ramp walking}.", NEGATED),
        ("Pt refused today:\n1. {hoop steps} 4 x 30 s\n2. {ramp walking}", NEGATED),
        ("Intended:\n\n* {hoop steps} 3x10\n* {ramp walking}", PLANNED),
        ("Laid out for next time:\n{Hoop steps}\n{Ramp walking}", PLANNED),
        ("Went over what he is to do from tonight: {hoop steps} 2x10, {ramp walking}.", HOME),
        ("Deferred today:\n- stairs\n\n- {hoop steps}", PRESENT),
        ("Deferred today:\n- stairs\nNMR: {hoop steps}", PRESENT),
        ("Deferred last time, done today:\n- {hoop steps} 3x10", PRESENT),
        ("Held:\n- {hoop steps} 30 s", PRESENT),
        ("Refused help during:\n- {hoop steps}", PRESENT),
        ("Deferred today:\n- {hoop steps}: did 2 of 4", PRESENT),
        ("Deferred: stairs; 97112: {hoop steps}", PRESENT),
        # Plain verbs of refusal.
        ("He wouldn't do {hoop steps}, {ramp walking}, {disc stance}.", NEGATED),
        ("Was to {sit astride the roll}, but screamed and would not.", NEGATED),
        ("{Throws from the half wall} were next but he begged off.", NEGATED),
        ("She put off until Friday {hoop steps} and {ramp walking}.", NEGATED),
        ("Was asked to do {hoop steps}, but refused the third set.", PRESENT),
        ("Would not try eyes closed, so {disc stance} eyes open 3 x 20 s.", PRESENT),
        ("Wouldn't do {hoop steps} without the rail.", PRESENT),
        # Shown or handed out.
        ("He watched me do {hoop steps}, then {ramp walking}.", NEGATED),
        ("I showed her on myself {hoop steps}, then {ramp walking}; she sat and looked on.", NEGATED),
        ("Got pictures of {hoop steps} and {ramp walking}.", HOME),
        ("{Hoop steps} and {ramp walking} given to the teacher on a sheet.", HOME),
        ("He watched me do {hoop steps}, then copied it.", PRESENT),
        ("He watched me do {hoop steps}. Then he tried it 5 times.", PRESENT),
        ("Showed him {hoop steps} with a mirror, cues to stand tall, 3 LOB.", PRESENT),
        ("Given a sheet of bridges after {hoop steps} 3x10.", PRESENT),
        # What is told with a dose, help or result was done; a verdict points at what stands nearest.
        ("{Disc stance} 4x20 s, kerb and hill, both refused.", PRESENT),
        ("{Disc stance} with CGA, {hoop steps} with min A, kerb held. All deferred to Mon.", PRESENT),
        ("{Disc stance} on foam, kerb and hill, neither attempted due to pain.", PRESENT),
        ("NMR 97112 x1: {disc stance}, {hoop steps}. None attempted due to pain.", NEGATED),
        ("{Disc stance} x 6 min. Kerb and hill. Both deferred.", PRESENT),
        ("{disc stance} 3 min\n{hoop steps} 2 laps\nkerb and hill, both deferred", PRESENT),
        ("{disc stance} and {hoop steps} over the long mat were the two things offered\nto him, both deferred due to pain.", NEGATED),
        ("- {disc stance}\n- kerb walk\n  only discussed", PRESENT),
        ("{Hoop steps}, cues: none given", PRESENT),
        ("{Hoop steps} | HEP | none given", PRESENT),
        ("Pt asked to {lean past the midline} for pegs, min A at wrist. Tired after. Kerb and bed moves offered. Declined both.", PRESENT),
        ("{High reach} to cups on a shelf, none reached.", PRESENT),
        ("{Disc stance}, {hoop steps} attempted. Pt could not do either.", PRESENT),
        ("{Disc stance}, {hoop steps}. Pt declined any.", PRESENT),
        ("{Disc stance}, {hoop steps}. Pt declined any of these.", NEGATED),
        ("{Disc stance}, {hoop steps}. None tried since the fall.", PRESENT),
        ("{Galloping}, hopping over the mat, all skipped.", PRESENT),
        ("{Disc stance} on foam, then kerb - only discussed.", PRESENT),
        # A heading that lets something be done, or whose list has ended.
        ("Pt declined, but agreed after a rest:\n- {disc stance}", PRESENT),
        ("On hold per MD, cleared today for:\n- {disc stance}", PRESENT),
        ("Not done: kerb - {disc stance} only today", PRESENT),
        ("No time for:\n- {disc stance}", NEGATED),
        ("Not done today:\n- {disc stance} with min A", PRESENT),
        ("Refused:\nNone\n{Disc stance} on foam", PRESENT),
        ("Not attempted due to pain:\nKerb\nNeuro re-ed\n{Disc stance}", PRESENT),
        ("Not attempted due to pain:\nKerb\n{Disc stance}", NEGATED),
        ("Refused:\n\n{Disc stance}\n{Hoop steps}", PRESENT),
        ("Pt held:\n- {disc stance} 20 s", PRESENT),
        ("Held today due to pain:\n- {disc stance}", NEGATED),
        ("We discussed what she has to work on:\n- {disc stance}", PRESENT),
        # A refusal that was changed.
        ("He was told to {spin with shut eyes} and spun both ways, but then begged off.", PRESENT),
        ("Pt did not want to do {hoop steps} today, agreed when urged.", PRESENT),
        ("Pt was afraid to perform {disc stance}, used the rail.", PRESENT),
        ("Refused to start {hoop steps} until he had his pills.", PRESENT),
        ("Wouldn't do {the wedge roll}, we sang and she rolled down it.", PRESENT),
        ("Refused to do {hoop steps} and {ramp walking} due to pain.", NEGATED),
        # The patient's own turn after a demonstration, or at a sheet.
        ("Therapist showed pt {hoop steps}. Pt steady, no LOB.", PRESENT),
        ("Therapist showed pt {hoop steps}. Went there and back.", PRESENT),
        ("We talked through {hoop steps} as he went.", PRESENT),
        ("We only talked through {hoop steps}.", NEGATED),
        ("He watched me do {wall taps}, is able to do on R.", PRESENT),
        ("Pt watched therapist demonstrate {hoop steps}; pt with 3 LOB.", PRESENT),
        ("{Walk with head tilts} reading words printed on cards.", PRESENT),
        ("Given worksheet with {picture hunt} task, missed R side.", PRESENT),
        ("Given worksheet with {picture hunt} for home.", HOME),
        ("Given handout with {disc stance}. Return demo good.", PRESENT),
        ("{Midline reach} with chalk, shapes given on paper.", PRESENT),
        # What was refused afterwards, or done after the refusal.
        ("{Hoop steps} prone, {roller board} to the door. Then declined everything.", PRESENT),
        ("Offered {hoop steps} and {disc stance}. Declined both, mom sang, then got through both with SBA.", PRESENT),
        ("Offered {hoop steps} and {disc stance}. Refused both. After his pills he walked up and down the bars.", PRESENT),
        ("Offered {hoop steps} and {disc stance}. Refused both due to pain. Nurse told.", NEGATED),
        ("Set up {the swing}, swung prone but would not do it.", PRESENT),
        # On a day gone by, or at home.
        ("NMR: {hoop steps}, {disc stance}. Both put off on Monday, resumed today.", PRESENT),
        ("NMR: {hoop steps}, {disc stance}. Both put off to Monday.", NEGATED),
        ("{Hoop steps}, {disc stance} from HEP. None practiced, forgot.", PRESENT),
        # The refused one is another; an appointment was moved.
        ("Would not do curbs today, {disc stance} and {hoop steps} at the sink.", PRESENT),
        ("Would not do {disc stance}, {hoop steps}.", NEGATED),
        ("Session moved to Friday per wife, {disc stance} at sink.", PRESENT),
        ("Was asked to {shift onto R}, curb - not tried.", PRESENT),
        # Both may be the things in hand.
        ("{Midline reach} for brush and comb. Refused both.", PRESENT),
        # Lists that have ended, were ticked or were closed as done.
        ("Not done today:\nCurbs\nTx\n{Disc stance}", PRESENT),
        ("Not done today:\nCurbs\nthen EOB {static sitting}", PRESENT),
        ("Planned for Monday:\n- {hoop steps} ✓\n- {disc stance} ✓", PRESENT),
        ("Planned for Monday:\n- {hoop steps}\n- {disc stance}\nBoth with CGA.", PRESENT),
        ("Planned for Monday:\n- {hoop steps}\n- {disc stance}\nBoth are new to him.", PLANNED),
        ("Deferred to Friday (today):\n- {hoop steps}", PRESENT),
        # Own turns after a demonstration; pictures used in the session or taken of it.
        ("{Hoop steps}, {disc stance}. I demonstrated both to him. He leaned L.", PRESENT),
        ("Just showed her {hoop steps}. Pt alternated feet.", PRESENT),
        ("Just showed her {hoop steps}. Pt verbalized understanding.", NEGATED),
        ("Just talked through {hoop steps}, no hands on.", PRESENT),
        ("Given pictures for {midline reach}, put them on the L.", PRESENT),
        ("Sent mom photos of {hoop steps} from today.", PRESENT),
        ("Sent mom photos of {hoop steps} for home.", HOME),
    ],
)  # fmt: skip
def test_how_the_drills_of_a_list_stand(marked, stands):
    assert standings(marked) == {stands}


DRILLS = st.lists(
    st.sampled_from(["hoop steps", "ramp walking", "disc stance on foam", "throws in half-kneeling", "turns along a line"]),
    min_size=2, max_size=3, unique=True,
)  # fmt: skip
SET_UP = st.sampled_from(["{} were set up. ", "NMR: {}. ", "Set out today: {}. ", "{} had been laid out. She felt sick. "])
NOT_DONE = st.sampled_from(
    ["None of it was begun.", "None tried today.", "All put off until next visit.", "Pt wanted none of it.", "No time for any of it.", "Refused all of it."]
)  # fmt: skip
DONE = st.sampled_from(
    ["None caused pain.", "All were done with CGA.", "None was done without cues.", "He declined more sets.", "Nothing new was started.", "None needed the bars."]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(DRILLS, SET_UP, NOT_DONE, DONE)
def test_a_verdict_points_back_in_every_combination(drills, form, undone, done):
    told = form.replace("{}", ", ".join(f"{{{d}}}" for d in drills))
    assert standings(told + undone) == {NEGATED}
    assert standings(told + done) == {PRESENT}


def test_a_long_paragraph_is_read_at_once():
    text = "hoop steps, none " * 3000
    assert standings(f"{{hoop steps}}, {text}") == {PRESENT}
