"""The report's charts, each made of its figures alone; every number that a chart shows stands in words or in a table too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from note_review.encounter import THREE
from note_review.reports.audit.svg import (
    BLUE,
    GREEN,
    GREY,
    HIGH,
    INK,
    LEVELS,
    LINE,
    MODERATE,
    PAPER,
    SOFT,
    Drawing,
    clip,
    mixed,
    ticks,
)  # fmt: skip
from note_review.reports.wording import counted

WIDTH = 720.0
HALF = 350.0
MOST = 25
Rows = Sequence[Mapping[str, Any]]


def risk_strip(overview: Mapping[str, Any]) -> Markup:
    """All notes as one bar: high, moderate, low."""
    drawing = Drawing(WIDTH, 64, f"{overview['high']} high, {overview['moderate']} moderate, {overview['low']} low risk")
    x, total = 0.0, max(1, overview["notes"])
    for number, (level, colour) in enumerate(LEVELS.items()):
        width = WIDTH * overview[level] / total
        drawing.rect(
            x, 0, width - (2 if width > 4 else 0), 30, colour, title=f"{level}: {counted(overview[level], 'note')}", radius=2
        )
        drawing.rect(210.0 * number, 41, 11, 11, colour)
        drawing.text(
            210.0 * number + 17, 51, f"{level} {overview[level]:,} ({overview[level] / total:.0%})", size=13, bold=level == "high"
        )
        x += width
    return drawing.done()


def risk_by(rows: Rows, *, what: str) -> Markup:
    """Each group as a bar of its notes, parted by level; the group with most money at risk first."""
    shown = rows[:MOST]
    left, right, step = 190.0, 196.0, 26.0
    drawing = Drawing(WIDTH, 26 + step * len(shown), f"Risk by {what}; the table in the workbook has every number")
    span = WIDTH - left - right
    longest = max((row["notes"] for row in shown), default=1)
    drawing.text(left, 12, "notes", size=11, colour=SOFT)
    drawing.text(WIDTH - right + 102, 12, "high", size=11, colour=SOFT, anchor="end")
    drawing.text(WIDTH, 12, "expected loss", size=11, colour=SOFT, anchor="end")
    for number, row in enumerate(shown):
        y, x = 20 + step * number, left
        drawing.text(left - 8, y + 14, clip(str(row["name"]), 26), anchor="end")
        for level, colour in LEVELS.items():
            width = span * row[level] / longest
            drawing.rect(x, y + 2, width, step - 9, colour, title=f"{row['name']}: {row[level]} {level} of {row['notes']}")
            x += width
        drawing.text(x + 5, y + 14, f"{row['notes']:,}", size=10, colour=SOFT)
        drawing.text(WIDTH - right + 102, y + 14, f"{row['high'] / row['notes']:.0%}", anchor="end", bold=True)
        drawing.text(WIDTH, y + 14, "-" if row["expected"] is None else f"${row['expected']:,.0f}", anchor="end")
    return drawing.done()


def risk_by_month(rows: Rows) -> Markup:
    """Notes a month as columns parted by level, and the share of high risk above each."""
    shown = [row for row in rows if row["name"] != "not stated"][-36:]
    height, base, top, left = 198.0, 158.0, 22.0, 44.0
    drawing = Drawing(WIDTH, height, "Risk by month of service")
    axis = ticks(max((row["notes"] for row in shown), default=1))
    most, step = axis[-1], (WIDTH - left) / max(1, len(shown))
    for tick in axis:
        y = base - (base - top) * tick / most
        drawing.line(left, y, WIDTH, y)
        drawing.text(left - 6, y + 4, f"{tick:,g}", size=10, anchor="end", colour=SOFT)
    for number, row in enumerate(shown):
        x, y = left + step * number + step * 0.15, base
        for level in ("low", "moderate", "high"):
            size = (base - top) * row[level] / most
            y -= size
            drawing.rect(x, y, step * 0.7, size, LEVELS[level], title=f"{row['name']}: {row[level]} {level} of {row['notes']}")
        if step > 26:
            drawing.text(x + step * 0.35, y - 5, f"{row['high'] / row['notes']:.0%}", size=10, anchor="middle", bold=True)
        if number % max(1, round(46 / step)) == 0:
            drawing.text(x + step * 0.35, base + 16, row["name"][2:], size=10, anchor="middle", colour=SOFT)
    drawing.text(left, height - 6, "columns: notes of the month; figure above: share at high risk", size=11, colour=SOFT)
    return drawing.done()


def matrix(rows: Rows) -> Markup:
    """Billed codes against what their words read as; each row's shares shade it, the agreeing cell is framed."""
    codes = sorted(
        {row["billed"] for row in rows}, key=lambda c: (c not in THREE, THREE.index(c) if c in THREE else -_services(rows, c), c)
    )[:14]
    reads = [c for c in (*THREE, "other", "undetermined") if any(r["reads_as"] == c for r in rows)]
    reads += sorted({row["reads_as"] for row in rows} - set(reads))
    left, top, cell, step = 110.0, 34.0, min(118.0, (WIDTH - 170) / max(1, len(reads))), 30.0
    drawing = Drawing(WIDTH, top + step * len(codes) + 8, "Services by the code billed and the code their words read as")
    counts = {(row["billed"], row["reads_as"]): row["services"] for row in rows}
    drawing.text(left - 12, 22, "billed", size=11, colour=SOFT, anchor="end")
    for column, read in enumerate(reads):
        drawing.text(left + cell * (column + 0.5), 22, read, anchor="middle", bold=True)
    for line, code in enumerate(codes):
        y, total = top + step * line, sum(counts.get((code, read), 0) for read in reads)
        drawing.text(left - 12, y + 19, code, anchor="end", bold=True)
        for column, read in enumerate(reads):
            count = counts.get((code, read), 0)
            share, x = count / max(1, total), left + cell * column
            drawing.rect(
                x + 1,
                y + 1,
                cell - 2,
                step - 2,
                mixed(share) if count else "#f6f8fa",
                title=f"{code} reads as {read}: {count} of {total}",
            )
            if read == code or (read == "other" and code not in reads and code != "no code"):
                drawing.path(
                    [(x + 2, y + 2), (x + cell - 2, y + 2), (x + cell - 2, y + step - 2), (x + 2, y + step - 2), (x + 2, y + 2)],
                    INK,
                )
            if count:
                drawing.text(
                    x + cell / 2, y + 19, f"{count:,} ({share:.0%})", anchor="middle", colour=PAPER if share > 0.55 else INK
                )
        drawing.text(left + cell * len(reads) + 8, y + 19, f"{total:,}", size=11, colour=SOFT)
    return drawing.done()


