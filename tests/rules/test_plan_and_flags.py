"""Plan-of-care dates, who treated, and how the visit was given."""

from __future__ import annotations

import pytest

from note_review.note import Note
from note_review.reading.page import read_page

PLANS = [
    ("POC dates 1/8 - 3/8. Date of service 3/19.", "lapsed"), ("Cert period: 12/14 to 1/26. DOS 2/04", "lapsed"), ("POC expired", "lapsed"), ("Recert not yet signed", "lapsed"), ("cert period 3/1 to 5/30, renewal faxed, not back", "lapsed"),
    ("No plan of care on file", "absent"), ("POC on file: [NO]", "absent"), ("No evaluation or plan of care in this chart", "absent"), ("POC unsigned", "absent"),
    ("POC dates 1/8 - 3/8. Date of service 2/19.", "current"), ("Cert period 12/14 to 1/26. DOS 1/04", "current"), ("Continue per plan of care", "current"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), PLANS)
def test_the_plan_of_care_is_current_lapsed_or_absent(text: str, wanted: str) -> None:
    plan = read_page(Note(text=text)).plan_of_care
    assert ("lapsed" if plan.lapsed else "absent" if plan.absent else "current") == wanted


FLAGS = [
    ("Seen in a group of 4", {"group"}), ("Ind 0, conc 40 with room 12", {"concurrent"}), ("Balance class, 6 present", {"group"}), ("Exercises completed with the rehab tech", {"aide"}), ("Treated two patients at once", {"concurrent"}),
    ("Ind 42 conc 0 grp 0", set()), ("She will join a group class", set()), ("copied forward from 3/2", {"copied"}), ("Restorative aide continues ROM", set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), FLAGS)
def test_how_the_visit_was_given(text: str, wanted: set[str]) -> None:
    assert {f.name for f in read_page(Note(text=text)).flags} == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Signed: J. Roe, PTA", "PTA"),
        ("Tx by K. Low, COTA/L", "OTA"),
        ("Signed: J. Roe, PT, DPT", None),
        ("Discussed with PTA. J. Roe, PT", None),
    ],
)
def test_the_assistant_who_treated(text: str, wanted: str | None) -> None:
    assert read_page(Note(text=text)).signature.assistant == wanted
