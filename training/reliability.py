"""Do probabilities mean what they say? ``python -m training.reliability`` draws the answer for both engines on the test split.

For services' codes: the probability of the best of four codes against how often it is right, and of each code against how often it is the one; for
risk: the score against how often the gold is ``high``. Reliability by ten bins of equal count with the expected calibration error (Naeini et al. 2015), and for codes the risk-coverage curve
(how often what is decided is wrong, as more is decided). Writes two pictures and the figures (``calibration.txt``)
beside each engine's weights, and prints them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from note_review.encounter import CODES
from note_review.engines.loading import folder_of
from note_review.evaluation.annotated import AnnotatedNote, as_note
from note_review.reports.audit.svg import BLUE, GREEN, HIGH, LINE, MODERATE, SOFT, Drawing
from note_review.reviewer import Reviewer
from note_review.settings import Settings
from training.notes import notes_of

BINS = 10
IN_A_ROW = 3
SIDE, MARGIN = 260.0, 46.0
COLOURS = {"97112": BLUE, "97110": GREEN, "97530": MODERATE, "other": HIGH}


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: the class, its probability, whether gold agrees, and whether the engine decided on it."""

    name: str
    probability: float
    right: bool
    decided: bool


def answers(notes: Sequence[AnnotatedNote], reviewer: Reviewer) -> dict[str, list[Said]]:
    """Return every service's best code and every note's risk with what gold says of them."""
    found: dict[str, list[Said]] = {name: [] for name in ("code", "risk", *CODES)}
    for gold, review in zip(notes, reviewer.pipe(map(as_note, notes)), strict=True):
        wanted = {s["billed"]: s["reads_as"] for s in gold.header["services"] if s["billed"] in CODES}
        for service in review.services:
            if service.billed in wanted:
                best = max(CODES, key=lambda c: service.probabilities[c])
                found["code"].append(
                    Said(best, service.probabilities[best], wanted[service.billed] == best, service.reads_as != "undetermined")
                )
                for code in CODES:
                    found[code].append(Said(code, service.probabilities[code], wanted[service.billed] == code, True))
        found["risk"].append(Said("high", review.risk.score, gold.header["risk"] == "high", True))
    return found


def expected_error(said: Sequence[Said]) -> float:
    """Return the expected calibration error over bins of equal count (0..1)."""
    return sum(len(b) * abs(_mean([s.probability for s in b]) - _mean([s.right for s in b])) for b in bins(said)) / len(said)


def bins(said: Sequence[Said]) -> list[list[Said]]:
    """Part answers into bins of equal count by their probability."""
    ordered = sorted(said, key=lambda s: s.probability)
    return [list(part) for part in np.array_split(np.array(ordered, dtype=object), BINS) if len(part)]


def coverage(said: Sequence[Said]) -> list[tuple[float, float]]:
    """Return (share decided, share of those wrong) as the least probability that decides goes down."""
    ordered = sorted(said, key=lambda s: -s.probability)
    wrong = np.cumsum([not s.right for s in ordered])
    return [((i + 1) / len(ordered), float(wrong[i]) / (i + 1)) for i in range(len(ordered))]


def reliability_picture(found: dict[str, list[Said]]) -> str:
    """Draw the reliability diagrams, three in a row."""
    step = SIDE + 2 * MARGIN
    drawing = Drawing(IN_A_ROW * step, -(-len(found) // IN_A_ROW) * step, _sentence(found))
    for number, (name, said) in enumerate(found.items()):
        row, column = divmod(number, IN_A_ROW)
        left, top = column * step + MARGIN, row * step + MARGIN
        _frame(drawing, left, top, f"{name}: error {expected_error(said):.3f}", "said", "true")
        drawing.line(left, top + SIDE, left + SIDE, top, SOFT, dashed=True)
        points = [(_mean([s.probability for s in b]), _mean([s.right for s in b])) for b in bins(said)]
        places = [(left + x * SIDE, top + (1 - y) * SIDE) for x, y in points]
        drawing.path(places, BLUE)
        for place, (x, y) in zip(places, points, strict=True):
            drawing.dot(*place, 4, BLUE, title=f"said {x:.2f}, true {y:.2f}")
    return str(drawing.done()) + "\n"


def coverage_picture(said: Sequence[Said]) -> str:
    """Draw the risk-coverage curve of each code (both axes 0..1, errors up to one half)."""
    drawing = Drawing(
        SIDE + 2 * MARGIN + 90, SIDE + 2 * MARGIN, "share of wrong codes among those decided, as more is decided, by code"
    )
    _frame(drawing, MARGIN, MARGIN, "codes: wrong among the decided", "decided", "wrong (to 0.5)")
    for number, (code, colour) in enumerate(COLOURS.items()):
        own = [s for s in said if s.name == code]
        if own:
            drawing.path([(MARGIN + x * SIDE, MARGIN + (1 - min(2 * y, 1)) * SIDE) for x, y in coverage(own)], colour)
        drawing.text(MARGIN + SIDE + 10, MARGIN + 16 + 18 * number, f"{code} ({len(own)})", colour=colour)
    return str(drawing.done()) + "\n"


def _frame(drawing: Drawing, left: float, top: float, title: str, across: str, up: str) -> None:
    drawing.rect(left, top, SIDE, SIDE, "#ffffff")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        drawing.line(left + share * SIDE, top, left + share * SIDE, top + SIDE, LINE)
        drawing.line(left, top + share * SIDE, left + SIDE, top + share * SIDE, LINE)
    drawing.text(left, top - 14, title, size=13, bold=True)
    drawing.text(left + SIDE, top + SIDE + 18, across, anchor="end", colour=SOFT)
    drawing.text(left, top - 1, up, size=10, colour=SOFT)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def _sentence(found: dict[str, list[Said]]) -> str:
    return "; ".join(f"{name}: expected calibration error {expected_error(said):.3f}" for name, said in found.items())


def figures(found: dict[str, list[Said]]) -> str:
    """Return the figures in one line: calibration errors, and how right and how many the decided codes are."""
    decided = [s for s in found["code"] if s.decided]
    return (
        f"expected calibration error: code {expected_error(found['code']):.3f}, risk {expected_error(found['risk']):.3f}; "
        f"of {len(found['code'])} services' codes {len(decided) / len(found['code']):.1%} decided, of those {_mean([s.right for s in decided]):.1%} right"
    )


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    options = parser.parse_args()
    notes = [n for n in notes_of("test", options.corpus) if n.is_whole]
    for engine in ("accurate", "fast"):
        found = answers(notes, Reviewer(Settings(engine=engine)))
        if not found["code"]:
            raise SystemExit("the test split has no whole note with a service of a judged code to measure on")
        folder = folder_of(engine)
        (folder / "reliability.svg").write_text(reliability_picture(found), encoding="utf-8")
        (folder / "risk_coverage.svg").write_text(coverage_picture(found["code"]), encoding="utf-8")
        (folder / "calibration.txt").write_text(figures(found) + "\n", encoding="utf-8")
        print(f"{engine}: {figures(found)}")


if __name__ == "__main__":
    main()
