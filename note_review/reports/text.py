"""A review in the terminal, for ten seconds of a coder's time: risk, services, elements, reasons, fixes, claim.

Off the terminal the frame is plain ASCII and without colour; on it, colour repeats what words already say.
"""

from __future__ import annotations

import io
from shutil import get_terminal_size
from typing import Literal

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from note_review.judged import reads_as_claimed
from note_review.reports import wording
from note_review.review import CheckOut, ReasonOut, Review
from note_review.risk import ELEMENTS

LEVEL_STYLE = {"low": "bold green", "moderate": "bold yellow", "high": "bold red"}
SHOWN = 3
WIDTH = 110


def render(review: Review, text: str, *, terminal: bool = False, width: int | None = None) -> str:
    """Return the review as text: plain, or with the colour and frames of a terminal as wide as the one at hand."""
    stream = io.StringIO()
    colour: Literal["auto"] | None = "auto" if terminal else None
    console = Console(
        file=stream, width=width or _width(terminal), force_terminal=terminal, color_system=colour, legacy_windows=False
    )
    print_review(review, text, console)
    return "".join(line.rstrip() + "\n" for line in stream.getvalue().split("\n")).rstrip("\n") + "\n\n"


def _width(terminal: bool) -> int:
    return min(140, get_terminal_size((WIDTH, 24)).columns) if terminal else WIDTH


def print_review(review: Review, text: str, console: Console) -> None:
    """Print a review.

    Parameters
    ----------
    review
        What to print.
    text
        The note that it is about, for quotes.
    console
        Where to; decides width and colour. A console whose stream knows no Unicode gets ``?`` for what it cannot show.
    """
    page = _Page(console)
    title = (f"{wording.quote(review.id, limit=60)}: ", "bold")
    page.line(Text.assemble(title, (wording.risk_in_words(review), LEVEL_STYLE[review.risk.level])))
    page.line(Text(_summary(review)))
    if review.services:
        page.table(_services(review, text, page))
    page.table(_elements(review, text, page))
    _print_reasons(review, text, page)
    _print_checks(wording.open_checks(review), page)
    _print_claim(review, page)
    if review.risk.would_change:
        page.heading("What would change it")
        for what in review.risk.would_change:
            page.item(f"- {wording.quote(what.change, limit=200)}: {what.level}, {wording.percent(what.score)}")
    for gap in review.unread:
        page.item(f"NOT READ: {wording.quote(gap.reason, limit=200)}")
    page.line(Text(wording.model_line(review), style="dim"))


