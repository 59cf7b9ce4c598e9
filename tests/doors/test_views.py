"""The Parquet tables say what the reviews say, and README's five questions are answered rightly."""

import json
import re
from collections import Counter
from pathlib import Path

import fake_reviewer
import pytest

from note_review.batch import BatchOptions, run_batch
from note_review.batch.views import answer, script
from note_review.errors import InputError, SettingsError
from note_review.reviewed import Reviewed

ROOT = Path(__file__).parent.parent.parent
BLOCK = (ROOT / "README.md").read_text(encoding="utf-8").split("<!-- questions -->")[1].split("```")[1]
QUESTIONS = re.findall(r'query /tmp/note-review-tour "([^"]+)"', BLOCK)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("views")
    with (folder / "notes.jsonl").open("w") as file:
        for n in range(24):
            note = {
                "id": f"n{n}", "text": f"97112 x {90 + n} min", "clinician": f"c{n % 3}", "patient": f"p{n}", "clinic": "k",
                "date_of_service": f"2026-0{1 + n % 2}-05", "discipline": "PT", "claim": "97112:2:GP" if n % 2 else None,
            }  # fmt: skip
            file.write(json.dumps(note) + "\n")
    run_batch(folder / "notes.jsonl", folder / "out", options=BatchOptions(progress=False, factory=fake_reviewer.build))
    return folder / "out"


def ask(out, sql):
    with Reviewed(out) as tables:
        return list(tables.rows(sql))


def test_the_tables_say_what_the_reviews_say(out):
    reviews = [json.loads(line) for line in (out / "reviews.jsonl").read_text().splitlines()]
    assert ask(out, "select n, id, level, score, missing from reviews order by n") == [
        (n, r["id"], r["risk"]["level"], r["risk"]["score"], r["missing"]) for n, r in enumerate(reviews)
    ]
    minutes = [(r["id"], s["billed"], s["minutes"], s["start"], s["end"]) for r in reviews for s in r["services"]]
    assert ask(out, 'select id, billed, minutes, start, "end" from services order by n') == minutes
    findings = Counter(
        name
        for r in reviews
        for name in [*(x["reason"] for x in r["risk"]["reasons"]), *(c["check"] for c in r["claim"]["checks"])]
    )
    assert dict(ask(out, "select finding, count(*) from findings group by 1")) == findings
    lines = [(r["id"], x["code"], x["units"], x["modifiers"]) for r in reviews for x in r["claim"]["lines"]]
    assert ask(out, "select id, code, units, modifiers from lines order by n, line") == lines
    assert ask(out, "select text from notes where id = 'n3'") == [("97112 x 93 min",)]
    assert ask(out, "select distinct patient, clinician, clinic, discipline, date_of_service::text from reviews where n = 4") == [
        ("p4", "c1", "k", "PT", "2026-01-05")
    ]


def test_the_five_questions(out):
    assert len(QUESTIONS) == 5
    answers = [ask(out, sql) for sql in QUESTIONS]
    assert answers[0] == [("c0", 8, 0), ("c1", 8, 0), ("c2", 8, 0)]
    assert answers[1] == [(f"n{n}", "97112", 2, 1, None) for n in sorted(range(1, 24, 2), key=str)]
    assert [(clinic, str(month)[:7], notes, high) for clinic, month, notes, high in answers[2]] == [
        ("k", "2026-01", 12, 0.0),
        ("k", "2026-02", 12, 0.0),
    ]
    wanted = Counter()
    for n in range(24):
        wanted[f"c{n % 3}", f"2026-0{1 + n % 2}-05"] += 90 + n
    days = {(clinician, str(day)): minutes for clinician, day, _, minutes in answers[3]}
    assert days == {key: minutes for key, minutes in wanted.items() if minutes > 600}
    assert len(days) == 0 or min(days.values()) > 600
    assert answers[4] == [("response_missing", 24, None)]


def test_the_views_script_opens_in_the_folder(out, monkeypatch):
    import duckdb

    monkeypatch.chdir(out)
    base = duckdb.connect()
    base.execute((out / "views.sql").read_text())
    assert base.sql("select count(*) from reviews").fetchall() == [(24,)]
    assert script() == (out / "views.sql").read_text()


def test_answers_and_bad_questions(out, tmp_path):
    assert answer(out, "select id, score from reviews where n < 2 order by n") == "id  score\nn0  0.4\nn1  0.4\n"
    for sql in ("selekt", "select nothing from reviews", "select 'CANARY'::int"):
        with pytest.raises(SettingsError, match="cannot be run") as caught:
            answer(out, sql)
        assert "CANARY" not in str(caught.value)
    with pytest.raises(InputError, match="is this the folder of a finished batch"):
        answer(tmp_path, "select 1")


def test_a_question_reads_the_batch_alone_and_writes_nothing(out, tmp_path, monkeypatch):
    monkeypatch.chdir(out.parent)
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nCANARY\n")
    before = {path: path.read_bytes() for path in out.parent.rglob("*") if path.is_file()}
    for sql in (
        f"select * from '{secret}'",
        f"select * from read_text('{secret}')",
        "select * from 'notes.jsonl'",
        f"copy reviews to '{tmp_path / 'stolen.csv'}'",
        "copy (select 1) to 'out/reviews.parquet' (use_tmp_file false)",
        "copy (pivot reviews on level using count(*)) to 'out/reviews.parquet' (use_tmp_file false)",
        f"attach '{tmp_path / 'new.db'}'",
        "set enable_external_access = true",
        f"select 1; select * from '{secret}'",
        "create table kept as select * from notes",
        "",
    ):
        with pytest.raises(SettingsError, match="cannot be run") as caught:
            answer(Path("out"), sql)
        assert "CANARY" not in str(caught.value)
    assert {path: path.read_bytes() for path in out.parent.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    for sql in ("with a as (from reviews) select count(*) from a", "select count(*) from 'out/reviews.parquet'"):
        assert answer(Path("out"), sql).endswith("\n24\n")
    assert "level" in answer(Path("out"), "describe reviews")
