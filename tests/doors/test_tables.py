"""JSONL, JSON, CSV and Parquet: each note with its place, one bad row never stops the rest."""

import datetime
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from note_review.note import ClaimLine, parse_claim
from note_review.sources import SourcedNote, UnreadableNote, expected_notes, open_notes

LINES = (ClaimLine(code="97112", units=2, modifiers=("GP",)),)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def told(entries):
    return [(e.id, e.text) if isinstance(e, SourcedNote) else (e.id, e.place) for e in entries]


def test_jsonl(tmp_path):
    lines = [
        '\ufeff{"id": "a", "text": "one", "claim": [{"code": "97112", "units": 2, "modifiers": ["GP"]}]}',
        "", '{"id": "b", "text": CANARY}', '{"id": "c"}', '["CANARY"]', '{"text": "four", "claim": "97112:2:GP"}',
        '{"id": "d", "text": "CANARY", "date_of_service": "CANARY"}', "[" * 100_000,
        '{"id": "e", "text": "x", "claim": [{"code": "97112", "modifiers": 5}]}', '{"id": 7, "text": "\\ud800"}',
    ]  # fmt: skip
    path = write(tmp_path / "n.jsonl", "\n".join(lines) + "\n")
    entries = list(open_notes(path))
    assert told(entries) == [
        ("a", "one"), (None, "line 3"), ("c", "line 4, field text"), (None, "line 5"), ("n:6", "four"),
        ("d", "line 7, field date_of_service"), (None, "line 8"), ("e", "line 9, field claim[0].modifiers"), ("7", "line 10, field text"),
    ]  # fmt: skip
    assert entries[0].claim == entries[4].claim == LINES
    assert not any("CANARY" in str(e) for e in entries if isinstance(e, UnreadableNote))
    assert expected_notes(path) == 10


def test_jsonl_with_a_line_past_the_cap_goes_on(tmp_path):
    path = write(tmp_path / "n.jsonl", '{"text": "one"}\n{"text": "' + "x" * (11 * 1024**2) + '"}\n{"text": "three"}')
    entries = list(open_notes(path))
    assert told(entries) == [("n:1", "one"), (None, "line 2"), ("n:3", "three")]
    assert "10 MB" in str(entries[1])


def test_jsonl_of_another_encoding_is_named_by_line(tmp_path):
    (tmp_path / "n.jsonl").write_bytes(b'{"text": "one"}\n{"text": "\xe9"}\n')
    assert told(open_notes(tmp_path / "n.jsonl")) == [("n:1", "one"), (None, "line 2")]


def test_json_with_notes(tmp_path):
    path = write(tmp_path / "n.json", json.dumps({"notes": [{"text": "one"}, 5]}))
    assert told(open_notes(path)) == [("n:1", "one"), (None, "note 2")]


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")])
def test_csv(tmp_path, delimiter, encoding):
    rows = [
        ["id", "text", "claim", "date_of_service", "kx_accrued"],
        ["a", '"S: é ""x""\nO: 23 min"', "97112:2:GP", "2026-01-05", "12.5"],
        ["b", "", "", "", ""],
        ["c", "CANARY", "CANARY", "", ""],
        ["d", "three", '"[{""code"": ""97112"", ""units"": 2, ""modifiers"": [""GP""]}]"', "", ""],
        ["e", "CANARY", "", "", "", "too many"],
        ["f", "short"],
    ]
    path = write(tmp_path / "n.csv", "\n".join(delimiter.join(row) for row in rows), encoding)
    entries = list(open_notes(path))
    assert told(entries) == [
        ("a", 'S: é "x"\nO: 23 min'), ("b", "line 4, field text"), ("c", "line 5, column claim, line 1"), ("d", "three"),
        (None, "line 7"), ("f", "short"),
    ]  # fmt: skip
    assert entries[0].claim == entries[3].claim == LINES
    assert (entries[0].date_of_service, entries[0].kx_accrued) == (datetime.date(2026, 1, 5), 12.5)
    assert not any("CANARY" in str(e) for e in entries if isinstance(e, UnreadableNote))


def test_csv_with_other_column_names(tmp_path):
    path = write(tmp_path / "n.csv", "visit,note_body\n9,one\n")
    assert told(open_notes(path, columns={"id": "visit", "text": "note_body"})) == [("9", "one")]
    (error,) = open_notes(path)
    assert str(error).endswith("header: has no column text")


@pytest.mark.parametrize("data", [b"text\n\0CANARY", b'text\n"CANARY', b"", b"CANARY,one\n1,2"])
def test_broken_csv_says_where(tmp_path, data):
    (tmp_path / "n.csv").write_bytes(data)
    (error,) = open_notes(tmp_path / "n.csv")
    assert isinstance(error, UnreadableNote)
    assert "CANARY" not in str(error)


def test_parquet(tmp_path):
    table = pa.table(
        {
            "id": [1, 2, 3],
            "text": pa.array(["one", None, "three"], pa.large_string()).dictionary_encode(),
            "claim": [[{"code": "97112", "units": 2, "modifiers": ["GP"]}], None, []],
            "date_of_service": pa.array([datetime.datetime(2026, 1, 5, 9, 30)] * 3, pa.timestamp("us")),
            "kx_accrued": [float("nan"), 1.0, None],
            "unrelated": [[{"a": b"\0"}]] * 3,
        }
    )
    pq.write_table(table, tmp_path / "n.parquet")
    entries = list(open_notes(tmp_path / "n.parquet"))
    assert told(entries) == [("1", "one"), ("2", "row 2, field text"), ("3", "three")]
    assert (entries[0].claim, entries[0].date_of_service, entries[0].kx_accrued) == (LINES, datetime.date(2026, 1, 5), None)
    assert expected_notes(tmp_path / "n.parquet") == 3


def test_parquet_with_claims_as_text_and_a_claim_for_the_rest(tmp_path):
    pq.write_table(pa.table({"text": ["one", "two"], "claim": ["97112:2:GP", None]}), tmp_path / "n.parquet")
    entries = list(open_notes(tmp_path / "n.parquet", claim=parse_claim("97110:1")))
    assert [note.claim[0].code for note in entries] == ["97112", "97110"]


def test_parquet_of_numbers_or_without_text_or_broken(tmp_path):
    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "numbers.parquet")
    pq.write_table(pa.table({"body": ["CANARY"]}), tmp_path / "body.parquet")
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "numbers.parquet").read_bytes()[:80])
    (tmp_path / "text.parquet").write_bytes(b"CANARY")
    for name, errors in (("numbers", 2), ("body", 1), ("cut", 1), ("text", 1)):
        entries = list(open_notes(tmp_path / f"{name}.parquet"))
        assert len(entries) == errors
        assert all(isinstance(e, UnreadableNote) and "CANARY" not in str(e) for e in entries)
