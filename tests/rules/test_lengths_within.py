"""Lengths within a length: parts of a service's time, what is no treatment in it, an earlier visit's beside it, a session cut short or shared out."""

from __future__ import annotations

import pytest

from note_review.note import ClaimLine, Note
from note_review.reading.page import read_page

WALK = "heel-toe walking on the line, hand on the belt, for a late step to the left."


def lengths_of(text: str, *codes: str) -> dict[str, int | None]:
    """Return the minutes of each service, which must not depend on the claim or on where in a note its line stands."""
    claimed = read_page(Note(text=text, claim=[ClaimLine(code=code) for code in codes]))
    sheet = read_page(Note(text=f"Date: 4/9/2026\nS: Steadier at home.\n{text}\nIda Moss, PT"))
    read = [{str(s.billed or s.named): s.minutes for s in page.services} for page in (claimed, sheet)]
    assert read[0] == read[1]
    return read[0]


WHOLE_AND_PARTS = [
    ("97112 28 min (12 min tilt board, 16 min cone taps).", 28),
    ("97112 28 min (tilt board 12 min, cone taps 16 min).", 28),
    ("97112 28 min: 12 min tilt board, 16 min cone taps", 28),
    ("97112 total 28 min: 12 min tilt board, 16 min cone taps", 28),
    ("97112 28 min (first 12 min on the tilt board, last 16 min on cones)", 28),
    ("97112 28 min (12 min tilt board).", 28),
    ("97112 28 min (12 min tilt board, 6 min rest, 10 min cone taps)", 28),
    ("97112 28 min, 12 min tilt board, 6 min rest, 10 min cone taps.", 28),
    ("97112 28 min (tilt board 12 min, standing tolerance 16 min)", 28),
    ("97112 28 min: 12 min tilt board, 6 min cone taps.", 28),
    ("97112 2:00-2:28 (12 min tilt board, 16 min cone taps)", 28),
    ("97112: 12 min tilt board + 16 min cone taps = 28 min", 28),
    ("97112 12 min tilt board + 16 min cone taps = 28 min", 28),
    ("97112: tilt board 12 min, cone taps 16 min, total 28 min", 28),
    ("97112 28 min, 12 min of which in the harness.", 28),
    # The same length twice is no part of itself.
    ("97112 28 min (2:00-2:28).", 28),
]


@pytest.mark.parametrize(("text", "wanted"), WHOLE_AND_PARTS)
def test_parts_of_a_told_whole_are_not_added_to_it(text: str, wanted: int) -> None:
    assert lengths_of(text, "97112") == {"97112": wanted}


def test_parts_of_a_told_whole_are_no_lengths_of_their_own() -> None:
    page = read_page(Note(text="97112 28 min (12 min tilt board, 16 min cone taps)."))
    assert [m.value for m in page.minutes] == [28]
    assert [c.value for c in page.candidates] == [28]


@pytest.mark.parametrize(
    "parts",
    [" (12 min tilt board, 16 min cone taps)", " (tilt board 12 min, cone taps 16 min)", ": 12 min tilt board, 16 min cone taps"],
)
@pytest.mark.parametrize("between", [". ", ", ", "; ", "\n"])
def test_the_next_service_leaves_the_parts_of_a_whole_what_they_are(parts: str, between: str) -> None:
    assert lengths_of(f"97112 28 min{parts}{between}97110 9 min.", "97112", "97110") == {"97112": 28, "97110": 9}


