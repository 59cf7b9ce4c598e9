"""The report as a workbook: one row per finding, and a sheet for each thing that one sorts and filters by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from note_review.reports.audit.quotes import Names, across_rows
from note_review.reports.wording import counted
from note_review.reports.workbook import Column, Workbook
from note_review.reviewed import Reviewed

_FINDINGS = """
SELECT f.n, r.id, r.patient, p.number, r.clinician, r.clinic, r.date_of_service, r.payer, r.level, r.score, r.code, r.reads_as, f.kind, f.rule,
       f.finding, f.severity, f.message, f.fix, f.amount, r.amount
FROM failing f JOIN reviews r USING (n) LEFT JOIN patient_numbers p ON p.patient = r.patient
ORDER BY f.n, f.kind DESC, f.rule, f.finding, f.message
"""
_NOTES = """
SELECT r.n, r.id, r.patient, p.number, r.clinician, r.clinic, r.date_of_service, r.payer, r.discipline, r.level, r.score, r.code, r.reads_as,
       r.minutes, r.amount, round(r.amount * r.score, 2), array_to_string(r.missing, ', '), array_to_string(r.reasons, ', '),
       array_to_string(r.failed_checks, ', '), r.unread
FROM reviews r LEFT JOIN patient_numbers p ON p.patient = r.patient ORDER BY r.n
"""
_PLACE = (Column("note", 16), Column("patient", 16), Column("clinician", 22), Column("clinic", 14), Column("date", 11))
_AMOUNTS = (Column("billed", 12, "money"), Column("billed_high", 13, "money"), Column("expected_loss", 13, "money"))


def write_book(tables: Reviewed, facts: Mapping[str, Any], names: Names, path: Path) -> None:
    """Write the workbook."""
    with Workbook(path) as book:
        book.sheet("Summary", (Column("what", 34), Column("figure", 90)), _summary(facts))
        book.sheet("Findings", (
            *_PLACE, Column("payer", 12), Column("risk", 10), Column("score", 8, "share"), Column("code", 8), Column("reads_as", 13),
            Column("kind", 8), Column("rule", 8), Column("finding", 26), Column("severity", 9), Column("message", 60, "wrapped"),
            Column("to_ask", 50, "wrapped"), Column("lines_pay", 11, "money"), Column("note_pays", 11, "money"),
        ), _placed(tables, _FINDINGS, names))  # fmt: skip
        book.sheet("Across notes", (
            Column("note", 16), Column("patient", 16), Column("clinician", 22), Column("clinic", 14), Column("date", 11), Column("rule", 8),
            Column("finding", 22), Column("severity", 9), Column("section", 13), Column("message", 70, "wrapped"), Column("carried", 50, "wrapped"),
            Column("today", 50, "wrapped"), Column("compared_with", 24), Column("value", 9), Column("usual", 9), Column("count", 8),
            Column("note_pays", 11, "money"),
        ), _across(tables, names))  # fmt: skip
        book.sheet("Notes", (
            *_PLACE, Column("payer", 12), Column("discipline", 10), Column("risk", 10), Column("score", 8, "share"), Column("code", 8),
            Column("reads_as", 13), Column("minutes", 9), Column("billed", 11, "money"), Column("expected_loss", 13, "money"),
            Column("missing", 24), Column("reasons", 44), Column("failed_checks", 44), Column("stretches_unread", 10),
        ), _placed(tables, _NOTES, names))  # fmt: skip
        _groups(book, facts)


def _placed(tables: Reviewed, query: str, names: Names) -> Iterator[tuple[Any, ...]]:
    """Give rows with note and patient as they may be shown."""
    for n, id, patient, number, *rest in tables.rows(query):
        yield names.note(n, id), names.patient(patient, number), *rest


def _across(tables: Reviewed, names: Names) -> Iterator[tuple[Any, ...]]:
    wanted = ("note", "patient", "clinician", "clinic", "date", "rule", "finding", "severity", "section", "message", "carried", "against", "with",
              "value", "usual", "count", "amount")  # fmt: skip
    for row in across_rows(tables, names):
        yield tuple(row[name] for name in wanted)


def _groups(book: Workbook, facts: Mapping[str, Any]) -> None:
    levels = ("name", "notes", "high", "moderate", "low", "billed", "billed_high", "expected")
    for name, rows in facts["by"].items():
        columns = (Column(name, 24), *(Column(level, 10) for level in levels[1:5]), *_AMOUNTS)
        book.sheet(f"By {name}", columns, _rows(rows, levels))
    peers = (
        "metric",
        "group",
        "clinician",
        "part",
        "whole",
        "value",
        "peers_part",
        "peers_whole",
        "peers",
        "low",
        "high",
        "distance",
        "spread",
        "direction",
    )
    book.sheet("Peers", tuple(Column(p, 22 if p in {"metric", "clinician"} else 11) for p in peers), _rows(facts["peers"], peers))
    sheets = (("Reasons", "reasons", ("finding", "kind", "rule", "notes", "amount")), ("Billed and reads as", "matrix", ("billed", "reads_as", "services")),
              ("Units", "units_by_code", ("code", "lines", "billed", "supported", "units_over", "units_under", "over_amount")),
              ("Carried text", "carried", ("clinician", "notes", "low", "middle", "high")), ("Not read", "unread", ("reason", "notes")))  # fmt: skip
    for title, key, wanted in sheets:
        columns = tuple(Column(w, 26 if i == 0 else 13, "money" if "amount" in w else "text") for i, w in enumerate(wanted))
        book.sheet(title, columns, _rows(facts[key], wanted))


def _rows(rows: Iterable[Mapping[str, Any]], wanted: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    return (tuple(row[name] for name in wanted) for row in rows)


def _summary(facts: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in facts["overview"].items():
        yield name.replace("_", " "), value
    for row in facts["readers"]:
        yield (
            "read by",
            f"{counted(row['notes'], 'note')}: {row['model']} ({row['engine']}), policy of {row['policy_from']} to {row['policy_to']}, payer {row['payer']}",
        )
    yield "version", facts["run"].get("version", "")
    for sample in facts["samples"]:
        found = sample["estimate"]
        yield (
            f"sample {sample['name']}",
            f"{sample['design']['size']} of {sample['design']['frame_units']}, seed {sample['design']['seed']}",
        )
        if found:
            yield f"sample {sample['name']}, lower limit", found["lower_limit"]
