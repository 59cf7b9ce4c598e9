"""A network's version says which one it is: the number goes up, and corrections are named by what they are. Wants the extra `train`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from note_review.evaluation.annotated import AnnotatedNote, parse

pytest.importorskip("torch")
from training.exporting import next_version
from training.train import corrected_version


def folder(path: Path, version: str) -> Path:
    (path / "settings.json").write_text(json.dumps({"name": "encoder", "version": version, "notes": 1}), encoding="utf-8")
    return path


def correction(name: str, body: str) -> AnnotatedNote:
    return parse(json.dumps({"id": name, "reads_as": "97112"}) + f"\n---\n{body}")


@pytest.mark.parametrize(
    ("standing", "wanted"), [("1", "2"), ("13", "14"), ("13-corrected-0123456789ab", "14"), ("corrected-7", "1")]
)
def test_the_next_version_is_one_more_than_the_one_that_stands_there(standing: str, wanted: str, tmp_path: Path) -> None:
    assert next_version(folder(tmp_path, standing)) == wanted


def test_where_no_network_stands_the_first_is_written(tmp_path: Path) -> None:
    assert next_version(tmp_path) == "1"
    assert next_version(tmp_path / "absent") == "1"


def test_as_many_other_corrections_are_another_version(tmp_path: Path) -> None:
    one, two = correction("x-1", "Sways on turns."), correction("x-2", "Seen today.")
    version = corrected_version(folder(tmp_path, "13"), [one, two])
    assert version.startswith("13-corrected-")
    assert corrected_version(tmp_path, [two, one]) == version
    others = {
        corrected_version(tmp_path, [one]),
        corrected_version(tmp_path, [one, correction("x-3", "Seen today.")]),
        corrected_version(tmp_path, [one, correction("x-2", "Seen again.")]),
        corrected_version(tmp_path, [correction("x-1", "[[D:balance|Sways on turns]]."), two]),
    }
    assert len(others | {version}) == 5


def test_the_same_corrections_a_second_time_are_another_version(tmp_path: Path) -> None:
    notes = [correction("x-1", "Sways on turns.")]
    first = corrected_version(folder(tmp_path, "13"), notes)
    second = corrected_version(folder(tmp_path, first), notes)
    assert second.startswith("13-corrected-")
    assert second != first
