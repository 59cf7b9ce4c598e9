"""One place of a note that gives lengths to several services: in a row, or the same one to each."""

from __future__ import annotations

import pytest

from note_review.note import ClaimLine, Note
from note_review.reading.page import read_page


def minutes_by_code(text: str, *codes: str) -> dict[str, int | None]:
    page = read_page(Note(text=text, claim=[ClaimLine(code=code) for code in codes]))
    return {service.billed or service.named: service.minutes for service in page.services}


ROWS = [
    ("97116, 97530, 97535: 12, 18 and 9 min.", [12, 18, 9]),
    ("97116, 97530 and 97535: 12, 18, and 9 minutes.", [12, 18, 9]),
    ("97116, 97530 and 97535 for 12, 18 and 9 min.", [12, 18, 9]),
    ("97116, 97530 and 97535 for 12, 18 and 9 min respectively.", [12, 18, 9]),
    ("Billed today: 97116, 97530, 97535. Minutes: 12, 18, 9.", [12, 18, 9]),
    ("CPT 97116, 97530, 97535\nMin: 12, 18, 9", [12, 18, 9]),
    ("Gait training, ther act and self care: 12, 18 and 9 min.", [12, 18, 9]),
    # A range, or fewer lengths than services, is no row.
    ("97116 and 97530: 12-18 min.", None),
    ("97116, 97530 and 97535: 12 and 18 min.", None),
]


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_the_lengths_of_a_row_go_to_its_services_in_order(text: str, wanted: list[int] | None) -> None:
    found = minutes_by_code(text, "97116", "97530", "97535")
    rows = dict(zip(("97116", "97530", "97535"), wanted, strict=True)) if wanted else None
    assert found == rows if rows else None in found.values()


def test_abbreviations_joined_by_a_word_have_their_lengths_in_order() -> None:
    assert minutes_by_code("TE and NMR: 15 and 10 min", "97110", "97112") == {"97110": 15, "97112": 10}


EACH = [
    ("97116 and 97530, 12 min each.", 12),
    ("97116 + 97530 (12 min each).", 12),
    ("97116/97530 x 12 min each: stairs, car transfers.", 12),
    ("97116 GP and 97530 GP - 12' each, stairs with a rail.", 12),
    ("97116 x1, 97530 x1: 12 min each, total 24 min.", 12),
    ("Gait training and ther act each for 12 min.", 12),
    ("Gait training/ther act 12 min each.", 12),
    ("12 min each of gait training and TherAct.", 12),
    ("Twelve minutes each on therapeutic activities and gait training.", 12),
    ("97116 and 97530, each 12 min.", 12),
    ("97116, 97530: each 15 min.", 15),
    # What has the length each is something else, or one service only.
    ("Gait training and ther act: 3 sets of 12 min each.", None),
    ("97116 and 97530, 1 unit each, 12 min.", None),
    ("97530 and 97116: stairs and ramp, 12 min each.", None),
    ("Gait training and ther act, 12 min each side of the break.", None),
]


@pytest.mark.parametrize(("text", "wanted"), EACH)
def test_a_length_told_for_each_service_is_every_ones(text: str, wanted: int | None) -> None:
    found = minutes_by_code(text, "97116", "97530")
    assert found == {"97116": wanted, "97530": wanted} if wanted else None in found.values()


def test_the_unit_printed_with_one_code_is_no_length() -> None:
    assert minutes_by_code("97116 Gait training, each 15 minutes", "97116") == {"97116": None}


def test_what_others_have_each_leaves_a_third_services_length_alone() -> None:
    text = "97116 9 min, 97530 and 97535 14 min each."
    assert minutes_by_code(text, "97116", "97530", "97535") == {"97116": 9, "97530": 14, "97535": 14}