PARTS_ALONE = [
    ("97112: tilt board 12 min, cone taps 9 min, beam 7 min.", 28),
    ("97112: tilt board 12', cone taps 16'.", 28),
    ("97112:\n- tilt board 12 min\n- cone taps 9 min\n- beam 7 min", 28),
    ("Neuro re-ed (97112)\n- tilt board x 12 min\n- cone taps x 16 min", 28),
    ("97112: 12 min tilt board, 16 min cone taps", 28),
    ("97112: 14 min tilt board, 14 min cone taps", 28),
    ("97112: tilt board 14 min, cone taps 14 min.", 28),
    ("97112: tilt board 12 min, rest 5 min, cone taps 16 min.", 28),
    # A rest, a wait or a set-up among the activities is no part, however alike the parts on both sides of it.
    ("97112: tilt board 9 min, rest 4 min, cone taps 9 min", 18),
    ("97112: 9 min tilt board, 4 min rest, 9 min cone taps", 18),
    ("97112: tilt board 9 min, cone taps 4 min, rest 4 min", 13),
    ("97112: seated rest 4 min, tilt board 9 min, cone taps 9 min", 18),
    ("97112: tilt board 9 min, cone taps 9 min, waiting for the chair 4 min", 18),
    ("97112:\n- tilt board 9 min\n- rest 4 min\n- cone taps 9 min", 18),
    ("97112: resting tremor drills 9 min, cone taps 4 min", 13),
    # Two parts that come to the first one.
    ("97112: tilt board 10 min, cone taps 4 min, beam 6 min", 20),
    # How the patient fared, lateness and homework are not what was done.
    ("97112: tolerates sitting 9 min, standing 14 min", None),
    ("97112: standing tolerance improved from 4 min, to 7 min", None),
    ("97112: headache lasted 25 min, dizziness 3 min", None),
    ("97112: tilt board 9 min, pain after 4 min", None),
    ("97112: tilt board 9 min, cone taps 4 min, SpO2 recovered in 3 min", None),
    ("97112: pt arrived late 9 min, cone taps 14 min", None),
    ("97112: HEP cone taps 9 min, heel-toe line 4 min", None),
    ("97112: icing 9 min, leg raised 14 min at home", None),
    ("97112: pain-free reaching 9 min, cone taps 4 min", 13),
    ("97112: HEP review 9 min, cone taps 4 min", 13),
    ("97112: home safety 9 min, cone taps 4 min", 13),
    ("97112: first 9 min tilt board, last 4 min cone taps", 13),
    # Not every activity has a length: these are doses.
    ("97112: tilt board x 12 min", None),
    ("97112: tilt board 12 min, cone taps 3x10, beam 2x20 ft.", None),
    ("97112:\n- tilt board 12 min\n- cone taps 9 min\n- beam 3x10", None),
    # A total that says otherwise is the only service's.
    ("97112: tilt board 12 min, cone taps 16 min.\nTotal timed minutes: 40", 40),
    # The head's own length, and a dose behind it.
    ("97112 28 min balance work, 6 min bike to warm up", 28),
    ("97112 20 min, neuro re-ed 20 min.", 20),
]


@pytest.mark.parametrize(("text", "wanted"), PARTS_ALONE)
def test_a_list_with_a_length_for_each_activity_is_the_services_time(text: str, wanted: int | None) -> None:
    assert lengths_of(text, "97112") == {"97112": wanted}


def test_lengths_behind_activities_under_a_name_without_its_code_are_doses() -> None:
    assert read_page(Note(text="Neuro re-ed: tilt board 12 min, cone taps 16 min.")).minutes == ()


def test_parts_before_and_after_another_service_add_up() -> None:
    told = "Therapeutic exercise: 9 min before and 14 min after the manual therapy (97140, 15 min)"
    assert lengths_of(told, "97110", "97140") == {"97110": 23, "97140": 15}


def test_a_list_of_services_is_no_list_of_parts() -> None:
    assert lengths_of("38 min session (23 min NMR, 15 min ther act).", "97112", "97530") == {"97112": 23, "97530": 15}


NO_TREATMENT = [
    (f"97112 40 min, of which 6 min setting up the harness: {WALK}", 34),
    (f"97112 40 min, 6 min of which spent waiting: {WALK}", 34),
    (f"97112 40 min (6 min of this donning the harness): {WALK}", 34),
    (f"97112 40 min total, 6 min of that seated rest. {WALK}", 34),
    (f"97112 2:00-2:40 less 6 min rest: {WALK}", 34),
    (f"97112 2:00-2:40, with a 6 min seated rest in the middle. {WALK}", 34),
    (f"97112 40 min with 6 min rest breaks. {WALK}", 34),
    (f"97112 40 min including rest breaks of 6 min. {WALK}", 34),
    (f"97112 40 min including 6 min set-up of the harness. {WALK}", 34),
    (f"97112 40 min incl. 6 min set-up and 4 min rest. {WALK}", 30),
    ("97112 40 min less 6 min rest = 34 min", 34),
    ("97112 40 min minus 6 min for a phone call = 34 min", 34),
    (f"97112 40 min, 6 min of which spent toileting. {WALK}", 34),
    # What the program or the patient is set up for is treatment, and so are breaks of a number that is not told.
    (f"97112 40 min incl. set up of home program. {WALK}", 40),
    (f"97112 40 min incl. 6 min set-up of home program. {WALK}", 40),
    (f"97112 40 min with 2 rest breaks. {WALK}", 40),
    (f"97112 40 min with 1 min rest breaks between sets. {WALK}", 40),
    (f"97112 40 min, 6 min of which in the harness. {WALK}", 40),
    (f"97112 40 min with a rest break of 6 min. {WALK}", 34),
    # Several of a length each, and the length of what is done then.
    (f"97112 40 min with rest breaks 3 min each. {WALK}", 40),
    (f"97112 40 min with breaks for 3 min plank. {WALK}", 40),
    # Not counted in the length already.
    (f"97112 x 40 min; pt took 6 min water break which is not counted. {WALK}", 40),
    (f"97112 40 min with 6 min rest not counted. {WALK}", 40),
]


