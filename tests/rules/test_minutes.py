"""Written forms of minutes and claims: what is read, and what is left alone."""

from __future__ import annotations

import pytest

from note_review.note import Note
from note_review.reading.page import read_page


def minutes_of(text: str) -> list[tuple[str, int, str]]:
    page = read_page(Note(text=text))
    return [(text[m.span.start : m.span.end], m.value, m.scope) for m in page.minutes]


SERVICE = [
    ("NMR (97112) x 23 min: SLS on foam", "23 min", 23, "97112"),
    ("97110 Ther Ex | 15 min | 1 unit", "15 min", 15, "97110"),
    ("neuro re-ed x23", "23", 23, "97112"),
    ("NMRE 97112 35 min - clock turns", "35 min", 35, "97112"),
    ("TE x30 min: BFR R", "30 min", 30, "97110"),
    ("97112-59-GP x 2 units 23'", "23'", 23, "97112"),
    ("Seen 9:05-9:28 for neuro re-ed", "9:05-9:28", 23, "97112"),
    ("0905-0928 neuro re-ed: tandem", "0905-0928", 23, "97112"),
    ("1345-1415 ther act", "1345-1415", 30, "97530"),
    ("97112 NMR 8:00a-8:23a", "8:00a-8:23a", 23, "97112"),
    ("Neuro re-ed from 2:10 pm until 2:33 pm", "2:10 pm until 2:33 pm", 23, "97112"),
    ("We spent forty-one minutes one on one on neuromuscular re-education.", "forty-one minutes", 41, "97112"),
    ("Neuromuscular re-ed: twenty-three (23) minutes", "twenty-three (23) minutes", 23, "97112"),
    ("Therapeutic activities, thirty-two minutes, were provided", "thirty-two minutes", 32, "97530"),
    ("Neuro re-ed (97112) thirtyfive minutes: beam walking, arms crossed", "thirtyfive minutes", 35, "97112"),
    ("97110 for one hundredfive minutes: circuit", "one hundredfive minutes", 105, "97110"),
    ("Neuromuscular re-ed, sixteen minutes: half kneeling", "sixteen minutes", 16, "97112"),
    ("Spent three\nquarters of an hour on neuro re-ed.", "three\nquarters of an hour", 45, "97112"),
    ("Spent a quarter of an hour on neuro re-ed.", "a quarter of an hour", 15, "97112"),
    ("half an hour of therapeutic exercise", "half an hour", 30, "97110"),
    ("neuro re-ed for 1/2 hour", "1/2 hour", 30, "97112"),
    ("0.5 hr 97112", "0.5 hr", 30, "97112"),
    ("15 min: therapeutic exercise - bridges", "15 min", 15, "97110"),
    ("(15') Ther Ex - bridges", "15'", 15, "97110"),
    ("97110 (15): bridges", "15", 15, "97110"),
    ("97110 x15: bridges", "15", 15, "97110"),
    ("97112: 2u/25", "25", 25, "97112"),
    ("97112 x2 / 26 min", "26 min", 26, "97112"),
    ("97112 -- 2 u -- 25m", "25m", 25, "97112"),
    ("97112, 10 min: wobble board", "10 min", 10, "97112"),
    ("97110 - bridges 3x10, clams 2x15 - 15 min", "15 min", 15, "97110"),
    ("Neuro re-ed: single leg stance on foam 4x30s (15 min)", "15 min", 15, "97112"),
    ("SLS 3x30s, tandem walk 4 x 10 ft  97112 x 15 min", "15 min", 15, "97112"),
    ("bridges 3x10, SLR 2x10 (97110, 15 min)", "15 min", 15, "97110"),
    ("25 mins spent on neuro re-ed", "25 mins", 25, "97112"),
    ("Time spent on 97112 was 23 minutes", "23 minutes", 23, "97112"),
    ("Minutes: 25 97112", "25", 25, "97112"),
    ("97112: neuro re-ed\nMinutes: 23\ntandem stance", "23", 23, "97112"),
    ("97112 Units: 2 Mins: 28", "28", 28, "97112"),
    ("97112/23 min", "23 min", 23, "97112"),
    ("97010 CP 10 min post", "10 min", 10, "97010"),
    ("97l12 26 rnin", "26 rnin", 26, "97112"),
    ("97112-59 min", "59 min", 59, "97112"),
]


@pytest.mark.parametrize(("text", "written", "value", "scope"), SERVICE)
def test_minutes_of_a_service(text: str, written: str, value: int, scope: str) -> None:
    assert minutes_of(text) == [(written, value, scope)]


