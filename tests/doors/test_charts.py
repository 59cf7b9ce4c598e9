"""A chart is its notes, a scan is its words, and a single note stays whole whatever it quotes."""

import re
import shutil
from pathlib import Path

import making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from note_review.errors import InputError
from note_review.sources import SourcedNote, ocr, open_notes, read_document
from note_review.sources.charts import visit_starts
from note_review.sources.headers import name_key, read_header

ROOT = Path(__file__).parent.parent.parent
BODY = "S: less wobbly on the stairs, no falls since the last visit.\nO: 97112 x 23 min: tandem on foam, SLS 6 s -> 11 s.\nP: go on.\n"
HEADS = (
    "Patient: Jane Doe   MRN: 0012\nDate of Service: {}\nTherapist: Rita Roe, PT\n",
    "PHYSICAL THERAPY DAILY NOTE\nDOS: {}\n",
    "DAILY TREATMENT NOTE - {}\n",
    "Visit #3 - {}\n",
    "## Progress Note ({})\n",
    "Date: {}\n",
    "----------\n{}\n",
    "{} - PT Daily Note\n",
    "Clinic: North   Name: Doe, Jane   Visit Date: {}\n",
)
DAYS = ("03/02/2026", "3/4/26", "2026-03-06", "Mar 9, 2026")


def chart(path, text):
    path.write_text(text)
    return list(open_notes(path))


@pytest.mark.parametrize("head", HEADS)
def test_a_chart_is_taken_apart_at_its_heads(tmp_path, head):
    parts = [head.format(day) + BODY + "Signed: Rita Roe, PT, DPT " + day + "\n\n" for day in DAYS]
    entries = chart(tmp_path / "chart.txt", "".join(parts))
    assert [e.id for e in entries] == ["chart#1", "chart#2", "chart#3", "chart#4"]
    assert [e.text for e in entries] == parts
    assert entries[2].place == f"visit 3, line {(parts[0] + parts[1]).count(chr(10)) + 1}"


def test_a_cover_is_said_and_names_the_patient_for_all(tmp_path):
    cover = "North Clinic chart export\nPatient: Jane Doe\nMRN: 0012\n\n"
    first, second = chart(tmp_path / "c.txt", cover + "DOS: 3/2/2026\n" + BODY + "\nDOS: 3/4/2026\n" + BODY)
    assert first.patient == second.patient == "0012"
    assert first.warnings == (f"characters 1 to {len(cover)} of the file stand before the first visit and were not reviewed",)
    assert second.warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        BODY, "DOS: 3/2/2026\n" + BODY, "DOS: 3/2/2026\n" + BODY + "Signed Rita Roe PT\nDate: 3/3/2026\n",
        "DOS: 3/2/2026\n" + BODY + "Next visit date: 3/9/2026\nPOC expires: 4/1/2026\n" + BODY,
        "DOS: 3/2/2026\nPrevious visit date: 2/27/2026: 97112 x 20 min, SLS 4 s, tolerated well, no change in the plan of care.\n" + BODY,
        "DOS: 3/2/2026\n" + BODY + "\nDOS: 03/02/2026\n" + BODY,
    ],
)  # fmt: skip
def test_a_single_note_stays_whole(text):
    assert visit_starts(text) == []


def test_no_note_of_the_corpus_is_taken_apart():
    notes = [
        re.sub(r"\[\[[^|\]]*\|([^\]]*)\]\]", r"\1", record.split("\n---\n", 1)[-1])
        for file in sorted((ROOT / "corpora/notes").rglob("*.txt"))
        for record in file.read_text(encoding="utf-8").split("\n=====\n")
    ]
    assert len(notes) > 500
    assert [note[:60] for note in notes if visit_starts(note)] == []


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([*HEADS, BODY, "\n", "x 3 min\n", "3/2/2026", "\f"]), max_size=12),
    st.lists(st.sampled_from(DAYS), min_size=12),
)
def test_the_parts_of_any_text_are_in_order_and_within(pieces, days):
    text = "".join(piece.format(day) for piece, day in zip(pieces, days, strict=False))
    starts = visit_starts(text)
    assert starts == sorted(set(starts))
    assert all(0 <= start < len(text) for start in starts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Doe, Jane A.", "JANE DOE"), ("Rita Roe, PT, DPT", "roe rita"), ("MRN 0012", "0012"), ("Dr. Ann O'Neil", "ONEIL ANN"),
        ("Jane Doe MS, OTR/L", "Doe Jane"),
    ],
)  # fmt: skip
def test_the_same_person_written_otherwise(one, other):
    assert name_key(one) == name_key(other)


def test_different_people_stay_different():
    assert len({name_key(name) for name in ("Jane Doe", "Jane Roe", "0012", "0013", "Jo Doe")}) == 5


def test_header_labels():
    header = read_header(
        "Patient Name: Doe, Jane  DOB: 1/1/60  MRN# 0012\nFacility: North | Provider: Rita Roe, PT | DOS: 3/2/26\nS: x"
    )
    assert (header.patient, header.clinician, header.clinic, str(header.day)) == ("0012", "Rita Roe, PT", "North", "2026-03-02")
    assert header.patient_keys == ("0012", "Doe, Jane")


scans = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@scans
def test_a_scan_is_read_and_said_to_be_one(tmp_path):
    (tmp_path / "s.pdf").write_bytes(making.scan([["Neuro re-ed 97112 x 23 min", "tandem stance on foam"], []]))
    (note,) = open_notes(tmp_path / "s.pdf")
    assert isinstance(note, SourcedNote)
    assert "97112 x 23 min" in note.text
    assert note.warnings == (
        "page 2: a scan in which text recognition found no words", "page 1: read by text recognition, so its words and figures may be wrong",
    )  # fmt: skip
    assert [gap.reason for gap in note.gaps] == ["page 2: a scan in which text recognition found no words"]


def test_a_scan_without_tesseract_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(ocr, "version", lambda: None)
    with pytest.raises(InputError, match="tesseract, which would read it, is not installed"):
        read_document(making.scan([["97112"]]), source="s")


def test_a_page_larger_than_any_paper_is_drawn_small(monkeypatch):
    seen = []
    monkeypatch.setattr(ocr, "version", lambda: "any")
    monkeypatch.setattr(
        ocr, "recognised", lambda gray, width, height: seen.append((len(gray), width * height)) or "97112 x 23 min"
    )
    data = (
        making.scan([["97112"]])
        .replace(b"/MediaBox[ 0 0 612 792]", b"/MediaBox[ 0 0 9e6 9e6]")
        .replace(b"/MediaBox [0 0 612 792]", b"/MediaBox [0 0 9e6 9e6]")
    )
    assert b"9e6" in data
    read_document(data, source="s")
    ((size, pixels),) = seen
    assert size == pixels <= ocr.MAX_PIXELS * 1.01
