"""Measures that fall short of nothing: full ones ("Knee extension 5/5"), and bare ones ("Flexion 165") without a word, a norm or another side to fall short of.

Guide: a measure is a deficit only with a word or a reference that makes it fall short.
"""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.sides import alike

_RATIO = re.compile(r"(?<![\d/])(\d{1,3})(?:\s?/\s?| (?:out )?of )(\d{1,3})(?![\d/])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[a-z']+")
# A lone word of these begins a limit but names none.
_HALF_SAID = frozenset(
    "decreased increased limited reduced impaired moderate mild severe slight significant unable has she he the a no with gait standing walking ambulation scapula motion girth strength patient".split()
)
_MUSCLES = frozenset(
    "flexors extensors abductors adductors rotators dorsiflexors plantarflexors evertors invertors iliopsoas gluteus gluteals medius maximus deltoid deltoids biceps triceps interossei intrinsics".split()
)
# All that a bare measure is made of: motions, joints, tests, sides and units.
_MEASURED = frozenset(
    "flexion extension abduction adduction rotation internal external bending sidebending inversion eversion deviation radial ulnar supination pronation dorsiflexion plantar plantarflexion raise reach reaches "
    "flex ext abd add rot flx df pf er ir slr arom prom rom range of motion active passive movement combined "
    "hip hips knee knees ankle ankles shoulder shoulders elbow elbows wrist wrists neck cervical lumbar thoracic trunk forearm thumb finger fingers toe toes great big hamstring hamstrings quadriceps quads straight leg legs "
    "grip pinch key lateral tip palmar berg score tug timed up go gait speed walk test distance single stance tandem one foot nine hole peg pegs hand box blocks girth circumference "
    "side left right bilateral bilaterally both either each sides equal forward backward l r b "
    "degrees degree deg cm inches inch pounds pound lb lbs kg seconds second sec s is was are were measures measured at the and to on for with in by from painless pain free".split()
)
_FALLS_SHORT = re.compile(
    r"%|-\s?\d|\d[+-]|\bexcept|\d\s?/\s?\d|\d (?:out )?of \d|norm|\bopp|other|uninvolved|limit|surgeon|contralat|expect|loss|sufficient|hard|block|drop|because|lack|short|less|only|poor|weak|decreas|impair|tight|deficit|problem|\bvs\b|against|compared|mean for|average|goal",
    re.IGNORECASE,
)
_OTHER_SIDE = re.compile(
    r"\b(?:r|l|rt|lt|right|left)\b\W*(?:is |was |side |at |grip )?\W*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)[^.;\d]{0,14}\b(?:r|l|rt|lt|right|left)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\.\s|\n")
_NEAR = 40
_FULL_GRADE = 5


def falls_short_of_nothing(text: str, span: Span) -> bool:
    """Say whether a phrase tells only measures that nothing makes a deficit."""
    phrase = text[span.start : span.end]
    return _is_full(phrase) or _is_half_said(phrase) or _is_bare(text, span)


def _is_half_said(phrase: str) -> bool:
    """Say whether a phrase is one word that names no limit ("Flexion", "reduced")."""
    words = phrase.lower().split()
    return len(words) == 1 and words[0].strip(".,:;()") in _HALF_SAID | _MEASURED


def _is_full(phrase: str) -> bool:
    """Say whether all figures are full ones ("5/5", "Flexion 60/60")."""
    ratios = _RATIO.findall(phrase)
    full = ratios and all(a == b and (a in {"2", "5"} or int(a) >= 10) for a, b in ratios)
    return bool(full) and not any(c.isdigit() for c in _RATIO.sub("", phrase))


def _is_bare(text: str, span: Span) -> bool:
    """Say whether a phrase is one measure, or two sides alike, and nothing in its sentence near it makes it fall short."""
    phrase = text[span.start : span.end]
    values = [float(v) for v in _NUMBER.findall(phrase)]
    words = set(_WORD.findall(phrase.lower()))
    if not values or len(values) > 2 or not alike(values) or not words <= _MEASURED | _MUSCLES:
        return False
    if words & _MUSCLES and min(values) < _FULL_GRADE:
        return False
    before = _ENDS.split(text[max(0, span.start - _NEAR) : span.start])[-1]
    after = _ENDS.split(text[span.end : span.end + _NEAR])[0]
    if before.endswith(".") or after[:1] in {"/", "(", "<"} or _FALLS_SHORT.search(f"{before}{phrase}{after}"):
        return False
    beside = [float(match[1] or match[2]) for part in (before, after) for match in _OTHER_SIDE.finditer(part)]
    return all(alike((values[-1], value)) for value in beside)
