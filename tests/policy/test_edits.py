"""CMS's files in each published form, and the mistakes they may hold. All rows are our own."""

import datetime
import hashlib
import zipfile

import pytest
import xlsxwriter

from note_review.errors import PolicyError
from note_review.policy import load_edits, load_policy

D = datetime.date.fromisoformat
PREAMBLE = [
    ["CPT only copyright 2025 \xa9. All rights reserved."],
    ["Column1/Column 2 Edits"],
    ["Column 1", "Column 2", "*=in existence", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"],
    ["", "", "prior to 1996", "Date", "Date", "0=not allowed", ""],
    ["", "", "", "", "*=no data", "1=allowed", ""],
    ["", "", "", "", "", "9=not applicable", ""],
]
ROWS = [
    ["97150", "97110", "", "20100101", "20191231", "1", "one reason"],
    ["97150", "97110", "", "20201001", "*", "1", "another reason"],
    ["97530", "97116", "", "20200101", "20201231", "1", "a reason"],
    ["97112", "97140", "*", "19990401", "19990401", "9", "a reason"],
    ["11042", "97597", "", "20200101", "*", "0", "a reason"],
    ["10021", "10022", "", "20200101", "*", "0", "no therapy code here"],
    ["0213T", "97140", "", "20200101", "*", "1", "a reason"],
]
MUE_CSV = (
    '"CPT only copyright\nall rights, ""reserved"""\n'
    "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"
    "97112,4,3 Date of Service Edit: Clinical,Clinical: Data\n97161,1,2 Date of Service Edit: Policy,Nature of Service\n"
)


def as_text(rows=ROWS, preamble=PREAMBLE):
    return "\r\n".join("\t".join(row) for row in [*preamble, *rows]) + "\r\n"


def text_file(folder, name="ccipra-v322r0-f1.txt", **parts):
    path = folder / name
    path.write_bytes(as_text(**parts).encode("latin-1"))
    return path


def zip_file(folder, name="ccipra-v322r0-f1.zip", members=None):
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in (members or {"ccipra-v322r0-f1.TXT": as_text().encode("latin-1")}).items():
            archive.writestr(member, data)
    return path


def workbook(folder, name="ccipra-v322r0-f1.xlsx", rows=ROWS):
    """CMS's workbooks hold codes and dates as numbers, and a header of several lines in one cell."""
    path = folder / name
    header = [
        "Column 1",
        "Column 2",
        "* = in existence\nprior to 1996",
        "Effective\nDate",
        "Deletion\nDate\n*=no data",
        "Modifier\n0=not allowed",
        "PTP Edit Rationale",
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("PTP")
        for r, row in enumerate([PREAMBLE[0], PREAMBLE[1], header, *rows]):
            for c, cell in enumerate(row):
                number = r > 2 and cell.isdigit()
                (sheet.write_number(r, c, int(cell)) if number else sheet.write_string(r, c, cell))
    return path


@pytest.mark.parametrize("make", [text_file, zip_file, workbook])
def test_each_published_form(tmp_path, make):
    path = make(tmp_path)
    table = load_edits(path)
    assert table.quarter == "2026Q3"
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert table.dated
    assert set(table.pairs) == {
        ("97150", "97110"),
        ("97530", "97116"),
        ("97112", "97140"),
        ("11042", "97597"),
        ("0213T", "97140"),
    }
    assert [e.indicator for e in table.pairs["97150", "97110"]] == [1, 1]
    assert len(load_edits(path, codes=None).pairs) == 6


def test_in_force_on_the_day_in_both_orders(tmp_path):
    table = load_edits(text_file(tmp_path))
    for one, other in (("97110", "97150"), ("97150", "97110")):
        assert [e.effective for e in table.between(one, other, on=D("2019-12-31"))] == [D("2010-01-01")]
        assert not table.between(one, other, on=D("2020-06-01"))
        assert [e.effective for e in table.between(one, other, on=D("2026-06-01"))] == [D("2020-10-01")]
        assert not table.between(one, other, on=D("2009-12-31"))
    last = table.between("97530", "97116", on=D("2020-12-31"))[0]
    assert last.on_boundary(D("2020-12-31"))
    assert not last.on_boundary(D("2020-12-30"))
    assert not table.between("97112", "97140", on=D("1999-04-01"))


def test_a_zip_with_workbook_inside_and_a_twin(tmp_path):
    book = workbook(tmp_path).read_bytes()
    inside = zip_file(tmp_path, members={"ccipra-v322r0-f1.xlsx": book})
    assert len(load_edits(inside).pairs) == 5
    twin = zip_file(
        tmp_path, "ccipra-v322r0-f2.zip", {"a.xlsx": b"not read", "a.txt": as_text().encode("latin-1"), "readme.pdf": b"x"}
    )
    assert len(load_edits(twin).pairs) == 5


def test_a_folder_of_pairs_and_limits(tmp_path):
    folder = tmp_path / "2026Q3"
    folder.mkdir()
    zip_file(folder)
    (folder / "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv").write_text(MUE_CSV, encoding="latin-1")
    table = load_edits(folder)
    assert table.quarter == "2026Q3"
    assert {code: (m.units, m.indicator) for code, m in table.mues.items()} == {"97112": (4, 3), "97161": (1, 2)}
    assert table.pairs


def test_limits_alone_leave_the_built_in_pairs(tmp_path):
    path = tmp_path / "MCR_MUE_PractitionerServices_Eff_01-01-2026.csv"
    path.write_text(MUE_CSV.replace("97112,4", "97112,5"), encoding="latin-1")
    policy = load_policy(edits=path)
    assert policy.edits.mues["97112"].units == 5
    assert policy.edits.between("97150", "97112", on=D("2024-08-01"))
    assert "pairs built in, 2024Q3" in policy.edits.source


def test_a_copy_without_effective_dates(tmp_path):
    path = tmp_path / "pairs_2024-07-01.tsv"
    path.write_text(
        "# a copy\ncolumn1\tcolumn2\tdeletion\tmodifier\trationale\n97150\t97110\t*\t1\tx\n97150\t97110\t20191231\t1\tx\n",
        encoding="latin-1",
    )
    table = load_edits(path)
    assert (table.quarter, table.dated, len(table.pairs["97150", "97110"])) == ("2024Q3", False, 2)


@pytest.mark.parametrize(
    ("name", "preamble", "quarter"),
    [
        ("ccipra-v310r0-f1.txt", PREAMBLE, "2025Q1"),
        ("ccipra-v313r0-f4.txt", PREAMBLE, "2025Q4"),
        ("edits_2026Q2.txt", PREAMBLE, "2026Q2"),
        ("edits.txt", [["in force from 01-01-2026"], *PREAMBLE], "2026Q1"),
        ("edits.txt", PREAMBLE, "2020Q4"),
    ],
)
def test_the_quarter_is_found(tmp_path, name, preamble, quarter):
    assert load_edits(text_file(tmp_path, name, preamble=preamble)).quarter == quarter
    assert load_edits(text_file(tmp_path, name, preamble=preamble), quarter="2030Q1").quarter == "2030Q1"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["9715", "97110", "", "20200101", "*", "1", ""], "line 7: column 1 is no five-character code"),
        (["97150", "971100", "", "20200101", "*", "1", ""], "line 7: column 2 is no five-character code"),
        (["97150", "97150", "", "20200101", "*", "1", ""], "line 7: 97150 is paired with itself"),
        (["97150", "97110", "", "20201301", "*", "1", ""], "line 7: effective date is written YYYYMMDD"),
        (["97150", "97110", "", "2020-01-01", "*", "1", ""], "line 7: effective date is written YYYYMMDD"),
        (["97150", "97110", "", "*", "*", "1", ""], "line 7: no effective date"),
        (["97150", "97110", "", "20200101", "20191231", "1", ""], "line 7: the deletion date lies before"),
        (["97150", "97110", "", "20200101", "*", "5", ""], "line 7: modifier indicator is 0, 1 or 9, not 5"),
        (["97150", "97110", "", "20200101", "*", "", ""], "line 7: modifier indicator is no whole number"),
        (["97150", "97110"], "line 7: no effective date"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(tmp_path, row, reason):
    with pytest.raises(PolicyError, match=f"ccipra-v322r0-f1.txt: {reason}"):
        load_edits(text_file(tmp_path, rows=[row, *ROWS]))


def test_two_rows_for_one_key_that_disagree(tmp_path):
    other = ["97150", "97110", "", "20201001", "*", "0", "another reason"]
    with pytest.raises(PolicyError, match=r"line 14: 97150/97110 says otherwise than .* line 8 for the same date"):
        load_edits(text_file(tmp_path, rows=[*ROWS, other]))
    assert load_edits(text_file(tmp_path, rows=[*ROWS, ROWS[1]])).pairs


@pytest.mark.parametrize(
    ("mue", "reason"),
    [
        ("97112,x,3,\n", "line 4: unit limit is no whole number"),
        ("97112,4,7,\n", "line 4: wants a unit limit"),
        ("9711,4,3,\n", "line 4: column 1 is no"),
        ("97112,4,3,\n97112,5,3,\n", "line 5: 97112 has another limit"),
    ],
)
def test_wrong_limits(tmp_path, mue, reason):
    path = tmp_path / "mue_2026Q1.csv"
    path.write_text(MUE_CSV.split("97112", maxsplit=1)[0] + mue, encoding="latin-1")
    with pytest.raises(PolicyError, match=reason):
        load_edits(path)


def test_files_that_are_none(tmp_path):
    (tmp_path / "empty").mkdir()
    cases = {
        "damaged.zip": (b"PK\x03\x04 broken", "damaged.zip: the zip is damaged"),
        "damaged.xlsx": (b"no workbook", "damaged.xlsx: not a workbook"),
        "no_header.txt": (b"97150\t97110\t\t20200101\t*\t1\n", "no_header.txt: no row of code pairs"),
        "binary.txt": (b"\x00\x01\x02" * 10, "binary.txt: line 1: holds binary data"),
        "long.txt": (b"x" * 200_000, "long.txt: line 1: too long"),
        "edits.json": (b"{}", "wants a zip, xlsx"),
    }
    for name, (data, reason) in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(PolicyError, match=reason):
            load_edits(tmp_path / name)
    with pytest.raises(PolicyError, match="empty: the folder holds no"):
        load_edits(tmp_path / "empty")
    with pytest.raises(PolicyError, match="there is no such file"):
        load_edits(tmp_path / "gone.zip")


def test_bombs_are_refused_before_they_unpack(tmp_path):
    bomb = zip_file(tmp_path, "bomb.zip", {"a.txt": b"0" * 50_000_000})
    with pytest.raises(PolicyError, match=r"bomb.zip/a.txt: unpacks to 50000000 bytes from \d+; refused"):
        load_edits(bomb)
    book = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    with pytest.raises(PolicyError, match=r"bomb.xlsx: unpacks to 50000000 bytes"):
        load_edits(book)
    nested = zip_file(tmp_path, "nested.zip", {"inner.zip": b"PK"})
    with pytest.raises(PolicyError, match=r"nested.zip: no xlsx, txt, tsv or csv file in the zip"):
        load_edits(nested)


@pytest.mark.parametrize("cut", range(5, 400, 37))
def test_a_truncated_zip_is_a_named_error(tmp_path, cut):
    path = zip_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(PolicyError, match=r"ccipra-v322r0-f1.zip"):
        load_edits(path)


def test_a_member_whose_bytes_are_damaged_is_a_named_error(tmp_path):
    path = zip_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[90:110] = b"\xff" * 20
    path.write_bytes(bytes(data))
    with pytest.raises(PolicyError, match=r"ccipra-v322r0-f1.zip"):
        load_edits(path)
