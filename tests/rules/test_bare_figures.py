"""Lengths without a word for minutes, as forms and hurried people write them, and figures in the same places that are none."""

from __future__ import annotations

import time

import pytest

from note_review.note import Note
from note_review.reading.figures import bare_figures
from note_review.reading.page import read_page

NMR, TE, TA, MT, GAIT = "97112", "97110", "97530", "97140", "97116"
MINUTES: list[tuple[str, list[tuple[int, str]]]] = [
    # Units and minutes behind a code, in either order.
    ("97530 2/26\n97535 1/14\nUnable to reach into low drawers.", [(26, TA), (14, "97535")]),
    ("97140 2/30   97110 1/15\nL arm vol 2510 mL", [(30, MT), (15, TE)]),
    ("97530 25 2\n97116 9 1\nMod A to rise.", [(25, TA), (9, GAIT)]),
    ("97112 GP 2 23\n97110 GP 1 15", [(23, NMR), (15, TE)]),
    ("97112 | 2 | 28\n97140 | 1 | 12", [(28, NMR), (12, MT)]),
    ("Neuromuscular reed 97112 GP 2 [ 31 ]\nPt seen bedside.", [(31, NMR)]),
    ("97112 (25)  97110 (15)", [(25, NMR), (15, TE)]),
    ("Svc 97110 GP      Qty 2      Dur 27\nComplaint: leaks", [(27, TE)]),
    ("97116 GP x2, 905-928\nCOPD exac", [(23, GAIT)]),
    ("NMR 97112 0905/0931\nfoam", [(26, NMR)]),
    ("seen 1015/1053 in room", [(38, "total_treatment")]),
    # Before the name.
    ("22 NMR - loses balance turning\nfoam stance\n14 TE - standing hip abd 2# 2x12", [(22, NMR), (14, TE)]),
    ("22     97530 GP    Getting out of bed\n16     97112 GP    Floor squeezes", [(22, TA), (16, NMR)]),
    ("- 17 gait: RW on unit hall\n- 28 neuro re-ed: retropulses in stance", [(17, GAIT), (28, NMR)]),
    # In step with abbreviations.
    ("Treatment: TE-MT-NMR 15-10-15, one unit each, all GP", [(15, TE), (10, MT), (15, NMR)]),
    ("TE NMR TA 15+10+15=40  1u x3 GP", [(15, TE), (10, NMR), (15, TA), (40, "total_timed")]),
    ("TE/NMR/TA, GP x1 ea, mins 10/18/10\nPFPS L", [(10, TE), (18, NMR), (10, TA)]),
    ("97112 / 97116 / 97110   18-12-10", [(18, NMR), (12, GAIT), (10, TE)]),
    ("NR 28 TE 11 (97112 x2, 97110 x1, GO)", [(28, NMR), (11, TE)]),
    ("NMR=24 TE17  (97112GP 2, 97110GP 1)", [(24, NMR), (17, TE)]),
    ("NMR m29 / TE m10", [(29, NMR), (10, TE)]),
    # The visit's totals at the end of the line of charges.
    ("97530 x2 GP, 97110 x1 GP      timed 38 tot 45", [(38, "total_timed"), (45, "total_treatment")]),
    ("97112 2  97110 1   GP   Total 40", [(40, "total_treatment")]),
    ("97112 x1. 97110 x1. Time in treatment: 25.", [(25, "total_treatment")]),
    # A length on a service before a sum, and what a service's own words call timed.
    ("18 min to manual therapy, total 43\n97110 25 min", [(18, MT), (43, "total_timed"), (25, TE)]),
    ("97110, 2 units, timed 28 min: leg press\n97140, 1 unit, timed 10 min: patellar mobs", [(28, TE), (10, MT)]),
    ("97110 GP. Timed 15 min. 97112 GP. Timed 30 min.", [(15, TE), (30, NMR)]),
    # Codes in brackets, each behind its own figure.
    ("Minutes: neuro 23 (97112), sink 14 (97535 x1), toilet 15 (97530 x 1).", [(23, NMR), (14, "97535"), (15, TA)]),
    ("15 min was the standing stuff (97112) and 25 the strength and ROM (97110).", [(15, NMR), (25, TE)]),
    ("Hands on the neck 27 min (97140). Laser 12 (97112).", [(27, MT), (12, NMR)]),
    ("stim 15 min [G0283], foam 10 min. [CPT 97112, GP, x1]", [(15, "G0283"), (10, NMR)]),
    ("NMR (97112) 23 min, TE (97110) 15 min", [(23, NMR), (15, TE)]),
    ("Arrived 10 min late, NMR (97112) 23 min, TE (97110) 15 min", [(23, NMR), (15, TE)]),
    ("NMR 23 min, 5 laps on beam (97112); TE 15 min, 10 SLR (97110)", [(23, NMR), (15, TE)]),
    # Minutes called timed stay that beside the one service's own, a clock span is its own.
    ("wax 97018\nNMR 97112 26 min\ntotal timed min 26", [(26, NMR), (26, "total_timed")]),
    ("NMR 24 min\nTimed: 9:05-9:29", [(24, NMR), (24, NMR)]),
    # None of these is a length.
    ("leg press 50 lb (97110), beam 12 steps (97112)", []),
    ("bridges 3x10 (97110), squats 2x15 (97112)", []),
    ("Minutes: bridges 3 x 10 (97110), SLS 2 x 15 (97112)", []),
    ("12 cones (97112), 15 squats (97110)", []),
    ("Visit 12 (97112), auth 24 (97110)", []),
    ("Goals:\nstand 15 min (97112), walk 20 min (97116)", []),
    ("Prior session: 20 min NMR (97112), 15 min TE (97110)", []),
    ("Will add 15 min of NMR (97112), 10 of TE (97110)", []),
    ("97110 3 10 SLR, 3 10 bridges", []),
    ("BP 1240/80, chart 0912/4410", []),
    ("97112 seen 2/26 for balance", []),
    ("97110 1/15/26: no charge", []),
    ("TE: TRX 10, rows 12. NMR: foam 30", []),
    ("Scheduled: TA 35 / TE 25", []),
    ("HEP: TE 10, TA 12 daily", []),
    ("Goal: NMR 15-10-15", []),
    ("97112: tandem on foam, HR 105-128", []),
    ("MT R 12 y old, TE 14 y old", []),
    # Ranges, dates, pressures and scores behind two names.
    ("TE/NMR 10-12 reps each", []),
    ("97110, 97112: 10-12 reps each", []),
    ("TE/NMR 8-12 weeks", []),
    ("TE + NMR 20-30 lb", []),
    ("Goals:\nTE/NMR 10-15 reps by 4 wks", []),
    ("Plan: continue 97110, 97112 15-20 min each", []),
    ("97110/97112/97530 6-12-25", []),
    ("97110 97112 118/76 BP at rest", []),
    ("TE NMR 5/10 pain after", []),
    ("97110, 97112 90-95% SpO2", []),
    ("97110\n97112 10-15 reps", []),
    # Visits and dates behind a code.
    ("97112 neuro re-ed, visit 1/12", []),
    ("97112 session 2/24; foam", []),
    ("97112 completed 1/15", []),
    ("DOS  97112  2/26  GP", []),
    ("97110 in 2/25, foam", []),
    ("97110 3 8", []),
    ("97110 3 10", []),
    ("97112 duration 6 weeks, 2x/wk", []),
    ("97112 GP, duration 30 sec holds", []),
    # Doses behind an abbreviation.
    ("TE: 10 bridges, 10 SLR. TA: 12 sit to stands. MT: 8 grade III mobs", []),
    ("NMR: 30 seconds SLS; TE: 10 heel raises", []),
    ("TE: 20 lbs leg press, TA: 15 lbs box lift", []),
    ("TE: 10 sets, NMR: 30 seconds", []),
    ("Previous visit: TE 20 NMR 25", []),
    # Volumes and ranges that look like clock times.
    ("Limb volume L/R 1850/1910 mL, R 1720/1810", []),
    ("I/O 1100/1200", []),
    ("97110 GP x1, 110-125 knee flexion", []),
    ("97116 150-200 with RW", []),
    ("97110 105-900", []),
    # Counts, not minutes.
    ("Units: timed 3, total 4", []),
    ("Un-timed: 10, total: 55", [(55, "total_treatment")]),
    ("8 Therapeutic exercise\n9 Manual therapy\n10 Gait training", []),
    ("Authorized visits:\n12 97110\n12 97530", []),
    ("Time in therapy: 12 sessions", []),
    # A column's own word is no foot.
    ("97112   Neuro re-ed   Timed  23 min   2 units\n97110   Ther ex   Timed  15 min   1 unit", [(23, NMR), (15, TE)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), MINUTES)
def test_a_bare_figure_is_a_length_where_its_place_says_so(text: str, wanted: list[tuple[int, str]]) -> None:
    assert sorted((m.value, m.scope) for m in read_page(Note(text=text)).minutes) == sorted(wanted)


ASKED: list[tuple[str, list[int]]] = [
    ("balance 23, strength 15", [23, 15]),
    ("2 / 30 and 15+10", [30, 15, 10]),
    ("twenty three of neuro, fifteen of the rest", [23, 15]),
    ("TT38 m24 16m 20ish", [38, 24, 16, 20]),
    ("48 in all", [48]),
    ("25 in gait and 15 in balance", [25, 15]),
    ("NMR 23\nIn tandem stance", [23]),
    ("97112 23\nS: tired", [23]),
    ("NMR 0:25.", [25]),
    ("~23 on balance", [23]),
    ("1/15/26 03-12-2026 4-/5 MRN 10231145 2.5 mph 1.5 lb 2.0 L 12 % 10 percent", []),
    ("0:25 :40 0.75 1.5", [25, 40, 45, 90]),
    ("in 9:05   9:31 and 0905/0931 but 140/80", [26, 26, 140, 80]),
    ("3x10, 20 lb, 4/5, $45, 12%, 30 s, 6 in step, 4x30s, L4, 98.6, 9:05, #45, 200 ft", []),
]


@pytest.mark.parametrize(("text", "values"), ASKED)
def test_a_model_is_asked_about_every_plain_number_that_could_be_minutes(text: str, values: list[int]) -> None:
    found = list(bare_figures(text))
    assert [value for _, value in sorted(found)] == values
    assert all(0 <= span.start < span.end <= len(text) for span, _ in found)


LONG = [
    "97112/97110" + " GP" * 400 + " foam",
    "97110 hr x " + "105-128 " * 4000,
    "timed" + " " * 8000 + "x",
    "9:05" + " " * 8000 + "x",
    "total" + " " * 8000 + "x",
    "session" + " " * 8000 + "x",
]


@pytest.mark.parametrize(
    "text",
    LONG,
    ids=[
        "modifiers",
        "ranges",
        "blanks behind a label",
        "blanks behind a clock time",
        "blanks behind a total",
        "blanks behind a heading",
    ],
)
def test_a_long_line_is_read_in_time(text: str) -> None:
    start = time.process_time()
    read_page(Note(text=text))
    assert time.process_time() - start < 1.0
