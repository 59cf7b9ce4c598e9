"""Bad input is met with a clear answer, named by file and place, and the rest of the batch is untouched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from note_review.cli import app
from note_review.errors import InputError
from note_review.note import Note, note_of, parse_claim
from note_review.review import Review
from note_review.reviewer import Reviewer
from note_review.sources import open_notes

ROOT = Path(__file__).parent.parent.parent
GOOD = "97112 x 23 min: tandem on foam for delayed step to the L, cue at the hip. 3 of 5 without the rail."


def test_a_folder_of_broken_files_among_good_ones(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a-good.txt").write_text(GOOD, encoding="utf-8")
    (folder / "b-empty.txt").write_text("", encoding="utf-8")
    (folder / "c-binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "d-huge.txt").write_text("tandem stance on foam\n" * 520_000, encoding="utf-8")
    (folder / "e-latin.txt").write_bytes("97110 x 15 min: curls ±2 lb, knee 0–110°".encode("cp1252"))
    (folder / "f-broken.docx").write_bytes(b"PK\x03\x04 not a document")
    (folder / "g-broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "h-nothing.md").write_text("# Shopping\n\n- eggs\n- bread", encoding="utf-8")
    (folder / "z-good.txt").write_text(GOOD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "note_review", "batch", str(folder), "--out", str(tmp_path / "out"), "--engine", "fast", "--quiet"],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    reviews = {r["id"]: r for r in map(json.loads, (tmp_path / "out" / "reviews.jsonl").read_text(encoding="utf-8").splitlines())}
    errors = (tmp_path / "out" / "errors.jsonl").read_text(encoding="utf-8")
    assert list(reviews) == ["a-good", "e-latin", "h-nothing", "z-good"]
    for name in ("b-empty", "c-binary", "d-huge", "f-broken", "g-broken"):
        assert name in errors
    assert "tandem" not in errors
    assert reviews["h-nothing"]["reads_as"] in {"other", "undetermined"}
    assert reviews["a-good"]["risk"] == reviews["z-good"]["risk"]


def test_a_note_that_no_reviewer_can_read_stops_neither_the_rest_nor_tells_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = Reviewer.review

    def stumbling(self: Reviewer, note: Note) -> Review:
        if note.id == "a":
            raise ValueError(note.text)
        return review(self, note)

    monkeypatch.setattr(Reviewer, "review", stumbling)
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(GOOD, encoding="utf-8")
    for command in (["review", "--format", "json"], ["policy", "diff", "--to-payer", "commercial_example"]):
        done = CliRunner().invoke(app, [*command, str(tmp_path)])
        assert done.exit_code == 1
        assert "note-review: a.txt: ValueError in " in done.stderr
        assert "tandem" not in done.stderr
        assert ('"id":"b"' if command[0] == "review" else "of 1 note") in done.stdout


def test_an_evaluation_without_treatment_is_no_97112(reviewer: Reviewer) -> None:
    text = (
        "INITIAL EVALUATION\nDX: L CVA 3 wks ago.\nFINDINGS: R ankle dorsiflexion 2/5. Sways to the R in quiet stance. Berg 34/56.\n"
        "GOALS: Berg 45 in 6 weeks.\nPLAN: therapeutic exercise, neuromuscular re-education, gait training 2x/week for 6 weeks."
    )
    review = reviewer.review(Note(text=text))
    assert review.reads_as in {"other", "undetermined"}
    assert review.risk.level == "high"
    assert "minutes" in review.missing
    assert not review.minutes


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({}, "text"),
        ({"text": 5}, "text"),
        ({"text": "  "}, "text"),
        ({"text": "x", "claim": [{"code": "9711"}]}, "claim"),
        ({"text": "x", "claim": [{"code": "97112", "units": -1}]}, "claim"),
        ({"text": "x", "claim": [{"code": "97112", "modifiers": 5}]}, "claim"),
        ({"text": "x", "date_of_service": "yesterday"}, "date_of_service"),
        ({"text": "x", "date_of_service": 0}, "date_of_service"),
        ({"text": "x", "date_of_service": "86400"}, "date_of_service"),
        ({"text": "x", "prior_notes": [{"text": "x", "date_of_service": 0}]}, "prior_notes"),
        ({"text": "x", "claim": [{"code": "97112", "units": True}]}, "claim"),
        ({"text": "x", "kx_accrued": True}, "kx_accrued"),
        ({"text": "x", "assistant": {"minutes": False}}, "assistant"),
        ({"text": "x", "assistant": {"minutes": {"97112": True}}}, "assistant"),
        ({"text": "x", "discipline": "SLP"}, "discipline"),
        ({"text": "x", "prior_notes": 5}, "prior_notes"),
        ({"text": "x", "claim": "97112:2:GP"}, "claim: a list is wanted"),
        (
            {"text": "x", "claim": [{"code": "97112"}, {"code": "9711"}]},
            "claim[1].code: a code has five characters: 97112, G0283",
        ),
        ({"text": "x", "claim": [7]}, "claim[0]: an object is wanted"),
        ({"text": "x", "date_of_service": "03/01/2026"}, "date_of_service: a day is written 2026-05-04"),
        ({"text": "x", "plan_of_care": {"start": "Canary"}}, "plan_of_care.start: a day is written 2026-05-04"),
        ({"text": "x", "kx_accrued": float("inf")}, "kx_accrued"),
        ({"text": "x", "assistant": {"minutes": {"Jane Canary": "x"}}}, "assistant"),
    ],
)
def test_a_record_that_is_no_note_is_refused_by_field_without_quoting_it(record: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as caught:
        note_of(record, source="line 7")
    assert "line 7" in str(caught.value)
    assert field in str(caught.value)
    assert "Canary" not in str(caught.value)


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assistant = note_of({"text": "x", "assistant": 30.0}).assistant
    assert assistant is not None
    assert assistant.minutes == 30


@pytest.mark.parametrize(
    "written", ["9711:2", "97112:two", "97112:2:GP,bad", "97112:-1", "97112:0", "97112:2:GPX", "97112:2:GP-5"]
)
def test_a_claim_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(InputError, match=r"^claim: line"):
        parse_claim(written)


@pytest.mark.parametrize(
    ("name", "written"),
    [("n.jsonl", '{"text": " "}\n'), ("n.jsonl", '{"text": null}\n'), ("n.csv", 'id,text\nx,""\n')],
)
def test_a_note_without_words_is_empty_whatever_it_comes_in(tmp_path: Path, name: str, written: str) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")
    (error,) = open_notes(tmp_path / name)
    assert str(error).endswith("field text: the note is empty")


def test_a_line_of_no_units_may_stand_in_json() -> None:
    assert note_of({"text": "x", "claim": [{"code": "97112", "units": 0}]}).claim[0].units == 0


def test_a_very_long_line_and_odd_characters_are_read(fast_reviewer: Reviewer) -> None:
    for text in (
        "a" * 60_000,
        "97112 " * 3000,
        "\x00\x01 97112 x 15 min",
        "\u202e97112\u202c x 15 min: foam",
        "☃" * 500,
        "\n" * 400 + "x",
    ):
        review = fast_reviewer.review(Note(text=text))
        assert review.risk.level in {"low", "moderate", "high"}