class _Page:
    """A console that writes what its stream can take."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._encoding = console.encoding
        self.box = box.SIMPLE_HEAD if console.is_terminal and "utf" in self._encoding else box.ASCII2

    def safe(self, text: str) -> str:
        return text.encode(self._encoding, "replace").decode(self._encoding)

    def line(self, text: Text) -> None:
        text.plain = self.safe(text.plain)
        self.console.print(text, soft_wrap=False)

    def heading(self, text: str) -> None:
        self.console.print()
        self.line(Text(text, style="bold"))

    def item(self, text: str, *, indent: int = 2) -> None:
        self.console.print(Padding(Text(self.safe(text)), (0, 0, 0, indent)))

    def table(self, table: Table) -> None:
        self.console.print()
        self.console.print(table)


def _summary(review: Review) -> str:
    billed = ", ".join(wording.claim_line(line) for line in review.claim.lines) or "nothing stated"
    origin = {"given": "given with the note", "note": "as the note itself says", "none": "no claim known"}[review.claim.source]
    sure = review.probabilities.get(review.reads_as)
    reads = review.reads_as if sure is None else f"{review.reads_as} ({wording.percent(sure)})"
    return f"Reads as {reads}. Billed: {billed} ({origin})."


def _services(review: Review, text: str, page: _Page) -> Table:
    table = Table(title="Services", title_justify="left", box=page.box, expand=False, safe_box=True)
    for name in ("Billed", "Reads as", "Minutes", "Units", "In the note"):
        table.add_column(name, overflow="fold", ratio=1 if name == "In the note" else None)
    for service in review.services:
        sure = service.probabilities.get(service.reads_as)
        differs = service.billed and service.reads_as != "undetermined" and not reads_as_claimed(service.billed, service.reads_as)
        reads = service.reads_as + ("" if sure is None else f" {wording.percent(sure)}")
        if differs:
            reads = f"{reads} (DIFFERS)"
        minutes = "-" if service.minutes is None else str(service.minutes)
        words = page.safe(wording.quote(text[service.start : service.end], limit=60))
        table.add_row(*(Text(cell) for cell in (service.billed or "-", reads, minutes, wording.units(review, service), words)))
    return table


def _elements(review: Review, text: str, page: _Page) -> Table:
    table = Table(title="The four elements", title_justify="left", box=page.box, safe_box=True)
    table.add_column("Element")
    table.add_column("The note's own words", overflow="fold")
    for name in ELEMENTS:
        found = wording.element(review, name)
        said = [f'"{wording.quote(text[e.start : e.end], limit=70)}" ({label})' for e, label in found[:SHOWN]]
        if len(found) > SHOWN:
            said.append(f"and {len(found) - SHOWN} more")
        missing = "MISSING" if name in review.missing else "not yet (draft)" if name in review.pending else ""
        body = Text(page.safe("\n".join(filter(None, (missing, *said))) or "none found"))
        if missing:
            body.stylize("bold", 0, len(missing))
        table.add_row(name, body)
    return table


def _print_reasons(review: Review, text: str, page: _Page) -> None:
    risk = review.risk
    page.heading("Why" if risk.reasons or risk.raised_by else "No reason found to down-code or deny.")
    fixes = iter(wording.fixes(review))
    for raised in risk.raised_by:
        page.item(f"- {raised.message}")
        _print_fix(next(fixes), page)
    for number, reason in enumerate(review.risk.reasons, 1):
        _print_reason(number, reason, text, page)
        _print_fix(next(fixes), page)
        page.item(f"source: {reason.source}", indent=5)


def _print_fix(fix: str, page: _Page) -> None:
    if fix:
        page.item(f"fix: {fix}", indent=5)


def _print_reason(number: int, reason: ReasonOut, text: str, page: _Page) -> None:
    label = "pending" if reason.pending else reason.severity
    page.item(f"{number}. {reason.rule} {reason.reason} [{label}]: {reason.message}")
    quotes = wording.words(text, reason.evidence)
    if quotes:
        more = f" and {len(quotes) - SHOWN} more" if len(quotes) > SHOWN else ""
        page.item(f"note: {'; '.join(quotes[:SHOWN])}{more}", indent=5)
    elif reason.looked_in:
        page.item(f"looked in: {', '.join(reason.looked_in)}", indent=5)


def _print_checks(checks: list[CheckOut], page: _Page) -> None:
    if not checks:
        return
    page.heading("Claim")
    for check in checks:
        numbers = wording.arithmetic(check)
        page.item(f"{wording.check_state(check)} {check.rule} {check.check}: {check.message}")
        if numbers:
            page.item(f"numbers: {numbers}", indent=5)


def _print_claim(review: Review, page: _Page) -> None:
    """Print what mending pays first, how the note stands with the top denial reasons, and what the lines pay."""
    claim = review.claim
    if claim.worklist:
        page.heading("What to mend first")
        for work in claim.worklist:
            lines = f" ({', '.join(work.codes)})" if work.codes else ""
            pending = " [pending]" if work.pending else ""
            page.item(f"{work.order}. {work.finding}{lines}{wording.dollars(work.amount, before=', pays ')}{pending}")
    if claim.denials:
        page.heading("Top denial reasons")
        for denial in claim.denials:
            page.item(f"{denial.rank}. {wording.denial_state(review, denial):<11}{denial.reason}")
    paid = [a for a in claim.amounts if a.amount is not None]
    if paid:
        page.heading(
            "By the fee schedule (US dollars, after the reductions for several procedures and for assistants; no locality, sequestration or coinsurance)"
        )
        page.item(", ".join(f"{a.code} x{a.units}{wording.dollars(a.amount, before=' ')}" for a in paid))