def _services(rows: Rows, code: str) -> int:
    return sum(row["services"] for row in rows if row["billed"] == code)


def reasons(rows: Rows, *, total: int) -> Markup:
    """The commonest reasons and failed checks by notes."""
    shown = rows[:18]
    left, right, step = 214.0, 86.0, 23.0
    drawing = Drawing(WIDTH, step * len(shown) + 24, "Reasons and failed checks by notes that have them")
    longest = max((row["notes"] for row in shown), default=1)
    for number, row in enumerate(shown):
        y = step * number
        width = (WIDTH - left - right) * row["notes"] / longest
        colour = HIGH if row["kind"] == "reason" else BLUE
        drawing.text(left - 8, y + 15, clip(row["finding"].replace("_", " "), 32), anchor="end")
        drawing.rect(
            left,
            y + 3,
            width,
            step - 8,
            colour,
            title=f"{row['rule']} {row['finding']}: {counted(row['notes'], 'note')}",
            radius=1,
        )
        drawing.text(left + width + 6, y + 15, f"{row['notes']:,}", bold=True, size=11)
        drawing.text(
            left + width + 12 + 8 * len(f"{row['notes']:,}"), y + 15, f"{row['notes'] / max(1, total):.0%}", size=11, colour=SOFT
        )
    y = step * len(shown) + 16
    for x, colour, words in ((left, HIGH, "reason for denial (the note)"), (left + 200, BLUE, "failed check (the claim)")):
        drawing.rect(x, y - 9, 10, 10, colour)
        drawing.text(x + 15, y, words, size=11, colour=SOFT)
    return drawing.done()


