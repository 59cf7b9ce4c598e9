"""Distinct service, discipline, threshold, assistant: what is asked for, by whom, and when."""

import datetime

import pytest

from note_review.checks import edits, modifiers
from note_review.encounter import Service, Signature
from note_review.note import Note, Span, parse_claim
from note_review.policy import load_policy
from note_review.reading.page import read_page

COMMERCIAL = load_policy(payer="commercial_example")
PAIR = "97112:2:GP,97140:1:GP"


def test_medicare_does_not_ask_for_59_on_97112_with_97140(build, judge, medicare):
    found = judge(modifiers.check, build(PAIR), medicare)
    assert found["distinct_service_modifier"].result == "pass"
    reason = found["modifier_59_missing"]
    assert (reason.result, reason.rule.severity) == ("fail", "info")
    assert "no NCCI edit of 2024Q3 asks for 59" in reason.message
    assert judge(edits.check, build(PAIR), medicare)["ncci_edits"].result == "pass"


def test_a_payer_that_asks_for_59_makes_it_an_error(build, judge):
    found = judge(modifiers.check, build(PAIR), COMMERCIAL)
    assert found["distinct_service_modifier"].result == "fail"
    assert (found["modifier_59_missing"].result, found["modifier_59_missing"].rule.severity) == ("fail", "error")


@pytest.mark.parametrize("modifier", ["59", "XE", "XS", "XP", "XU"])
@pytest.mark.parametrize("claim", ["97112:2:GP-{},97140:1:GP", "97112:2:GP,97140:1:GP-{}"])
def test_any_distinct_service_modifier_on_either_line_will_do(build, judge, modifier, claim):
    found = judge(modifiers.check, build(claim.format(modifier)), COMMERCIAL)
    assert found["distinct_service_modifier"].result == "pass"
    assert "modifier_59_missing" not in found


def test_x_modifiers_begin_in_2015(build, judge):
    visit = build("97112:2:GP-XU,97140:1:GP", date_of_service=datetime.date(2014, 12, 31))
    assert judge(modifiers.check, visit, COMMERCIAL)["distinct_service_modifier"].result == "fail"


def test_the_reason_is_given_once_for_three_services(build, medicare):
    found = list(modifiers.check(build("97112:1:GP,97530:1:GP,97140:1:GP"), medicare))
    assert [f.rule.name for f in found].count("modifier_59_missing") == 1


@pytest.mark.parametrize(
    "claim", [[{"code": "97112", "units": 2}, {"code": "97140", "units": 1}], "97112:2:GP,97110:1:GP", "97140:1:GP"]
)
def test_no_reason_where_modifiers_are_unknown_or_the_pair_is_absent(build, judge, medicare, claim):
    assert "modifier_59_missing" not in judge(modifiers.check, build(claim), medicare)


def test_an_old_edit_asks_on_its_own_dates(build, judge, medicare):
    """97140 with 97530 had an edit until the end of 2019."""
    before = build("97530:2:GP,97140:1:GP", date_of_service=datetime.date(2019, 6, 3))
    after = build("97530:2:GP,97140:1:GP", date_of_service=datetime.date(2020, 6, 3))
    assert judge(modifiers.check, before, medicare)["modifier_59_missing"].rule.severity == "error"
    assert judge(edits.check, before, medicare)["ncci_edits"].result == "fail"
    assert judge(modifiers.check, after, medicare)["modifier_59_missing"].rule.severity == "info"
    assert judge(edits.check, after, medicare)["ncci_edits"].result == "pass"


def test_the_day_of_deletion_is_flagged_and_not_decided(build, judge, medicare):
    visit = build("97530:2:GP,97140:1:GP", date_of_service=datetime.date(2019, 12, 31))
    found = judge(edits.check, visit, medicare)["ncci_edits"]
    assert (found.result, found.detail["boundary_day"]) == ("unknown", True)


def test_whether_the_note_shows_a_distinct_service(build, judge, medicare):
    claim = "97112:1:GP,97140:1:GP-59"
    text = "0900-0915 neuro re-ed 0915-0930 manual"
    clock = build(claim, text=text)

    def with_clock(first, second):
        import dataclasses

        from note_review.encounter import Minutes

        minutes = (Minutes(Span(*first), 15, "97112"), Minutes(Span(*second), 15, "97140"))
        services = tuple(Service(Span(0, 1), code, 15) for code in ("97112", "97140"))
        return dataclasses.replace(clock, minutes=minutes, services=services)

    apart = judge(modifiers.check, with_clock((0, 9), (23, 32)), medicare)["distinct_service_shown"]
    assert (apart.result, apart.detail["shown_by"]) == ("pass", ["clock", "minutes"])
    assert judge(modifiers.check, with_clock((0, 9), (0, 9)), medicare)["distinct_service_shown"].result == "fail"
    assert (
        judge(modifiers.check, build(claim, totals={"total_timed": 30}), medicare)["distinct_service_shown"].result == "unknown"
    )


