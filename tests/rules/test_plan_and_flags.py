"""Plan-of-care dates, and how the visit was given."""

from __future__ import annotations

import pytest

from note_review.note import Note
from note_review.reading.page import read_page

PLANS = [
    ("POC dates 1/8 - 3/8. Date of service 3/19.", "lapsed"), ("Cert period: 12/14 to 1/26. DOS 2/04", "lapsed"), ("POC expired", "lapsed"), ("Recert not yet signed", "lapsed"), ("cert period 3/1 to 5/30, renewal faxed, not back", "lapsed"),
    ("No plan of care on file", "absent"), ("POC on file: [NO]", "absent"), ("No evaluation or plan of care in this chart", "absent"), ("POC unsigned", "absent"),
    ("POC current, not expired", "current"), ("POC dates 1/8 - 3/8. Date of service 2/19.", "current"), ("Cert period 12/14 to 1/26. DOS 1/04", "current"), ("Continue per plan of care", "current"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), PLANS)
def test_the_plan_of_care_is_current_lapsed_or_absent(text: str, wanted: str) -> None:
    plan = read_page(Note(text=text)).plan_of_care
    assert ("lapsed" if plan.lapsed else "absent" if plan.absent else "current") == wanted


FLAGS = [
    ("Seen in a group of 4", {"group"}), ("Balance class, 6 present", {"group"}), ("97112 30 min with three other patients, PT leading", {"group"}), ("Small group, 4 students, one OT", {"group"}),
    ("Mode: group", {"group"}), ("[ ] Individual [x] Group", {"group"}), ("Ind 0, conc 0, grp 30", {"group"}), ("Hall circuit with Rm 4, Rm 9 and Rm 11", {"group"}), ("97112 GP x3 per participant", {"group"}),
    ("Ind 0, conc 40 with room 12", {"concurrent"}), ("Treated two patients at once", {"concurrent"}), ("Worked side by side with another patient, PT going back and forth", {"concurrent"}), ("Seen along with her roommate", {"concurrent"}),
    ("This was a shared hour", {"concurrent"}), ("Marching while I treated the next patient", {"concurrent"}), ("The two boys worked side by side", {"concurrent"}),
    ("Exercises completed with the rehab tech", {"aide"}), ("Run by tech", {"aide"}), ("15 min with rehab technician: tandem stance", {"aide"}), ("The aide led all of it", {"aide"}), ("Rehab aide with resident while PT wrote the discharge", {"aide"}), ("97112 22 min with my two o'clock shoulder patient on the pulleys", {"concurrent"}), ("Drills supervised by the athletic trainer", {"aide"}),
    ("rows 3x10   tech Lee   2 lb\npress 2x8   tech Lee   10 lb", {"aide"}),
    ("Teammate on the next table did his own bands", set()), ("The sister came for her own visit with another pt", set()), ("The other patient did his own stretches on the next table", set()),
    ("Balance drills for 20 min concurrent with her roommate", {"concurrent"}), ("Concurrent for 20 min with another resident", {"concurrent"}),
    ("97112 23 min, 1:1", {"individual"}), ("Seen individually for 30 minutes", {"individual"}), ("1:1 throughout, tech put out the cones for the group", {"individual"}),
    ("Not in a group", set()), ("Not a group session today", set()), ("Hot pack concurrent with e-stim", set()),
    ("Ind 42 conc 0 grp 0", set()), ("She will join a group class", set()), ("[x] Individual [ ] Group", set()), ("Group size: 1", set()), ("Group exercise offered and declined", set()), ("A group class would not do", set()), ("Knee pain 2/10 in the water", set()),
    ("Chair follow by rehab tech", set()), ("My new knee patient did well on the board.", set()), ("Balance work with my favorite patient of all", set()), ("Mod A x2 with rehab tech for safety", set()), ("Restorative aide continues ROM", set()), ("Home health aide walks her to dinner", set()), ("The classroom aide walked behind him", set()), ("Lives with two others", set()),
    ("He works as a pharmacy technician", set()), ("Alternates with a rail", set()), ("Feet side by side 30 s", set()), ("SLP: group of two at snack", set()), ("97150 group of 4, 20 min", set()), ("Plan: group of four next week", set()), ("Attended 11 of 13", set()),
    ("copied forward from 3/2", {"copied"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), FLAGS)
def test_how_the_visit_was_given(text: str, wanted: set[str]) -> None:
    assert {f.name for f in read_page(Note(text=text)).flags} == wanted


OUT = "POC faxed to the physician 02/22/2026, not yet returned. Date of service: 03/10/2026"


@pytest.mark.parametrize(
    ("text", "signed", "sent"),
    [
        (OUT, False, "2026-02-22"),
        ("POC unsigned", False, None),
        ("Recert faxed 02/22/2026, not back. Date of service: 03/10/2026", None, None),
        ("Plan of care not on file, evaluation unsigned", None, None),
    ],
)
def test_a_first_plan_that_is_out_for_signature(text: str, signed: bool | None, sent: str | None) -> None:
    plan = read_page(Note(text=text)).plan_of_care
    assert (plan.signed, plan.sent_on and str(plan.sent_on)) == (signed, sent)


@pytest.mark.parametrize(
    ("signed_by", "certified"),
    [
        ("R. Vale, DPT", False),
        ("K. Low, OTR/L", False),
        ("R. Vale, PT, and A. Moss, MD", True),
        ("A. Moss, FNP-C", True),
        ("Dr. Moss", True),
        ("Dr. Moss / R. Vale, PT", True),
        ("Physician Moss, for PT", True),
        ("Dr. R. Vale, PT, DPT", False),
    ],
)
def test_who_can_certify(signed_by: str, certified: bool) -> None:
    given = {"start": "2026-03-01", "certified_on": "2026-03-03", "signed_by": signed_by}
    plan = read_page(Note(text="Seen today.", plan_of_care=given)).plan_of_care
    assert (plan.certified_on is not None, plan.signed, plan.signed_by_therapist) == (certified, certified, not certified)


def plan_of(told: str, day: str = "3/20/2026"):
    return read_page(Note(text=f"Date: {day}\n97112 30 min. {told}")).plan_of_care


@pytest.mark.parametrize(
    ("told", "start"),
    [
        ("SOC 2/10/26", "2026-02-10"), ("SOC: 2/10", "2026-02-10"), ("IE 2/10/26", "2026-02-10"), ("Initial eval: 2/10/26", "2026-02-10"), ("Initial evaluation on 2/10/26", "2026-02-10"), ("Start of care: 2/10/26", "2026-02-10"), ("First visit 2/10/2026", "2026-02-10"), ("SOC 12/10", "2025-12-10"),
        ("SOC 2/10/26, cert period 2/12/26 - 5/1/26", "2026-02-10"), ("Init eval done on 2/10", "2026-02-10"),
        ("SOC 10/15/25, cert period 1/12/26 - 4/11/26", "2026-01-12"), ("SOC 10/15/25, cert period 1/12/26 - 4/11/26, recert signed by Dr. Lin 1/15/26", "2025-10-15"), ("SOC 2/10/26, cert period 5/10/26 - 8/7/26", "2026-02-10"),
        ("Re-eval 2/10/26", None), ("SOC 2/10/26, IE 2/3/26", None), ("SOC 4/1/26", None), ("Seen since 2/10/26", None),
    ],
)  # fmt: skip
def test_the_start_of_care(told: str, start: str | None) -> None:
    assert (plan_of(told).start and str(plan_of(told).start)) == start


@pytest.mark.parametrize(
    ("told", "certified"),
    [
        ("POC certified by Dr. Lin 3/18/26", "2026-03-18"), ("POC signed by Dr. Lin, MD on 3/18/2026", "2026-03-18"), ("POC certified 3/18/26 by Dr. Lin", "2026-03-18"), ("Plan of care returned, signed by B. Hale, NP 3/18", "2026-03-18"), ("POC signed by Dr. Lin 12/18", "2025-12-18"),
        ("POC signed by Ann Moss, PT 2/10/26", None), ("POC not signed by Dr. Lin as of 3/18/26", None), ("POC unsigned 3/18/26", None), ("POC sent 2/10/26, order signed 1/28/26", None), ("POC to be signed by 4/1/26", None),
        ("POC recertified 3/18/26 by Dr. Lin", "2026-03-18"), ("POC on file, no changes, signed 3/18/26", "2026-03-18"), ("POC current (not expired), signed 3/18/26", "2026-03-18"), ("POC pending, to be signed by Dr. Lin 4/1/26", None), ("POC signed by Dr. Lin, not back as of 3/18/26", None),
        ("PT order signed 3/18/26, POC pending", None), ("PT order signed 3/18/26 POC pending", None), ("Signed 3/18/26, POC", None), ("Signed 3/18/26 on POC", "2026-03-18"), ("Order signed 1/28/26; POC signed 3/18/26", "2026-03-18"),
    ],
)  # fmt: skip
def test_the_physician_s_signature_under_the_plan(told: str, certified: str | None) -> None:
    found = plan_of(told).certified_on
    assert (found and str(found)) == certified


@pytest.mark.parametrize(
    ("told", "ordered", "sent"),
    [
        ("Referral signed by Dr. Hale 1/28/26, POC sent to Dr. Hale 2/10/26", "2026-01-28", "2026-02-10"), ("POC faxed 2/10/26; signed order 1/28/26", "2026-01-28", "2026-02-10"), ("PT order signed and dated 1/28/26", "2026-01-28", None),
        ("Order for PT signed 1/28/26, recert sent 3/10/26", "2026-01-28", None),
        ("Verbal order signed 1/28/26", None, None), ("Order not signed as of 1/28/26", None, None), ("Order for MRI signed 1/28/26", None, None), ("Referral 1/28/26", None, None),
        ("MRI order dated 1/28/26", None, None), ("AFO script signed 1/28/26", None, None), ("X-ray of the R knee order signed 1/28/26", None, None), ("Signed order 1/28/26 for MRI", None, None), ("Order on file, POC signed by Dr. Hale 3/2/26", None, None),
        ("Walks with a cane. Order signed 1/28/26", "2026-01-28", None), ("Cane user, PT order signed 1/28/26", "2026-01-28", None), ("Order dated 1/28/26 for PT", "2026-01-28", None),
    ],
)  # fmt: skip
def test_a_signed_order_and_the_plan_s_sending(told: str, ordered: str | None, sent: str | None) -> None:
    plan = plan_of(told)
    assert (plan.ordered_on and str(plan.ordered_on), plan.sent_on and str(plan.sent_on)) == (ordered, sent)


@pytest.mark.parametrize(
    ("told", "start", "end"),
    [("Cert period 12/14 to 3/10", "2025-12-14", "2026-03-10"), ("Cert period 2/2 to 5/1", "2026-02-02", "2026-05-01")],
)
def test_a_period_without_years_is_the_one_nearest_to_the_visit(told: str, start: str, end: str) -> None:
    plan = plan_of(told, "2/4/2026")
    assert (str(plan.start), str(plan.expires_on)) == (start, end)


@pytest.mark.parametrize(
    ("told", "visits", "overdue"),
    [
        ("Last PR 14 visits ago", 14, False), ("Last progress report 1/15/26, 14 visits ago", 14, False), ("Visit 12 since last progress report", 12, False),
        ("Progress report overdue", None, True), ("PN is past due", None, True), ("Overdue progress note", None, True), ("PN due visit 10, today visit 13", None, True), ("Last eval 12 sessions ago", 12, False), ("Overdue for PN", None, True),
        ("PN overdue? No, done 3/1.", None, False), ("Overdue progress note?", None, False), ("Overdue PR of bench press", None, False), ("Pt overdue for PR on squat", None, False),
        ("PN due visit 10, today visit 9", None, False), ("PN due visit 10, today visit 10", None, False), ("No progress report overdue", None, False), ("Progress report not overdue", None, False), ("Fell 3 visits ago", None, False), ("Progress report written today", None, False),
    ],
)  # fmt: skip
def test_when_the_progress_report_falls_due(told: str, visits: int | None, overdue: bool) -> None:
    plan = plan_of(told)
    assert (plan.visits_since_progress_report, plan.progress_report_overdue) == (visits, overdue)
