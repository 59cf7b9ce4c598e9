"""Skilled acts in giving a service, by their words: cues, hands, guarding and assistance, grading with its reason, judgement (guide: risk, Reasons).

What is denied, planned, taught for home, of another time or said of the patient in general ("benefits from skilled cueing") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from note_review.encounter import Assertion, Encounter, Section
from note_review.judged import Judged
from note_review.note import Span
from note_review.reading.assertion import assertion_of
from note_review.reading.lines import Lines, clause_at, split_lines
from note_review.reading.sections import section_at
from note_review.reading.small_letters import any_case, small

_WHO = r"(?:therapist|pta?|ota?|cota|me)"
_LIMB = r"(?:hands?|thumbs?|finger(?:tip)?s?|palms?|knuckles?|forearms?|knees?|foot|arm|voice)"
_CUES = (
    r"(?:v/?t?/?c|t/?c|v&t ?c)(?:'?s|ing)?(?=[\s:;,.)]|$)|(?:verbal|tactile|visual|auditory|manual|sensory|gestural)(?:/\w+| and \w+|, \w+)* (?:cue|feedback|prompt|input|remind|instruct)\w*|cue(?:s|d|ing)?|cueing|prompt(?:s|ed|ing)?|feedback"
    r"|re-?direct(?:ed|ion|ions)|remind(?:ed|ers?)|coach(?:ed|ing)|corrected|(?:was|were|been|being) (?:told|asked|instructed|shown) (?:to|not|on|how|\")|told (?!me\b|us\b|that\b|by\b|the\b|she\b|he\b|of\b|about\b)(?:\w+|\")|showed (?:him|her|them)|asked (?:him|her|them)|demonstration|talked (?:him|her) through|said \"|(?:the )?words? \""
)
_HANDS = (
    rf"my {_LIMB}|(?:therapist'?s?'?|pta|ota?|cota) {_LIMB}|pt (?:hands?|thumbs?|finger(?:tip)?s?)|(?:two|one) {_LIMB} (?:on|at|under|over|behind|against) (?:the |her |his |each |both |[lr] |left |right )?(?!rail|bar|counter|wall|walker|table|chair|mat)[a-z]+"
    rf"|{_LIMB} (?:on|at|under|behind) (?:the |her |his |each |both |[lr] |left |right )?(?:pelvis|hips?|ilium|iliac|asis|trunk|shins?|calf|toes?|forehead|head|clavicle|olecranon|malleol\w+|gonial|angle|border|inferior|medial|lateral|collar|strap|ribs?|sternum|scapula\w*|shoulder\w*|elbow|wrist|knee|thigh|heel|ankle|foot|sacrum|belt|chin|jaw|back|waist|crest|condyle|axilla|buttock|gluts?|quads?|spine|neck)"
    rf"|hand[- ]over[- ]hand|hoh|hands-on|hands on (?:assist|guid|cue|help)\w*|facilitat(?:ed|ion|ing)|guid(?:ed|ing|ance)|tap(?:ped|ping)? (?:at|her|his)|i tapped|knees? block(?:ed|ing)?|block(?:ed|ing) (?:the|his|her|my|at)|held (?:her|his|their|the) (?:pelvis|hips?|knees?|elbow|wrist|shoulder|scapula|trunk|head|foot|heel|ankle|ribs?)|hand off\b|let(?:ting)? go|steadied|approximation|overpressure|perturbed|hand[- ]held assist\w*|(?:pta?|ota?) block\w+|backed off|caught at"
    rf"|manual(?:ly)? (?:resist\w+|contact\w*|assist\w*|guid\w+|stabili\w+|cue\w*)|(?:supported|assisted|held|moved|resisted|placed|given|steadied|guided|pressed \w+) by (?:the )?{_WHO}|(?:the )?therapist (?:[a-z]+ed|[a-z]+ing|held|gave|put|kept|cut|stood|took|set)"
    r"|i (?:[a-z]+ed|held|gave|put|kept|told|said|had|set|took|cut|made|let|began|hid|stood|brought|went|chose|found)"
)
_ASSISTANCE = r"(?:min|mod|max|minimal|moderate|maximal|contact[- ]guard|standby|stand-by|close)[ /-]*(?:min|mod|max)?\s*(?:a\b|assist\w*|guard\w*|supervision)|cga|sba|guard(?:ed|ing)|gait belt|spott(?:ed|ing)"
_GRADED = (
    r"(?:up|down|re-?)?grad(?:ed|ing)|regressed|progressed|fad(?:e|ed|ing)|wean(?:ed|ing)|slid|too (?:easy|hard)|(?:increased|decreased|reduced|extended) (?:when|after|once)|(?:lower|rais|slow|shorten|lengthen|lighten|widen|narrow|eas)(?:e?d)|cut|(?:moved|set|taken|took|brought|put) (?:\w+ ){0,3}(?:up|down|back|closer|nearer|farther|further|out|away|off|lower|higher)"
    r"|added|removed|swapped|changed|switched|advanced|modified|adjusted|adapted|dropped|stopped|withdrawn|withdrew|withdrawing|simplified|(?:hard|easi|bigg|small|heavi|light|low|high|slow|near|clos|wid|narrow)er"
)
# A change of grade shows skill with its reason, or where it follows what the patient did.
_REASON = re.compile(
    r"\b(?:when(?:ever)?|after|once|because|due to|d/t|since|as (?:s?he|pt|soon|the|control|form)|until|till|secondary|2/2|to (?:avoid|keep|protect|prevent|limit|allow|offload|challenge|unload)|so (?:that|as|s?he)|for (?:\w+ )?(?:pain|fatigue|form|safety|control|compensation)|if|with (?:fatigue|pain|loss|poor)|where|b/c|p̄|based on|per (?:pt )?response|(?:for|on|in) (?:the )?(?:last|second|third|final|set)|too|on purpose|from|then|by (?:set|the|rep))\b|->|→",
    re.IGNORECASE,
)
_FADED = r"then (?:only|just|none|off|nothing|let go|alone|without)|then (?:the )?(?:word|voice|verbal)s? (?:only|alone)|to none\b|luego (?:nada|sin|solo|sólo)|only when (?:s?he|it)|every (?:other|third|2nd|3rd) rep"
# What the therapist did about what the patient did: `ball slowed when eyes skipped`, `rest stretched to 20 s when glutes took over`.
_REACTION = r"[a-z]+(?:ed|ened|wn|pt|ut|lid) (?:[\w/.-]+ ){0,6}(?:when|once|until|till|whenever|each time|as soon as) (?!(?:able|cleared|ready|tolerated|home|then|discharged|seen|asked|in|on|for|a|at|per|every|lying|sitting|standing|monday|tuesday|wednesday|thursday|friday|next)\b)[a-z]+"
_JUDGEMENT = r"analy[sz]ed|(?:identified|recognized|detected) (?:\w+ ){0,4}(?:compensat|substitut|fault|error|early)\w*|monitor(?:ed|ing)|(?:substitution|compensation)s? (?:was|were|corrected|noted)|withheld|judged|decided|ruled out|clinical(?:ly)? (?:judge?ment|reasoning|decision)|watched for|rest(?:s|ed)? (?:given|imposed|called)|error (?:analysis|augment\w+)"
_ACT = any_case(
    rf"(?<![\w/-])(?:(?P<cue>{_CUES})|(?P<hand>{_HANDS})|(?P<help>{_ASSISTANCE})|(?P<fade>{_FADED})|(?P<react>{_REACTION})|(?P<grade>{_GRADED})|(?P<judge>{_JUDGEMENT}))(?!\w)"
)
_CLOSED = frozenset(
    {"goals", "history", "home_program", "plan", "prior_visit", "precautions", "equipment", "billing", "signature"}
)
_DENIED_BEFORE = re.compile(
    r"(?:\b(?:no|without|w/o|not|never|0|zero|nor|free of|independent of|needs no|s̄|didn't need|did not (?:need|require))|∅)[\s:]+(?:(?:any|more|further|verbal|tactile|visual|physical|manual|external|extra|hands?|or|and|/|vc|tc|additional) ?){0,4}$",
    re.IGNORECASE,
)
_DENIED_BEHIND = re.compile(
    r"\s*(?:/\w+\s*)?(?::|=|was|were|is|are)?\s*(?:none\b|not (?:needed|required|given|used)|0\b|n/?a\b|no longer|unnecessary)",
    re.IGNORECASE,
)
_OF_NOBODY = re.compile(
    r"\b(?:benefits?|requires? (?:continued|ongoing|the)|(?:unique|expert|special) skills?|continues? to (?:need|require|benefit)|skilled (?:need|services|observation)|will|should|goal|to be able)\b",
    re.IGNORECASE,
)
# So many acts, were skill shown as often as not (of train notes with 0, 1, 2 and more acts 0.42, 0.97, 0.99 and 0.99 show it, of all 0.86).
_UNKNOWN = 0.5
_CHANCES = (0.12, 0.79, 0.95, 0.97)


def skilled_acts(text: str, sections: tuple[Section, ...], activities: Sequence[Span]) -> Iterator[Span]:
    """Give where skilled acts of this visit are told, in text order.

    A level of assistance is one only on the line of an activity: elsewhere it is what an examination found.
    """
    lines = split_lines(text)
    treated = {lines.index_at(span.start) for span in activities}
    for match in _ACT.finditer(small(text)):
        span, kind = Span(*match.span()), str(match.lastgroup)
        if (kind != "help" or lines.index_at(span.start) in treated) and _shows(text, lines, sections, span, kind):
            yield span


def _shows(text: str, lines: Lines, sections: tuple[Section, ...], span: Span, kind: str) -> bool:
    """Say whether an act's words tell that it was done in this visit."""
    if section_at(sections, span.start).kind in _CLOSED:
        return False
    clause = clause_at(text, lines, span.start)
    if kind == "grade" and not _REASON.search(text, clause.start, max(clause.end, span.end)):
        return False
    if _DENIED_BEFORE.search(text, max(clause.start, span.start - 40), span.start) or _DENIED_BEHIND.match(text, span.end):
        return False
    if _OF_NOBODY.search(text, clause.start, span.start):
        return False
    return assertion_of(text, lines, sections, span) is Assertion.PRESENT


def skill_by_words(encounter: Encounter, judged: Judged) -> float:
    """Return how likely (0..1) the words show a therapist's skill in giving the judged service: the more acts, the likelier.

    They count where no other service is told of; where the judged service's text holds none of its activities, anywhere.
    """
    techniques = encounter.present("technique")
    if not techniques:
        return _UNKNOWN
    text, service = encounter.note.text, judged.service
    own = service.parts if service else ()
    apart = any(_within(m.span, own) for m in techniques)
    others = [p for s in encounter.services if apart and s is not service for p in s.parts if p not in own]
    told = skilled_acts(text, encounter.sections, [m.span for m in techniques])
    counted = islice((act for act in told if not _within(act, others)), len(_CHANCES) - 1)
    return _CHANCES[sum(1 for _ in counted)]


def _within(span: Span, parts: Sequence[Span]) -> bool:
    return any(p.start <= span.start < p.end for p in parts)
