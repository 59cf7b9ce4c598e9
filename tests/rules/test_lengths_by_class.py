"""Classes of written lengths: sums told as totals, the visit's clock beside one service, lengths among what was done, measures that look like clocks."""

from __future__ import annotations

import pytest

from note_review.note import ClaimLine, Note
from note_review.reading.page import read_page


def minutes_of(text: str, *codes: str) -> list[tuple[int, str]]:
    claim = [ClaimLine(code=code) for code in codes]
    return sorted((m.value, m.scope) for m in read_page(Note(text=text, claim=claim)).minutes)


SUMS = [
    ("Of the forty minutes we had, twenty-five were neuro re-ed and fifteen ther ex.", [(40, "total_timed"), (25, "97112"), (15, "97110")]),
    ("40 minutes: 25 min therapeutic activities, 15 min gait training.", [(40, "total_timed"), (25, "97530"), (15, "97116")]),
    ("Treatment Time: 38\nTE 23: heel slides\nNMR 15: foam", [(38, "total_timed"), (23, "97110"), (15, "97112")]),
    ("97110 20 min, 97140 10 min. Total: 30", [(30, "total_timed"), (20, "97110"), (10, "97140")]),
    ("NMR 97112 16 min: tandem\nTA 97530 14 min: car transfer\n30 in all, no minutes missed", [(30, "total_timed"), (16, "97112"), (14, "97530")]),
    ("Fifty minutes, split like this. Twenty minutes 97140, joint glides. Thirty minutes 97110, cuff.", [(50, "total_timed"), (20, "97140"), (30, "97110")]),
    ("Total treatment time = 38 minutes\n97112 - 23 minutes\n97110 - 15 minutes", [(38, "total_treatment"), (23, "97112"), (15, "97110")]),
    ("9:00-9:38\n97112 - 23 minutes\n97110 - 15 minutes", [(38, "total_treatment"), (23, "97112"), (15, "97110")]),
    ("Meds 40 min before. NMR 25 min: turns. TE 15 min: bridges.", [(25, "97112"), (15, "97110")]),
    ("97112 25 min, 97110 15 min. Rested 40 min after lunch.", [(25, "97112"), (15, "97110")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), SUMS)
def test_a_total_that_the_timed_services_come_to_is_the_timed_one(text: str, wanted: list[tuple[int, str]]) -> None:
    assert minutes_of(text) == sorted(wanted)


CLOCKS = [
    ("D: T8 para, wk 3. 0930-1010, brace on. Wants to reach the truck.", ["97530"], [(40, "total_treatment")]),
    ("Student A.B. Date 10/14  11:05-11:38  individual, hall", ["97530"], [(33, "total_treatment")]),
    ("Objective - 7:10-7:33 am. 11 heel raises on camera.\nNMR with tactile cues: slow lowering", ["97112"], [(23, "total_treatment")]),
    ("NMR in the pool, 0730-0800. Tandem along the lane line.", ["97112"], [(30, "97112")]),
    ("In water 10:20-10:58, chest deep", ["97113"], [(38, "97113")]),
    ("Neuro re-ed, 97112\n0915-0938\nfoam, tandem", ["97112"], [(23, "97112")]),
    ("97530 8:30-9:15. Bundles to the ridge.", ["97530"], [(45, "97530")]),
    ("Seen 3:05-3:37 (32 min). Both hands on the bar.", ["97112"], [(32, "97112"), (32, "97112")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codes", "wanted"), CLOCKS)
def test_the_clock_of_the_visit_is_the_services_only_where_its_line_or_a_length_says_so(
    text: str, codes: list[str], wanted: list[tuple[int, str]]
) -> None:
    assert minutes_of(text, *codes) == sorted(wanted)


@pytest.mark.parametrize("code", ["99213", "99205", "90834", "93798"])
def test_a_physicians_length_takes_no_code_from_the_claim_alone(code: str) -> None:
    assert minutes_of("Face to face time 40 minutes, half of it counseling.", code) == [(40, "total_treatment")]


NO_CLOCKS = [
    "Flexion improved from 130 to 141; pain 3/10.",
    "Flexion went from 120 to 138 and girth fell.",
    "Hallway distance increased from 120 to 340 feet without a rest.",
    "Active motion has gone from 145 to 205 degrees.",
    "IS 750 → 1250 today.",
    "flexion passive went from one thirty eight to one forty six",
    "One thirty-two up to one forty-one. Nice.",
    "BP fell from 150 to 138.",
]


@pytest.mark.parametrize("text", NO_CLOCKS)
def test_a_measure_before_and_after_is_no_clock(text: str) -> None:
    assert minutes_of(text) == []


STILL_CLOCKS = [
    ("Seen from 105 to 150 pm", [(45, "total_treatment")]),
    ("Treated from one fifteen to two o'clock", [(45, "total_treatment")]),
    ("then neuromuscular re education, we went from four twenty to four fifty", [(30, "97112")]),
]


@pytest.mark.parametrize(("text", "wanted"), STILL_CLOCKS)
def test_a_clock_in_words_or_bare_figures_stays_one(text: str, wanted: list[tuple[int, str]]) -> None:
    assert minutes_of(text) == wanted


IN_PROSE = [
    ("97112: abdominal brace with heel slides 2x10, bird dog 2x8, 15 min, for poor motor control. Min cues.", [(15, "97112")]),
    ("NMR: feet together on foam, cone taps, tandem gait with CGA, 15 min. Unsteady.", [(15, "97112")]),
    ("Neuro re-ed: eyes closed on foam, head turns, step-overs x 25 min due to decreased balance.", [(25, "97112")]),
    ("97530: log roll, tub transfer with bench 15 min. Two cues.", [(15, "97530")]),
    ("Ther ex: NuStep 10 min, quad sets 3x10, SLR 3x10", []),
    ("97110: bike 12 min, leg press 3x10", []),
    ("97112: wobble board x 10 min", []),
    ("Ther ex: prone on elbows, prone hang 8 min, quad sets", []),
    ("97140: scar massage, joint glides 5 min each, 3 rounds", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), IN_PROSE)
def test_the_one_length_among_what_was_done_is_the_services_unless_a_dose(text: str, wanted: list[tuple[int, str]]) -> None:
    assert minutes_of(text) == wanted


NAMES = [
    ("Pool 40 min: forward walking, noodle balance", [(40, "97113")]),
    ("Exercise seventeen minutes, putty and rubber bands. Activities fourteen minutes, buttons.", [(17, "97110"), (14, "97530")]),
    ("Neuromuscular fourteen minutes, finger isolation.", [(14, "97112")]),
    ("Exercise took thirteen: bridges and side bends.", [(13, "97110")]),
    ("Okay, neuro re-ed, fifteen. Reach up the wall.", [(15, "97112")]),
    ("we did gate training for twelve minutes with the cane", [(12, "97116")]),
    ("and then there x was eighteen minutes", [(18, "97110")]),
    ("Exercise 4: marching\nExercise 5: bridges", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), NAMES)
def test_a_plain_or_misheard_name_with_its_length(text: str, wanted: list[tuple[int, str]]) -> None:
    assert minutes_of(text) == sorted(wanted)


def test_a_modality_counts_where_the_claim_has_it() -> None:
    assert minutes_of("HP 10 min to low back", "97010", "97140") == [(10, "97010")]
    assert minutes_of("IFC 15 min", "97014", "97112") == [(15, "97014")]
    assert minutes_of("HP 10 min to low back", "97140") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (
            "charges one unit each ninety seven one twelve ninety seven one forty ninety seven one ten",
            ["97110", "97112", "97140"],
        ),
        ("two of ninety seven five thirty one of ninety seven one sixteen", ["97116", "97530"]),
    ],
)
def test_spoken_codes_in_a_row_are_codes_and_no_minutes(text: str, codes: list[str]) -> None:
    page = read_page(Note(text=text))
    assert sorted(a.code for a in page.anchors) == codes
    assert page.minutes == ()


def test_units_of_a_capacity_evaluation_and_a_modifier_are_no_minutes() -> None:
    assert minutes_of("97750 x 12\nDirect time 180 min", "97750") == [(180, "97750")]
    assert minutes_of("99203-25, 98940", "99203", "98940") == []


def test_an_evaluations_length_has_the_code_that_the_note_gives_it() -> None:
    assert minutes_of("PT Evaluation. Time 55 min. 97163") == [(55, "97163")]


OTHERS = [
    ("Ind 46   Con 0    Gp 0", [(46, "total_timed")]),
    ("OT bedside. Ind 25. Washing and dressing, Max A.", [(25, "total_timed")]),
    ("97112 GP 23  97110 GP 15  97530 GP 15   total 53", [(23, "97112"), (15, "97110"), (15, "97530"), (53, "total_timed")]),
    ("97530 27 / 97112 16 / 97535 12      Timed total 55", [(27, "97530"), (16, "97112"), (12, "97535"), (55, "total_timed")]),
    ("Fifteen minutes of neuro re-ed (15 min) for the ankle.", [(15, "97112"), (15, "97112")]),
    ("OBJECTIVE: Twenty minutes, 97110 (20 minutes). Bridges.", [(20, "97110"), (20, "97110")]),
    ("[97112 neuromuscular] 23 min on land: bridges, clams", [(23, "97112")]),
    ("A 31-minute block of dynamic therapeutic activities was delivered.", [(31, "97530")]),
    ("Ther ex per flowsheet 15 min\nNeuro re-ed per flowsheet 23 min", [(15, "97110"), (23, "97112")]),
    ("Completed neuro re-ed exercises per HEP sheet 35 min with rests.", [(35, "97112")]),
    ("Tx 14 NMR 97112, 17 TA 97530, 15 TE 97110", [(14, "97112"), (17, "97530"), (15, "97110")]),
    ("GOALS: lift 50 lb\nTherapeutic activities 97530, 30 min: crate lift", [(30, "97530")]),
    ("PT EVALUATION    1040-1102\nChest tube, 4 L", [(22, "total_treatment")]),
    ("PLAN: bracing. I spent 46 minutes with the patient, more than half of it in counseling.", [(46, "total_treatment")]),
    ("Return in 3 months.\n\nI spent thirty minutes on this visit.", [(30, "total_treatment")]),
    ("Forty minutes were spent, more than half counseling.", [(40, "total_treatment")]),
    ("12/4 A.B. pull-out 30m. Goals 1 and 3.", [(30, "total_treatment")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), OTHERS)
def test_a_length_has_its_scope(text: str, wanted: list[tuple[int, str]]) -> None:
    assert minutes_of(text) == sorted(wanted)


NONE_GIVEN = [
    "Can tolerate three hours of therapy.",
    "Last seen 06/28: NMR 16 min, SLS on foam.",
    "TC 11/13 4:20 PM, 14 min, w/ daughter. Will not get into the shower.",
    "Phone call from school nurse. 6 min. Wrist hurts.",
    "This is day fourteen of work conditioning.",
    "Patient: The bus just sat there. Twenty minutes.\nTherapist: Come in.",
    "Light board, two minutes: 34 hits",
    "NMES quad | 15 min | 35 mA | comfortable",
    "Neuro re-ed: 180 degree turns with spotting x10",
    "He timed 8 of 10 sit to stands without leaking.",
    "BOT-2 short form: total 5th percentile",
    "Time spent in record review: 3 hours.",
]


@pytest.mark.parametrize("text", NONE_GIVEN)
def test_what_is_no_treatment_of_this_visit(text: str) -> None:
    assert minutes_of(text) == []


def test_a_groups_minutes_by_mode_are_the_one_billed_codes() -> None:
    assert minutes_of("Modes: individual 0 / concurrent 0 / group 30\n97112 GO 2u", "97112") == [(30, "97112")]


FURTHER = [
    ("Today was thirty-two minutes of neuromuscular reeducation and fifteen minutes of exercise.", [(32, "97112"), (15, "97110")]),
    ("OT: Neuro re-ed first, we have fifteen minutes. Now ther act, the other twelve minutes.", [(15, "97112"), (12, "97530")]),
    ("Twenty minutes then went down as exercise.", [(20, "97110")]),
    ("Total one-on-one time amounted to 47 minutes.", [(47, "total_timed")]),
    ("58 MIN 1:1 THIS A.M. NO COMPLAINTS.", [(58, "total_timed")]),
    ("NEURO RE-ED 97112 | dose | today\nVOR x2 | - | hold\nSubtotal | | 16 |\nTHER EX 97110 | dose | today\nmarching | 1 min x2 | done\nSubtotal | | 14 |", [(16, "97112"), (14, "97110")]),
    ("97162\nTREATMENT: In addition to the evaluation (35 minutes), neuromuscular re-education was provided for 15 minutes.", [(35, "97162"), (15, "97112")]),
    ("97163\nIn addition to the evaluation, which took 40 minutes, gait training 15 minutes.", [(40, "97163"), (15, "97116")]),
    ("No falls. Slept 5 hrs. TE for L knee: prone hang 3 lb", []),
    ("Scheduled 2:15-3:00 for NMR + ther ex. NO SHOW #2.", []),
    ("CX <24h. Slot 2:15-3:00. Called.", []),
    ("PT 90 minutes daily for gait; self-care training 90 minutes daily", []),
    ("UBE                PT            6 min\nwall push up       PT            2x10", []),
    ("Self-care training advised. Time spent on the unit 70 minutes, more than half in coordination of care.", [(70, "total_treatment")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), FURTHER)
def test_a_further_length_has_its_scope(text: str, wanted: list[tuple[int, str]]) -> None:
    assert minutes_of(text) == sorted(wanted)


def test_a_name_elsewhere_on_the_clocks_line_does_not_make_it_the_services() -> None:
    far = "Objective - 7:10-7:33 am. Heel raise eleven on camera at start against twenty-five on the left, no swelling, no pain at rest. Neuromuscular re-education with tactile cues: slow lowering."
    assert minutes_of(far, "97112") == [(23, "total_treatment")]
    near = "Activities were done with another patient at the next station under my eye, therapeutic activities from ten o'clock to ten forty-five."
    assert minutes_of(near, "97530") == [(45, "97530")]
