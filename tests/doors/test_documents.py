"""Every document format: the text a person sees, the way back to the raw place, and a clear word for what cannot be read."""

import io
import time
from contextlib import suppress

import making
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from note_review.errors import InputError
from note_review.sources import SourcedNote, UnreadableNote, open_notes, read_document

NOTE = "S: wobbly. O: NMR (97112) x 23 min: SLS 6 s → 11 s"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(data, suffix=".txt"):
    return read_document(data, source="file", suffix=suffix)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_kept_to_the_character(encoding):
    document = read(f"{NOTE}\r\nP: go on\n".encode(encoding))
    assert document.text == f"{NOTE}\r\nP: go on\n"
    assert document.warnings == ()
    assert document.place_of(document.text.index("P:")) == "line 2"


def test_windows_1252_is_read_with_a_warning():
    document = read("Pt’s gait – 23 min".encode("cp1252"))
    assert document.text == "Pt’s gait – 23 min"
    assert "Windows-1252" in document.warnings[0]


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        (b"", ".txt", "empty"),
        (b" \n\t", ".pdf", "empty"),
        (b"CANARY\0\x01\x02", ".txt", "binary"),
        (b"CANARY\x81\x8d", ".txt", "encoding"),
        (bytes(range(1, 32)) * 9, ".txt", "binary"),
        (NOTE.encode("utf-16-le"), ".txt", "binary"),
        (b"\xff\xfeC\xd8", ".txt", "utf-16"),
        (b"x" * (10 * 1024**2 + 1), ".txt", "larger than 10 MB"),
        (b"%PDF-1.4 CANARY", ".pdf", "damaged PDF"),
        (making.pdf([[], []]), ".pdf", "no page has text"),
        (b"PK\x03\x04CANARY", ".docx", "no Word file"),
        (making.zipped(a_xml="<a/>"), ".docx", "no Word file"),
        (making.zipped(word__document_xml='<!DOCTYPE a [<!ENTITY b "CANARY">]><a>&b;</a>'), ".docx", "entities"),
        (making.zipped(word__document_xml=b" " * 101 * 1024**2), ".docx", "unpacks to more"),
        (b"CANARY", ".docx", "no Word file"),
        (b"CANARY", ".rtf", "not RTF"),
        (b"{\\rtf1{\\fonttbl" + b"\\f1CANARY" * 20_000, ".rtf", "font table"),
        (b"\xd0\xcf\x11\xe0CANARY", ".doc", "before 2007"),
        (b"CANARY", ".xyz", "no known format"),
    ],
)
def test_hostile_files_are_refused_without_their_words(data, suffix, reason):
    with pytest.raises(InputError, match=reason) as caught:
        read(data, suffix)
    assert str(caught.value).startswith("file: ")
    assert "CANARY" not in str(caught.value)


