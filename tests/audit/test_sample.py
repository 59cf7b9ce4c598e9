"""Drawing again gives the same; the frame holds everything; a filled worksheet gives the estimate; what is wrong is named."""

import csv
import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from audited_folder import Visit, practice, write_folder
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from note_review.cli import app
from note_review.errors import InputError, SettingsError
from note_review.sampling.files import draw
from note_review.sampling.frame import Design
from note_review.sampling.worksheet import estimate


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("batch") / "out", practice(600))


def frame_of(out):
    with (out / "frame.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sheet(path, name):
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def fill(path, verdict):
    """Fill a worksheet as an auditor would: ``verdict`` gives in_error and amount_allowed for each row."""
    rows = sheet(path, "Sample")
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Sample")
    page.write_row(0, 0, list(rows[0]))
    for number, row in enumerate(rows, 1):
        wrong, allowed = verdict(number, row)
        page.write_row(number, 0, list((row | {"in_error": wrong, "amount_allowed": allowed, "date_of_service": ""}).values()))
    book.close()


def test_the_smallest_random_numbers_are_drawn(folder, tmp_path):
    about = draw(folder, Design(40, "20260301", spares=5), tmp_path / "a")
    frame = frame_of(tmp_path / "a")
    assert about["frame_units"] == len(frame) == 600
    numbers = {row["unit"]: hashlib.sha256(f"20260301:{row['unit']}".encode()).hexdigest() for row in frame}
    assert all(row["random_number"] == numbers[row["unit"]] for row in frame)
    smallest = sorted(numbers, key=lambda unit: numbers[unit])
    assert {row["unit"] for row in frame if row["drawn"] == "yes"} == set(smallest[:40])
    assert {row["unit"] for row in frame if row["drawn"] == "spare"} == set(smallest[40:45])
    assert [row["unit"] for row in sheet(tmp_path / "a" / "worksheet.xlsx", "Sample")] == smallest[:40]


def test_the_same_seed_gives_the_same_bytes_and_another_another(folder, tmp_path):
    for name in "ab":
        draw(folder, Design(60, "s", by="clinician"), tmp_path / name)
    draw(folder, Design(60, "t", by="clinician"), tmp_path / "c")
    for file in ("frame.csv", "worksheet.xlsx", "sample.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file
    assert (tmp_path / "a" / "frame.csv").read_bytes() != (tmp_path / "c" / "frame.csv").read_bytes()


def test_part_files_of_a_cluster_give_the_same_sample(folder, tmp_path):
    parts = write_folder(tmp_path / "parts", practice(600), parts=3)
    draw(folder, Design(20, "s"), tmp_path / "a")
    draw(parts, Design(20, "s"), tmp_path / "b")
    assert (tmp_path / "a" / "frame.csv").read_bytes() == (tmp_path / "b" / "frame.csv").read_bytes()


@pytest.mark.parametrize("by", ["clinician", "clinic", "level", "month", "amount"])
def test_strata_part_the_frame(folder, tmp_path, by):
    about = draw(folder, Design(80, "s", by=by), tmp_path / by)
    frame = frame_of(tmp_path / by)
    assert sum(s["units"] for s in about["strata"]) == len(frame)
    assert len(about["strata"]) > 1
    for stratum in about["strata"]:
        mine = [row for row in frame if row["stratum"] == stratum["name"]]
        assert len(mine) == stratum["units"]
        assert sum(row["drawn"] == "yes" for row in mine) == stratum["sampled"] >= 2


def test_lines_and_filters(folder, tmp_path):
    about = draw(folder, Design(20, "s", unit="line", only={"code": "97140", "clinic": "North"}), tmp_path / "a")
    frame = frame_of(tmp_path / "a")
    assert {(row["code"], row["clinic"]) for row in frame} == {("97140", "North")}
    assert about["only"] == {"clinic": "North", "code": "97140"}
    assert frame[0]["unit"].endswith(".1")


def test_a_filled_worksheet_gives_the_estimate(folder, tmp_path):
    draw(folder, Design(50, "s"), tmp_path / "a")
    fill(tmp_path / "a" / "worksheet.xlsx", lambda n, row: ("yes", row["amount"] - 20) if n <= 10 else ("no", ""))
    found = estimate(tmp_path / "a" / "worksheet.xlsx")
    assert (found["sampled"], found["in_error"]) == (50, 10)
    assert found["error_rate"]["point"] == 0.2
    # 10 times 20 dollars and 40 times nothing: s^2 = 200 * (1 - 0.2) * 20 / 49.
    error = 600 * (200 * 0.8 * 20 / 49 / 50 * 550 / 600) ** 0.5
    assert found["amount"]["point"] == 600 * 4
    assert found["amount"]["standard_error"] == pytest.approx(error, abs=0.01)
    assert found["lower_limit"] == found["amount"]["lower"] == pytest.approx(2400 - 1.676551 * error, abs=0.01)
    assert json.loads((tmp_path / "a" / "estimate.json").read_text())["seed"] == "s"


def test_a_probe_says_how_large_the_sample_must_be(folder, tmp_path):
    about = draw(folder, Design(None, "s"), tmp_path / "a")
    assert about["size"] == 30
    fill(tmp_path / "a" / "worksheet.xlsx", lambda n, row: ("Yes", 0) if n % 3 == 0 else ("No", ""))
    sizes = estimate(tmp_path / "a" / "worksheet.xlsx")["sizes"]
    by_precision = [s["for_amount"] for s in sizes if s["confidence"] == 0.9]
    assert by_precision == sorted(by_precision, reverse=True)
    assert 30 < by_precision[1] < 600


def test_what_is_not_filled_in_is_named(folder, tmp_path):
    draw(folder, Design(5, "s"), tmp_path / "a")
    sheet_path = tmp_path / "a" / "worksheet.xlsx"
    with pytest.raises(InputError, match="row 2: in_error wants yes or no"):
        estimate(sheet_path)
    fill(sheet_path, lambda n, row: ("yes", "") if n == 3 else ("no", ""))
    with pytest.raises(InputError, match="row 4: a unit in error wants"):
        estimate(sheet_path)
    (tmp_path / "a" / "notes.xlsx").write_text("none")
    (tmp_path / "a" / "sample.json").rename(tmp_path / "sample.json")
    with pytest.raises(InputError, match=r"sample\.json"):
        estimate(sheet_path)


def test_designs_that_mean_nothing(folder, tmp_path):
    for wrong in ({"by": "x"}, {"by": "clinic", "size": None}, {"size": 1}, {"only": {"text": "x"}}):
        with pytest.raises(SettingsError):
            Design(**{"size": 10, "seed": "s"} | wrong)
    with pytest.raises(SettingsError, match="two units each"):
        draw(folder, Design(5, "s", by="clinician"), tmp_path / "a")
    with pytest.raises(SettingsError, match="frame is empty"):
        draw(folder, Design(5, "s", only={"clinic": "nowhere"}), tmp_path / "b")
    with pytest.raises(InputError, match="finished batch"):
        draw(tmp_path, Design(5, "s"), tmp_path / "c")
    draw(folder, Design(5, "s"), tmp_path / "d")
    with pytest.raises(SettingsError, match="never overwritten"):
        draw(folder, Design(5, "s"), tmp_path / "d")


def test_names_that_look_like_formulas_stay_text(tmp_path):
    visits = [Visit("97112 25 min", clinician="=HYPERLINK(1)") for _ in range(4)]
    draw(write_folder(tmp_path / "f", visits), Design(2, "s"), tmp_path / "a")
    assert frame_of(tmp_path / "a")[0]["clinician"] == "'=HYPERLINK(1)"
    assert sheet(tmp_path / "a" / "worksheet.xlsx", "Sample")[0]["clinician"] == "=HYPERLINK(1)"


def test_the_commands(folder, tmp_path):
    out = str(tmp_path / "s")
    done = CliRunner().invoke(app, ["sample", str(folder), "--size", "12", "--seed", "7", "--out", out])
    assert done.exit_code == 0, done.output
    assert "seed 7: 12 of 600 units, simple" in done.output
    fill(tmp_path / "s" / "worksheet.xlsx", lambda n, row: ("yes", 0) if n == 1 else ("no", ""))
    done = CliRunner().invoke(app, ["estimate", str(tmp_path / "s" / "worksheet.xlsx")])
    assert "1 of 12 sampled units in error" in done.output
    assert "two-sided 90% interval" in done.output
    assert "lower limit $" in done.output
    assert CliRunner().invoke(app, ["sample", str(folder), "--only", "x"]).exit_code == 2
    assert CliRunner().invoke(app, ["sample", str(folder), "--unit", "x"]).exit_code == 2


def test_a_rule_that_failed_twice_is_said_once(tmp_path):
    folder = write_folder(tmp_path / "out", practice(40))
    path = folder / "reviews.parquet"
    table = pq.read_table(path)
    for name, said in (("reasons", ["b", "a"]), ("failed_checks", ["a", "c"])):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), pa.array([said] * len(table), table.schema.field(at).type))
    pq.write_table(table, path)
    draw(folder, Design(5, "s"), tmp_path / "a")
    assert {row["the_review_says"] for row in sheet(tmp_path / "a" / "worksheet.xlsx", "Sample")} == {"b, a, c"}


def test_a_worksheet_that_is_not_there_is_named_itself(tmp_path):
    with pytest.raises(InputError, match=r"nope\.xlsx: is not there"):
        estimate(tmp_path / "nope.xlsx")
