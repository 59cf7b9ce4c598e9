"""The day of the visit: from a label, a heading or the signature, and from nothing that is dated otherwise."""

from __future__ import annotations

import time

import pytest

from note_review.note import Note
from note_review.reading.page import read_page

BODY = "S: steadier on the ramp.\nO: 97112 30 min, stepping to targets.\nA: one step less to recover.\nAnn Moss, PT"


def day_of(text: str) -> str | None:
    day = read_page(Note(text=text)).date_of_service
    return None if day is None else str(day)


@pytest.mark.parametrize(
    "heading",
    [
        "4/6/2026", "4/6/26", "04/06/26", "April 6, 2026", "2026-04-06", "**4/6/2026**", "Monday, April 6, 2026", "4/6/2026 10:00-10:45 am",
        "Daily Note 4/6/2026", "Daily note 04/06/2026", "Therapy note, 04/06/2026.", "04/06/26 PT daily", "Visit 7 of 12, 4/6/26", "Visit 5/12 - 4/6/26", "PT Progress Note 4/6/2026", "OT treatment note: April 6, 2026",
        "Physical Therapy Daily Note\n4/6/2026", "Pt: J.R.\nVisit 4, 4/6/26", "4/6/2026. SOC 2/2/26.", "4/6/26 Pt came with her son.",
        "Date: 4/6/2026", "DOS 4/6/26", "Visit date 4/6/26", "Pt seen 4/6/26.", "Seen in the clinic on April 6, 2026.", "Seen for PT treatment on 4/6/26.", "Name: J. Roe Date: 4/6/26",
        "Date: Monday, April 6, 2026", "DOS: Mon 4/6/26", "Patient visit 4/6/2026", "Seen on 4/6/2026 by Ann Moss, PT.", "Flowsheet 4/6/26", "Daily note 4/6/26 4/10 pain",
        "6 Apr 26", "DOS: 6 Apr 26", "PT daily note 6 Apr 26", "DOS 06-APR-26", "06APR2026", "Thurs 06APR26", "Apr 6 '26", "Visit 4, Apr 6, '26", "Note 6 Apr '26", "6th of April 2026", "6/Apr/2026", "Apr-6-2026", "2026-Apr-06", "2026/04/06", "DOS: 6 Apr 26\nS: no new pain", "Visit date: 06APR26. Calm today.", "Apr-06-26", "6 Apr 26, 9:05 am", "Aprill 6, 2026",
        "6-Apr-26 PM session", "DOS: 6-Apr-26 s/p L TKA", "Date: 6-Apr-26 Visit: 6", "DOS 6-Apr-26 Minutes 45", "6-Apr-26 x 45 min",
    ],
)  # fmt: skip
def test_a_label_or_a_heading_dates_the_visit(heading: str) -> None:
    assert day_of(f"{heading}\n{BODY}") == "2026-04-06"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("Febuary 12, 2026", "2026-02-12"), ("Janurary 12, 2026", "2026-01-12"), ("Septmber 12, 2026", "2026-09-12"), ("12 Decemeber 2026", "2026-12-12"), ("Augest 12, 2026", "2026-08-12"), ("marches 12, 2026", None), ("decreased 12, 2026", None), ("maybe 12, 2026", None), ("separate 12, 2026", None), ("augment 12, 2026", None)],
)  # fmt: skip
def test_a_misspelt_month_is_one_and_another_word_is_none(written: str, wanted: str | None) -> None:
    assert day_of(f"DOS: {written}\n{BODY}") == wanted


@pytest.mark.parametrize(
    "written", ["March-20 x2, 10 min TE\nSteps, 15 min TE\nMarch-30 x2, 8 min TE", "TE 10 min march-20\nTE 15 min\nTE 8 min"]
)
def test_an_exercise_with_a_hyphen_is_no_other_visit(written: str) -> None:
    assert [minutes.value for minutes in read_page(Note(text=f"{written}\nAnn Moss, PT")).minutes] == [10, 15, 8]


