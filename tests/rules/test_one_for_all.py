"""One length for several services, and lengths beside words that were once taken for something else."""

from __future__ import annotations

import pytest

from note_review.note import Note
from note_review.reading.page import read_page


def lengths_of(text: str) -> list[tuple[int, str]]:
    return [(m.value, m.scope) for m in read_page(Note(text=text)).minutes]


@pytest.mark.parametrize(
    "text",
    [
        "97112 + 97110, 40 min",
        "97112 x2 and 97110 x1, 40 min.",
        "97112, 97110 total 40 min",
        "NMR and TA, 40 min together. Tandem stance.",
        "NMR and TA for 40 min together.",
        "NMR, TA 40 min combined.",
        "97112 and 97530. Both together 40 min. Tandem stance.",
        "97112 and 97530, both together 40 min.",
        "97112 and 97110 today, 40 min altogether.",
        "Neuro re-ed and ther act, 40 min in all.",
        "Neuro re-ed and ther act 40 min.",
        "97112 x2, 97530 x1. 40 min.",
        "NMR 2, TE 1, MT 1. 40 min.",
    ],
)
def test_one_length_behind_a_list_of_services_is_no_single_ones(text: str) -> None:
    assert lengths_of(text) == [(40, "total_timed")]


BESIDE = [
    # Each service of a list may still have its own.
    ("97112 and 97140 done, 23 and 15 minutes.", [(23, "97112"), (15, "97140")]),
    ("97112 (15), 97110 (25)", [(15, "97112"), (25, "97110")]),
    # A short name takes few minutes, a code few units.
    ("NMR 23, TE 15, MT 7.", [(23, "97112"), (15, "97110"), (7, "97140")]),
    ("BORG w/ ADL   6        5", []),
    ("97110 GP 1 10 min HS stretch", [(10, "97110")]),
    # A total is not the last service's.
    ("97112 x1 18 min, 97110 x1 12 min, 97750 x0   tot 44 min", [(18, "97112"), (12, "97110"), (44, "total_treatment")]),
    ("97110 15 min  Treatment time: 30 min", [(15, "97110"), (30, "total_treatment")]),
    ("97112 20 min, 97110 15 min. Overall 50 min.", [(20, "97112"), (15, "97110"), (50, "total_treatment")]),
    ("Total tx 38 min of which 23 neuro re-ed.", [(38, "total_treatment"), (23, "97112")]),
    # A step, a joint and a patient on his feet have no telephone number; a ward's telephone has.
    ("Toe taps to a 6 in box.\n97112 23 min tandem", [(23, "97112")]),
    ("Knee lacks 6 of extension.\n97112 23 min tandem", [(23, "97112")]),
    ("Patient is mobile. 97112 23 min tandem", [(23, "97112")]),
    ("Call 503-555-0142 ext 97112. 97110 15 min", [(15, "97110")]),
    # The next line begins with A, and no assistance is minimal.
    ("97112 24 min\nA-skips along a line", [(24, "97112")]),
    ("Transfers 5 min A x 2", []),
    # A history ends where a line begins with a service.
    ("PMH: HTN.\nTREAT 97112 GP x1: 16 min tandem", [(16, "97112")]),
    ("History: rear-ended in May.\nNeuro re-ed 14 min: tandem", [(14, "97112")]),
    # The next visit is another sentence, and nobody else was booked.
    ("97112, 26 minutes. Next visit on Friday.", [(26, "97112")]),
    ("97113 31 min in the water and nobody else booked.", [(31, "97113")]),
    ("97112 26 minutes next visit", []),
    # What took the time was something else, or somebody else was there.
    ("Nurse needed 16 min for the IV, then 97112 in the chair. 97535, 12 min: teeth", [(12, "97535")]),
    ("Insurance forms took 28 min today, then neuro re-ed.", []),
    ("97112 after the bath, which took 32 min. Narrow stance.", []),
    ("Had PT (97112), 33 min to write it up, just the two of us.", []),
    ("Homemaker was in 10:05-10:50. All of it was neuromuscular re-education.", []),
    ("Tandem stance took 12 min of the 97112, 25 min in all.", [(25, "97112")]),
    ("97530: shower transfers took 25 min.", [(25, "97530")]),
    ("97112: finding the shelf by touch took 25 min.", [(25, "97112")]),
    # All of a visit, in other words.
    ("Visit 11 of 16        Whole visit 42 min", [(42, "total_treatment")]),
    ("Her son sat in on all 40 min of the session. Reaching drills.", [(40, "total_treatment")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), BESIDE)
def test_a_length_beside_other_words(text: str, wanted: list[tuple[int, str]]) -> None:
    assert lengths_of(text) == wanted


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Tandem stance (97112) and leg press (97110), 40 minutes in all.", {("total_timed", 40)}),
        ("Balance work under 97112 and strengthening under 97110 took 40 minutes together.", {("total_timed", 40)}),
        ("97112: tandem stance on foam, 40 minutes in all.", {("97112", 40)}),
        ("NMR/TE x 38 min (23/15).", {("total_timed", 38), ("97112", 23), ("97110", 15)}),
        ("Session time 40: 25 neuro re-ed, 15 ther ex.", {("total_timed", 40), ("97112", 25), ("97110", 15)}),
        ("40 min session, 25 of it NMR, 15 TE.", {("total_timed", 40), ("97112", 25), ("97110", 15)}),
        ("97112: 28. 97110: 20. TotalTreatmentMinutes=48", {("total_timed", 48), ("97112", 28), ("97110", 20)}),
        ("Total 38 minutes: 97112 for 23 of that, 97110 for 15.", {("total_timed", 38), ("97112", 23), ("97110", 15)}),
        ("Needed a second rub on three of them.\n97110, 12 min: tendon glides.", {("97110", 12)}),
        ("NMR + TE, 38 min (23 + 15).", {("total_timed", 38), ("97112", 23), ("97110", 15)}),
        ("NMR + MT 30 min total (18/12).", {("total_timed", 30), ("97112", 18), ("97140", 12)}),
        ("NMR and TE, 38 min in all (23 + 15).", {("total_timed", 38), ("97112", 23), ("97110", 15)}),
        ("Treated 40 minutes, 25 minutes of which were spent on neuro re-ed (97112).", {("total_treatment", 40), ("97112", 25)}),
        ("Reached 10 cups, 8 of which were full. 97112 25 min.", {("97112", 25)}),
        ("Spent 25 on NMR and 15 on TE.", {("97112", 25), ("97110", 15)}),
    ],
)
def test_lengths_of_all_and_their_parts(text: str, minutes: set[tuple[str, int]]) -> None:
    assert {(m.scope, m.value) for m in read_page(Note(text=text)).minutes} == minutes
