"""Putting right, at the same length, what a scanner's reader and a dictating tongue do to figures."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.service_names import KNOWN_CODES
from note_review.reading.small_letters import any_case, small

_FIGURES = str.maketrans("lIOoSZB", "1100528")
_LIKE_ONE_AND_NOUGHT = str.maketrans("lIOo", "1100")
_BLANK_FILLED = re.compile(r"(?<![^\W_])_(?=\d)|(?<=\d)_(?![^\W_])|(?<=[A-Za-z])_(?=(?i:mins?)\b)")
_SCANNED_WORD = re.compile(r"\b(?:t1me|un1ts?|m1n|tota1|manua1|neur0|exerc1se)\b", re.IGNORECASE)
_FIGURE_IN_WORD = re.compile(r"[01](?<=[a-zA-Z].)")
# These begin with a figure and look behind it, not before it: so the search runs from figure to figure.
_SCANNED_CODE = re.compile(r"9(?<!\w9)[7S][\dlIOoSZB]{3}(?!\w)")
_SCANNED_CLOCK = re.compile(r"[\dlIO](?<![\w:].)(?=[^:]{0,2}:\s?[\dlIO]{2}\b)[\dlIO]?\s?:\s?[\dlIO]{2}(?!\w)")
_SCANNED_NUMBER = re.compile(r"[\dlIO](?<![\w.'].)(?:(?<=\d)[\dlIO]{0,2}[lIO]|(?<=[lIO])\d{1,2})(?=\s|[|,;)\]:/.-]|$)")
_SPACED_CODE = re.compile(r"(9(?<![\w./]9)\s?7\s?\d\s?\d\s?\d)(?![\w/])")
_DIGIT_WORDS = {
    "oh": "0", "o": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "sixteen": "16", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90",
}  # fmt: skip
_SPOKEN_CODE = any_case(
    r"nine(?<!\wnine)(?:ty)?[\s-]+seven(?:(?:,?[\s-]+)(?:hundred|"
    + "|".join(sorted(_DIGIT_WORDS, key=len, reverse=True))
    + r")\b){1,4}"
)


def mend_scanned(text: str) -> str:
    """Return the text with figures that a scanner misread put right (`97l4O`, `lO:O9`, `3O min`), at the same length."""
    if "_" in text:
        text = _BLANK_FILLED.sub(" ", text)
    if _FIGURE_IN_WORD.search(text):
        text = _SCANNED_WORD.sub(lambda m: m[0].replace("1", "l" if m[0].endswith("1") else "i").replace("0", "o"), text)
    text = _SCANNED_CODE.sub(_known_code, text)
    text = _SCANNED_CLOCK.sub(lambda m: m[0].translate(_LIKE_ONE_AND_NOUGHT) if any(c.isdigit() for c in m[0]) else m[0], text)
    return _SCANNED_NUMBER.sub(lambda m: m[0].translate(_LIKE_ONE_AND_NOUGHT), text)


def _known_code(match: re.Match[str]) -> str:
    code = match[0].translate(_FIGURES)
    return code if code in KNOWN_CODES else match[0]


def parted_codes(text: str) -> list[tuple[Span, str]]:
    """Return the codes that are spoken (`nine seven one one two`) or parted by blanks (`97 112`), each with its five characters."""
    found: list[tuple[Span, str]] = []
    for match in _SPACED_CODE.finditer(text):
        code = "".join(match[1].split())
        if code in KNOWN_CODES and code != match[1]:
            found.append((Span(match.start(1), match.end(1)), code))
    words, position = small(text), 0
    while told := _SPOKEN_CODE.search(words, position):
        # The words of the next code may follow at once (`ninety seven one twelve ninety seven one forty`).
        spoken = _spoken(told, tens=True) or _spoken(told, tens=False)
        position = spoken[0].end if spoken else told.end()
        found += [spoken] if spoken else []
    return found


def _spoken(match: re.Match[str], *, tens: bool) -> tuple[Span, str] | None:
    """Read figures word by word until five stand there: `ninety seven one twelve` is 97112, `nine seven five thirty five` 97535."""
    words = list(re.finditer(r"[a-z]+", match[0].lower()))[2:]
    figures = "97"
    for number, word in enumerate(words):
        value = _DIGIT_WORDS.get(word[0], "")
        following = _DIGIT_WORDS.get(words[number + 1][0], "") if number + 1 < len(words) else ""
        open_tens = tens and len(value) == 2 and value[1] == "0" and value[0] != "1" and len(following) == 1 and following != "0"
        figures += value[0] if open_tens else value
        if len(figures) >= 5:
            span = Span(match.start(), match.start() + word.end())
            return (span, figures) if figures in KNOWN_CODES else None
    return None
