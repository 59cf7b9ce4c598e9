"""The evaluator's figures, worked out by hand on a note small enough to check by eye."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from note_review.evaluation.annotated import AnnotationError, parse, read_corpus, render, strip_marks
from note_review.evaluation.report import evaluate
from note_review.evaluation.scores import auroc, kappa, macro_f1, scores, tally
from note_review.reviewer import Reviewer

HEADER = {
    "id": "u-1", "setting": "unit", "style": "soap", "claim": [{"code": "97112", "units": 1, "modifiers": ["GP"]}], "reads_as": "97112",
    "services": [{"billed": "97112", "minutes": 15, "reads_as": "97112"}], "risk": "low", "missing": [], "reasons": [],
}  # fmt: skip
BODY = "97112 [[M:97112:15|15 min]]: [[T:neuromuscular|tandem on foam]] for [[D:balance|late step to R]]. [[R:measured|3 of 5 without rail]]."


def record() -> str:
    return json.dumps(HEADER) + "\n---\n" + BODY


def test_taking_the_marks_away_gives_back_the_text() -> None:
    note = parse(record())
    assert note.text == "97112 15 min: tandem on foam for late step to R. 3 of 5 without rail."
    assert [note.text[s.start : s.end] for s in note.spans] == [
        "15 min",
        "tandem on foam",
        "late step to R",
        "3 of 5 without rail",
    ]
    assert render(note) == record()


@pytest.mark.parametrize("broken", ["[[D:balance|open", "[[T:gait|a [[D:balance|b]] c]]", "stray ]] here"])
def test_broken_markup_is_refused_without_quoting_it(broken: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        strip_marks("line one\n" + broken, source="file 3")
    assert "file 3" in str(caught.value)
    assert "line 2" in str(caught.value)
    assert broken[-5:] not in str(caught.value)


def test_scores_of_a_half_right_review_by_hand() -> None:
    gold = parse(record())
    review = {
        "reads_as": "97110",
        "probabilities": {"97112": 0.4, "97110": 0.6, "97530": 0.0, "other": 0.0},
        "services": [{"billed": "97112", "reads_as": "97112"}],
        "deficits": [{"start": 33, "end": 42, "domain": "movement"}],  # "late step", 2 of 4 words
        "techniques": [],
        "minutes": [{"start": 6, "end": 12, "value": 15, "scope": "total_timed"}],
        "responses": [{"start": 0, "end": 5, "kind": "generic"}],
        "missing": ["technique"],
        "risk": {"level": "moderate", "score": 0.3, "reasons": [{"reason": "technique_missing"}]},
    }
    assert gold.text[33:42] == "late step"
    out = scores([tally(gold, review)])
    assert out["deficits_token_precision"] == 1.0
    assert out["deficits_token_recall"] == 0.5
    assert out["deficits_token_f1"] == pytest.approx(2 / 3)
    assert out["deficits_overlap_f1"] == 1.0
    assert out["deficits_domain_accuracy"] == 0.0
    assert out["techniques_token_f1"] == 0.0
    assert (out["minutes_value_recall"], out["minutes_scope_recall"]) == (1.0, 0.0)
    assert out["responses_overlap_f1"] == 0.0
    assert out["code_brier"] == pytest.approx(0.72)
    assert (out["code_accuracy"], out["service_code_accuracy"]) == (0.0, 1.0)
    assert out["missing_f1"] == 0.0


def test_kappa_auroc_and_macro_f1_on_textbook_numbers() -> None:
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert auroc([(True, 0.9), (True, 0.4), (False, 0.4), (False, 0.1)]) == pytest.approx(0.875)
    assert macro_f1([("a", "a"), ("a", "b"), ("b", "b")], ("a", "b", "c")) == pytest.approx(2 / 3)


def test_evaluate_prints_every_score_with_an_interval(tmp_path: Path, fast_reviewer: Reviewer) -> None:
    (tmp_path / "one.txt").write_text(record() + "\n=====\n" + record().replace("u-1", "u-2"), encoding="utf-8")
    lines = list(evaluate(tmp_path, fast_reviewer, errors=True))
    assert len(list(read_corpus(tmp_path))) == 2
    assert "notes 2" in lines
    assert any(line.startswith("techniques_token_f1 ") and "[" in line for line in lines)
    assert any(line.startswith("by setting") for line in lines)


SCORE = Path(__file__).parent.parent.parent.parent / "shared" / "score.py"


@pytest.mark.skipif(not SCORE.exists(), reason="score.py lies beside the project, not in it")
def test_the_figures_equal_those_of_score_py(tmp_path: Path, fast_reviewer: Reviewer) -> None:
    import subprocess
    import sys

    from note_review.evaluation.report import tally_all

    corpus = Path(__file__).parent.parent.parent / "corpora" / "notes" / "a07"
    golds = [n for n in read_corpus(corpus) if n.is_whole][:20]
    for gold in golds:
        (tmp_path / f"{gold.id}.txt").write_text(render(gold), encoding="utf-8")
    tallies = tally_all(golds, fast_reviewer)
    from note_review.note import note_of

    reviews = fast_reviewer.pipe(note_of({"id": g.id, "text": g.text, "claim": g.header["claim"]}) for g in golds)
    (tmp_path / "reviews.jsonl").write_text("\n".join(r.as_json() for r in reviews), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(SCORE), str(tmp_path), str(tmp_path / "reviews.jsonl")], capture_output=True, text=True, check=True
    )
    theirs = dict(line.split() for line in done.stdout.splitlines())
    ours = scores(tallies)
    assert {name: f"{value:.4f}" for name, value in ours.items() if name != "notes"} == {
        name: value for name, value in theirs.items() if name in ours and name != "notes"
    }
