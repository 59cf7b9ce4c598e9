"""What a model says of written lengths counts only where it is surer than its thresholds, and only for what the note writes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.engines.encoder import _lengths
from note_review.note import ClaimLine, Note, Span
from note_review.reading.lengths import LENGTHS, Owners, settle
from note_review.reading.page import Page, read_page

CLAIM = (ClaimLine(code="97112"), ClaimLine(code="97110"))
PROSE = "NMR 97112: tandem on foam, that was fifteen minutes of it. Ther ex 97110 x 12 min: bridges. 6 min walk test 310 m."
ALWAYS = {"first": 0.5, "figure": 0.5, "add": 0.5, "drop": 0.5, "move": 0.5}
NEVER = {"first": 1.1, "figure": 1.1, "add": 1.1, "drop": 1.1, "move": 1.1}


def page(text: str = PROSE) -> Page:
    return read_page(Note(text=text, claim=CLAIM))


def said(page: Page, **kinds: str) -> list[dict[str, float]]:
    """Say of each written length what the words name, and of the others what grammar took them for."""
    taken = {m.span: m.scope if m.scope in LENGTHS else "service" for m in page.minutes}
    rows = []
    for candidate in page.candidates:
        words = page.text[candidate.span.start : candidate.span.end].replace(" ", "_")
        kind = kinds.get(words, taken.get(candidate.span, "none"))
        rows.append({k: 0.9 if k == kind else 0.025 for k in LENGTHS})
    return rows


def scopes(page: Page, rows: list[dict[str, float]], least: dict[str, float]) -> list[tuple[str, str]]:
    return [(page.text[m.span.start : m.span.end], m.scope) for m in settle(page, rows, least)]


def test_a_length_in_prose_is_added_to_the_service_whose_text_holds_it() -> None:
    read = page()
    assert scopes(read, said(read), ALWAYS) == [("12 min", "97110")]
    assert scopes(read, said(read, fifteen_minutes="service"), ALWAYS) == [("fifteen minutes", "97112"), ("12 min", "97110")]


def test_a_length_that_grammar_took_wrongly_is_dropped_or_moved() -> None:
    read = page()
    assert scopes(read, said(read, **{"12_min": "none"}), ALWAYS) == []
    assert scopes(read, said(read, **{"12_min": "total_timed"}), ALWAYS) == [("12 min", "total_timed")]


@pytest.mark.parametrize("kind", LENGTHS)
def test_thresholds_above_one_leave_grammar_alone(kind: str) -> None:
    read = page()
    rows = [{k: float(k == kind) for k in LENGTHS} for _ in read.candidates]
    assert settle(read, rows, NEVER) == read.minutes


def test_an_engine_without_lengths_leaves_grammar_alone() -> None:
    assert settle(page(), (), ALWAYS) == page().minutes


def test_a_length_belongs_to_the_only_timed_service() -> None:
    read = page("97112 GP. Tandem on foam.\n\nA: we stayed at it for twenty minutes.")
    assert Owners(read).of(read.candidates[0].span) == "97112"


@given(st.data())
def test_nothing_is_invented(data: Any) -> None:
    read = page()
    share = st.floats(0, 1)
    rows = [{k: data.draw(share) for k in LENGTHS} for _ in read.candidates]
    written = {c.span: c.value for c in read.candidates}
    for minutes in settle(read, rows, {deed: data.draw(share) for deed in NEVER}):
        assert written[minutes.span] == minutes.value
        assert minutes.scope in {*LENGTHS[2:], "97112", "97110"}


def test_the_first_length_of_a_note_is_added_sooner_than_one_beside_others() -> None:
    sure = {"first": 0.7, "figure": 1.1, "add": 1.1, "drop": 1.1, "move": 1.1}
    alone = page("Eyes shut on the pad, a good twenty minutes of it.")
    unsure_whose = [{"none": 0.2, "service": 0.1, "total_timed": 0.1, "total_treatment": 0.5, "unspecified": 0.1}]
    assert scopes(alone, unsure_whose, sure) == [("twenty minutes", "total_treatment")]
    assert scopes(page(), said(page(), fifteen_minutes="service"), sure) == [("12 min", "97110")]


def test_a_service_that_has_its_length_gets_no_other_while_one_waits() -> None:
    read = page("97112 foam and turns. 97110 12 min: bridges, the balance piece was twenty-five minutes.")
    assert Owners(read).of(read.candidates[-1].span) == "97112"
    both = page("97112 20 min: foam. 97110 12 min: bridges, and twenty-five minutes more.")
    assert Owners(both).of(both.candidates[-1].span) == "97110"


def test_a_candidate_is_the_mean_of_its_word_pieces_and_none_without_one() -> None:
    places = np.array([[0, 3], [4, 6], [6, 9]])
    shares = np.eye(len(LENGTHS), dtype=np.float32)[[0, 1, 2]]
    both, alone, between = _lengths(places, shares, [Span(4, 9), Span(0, 3), Span(3, 4)])
    assert both == pytest.approx({"none": 0, "service": 0.5, "total_timed": 0.5, "total_treatment": 0, "unspecified": 0})
    assert alone["none"] == between["none"] == 1
    assert _lengths(places, shares, []) == ()
