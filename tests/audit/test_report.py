"""The report says what was counted, shows no patient unless asked, obeys no formula, and is the same each time."""

import json
import os
import re
from ctypes.util import find_library

import pyarrow.parquet as pq
import pypdfium2
import pytest
from audited_folder import Visit, practice, write_folder
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from note_review.batch.audit import audit
from note_review.cli import app
from note_review.errors import InputError
from note_review.reports.audit.svg import ticks

# Where Pango is missing the PDF is left out, but not in CI, which installs it.
PDF = bool(os.environ.get("CI")) or find_library("pango-1.0") is not None
with_pdf = pytest.mark.skipif(not PDF, reason="the Pango library is not installed")
FILES = {"report.html", "report.xlsx", "report.json", "across.parquet", "across.jsonl", "copies.parquet", "peers.parquet"}
FILES |= {"report.pdf"} if PDF else set()


@pytest.fixture(scope="module")
def practised(tmp_path_factory):
    folder = write_folder(tmp_path_factory.mktemp("batch") / "out", practice(400), errors=["a", "b"])
    audit(folder, pdf=PDF)
    return folder


def sheet(folder, name):
    rows = CalamineWorkbook.from_path(str(folder / "audit" / "report.xlsx")).get_sheet_by_name(name).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_every_file_is_there_and_the_page_needs_nothing_else(practised):
    assert {file.name for file in (practised / "audit").iterdir()} == FILES
    page = (practised / "audit" / "report.html").read_text("utf-8")
    assert not re.search(r"<script|<link|(?:src|href)\s*=|url\(|@import", page)
    assert page.count("<svg role=") == page.count("</svg>") >= 12
    for said in ("Audit report: 400 therapy notes", "Risk and money at stake", "Reads as, against billed", "Clinicians against their peers",
                 "Across notes", "Method, versions and limits", "2 inputs could not be read"):  # fmt: skip
        assert said in page, said


def test_wide_tables_scroll_by_themselves(practised):
    page = (practised / "audit" / "report.html").read_text("utf-8")
    assert page.count('<div class="scroll"><table>') == page.count("<table>") >= 5


def test_figures_are_those_of_the_rows(practised):
    facts = json.loads((practised / "audit" / "report.json").read_text())
    rows = pq.read_table(practised / "reviews.parquet").to_pylist()
    overview = facts["overview"]
    assert overview["high"] == sum(row["level"] == "high" for row in rows)
    assert overview["expected"] == pytest.approx(sum(round(row["amount"] * row["score"], 2) for row in rows), abs=0.02)
    assert sum(row["notes"] for row in facts["by"]["clinician"]) == sum(row["notes"] for row in facts["by"]["month"]) == 400
    lines = pq.read_table(practised / "lines.parquet").to_pylist()
    over = sum(max(0, row["units"] - row["supported_units"]) for row in lines)
    assert sum(row["units"] for row in facts["units"] if row["difference"] > 0) == over
    assert sum(row["services"] for row in facts["matrix"]) == pq.read_metadata(practised / "services.parquet").num_rows


@with_pdf
def test_the_pdf_has_the_page_s_words_and_page_numbers(practised):
    document = pypdfium2.PdfDocument(practised / "audit" / "report.pdf")
    words = [page.get_textpage().get_text_bounded() for page in document]
    assert 4 < len(words) < 16
    assert "Audit report: 400 therapy notes" in words[0]
    assert f"1 of {len(words)}" in words[0]
    assert "Method, versions and limits" in "".join(words)


def test_one_row_for_each_failing_finding_with_filters_and_a_header_that_stays(practised):
    import zipfile

    findings = pq.read_table(practised / "findings.parquet").to_pylist()
    assert len(sheet(practised, "Findings")) == len(findings)
    with zipfile.ZipFile(practised / "audit" / "report.xlsx") as file:
        page = file.read("xl/worksheets/sheet2.xml").decode()
    assert "<autoFilter" in page
    assert 'state="frozen"' in page
    assert len(sheet(practised, "Notes")) == 400
    assert {row["clinician"] for row in sheet(practised, "By clinician")} >= {"Greco, DPT"}


def test_the_same_folder_gives_the_same_bytes(practised, tmp_path):
    again = write_folder(tmp_path / "again", practice(400), errors=["a", "b"], parts=3)
    audit(again, pdf=PDF)
    # Without HarfBuzz's subsetter the fonts in the PDF are cut by a library that writes the time into them.
    dated = set() if find_library("harfbuzz-subset") else {"report.pdf"}
    for name in sorted({*FILES} - dated):
        assert (again / "audit" / name).read_bytes() == (practised / "audit" / name).read_bytes(), name


NAMED = (
    "S: Rosa slept well, Mrs. Alvarez walked to church with her daughter Yesenia on Sunday.\nO: Knee pain 7/10 with stairs this week for Rosa Alvarez, Dr. Quintero"
    " and Yesenia.{} Berg 40/56.\nTx: 97112 x 25 min tandem on foam with head turns and stepping.\n"
)


def named_folder(out):
    first = Visit(NAMED.format(""), id="alvarez-rosa-1", date="2026-03-02")
    second = Visit(NAMED.format(" Knee pain now 3/10 with stairs, says Mr. Alvarez."), id="alvarez-rosa-2", date="2026-03-05")
    return write_folder(out, [first, second])