def test_a_truncated_word_file_is_refused():
    whole = making.word(paragraphs=[NOTE])
    for cut in (30, len(whole) // 2, len(whole) - 30):
        with pytest.raises(InputError):
            read(whole[:cut], ".docx")


def test_rtf_text_cells_and_places():
    rtf = (
        rb"{\rtf1\ansi{\fonttbl{\f0\fswiss\fcharset0 Arial;}}\f0 S: Pt\'92s gait\par 97112 \endash  23 min\par "
        rb"\trowd 97110\cell 15 min\cell\row}"
    )
    document = read(rtf, ".rtf")
    assert document.text.splitlines() == ["S: Pt’s gait", "97112 – 23 min", "97110 | 15 min"]
    assert document.place_of(document.text.index("97112")) == "text line 2"


def test_rtf_links_give_their_words_only():
    document = read(rb'{\rtf1 see {\field{\*\fldinst{HYPERLINK "http://x.example/"}}{\fldrslt{the plan}}} today}', ".rtf")
    assert document.text == "see the plan today"


def test_word_paragraphs_tables_controls_and_insertions_in_order():
    control = (
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>A: </w:t></w:r><w:ins><w:r><w:t>better</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>no</w:delText></w:r></w:del></w:p></w:sdtContent></w:sdt>"
    )
    data = making.word(paragraphs=["S: wobbly", ""], table=[("97112", "23 min"), ("97110", "15 min")], footer="PT", xml=control)
    document = read(data, ".docx")
    assert document.text.splitlines() == ["S: wobbly", "", "97112 | 23 min", "97110 | 15 min", "A: better"]
    assert document.place_of(document.text.index("97110")) == "table 1 row 2"
    assert document.warnings == ("page headers and footers were not read",)


def test_pdf_pages_and_a_page_without_text():
    document = read(making.pdf([["S: wobbly", "O: 97112 x 23 min"], [], ["P: go on"]]), ".pdf")
    assert document.text == "S: wobbly\nO: 97112 x 23 min\n\nP: go on\n"
    assert document.place_of(document.text.index("P:")) == "page 3"
    assert [gap.start for gap in document.gaps] == [document.text.index("\nP:")]
    assert "page 2" in document.warnings[0]


def test_html_blocks_cells_and_entities():
    page = (
        b"<html><head><title>CANARY</title><style>p{}</style></head><body><h1>Note</h1><p>S: a<br>b &lt;5 s</p>\n"
        b"<table><tr><th>Code<th>Min<tr><td><p>97112</p></td><td>23 min</td></tr></table>"
        b"<script>CANARY</script>x < y<pre>a\n  b</pre></body>"
    )
    document = read(page, ".html")
    assert document.text.splitlines() == ["Note", "S: a", "b <5 s", "Code | Min", "97112 | 23 min", "x < y", "a", "  b"]
    assert document.place_of(document.text.index("97112")) == "line 2"


@pytest.mark.parametrize("bad", ["<!--", "<a ", "<a b='", "<", "<script>", "<td>", "&#x41;", "<p>" * 9])
def test_hostile_html_takes_linear_time(bad):
    started = time.perf_counter()
    read((bad * 200_000).encode(), ".html")
    assert time.perf_counter() - started < 30


def test_the_content_outranks_the_suffix():
    assert read(rb"{\rtf1 S: wobbly}", ".doc").text == "S: wobbly"
    assert read(rb"{\rtf1 S: wobbly}", ".txt").text == "S: wobbly"
    assert read(making.pdf([["S: wobbly"]]), "").text == "S: wobbly\n"
    assert read(b"<html><p>S: wobbly", ".doc").text == "S: wobbly\n"


def test_an_annotated_note_stays_text():
    text = '{"id": "a"}\n---\nS: [[D:balance|wobbly]]\n'
    assert read(text.encode()).text == text


def test_standard_input(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(NOTE.encode())

    monkeypatch.setattr("sys.stdin", Stdin)
    (note,) = open_notes("-")
    assert (note.id, note.text) == ("stdin", NOTE)


def test_a_document_longer_than_a_note_may_be(tmp_path):
    (tmp_path / "long.txt").write_text("x" * 1_000_001)
    (error,) = open_notes(tmp_path / "long.txt")
    assert isinstance(error, UnreadableNote)
    assert "1,000,000" in str(error)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(min_size=1, max_size=300), suffix=st.sampled_from([".txt", ".rtf", ".docx", ".pdf", ".html", ".doc", ""]))
def test_any_bytes_are_read_or_refused(data, suffix):
    heads = {".rtf": b"{\\rtf1 ", ".pdf": b"%PDF-1.4\n", ".docx": b"PK\x03\x04"}
    with suppress(InputError):
        document = read(heads.get(suffix, b"") + data, suffix)
        assert all(0 <= segment.start <= len(document.text) for segment in document.segments)


def test_notes_of_a_folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("b/two.txt", "a.txt", "a.md", ".hidden/x.txt", ".secret.txt"):
        (tmp_path / name).write_text(NOTE)
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "d.txt").write_bytes(b"")
    (tmp_path / "e.jsonl").write_text('{"text": "x", "id": "own"}\n{"text": "y"}\n')
    (tmp_path / "loop").symlink_to(tmp_path)
    entries = list(open_notes(tmp_path))
    told = [(e.id, isinstance(e, SourcedNote)) for e in entries]
    assert told == [
        ("a.md", True), ("a.txt", True), ("b/two", True), ("c", False), ("d", False), ("own", True), ("e:2", True),
        ("loop", False),
    ]  # fmt: skip
    assert entries[2].source == "b/two.txt"


def test_what_is_not_there(tmp_path):
    (error,) = open_notes(tmp_path / "nothing.txt")
    assert "does not exist" in str(error)
