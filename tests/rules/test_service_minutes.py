"""How the lengths of one service come to its minutes: blocks add up, a length told twice, a range, a rest, a plan or a longer visit does not."""

from __future__ import annotations

import pytest

from note_review.note import ClaimLine, Note
from note_review.reading.page import read_page

DONE = "narrow-base steps along a line, hand on the gait belt, for late stepping to the left."


def minutes_of_services(text: str, *codes: str) -> dict[str | None, int | None]:
    page = read_page(Note(text=text, claim=[ClaimLine(code=code) for code in codes]))
    return {service.billed: service.minutes for service in page.services}


TOTALS = [
    (f"97112: {DONE}\nTimed minutes: 28. Total treatment time: 44 min.", 28),
    (f"97112: {DONE}\nTimed 28 / total 44.", 28),
    (f"97112: {DONE}\nTimed: 28 min Total: 44 min", 28),
    (f"97112: {DONE}\nTotal treatment time 44 min, of it timed minutes 28.", 28),
    (f"97112: {DONE}\nCold pack to the knee.\nTotal timed minutes: 28. Total treatment time: 44 min.", 28),
    (f"97112: {DONE}\nTotal treatment time: 44 min.", 44),
    (f"97112 28 min: {DONE}\nTotal timed minutes: 28. Total treatment time: 44 min.", 28),
    (f"97112 28 min. 1:05-1:49. {DONE}", 28),
]


@pytest.mark.parametrize(("text", "wanted"), TOTALS)
def test_the_timed_total_is_the_only_services_and_a_longer_visit_is_not_added(text: str, wanted: int) -> None:
    assert minutes_of_services(text, "97112") == {"97112": wanted}


def test_beside_an_evaluation_the_timed_total_is_the_services() -> None:
    text = f"Evaluation 97162 30 min. NMR 97112: {DONE}\nTotal timed: 16 min. Total treatment time: 46 min."
    assert minutes_of_services(text, "97162", "97112") == {"97162": 30, "97112": 16}


RANGES = [
    (f"97112 14-18 min: {DONE}", 14),
    (f"97112 14–18 min: {DONE}", 14),
    (f"97112 x14-18': {DONE}", 14),
    (f"97112 14 min-18 min: {DONE}", 14),
    (f"Neuro re-ed (97112) between 14 and 18 minutes: {DONE}", 14),
    (f"Fourteen to eighteen minutes of neuromuscular re-education: {DONE}", 14),
    (f"97112 2 - 18 min: {DONE}", 18),
    (f"Session 9 - 18 min of 97112: {DONE}", 18),
]


@pytest.mark.parametrize(("text", "wanted"), RANGES)
def test_a_range_counts_its_lower_end(text: str, wanted: int) -> None:
    assert minutes_of_services(text, "97112") == {"97112": wanted}


BLOCKS = [
    ("97112 12 min: heel-toe line, belt held.\n97112 12 min: wobble board, ball catch.", 24),
    ("AM: 97112 12 min: heel-toe line, belt held.\nPM: 97112 12 min: wobble board, ball catch.", 24),
    ("97112 12 min: heel-toe line, belt held.\n97112 13 min: wobble board, ball catch.", 25),
    ("NMR (97112) 12 min\n- heel-toe line\n- cone taps\nNMR (97112) 12 min\n- wobble board, cues", 24),
    ("97112 2:00-2:12: heel-toe line.\n97112 3:30-3:42: wobble board, ball catch.", 24),
    ("97112 12 + 12 min: heel-toe line, wobble board.", 24),
    ("97112 12 min: heel-toe line, belt held.\nSummary 97112 12 min.", 12),
    ("Charges: 97112 x 1 12 min\n\n97112 12 min: heel-toe line, belt held.", 12),
    ("97112 2:00-2:12 (12 min): heel-toe line, belt held.", 12),
    ("97112 12 min: heel-toe line.\n97112 14 min: wobble board, ball catch.\nBilled 97112 26 min", 26),
    ("97112 10 min: foam. 97112 10 min: beam. 97112 10 min: turns. Total 97112 30 min.", 30),
    ("97112 10 min foam\n97112 10 min beam\nTotal 97112: 20 min", 20),
    ("O: 97112 12 min: heel-toe line, belt held.\nA: 97112 12 min of skilled balance work was needed for her safety.", 12),
    ("97112 2:00-2:12: heel-toe line, belt held.\n97112 2:00-2:12: wobble board, ball catch.", 12),
    # One head with two times of the day, told with and without the half of the day.
    ("97112 2:00-2:12, 2:30-2:42 pm: heel-toe line, belt held.", 24),
    ("97112 10:10-10:22 and, after a drink, 10:31-10:43: heel-toe line, belt held.", 24),
    # Each stated length has the time of day beside it.
    ("97112 2:00-2:12 (12 min) and 3:30-3:42 (12 min): heel-toe line, belt held.", 24),
    ("97112 12 min (2:00-2:12) and 12 min (3:30-3:42): heel-toe line, belt held.", 24),
    ("97112 2:00-2:12 (12 min) and 2:00-2:12 (12 min): heel-toe line, belt held.", 12),
    ("97112: 2:00-2:12 PTA (12 min), 2:12-2:24 PT (12 min)", 24),
    ("97112 2:00-2:12 (1400-1412): heel-toe line, belt held.", 12),
    ("97112 2:00-2:12 pm, 1400-1412 by the wall clock: heel-toe line, belt held.", 12),
]


