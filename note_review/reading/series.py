"""Lengths given in step with their names: `TE/TA/NMR: 10/12/20 min`, `97110, 97112: 15 and 23`, `15, 20 and 10 respectively`, `timed/total: 40/50`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from note_review.encounter import Minutes
from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines
from note_review.reading.number_words import NUMBER_WORD, number_of
from note_review.reading.service_names import CODE, names_in
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.vocabulary import OTHER_UNIT

# What parts the items of a list: a sign, or the word before its last.
_SIGN = r"(?:\s?[/,&+-]\s?(?:and\s)?|\sand\s)"
_FIGURES = re.compile(
    rf"(?:,?\s?G[PON]\b|,?\s?x\s?\d ea\b,?|\bfor\b|,?\s(?:done|given|completed|took|were|got|today)\b,?|[.;](?=\smin)|[\s:=x(–-])*+(?:min(?:ute)?s?\s*[:=]?\s*)?(?P<run>\d{{1,3}}(?:\s?(?:min|m|')?{_SIGN}\d{{1,3}}){{1,4}})\s?(?:min(?:ute)?s?|m|')?(?:\s?=\s?(?P<sum>\d{{2,3}}))?"
    rf"(?![\w/:.-]?\d|{OTHER_UNIT}|[ \t](?:pain|bp|spo2|nprs|min(?:ute)?s?[ \t](?:each|per|sessions?)))",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_ENDS_A_CELL = re.compile(r"[ \t]*(?:$|[;|\n(=]|[ \t][ \t])", re.MULTILINE)
_TIMED = r"(?:total )?(?:timed|direct|TCT|billable)(?: (?:code |tx |treatment )?(?:min(?:ute)?s?|time))?"
_WORDS_OF_TIMED = ("timed", "direct", "tct", "billable")
_WHOLE = r"(?:total|TTT|TT|treatment|session|visit)(?: (?:tx |treatment )?(?:min(?:ute)?s?|time))?"
_PAIR = any_case(
    rf"(?<![a-z])(?:(?P<timed_first>{_TIMED})\s?/\s?{_WHOLE}|{_WHOLE}\s?/\s?{_TIMED})\s*(?:\(min(?:ute)?s?\))?\s*[:=]?\s*"
    r"(?P<first>\d{1,3})\s?(?:min|m|')?\s?/\s?(?P<last>\d{1,3})(?![\d/:])"
)


def in_step(text: str, lines: Lines, anchors: Sequence[Anchor]) -> list[Minutes]:
    """Return the lengths of names joined by a sign, each name taking the figure in its own place."""
    return [
        *_services(text, lines, anchors),
        *_respectively(text, anchors),
        *_in_a_run(text, lines),
        *_totals(text),
    ]


def _services(text: str, lines: Lines, anchors: Sequence[Anchor]) -> Iterator[Minutes]:
    for names in _joined(text, anchors):
        codes = [
            code for anchor in names for code in (anchor.shared if anchor.shared and not anchor.explicit else (anchor.code,))
        ]
        line = lines.at(names[-1].span.end)
        if len(codes) > 1 and not _NOT_GIVEN.match(text, *line):
            yield from _placed(text, codes, Span(names[0].span.start, names[-1].span.end), line.end)


def _placed(text: str, codes: Sequence[str], names: Span, end: int) -> Iterator[Minutes]:
    """Give the figures behind some names to them, place by place, and their sum to the timed total (`15+10+15=40`)."""
    match = _FIGURES.match(text, names.end, end)
    figures = list(re.finditer(r"\d+", match["run"])) if match else []
    if match is None or len(figures) != len(codes) or not all(5 <= int(f[0]) <= 120 for f in figures):
        return
    summed = match["sum"] is not None and sum(int(f[0]) for f in figures) == int(match["sum"])
    if not summed and not _are_one_for_each(text, names, match, [int(f[0]) for f in figures]):
        return
    for code, figure in zip(codes, figures, strict=True):
        start = match.start("run") + figure.start()
        yield Minutes(Span(start, start + len(figure[0])), int(figure[0]), code)
    if summed:
        yield Minutes(Span(*match.span("sum")), int(match["sum"]), "total_timed")


def _are_one_for_each(text: str, names: Span, match: re.Match[str], values: Sequence[int]) -> bool:
    """Whether figures behind names are one for each: no range, no date, and behind names parted by blanks alone no score or pressure."""
    signs = re.search(r"[/,&+-]|\band\b", text[names.start : names.end])
    if "-" in match["run"] and len(values) == 2 and (signs is None or signs[0] != "-"):
        return False
    if (
        len(values) == 3
        and values[0] <= 12
        and values[1] <= 31
        and 20 <= values[2] <= 35
        and signs is not None
        and signs[0] not in match["run"]
    ):
        return False
    return signs is not None or _ENDS_A_CELL.match(text, match.end()) is not None


_TIMED_AND_VISIT = any_case(
    r"(?<![a-z])(?<!un-)(?<!un )(?<!non-)(?<!non )(?:total )?timed(?:\s*+[:=])?\s*+(?P<first>[1-9]\d{1,2}|[5-9])(?:\s?min)?[\s,;/|]+(?:visit\s*[:=]|session\s*[:=]|tot(?:al)?\s*[:=]?)\s*+(?P<last>[1-9]\d{1,2}|[5-9])(?![\d/:]|\s?(?:units?|u|codes?)\b)"
)
_NUMBER = rf"(?:\d{{1,3}}|{NUMBER_WORD})"
_MINUTES = r"(?:\s?min(?:ute)?s?)?"
_RESPECTIVELY = any_case(
    rf"(?<![\w./:-])(?P<run>{_NUMBER}{_MINUTES}(?:(?:,\s?(?:and\s)?|\s?/\s?|\sand\s|\s){_NUMBER}){{1,4}}){_MINUTES},?\s(?:each\s)?respectively\b"
)
_ONE_NUMBER = any_case(rf"(?<!\w){_NUMBER}(?!\w)")


def _respectively(text: str, anchors: Sequence[Anchor]) -> Iterator[Minutes]:
    """Give the lengths told at the end in the order of the services before them (`Above given in that order for 15, 20 and 10 minutes respectively`)."""
    words = small(text)
    for match in _RESPECTIVELY.finditer(words) if "respectively" in words else ():
        figures = list(_ONE_NUMBER.finditer(words, *match.span("run")))
        codes = _named_before(text, match.start(), anchors, at_least=len(figures))[-len(figures) :]
        if len(codes) == len(figures) and all(5 <= number_of(f[0]) <= 120 for f in figures):
            for code, figure in zip(codes, figures, strict=True):
                yield Minutes(Span(*figure.span()), number_of(figure[0]), code)


# How far back names are looked for where too few stand as services.
_REACH = 4000
_SENTENCE_BEFORE = re.compile(r"[.;\n][^.;\n]*$")
_PLAIN_NAMES = (("exercise", "97110"), ("activities", "97530"), ("manual", "97140"), ("gait", "97116"), ("balance", "97112"))


def _named_before(text: str, end: int, anchors: Sequence[Anchor], *, at_least: int) -> list[str]:
    """Return the codes of the services named up to a place, in order: those of its own sentence where it names as many, else all services, else all names."""
    opens = _SENTENCE_BEFORE.search(text, max(0, end - 200), end)
    sentence = text[opens.start() if opens else max(0, end - 200) : end]
    plain = [(place, code) for name, code in _PLAIN_NAMES if (place := small(sentence).find(name)) >= 0]
    coded = [(match.start(), match[1]) for match in CODE.finditer(sentence)]
    listed = list(dict.fromkeys(code for _, code in sorted([*_all_names(sentence), *plain, *coded])))
    if len(listed) == at_least:
        return listed
    codes = list(dict.fromkeys(a.code for a in anchors if a.span.start < end and not a.times))
    if len(codes) >= at_least:
        return codes
    return list(dict.fromkeys(code for _, code in _all_names(text[max(0, end - _REACH) : end])))


def _all_names(text: str) -> list[tuple[int, str]]:
    return sorted((start, code) for written in (True, False) for start, _, code in names_in(text, written=written))


_ABBREVIATED = {"TE": "97110", "TA": "97530", "MT": "97140", "NR": "97112", "NMR": "97112", "NMRE": "97112", "GT": "97116"}
_SHORT = r"(?:TE|TA|MT|NR|NMRE?|GT)"
_SHORT_RUN = re.compile(rf"(?<![\w/]){_SHORT}(?:(?:\s?[/,&+-]\s?|\sand\s|\s){_SHORT}){{1,4}}(?!\w)")
_NOT_GIVEN = re.compile(
    r"\W*(?:scheduled|planned|plan|goals?|[sl]tgs?|next|appt|order(?:ed|s)?|auth\w*|yesterday|last|prev(?:ious)?|prior|hep|home|continue|cont)\b",
    re.IGNORECASE,
)
_SHORT_AND_FIGURE = re.compile(
    rf"(?<![\w/])(?P<name>{_SHORT})(?:(?: m?|(?<=T[EA])|(?<=MT)|(?<=NMR))(?P<n>[1-7]\d|[89])(?=[\s,;/)]|$)(?!/\d|{OTHER_UNIT}|[ \t](?:[MF]|min\w*)\b)|[=:]\s?(?P<m>[1-7]\d|[89])(?=\s*(?:[,;/)]|$|{_SHORT}(?![a-z])|\s{{2}})))",
    re.MULTILINE,
)


def _in_a_run(text: str, lines: Lines) -> Iterator[Minutes]:
    """Give the bare figures behind abbreviations: in step with them (`TE-MT-NMR 15-10-15`), or each behind its own in a telegraphic line (`TE 15 bridges 3x12 ... NMR 23 foam`)."""
    for line in lines.spans:
        if not has_any(text[line.start : line.end], _ABBREVIATED) or _NOT_GIVEN.match(text, *line):
            continue
        for names in _SHORT_RUN.finditer(text, *line):
            codes = [_ABBREVIATED[name] for name in re.findall(_SHORT, names[0])]
            yield from _placed(text, codes, Span(*names.span()), line.end)
        run = list(_SHORT_AND_FIGURE.finditer(text, *line))
        if len({_ABBREVIATED[match["name"]] for match in run}) > 1:
            for match in run:
                group = "n" if match["n"] else "m"
                yield Minutes(Span(*match.span(group)), int(match[group]), _ABBREVIATED[match["name"]])


_JOIN = re.compile(rf"{_SIGN}|[ \t]")


def _joined(text: str, anchors: Sequence[Anchor]) -> Iterator[list[Anchor]]:
    """Yield the runs of names with nothing but a joining sign between them."""
    run: list[Anchor] = []
    for anchor in anchors:
        if run and not _JOIN.fullmatch(text, run[-1].span.end, anchor.span.start):
            yield run
            run = []
        run.append(anchor)
    if run:
        yield run


def _totals(text: str) -> Iterator[Minutes]:
    words = small(text)
    for match in _TIMED_AND_VISIT.finditer(words) if "timed" in words else ():
        for group, scope in (("first", "total_timed"), ("last", "total_treatment")):
            yield Minutes(Span(match.start(group), match.end(group)), int(match[group]), scope)
    for match in _PAIR.finditer(words) if has_any(words, _WORDS_OF_TIMED) else ():
        scopes = ("total_timed", "total_treatment") if match["timed_first"] else ("total_treatment", "total_timed")
        for group, scope in zip(("first", "last"), scopes, strict=True):
            yield Minutes(Span(match.start(group), match.end(group)), int(match[group]), scope)
