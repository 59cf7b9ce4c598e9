"""A sample as files: the whole frame, a worksheet for the auditor to fill in, and the design with its seed."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from note_review.errors import SettingsError
from note_review.reports.cells import guarded
from note_review.reports.workbook import Column, Workbook
from note_review.reviewed import Reviewed
from note_review.sampling.frame import Design, Frame, FrameUnit

FORMAT = "note-review-sample/1"
FRAME = ("unit", "note", "date_of_service", "clinician", "clinic", "payer", "code", "units", "risk", "amount", "stratum",
         "random_number", "order", "drawn")  # fmt: skip
HOW = (
    "A unit's random number is the SHA-256 of SEED:UNIT in hexadecimal. In each stratum the units with the smallest numbers are "
    "drawn, then the spares. frame.csv holds every unit that could have been drawn."
)
FILL = (
    "Fill in in_error (yes or no) and, where yes, amount_allowed: what the documentation supports, US dollars. amount is what the "
    "fee schedule pays; put in what was paid where you know it. Then: note-review estimate WORKSHEET"
)


def draw(folder: Path, design: Design, out: Path) -> dict[str, Any]:
    """Draw a sample from a reviewed folder and write ``frame.csv``, ``worksheet.xlsx`` and ``sample.json`` into ``out``.

    Raises
    ------
    InputError
        The folder holds no finished batch.
    SettingsError
        The frame is empty, the size too small for the strata, or ``out`` holds a sample already.
    """
    if (out / "sample.json").exists():
        raise SettingsError(f"{out} holds a sample already: a drawn sample is never overwritten")
    with Reviewed(folder, wanted=("reviews", "lines")) as tables:
        frame = Frame(tables, design)
        out.mkdir(parents=True, exist_ok=True)
        drawn = _write_frame(frame, out / "frame.csv")
        about = _about(frame, tables, hashlib.sha256((out / "frame.csv").read_bytes()).hexdigest())
        reasons = dict(_reasons(tables, [unit.n for unit, _ in drawn]))
    _write_worksheet(out / "worksheet.xlsx", drawn, reasons, about)
    (out / "sample.json").write_text(json.dumps(about, indent=1, default=str) + "\n", "utf-8")
    return about


def _write_frame(frame: Frame, path: Path) -> list[tuple[FrameUnit, str]]:
    """Write the whole frame and return what was drawn, in the order of stratum and random number."""
    taken = list[tuple[FrameUnit, str]]()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FRAME)
        for unit in frame.units():
            quota = frame.quota[unit.stratum]
            drawn = "yes" if unit.order <= quota else "spare" if unit.order <= quota + frame.design.spares else ""
            writer.writerow([guarded(cell) for cell in (*unit, drawn)])
            if drawn:
                taken.append((unit, drawn))
    return sorted(taken, key=lambda item: (item[1] == "spare", item[0].stratum, item[0].order))


def _about(frame: Frame, tables: Reviewed, digest: str) -> dict[str, Any]:
    strata = [
        {"name": s.name, "units": s.units, "sampled": frame.quota[s.name], "deviation_of_amount": round(s.deviation, 2)}
        for s in frame.strata.values()
    ]
    asked = {field.name: getattr(frame.design, field.name) for field in fields(frame.design)}
    design = {"method": frame.design.method, **asked, "only": dict(frame.design.only), "size": sum(frame.quota.values())}
    return {
        "format": FORMAT, **design, "how": HOW, "frame_units": sum(s["units"] for s in strata),
        "frame_amount": round(frame.amount, 2), "frame_units_without_amount": frame.unpriced, "frame_sha256": digest,
        "strata": strata, "reviewed_by": tables.run().get("version"),
    }  # fmt: skip


def _reasons(tables: Reviewed, wanted: list[int]) -> Iterator[tuple[int, str]]:
    """Give each note's reasons and failed checks by name, once."""
    query = "SELECT n, list_concat(reasons, failed_checks) FROM reviews WHERE n IN (SELECT unnest(?))"
    for n, names in tables.rows(query, [wanted]):
        yield n, ", ".join(dict.fromkeys(names))


def _write_worksheet(path: Path, drawn: list[tuple[FrameUnit, str]], reasons: dict[int, str], about: dict[str, Any]) -> None:
    columns = (
        Column("unit", 8), Column("note", 8), Column("date_of_service", 14), Column("clinician", 20), Column("code", 8),
        Column("stratum", 20), Column("risk", 10), Column("the_review_says", 46), Column("amount", 10, "money"),
        Column("in_error", 10, choices=("yes", "no")), Column("amount_allowed", 15, "money"), Column("remark", 30),
    )  # fmt: skip
    with Workbook(path) as book:
        for name, kind in (("Sample", "yes"), ("Spares", "spare")):
            rows = (
                (u.unit, u.n, u.date, u.clinician, u.code, u.stratum, u.level, reasons.get(u.n, ""), u.amount, "", "", "")
                for u, is_drawn in drawn
                if is_drawn == kind
            )
            book.sheet(name, columns, rows)
        facts = [(name, _plain(value)) for name, value in about.items() if name != "strata"] + [("to do", FILL)]
        book.sheet("Design", (Column("what", 28), Column("value", 110)), facts)
        strata = ((s["name"], s["units"], s["sampled"]) for s in about["strata"])
        book.sheet("Strata", (Column("stratum", 30), Column("units", 12), Column("sampled", 12)), strata)


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value