@pytest.mark.parametrize(("text", "wanted"), BLOCKS)
def test_blocks_under_their_own_heads_add_up_and_a_length_told_twice_does_not(text: str, wanted: int) -> None:
    assert minutes_of_services(text, "97112") == {"97112": wanted}


def test_blocks_parted_by_another_service_add_up() -> None:
    text = "1:00-1:12 97112: heel-toe line, belt held.\n1:12-1:30 97110: wall slides 3x10.\n1:30-1:42 97112: wobble board, ball catch."
    assert minutes_of_services(text, "97112", "97110") == {"97112": 24, "97110": 18}


RESTS = [
    (f"97112 40 min incl. 12 min rest: {DONE}", 28),
    (f"97112 40 min, of which 12 min rest: {DONE}", 28),
    (f"97112 2:00-2:40 (includes a 12-minute break): {DONE}", 28),
    (f"Neuro re-ed 97112, forty minutes, of which twelve minutes were rest. {DONE}", 28),
    (f"97112 40 min (12 min resting, not counted): {DONE}", 40),
    (f"97112 40 min incl. 12 min set-up by aide: {DONE}", 28),
    (f"97112 40 min, including 12 min waiting for the machine: {DONE}", 28),
    (f"97112 40 min incl. 12 min on foam: {DONE}", 40),
    (f"97112 40 min incl. set up of home program: {DONE}", 40),
    (f"97112 40 min, ended after 12 min due to dizziness. {DONE}", 12),
    (f"97112 40 min but pt stopped after only twelve minutes. {DONE}", 12),
    (f"97112 40 min, stopped after 12 min to rest, then went on. {DONE}", 40),
    (f"97112 40 min. Stopped at 12 reps. {DONE}", 40),
    (f"97112 40 min plus 12 min rest: {DONE}", 40),
    (f"97112 2:00-2:40, water break 2:40-2:52: {DONE}", 40),
    (f"97112 40 min, rest breaks as needed: {DONE}", 40),
]


@pytest.mark.parametrize(("text", "wanted"), RESTS)
def test_a_rest_is_no_treatment(text: str, wanted: int) -> None:
    assert minutes_of_services(text, "97112") == {"97112": wanted}


DISAGREEING = [
    (f"97112 22 minutes (1300-1330): {DONE}", 22),
    (f"97112 1:00-1:30 (22 min): {DONE}", 22),
    (f"97112 22 min, 1:00-1:22: {DONE}", 22),
]


@pytest.mark.parametrize(("text", "wanted"), DISAGREEING)
def test_stated_minutes_count_beside_a_clock_that_disagrees(text: str, wanted: int) -> None:
    assert minutes_of_services(text, "97112") == {"97112": wanted}


GIVEN = [
    (f"97112: scheduled 40 min, treated 18 min. {DONE}", 18),
    (f"97112 planned 40 min, completed 18 min: {DONE}", 18),
    (f"Neuro re-ed (97112): 40 min scheduled, 18 min given as she had to leave. {DONE}", 18),
    (f"97112 18 min of planned 40 min: {DONE}", 18),
    (f"97112 18 of 40 scheduled min: {DONE}", 18),
    (f"Neuro re-ed (97112) 40 min planned; stopped by a nosebleed: {DONE}", None),
    (f"neuro re-ed today that's 97112 she was twenty minutes late from the bus {DONE}", None),
    (f"neuro re-ed today that's 97112 she was twenty minutes late because of the bus so straight to it {DONE}", None),
    (f"97112: {DONE} Family conference lasted 20 minutes.", None),
    (f"97112 18 min late stance control: {DONE}", 18),
    (f"97112 18 min as scheduled: {DONE}", 18),
]


@pytest.mark.parametrize(("text", "wanted"), GIVEN)
def test_planned_late_and_meeting_minutes_are_not_given(text: str, wanted: int | None) -> None:
    assert minutes_of_services(text, "97112") == {"97112": wanted}


@pytest.mark.parametrize(
    "text", ["97112 40 min (12 min resting, not counted)", "Neuro re-ed (97112) 40 min planned; stopped by a nosebleed"]
)
def test_what_was_not_given_is_no_candidate_for_a_model(text: str) -> None:
    assert not {12, 30} & {c.value for c in read_page(Note(text=text)).candidates}


FORMS = [
    (f"Neuro re-ed (97112) 0:26: {DONE}", 26),
    (f"97112 10.05-10.31: {DONE}", 26),
    (f"97112 23:45-00:11: {DONE}", 26),
    (f"97112 11:45-12:11: {DONE}", 26),
    ("97112 knee flexion 0.10-0.36, wall slides.", None),
]


@pytest.mark.parametrize(("text", "wanted"), FORMS)
def test_forms_of_a_length_in_a_head(text: str, wanted: int | None) -> None:
    assert minutes_of_services(text, "97112") == {"97112": wanted}


def test_a_service_that_follows_an_evaluation_has_its_own_length() -> None:
    told = "The evaluation occupied 30 minutes. For 20 minutes after that she received neuromuscular re-education."
    assert minutes_of_services(told, "97162", "97112") == {"97162": 30, "97112": 20}


@pytest.mark.parametrize(
    ("text", "written"), [("Seen 1:04 to 1:32 PM.", "1:04 to 1:32 PM"), ("Seen 1:04 to 1:32 p.m. today", "1:04 to 1:32 p.m.")]
)
def test_the_sentences_full_stop_is_not_the_clocks(text: str, written: str) -> None:
    assert [text[m.span.start : m.span.end] for m in read_page(Note(text=text)).minutes] == [written]
