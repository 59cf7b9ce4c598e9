"""The report as one self-contained page, and as a PDF of the same page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from note_review.across.peers import METRICS
from note_review.across.rules import RULES
from note_review.errors import SettingsError
from note_review.reports.audit import charts
from note_review.reports.html import environment
from note_review.reports.wording import counted

SHARES = ("high_risk", "reads_otherwise", "units_over", "response_not_measured", "carried")


def render(facts: Mapping[str, Any], across: Sequence[tuple[str, list[dict[str, Any]]]], *, names_shown: bool) -> str:
    """Return the page.

    Parameters
    ----------
    facts
        What :func:`note_review.reports.audit.facts.gather` returned.
    across
        The gravest findings of each rule across notes, by the rule's name.
    names_shown
        Whether patients' names were asked for.
    """
    overview = facts["overview"]
    over = [row for row in facts["units"] if row["difference"] > 0]
    under = [row for row in facts["units"] if row["difference"] < 0]
    return (
        _environment()
        .get_template("audit.html")
        .render(
            facts=_with_charts(facts), o=overview, charts=_charts(facts), across=across, names_shown=names_shown,
            rules={rule.name: rule for rule in RULES}, stands_out=list(_stands_out(facts)), outliers=list(_outliers(facts["peers"])),
            over={"units": sum(r["units"] for r in over), "amount": _sum(r["over_amount"] for r in over)},
            under={"units": sum(r["units"] for r in under)}, compared_lines=sum(r["lines"] for r in facts["units"]),
            not_read=sum(row["notes"] for row in facts["unread"]),
        )
    )  # fmt: skip


def require_pdf() -> Any:
    """Return WeasyPrint's page class.

    Raises
    ------
    SettingsError
        WeasyPrint or the Pango library is not installed.
    """
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]
    except (ImportError, OSError):
        raise SettingsError(
            "a PDF needs WeasyPrint and Pango: pip install 'note-review[report]' and, on Debian, apt-get install libpango-1.0-0"
            " libpangoft2-1.0-0 libharfbuzz-subset0; or use --no-pdf"
        ) from None
    return HTML


def write_pdf(page: str, path: Path) -> None:
    """Write the page as a PDF."""
    partial = path.with_name(f"{path.name}.tmp")
    require_pdf()(string=page, url_fetcher=_fetch_nothing).write_pdf(str(partial))
    partial.replace(path)


def _fetch_nothing(url: str) -> dict[str, Any]:
    raise ValueError("the report needs nothing else")


@cache
def _environment() -> Environment:
    made = environment().overlay()
    # An overlay shares the filters' dictionary with its parent.
    made.filters = {
        **made.filters,
        "count": lambda number: f"{number or 0:,}",
        "dollars": lambda amount: "-" if amount is None else f"${amount:,.0f}",
        "percent": lambda share: f"{share:.0%}",
        "percent1": lambda share: f"{share:.1%}",
    }
    return made


def _charts(facts: Mapping[str, Any]) -> dict[str, Any]:
    by, peers = facts["by"], facts["peers"]
    funnels = [(metric, METRICS[metric], charts.funnel(peers, metric=metric)) for metric in SHARES]
    return {
        "strip": charts.risk_strip(facts["overview"]), "month": charts.risk_by_month(by["month"]), "matrix": charts.matrix(facts["matrix"]),
        "reasons": charts.reasons(facts["reasons"], total=facts["overview"]["notes"]), "units": charts.units(facts["units"]),
        "carried": charts.carried(facts["carried"]), "funnels": [f for f in funnels if f[2] is not None],
        **{name: charts.risk_by(by[name], what=name) for name in ("clinician", "clinic", "code")},
    }  # fmt: skip


def _with_charts(facts: Mapping[str, Any]) -> dict[str, Any]:
    samples = []
    for sample in facts["samples"]:
        found = sample["estimate"]
        if found:
            rate = charts.intervals([("error rate", found["error_rate"])], money=False)
            amount = charts.intervals([("unsupported", found["amount"])], money=True)
            sample = {**sample, "rate_chart": rate, "amount_chart": amount}
        samples.append(sample)
    return {**facts, "samples": samples}


def _stands_out(facts: Mapping[str, Any]) -> Iterator[str]:
    """Give the sentences that a reader in a hurry needs, each with its counts."""
    overview, by, notes = facts["overview"], facts["by"], facts["overview"]["notes"]
    if not notes:
        return
    loss = overview["expected"]
    clinicians = [row for row in by["clinician"] if row["name"] != "not stated"]
    if loss and len(clinicians) > 3:
        top = clinicians[:3]
        share = (_sum(row["expected"] for row in top) or 0) / loss
        yield f"{', '.join(row['name'] for row in top)} carry {share:.0%} of the expected loss with {sum(r['notes'] for r in top):,} of {counted(notes, 'note')}."
    if facts["reasons"]:
        first = facts["reasons"][0]
        kind = "reason" if first["kind"] == "reason" else "failed check"
        yield f"Most frequent {kind}: {first['finding'].replace('_', ' ')} ({first['rule']}), in {first['notes']:,} of {counted(notes, 'note')} ({first['notes'] / notes:.0%})."
    wrong = [
        row
        for row in facts["matrix"]
        if row["billed"] not in {row["reads_as"], "no code"} and row["reads_as"] in {"97110", "97530", "97112"}
    ]
    if wrong:
        worst = max(wrong, key=lambda row: (row["services"], row["billed"]))
        of = sum(row["services"] for row in facts["matrix"] if row["billed"] == worst["billed"])
        yield f"{worst['services']:,} of {of:,} services billed {worst['billed']} read as {worst['reads_as']}."
    for row in _outliers(facts["peers"]):
        if row["direction"] == "above":
            yield f"{row['clinician']}: {row['what']} {row['own']}, peers {row['peers']}: beyond the limits."
    for row in facts["across"]:
        if row["severity"] == "error":
            yield f"{row['found']:,} times {row['finding'].replace('_', ' ')} ({row['rule']}) across notes."


def _outliers(peers: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    for row in peers:
        if row["direction"] is not None:
            yield {
                "clinician": row["clinician"], "what": METRICS[row["metric"]], "direction": row["direction"],
                "own": _of(row, "part", "whole", "value"), "peers": _of(row, "peers_part", "peers_whole", "peers"),
                "limits": f"{_said(row, 'low')} to {_said(row, 'high')}",
            }  # fmt: skip


def _sum(amounts: Iterable[float | None]) -> float | None:
    """Add the amounts that are known; None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _of(row: Mapping[str, Any], part: str, whole: str, value: str) -> str:
    counts = f"{row[part]:,.0f} of {row[whole]:,}" if row["metric"] in SHARES else f"{counted(row[whole], 'note')}"
    return f"{counts} ({_said(row, value)})"


def _said(row: Mapping[str, Any], name: str) -> str:
    return f"{row[name]:.0%}" if row["metric"] in SHARES else f"{row[name]:.2f}"