TOTALS = [
    ("Time in: 9:05 Time out: 9:50", [(45, "total_treatment")]),
    ("3:15 to 4 pm, 45 min total", [(45, "total_treatment"), (45, "total_treatment")]),
    ("TT 45 / TTT 53", [(45, "total_timed"), (53, "total_treatment")]),
    ("timed 38 untimed 10", [(38, "total_timed")]),
    ("Total timed minutes: 38  Total treatment time: 48", [(38, "total_timed"), (48, "total_treatment")]),
    ("Treatment time: 1 hr 10 min", [(70, "total_treatment")]),
    ("In: 0905 | Out: 0928", [(23, "total_treatment")]),
    ("Start time 1300, stop time 1345", [(45, "total_treatment")]),
    ("A 45-minute session", [(45, "total_treatment")]),
    ("38 min 1:1", [(38, "total_timed")]),
    ("11:45-12:30 seen in gym", [(45, "total_treatment")]),
    ("Code | Service | Min | Units\n97112 | Neuro re-ed | 26 | 2\n97110 | Ther ex | 14 | 1\nTotal | | 40 | 3",
     [(26, "97112"), (14, "97110"), (40, "total_timed")]),
    ("15 min 97110, 23 min 97112", [(15, "97110"), (23, "97112")]),
    ("TE 15' NMR 10' TA 20'", [(15, "97110"), (10, "97112"), (20, "97530")]),
    ("Ther ex 15, NMR 23, MT 10", [(15, "97110"), (23, "97112"), (10, "97140")]),
    ("We did therapeutic exercise for twenty minutes, wall slides. Then manual therapy fifteen minutes.", [(20, "97110"), (15, "97140")]),
    ("TE/NMR 30 min: bridges, SLS", [(30, "unspecified")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), TOTALS)
def test_totals_and_lists(text: str, wanted: list[tuple[int, str]]) -> None:
    assert [(value, scope) for _, value, scope in minutes_of(text)] == wanted


NO_TREATMENT_TIME = [
    "97112: wobble board x 10 min",
    "97110: NuStep x 8 min, SLR 3x10",
    "6 min walk 900 ft. Stands 10 min. NuStep 8 min.",
    "Rest 3 min. Waiting 10 minutes for transport. HEP 10 min/day.",
    "Goal: stand 10 min at counter.",
    "Tolerated standing 12 min before sitting.",
    "Last visit 45 min.",
    "10 minutes late. Pain started 20 minutes ago.",
    "2014-2019 worked as a roofer.",
    "ROM 0-130, was 0-118.",
]


@pytest.mark.parametrize("text", NO_TREATMENT_TIME)
def test_a_dose_a_hold_a_test_or_another_visit_is_no_treatment_time(text: str) -> None:
    assert minutes_of(text) == []


CLAIMS = [
    ("97112 x2, 97110 x1", [("97112", 2, None), ("97110", 1, None)]),
    ("97112-59-GP x2", [("97112", 2, ("59", "GP"))]),
    ("97112GP59 (2 units)", [("97112", 2, ("GP", "59"))]),
    ("97112 59 GP 2u", [("97112", 2, ("59", "GP"))]),
    ("97112 [GP] [KX] x 3", [("97112", 3, ("GP", "KX"))]),
    ("97112 (59, GP): 2 units, 30 minutes", [("97112", 2, ("59", "GP"))]),
    ("1 unit 97112, 2 units 97110", [("97112", 1, None), ("97110", 2, None)]),
    ("2 x 97112", [("97112", 2, None)]),
    ("97112 two units", [("97112", 2, None)]),
    ("NMR 2 units, TE 1 unit", [("97112", 2, None), ("97110", 1, None)]),
    ("Billing: 97112 (1), 97110 (2)", [("97112", 1, None), ("97110", 2, None)]),
    ("97530 GO 3 units 45 min", [("97530", 3, ("GO",))]),
    ("97140-59 15min 1u", [("97140", 1, ("59",))]),
    ("P; 2x wk. 97112 x3", [("97112", 3, None)]),
    ("Codes: 97112, 97110", [("97112", None, None), ("97110", None, None)]),
    ("97112 x 15 min x 1 unit", [("97112", 1, None)]),
]


@pytest.mark.parametrize(("text", "wanted"), CLAIMS)
def test_claims_written_in_the_note(text: str, wanted: list[tuple[str, int | None, tuple[str, ...] | None]]) -> None:
    page = read_page(Note(text=text))
    assert [(c.code, c.units, c.modifiers) for c in page.written_claim] == wanted


def test_a_given_claim_counts_before_a_written_one() -> None:
    page = read_page(Note.model_validate({"text": "97112 x2", "claim": [{"code": "97110", "units": 1}]}))
    assert page.claim_source == "given"
    assert [c.code for c in page.claim] == ["97110"]
    assert [c.code for c in page.written_claim] == ["97112"]
