"""What raised a risk is said in words, and what would lower it keeps its promise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.advice import raised_by, what_would_change
from note_review.engines.loading import folder_of
from note_review.judged import Judged
from note_review.note import Note, parse_claim
from note_review.reports import fhir, html, text
from note_review.review import Raised, Review
from note_review.reviewer import Reviewer
from note_review.risk import LEVELS, Facts, RiskModel
from note_review.server.cds.cards import card_of_note, cards_of_note

MODELS = [RiskModel.load(folder_of(engine) / "risk.json") for engine in ("accurate", "fast")]
LACKS = ("deficit", "technique", "minutes", "response", "skill", "shared")
RULES = {
    "deficit_missing": "deficit", "technique_missing": "technique", "minutes_missing": "minutes", "response_missing": "response",
    "response_not_measured": "response", "skilled_need_missing": "skill", "not_one_on_one": "shared",
}  # fmt: skip
BALANCE = Judged("97112", assumed=False, service=None, wants_neuromuscular=True)
CLEAR = Facts(BALANCE, 0.02, True, False, lacking=dict.fromkeys(LACKS, 0.02), rules=frozenset(), rendered=True, given=True)
facts = st.builds(
    Facts,
    judged=st.just(BALANCE),
    otherwise=st.floats(0, 1),
    as_claimed=st.just(True),
    undetermined=st.just(False),
    lacking=st.fixed_dictionaries(dict.fromkeys(LACKS, st.floats(0, 1))),
    rules=st.sets(st.sampled_from(sorted(RULES))).map(frozenset),
    rendered=st.booleans(),
    given=st.just(True),
) | st.builds(replace, st.just(CLEAR), as_claimed=st.just(False), undetermined=st.booleans())


def lacking(*rules: str) -> Facts:
    return replace(CLEAR, rules=frozenset(rules), lacking={**CLEAR.lacking, **{RULES[rule]: 0.95 for rule in rules}})


def open_code(note: Facts) -> Facts:
    return replace(note, as_claimed=False, undetermined=True, otherwise=0.6)


def otherwise(note: Facts) -> Facts:
    return replace(note, as_claimed=False, otherwise=0.95)


def changes(model: RiskModel, note: Facts) -> dict[str, str]:
    return {words: level for words, _, level in what_would_change(model, note)}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("deficit_missing", "with the deficit documented"),
        ("minutes_missing", "with the minutes documented"),
        ("response_missing", "with a measured response documented"),
        ("response_not_measured", "with a measured response documented"),
        ("skilled_need_missing", "with the therapist's skill shown"),
    ],
)
def test_the_one_thing_left_is_named_though_high_was_unlikely_before(model: RiskModel, rule: str, words: str) -> None:
    assert model.judge(lacking(rule).factors())[1] == "moderate"
    assert changes(model, lacking(rule)) == {words: "low"}


@pytest.mark.parametrize("model", MODELS)
def test_where_nothing_alone_is_enough_all_together_are_told(model: RiskModel) -> None:
    told = what_would_change(model, lacking("response_missing", "skilled_need_missing"))
    assert told[-1][0] == "with a measured response documented and with the therapist's skill shown"
    assert told[-1][2] == "low"


@pytest.mark.parametrize("model", MODELS)
def test_a_technique_settles_the_code_that_was_open_without_it(model: RiskModel) -> None:
    assert changes(model, open_code(lacking("technique_missing"))) == {
        "with the technique documented (if it bears out 97112)": "low"
    }


@pytest.mark.parametrize("model", MODELS)
def test_a_technique_does_not_undo_a_reading_as_another_code(model: RiskModel) -> None:
    told = changes(model, otherwise(lacking("technique_missing")))
    assert told["with the technique documented"] != "low"
    assert not any("bears out" in words for words in told)


@pytest.mark.parametrize("model", MODELS)
def test_another_code_and_what_is_missing_are_mended_together(model: RiskModel) -> None:
    told = changes(model, otherwise(lacking("deficit_missing", "response_missing")))
    assert list(told)[-1] == "billed as what it reads as and with the deficit documented and with a measured response documented"
    assert [words for words, level in told.items() if level == "low"] == list(told)[-1:]


@pytest.mark.parametrize("model", MODELS)
def test_another_code_alone_needs_nothing_else(model: RiskModel) -> None:
    assert changes(model, otherwise(CLEAR)) == {"billed as what it reads as": "low"}


@pytest.mark.parametrize("model", MODELS)
def test_a_service_that_was_shared_is_mended_by_its_one_on_one_minutes(model: RiskModel) -> None:
    assert changes(model, lacking("not_one_on_one")) == {"with the one-on-one minutes stated (if it was one-on-one)": "low"}


@pytest.mark.parametrize("model", MODELS)
@given(note=facts)
def test_above_low_something_lowers_the_level_wherever_a_service_was_given(model: RiskModel, note: Facts) -> None:
    # Minutes are there or missing, never in doubt.
    note = replace(note, lacking={**note.lacking, "minutes": float("minutes_missing" in note.rules)})
    level = model.judge(note.factors())[1]
    lower = [LEVELS.index(then) < LEVELS.index(level) for _, _, then in what_would_change(model, note)]
    assert level == "low" or not note.rendered or any(lower)


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_to_be_written_where_no_service_was_given(model: RiskModel) -> None:
    no_show = replace(open_code(lacking("technique_missing", "response_missing")), rendered=False)
    assert what_would_change(model, no_show) == []


@pytest.mark.parametrize("model", MODELS)
def test_a_code_that_is_open_raises_the_level_in_words(model: RiskModel) -> None:
    ((message, fix),) = raised_by(model, open_code(CLEAR))
    assert message == "What is described does not settle which code it reads as."
    assert fix.endswith("?")
    assert changes(model, open_code(CLEAR)) == {"with the purpose of each activity stated (if it bears out 97112)": "low"}


@pytest.mark.parametrize("model", MODELS)
def test_doubts_that_raise_the_level_are_named(model: RiskModel) -> None:
    doubtful = replace(CLEAR, lacking={**CLEAR.lacking, "response": 0.45, "skill": 0.45})
    assert model.judge(doubtful.factors())[1] == "moderate"
    assert raised_by(model, doubtful)
    assert "low" in changes(model, doubtful).values()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("note", [CLEAR, lacking("response_missing"), lacking("deficit_missing", "response_missing")])
def test_what_the_reasons_tell_is_not_told_twice(model: RiskModel, note: Facts) -> None:
    assert raised_by(model, note) == []


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_to_be_written_of_a_service_that_was_not_given(model: RiskModel) -> None:
    held = replace(open_code(lacking("technique_missing", "response_missing")), given=False)
    assert what_would_change(model, held) == []
    ((message, fix),) = raised_by(model, held)
    assert message == "By the note's own words 97112 was not given in this visit."
    assert fix.startswith("Was 97112 given")


@pytest.mark.parametrize("model", MODELS)
@given(note=facts)
def test_no_level_above_low_is_without_words(model: RiskModel, note: Facts) -> None:
    level = model.judge(note.factors())[1]
    assert level == "low" or note.rules or raised_by(model, note) or (not note.as_claimed and not note.undetermined)


@pytest.mark.parametrize("model", MODELS)
@given(note=facts)
def test_what_would_change_lowers_the_risk(model: RiskModel, note: Facts) -> None:
    now, level = model.judge(note.factors())
    for words, score, lower in what_would_change(model, note):
        assert words
        assert score <= now
        assert (LEVELS.index(lower), round(score, 2)) < (LEVELS.index(level), round(now, 2))


def test_reports_say_what_raised_the_level(fast_reviewer: Reviewer, example_text: str) -> None:
    review = fast_reviewer.review(Note(text=example_text))
    assert review.risk.reasons == []
    assert review.risk.raised_by == []
    assert "No reason found" in text.render(review, example_text)
    open_review = with_raised(review)
    for page in (text.render(open_review, example_text), html.render((open_review, example_text))):
        assert "No reason found" not in page
        assert "It is open." in page
        assert "What was it for?" in page
    assert open_review.as_dict()["risk"]["raised_by"] == [{"message": "It is open.", "fix": "What was it for?"}]


def with_raised(review: Review, **risk: object) -> Review:
    raised = {"level": "high", "raised_by": [Raised(message="It is open.", fix="What was it for?")], **risk}
    return review.model_copy(update={"risk": review.risk.model_copy(update=raised)})


@pytest.mark.parametrize("stage", ["final", "draft"])
def test_what_raised_the_level_is_a_card(fast_reviewer: Reviewer, example_text: str, stage: str) -> None:
    note = Note.model_validate({"text": example_text, "stage": stage})
    review = with_raised(fast_reviewer.review(note), pending=stage == "draft")
    card = card_of_note(review, note, named=lambda finding: finding)
    assert card
    assert card["detail"].startswith(r"- It is open. What was it for?")
    assert card["indicator"] == ("info" if stage == "draft" else "warning")
    first, *rest = cards_of_note(review, note, named=lambda finding: finding)
    assert first["summary"].endswith("It is open.")
    assert "What was it for?" in first["detail"]
    if stage == "draft":
        for other in (first, *rest):
            assert other["detail"].startswith("*Draft: high risk for 97112 if it ended here. It is open.")


def test_a_low_risk_has_no_card(fast_reviewer: Reviewer, example_text: str) -> None:
    note = Note(text=example_text)
    review = fast_reviewer.review(note)
    assert review.risk.level == "low"
    assert card_of_note(review, note, named=lambda finding: finding) is None


@pytest.mark.parametrize(("pending", "status"), [(False, "final"), (True, "preliminary")])
def test_what_raised_the_level_is_an_issue(fast_reviewer: Reviewer, example_text: str, pending: bool, status: str) -> None:
    review = with_raised(fast_reviewer.review(Note(text=example_text)), pending=pending)
    entries = fhir.entries_of(review, fhir.Subject(example_text))
    assert len({entry["fullUrl"] for entry in entries}) == len(entries)
    first = next(e["resource"] for e in entries if e["resource"]["resourceType"] == "DetectedIssue")
    assert first["code"] == {"text": "It is open."}
    assert first["detail"] == "It is open.\nWhat was it for?"
    assert first["status"] == status


def test_a_question_that_several_findings_ask_is_asked_once(fast_reviewer: Reviewer) -> None:
    held = "97112: held today due to dizziness."
    review = fast_reviewer.review(Note(text=held, claim=parse_claim("97112:1:GP")))
    asked = [reason.fix for reason in review.risk.reasons if reason.fix.startswith("Was 97112 given")]
    assert len(asked) > 1
    for page in (text.render(review, held, width=200), html.render((review, held))):
        assert page.count("Was 97112 given in this visit?") == 1