def units(rows: Rows) -> Markup:
    """Claim lines by billed less supported units: under to the left, over to the right."""
    counts = {row["difference"]: row["lines"] for row in rows}
    height, base, top = 190.0, 150.0, 22.0
    drawing = Drawing(WIDTH, height, "Claim lines by billed less supported units")
    most, step, left = max(counts.values(), default=1), 70.0, (WIDTH - 70.0 * 9) / 2
    drawing.line(left, base, left + step * 9, base, GREY)
    for number, difference in enumerate(range(-4, 5)):
        count, x = counts.get(difference, 0), left + step * number
        size = (base - top) * count / most
        colour = GREEN if difference == 0 else HIGH if difference > 0 else BLUE
        drawing.rect(
            x + 6,
            base - size,
            step - 12,
            max(size, 1.5 if count else 0),
            colour,
            title=f"{difference:+d} units: {count} lines",
            radius=2,
        )
        drawing.text(x + step / 2, base - size - 6, f"{count:,}" if count else "", anchor="middle", size=11, bold=True)
        label = "as supported" if difference == 0 else f"{difference:+d}" + (" or more" if abs(difference) == 4 else "")
        drawing.text(x + step / 2, base + 16, label, anchor="middle", size=11)
    for place, colour, words in (
        (0.0, BLUE, "fewer billed than the minutes support"),
        (5.0, HIGH, "more billed than the minutes support"),
    ):
        drawing.text(left + step * place, base + 34, words, size=11, colour=colour, bold=True)
    return drawing.done()


def funnel(peers: Rows, *, metric: str) -> Markup | None:
    """Clinicians by notes and share, with the limits that a typical clinician of so many notes would keep within."""
    rows = [row for row in peers if row["metric"] == metric and row["low"] is not None]
    if len(rows) < 4:
        return None
    height, left, right, top, base = 250.0, 40.0, 12.0, 12.0, 208.0
    drawing = Drawing(HALF, height, f"{metric.replace('_', ' ')} by clinician against limits of peers")
    across = ticks(max(row["whole"] for row in rows) * 1.05, wanted=4)
    up = ticks(min(1.0, max(*(1.1 * row["value"] for row in rows), *(2 * row["peers"] for row in rows), 0.04)), wanted=4)
    most, high = across[-1], up[-1]

    def at(notes: float, share: float) -> tuple[float, float]:
        return left + (HALF - left - right) * notes / most, base - (base - top) * min(share, high) / high

    for share in up:
        drawing.line(left, at(0, share)[1], HALF - right, at(0, share)[1])
        drawing.text(left - 6, at(0, share)[1] + 4, f"{100 * share:g}%", size=10, anchor="end", colour=SOFT)
    for notes in across:
        drawing.text(at(notes, 0)[0], base + 15, f"{notes:,g}", size=10, anchor="middle", colour=SOFT)
    _limits(drawing, rows, most, at)
    for row in sorted(rows, key=lambda r: r["direction"] is not None):
        out = row["direction"] is not None
        x, y = at(row["whole"], row["value"])
        said = f"{row['clinician']}: {row['part']:.0f} of {row['whole']} ({row['value']:.0%}); peers {row['peers']:.0%}"
        drawing.dot(x, y, 6 if out else 4.5, HIGH if out else BLUE, title=said)
        if out:
            near_edge = x > HALF - 130
            drawing.text(
                x + (-9 if near_edge else 9),
                y + 4,
                clip(row["clinician"], 24),
                size=11,
                bold=True,
                anchor="end" if near_edge else "start",
            )
    drawing.text((left + HALF) / 2, height - 10, "notes of the clinician", size=11, anchor="middle", colour=SOFT)
    return drawing.done()


