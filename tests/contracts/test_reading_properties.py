"""Laws of the rule-governed reading that hold for any text whatever."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from note_review.note import Note
from note_review.reading.page import read_page
from note_review.reading.sections import find_sections

PIECES = st.sampled_from(
    ["NMR", "97112", "x", "23 min", "15'", "9:05-9:28", "0905-0928", " | ", "\t", "\r\n", "\n", "\r", "\u2028", "Plan:", "Goals:", "HEP:", "S:", "O:", "total", "(2 units)", "GP59", "held", "no LOB",
     "TE 26", "3x10", "nine seven one one two", "97l12", "3/14", "ten to eleven", "é", "\U0001f600", "\x00", ".", ";", " ", "in 9:00 out 9:45", "Min", "PTA", "POC expired 1/2"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join))


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_sections_tile_the_text(text: str) -> None:
    sections = find_sections(text)
    assert sections[0].span.start == 0
    assert sections[-1].span.end == len(text)
    assert all(a.span.end == b.span.start for a, b in pairwise(sections))


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_every_span_slices_a_piece_of_the_text(text: str) -> None:
    page = read_page(Note(text=text))
    spans = (
        [m.span for m in page.minutes]
        + [t.span for t in page.times]
        + [f.span for f in page.flags]
        + [a.head for a in page.anchors]
    )
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(0 <= p.start <= p.end <= len(text) for s in page.services for p in s.parts)


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_minutes_are_in_order_positive_and_apart(text: str) -> None:
    minutes = read_page(Note(text=text)).minutes
    assert all(0 < m.value <= 600 for m in minutes)
    # Only what several services have each (`15 min each`) stands in one place more than once.
    assert len({(m.span, m.scope) for m in minutes}) == len(minutes)
    assert all(a.span.end <= b.span.start or a.span == b.span for a, b in pairwise(minutes))


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "5 min ",
        "97112 x 2 ",
        "\n",
        "| ",
        "-",
        "1",
        " ",
        "NMR 20 min, ",
        "total ",
        "seen for ",
        "9:05-9:28 ",
        "twenty ",
        "nine seven ",
        "plan of care ",
        "was given for the ",
        "\t",
        "3/12 97112 20 min\n",
        "(",
    ],
)
def test_a_very_long_text_is_read_in_seconds(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    begin = time.process_time()
    read_page(Note(text=text))
    assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    "piece",
    [
        "97112 neuro re-ed 15 min\n",
        "97112 neuro re-ed 15 min ",
        "NMR\nMin: 23\n",
        "NMR 23\n",
        "x. P: ",
        "97112 | 2 | 23\n97110 | 1 | 15 min\n",
        "97112  10:00 - 10:23\n",
        "Ther ex (UBE 5 min, TRX) 18 min ",
        "NMR 15 min not performed. ",
        "3/12/2025 visit: 97112 23 min\n",
        "Service | Minutes\n97112 | 23\nSubtotal | 23\n\n",
        "97112 foam stopped at 20 of 45 min, ",
        "97112 30 min scheduled, ended after 20 min ",
        "97112 23 of 45 min, ",
        "30 min, 20 min on 5/6, ",
        "rest 5 min, ",
        "97110: bike 10 min, rest 5 min, ",
        "97112 25 min (10 min foam, 15 min beam). ",
        "co-treat, OT 97112 20 min; PT 97110 9 min; ",
    ],
)
def test_the_time_of_a_reading_grows_with_the_length_of_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        begin = time.process_time()
        read_page(Note(text=piece * (length // len(piece))))
        return time.process_time() - begin

    assert any(seconds(24_000) < 8 * seconds(6_000) for _ in range(3))
