"""Values by date and payer, payer files with planted mistakes, and rows for printing."""

import datetime
import pickle
from decimal import Decimal

import pytest

from note_review.errors import PolicyError, SettingsError
from note_review.policy import changes, describe, load_fees, load_policy, payer_names
from note_review.policy.model import FIRMNESS

D = datetime.date.fromisoformat

ENTRY = """
[[{name}]]
value = {value}
since = 2020-01-01
source = "own contract, page 3"
firmness = "P"
"""
PAYER = '[payer]\nname = "mine"\ninherits = "medicare"\n'


def payer_file(folder, text, name="mine.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "threshold"),
    [
        ("2023-12-31", 2230),
        ("2024-01-01", 2330),
        ("2024-12-31", 2330),
        ("2025-06-01", 2410),
        ("2026-01-01", 2480),
        ("2027-01-01", None),
    ],
)
def test_threshold_by_year(day, threshold):
    assert load_policy(date=D(day)).amount("kx_threshold") == threshold
    assert load_policy().on(D(day)).amount("kx_threshold") == threshold


def test_signed_order_exception_begins_in_2025():
    policy = load_policy()
    assert not policy.flag("signed_order_exception", D("2024-12-31"))
    assert policy.flag("signed_order_exception", D("2025-01-01"))


def test_default_date_is_that_of_the_data_and_not_of_the_clock():
    policy = load_policy()
    assert (policy.as_of, policy.payer, policy.edits_quarter) == (D("2026-01-01"), "medicare", "2024Q3")


def test_shipped_payers():
    assert payer_names() == ("ama_midpoint", "commercial_example", "medicare")
    counting = {name: load_policy(payer=name).text("counting_method") for name in payer_names()}
    assert counting == {"medicare": "total_time", "ama_midpoint": "midpoint", "commercial_example": "midpoint"}
    assert load_policy(payer="commercial_example").chain == ("commercial_example", "ama_midpoint", "medicare")
    assert load_policy().pairs("distinct_service_pairs") == ()
    assert ("97112", "97140") in load_policy(payer="commercial_example").pairs("distinct_service_pairs")


def test_every_value_has_source_firmness_and_date():
    for row in describe(load_policy()):
        assert row.source
        assert row.firmness in FIRMNESS
        assert row.since is not None
        assert row.value
    names = {row.name for row in describe(load_policy())}
    assert {"counting_method", "kx_threshold", "fee 97112", "edit 97150/1", "unit limit 97112", "signed_order_exception"} <= names


def test_no_edit_pairs_97112_with_97140():
    edits = load_policy().edits
    assert edits.rows("97140", "97112")
    for year in range(1999, 2027):
        assert not edits.between("97112", "97140", on=datetime.date(year, 4, 1))


def test_changes_between_two_years():
    found = {c.name: (c.before, c.after) for c in changes(load_policy(date=D("2024-12-31")), load_policy(date=D("2025-01-01")))}
    assert found["kx_threshold"] == ("2330", "2410")
    assert found["signed_order_exception"] == ("no", "yes")
    assert "counting_method" not in found


def test_a_policy_travels_between_processes():
    policy = load_policy(payer="commercial_example")
    assert pickle.loads(pickle.dumps(policy)) == policy


def test_a_payer_is_a_file_that_inherits(tmp_path):
    path = payer_file(tmp_path, PAYER + ENTRY.format(name="counting_method", value='"midpoint"'))
    policy = load_policy(payer=path)
    assert (policy.payer, policy.chain) == ("mine", ("mine", "medicare"))
    assert policy.text("counting_method") == "midpoint"
    assert policy.flag("kx_required")
    assert policy.text("counting_method", D("2019-12-31")) == "total_time"
    assert load_policy(payer=str(path)) == policy


def test_a_payer_may_inherit_from_a_file_beside_it(tmp_path):
    payer_file(tmp_path, PAYER + ENTRY.format(name="kx_required", value="false"), "parent.toml")
    path = payer_file(tmp_path, '[payer]\nname = "child"\ninherits = "parent.toml"\n', "child.toml")
    assert not load_policy(payer=path).flag("kx_required")


def test_a_changed_file_is_read_again(tmp_path):
    path = payer_file(tmp_path, PAYER + ENTRY.format(name="kx_required", value="false"))
    assert not load_policy(payer=path).flag("kx_required")
    payer_file(tmp_path, PAYER + "# changed\n" + ENTRY.format(name="kx_required", value="true"))
    assert load_policy(payer=path).flag("kx_required")


