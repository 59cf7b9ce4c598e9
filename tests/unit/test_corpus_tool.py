"""The corpus tool finds planted faults and passes the corpus as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from note_review.evaluation.annotated import AnnotationError, parse
from note_review.evaluation.consistency import problems
from training.corpus import frozen, pictures, twice
from training.corpus.__main__ import main
from training.corpus.duplicates import near_duplicates, shared_sentences
from training.corpus.twins import expand

HEADER = {
    "id": "zz-1", "setting": "x", "style": "soap", "claim": [{"code": "97112", "units": 1, "modifiers": ["GP"]}], "reads_as": "97112",
    "services": [{"billed": "97112", "minutes": 15, "reads_as": "97112"}], "risk": "low", "missing": [], "reasons": [],
}  # fmt: skip
BODY = "97112 [[M:97112:15|15 min]]: [[T:neuromuscular|tandem on foam]] for [[D:balance|late step to R]], cue at hip. [[R:measured|3 of 5 without rail]]."


def note(body: str = BODY, **changes: object):  # type: ignore[no-untyped-def]
    return parse(json.dumps({**HEADER, **changes}) + "\n---\n" + body)


def test_a_sound_note_has_no_problems() -> None:
    assert problems(note()) == []


@pytest.mark.parametrize(
    ("changes", "body", "word"),
    [
        ({"risk": "high"}, BODY, "risk is high"),
        ({"reads_as": "97999"}, BODY, "reads_as"),
        ({"missing": ["response"]}, BODY, "no reason says so"),
        ({"reasons": ["response_missing"]}, BODY, "missing does not"),
        ({"claim": [{"code": "97112", "units": 3, "modifiers": ["GP"]}]}, BODY, "unit_time_mismatch is wanted"),
        ({"claim": [{"code": "97112", "units": 1, "modifiers": ["KX"]}]}, BODY, "modifier_gp_go_missing is wanted"),
        ({}, BODY.replace("D:balance", "D:wobbly"), "unknown domain"),
        ({}, BODY.replace("M:97112:15", "M:97112:x"), "whole minutes"),
        ({}, BODY.replace("[[D:balance|late step to R]]", "a late step"), "no neuromuscular D"),
        (
            {"services": [{"billed": "97112", "minutes": 15, "reads_as": "97110"}], "reads_as": "97110", "risk": "high"},
            BODY,
            "reads_as_97110",
        ),
    ],
)
def test_planted_faults_are_found(changes: dict[str, object], body: str, word: str) -> None:
    assert any(word in message for message in problems(note(body, **changes)))


def test_a_twin_is_its_original_with_the_words_replaced() -> None:
    line = json.dumps({"id": "zz-1b", "twin_of": "zz-1", "flips": "no number", "replace": [["[[R:measured|3 of 5 without rail]]", "[[R:generic|did well]]"]],
                       "risk": "moderate", "missing": ["response"], "reasons": ["response_not_measured"]})  # fmt: skip
    twin = expand(line, {"zz-1": note()}, source="t")
    assert twin.text.endswith("did well.")
    assert problems(twin) == []
    with pytest.raises(AnnotationError, match="occurs 0 times"):
        expand(line.replace("3 of 5 without rail", "absent words"), {"zz-1": note()}, source="t")


def test_near_duplicates_and_shared_sentences_are_found() -> None:
    text = "She walked the length of the hall with the cane and turned at the nurses desk without reaching for the wall at all today."
    first, second, other = note(text), note(text + " Fine.", id="yy-1"), note("Nothing of the kind was done here.", id="xx-1")
    assert [(a.id, b.id) for a, b, _ in near_duplicates([first, second, other])] == [("yy-1", "zz-1")]
    assert [ids for _, ids in shared_sentences([first, second, other])] == [["yy-1", "zz-1"]]


def test_the_corpus_as_it_stands_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Path(__file__).parent.parent.parent / "corpora"
    assert main(["check", str(corpus)]) == 0, capsys.readouterr().out[-2000:]


@pytest.mark.parametrize("form", ["jsonl", "bio", "docbin", "files"])
def test_exports_hold_every_note(form: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpora"
    (corpus / "notes" / "zz").mkdir(parents=True)
    (corpus / "entries").mkdir()
    (corpus / "notes" / "zz" / "1.txt").write_text(json.dumps(HEADER) + "\n---\n" + BODY, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["export", form, str(corpus), str(out)]) == 0
    if form == "docbin":
        import spacy
        from spacy.tokens import DocBin

        docs = list(DocBin().from_disk(out).get_docs(spacy.blank("en").vocab))
        assert [span.text for span in docs[0].spans["therapy"]][1] == "tandem on foam"
    elif form == "files":
        assert (out / "zz-1.txt").read_text(encoding="utf-8").endswith(BODY)
    else:
        assert "tandem" in out.read_text(encoding="utf-8")


def test_marks_beside_the_text_come_back_as_they_were(tmp_path: Path) -> None:
    gold = note("O: [[T:exercise|squats]] 3x10, then [[T:exercise|squats]] on foam. [[R:generic|Tolerated well]].", id="zz-7")
    marks = [["T", "exercise", "squats"], ["T", "exercise", "squats", 2], ["R", "generic", "Tolerated well"]]
    path = tmp_path / "first.marks"
    path.write_text(json.dumps({"id": gold.id, "marks": marks}) + "\n", encoding="utf-8")
    assert [n.spans for n in twice.read_marks(path, {gold.id: gold})] == [gold.spans]


@pytest.mark.parametrize(
    ("words", "nth"), [("squats", 3), ("Tolerated well", 2), ("Tolerated well", 3), ("lunges", 1), ("squats", 0), ("", 1)]
)
def test_a_mark_that_does_not_stand_so_often_is_refused(words: str, nth: int, tmp_path: Path) -> None:
    gold = note("O: squats 3x10, then squats on foam. Tolerated well.", id="zz-7")
    path = tmp_path / "first.marks"
    path.write_text(json.dumps({"id": gold.id, "marks": [["T", "exercise", words, nth]]}) + "\n", encoding="utf-8")
    with pytest.raises(AnnotationError, match=f"mark 1 does not stand in the text {nth} times"):
        list(twice.read_marks(path, {gold.id: gold}))


def test_disagreements_name_every_difference_and_nothing_else() -> None:
    one = note("O: [[T:exercise|squats]] 3x10. [[R:generic|Tolerated well]].", id="zz-7")
    other = note("O: [[T:activities|squats]] 3x10. [[R:generic|Tolerated well]].", id="zz-7", risk="high")
    assert list(twice.disagreements([one], [one])) == []
    lines = list(twice.disagreements([one], [other]))
    assert lines[0] == "zz-7"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["risk", "first only", "second only"]


def test_a_changed_test_split_is_not_the_frozen_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "notes" / "t01"
    folder.mkdir(parents=True)
    (tmp_path / "entries").mkdir()
    (tmp_path / "splits.json").write_text('{"dev": [], "test": ["t01"]}', encoding="utf-8")
    record = '{"id": "t01-001", "reads_as": "other"}\n---\nSeen today.\n'
    (folder / "01.txt").write_text(record, encoding="utf-8")
    frozen.freeze(tmp_path)
    assert frozen.thawed(tmp_path) == 0
    (folder / "01.txt").write_text(record.replace("today", "again"), encoding="utf-8")
    assert frozen.thawed(tmp_path) == 1
    assert "not the frozen one" in capsys.readouterr().out


def test_pictures_show_every_count_in_words_too(tmp_path: Path) -> None:
    notes = [note(), note(id="zz-2", risk="high"), note(id="zz-3", twin_of="zz-1")]
    (tmp_path / "splits.json").write_text('{"dev": [], "test": ["zz"]}', encoding="utf-8")
    files = {p.name: p.read_text(encoding="utf-8") for p in pictures.draw(notes, tmp_path, tmp_path / "pictures")}
    assert 'aria-label="split: test 2"' in files["split.svg"]
    assert 'aria-label="risk: low 1, high 1"' in files["risk.svg"]
