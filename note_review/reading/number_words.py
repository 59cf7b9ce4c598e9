"""Numbers in English words, up to a hundred and ninety-nine."""

from __future__ import annotations

import re

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
NUMBER_WORD = (
    r"(?:(?:(?:one |a )?hundred(?: and)?[\s-]*)?(?:(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[\s-]*(?:one|two|three|four|five|six|seven|eight|nine))?|(?:" + "|".join(reversed(_ONES[1:])) + r"))|(?:one |a )hundred)"
)

# Those in ty and teen before those they begin with.
_WORD = re.compile("|".join(("hundred", *_TENS, *reversed(_ONES))))


def number_of(words: str) -> int:
    """Return the number that English words, glued together or not, or digits name (0..199).

    Raises
    ------
    ValueError
        The words name no number.
    """
    if words.isdigit():
        return int(words)
    named = _WORD.findall(words.lower())
    if not named:
        raise ValueError("no number word")
    total = 0
    for word in named:
        if word == "hundred":
            total = (total or 1) * 100
        else:
            total += _TENS[word] if word in _TENS else _ONES.index(word)
    return total