def test_edits_are_looked_up_in_both_orders(build, judge, medicare):
    for claim in ("97150:1:GP,97112:1:GP", "97112:1:GP,97150:1:GP"):
        found = judge(edits.check, build(claim), medicare)["ncci_edits"]
        assert (found.result, found.detail["column1"], found.detail["column2"]) == ("fail", "97150", "97112")
    assert judge(edits.check, build("97150:1:GP,97112:1:GP-59"), medicare)["ncci_edits"].result == "pass"
    assert judge(edits.check, build("97140:1:GP-59,97124:1:GP"), medicare)["ncci_edits"].result == "fail"


def test_a_review_says_when_its_edits_are_older_than_the_service(build, judge, medicare):
    assert judge(edits.check, build(PAIR), medicare)["edits_current"].result == "unknown"
    current = build(PAIR, date_of_service=datetime.date(2024, 8, 1))
    assert judge(edits.check, current, medicare)["edits_current"].result == "pass"


@pytest.mark.parametrize(
    ("claim", "note", "result"),
    [
        ("97112:2:GP", {}, "pass"),
        ("97112:2:59", {}, "fail"),
        ([{"code": "97112", "units": 2, "modifiers": []}], {}, "fail"),
        ([{"code": "97112", "units": 2}], {}, "unknown"),
        ([{"code": "97112", "units": None, "modifiers": []}], {}, "unknown"),
        ("97112:2:GP", {"discipline": "OT"}, "fail"),
        ("97112:2:GO", {"discipline": "OT"}, "pass"),
        ("97112:2:GP-GO", {}, "fail"),
        ("99213:1:25", {}, "unknown"),
        ("97112:2:GP,97140:1:59", {}, "fail"),
        ("97165:1:GP", {}, "fail"),
        ("97161:1:GO", {}, "fail"),
        ("97161:1:GP,97165:1:GO", {"discipline": "PT"}, "pass"),
        ("97165:1:GP", {"discipline": "PT"}, "fail"),
        ("97112:1:GN", {}, "fail"),
        ("97129:1:GN", {}, "pass"),
    ],
)
def test_discipline(build, judge, medicare, *, claim, note, result):
    found = judge(modifiers.check, build(claim, note=note), medicare)
    assert found["therapy_modifier"].result == result
    assert ("modifier_gp_go_missing" in found) == (result == "fail" and claim != "97112:2:GP-GO")


@pytest.mark.parametrize(
    ("signed", "claim", "note", "result"),
    [
        ("Ann Lee, OTR/L", "97112:1:GP", {}, "fail"),
        ("Ann Lee, OTR/L", "97112:1:GO", {}, "pass"),
        ("Ann Lee, PT", "97112:1:GO", {}, "fail"),
        ("Ann Lee, COTA/L", "97112:1:GP", {}, "fail"),
        ("Ann Lee, OTR/L", "97112:1:GP", {"discipline": "PT"}, "pass"),
        ("Ann Lee, OTR/L", "97161:1:GP", {}, "pass"),
        ("Ann Lee, OTR/L; Bo Kay, DPT", "97112:1:GP", {}, "pass"),
        ("Co-treated with Ann Lee, OTR/L.\nBo Kay PT", "97112:1:GP", {}, "pass"),
        ("OT eval by A. Lee, OTR/L.\nSigned: B. Kay, P.T.", "97112:1:GP", {}, "pass"),
        # No credential: the patient in capitals, and another team.
        ("TRANSFER MIN A. PT FATIGUED", "97112:1:GO", {}, "pass"),
        ("Kitchen visit by OT", "97112:1:GP", {}, "pass"),
    ],
)
def test_the_signatures_discipline_is_a_warning(build, judge, medicare, *, signed, claim, note, result):
    text = f"Step-ups.\n{signed}"
    found = judge(modifiers.check, build(claim, text=text, note=note, signature=read_page(Note(text=text)).signature), medicare)
    assert (found["therapy_modifier"].result, "modifier_gp_go_missing" in found) == (result, False)
    if result == "fail":
        assert found["therapy_modifier"].rule.severity == "warning"


