"""Many reviews at a glance: a CSV with one row per note, and a page of counts. Both are made while the reviews stream past."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from note_review.findings import reason_beside
from note_review.reports.cells import guarded
from note_review.reports.html import environment
from note_review.reports.wording import counted
from note_review.risk import LEVELS

COLUMNS = (
    "id", "risk", "score", "code", "assumed", "billed", "reads_as", "probability", "minutes", "supported_units",
    "missing", "reasons", "failed_checks", "unknown_checks", "unread", "engine", "policy", "pending",
)  # fmt: skip
BAR_WIDTH = 400


def csv_header() -> str:
    """Return the first line of the CSV."""
    return _csv_line(COLUMNS)


def csv_row(review: Mapping[str, Any]) -> str:
    """Return one review as a line of CSV that no spreadsheet takes for a formula."""
    risk, claim = review["risk"], review["claim"]
    cells = (
        review["id"], risk["level"], risk["score"], risk["code"], "yes" if risk["assumed"] else "no", _claim(claim["lines"]),
        review["reads_as"], review["probabilities"].get(review["reads_as"], ""),
        " ".join(f"{s['billed'] or 'none'}:{'?' if s['minutes'] is None else s['minutes']}" for s in review["services"]),
        " ".join(f"{code}:{units}" for code, units in claim["supported_units"].items()),
        " ".join(review["missing"]), " ".join(standing_reasons(risk)),
        " ".join(failed_checks(claim)),
        " ".join(check["check"] for check in claim["checks"] if check["result"] == "unknown"),
        len(review["unread"]), review["model"]["engine"], review["policy"]["as_of"],
        " ".join(r["reason"] for r in risk["reasons"] if r["pending"]),
    )  # fmt: skip
    return _csv_line(cells)


def standing_reasons(risk: Mapping[str, Any]) -> list[str]:
    """Return the names of a review's reasons, without those that a draft only lacks so far."""
    return [reason["reason"] for reason in risk["reasons"] if not reason["pending"]]


def failed_checks(claim: Mapping[str, Any]) -> list[str]:
    """Return the names of a claim's failed checks that no reason tells beside them."""
    return [check["check"] for check in claim["checks"] if check["result"] == "fail" and not reason_beside(check["detail"])]


def _claim(lines: list[Mapping[str, Any]]) -> str:
    return " ".join(":".join(filter(None, (x["code"], str(x["units"] or ""), "-".join(x["modifiers"] or ())))) for x in lines)


def _csv_line(cells: tuple[object, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([guarded(cell) for cell in cells])
    return buffer.getvalue()


@dataclass(slots=True)
class Tally:
    """Counts over many reviews; holds nothing of any note."""

    levels: Counter[str] = field(default_factory=Counter)
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    readers: Counter[tuple[str, str]] = field(default_factory=Counter)
    policies: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    unread: int = 0
    errors: int = 0

    @property
    def notes(self) -> int:
        """How many notes were reviewed."""
        return self.levels.total()

    def add(self, review: Mapping[str, Any]) -> None:
        """Count one review."""
        self.levels[review["risk"]["level"]] += 1
        for service in review["services"]:
            self.matrix[service["billed"] or "no code", service["reads_as"]] += 1
        self.reasons.update(set(standing_reasons(review["risk"])))
        self.checks.update(set(failed_checks(review["claim"])))
        self.missing.update(review["missing"])
        model, policy = review["model"], review["policy"]
        engine = f"{model['name']} {model['version']} ({model['engine']} engine)"
        reader, day = (engine, policy["payer"]), policy["as_of"]
        self.readers[reader] += 1
        first, last = self.policies.get(reader, (day, day))
        self.policies[reader] = min(first, day), max(last, day)
        self.unread += bool(review["unread"])


def render_html(tally: Tally) -> str:
    """Return the counts as one page that needs nothing else."""
    reads = sorted({read for _, read in tally.matrix})
    rows = [(billed, [tally.matrix[billed, read] for read in reads]) for billed in sorted({b for b, _ in tally.matrix})]
    tables: list[tuple[str, str, Sequence[tuple[str, int]]]] = [
        ("Notes by risk", "Risk", [(level, tally.levels[level]) for level in reversed(LEVELS)]),
        ("Reasons, by notes that have them", "Reason", _ranked(tally.reasons)),
        ("Missing elements, by notes", "Element", _ranked(tally.missing)),
        ("Failed claim checks, by notes", "Check", _ranked(tally.checks)),
    ]
    charts = [{"title": title, "head": head, "bars": _bars(counts)} for title, head, counts in tables if counts]
    return (
        environment()
        .get_template("summary.html")
        .render(tally=tally, reads=reads, rows=rows, charts=charts, readers=list(_readers(tally)))
    )


def _readers(tally: Tally) -> Iterator[str]:
    """Give one sentence for each engine and payer, with the first and the last policy that judged."""
    for (engine, payer), count in sorted(tally.readers.items()):
        first, last = tally.policies[engine, payer]
        days = first if first == last else f"{first} to {last}, each note by its own date"
        yield f"{counted(count, 'note')}: {engine}, policy of {days}, payer {payer}."


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _bars(counts: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    longest = max((count for _, count in counts), default=0) or 1
    return [{"name": name, "count": count, "width": round(BAR_WIDTH * count / longest, 1)} for name, count in counts]
