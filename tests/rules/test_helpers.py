"""Who gave the service: a helper who treats while the therapist does something else, and helpers who only assist."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from note_review.calibration import QUESTIONS, Calibration
from note_review.documented import DECIDES, DOCUMENTED
from note_review.encounter import READS_AS
from note_review.engines.base import UNSURE, Readings
from note_review.note import Note
from note_review.reading.assemble import assemble
from note_review.reading.helpers import treating_helpers
from note_review.reading.lines import split_lines
from note_review.reading.page import read_page
from note_review.reading.sections import find_sections

PLAIN = Calibration(
    dict.fromkeys(QUESTIONS, 1.0), 0.0, "test", {}, {}, dict.fromkeys(DOCUMENTED, (0.0, 1.0, 1.0)), dict.fromkeys(("first", "add", "drop", "move"), 1.1)
)  # fmt: skip
VISIT = "97112 24 min: stepping over cones, tandem on foam. {}\nHit 4 of 12, then 9 of 12."


def flags_of(told: str) -> set[str]:
    return {flag.name for flag in read_page(Note(text=VISIT.format(told))).flags}


def is_shared(told: str) -> bool:
    return bool(flags_of(told) & {"aide", "helper"})


@pytest.mark.parametrize(
    "told",
    [
        "The aide held his elbow and told him when to stop while I kept the tally.", "PT charted at the desk. Rehab aide tapped the shin and called each heel.", "Our student had two fingers on her back; the therapist timed the sets.",
        "CNA blocks L knee, OT tallies.", "Restorative aide guarding, cues for posture, me at the desk.", "Her para steadied the trunk and let go for the last three. I fetched the mats.", "Tech ran it, PT was finishing the recert.",
        "Cues for hip shift given by the rehab aide, PT wrote.", "The nurse's hand on her ribs, COTA by the door with the clipboard.", "Assist: aide, hands at the pelvis\nTherapist: brought the cones", "Helper | tech took him through it\nTherapist | on the phone",
        "The volunteer had the belt and called the turns, and the clinician looked on.", "Therapist's part: filled in the sheet; the aide reminded her to breathe.", "The student told him \"heel first\" each time while the PT dried the board.", "The SPT kept a hand at his ribs. PT typed the recert.",
        "Rehab tech instructed patient in stepping drills while PT finished documentation.", "Tech did reaches with patient. OT writing notes at the computer.", "Aide facilitated weight shift to the R; the therapist was out to lunch.", "Aide helped her with all the sets. PT did paperwork.", "I sat at the desk to chart when the aide spotted her.", "PT spoke with his wife while the aide guided both knees.", "Aide steadied her trunk. PT was not in the room.", "PT stepped out. Tech cued each turn.", "Aide guided R leg in swing while PT watched.",
    ],
)  # fmt: skip
def test_a_helper_who_treats_while_the_therapist_does_something_else(told: str) -> None:
    assert is_shared(told)


@pytest.mark.parametrize(
    "told",
    [
        # The therapist treats too, or may.
        "The aide held the belt while I cued each turn.", "PT blocked the knee; the rehab aide told him well done.", "Rehab tech cued the heel, PT kept a hand at the pelvis.", "The aide steadied his trunk. I charted. Then I widened the stance once he held it.", "CNA at the belt, my hand on her hip. I wrote after.",
        "The aide guarded her, cues by PT. I timed the sets.", "Aide held his elbow, mine on the trunk. I kept the tally.", "The aide held his wrist, OT set the pace by clapping. OT tallied.", "Rehab aide spotted him while the PT raised the step.",
        # The helper does not.
        "The aide put out the cones while I kept the tally.", "Rehab tech counted reps while I timed the sets.", "The aide held her glasses. I charted.", "CNA moved his foot pedals. PT wrote the note.", "The nurse gave the morning meds. OT looked on.", "Rehab tech took his hand splint off. The COTA observed.", "CNA told him lunch was at noon. I charted.", "The aide asked her to hurry for dialysis. I charted.", "RN told of the BP. PT charted.",
        # The therapist is at the patient, or does what may be treatment, by whatever verb.
        "PT at R side. Aide held his trunk.", "PTA at the hips, tech guided L foot in swing.", "OT on R for arm weight bearing; aide steadied trunk.", "PT was present throughout. Tech blocked the knee.", "PT did D1 flexion to L UE, aide held her shoulder.", "Co-tx: OT at the trunk, PT at LE. Tech held both knees.", "PT was directing everything, aide steadied trunk.", "Tech held her trunk while PT bounced the ball.", "Aide steadied trunk, PT charted, then rocked the board.", "Aide guided the knee. PT noted less sway.", "Aide guided the knee. PT observed stance time.", "Aide guided the knee. OT brought his R foot forward.", "Aide guided R hip while PT kept time with the metronome.", "Aide guided his hips; PT worked on his form.", "Aide steadied him. PT charted after the session.", "Aide steadied her trunk. PT at station 2.", "Aide steadied her while PT held the clock for her to read.", "Tech guarded him. PT was on call today.", "Aide guided her knee. PT on phone timer app.", "CNA rolled her shoulders while PT held the sheet.",
        # A belt, or a hand that is held, is no treatment, and neither is a hand for other care.
        "Aide held the gait belt while PT charted.", "Tech had the belt for chair follow. PT wrote notes.", "Aide held pt's hand while PT charted.", "The nurse held her arm for the IV. PT charted at the desk.", "CNA gave her min A to the toilet. PT charted at the desk.", "Tech steadied her leg for the ultrasound while PT charted.",
        # Nobody tells what the therapist did.
        "The aide held his elbow and told him when to stop.",
        # Another time, or taught.
        "Last visit the aide held his elbow while I charted.", "Monday the aide held his elbow, I looked on.", "At home the aide holds her hand on the stairs. I called the agency.", "The aide will cue her at meals. I charted.", "I taught the aide the hold: the aide kept a hand on her hip. I looked on.", "The aide needs to keep a hand on her hip at night. I wrote that down.", "Plan:\nThe aide cues him to look left, OT charts.",
        # The patient is the student, or it is a relative.
        "Grade 2. The student held his elbow in and told me each color. I kept the tally.", "His wife held his elbow and told him when to stop while I kept the tally.",
    ],
)  # fmt: skip
def test_a_helper_who_only_assists_fetches_or_is_told_of(told: str) -> None:
    assert not is_shared(told)


@pytest.mark.parametrize(
    "told",
    [
        "His wife held his elbow and told him when to stop while I kept the tally.", "OT wrote at the table. Mom tapped her hand and called each color.", "Rehab tech did them with her while PT charted.", "Wife did the stepping drills with him while I charted.", "Tech Jay did the leg with him, mom and I watched.",
    ],
)  # fmt: skip
def test_whose_hands_they_are(told: str) -> None:
    assert flags_of(told) & {"helper", "relative"} == ({"relative"} if "tech" not in told.lower() else {"helper"})


@pytest.mark.parametrize(
    "told",
    [
        "Family training: his wife held the belt and cued him while I looked on.", "I showed her husband the hold: he kept a hand on her hip. I timed it.", "S: Her daughter holds her arm on curbs.\nO: I measured the stairs.", "Mom will hold his hand on the stairs. I wrote it down.",
        "His wife held his glasses while I charted.", "Her son held the belt, I cued each turn.", "Wife practiced guarding him at the belt. PT looked on.", "Her mother, who has the same trouble, did the laps with her. I timed both.", "Her husband says she needs min A at night. PT charted.",
        "Dad held her hips while OT placed rings on the R to elicit reach.", "Mom kept her steady on the ball. PT tipped it.", "Husband held her hand while PT applied e-stim to the L shin.", "PT took BP after each lap. Son held her arm.", "Mom held his hands while I charted.",
    ],
)  # fmt: skip
def test_a_relative_who_is_trained_or_told_of(told: str) -> None:
    assert not flags_of(told) & {"helper", "relative"}


@pytest.mark.parametrize(("who", "shared"), [("The rehab aide", True), ("His wife", False)])
def test_no_skill_shows_where_another_treats_and_the_therapist_does_not(who: str, shared: bool) -> None:
    told = f"{who} held his elbow, told him when to stop and let go for the last set, while PT kept the tally."
    page = read_page(Note(text=VISIT.format(told)))
    sure = {**UNSURE, "skill": {"shown": 0.98, "none": 0.02}, "one_on_one": {"alone": 0.98, "shared": 0.02}}
    even = dict.fromkeys(READS_AS, 0.2)
    documented = assemble(
        page, Readings((), (even,) * len(page.services), even, (sure,) * (len(page.services) + 1)), PLAIN
    ).documented
    assert documented["skill"] < DECIDES
    assert (documented["alone"] < DECIDES) is shared


HELPERS = ("The aide", "Rehab tech", "CNA", "Our PT student", "Her para", "The nurse", "Aide Sue", "A volunteer", "The SPT")
ACTS = ("held {} elbow", "kept a hand on {} hip", "blocked the L knee", "gave VCs for posture", "tapped {} shin", "called each step", "steadied {} trunk", "had both hands at {} ribs", "guided the R hand to the cup")  # fmt: skip
THERAPISTS = ("I", "the therapist", "PT", "the OT", "the COTA", "this clinician")
ELSEWHERE = ("kept the tally", "charted at the desk", "timed the sets", "set out the cones", "looked on", "wrote the recert", "filled in the sheet", "swept up")  # fmt: skip
TREATING = ("blocked the L knee", "cued each turn", "held {} trunk", "raised the step", "told {} to look up", "kept a hand on {} hip", "took the mirror away")  # fmt: skip
JOINED = (", ", " while ", "; ", " and ", ", as ")


@settings(max_examples=300)
@given(st.sampled_from(HELPERS), st.sampled_from(ACTS), st.sampled_from(JOINED), st.sampled_from(THERAPISTS), st.sampled_from(ELSEWHERE))  # fmt: skip
def test_who_treats_is_told_by_any_act_and_any_other_occupation(
    helper: str, act: str, sign: str, therapist: str, elsewhere: str
) -> None:
    assert is_shared(f"{helper} {act.format('her')}{sign}{therapist} {elsewhere}.")
    assert is_shared(f"{therapist} {elsewhere}; {helper[0].lower() + helper[1:]} {act.format('his')}.")


@settings(max_examples=300)
@given(st.sampled_from(HELPERS), st.sampled_from(ACTS), st.sampled_from(JOINED), st.sampled_from(THERAPISTS), st.sampled_from(TREATING), st.sampled_from(ELSEWHERE))  # fmt: skip
def test_beside_a_therapist_who_treats_a_helper_s_hands_are_help(
    helper: str, act: str, sign: str, therapist: str, treating: str, elsewhere: str
) -> None:
    told = f"{helper} {act.format('her')}{sign}{therapist} {treating.format('her')}."
    assert not is_shared(told)
    assert not is_shared(f"{told} {therapist} {elsewhere}.")


@pytest.mark.parametrize("words", ["the aide held his elbow and I kept the tally ", "aide ", "I kept the tally, ", "by the aide ", "the student told him "])  # fmt: skip
def test_one_long_line_of_helpers_takes_linear_time(words: str) -> None:
    def seconds(length: int) -> float:
        text = words * (length // len(words))
        lines, sections = split_lines(text), find_sections(text)
        begun = time.process_time()
        treating_helpers(text, lines, sections)
        return time.process_time() - begun

    assert seconds(50_000) < 30 * seconds(5_000) + 1
