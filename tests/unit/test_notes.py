"""The corpus by split, and what a header says a note is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from note_review.evaluation.annotated import parse
from training import notes as training_notes
from training.calibrate import bare_engine, fit
from training.notes import SPLITS, notes_of, split_notes
from training.reliability import main as reliability

SHORT = {"id": "x-1", "reads_as": "97110"}
WHOLE = {**SHORT, "setting": "s", "style": "soap", "claim": [], "services": [], "risk": "high", "missing": [], "reasons": []}


def record(header: dict[str, object]) -> str:
    return json.dumps(header) + "\n---\nSeen today.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus of one short note by each of five authors, in every split."""
    for author in ("aa", "bb", "cc", "dd", "ee"):
        (tmp_path / "notes" / author).mkdir(parents=True)
        (tmp_path / "notes" / author / "1.txt").write_text(record({**SHORT, "id": f"{author}-1"}), encoding="utf-8")
    (tmp_path / "entries").mkdir()
    (tmp_path / "splits.json").write_text('{"dev": ["bb"], "test": ["cc"], "lookalikes": ["dd"]}', encoding="utf-8")
    return tmp_path


def test_a_note_is_whole_by_its_risk_and_a_twin_by_its_original() -> None:
    assert not parse(record(SHORT)).is_whole
    assert parse(record(WHOLE)).is_whole
    assert not parse(record(WHOLE)).is_twin
    assert parse(record({**WHOLE, "id": "x-1b", "twin_of": "x-1"})).is_twin


def test_each_author_is_in_one_split_and_train_where_none_is_named(corpus: Path) -> None:
    found = {split: [note.id for note in own] for split, own in split_notes(corpus).items()}
    assert found == {"train": ["aa-1", "ee-1"], "dev": ["bb-1"], "test": ["cc-1"], "lookalikes": ["dd-1"]}
    assert {split: [note.id for note in notes_of(split, corpus)] for split in SPLITS} == found


def test_the_splits_are_read_once_however_many_notes_there_are(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, splits_of = [], training_notes.splits_of
    monkeypatch.setattr(training_notes, "splits_of", lambda path: read.append(path) or splits_of(path))
    split_notes(corpus)
    assert read == [corpus]


def test_without_a_whole_note_there_is_nothing_to_calibrate_on_or_to_measure(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="dev split has no whole note"):
        fit(bare_engine("fast"), [])
    monkeypatch.setattr("sys.argv", ["reliability", "--corpus", str(corpus)])
    with pytest.raises(SystemExit, match="test split has no whole note"):
        reliability()