@pytest.mark.parametrize(
    ("accrued", "year", "claim", "result", "reason"),
    [
        (2500, 2026, "97112:1:GP", "fail", True),
        (2500, 2026, "97112:1:GP-KX", "pass", False),
        (2450, 2025, "97112:1:GP", "fail", True),
        (2450, 2026, "97112:1:GP", "unknown", False),
        (2440, 2026, "97112:1:GP", "pass", False),
        (2331, 2024, "97112:1:GP", "fail", True),
        (2329, 2024, "99999:1:GP", "unknown", False),
        (2480, 2026, "97112:1:GP", "fail", True),
        (2480, 2026, "97112:1:GP-KX", "pass", False),
        (2479.99, 2026, "97112:1:GP", "unknown", False),
        (2409, 2025, "97112:2:GP", "unknown", False),  # no fee of 2025 is built in
        (2409, 2025, "97112:2:GP-KX", "unknown", False),
        (100, 2025, "97112:2:GP", "pass", False),  # no visit comes near the threshold from there
        (2440, 2026, "97161:1:GP,97110:1:GP", "unknown", False),  # no fee of the evaluation is known
        (0, 2026, "97161:1:GP", "pass", False),
        (2410, 2025, "97112:2:GP", "fail", True),
        (2329, 2024, "97112:2:GP", "unknown", False),
        (100, 2026, "97112:1:GP-KX", "fail", False),
        (2500, 2027, "97112:1:GP", "unknown", False),
        (None, 2026, "97112:1:GP", "unknown", False),
    ],
)
def test_threshold_of_the_year(build, judge, medicare, *, accrued, year, claim, result, reason):
    visit = build(claim, note={"kx_accrued": accrued}, date_of_service=datetime.date(year, 5, 4))
    found = judge(modifiers.check, visit, medicare)
    if claim.startswith("99999"):
        assert "kx_missing" not in found
        return
    assert found["kx_threshold"].result == result
    assert ("kx_missing" in found) == reason


def test_a_payer_without_threshold_asks_for_no_kx(build, judge):
    visit = build("97112:1:GP", note={"kx_accrued": 5000})
    assert "kx_missing" not in judge(modifiers.check, visit, COMMERCIAL)


PTA = Signature(("PTA",), (Span(0, 3),), "PTA")


@pytest.mark.parametrize(
    ("claim", "assistant", "minutes", "result", "reason"),
    [
        ("97110:1:GP", {"role": "PTA", "minutes": {"97110": 10}}, {"97110": 15}, "fail", True),
        ("97110:1:GP-CQ", {"role": "PTA", "minutes": {"97110": 10}}, {"97110": 15}, "pass", False),
        ("97110:2:GP", {"role": "PTA", "minutes": {"97110": 3}}, {"97110": 30}, "pass", False),
        (
            "97110:1:GP-CQ,97110:1:GP,97140:2:GP",
            {"role": "PTA", "minutes": {"97110": 23}},
            {"97110": 36, "97140": 30},
            "pass",
            False,
        ),
        ("97110:2:GP-CQ,97140:2:GP", {"role": "PTA", "minutes": {"97110": 23}}, {"97110": 36, "97140": 30}, "fail", False),
        ("97110:2:GP,97140:2:GP", {"role": "PTA", "minutes": 1}, {"97110": 36, "97140": 30}, "pass", False),
        ("97110:2:GP,97140:2:GP", {"role": "PTA", "minutes": 30}, {"97110": 36, "97140": 30}, "fail", True),
        ("97110:2:GP", {"role": "PTA", "minutes": {"97110": 1}}, {}, "unknown", False),
        ("97112:2:GP,97110:1:GP", {"role": "PTA", "minutes": {"97112": 30, "97110": 15}}, {"total_treatment": 45}, "fail", True),
        ("97112:2:GP,97110:1:GP", {"role": "PTA", "minutes": {"97112": 3}}, {"total_treatment": 45}, "unknown", False),
        ("97110:2:GP", {"role": "PTA", "minutes": {"97110": 31}}, {"97110": 30}, "fail", True),
        ("97110:2:GP,97140:2:GP", {"role": "PTA", "minutes": 5}, {"97110": 36, "97140": 30}, "unknown", False),
        ("97110:2:GP", {"role": "PTA"}, {}, "fail", True),
        ("97110:2:GP-CO", {"role": "PTA"}, {}, "fail", False),
        ("97110:2:GP-CO", {"role": "OTA"}, {}, "fail", False),
        ("97110:2:GO-CO", {"role": "OTA"}, {}, "pass", False),
        ("97110:2:GP", None, {"97110": 30}, "pass", False),
        ([{"code": "97110", "units": 2}], {"role": "PTA"}, {}, "unknown", False),
    ],
)
def test_assistant(build, judge, medicare, *, claim, assistant, minutes, result, reason):
    totals = {scope: value for scope, value in minutes.items() if scope.startswith("total")}
    own = {code: value for code, value in minutes.items() if code not in totals}
    found = judge(modifiers.check, build(claim, minutes=own, totals=totals, note={"assistant": assistant}), medicare)
    assert found["assistant_modifier"].result == result
    assert ("assistant_modifier_missing" in found) == reason