@pytest.mark.parametrize(
    "told",
    [
        "DOB 3/4/1951", "Date of birth: 3/4/1951", "Birth date: 3/4/1951", "Jo Roe\n3/4/1951", "Jo Roe 3/4/1951",
        "Surgery date: 2/1/26", "2/1/26 R TKA surgery", "Onset date 2/1/26", "Injury date: 2/1/2026", "Referral dated 2/1/26", "Plan of care date: 2/1/26", "SOC 2/1/26", "PT eval 2/1/26", "2/1/26 initial eval", "Eval date: 2/1/26",
        "Next visit 4/9/2026", "Next appointment date: 4/9/26", "Follow-up date: 4/9/26", "Cert period 2/2/26-5/1/26", "PT 2/2/26 - 4/3/26", "Recert due 5/1/26",
        "Last visit 4/3/2026: tandem 4 s.", "Date of last visit 4/3/2026", "Last seen 4/3/2026.", "Was last seen in the clinic on 4/3/2026.", "Not seen 4/3/2026.", "On 4/3/2026 tandem was 4 s.", "Tandem 4 s on 4/3.", "Updated 4/3/2026", "To date 4/3/2026 no falls",
        "4/3/2026 ramp 20 min\n4/6/2026 ramp 25 min", "Visit 4/3/2026\nRamp.\nVisit 4/6/2026", "Visit 8/12",
        "Client 3/4/1951", "Patient 3/4/1951 Jo Roe", "Letter dated 2/1/2026 read", "Dated 2/1/2026", "Stroke date: 2/1/2026", "Fall date 2/1/2026", "RTW date: 5/1/2026", "Auth date: 2/1/2026", "Printed date: 4/9/2026", "Follow up date: 4/9/2026",
        "Seen on 2/1/2026 by ortho.", "Seen 2/1/2026, by Dr. Hale for the knee.", "Flowsheet 4/1/26 4/3/26 4/6/26", "Flow sheet 4/3/26 | 4/6/26", "Flowsheet\t4/3/26\t4/6/26",
        "Visit 6 Apr 26", "6 Apr 26 min on the ramp", "Apr 6 26 min on the ramp", "6 marches 20 reps", "6 apr 10:30 am", "Surgery 2FEB2026", "DOB 3-Apr-51", "Onset 2 Feb 26", "Next visit 9 Apr 26", "2 Feb 26 - 5 May 26", "Date of visit April 6-10, 2026", "PT progress note April 6-10", "Apr 6-45 min on the ramp", "PT note 6 Apr 10 am", "6 Apr 30 TE, 15 MT", "6 Apr 20 ramp, 25 steps", "PT note day 3 Apr 20", "Visit: 9 Mar 30", "Visit #: 9 Mar 30", "PT note visit number 9 Mar 30", "Day 6 Apr 26", "March-20 x2", "Mar-20-30 reps",
    ],
)  # fmt: skip
def test_another_date_or_several_do_not_date_the_visit(told: str) -> None:
    assert day_of(f"{told}\n{BODY}") is None


@pytest.mark.parametrize(
    ("told", "signed", "wanted"),
    [
        ("", "Ann Moss, PT, DPT 04/06/2026", "2026-04-06"), ("", "Electronically signed by Ann Moss, PT 4/6/2026 4:15 PM", "2026-04-06"), ("", "Ann Moss, PT\n4/6/2026", "2026-04-06"), ("", "Ann Moss, PT   Date: 4/6/2026", "2026-04-06"), ("", "4/6/2026 Ann Moss, PT", "2026-04-06"),
        ("Last visit 4/3/2026.", "Ann Moss, PT 4/6/2026", "2026-04-06"), ("DOS 4/6", "Ann Moss, PT 4/6/2026", "2026-04-06"), ("4/6", "Ann Moss, PT 4/6/2026", "2026-04-06"),
        ("4/6/2026", "Ann Moss, PT 4/8/2026", "2026-04-06"), ("4/6/2026", "Ann Moss, PT   Date: 4/8/2026", "2026-04-06"), ("DOS 4/6/2026", "Ann Moss, PT 4/8/2026", "2026-04-06"),
        ("DOS 4/6", "Ann Moss, PT 4/8/2026", None), ("4/6", "Ann Moss, PT 4/8/2026", None),
        ("", "Joe Roe, PTA 4/6/2026 / Ann Moss, PT 4/8/2026", None), ("", "P: goes on until 4/17/2026. Ann Moss, PT", None), ("", "4/9/2026 next visit with Ann Moss, PT", None), ("", "Ann Moss, PT\n4/9/2026 next appointment", None),
        ("", "POC signed by Ann Moss, PT 2/10/26", None), ("", "POC certified by B. Hale, MD 4/6/2026", None), ("", "Last treated by Ann Moss, PT 4/3/2026", None),
        ("", "Last seen by A. Moss, PT 4/3/2026", None), ("", "Plan of care set up by A. Moss, PT 2/10/2026", None), ("", "Next visit w/ A. Moss, PT 4/9/2026", None), ("", "Will call K. Low, OT, 4/9/2026", None), ("", "J. Roe, PTA 4/6/2026\nPOC set up by A. Moss, PT 2/10/2026", "2026-04-06"),
        ("", "Goes on with the plan. A. Moss, PT 4/6/2026", "2026-04-06"), ("", "Dr. A. Moss, PT 4/6/2026", "2026-04-06"), ("Client 3/4/1951", "A. B. Moss, PT 4/6/2026", "2026-04-06"),
    ],
)  # fmt: skip
def test_the_signature_dates_a_visit_that_nothing_else_dates(told: str, signed: str, wanted: str | None) -> None:
    assert day_of(f"{told}\nS: steadier.\nO: 97112 30 min.\n{signed}") == wanted


def test_a_date_given_with_the_note_stands_before_its_own() -> None:
    page = read_page(Note(text=f"4/6/2026\n{BODY}", date_of_service="2026-04-03"))
    assert str(page.date_of_service) == "2026-04-03"


@pytest.mark.parametrize(
    "words", ["seen in the clinic ", "Ann Moss, PT 4/6 ", "signed PT ", "visit 4/6/2026\n", "4/6/2026 x\n", "daily note visit 3 "]
)
def test_a_long_note_takes_linear_time(words: str) -> None:
    def seconds(length: int) -> float:
        text = words * (length // len(words))
        begun = time.process_time()
        read_page(Note(text=text))
        return time.process_time() - begun

    assert seconds(20_000) < 30 * seconds(2_000) + 1
