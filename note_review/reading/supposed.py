"""Faults that a clause only fears, would prevent or supposes, and those of somebody else: no deficits of this patient now (guide: Spans).

"In case he tips backward", "to avoid a left drift", "her roommate leans left", "people with Parkinson's shuffle", "the therapist acted out a limp".
"""

from __future__ import annotations

from note_review.encounter import Assertion
from note_review.reading.small_letters import any_case, has_any

WHO = r"(?:s?he|it|they|pt|the (?:pt|patient|resident|client|child)|(?:mr|mrs|ms)\.? [a-z]+|(?:the|his|her|their|an?)(?: [a-z]+){0,2}?)"
_FEARED = any_case(
    r"(?:(?:s?he|it|they|pt) )?(?:may yet|might|must not|should not|is not to|are not to)\b(?! (?:know|recall|remember|have|be able|notice|use|see|feel|hear))"
)
_MAY = r"(?:(?:may|might|would|should|could|will)(?: yet)?)"
_FEARED_BEFORE = any_case(
    rf"\b(?:lest|for fear (?:that|of)|(?:fears?|feared|fearful|afraid|worr(?:y|ies|ied)|anxious) (?:that )?(?:{WHO} )?{_MAY}|so that {WHO} {_MAY}|in case(?: of)?|to stop (?:when|if)|watch(?:ing)? (?:for|that)"
    rf"|(?:at )?risk (?:of|for|that)|(?:fearful|afraid) of|precautions?(?: for| against|:)|might|may yet) (?:{WHO} )?(?:{_MAY} )?$"
)
_PREVENTED = any_case(
    r"\b(?:prevent(?:s|ed|ing)?|avoid(?:s|ed|ing)?|guard(?:s|ed|ing)? against|protect(?:s|ed|ing)? (?:from|against)|prevention of|avoidance of) (?:(?:an?|any|further|another|the) )?$"
)
_IF = any_case(
    rf"(?:^|[,;:(] ?|\b(?:stop|pause|rest|sit|call|report|note|told|instructed|ask(?:ed)?|grab|touch) )(?:to [a-z]+ )?(?:if|in case|should) (?:{WHO} )?(?:ever )?$"
)
KIN = r"(?:wife|husband|mother|father|mom|dad|daughter|son|sister|brother|spouse|roommate|neighbou?r|aunt|uncle|cousin|teacher|coach|friend|caregiver|partner|twin)"
WHOSE = r"(?:his|her|their|pt's|patient's)"
_OTHERS = any_case(
    rf"\b(?:{WHOSE} (?:[a-z]+ )?{KIN}['’]s|(?:people|patients|persons|those|children|adults|men|women|many) with [\w' ]{{2,30}}?(?: (?:often|usually|typically|tend to|may))?) $"
)
# Somebody else who does it: the verb opens the phrase.
_OTHER_DOES = any_case(
    rf"(?:^|[,;:.] ?|\band )\W*(?:{WHOSE} (?:[a-z]+ )?{KIN}|(?:the |an?)?(?:next|other|another) (?:patient|resident|client|child)) (?:also |still |often )?$"
)
_DOES = any_case(
    r"(?!(?:needs|has|is|was|says|reports|notices|sees|helps|does|states)\b)[a-z]{3,}s\b(?! (?:him|her|them|pt|the patient)\b)"
)
_ACTED = any_case(
    r"\b(?:therapist|pta|i|cota|video|poster|drawing|diagram|model|book|sheet|hand-?out)\b (?:then |also )?(?:showed|demonstrated|acted(?: out)?|mimick?ed|imitated|modell?ed|drew|pretended) (?:(?:him|her|them|the (?:patient|family|class)) )?(?:(?:how|what|to) )?(?:(?:an?|the) )?$"
)
_SIGNS = ("lest", "fear", "afraid", "worr", "anxious", "so that", "case", "stop ", "watch", "risk", "precaution", "might", "may ", "must not", "should", " not to", "prevent", "avoid", "guard", "protect", "if ", "'s ", "’s ", " with ", "his ", "her ", "their ", "next ", "other ", "therapist", "showed", "acted", "show", "drew", "demonstrat", "model")  # fmt: skip


def supposed_or_anothers(before: str, phrase: str) -> Assertion:
    """Say whether a deficit's clause (in small letters, up to it) only supposes it, or gives it to somebody else."""
    if not has_any(before + phrase[:24], _SIGNS):
        return Assertion.PRESENT
    if _OTHERS.search(before) or _ACTED.search(before) or (_OTHER_DOES.search(before) and _DOES.match(phrase)):
        return Assertion.OTHER_PERSON
    if _FEARED.match(phrase) or any(words.search(before) for words in (_FEARED_BEFORE, _PREVENTED, _IF)):
        return Assertion.PLANNED
    return Assertion.PRESENT