def test_assistant_named_by_the_signature(build, judge, medicare):
    assert "assistant_modifier_missing" in judge(modifiers.check, build("97112:2:GP", signature=PTA), medicare)
    before = build("97112:2:GP", signature=PTA, date_of_service=datetime.date(2019, 5, 1))
    assert "assistant_modifier_missing" not in judge(modifiers.check, before, medicare)


BOTH = "\nKim Low, PTA; co-signed Ann Moss, PT"


@pytest.mark.parametrize(
    ("text", "claim", "result", "codes"),
    [
        # Each code by the person told beside it: the modifier on the wrong one is as wrong as none.
        ("97112 16 min with PT, 97110 14 min with PTA.", "97112:1:GP-CQ,97110:1:GP", "fail", ["97110"]),
        ("97112 16 min with PT, 97110 14 min with PTA.", "97112:1:GP,97110:1:GP-CQ", "pass", None),
        ("97112 16 min with PT, 97110 14 min with PTA.", "97112:1:GP-CQ,97110:1:GP-CQ", "fail", ["97112"]),
        ("PT: 97112 16 min on foam.\nPTA: 97110 14 min bridges.", "97112:1:GP-CQ,97110:1:GP", "fail", ["97110"]),
        # 10 of 15 minutes are the assistant's and the therapist gave fewer than 8.
        ("97110 15 min: PTA 10 min, PT 5 min.", "97110:1:GP", "fail", ["97110"]),
        ("97110 15 min: PTA 10 min, PT 5 min.", "97110:1:GP-CQ", "pass", None),
        ("97110 15 min, PTA 10 min of it.", "97110:1:GP", "fail", ["97110"]),
        ("97110 15 min: PTA 5 min, PT 10 min.", "97110:1:GP", "pass", None),
        ("97110 15 min: PTA 1 min, PT 14 min.", "97110:1:GP", "pass", None),
        # The therapist's 30 minutes are two units without, the assistant's 15 one with.
        ("97535 45 min, COTA 15 min and OT 30 min.", "97535:3:GO", "fail", ["97535"]),
        ("97535 45 min, COTA 15 min and OT 30 min.", "97535:2:GO,97535:1:GO-CO", "pass", None),
        ("97110: PTA 23 min, PT 13 min. 97140: PT 30 min.", "97110:1:GP-CQ,97110:1:GP,97140:2:GP", "pass", None),
        ("97110: PTA 23 min, PT 13 min. 97140: PT 30 min.", "97110:2:GP-CQ,97140:2:GP", "fail", ["97110"]),
        # Who signs alone gave what nobody else is told to have given.
        ("97112 30 min.\n97110 15 min.\nKim Low, PTA", "97112:2:GP-CQ,97110:1:GP", "fail", ["97110"]),
        ("97112 30 min.\n97110 15 min.\nKim Low, PTA", "97112:2:GP-CQ,97110:1:GP-CQ", "pass", None),
        ("97112 30 min.\nKim Low, PTA", "97112:1:GP-CQ,97112:1:GP", "fail", ["97112"]),
        ("97112 30 min with PT.\n97110 15 min with PTA.\nKim Low, PTA", "97112:2:GP,97110:1:GP-CQ", "pass", None),
        ("97110 15 min by PTA.\n97112 30 min.\nAnn Moss, PT", "97110:1:GP-CQ,97112:2:GP", "pass", None),
        ("97110 15 min by PTA.\n97112 30 min.\nAnn Moss, PT", "97110:1:GP-CQ,97112:2:GP-CQ", "unknown", None),
        # Both sign, and nobody says who gave which code.
        ("97112 30 min.\n97110 15 min." + BOTH, "97112:2:GP-CQ,97110:1:GP", "unknown", None),
        ("97112 30 min.\n97110 15 min." + BOTH, "97112:2:GP-CQ,97110:1:GP-CQ", "pass", None),
        ("97112 30 min.\n97110 15 min." + BOTH, "97112:2:GP,97110:1:GP", "fail", ["97110", "97112"]),
        ("97110 15 min by PTA.\n97112 30 min.", "97110:1:GP-CQ,97112:2:GP", "unknown", None),
        # The persons stand beneath several codes.
        ("97112 15 min foam\n97110 15 min bridges\nPTA 10 min, PT 20 min.", "97112:1:GP,97110:1:GP", "fail", ["97110", "97112"]),
        ("97112 15 min foam\n97110 15 min bridges\nPTA 10 min, PT 20 min.", "97112:1:GP-CQ,97110:1:GP", "unknown", None),
        # A part is told, and of the rest only who signs.
        (
            "97112 12 min with PT, cues. 97112 14 min on foam. 97110 15 min with PTA.\nKim Low, PTA",
            "97112:2:GP,97110:1:GP-CQ",
            "unknown",
            None,
        ),
        # A part is told and both sign: nobody says whose the rest is. 10 of 30 minutes want one unit marked, 6 none, 30 both.
        ("97112 30 min, PTA 10 min of it." + BOTH, "97112:2:GP", "fail", ["97112"]),
        ("97112 30 min, PTA 10 min of it." + BOTH, "97112:1:GP,97112:1:GP-CQ", "unknown", None),
        ("97112 30 min, PTA 10 min of it." + BOTH, "97112:2:GP-CQ", "unknown", None),
        ("97112 30 min. Walked 6 min with PTA for safety." + BOTH, "97112:2:GP", "unknown", None),
        ("97112 30 min. Walked 6 min with PTA for safety." + BOTH, "97112:2:GP-CQ", "unknown", None),
        ("97112 30 min foam, 10 min of it by PTA.\nKim Low, PTA", "97112:2:GP", "fail", ["97112"]),
        ("97112 30 min foam, 10 min of it by PTA.\nKim Low, PTA", "97112:2:GP-CQ", "unknown", None),
        ("97112 30 min foam, 10 min of it by PTA.\nAnn Moss, PT", "97112:1:GP,97112:1:GP-CQ", "pass", None),
        # A rest or a late coming is nobody's treatment.
        ("97112 30 min. Rest 5 min with PTA." + BOTH, "97112:2:GP", "fail", ["97112"]),
        ("97112 30 min. Rest 5 min with PTA.\nAnn Moss, PT", "97112:2:GP", "pass", None),
        ("97112 30 min. PTA 5 min late." + BOTH, "97112:2:GP-CQ", "pass", None),
        # Titles with full stops or in words.
        ("97112: P.T.A. 15 min, P.T. 15 min.", "97112:2:GP-CQ", "fail", ["97112"]),
        ("97112 30 min.\n97110 15 min.\nKim Low, P.T.A.", "97112:2:GP-CQ,97110:1:GP", "fail", ["97110"]),
        ("97112 30 min.\n97110 15 min.\nKim Low, Physical Therapist Assistant", "97112:2:GP-CQ,97110:1:GP", "fail", ["97110"]),
        # The note contradicts itself.
        ("97110 15 min: PTA 10 min, PT 10 min.", "97110:1:GP", "unknown", None),
        # Together is the therapist's time.
        ("97530 30 min by PTA and PT, max A of both.\nKim Low, PTA", "97530:2:GP", "pass", None),
        ("97530 30 min by PTA and PT, max A of both.\nKim Low, PTA", "97530:2:GP-CQ", "fail", ["97530"]),
    ],
)
def test_each_code_is_judged_by_who_gave_it(build, judge, medicare, *, text, claim, result, codes):
    page = read_page(Note(text=text, claim=parse_claim(claim)))
    services = tuple(Service(s.span, s.billed, s.minutes, named=s.named, given_by=s.given_by) for s in page.services)
    found = judge(modifiers.check, build(claim, text=text, services=services, signature=page.signature), medicare)
    assert found["assistant_modifier"].result == result, found["assistant_modifier"].message
    assert found["assistant_modifier"].detail.get("codes") == codes


def test_minutes_of_the_visit_do_not_say_which_line(build, judge, medicare):
    note = {"assistant": {"role": "PTA", "minutes": 30}}
    visit = build("97110:2:GP-CQ,97140:2:GP", minutes={"97110": 36, "97140": 30}, note=note)
    assert judge(modifiers.check, visit, medicare)["assistant_modifier"].result == "unknown"