def _limits(drawing: Drawing, rows: Rows, most: float, at: Callable[[float, float], tuple[float, float]]) -> None:
    """Draw the middle and the limits as they are for a typical clinician, by the median spread of the groups shown."""
    whole = sum(row["whole"] for row in rows)
    share = sum(row["part"] for row in rows) / whole
    spread = sorted(row["spread"] for row in rows)[len(rows) // 2]
    steps = [most * number / 80 for number in range(1, 81)]
    error = [3 * spread * (share * (1 - share) / notes) ** 0.5 for notes in steps]
    upper = [at(n, share + e) for n, e in zip(steps, error, strict=True)]
    lower = [at(n, max(0.0, share - e)) for n, e in zip(steps, error, strict=True)]
    drawing.path([*upper, *reversed(lower)], "none", fill="#eef3f7", width=0)
    drawing.path(upper, SOFT, dashed=True, width=1)
    drawing.path(lower, SOFT, dashed=True, width=1)
    (x1, y1), (x2, y2) = at(0, share), at(most, share)
    drawing.line(x1, y1, x2, y2, SOFT)


def carried(rows: Rows) -> Markup:
    """Each clinician's habit of carrying text: the middle half of notes as a bar, the median as a tick."""
    shown = sorted(rows, key=lambda r: (-r["middle"], r["clinician"]))[:MOST]
    left, step, span = 190.0, 24.0, WIDTH - 190.0 - 60
    drawing = Drawing(WIDTH, 26 + step * len(shown), "Share of clinical text that stands in earlier notes, by clinician")
    for tick in range(5):
        x = left + span * tick / 4
        drawing.line(x, 18, x, 20 + step * len(shown))
        drawing.text(x, 12, f"{tick / 4:.0%}", size=10, anchor="middle", colour=SOFT)
    for number, row in enumerate(shown):
        y = 20 + step * number
        drawing.text(left - 8, y + 15, clip(row["clinician"], 26), anchor="end")
        drawing.rect(left + span * row["low"], y + 6, span * (row["high"] - row["low"]), 11, MODERATE, radius=2,
                     title=f"{row['clinician']}: half of {counted(row['notes'], 'note')} between {row['low']:.0%} and {row['high']:.0%}")  # fmt: skip
        drawing.rect(left + span * row["middle"] - 1.5, y + 3, 3, 17, INK)
        drawing.text(WIDTH, y + 15, f"{row['middle']:.0%}", anchor="end", bold=True)
    return drawing.done()


def intervals(estimates: Sequence[tuple[str, Mapping[str, Any]]], *, money: bool) -> Markup:
    """Point estimates with their intervals, the lower limit named."""
    step, left, span = 46.0, 150.0, WIDTH - 150.0 - 40
    drawing = Drawing(WIDTH, step * len(estimates) + 10, "Estimates with two-sided intervals")
    low = min(0.0, *(e["lower"] for _, e in estimates)) if money else 0.0
    high = max(e["upper"] for _, e in estimates) or 1.0
    for number, (name, found) in enumerate(estimates):
        y = step * number + 26

        def at(value: float) -> float:
            return left + span * (value - low) / ((high - low) or 1)

        drawing.text(left - 10, y + 4, clip(name, 20), anchor="end")
        drawing.line(left, y, left + span, y)
        drawing.line(at(found["lower"]), y, at(found["upper"]), y, BLUE, width=5)
        drawing.dot(at(found["point"]), y, 6, INK)
        drawing.text(
            at(found["lower"]), y + 18, f"lower limit {_said(found['lower'], money=money)}", size=11, anchor="middle", bold=True
        )
        drawing.text(at(found["point"]), y - 11, _said(found["point"], money=money), size=11, anchor="middle")
        drawing.text(at(found["upper"]), y + 18, _said(found["upper"], money=money), size=11, anchor="middle", colour=SOFT)
    drawing.line(at(0.0) if low < 0 else left, 6, at(0.0) if low < 0 else left, step * len(estimates), LINE)
    return drawing.done()


def _said(value: float, *, money: bool) -> str:
    return f"${value:,.0f}" if money else f"{value:.1%}"
