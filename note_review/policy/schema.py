"""What a policy or payer file may say: the names of settings, the type and range of each, and the check of one file."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from note_review.policy.model import FIRMNESS, Edit, Fact, Fee, Firmness, Mue, Value
from note_review.policy.toml_lines import Document

CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
QUARTER = re.compile(r"\d{4}Q[1-4]")
_DATED = frozenset({"since", "until", "source", "firmness", "note"})


@dataclass(frozen=True, slots=True)
class Setting:
    """A named setting: what it is in words, and how a written value is checked (None where it is wrong)."""

    title: str
    wants: str
    read: Callable[[Any], Value | None]


def _whole(low: int, high: int) -> tuple[str, Callable[[Any], Value | None]]:
    def read(value: Any) -> Value | None:
        return value if type(value) is int and low <= value <= high else None

    return f"a whole number from {low} to {high}", read


def _decimal(low: int, high: int) -> tuple[str, Callable[[Any], Value | None]]:
    def read(value: Any) -> Value | None:
        if type(value) not in (int, Decimal) or not Decimal(value).is_finite() or not low <= value <= high:
            return None
        return Decimal(value)

    return f"a number from {low} to {high}", read


def _choice(*words: str) -> tuple[str, Callable[[Any], Value | None]]:
    return "one of " + ", ".join(words), lambda value: cast(Value, value) if value in words else None


def _read_codes(value: Any) -> Value | None:
    if not isinstance(value, list) or len(set(map(str, value))) != len(value):
        return None
    return tuple(value) if all(isinstance(v, str) and CODE.fullmatch(v) for v in value) else None


def _read_modifiers(value: Any) -> Value | None:
    if not isinstance(value, list) or not all(isinstance(v, str) and re.fullmatch(r"[0-9A-Z]{2}", v) for v in value):
        return None
    return tuple(value)


def _read_pairs(value: Any) -> Value | None:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        return None
    return tuple((pair[0], pair[1]) for pair in value) if all(_read_codes(pair) for pair in value) else None


_BOOL = ("true or false", lambda value: value if type(value) is bool else None)
_CODES = ("a list of different five-character codes", _read_codes)
_PAIRS = ("a list of pairs of different five-character codes", _read_pairs)
_MODIFIERS = ("a list of two-character modifiers", _read_modifiers)
_DAYS = _whole(1, 366)

SETTINGS: Mapping[str, Setting] = {
    "counting_method": Setting("How timed units are counted", *_choice("total_time", "midpoint")),
    "unit_minutes": Setting("Minutes in one timed unit", *_whole(1, 60)),
    "first_unit_minutes": Setting("Minutes from which a unit is earned", *_whole(1, 60)),
    "timed_codes": Setting("Codes counted in units of a quarter of an hour", *_CODES),
    "untimed_codes": Setting("Codes of one unit whatever the minutes", *_CODES),
    "evaluation_codes": Setting("Evaluations and re-evaluations", *_CODES),
    "physical_therapy_codes": Setting("Codes of physical therapy alone: they carry GP", *_CODES),
    "occupational_therapy_codes": Setting("Codes of occupational therapy alone: they carry GO", *_CODES),
    "not_speech_therapy_codes": Setting(
        "Codes that a speech-language pathologist does not report: they do not carry GN", *_CODES
    ),
    "therapy_codes": Setting("Codes that carry a discipline modifier", *_CODES),
    "distinct_service_modifiers": Setting("Modifiers that mark a distinct service", *_MODIFIERS),
    "distinct_service_pairs": Setting("Pairs this payer itself wants marked as distinct", *_PAIRS),
    "ncci_edits": Setting("Whether CMS's code-pair edits apply", *_BOOL),
    "unit_limits": Setting("Whether CMS's unit limits (MUE) apply", *_BOOL),
    "therapy_modifier_required": Setting("Whether GP, GO or GN is asked for", *_BOOL),
    "kx_required": Setting("Whether KX is asked for above the threshold", *_BOOL),
    "kx_threshold": Setting("Therapy threshold of a calendar year, US dollars", *_decimal(0, 1_000_000)),
    "targeted_review_threshold": Setting(
        "Amount above which claims may be picked for review, US dollars", *_decimal(0, 1_000_000)
    ),
    "assistant_modifier_required": Setting("Whether CQ or CO is asked for", *_BOOL),
    "assistant_de_minimis_percent": Setting(
        "Share of a unit an assistant may give without a modifier, per cent", *_decimal(0, 100)
    ),
    "assistant_payment_percent": Setting("What a line with CQ or CO pays, per cent", *_decimal(0, 100)),
    "plan_of_care_required": Setting("Whether a certified plan of care is asked for", *_BOOL),
    "certification_days": Setting("Days from first treatment to certification", *_DAYS),
    "certification_max_days": Setting("Longest certification, days", *_DAYS),
    "recertification_days": Setting("Days after which a plan is certified anew", *_DAYS),
    "verbal_order_signature_days": Setting("Days in which a verbal order is signed", *_DAYS),
    "signed_order_exception": Setting("Whether a signed order and proof of sending stand for the first certification", *_BOOL),
    "progress_report_treatment_days": Setting("Treatment days in which a progress report falls due", *_whole(1, 100)),
    "conversion_factor": Setting("US dollars for one relative value unit", *_decimal(1, 1000)),
    "mppr_practice_expense_percent": Setting("Practice expense paid for every unit but the first, per cent", *_decimal(0, 100)),
}


def read_facts(document: Document, *, tables: frozenset[str]) -> dict[str, tuple[Fact, ...]]:
    """Read every setting of a file.

    Parameters
    ----------
    tables
        Top-level names that are no settings and are read elsewhere.

    Raises
    ------
    PolicyError
        An unknown name, a wrong value, a missing source, or two values for one day; file, line and reason are named.
    """
    found: dict[str, tuple[Fact, ...]] = {}
    for name in document.data:
        if name in tables:
            continue
        if name not in SETTINGS:
            document.fail(f"unknown setting {name}{_meant(name, [*SETTINGS, *tables])}", name)
        facts = [_fact(document, name, index) for index in range(len(entries_of(document, name)))]
        _refuse_overlap(document, name, facts)
        found[name] = tuple(sorted(facts, key=lambda fact: fact.since, reverse=True))
    return found


def entries_of(document: Document, name: str) -> list[dict[str, Any]]:
    """Return the entries of an array of tables ``[[name]]``."""
    entries = document.data.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        document.fail(f"{name} is written as tables: [[{name}]]", name)
    return entries


def check_keys(
    document: Document, path: tuple[str | int, ...], entry: Mapping[str, Any], *, wanted: set[str], allowed: set[str]
) -> None:
    """Refuse keys that are unknown or missing in one table."""
    for key in entry:
        if key not in wanted | allowed:
            document.fail(f"unknown key {key}{_meant(key, sorted(wanted | allowed))}", *path, key)
    for key in sorted(wanted - set(entry)):
        document.fail(f"{path[0]} has no {key}", *path)


def check_dated(document: Document, path: tuple[str | int, ...], entry: Mapping[str, Any]) -> None:
    """Refuse a table whose dates, source or firmness are not what they must be."""
    for key in ("since", "until"):
        value = entry.get(key)
        if value is not None and type(value) is not datetime.date:
            document.fail(f"{key} is a date: 2026-01-31", *path, key)
    if entry.get("until") is not None and entry["until"] < entry["since"]:
        document.fail("until lies before since", *path, "until")
    if not isinstance(entry["source"], str) or not entry["source"].strip():
        document.fail("source says where the value was read", *path, "source")
    if not isinstance(entry.get("note", ""), str):
        document.fail("note is text", *path, "note")
    if not isinstance(entry["firmness"], str) or entry["firmness"] not in FIRMNESS:
        document.fail("firmness is one of " + ", ".join(FIRMNESS), *path, "firmness")


def _fact(document: Document, name: str, index: int) -> Fact:
    entry, path = entries_of(document, name)[index], (name, index)
    check_keys(document, path, entry, wanted={"value", "since", "source", "firmness"}, allowed=set(_DATED))
    check_dated(document, path, entry)
    setting = SETTINGS[name]
    value = setting.read(entry["value"])
    if value is None:
        document.fail(f"{name} wants {setting.wants}", *path, "value")
    origin = f"{document.name}:{document.line(*path)}"
    return Fact(
        name,
        value,
        entry["since"],
        entry.get("until"),
        entry["source"],
        cast(Firmness, entry["firmness"]),
        origin,
        entry.get("note", ""),
    )


def _refuse_overlap(document: Document, name: str, facts: list[Fact]) -> None:
    for index, fact in enumerate(facts):
        for earlier in facts[:index]:
            if fact.holds(earlier.since) or earlier.holds(fact.since):
                document.fail(f"{name} has two values on one day; the other is at {earlier.origin}", name, index)


def _meant(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; is {close[0]} meant?" if close else ""


def read_fees(document: Document) -> tuple[Fee, ...]:
    """Read ``[[fee]]``: relative value units of a code, dated."""
    fees = []
    _, number = _decimal(0, 1000)
    for index, entry in enumerate(entries_of(document, "fee")):
        path = ("fee", index)
        check_keys(document, path, entry, wanted={"code", "work", "pe", "mp", "since", "source", "firmness"}, allowed=set(_DATED))
        check_dated(document, path, entry)
        _check_code(document, path, "code", entry["code"])
        for key in ("work", "pe", "mp"):
            if number(entry[key]) is None:
                document.fail(f"{key} is a number from 0 to 1000", *path, key)
        origin = f"{document.name}:{document.line(*path)}"
        parts = (Decimal(entry["work"]), Decimal(entry["pe"]), Decimal(entry["mp"]), None)
        fees.append(
            Fee(
                entry["code"],
                *parts,
                entry["since"],
                entry.get("until"),
                entry["source"],
                cast(Firmness, entry["firmness"]),
                origin,
            )
        )
    return tuple(fees)


def read_edits(document: Document) -> tuple[Edit, ...]:
    """Read ``[[edit]]``: a column 1 code, its column 2 codes, indicator, dates and rationale."""
    edits = []
    for index, entry in enumerate(entries_of(document, "edit")):
        path = ("edit", index)
        check_keys(
            document, path, entry, wanted={"column1", "column2", "indicator", "rationale"}, allowed={"effective", "deletion"}
        )
        _check_code(document, path, "column1", entry["column1"])
        if not _read_codes(entry["column2"]):
            document.fail(f"column2 wants {_CODES[0]}", *path, "column2")
        if entry["indicator"] not in (0, 1, 9) or type(entry["indicator"]) is not int:
            document.fail("indicator is 0, 1 or 9", *path, "indicator")
        for key in ("effective", "deletion"):
            if key in entry and type(entry[key]) is not datetime.date:
                document.fail(f"{key} is a date: 2026-01-31", *path, key)
        dates = (entry.get("effective"), entry.get("deletion"))
        edits += [Edit(entry["column1"], code, *dates, entry["indicator"], entry["rationale"]) for code in entry["column2"]]
    return tuple(edits)


def read_mues(document: Document) -> tuple[Mue, ...]:
    """Read ``[[mue]]``: the most units a day of some codes and the kind of limit."""
    mues = []
    for index, entry in enumerate(entries_of(document, "mue")):
        path = ("mue", index)
        check_keys(document, path, entry, wanted={"codes", "units", "indicator"}, allowed=set())
        if not _read_codes(entry["codes"]):
            document.fail(f"codes wants {_CODES[0]}", *path, "codes")
        if type(entry["units"]) is not int or entry["units"] < 0 or entry["indicator"] not in (1, 2, 3):
            document.fail("units is a whole number and indicator 1, 2 or 3", *path, "units")
        mues += [Mue(code, entry["units"], entry["indicator"]) for code in entry["codes"]]
    return tuple(mues)


def _check_code(document: Document, path: tuple[str | int, ...], key: str, value: Any) -> None:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        document.fail(f"{key} is a five-character code in quotes", *path, key)
