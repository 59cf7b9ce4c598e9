"""Faults that a clause denies in plain verbs: "denies that he drifts", "does not tip", "has stopped veering", "checked whether she leans".

:mod:`note_review.reading.verdicts` knows the set phrases of an examination; these are the sentences around them.
"""

from __future__ import annotations

from note_review.reading.faults import FAULT, LACK
from note_review.reading.small_letters import any_case, has_any
from note_review.reading.supposed import WHO

_EVIDENCE = r"(?:signs?|evidence|reports?|indications?|complaints?|hint|trace|suggestion|episodes?|instances?|c/o)"
_DENIED_THAT = any_case(
    rf"\b(?:denie[sd]|denying|(?:no|without(?: any| an?)?) {_EVIDENCE}|not (?:true|so|the case)|(?:did|does) not (?:report|state|say|mention)) that (?:{WHO} )?$"
)
_NO_SIGN_OF = any_case(
    rf"\b(?:(?:no|without(?: any| an?)?|zero|never an?y?) (?:[a-z]+ )?{_EVIDENCE} of|free from|r/o|rul(?:e[sd]?|ing) out) (?:(?:any|an?|the) )?$"
)
_ASKED = any_case(
    rf"\b(?:check(?:s|ed|ing)?|test(?:s|ed|ing)?|felt|look(?:s|ed|ing)?|ask(?:s|ed|ing)?|watch(?:es|ed|ing)?|screen(?:s|ed|ing)?|examined?|assess(?:ed|ing)?|to see|saw|to rule out)(?: [a-z]+){{0,3}}? (?:if|whether) (?:{WHO} )?$"
)
_YES = any_case(
    r"\b(?:yes|positive|which (?:s?he|it) (?:does|did))\b|(?:\band|\bbut|:|-) ?(?:s?he|it|they)? ?(?:does|did|is|was|still|do)\b(?! not|n't)"
)
_SUSPECTED = any_case(
    r" (?:was |were |is )?(?:suspected|feared|considered|queried|looked for|tested for|asked about)\b[^.;]{0,20}\b(?:not|never|ruled out)\b"
)
# A fault by its verb alone: what is not done is no fault.
_BAD_VERB = r"(?:tip|drift|sway|veer|stumble|stagger|wobble|shake|lose|miss|drag|scuff|hike|buckle|collapse|freeze|overshoot|undershoot|slip|trip|lurch|hyper-?extend|circumduct|scissor|slap|limp|list|tilt|cave|dive|hitch|jerk|neglect|retropulse)"
_BAD_DONE = r"(?:tipped|drifted|swayed|veered|stumbled|staggered|wobbled|shaken|lost|missed|dragged|scuffed|hiked|buckled|collapsed|frozen|overshot|undershot|slipped|tripped|lurched|hyper-?extended|circumducted|limped|listed|tilted|caved|jerked|neglected|leaned|fallen)"
_NOT_DONE = any_case(rf"(?:[a-z' ]{{1,30}} )??(?:(?:does|did|do)(?: not|n't)(?: ever)?|never) {_BAD_VERB}\b")
_NOT_DONE_BEFORE = any_case(
    rf"\b(?:(?:does|did|do)(?: not|n't)|never|at no (?:time|point|stage) (?:did|does) {WHO}|(?:has|have|had)(?: not|n't| never))(?: ever| once)? $"
)
_BAD_VERB_AT_HEAD = any_case(rf"(?:{_BAD_VERB}(?:e[ds]|s|d)?|{_BAD_DONE})\b")
_AT_NO_TIME = any_case(r"\bat no (?:time|point|stage)\b[^,;]{0,25}$")
_NEVER_STARTED = any_case(r"\bnever (?:(?:starts?|started|begins?|began|comes?|came) to\b|once\b)")
_STOPPED = any_case(
    r"(?<!not )(?<!n't )(?<!never )(?<!cannot )(?<!to )(?<!until he )(?<!until she )(?<!until it )(?<!once he )(?<!once she )(?<!once it )\b(?:stopped|quit|ceased|outgrew|outgrown|overcame|overcome|got over|gotten over|gets over) (?:(?:the|his|her|their|all) )?$"
)
_IS_NOT = any_case(
    r"\b(?:is|are|was|were|feels?|felt|been|seems?|looks?|looked|appears?|appeared)(?: not|n't| no longer) $|\bno longer $"
)
_BAD_AT_HEAD = any_case(
    rf"(?:(?:R|L|left|right) )?(?:{FAULT}|(?:poor|weak|slow|delay|impair|decreas|diminish|abnormal|stiff|tight|late|uneven|clumsy|jerky|wide)\w*|(?:drift|veer|tip|sway|lean|stumbl|limp|lurch|shak|stagger|wobbl)ing)\b"
)
_FALLS_SHORT = any_case(rf"{LACK}|\b{FAULT}")
_LACKS, _FAULTS = any_case(LACK), any_case(rf"\b{FAULT}")
_SEEN = r"(?:evident|apparent|seen|noted|observed|present|found|demonstrated|reported|detected|visible)"
_NOT_BEHIND = any_case(
    rf"(?: (?:is |are |was |were |has been |have been )?(?:not|no longer|never) {_SEEN}\b(?! (?:until|before|except|only))"
    r"|\s*[:=–-]\s*(?:no|none|absent|denied|neg(?:ative)?|not (?:seen|noted|present|today)|nil|resolved|cleared|gone)(?=\W*$| today| now)"
    r"| no more(?=\W*$))"
)
_ENDED_AGO = any_case(
    r"(?: (?:has |have |is |was |had )?(?:resolved|gone|cleared|stopped|ended|disappeared) (?:(?:\d+|an?|two|three|four|some|several|many) (?:days?|weeks?|wks?|months?|mos?|years?) ago|last \w+))"
)
_NORMAL_BEHIND = any_case(
    r"(?: (?:is|was|are|were|remains?))? (?:within (?:normal|functional) limits|wnl|wfl|normal for (?:(?:his|her) )?age|age[- ]appropriate)\b"
)
_NOT_ANY_MORE = any_case(r"\b(?:not|n't) $")
_ANY_MORE = any_case(r"[^.;]{0,30}\bany ?(?:more|longer)\b")
_LIMITED = any_case(
    r"\b(?:until|unless|except|but|only|when|while|if|once|before|with (?:cues?|help|assist\w*|support|an?|the|his|her|hands?|min|mod|verbal|tactile|reminders?|me)|without|as long as|yet|still|always|enough|far|past|over|through|beyond)\b|w/|\d"
)
_SIGNS = ("that ", "if ", "whether ", "not", "n't ", "never", "no", "free from", "r/o", "rule", "ruling", "stopped", "quit", "ceased", "outgr", "overc", "got", "gets over", "denied", "neg", "absent", "nil", "gone", "cleared", "resolved", "normal", "wnl", "wfl", "age", "suspected", "feared", "considered", "queried", "asked", "zero", "ended", "disappeared")  # fmt: skip


