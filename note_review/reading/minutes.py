"""Minutes of treatment: which written lengths are treatment time, and the code or total they belong to.

A length counts only where the note shows what it is the length of: it stands in a service's head, in a column of
minutes, beside a word for a total, or is the clock span of the visit. Everything else (doses, holds, rests, walk tests,
tolerances, goals, other visits) is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import groupby

from note_review.encounter import Minutes, Section
from note_review.note import ClaimLine, Span
from note_review.reading.anchor import Anchor
from note_review.reading.bare_totals import bare_totals
from note_review.reading.block_ends import block_ends
from note_review.reading.codes_behind import before_codes
from note_review.reading.columns import clocks_in_columns, minutes_in_columns, minutes_under_dates, money_rows, rows_of, subtotals
from note_review.reading.given_twice import given_before_the_name, given_twice
from note_review.reading.head_minutes import CLOSED_SECTIONS, evaluation_code, in_heads
from note_review.reading.lines import Lines, clause_at
from note_review.reading.manual_techniques import by_technique
from note_review.reading.marks import Marks
from note_review.reading.named_rows import under_names
from note_review.reading.one_for_all import in_all, of_all_named, split_behind
from note_review.reading.only_service import of_the_only_service
from note_review.reading.parts import in_parts, parts_of_services
from note_review.reading.rescoped import rescoped
from note_review.reading.sections import section_at
from note_review.reading.series import in_step
from note_review.reading.service_names import EVALUATIONS
from note_review.reading.several_kinds import gives_several_kinds
from note_review.reading.shares import of_the_planned, of_which, shares
from note_review.reading.sums import sums_told
from note_review.reading.times import Time
from note_review.reading.totals import total_scope
from note_review.reading.under_headings import under_headings
from note_review.reading.visits import told_of_another_visit


def read_minutes(
    text: str,
    lines: Lines,
    sections: tuple[Section, ...],
    anchors: Sequence[Anchor],
    times: Sequence[Time],
    others: Sequence[Span],
    claim: Sequence[ClaimLine] = (),
) -> list[Minutes]:
    """Return the treatment minutes of a note with the scope of each, in text order.

    ``others`` are the stretches of other visits and the lengths that were not given; ``claim`` is the given one; where it and the note speak of one service only, a total is that service's.
    """
    marks = Marks(len(text))
    evaluation = evaluation_code(anchors, claim)
    found: list[Minutes] = []

    def add(minutes: Sequence[Minutes]) -> None:
        # Several services can have one written length each (`15 min each`).
        for span, told in groupby(minutes, key=lambda m: m.span):
            given = [m for m in dict.fromkeys(told) if m.value > 0]
            found.extend(given if given and marks.take_if_free(span) else ())

    rows = rows_of(text, lines)
    dated, other_cells = minutes_under_dates(text, rows, anchors)
    add(subtotals(text, lines, anchors))
    add(dated)
    for stretch in [*other_cells, *money_rows(text, rows), *others]:
        marks.take(*stretch)
    attended, planned = of_the_planned(text, anchors)
    add(attended)
    for stretch in planned:
        marks.take(*stretch)
    listed = list(parts_of_services(text, anchors, times))
    add([Minutes(told.whole.span, told.whole.value, told.code) for told in listed if told.whole is not None])
    add(in_step(text, lines, anchors))
    add(list(before_codes(text, lines, sections, times)))
    add(list(under_names(text, lines, anchors)))
    add([*of_which(text, lines, anchors, times), *shares(text, anchors)])
    add(list(split_behind(text, lines, anchors, times)))
    add([*of_all_named(text, lines, anchors, times), *in_all(text, lines, anchors, times)])
    add(list(by_technique(text, lines, sections, anchors, times, claim)))
    add(in_heads(text, lines, sections, anchors, claim))
    add(clocks_in_columns(text, rows, anchors))
    add(minutes_in_columns(text, rows, anchors))
    add(_totals(text, lines, sections, times, marks.free, evaluation))
    add([m for m in bare_totals(text) if section_at(sections, m.span.start).kind not in CLOSED_SECTIONS])
    found = under_headings(text, lines, anchors, found)
    add(block_ends(text, lines, anchors, times, found, marks.free))
    for told in listed:
        add(in_parts(told, found, anchors))
    add(given_twice(text, times, found, marks.free))
    add(given_before_the_name(text, anchors, times, found, marks.free))
    add(list(sums_told(text, sections, times, found, marks.free)))
    found = rescoped(text, lines, anchors, sorted(found, key=lambda m: m.span))
    coded = claim or any(a.explicit for a in anchors)
    if coded or not gives_several_kinds(text, lines, sections):
        found = of_the_only_service(text, lines, sections, anchors, found, claim)
    coded_here = {line.code for line in claim} | {a.code for a in anchors if a.explicit}
    return [_evaluated(m, coded_here, evaluation) for m in found]


def _evaluated(minutes: Minutes, coded: AbstractSet[str], evaluation: str | None) -> Minutes:
    """Give an evaluation's length the code that note or claim has for it; without one it is no code's."""
    if minutes.scope not in EVALUATIONS or minutes.scope in coded:
        return minutes
    return replace(minutes, scope=evaluation or "unspecified")


def _totals(
    text: str, lines: Lines, sections: tuple[Section, ...], times: Sequence[Time], free: Callable[[int, int], bool], evaluation: str | None
) -> list[Minutes]:  # fmt: skip
    found: list[Minutes] = []
    for time in times:
        kind = section_at(sections, time.span.start).kind
        if kind in CLOSED_SECTIONS or not free(*time.span):
            continue
        line = lines.at(time.span.start)
        clause = clause_at(text, lines, time.span.start)
        scope = total_scope(text, line, lines.said_end(time.span.end), kind, time, evaluation=evaluation)
        if scope is not None and not told_of_another_visit(
            text, max(clause.start, line.start, time.span.start - 160), time.span.start
        ):
            found.append(Minutes(time.span, time.value, scope))
    return found
