"""Reports say what the review says, escape what the note says, and need nothing else."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from fake_reviewer import make_review
from rich.console import Console

from note_review.errors import SettingsError
from note_review.note import Note, parse_claim
from note_review.reports import html, render, summary, text, wording
from note_review.reports import json as json_report
from note_review.reports.html import Highlight, pieces
from note_review.review import DenialOut

TEXT = (
    "O: [bold]x[/bold] 97112 x 23 min for delayed R ankle strategy on foam; \x1b[31mred\x07 → <b>deficit</b> "
    "<script>alert(1)</script>"
)


@pytest.fixture
def review():
    return make_review(Note(id="=op-017", text=TEXT, claim=parse_claim("97112:2:GP")))


def test_json_is_the_contract_and_a_line_end(review):
    written = json_report.render(review)
    assert written == review.as_json() + "\n"
    assert json.loads(written)["schema"] == "note-review/1"


def test_text_says_it_all_in_plain_characters(review):
    page = text.render(review, TEXT)
    for said in (
        "MODERATE risk for 97112 by its documentation: about 40 in 100", "Reads as 97112 (91 %)", "97112 x2 GP", "2 billed, 1 supported", "23",
        '"delayed R ankle strategy" (balance)', "MISSING", "NR201 response_missing [error]", "fix: Record how", "FAIL NR301",
        "97112: 15", "a measured response: low, 10 %", "accurate engine", "policy of 2026-01-01",
    ):  # fmt: skip
        assert said in page, said
    assert "\x1b" not in page
    assert "\x07" not in page
    assert "[bold]x[/bold]" in page
    assert set(page) - set(TEXT) <= {chr(c) for c in range(32, 127)} | {"\n"}


def test_a_risk_is_never_a_certainty_and_a_failing_claim_stands_beside_it(review):
    assert [wording.odds(chance) for chance in (0.0, 0.004, 0.31, 0.996, 1.0)] == [
        "fewer than 1 in 100", "fewer than 1 in 100", "about 31 in 100", "more than 99 in 100", "more than 99 in 100",
    ]  # fmt: skip
    checks = [check.model_copy(update={"result": "fail", "severity": "error"}) for check in review.claim.checks[:1]]
    failing = review.model_copy(update={"claim": review.claim.model_copy(update={"checks": checks})})
    assert wording.risk_in_words(failing).endswith("; the claim itself fails 1 check")


def test_a_draft_says_what_its_risk_would_be_if_it_ended_here():
    draft = make_review(Note(text=TEXT, claim=parse_claim("97112:2:GP"), stage="draft"))
    first = "DRAFT; if it ended here, MODERATE risk for 97112 by its documentation: about 40 in 100"
    page = text.render(draft, TEXT)
    assert first in page
    assert "PENDING NR301 units_match_minutes" in page
    assert "FAIL" not in page
    shown = html.render((draft, TEXT))
    assert first in shown
    assert "<td>PENDING</td>" in shown
    (row,) = csv.DictReader(io.StringIO(summary.csv_header() + summary.csv_row(draft.as_dict())))
    assert (row["reasons"], row["failed_checks"], row["pending"]) == ("", "", "response_missing")


def test_a_draft_whose_reasons_stand_is_not_called_pending():
    draft = make_review(Note(text=TEXT, claim=parse_claim("97112:2:GP"), stage="draft"))
    standing = draft.model_copy(update={"risk": draft.risk.model_copy(update={"pending": False})})
    assert wording.risk_in_words(draft).endswith("(all that raises it is pending)")
    assert wording.risk_in_words(standing).endswith("denied")


def test_text_on_a_stream_that_knows_ascii_only(review):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    text.print_review(review, TEXT, Console(file=stream, width=200))
    stream.flush()
    assert b"MODERATE risk" in stream.buffer.getvalue()


def test_text_on_a_terminal_repeats_in_colour_what_words_say(review, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = io.StringIO()
    text.print_review(review, TEXT, Console(file=stream, width=120, force_terminal=True, color_system="standard"))
    assert "MODERATE risk" in stream.getvalue()
    assert "\x1b[31mred" not in stream.getvalue()
    assert "\x1b[" in text.render(review, TEXT, terminal=True)


def test_every_format_by_name(review):
    note = Note(text=TEXT)
    assert render(review, note) == text.render(review, TEXT)
    assert render(review, note, format="json") == json_report.render(review)
    assert render(review, note, format="html") == html.render((review, TEXT))
    with pytest.raises(SettingsError, match="no format"):
        render(review, note, format="pdf")


def test_html_is_one_page_with_the_note_escaped_and_labelled(review):
    page = html.render((review, TEXT))
    assert "<script" not in page
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", page)
    assert "url(" not in page
    assert "@import" not in page
    for said in (
        "deficit: balance",
        "minutes: 23 min, 97112",
        "reason 1",
        "MISSING",
        "prefers-color-scheme: dark",
        "@media print",
        "<caption>",
    ):
        assert said in page, said
    assert _visible_note(page).replace("\r", "") == TEXT


def test_html_of_several_notes_has_each(review):
    page = html.render((review, TEXT), (review, TEXT))
    assert page.count("<article") == 2
    assert 'href="#note-2"' in page


def test_overlapping_highlights_cut_the_text_and_lose_nothing():
    marks = [
        Highlight("deficit", "d", 0, 6),
        Highlight("evidence", "e", 3, 9),
        Highlight("minutes", "m", 3, 4),
        Highlight("x", "bad", 8, 99),
    ]
    cut = list(pieces("0123456789", marks))
    assert "".join(piece.text for piece in cut) == "0123456789"
    assert [(p.text, p.kinds) for p in cut] == [
        ("012", ("deficit",)),
        ("3", ("deficit", "evidence", "minutes")),
        ("45", ("deficit", "evidence")),
        ("678", ("evidence",)),
        ("9", ()),
    ]
    assert [label.label for p in cut for label in p.labels] == ["d", "e", "m"]


def test_summary_csv_is_no_formula(review):
    rows = list(csv.DictReader(io.StringIO(summary.csv_header() + summary.csv_row(review.as_dict()))))
    assert rows[0]["id"] == "'=op-017"
    assert (rows[0]["risk"], rows[0]["billed"], rows[0]["reasons"]) == ("moderate", "97112:2:GP", "response_missing")


def test_summary_page_counts(review):
    tally = summary.Tally(errors=1)
    for _ in range(3):
        tally.add(review.as_dict())
    page = summary.render_html(tally)
    for said in (
        "Summary of 3 reviewed notes",
        "1 note could not",
        "response_missing",
        '<svg role="img"',
        "Billed against reads as",
    ):
        assert said in page, said
    assert "ankle" not in page
    assert "Summary of 0" in summary.render_html(summary.Tally())


def test_summary_page_of_one_note_says_one(review):
    tally = summary.Tally()
    tally.add(review.as_dict())
    page = summary.render_html(tally)
    assert "Summary of 1 reviewed note<" in page
    assert page.count('<div class="scroll"><table>') == page.count("<table>")


def test_summary_page_names_the_first_and_last_policy_once(review):
    tally = summary.Tally()
    for day in ("2026-03-02", "2025-01-06", "2026-01-01"):
        dated = review.as_dict()
        dated["policy"]["as_of"] = day
        tally.add(dated)
    footer = summary.render_html(tally).split("<footer>")[1]
    assert footer.count("<p>") == 1
    assert "3 notes: " in footer
    assert "policy of 2025-01-06 to 2026-03-02, each note by its own date, payer " in footer


def test_a_top_denial_reason_reads_as_found_or_not(review):
    def state(result, *, failing=(), pending=False):
        denial = DenialOut(rank=1, reason="No modifier", checked="", result=result, pending=pending)
        checks = [review.claim.checks[0].model_copy(update={"check": name, "result": "fail"}) for name in failing]
        claim = review.claim.model_copy(update={"checks": checks})
        return wording.denial_state(review.model_copy(update={"claim": claim}), denial)

    assert (state("fail"), state("unknown"), state("pass")) == ("FOUND", "UNKNOWN", "not found")
    assert state("unknown", pending=True) == "PENDING"
    # Told as information: it stops no claim, and yet it failed.
    assert state("pass", failing=["modifier_59_missing"]) == "NOTED"


def test_numbers_that_are_empty_are_left_out(review):
    check = review.claim.checks[0].model_copy(update={"detail": {"basis": "none", "billed": {}, "minutes": {"97112": 5}}})
    assert wording.arithmetic(check) == "basis none; minutes 97112: 5"


def _visible_note(page):
    class Reader(HTMLParser):
        depth, skip, text = 0, False, ""

        def handle_starttag(self, tag, attrs):
            attrs = dict(attrs)
            if attrs.get("class") == "note":
                self.depth = 1
            elif self.depth and tag == "span":
                self.skip = True

        def handle_endtag(self, tag):
            if tag == "div":
                self.depth = 0
            elif tag == "span":
                self.skip = False

        def handle_data(self, data):
            if self.depth and not self.skip:
                self.text += data

    reader = Reader()
    reader.feed(page)
    return reader.text