@with_pdf
def test_patients_are_not_named_unless_asked_for(tmp_path):
    folder = named_folder(tmp_path / "out")
    audit(folder)
    book = "".join(str(sheet(folder, name)) for name in ("Summary", "Findings", "Across notes", "Notes"))
    words = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(folder / "audit" / "report.pdf"))
    for text in (
        book,
        words,
        *((folder / "audit" / name).read_text("utf-8") for name in ("report.html", "report.json", "across.jsonl")),
    ):
        assert not re.search(r"rosa|alvarez|yesenia|quintero", text, re.IGNORECASE)
    page = (folder / "audit" / "report.html").read_text("utf-8")
    assert "Knee pain 7/10 with stairs this week for [...]" in page
    assert "today: “Knee pain now 3/10 with stairs, says [...]”" in page
    assert "patient 1" in page
    assert "note 1" in page


def test_patients_are_named_when_asked_for(tmp_path):
    folder = named_folder(tmp_path / "out")
    audit(folder, names=True, pdf=False)
    page = (folder / "audit" / "report.html").read_text("utf-8")
    assert "Alvarez, Rosa" in page
    assert "alvarez-rosa-2" in page
    assert not (folder / "audit" / "report.pdf").exists()
    assert {row["patient"] for row in sheet(folder, "Across notes")} == {"Alvarez, Rosa"}


def test_what_looks_like_markup_or_a_formula_is_text(tmp_path):
    visits = [
        Visit(
            f"97112 25 min {n}", clinician="=cmd|' /C calc'!A0", clinic="<script>alert(1)</script>", reasons=("generic_exercise",)
        )
        for n in range(3)
    ]
    folder = write_folder(tmp_path / "out", visits)
    audit(folder, pdf=False)
    page = (folder / "audit" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert sheet(folder, "Findings")[0]["clinician"] == "=cmd|' /C calc'!A0"
    import zipfile

    with zipfile.ZipFile(folder / "audit" / "report.xlsx") as file:
        cells = "".join(file.read(name).decode() for name in file.namelist() if "worksheets/sheet" in name)
    assert "<f>" not in cells
    assert "quotePrefix" in zipfile.ZipFile(folder / "audit" / "report.xlsx").read("xl/styles.xml").decode()


@pytest.mark.parametrize(
    "visits",
    [[], [Visit("97112 25 min", patient=None, clinician=None, clinic=None, date=None, discipline=None, lines=(), services=())]],
)
def test_an_empty_and_a_bare_folder_have_a_report_too(tmp_path, visits):
    folder = write_folder(tmp_path / "out", visits)
    done = audit(folder, pdf=PDF)
    assert done.notes == len(visits)
    assert {file.name for file in done.files} == FILES


def test_a_sample_and_its_estimate_stand_in_the_report(practised, tmp_path):
    folder = write_folder(tmp_path / "out", practice(60))
    sample = folder / "samples" / "7"
    assert CliRunner().invoke(app, ["sample", str(folder), "--size", "10", "--seed", "7"]).exit_code == 0
    interval = {
        "point": 0.2,
        "lower": 0.08,
        "upper": 0.4,
        "standard_error": 0.1,
        "degrees": None,
        "method": "exact",
        "precision": 0.8,
    }
    amount = interval | {"point": 900.0, "lower": 120.0, "upper": 1680.0, "degrees": 9.0}
    found = {
        "in_error": 2,
        "sampled": 10,
        "confidence": 0.9,
        "error_rate": interval,
        "amount": amount,
        "lower_limit": 120.0,
        "cautions": ["Rough."],
    }
    (sample / "estimate.json").write_text(json.dumps(found))
    audit(folder, pdf=False)
    page = (folder / "audit" / "report.html").read_text("utf-8")
    for said in ("seed <strong>7</strong>", "Lower limit: $120.", "8.0% to 40.0%", "Rough.", "lower limit 8.0%"):
        assert said in page, said


def test_the_command_says_what_it_found_and_refuses_what_is_no_batch(practised, tmp_path):
    done = CliRunner().invoke(
        app, ["audit-report", str(practised), "--hours", "9", "--hours", "River=6", "--visits", "8", "--no-pdf"]
    )
    assert done.exit_code == 0, done.output
    assert done.output.startswith("400 notes: ")
    assert "9 opening hours a day, River 6" in (practised / "audit" / "report.html").read_text("utf-8")
    audit(practised, pdf=PDF)
    assert CliRunner().invoke(app, ["audit-report", str(tmp_path)]).exit_code == 2
    for wrong in ("x", "25", "River=0"):
        assert CliRunner().invoke(app, ["audit-report", str(practised), "--hours", wrong]).exit_code == 2


@pytest.mark.parametrize(
    ("most", "expected"), [(0, [0, 1]), (7, [0, 2, 4, 6, 8]), (0.31, [0, 0.1, 0.2, 0.3, 0.4]), (315, [0, 100, 200, 300, 400])]
)
def test_axes_have_round_numbers(most, expected):
    assert ticks(most) == pytest.approx(expected)


def test_a_batch_ends_with_the_report_when_asked_for(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "one.txt").write_text(NAMED.format(""))
    command = ["batch", str(tmp_path / "notes"), "--out", str(tmp_path / "out"), "--engine", "fast", "--quiet"]
    done = CliRunner().invoke(app, [*command, "--report"] if PDF else command)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "audit" / "report.html").exists() == PDF


def test_a_folder_of_another_format_is_named_and_not_misread(tmp_path):
    folder = write_folder(tmp_path / "out", practice(20))
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(run | {"format": "note-review-batch/2"}))
    with pytest.raises(InputError, match="run note-review batch again"):
        audit(folder, pdf=False)