# 97530 and the hands-on code are billed; the note names the second by what was done.
TECHNIQUES = [
    ("Ther act 20 min. STM R calf 12 min.", 20, 12),
    ("Joint mobs grade III 12 min, ther act 20 min.", 20, 12),
    ("Ther act 20 min, then 12 min of soft tissue mobilization to the R calf.", 20, 12),
    ("20 min ther act with a loaded crate, 12 min STM R calf and soleus.", 20, 12),
    ("8 min STM and 4 min joint mobs, ther act 20 min.", 20, 12),
    ("Ther act x20, MT x12.", 20, 12),
    ("Ther act 20 min. Manual 12 min: STM 7 min, joint mobs 5 min.", 20, 12),
    ("Ther act 20 min. STM and joint mobs 12 min.", 20, 12),
    ("Ther act 20 min. STM/IASTM to L lumbar paraspinals x 12 min.", 20, 12),
    ("Ther act 20 min. Joint mobs grade III L4-5 in prone 12 min.", 20, 12),
    # Its effect, what the patient does, what was held, and a part of what was told before.
    ("Ther act 20 min. STM eased the ache for 12 min.", 20, None),
    ("Ther act 20 min. Held STM due to a bruise 12 min.", 20, None),
    ("Ther act 20 min. No STM 12 min.", 20, None),
    ("Ther act 20 min. Pt did STM with a ball 12 min daily.", 20, None),
    ("Ther act 20 min including STM 12 min.", 20, None),
    # Within another service's minutes, in a plan, another visit's or timed by something else it has none of its own.
    ("Ther act 20 min: crate lift 8 min, STM 12 min.", 20, None),
    ("Ther act 20 min.\nP: STM 12 min next visit.", 20, None),
    ("Last visit STM 12 min. Ther act 20 min.", 20, None),
    ("Ther act 20 min. STM R calf before 12 min on the bike.", 20, None),
    # Two techniques of one length: twice, or one told again?
    ("Ther act 20 min. STM 12 min. Joint mobs 12 min.", 20, None),
]


@pytest.mark.parametrize(("text", "activities", "manual"), TECHNIQUES)
def test_a_technique_names_the_billed_hands_on_code_that_nothing_else_names(
    text: str, activities: int, manual: int | None
) -> None:
    assert minutes_by_code(text, "97530", "97140") == {"97530": activities, "97140": manual}


def test_massage_behind_its_code_has_its_length() -> None:
    assert minutes_by_code("97140 14 min, 97124 massage 9 min.", "97140", "97124") == {"97140": 14, "97124": 9}


def test_a_technique_is_no_service_where_no_hands_on_code_is_billed() -> None:
    assert minutes_by_code("Ther act 20 min. STM R calf 12 min.", "97530") == {"97530": 20}


CO_TREATED = [
    ("Co-treat with OT 40 min: PT billed 97116 18 min, OT billed 97535 22 min.\nLena Ross, PT", {"97116": 18}),
    ("Co-treat with OT 40 min: PT billed 97116 18 min, OT billed 97535 22 min.\nIvo Marsh, OTR/L", {"97535": 22}),
    ("Co-tx with an OT: OT 97535 22 min, PT 97116 18 min.\nLena Ross, PT", {"97116": 18}),
    ("Cotreatment: PT's portion 97116 18 min; OT's portion 97535 22 min.\nLena Ross, PT", {"97116": 18}),
    ("Co-treat with OT: 97116 18 min, 97112 9 min.\nLena Ross, PT", {"97116": 18, "97112": 9}),
    ("Co-treat with OT (97116 18 min). OT codes per OT note.\nLena Ross, PT", {"97116": 18}),
    ("Cotx with OT 18 minutes 97116. OT half: dressing.\nLena Ross, PT", {"97116": 18}),
    ("co-tx with OT - 97116 18 min. OT: present for safety.\nLena Ross, PT", {"97116": 18}),
    ("No cotreat. OT: 97116 discussed, 97116 18 min.\nLena Ross, PT", {"97116": 18}),
    ("PT billed 97116 18 min and OT billed 97535 22 min, co-treat.\nLena Ross, PT", {"97116": 18}),
    # Nobody knows whose note it is: neither's minutes are the claim's.
    ("Co-treat with OT 40 min: PT billed 97116 18 min, OT billed 97535 22 min.", {"97116": None, "97535": None}),
    # A co-treatment in which only the therapist's own part is told.
    ("Co-treat with OT 1:10-1:50. PT share 97116, 18 min.", {"97116": 18}),
    ("97116 18 min, co-treat with OT for safety.\nLena Ross, PT", {"97116": 18}),
    ("Co-treat with OT for safety. 97116 40 min.\nLena Ross, PT", {"97116": 40}),
    ("Ind 40 Conc 0 Grp 0 Co-tx 0. PT time 40 min, 97116.\nLena Ross, PT", {"97116": 40}),
]


@pytest.mark.parametrize(("text", "wanted"), CO_TREATED)
def test_the_other_disciplines_part_of_a_co_treatment_is_not_the_notes_own(text: str, wanted: dict[str, int | None]) -> None:
    assert minutes_by_code(text) == wanted


def test_the_claims_modifier_says_whose_note_a_co_treatment_is() -> None:
    text = "Co-treat with OT 40 min: PT billed 97116 18 min, OT billed 97535 22 min."
    page = read_page(Note(text=text, claim=[ClaimLine(code="97535", units=1, modifiers=("GO",))]))
    assert [(m.value, m.scope) for m in page.minutes] == [(22, "97535")]
