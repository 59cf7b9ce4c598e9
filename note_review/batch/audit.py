"""The audit of a reviewed folder: compare its notes, gather the figures, write the report. Everything is made anew each time."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from note_review.across.copied import CLINICIAN_WINDOW, PATIENT_WINDOW
from note_review.across.run import Settings, compare_notes
from note_review.reports.audit.book import write_book
from note_review.reports.audit.facts import gather
from note_review.reports.audit.page import render, require_pdf, write_pdf
from note_review.reports.audit.quotes import Names, across_rows
from note_review.reviewed import Reviewed

WORST = 8


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit gave: its files, and how often each rule across notes was found."""

    files: tuple[Path, ...]
    notes: int
    across: dict[str, int]


def audit(folder: Path, *, settings: Settings | None = None, names: bool = False, pdf: bool = True) -> Audited:
    """Write the audit of a reviewed folder into its folder ``audit``.

    ``report.html``, ``report.pdf``, ``report.xlsx``, ``report.json`` (every figure), ``across.parquet`` and ``across.jsonl`` (findings
    over several notes), ``copies.parquet`` and ``peers.parquet``. The old audit stays until the new one is whole.

    Parameters
    ----------
    settings
        Opening hours and the visits of a plateau.
    names
        Whether patients' names and notes' ids are shown.
    pdf
        Whether the PDF is made too.

    Raises
    ------
    InputError
        The folder holds no finished batch.
    SettingsError
        An extra that this needs is not installed.
    """
    settings = settings or Settings()
    if pdf:
        require_pdf()
    fresh, kept = folder / "audit.tmp", folder / "audit"
    with Reviewed(folder) as tables:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        try:
            coverage = compare_notes(tables, fresh, settings)
            facts = gather(tables, coverage=coverage, settings=_said(settings))
            _write(tables, facts, fresh, names=Names(tables, shown=names), pdf=pdf)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    shutil.rmtree(kept, ignore_errors=True)
    fresh.replace(kept)
    found = {row["finding"]: row["found"] for row in facts["across"]}
    return Audited(tuple(sorted(kept.iterdir())), facts["overview"]["notes"], found)


def _write(tables: Reviewed, facts: dict[str, Any], out: Path, *, names: Names, pdf: bool) -> None:
    worst = [
        (name, list(rows)) for name, rows in groupby(across_rows(tables, names, worst=WORST), key=lambda row: row["finding"])
    ]
    page = render(facts, [(name, rows) for name, rows in worst if name != "peer_outlier"], names_shown=names.shown)
    (out / "report.html").write_text(page, "utf-8")
    if pdf:
        write_pdf(page, out / "report.pdf")
    write_book(tables, facts, names, out / "report.xlsx")
    (out / "report.json").write_text(json.dumps(facts, indent=1, default=str) + "\n", "utf-8")
    columns = [column for column, *_ in tables.rows("DESCRIBE across")]
    with (out / "across.jsonl").open("w", encoding="utf-8") as file:
        for row in tables.rows('SELECT * FROM across ORDER BY rule, n NULLS FIRST, clinician, "start", message'):
            file.write(json.dumps(dict(zip(columns, row, strict=True)), default=str) + "\n")


def _said(settings: Settings) -> dict[str, Any]:
    hours = settings.hours
    own = "".join(f", {clinic} {open_:g}" for clinic, open_ in sorted(hours.clinics.items()))
    return {
        "hours": f"{hours.usual:g} opening hours a day{own}", "visits": settings.visits, "patient_window": PATIENT_WINDOW,
        "clinician_window": CLINICIAN_WINDOW,
    }  # fmt: skip