GOOD = ENTRY.format(name="kx_required", value="false")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (PAYER + GOOD + "[[kx_required\n", 10, "not TOML"),
        (PAYER + 'x = "unclosed\n', 4, "not TOML"),
        (PAYER + GOOD.replace("kx_required", "kx_requird"), 5, "is kx_required meant"),
        (PAYER + GOOD.replace("source", "sourc"), 8, "is source meant"),
        (PAYER + GOOD.replace("false", '"no"'), 6, "wants true or false"),
        (PAYER + GOOD.replace('firmness = "P"', 'firmness = "X"'), 9, "firmness is one of"),
        (PAYER + GOOD.replace('firmness = "P"\n', ""), 5, "has no firmness"),
        (PAYER + GOOD.replace("2020-01-01", '"2020-01-01"'), 7, "since is a date"),
        (PAYER + GOOD.replace("2020-01-01", "2020-01-01T10:00:00"), 7, "since is a date"),
        (PAYER + GOOD + "until = 2019-12-31\n", 10, "until lies before since"),
        (PAYER + GOOD.replace("own contract, page 3", " "), 8, "source says where"),
        (PAYER + GOOD + GOOD, 11, "two values on one day; the other is at mine.toml:5"),
        (PAYER + ENTRY.format(name="counting_method", value='"eights"'), 6, "one of total_time, midpoint"),
        (PAYER + ENTRY.format(name="unit_minutes", value="0"), 6, "a whole number from 1 to 60"),
        (PAYER + ENTRY.format(name="unit_minutes", value="15.0"), 6, "a whole number"),
        (PAYER + ENTRY.format(name="kx_threshold", value="nan"), 6, "a number from 0"),
        (PAYER + ENTRY.format(name="timed_codes", value='["9711"]'), 6, "five-character codes"),
        (PAYER + ENTRY.format(name="distinct_service_pairs", value='[["97112", "97112"]]'), 6, "pairs of different"),
        (
            PAYER + ENTRY.format(name="distinct_service_pairs", value='[\n  ["97112", "97140"],\n  ["97112"],\n]'),
            6,
            "pairs of different",
        ),
        (PAYER + "kx_required = true\n", 4, "unknown key kx_required"),
        ("kx_required = true\n" + PAYER, 1, "written as tables"),
        (PAYER.replace('name = "mine"\n', ""), 1, "payer has no name"),
        (PAYER.replace('"mine"', "7"), 2, "name is text"),
        ("# nothing\n", 1, "has a table [payer]"),
        (PAYER.replace('"medicare"', '"medicaid"'), 3, "no payer medicaid to inherit from"),
        (PAYER.replace('"medicare"', '"mine.toml"'), 3, "inherits from itself"),
        (PAYER.replace('"medicare"', '"gone.toml"'), None, "cannot be read"),
        (
            PAYER + '[[fee]]\ncode = "97112"\nwork = -1\npe = 0.5\nmp = 0.01\nsince = 2026-01-01\nsource = "x"\nfirmness = "P"\n',
            6,
            "work is a number",
        ),
    ],
)
def test_a_bad_payer_file_is_refused_with_line_and_reason(tmp_path, text, line, reason):
    path = payer_file(tmp_path, text)
    with pytest.raises(PolicyError) as caught:
        load_policy(payer=path)
    message = str(caught.value)
    assert reason in message
    assert line is None or message.startswith(f"mine.toml: line {line}: ")


def test_other_bad_files(tmp_path):
    with pytest.raises(SettingsError, match="no payer aetna; there are ama_midpoint"):
        load_policy(payer="aetna")
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(payer=tmp_path / "gone.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[payer]\nname = "caf\xe9"\n')
    with pytest.raises(PolicyError, match=r"latin.toml: line 2: not UTF-8"):
        load_policy(payer=path)
    path = tmp_path / "deep.toml"
    path.write_text("[payer]\nname = " + "[" * 5000 + "\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"deep.toml: line \d+: not TOML"):
        load_policy(payer=path)


@pytest.mark.parametrize(
    "extra", ['note = """\n[[not_a_table]]\nvalue = 1\n"""\n', "note = 'has = sign # and [ bracket'\n", "# [[comment]]\n"]
)
def test_line_numbers_survive_strings_and_comments(tmp_path, extra):
    text = PAYER + GOOD + extra + ENTRY.format(name="unit_minutes", value="99")
    path = payer_file(tmp_path, text)
    line = text[: text.index("value = 99")].count("\n") + 1
    with pytest.raises(PolicyError, match=rf"mine.toml: line {line}: unit_minutes wants"):
        load_policy(payer=path)


def test_a_fee_schedule_of_ones_own(tmp_path):
    path = tmp_path / "fees.csv"
    path.write_text("Code,Amount,since\n97112,$45.50,\n97110,40,2026-01-01\n", encoding="utf-8")
    policy = load_policy(fees=load_fees(path))
    assert policy.fee("97112").amount == Decimal("45.50")
    assert policy.fee("97110", D("2024-05-01")).amount is None
    assert policy.fee("97530").work == Decimal("0.44")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("code,price\n97112,3\n", "line 1: wants the columns"),
        ("code,amount\n9711,3\n", "line 2: code has five"),
        ("code,amount\n97112,3\n97110,abc\n", "line 3: amount is a number"),
        ("code,amount\n97112,-3\n", "line 2: amount is a number"),
        ("code,amount\n97112,\n", "line 2: neither amount"),
        ("code,amount,since\n97112,3,1/1/26\n", "line 2: since is a date"),
        ("code,amount\n97112,3\n97112,4\n", "line 3: 97112 has a fee"),
    ],
)
def test_a_bad_fee_schedule_is_refused(tmp_path, text, reason):
    path = tmp_path / "fees.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=reason):
        load_fees(path)
