"""A note still being written: what is not there yet is pending, and a number still being typed is not read."""

from __future__ import annotations

import pytest

from note_review.note import Note, Span, parse_claim
from note_review.reading.page import read_page
from note_review.reading.unfinished import unfinished_number
from note_review.risk import RiskModel

BEGUN = "97112 24 min: weight shifts on a wobble board with cues at the pelvis."


def review(reviewer, text, *, stage="draft", claim=""):
    return reviewer.review(Note(text=text, stage=stage, claim=parse_claim(claim)))


def reasons(said):
    return {reason.reason: reason.pending for reason in said.risk.reasons}


def result(said, name):
    check = next(check for check in said.claim.checks if check.check == name)
    return check.result, check.pending


@pytest.mark.parametrize("name", ["signature", "treatment_note"])
def test_what_a_draft_has_yet_to_say_is_pending(fast_reviewer, name):
    assert result(review(fast_reviewer, BEGUN), name) == ("unknown", True)
    assert result(review(fast_reviewer, BEGUN, stage="final"), name) == ("fail", False)


def test_totals_not_written_yet_are_pending(fast_reviewer):
    text = "97112: weight shifts on a wobble board."
    assert result(review(fast_reviewer, text), "timed_total_documented") == ("unknown", True)
    assert result(review(fast_reviewer, text, stage="final"), "timed_total_documented") == ("fail", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The service that makes up the rest may still come.
        ("Total timed minutes: 38.\n97112 23 min: wobble board.", ("unknown", True)),
        ("Total timed minutes: 20.\n97112 23 min: wobble board.", ("fail", False)),
    ],
)
def test_only_services_that_fall_short_of_the_total_may_still_add_up(fast_reviewer, text, expected):
    assert result(review(fast_reviewer, text), "timed_total_documented") == expected


@pytest.mark.parametrize(
    ("text", "claim", "reason"),
    [
        ("Neuro re-ed 97112 25 min for poor balance.", "", "deficit_not_specific"),
        ("97110 20 min: leg press 3x10, hamstring curls 3x10.", "", "generic_exercise"),
        ("Total time 45 minutes. 97112 x 2, ", "", "unit_time_mismatch"),
        (BEGUN, "97112:3", "unit_time_mismatch"),
    ],
)
def test_vagueness_and_units_are_pending_in_a_draft(fast_reviewer, text, claim, reason):
    assert reasons(review(fast_reviewer, text, claim=claim))[reason] is True
    assert reasons(review(fast_reviewer, text, claim=claim, stage="final"))[reason] is False


@pytest.mark.parametrize(
    ("text", "claim", "reason"),
    [
        ("97112 24 min: straight leg raises 3x10, leg press 3x12 for quad strength.", "97112:2", "reads_as_97110"),
        ("97112 40 min: wobble board in a group of 5 patients.", "97112:3", "not_one_on_one"),
    ],
)
def test_what_a_draft_does_say_is_no_matter_of_what_is_to_come(fast_reviewer, text, claim, reason):
    said = review(fast_reviewer, text, claim=claim)
    assert reasons(said)[reason] is False
    assert said.risk.pending is False
    assert [view.result for view in said.claim.denials if view.rank == 3] == ["fail"]


def test_level_and_score_of_a_draft_are_those_of_the_finished_note(fast_reviewer):
    draft, final = review(fast_reviewer, BEGUN), review(fast_reviewer, BEGUN, stage="final")
    assert (draft.risk.level, draft.risk.score) == (final.risk.level, final.risk.score)
    assert (draft.stage, draft.risk.pending) == ("draft", True)
    assert (final.stage, final.risk.pending) == ("final", False)


def test_the_worklist_and_the_denials_of_a_draft_say_pending(fast_reviewer):
    claim = review(fast_reviewer, BEGUN, claim="97112:5").claim
    assert [view.result for view in claim.denials if view.rank == 3] == ["unknown"]
    assert [view.pending for view in claim.denials if view.rank == 3] == [True]
    # More units than a day allows stay too many; they come before what is pending.
    assert [work.pending for work in claim.worklist] == sorted(work.pending for work in claim.worklist)
    assert [work.finding for work in claim.worklist if not work.pending] == ["mue"]


def test_a_draft_whose_level_rests_on_doubts_alone_is_pending(fast_reviewer, example_text, monkeypatch):
    monkeypatch.setattr("note_review.present.raised_by", lambda model, facts: [("It is open.", "What was it for?")])
    monkeypatch.setattr(RiskModel, "judge", lambda model, factors: (0.4, "moderate"))
    said = review(fast_reviewer, example_text)
    assert not [reason for reason in said.risk.reasons if reason.rule < "NR3"]
    assert said.risk.pending is True
    assert review(fast_reviewer, example_text, stage="final").risk.pending is False


def test_text_to_come_does_not_settle_that_a_service_was_not_given(fast_reviewer):
    said = review(fast_reviewer, "97112 0 min. 97110 30 min LAQ 3x10.", claim="97112:1")
    assert said.risk.level == "high"
    assert said.risk.pending is False