def is_plainly_denied(before: str, phrase: str, after: str) -> bool:
    """Say whether a deficit's clause (in small letters, in three parts) denies it in plain verbs, or asks about it and does not affirm it."""
    if not has_any(f"{before}{phrase}{after}", _SIGNS):
        return False
    if (
        _DENIED_THAT.search(before)
        or _NO_SIGN_OF.search(before)
        or _STOPPED.search(before)
        or _SUSPECTED.match(after)
        or _ENDED_AGO.match(after)
    ):
        return True
    if (_ASKED.search(before) and not _YES.search(after)) or _NEVER_STARTED.search(phrase):
        return True
    if _NORMAL_BEHIND.match(after) and _FAULTS.search(phrase) and not _LACKS.search(phrase):
        return True
    if _LIMITED.search(phrase + after):
        return False
    is_fault = _FALLS_SHORT.search(phrase) is not None
    return bool(
        _NOT_DONE.match(phrase)
        or (_NOT_DONE_BEFORE.search(before) and _BAD_VERB_AT_HEAD.match(phrase))
        or (_AT_NO_TIME.search(before) and is_fault)
        or (_IS_NOT.search(before) and _BAD_AT_HEAD.match(phrase))
        or (_NOT_ANY_MORE.search(before) and _ANY_MORE.match(after))
        or (is_fault and _NOT_BEHIND.match(after))
    )