@pytest.mark.parametrize(("text", "wanted"), NO_TREATMENT)
def test_rest_wait_and_set_up_within_a_length_are_no_treatment(text: str, wanted: int) -> None:
    assert lengths_of(text, "97112") == {"97112": wanted}


def test_toileting_is_the_treatment_in_self_care() -> None:
    assert lengths_of("97535 40 min, 12 min of which spent toileting.", "97535") == {"97535": 40}


OTHER_VISITS = [
    ("97112 28 min today (15 min last visit).", 28),
    ("97112 28 min, up from 15 min last visit", 28),
    ("97112 28 min, up from 15 min", 28),
    ("97112 28 min (15 min on 4/2)", 28),
    ("97112 28 min (vs 15 min last time)", 28),
    ("97112 28 min. Last visit: 97112 15 min", 28),
    ("97112 28 min. Last visit 97112 was 15 min.", 28),
    ("97112 28 min (30 min slot)", 28),
    ("97112 28 min in a 30 min slot", 28),
    # This visit's own.
    ("97112 28 min on 4/9", 28),
    ("97112 28 min, same as last visit.", 28),
]


@pytest.mark.parametrize(("text", "wanted"), OTHER_VISITS)
def test_an_earlier_visits_length_and_the_slot_are_not_added(text: str, wanted: int) -> None:
    assert lengths_of(text, "97112") == {"97112": wanted}


def test_an_earlier_visits_length_is_no_candidate_for_a_model() -> None:
    page = read_page(Note(text="97112 28 min. Last visit: 97112 15 min."))
    assert [c.value for c in page.candidates] == [28]


CUT_SHORT = [
    ("97112 cone taps; ended after 18 of 40 min, pt dizzy.", {"97112": 18}),
    ("97112 40 min scheduled; stopped after 18 min", {"97112": 18}),
    ("97112: scheduled 40 min, stopped after 18 min due to dizziness.", {"97112": 18}),
    ("97112 40 min scheduled; stopped after 18 min, rested, then went on.", {"97112": None}),
    ("97112 28 min: cone taps; the timer stopped at 3 of 5 min.", {"97112": 28}),
    # The session that ended is not the service told next.
    ("40 min scheduled, ended after 29 min. 97112 19 min, 97110 10 min", {"97112": 19, "97110": 10}),
    ("97110 bike planned 12 min, ended at 8 min. 97112 19 min", {"97110": 8, "97112": 19}),
]


@pytest.mark.parametrize(("text", "wanted"), CUT_SHORT)
def test_a_session_that_ended_early_has_the_minutes_given(text: str, wanted: dict[str, int | None]) -> None:
    assert lengths_of(text, *wanted) == wanted


SHARED_OUT = [
    ("97112 cone taps, 23 minutes out of the 45 min session; remaining 22 min 97110", {"97112": 23, "97110": 22}),
    ("97112 performed 1:1 for 23 minutes out of the 45 min session; remaining 22 min 97110", {"97112": 23, "97110": 22}),
    ("45 min session: first 20 NMR, last 25 ther act", {"97112": 20, "97530": 25}),
]


@pytest.mark.parametrize(("text", "wanted"), SHARED_OUT)
def test_a_session_is_shared_out(text: str, wanted: dict[str, int]) -> None:
    assert lengths_of(text, *wanted) == wanted


def test_a_score_and_the_label_on_the_next_line_are_no_length() -> None:
    page = read_page(Note(text="97530 24 min: rising from a low sofa. Rises without hands 4 of 5\nTotal timed minutes: 24"))
    assert [m.value for m in page.minutes] == [24, 24]
    assert [m.value for m in read_page(Note(text="38 timed minutes")).minutes] == [38]