@pytest.mark.parametrize("text", ["", "5", "97112", "97112 "])
@pytest.mark.parametrize("stage", ["draft", "final"])
def test_where_nothing_is_written_no_exercise_is_plain(fast_reviewer, text, stage):
    assert "generic_exercise" not in reasons(review(fast_reviewer, text, stage=stage))


@pytest.mark.parametrize("stage", ["draft", "final"])
def test_where_nobody_wrote_a_code_no_message_speaks_of_one(fast_reviewer, stage):
    said = review(fast_reviewer, "OT. Therapeutic exercise for 20 minutes: wrist curls 3x10, grip trainer 3x10.", stage=stage)
    assert said.risk.assumed
    reads = next(reason for reason in said.risk.reasons if reason.reason == "reads_as_97110")
    assert reads.message.startswith("No code is billed; judged as 97112. It reads as 97110: ")
    assert "billed code" not in reads.fix
    assert reads.pending is (stage == "draft")
    others = [reason.message for reason in said.risk.reasons if reason is not reads]
    assert "No response to the treatment is documented." in others
    assert not [message for message in others if "97112" in message]


def test_a_code_that_is_billed_is_named(fast_reviewer):
    said = review(fast_reviewer, "97112 24 min: straight leg raises 3x10, leg press 3x12 for quad strength.", stage="final")
    messages = [reason.message for reason in said.risk.reasons]
    assert "No response to 97112 is documented." in messages
    assert any(message.startswith("97112 reads as 97110: ") for message in messages)


UNFINISHED = [
    ("Neuro re-ed (9", "9"),
    ("Therapeutic exercise for 1", "1"),
    ("Ther ex (97110) 2", "2"),
    ("97112 x2", "2"),
    ("Gait training 97116 14 min: 120", "120"),
    ("Gait training 97116 14 min: 120 ", "120"),
    ("Gait training 97116 14 min: 120\N{NO-BREAK SPACE}", "120"),
    ("Neuro re-ed 10:05-1", "10:05-1"),
    ("Neuro re-ed 10:05-", "10:05-"),
    ("Neuro re-ed 10:", "10:"),
    ("Single-leg stance 4 s -> 1", "1"),
    ("Seen 05/06/20", "05/06/20"),
]  # fmt: skip
FINISHED = [
    "97112 23 min",
    "Therapeutic exercise for 12.",
    "Therapeutic exercise for 12\n",
    "Total time: 40)",
    "97112:",
    "Wobble board -",
    "Seen 05/06/2026",
    "Seen 2026-05-06",
    "",
    "   ",
]


@pytest.mark.parametrize(("text", "number"), UNFINISHED)
def test_a_number_that_a_text_breaks_off_in_is_found(text, number):
    start = text.rindex(number)
    assert unfinished_number(text) == Span(start, start + len(number))


@pytest.mark.parametrize("text", FINISHED)
def test_a_number_that_is_closed_is_whole(text):
    assert unfinished_number(text) is None


@pytest.mark.parametrize(
    ("text", "minutes", "claim"),
    [
        ("Neuro re-ed (97", [], []),
        ("Therapeutic exercise for 1", [], []),
        ("Ther ex (97110) 2", [], [("97110", None)]),
        ("Gait training 97116 14 min: 120", [14], [("97116", None)]),
        ("Neuro re-ed 10:05-1", [], []),
        ("97112 x2 26 min\nwobble board\nTE 97", [26], [("97112", 2)]),
        ("97530 16 min: rose from the couch, 5 of 5\nTotal timed minutes: 1", [16], [("97530", None)]),
    ],
)
def test_a_number_still_being_typed_is_not_read(fast_reviewer, text, minutes, claim):
    said = review(fast_reviewer, text)
    assert [found.value for found in said.minutes] == minutes
    assert [(line.code, line.units) for line in said.claim.lines] == claim
    (gap,) = said.unread
    assert (text[gap.start : gap.end], gap.reason) == (text[gap.start :], "a number still being typed")


def test_offsets_of_a_draft_are_those_of_the_text_as_given(fast_reviewer):
    text = f"{BEGUN} Stood 9 s, then 1"
    said = review(fast_reviewer, text)
    assert said.minutes[0].text == text[said.minutes[0].start : said.minutes[0].end] == "24 min"


def test_a_finished_note_is_read_to_its_last_number():
    assert [m.value for m in read_page(Note(text="97112 wobble board 23 min, total time: 23")).minutes] == [23, 23]
    assert [m.value for m in read_page(Note(text="97112 wobble board 23 min, total time: 23", stage="draft")).minutes] == [23]


@pytest.mark.parametrize("text", ["Time in 1:00", "Time in: 1:00 Time out", "97112 wobble board. Time in 1:15 pm, "])
@pytest.mark.parametrize("stage", ["draft", "final"])
def test_the_time_in_is_no_length(fast_reviewer, text, stage):
    assert not review(fast_reviewer, text, stage=stage).minutes


def test_a_draft_that_is_nothing_but_a_number_claims_nothing(fast_reviewer):
    said = review(fast_reviewer, "97")
    assert all(reasons(said).values())
    assert not said.minutes
