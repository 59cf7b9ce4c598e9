"""The words by which helpers, therapists and what they do in a visit are told."""

from __future__ import annotations

import re

from note_review.reading.small_letters import any_case

_VERB_ENDS = r"(?:e|e?s|e?d|ing|y|ies|ied|ying)"


def _any_form(stems: str) -> str:
    """Return a pattern of regular verbs in any form: ``guid block tapp?``."""
    return rf"(?:{'|'.join(stems.split())}){_VERB_ENDS}?\b"


def _inflected(stems: str) -> str:
    """Return the same without the bare stems, which are other words too (`the lower shelf`)."""
    return rf"(?:{'|'.join(stems.split())}){_VERB_ENDS}"


_HELPER = (
    r"(?<![\w-])(?:nursing |nurse'?s? )?(?:aides?|tech|technician|cna|nurse|rn|lpn|lna|stna|para(?:professional|educator)?|volunteer|intern|atc|trainer)\b(?!\s?(?:program|station|notes?|reports?|care|call|rounds|equipment)\b)"
    r"|\b(?:(?:my|our|[po]t|pta|ota|physical therapy|occupational therapy|clinical|nursing|pca|shadow|high[- ]school) )+student\b|\b(?:spta?|ota?s)\b"
)
_RELATIVE = r"\b(?:wife|husband|spouse|mother|father|mom|dad|parent|daughter|son|sister|brother|grandmother|grandma|grandfather|niece|nephew|aunt|cousin|partner|friend|neighbor|caregiver)\b"
_BARE_STUDENT = r"\bthe student\b(?! with)"
# "I" and "PT" are the therapist in capitals alone, "me" only as who was somewhere.
_AWAY = r"(?:at|in|on|across|out|over|down|busy|away)\b"
_THERAPIST = (
    rf"(?:\bI\b|(?<=[,;(–-] )me\b(?= (?:{_AWAY}|w/|with\b))|(?<=\band )me\b(?= {_AWAY})|\b(?i:therapist|clinician|chiropractor)\b"
    r"|\b(?:PTA?|OTA?|COTA|DPT|OTR(?:/L)?)\b(?! ?(?:(?i:aide|tech|student|assistant|eval|gym)|goals?|orders?|visit|session|POC|plan)\b))"
)
_PATIENT_ACTS = r"\b(?:he|she|they)\b|(?:,|\band|\bwhile|\bas|\bso|\bthen|\bbut) (?:the )?(?:(?-i:pt)|patient|resident|client|child|boy|girl)\b"
HELPER = any_case(rf"{_HELPER}|{_BARE_STUDENT}|{_RELATIVE}")
SUBJECT = re.compile(
    rf"(?P<helper>(?i:{_HELPER}))|(?P<student>(?i:{_BARE_STUDENT}))|(?P<relative>(?i:{_RELATIVE}))|(?P<therapist>{_THERAPIST})|(?P<patient>(?i:{_PATIENT_ACTS}))"
)
# In a school the student is the patient.
SCHOOL = any_case(r"\b(?:iep|grade|gr\.? \d|teacher|classroom|school|kindergarten|recess)\b")

_PATIENT = r"(?:him|her|them|pt|patient|res|resident|client|the (?:pt|patient|resident|client|child|boy|girl))\b(?! (?:daughter|son|wife|husband|mother|father|mom|dad|sister|brother|family|med(?:s|ication)?|pills?|nurse|lunch|breakfast|about|if|whether|down|in|back|home|over to|up to|to (?:hurry|come|wait|sign|eat|finish|rest|the|her|his|lunch|dinner|class|bed|room))\b)"
_BODY = r"(?:hands?|fingers?|thumbs?|wrists?|elbows?|forearms?|arms?|shoulders?|shoulder blades?|scapulae?|collarbone|trap|ribs?|trunk|waist|pelvis|hips?|knees?|thighs?|shins?|shanks?|legs?|ankles?|heels?|foot|feet|toes|chin|jaw|neck|quads?|glutes?|cal(?:f|ves)|hamstrings?|[lr]?[lu]e)\b(?! (?:rests?|boards?|plates?|pedals?|splint|brace|wrap|bag|bandage|sling|dressing|cuff|sleeve|of (?:the )?(?:bed|chair|table)))"
_PLACED = r"(?:(?:down|up|in|out|back|on|at|against|through|under|behind) ){0,2}(?:the |his |her |their |both |each |a |one |pt'?s? |[\w.]+'s )?(?:(?!(?:from|to|on|with|of|in|for|off)\b)[\w-]+ ){0,2}"
_SHAPES = rf"(?:held|holds?|holding|had|took|takes|kept|keeps|keeping|brought|brings|drew|drawing|swung|bent|{_any_form('guid steer block support tapp? nudg push pull press lift turn stead plac assist resist mov carr eas strok cupp? controll? straighten lower rais roll tilt tipp? facilitat stretch squeez swing shap open brac set bump')}) {_PLACED}{_BODY}"
_TOUCHES = r"(?:hands?|fingers?|fingertips?|thumbs?|palms?|fist|knee|forearm)(?: was| were|,)? (?:on|at|over|under|behind|between|against|across|along|round|around) (?!(?:the |a |his |her )?(?:[\w-]+ )?(?:rails?|walker|chair|bars?|door|watch|stopwatch|phone|wheel|tray|clipboard)\b)"
# `held her at the hips`, but `held her glasses`.
_OF_HER = r"(?:at|by|on|in|up|upright|still|steady|back|from|while|when|as|and|until|through|over|under|with|to|for|each|every|both|throughout)\b"
_TELLS = (
    rf"(?:told|tells?|telling|{_any_form('cu remind ask coach prompt instruct talk slow stopp?')}) {_PATIENT}"
    rf"|(?:held|kept|caught|catches|{_any_form('guid steer stead guard spott? block push pull nudg')}) (?!her (?!{_OF_HER})[a-z]){_PATIENT}"
    r"|(?:took|walked|ran|led|put) (?:him|her|them|pt) (?:through|thru)\b|had (?:him|her|them|pt) (?:blow|breathe|keep|hold|push|reach|step|lean|look|shift|turn|bend|stay|slow|stop|get|lift)\b"
)
_GIVES = (
    r"(?:g[ai]v(?:e|es|ing)|provid(?:ed|es|ing))\b[^.;\n]{0,30}?\b(?:cues?|cueing|vcs?|tcs?|hands?|taps?|hand over hand|overpressure|resistance|counts?|cga|min a|mod a|max a)\b|cue(?:d|s|ing) (?!to\b)\S"
    r"|(?:call(?:ed|s|ing)|said|says|saying|spoke) (?:out |each |the (?:steps?|turns?|beats?|rhythm|sides?|shifts?|colors?|pace|words?|counts?)\b|[\"“'‘])"
)
_GUARDS = r"(?:had|held|holds?|holding|kept|on|at|with) (?:the |her |his |a )?(?:gait |transfer )?belt\b"
_LEADS = (
    r"(?:ran|led|conducted|did|took) (?:it|all|everything|this|these|both|the (?:whole|rest|drills?|exercises?|session|sets?|handling|hands[- ]on|cue?ing))\b(?! (?:the )?(?:paper|chart|note|laundry|bed))"
    rf"|did (?:them|the {_BODY}) with (?:him|her|them|pt)\b"
    r"|had (?:him|her|them|pt) (?:for (?:all|these|this|the|both|it)|by (?:him|her)self|to (?:him|her)self)\b"
)
_LETS_GO = r"let(?:s|ting)? go\b|(?:faded|eased|lightened) (?:his |her |their |the )?(?:hands?|touch|hold|grip|pressure|cues?|cueing)\b|(?:took|taking) (?:his |her |their |the |one )?hands? (?:off|away)\b"
# Hands, cues or the lead of a person whose clause this is.
TREATS = any_case(
    rf"\b(?:{_SHAPES}|{_TOUCHES}|{_TELLS}|{_GIVES}|{_GUARDS}|{_LEADS}|{_LETS_GO})|^'s (?:hands?|fingers?|thumbs?|palm|cues?|voice)\b"
)
# The same before `by the aide`.
GIVEN_BY = any_case(
    r"\b(?:cues?|cued|cueing|vcs?|hands?|hands-on|guard(?:ed|ing)|cga|facilitat(?:ed|ion)|assist(?:ed|ance)?|held|blocked|guided|led|run|given|graded|(?:drills?|sets?|exercises?|reps) (?:were )?done)\b[^.;\n]{0,40}\bby (?:[\w'’-]+ ){0,3}$"
)
# What may be a therapist's part, be it told ever so shortly: hands, words, a grading, a reason for one.
MAY_TREAT = any_case(
    rf"\b(?:hands?|fingers?|thumbs?|cue\w*|vcs?|cga|sba|min a|mod a|max a|{_inflected('guard spott facilitat guid assist perturb widen narrow vary cover lower rais dropp? fad progress modif chang adjust correct shorten slow stopp? show teach train demonstrat instruct remind prompt add stretch mobiliz mobilis massag resist')}"
    r"|block(?:ed|ing)|grad(?:ed|ing)|guard|spot|assist|pushes|nudges|varied|varies|set the (?:pace|beat|rhythm|tempo)|when|once|so (?:that|as|he|she|the)|if|by \w+ing|shown|taught|told|asked|said|chose|decid\w*|judg\w*|cut|let|took (?:the |it |one |his |her )?[^.;\n]{0,20}\b(?:away|out|off)|made (?:it|him|her|the)|(?:had|moved) (?:him|her|pt|them)"
    r"|worked with|treat(?:ed|ing)?(?! (?:the next|another|a different|my))|tap(?:ed|ing) (?:his|her|the (?:knee|ankle|shoulder|patella))|(?:with|beside|behind|alongside|in front of|facing|near) (?:him|her|pt|them|the (?:pt|patient|resident))|in front|(?:stood|was|knelt|sat|stayed|walked|from) (?:\w+ )?behind)\b"
)
_TOUCH_OR_WORD = r"(?:hands?|fingers?|thumbs?|palms?|cues?|voice)"
GIVEN_BY_THERAPIST = re.compile(
    rf"\b(?:[Bb]y|[Ff]rom) (?:the |a )?(?:licensed |treating )?{_THERAPIST}|\b[Mm]ine (?:on|at|over|under|behind|was|were)\b|\b[Mm]e (?:in front|behind|beside|with (?:a )?hands?)\b"
    rf"|\b[Mm]y (?!student|intern|aide|tech)(?:own )?(?:[\w-]+ )?(?:{_TOUCH_OR_WORD}|foot|knee|arm)\b|\b(?:PT|OT|PTA|COTA|[Tt]herapist|[Cc]linician)'s (?:own )?{_TOUCH_OR_WORD}\b"
)
# What somebody did or where somebody was, also behind the label of a part (`Therapist's part: filled in the sheet`).
DOES = any_case(
    r"\s?[,:|–-]? ?(?:\(\w+\) )?(?:'s )?(?:(?:part|role|input|activity|actions?)(?:: ?| ))?(?:(?:who|then|also|only|just|and|in turn|meanwhile|\w+ly) )*"
    r"(?:\w+(?:ed|ing)|tall(?:y|ies)|charts?|times?|writes?|counts?|watch(?:es)?|keeps?|sets?|documents?|sits?|looks?|fetch(?:es)?|is|was|were|had|held|dealt|cast|kept|sat|stood|swept|wrote|rang|spoke|put|laid|lay|brought|took|left|went|did|read|saw|ran|got|made"
    r"|at|in|on|over|across|out|away|down|busy|by (?:the|a|his|her)|stopwatch|phone|desk|tally|timer|(?:with|w/) (?:the|an?|my|rm|room|next|another))\b"
)
# Who is told or taught something is no subject of it, and what others plan or report is no treatment.
NOT_ACTING = re.compile(
    r"[,:]? ?(?:[A-Z][\w.]* ){0,2}(?i:(?:(?:was|were|is|to be|being) )?(?:told|asked|instructed|informed|shown|taught|trained|educated|advised|notified|practi[sc]\w+|learn\w*|return[- ]demo\w*|demonstrated back|verbali[sz]\w+|reports?|reported|says (?![\"“'‘])|states?|will|to\b|needs?|has to|wants?|likes?|can|may|should|would)\b(?! (?:him|her|them|pt|patient|res|resident|the (?:pt|patient|resident))\b))"
)
_TAUGHT = r"(?:taught|train(?:ed|ing)|educated|showed|shown|instructed|return[- ]demo\w*|in-?servic\w+)\b"
HELPER_TAUGHT = any_case(
    rf"\b{_TAUGHT}[^.;\n]{{0,30}}\b(?:{_HELPER}|{_RELATIVE})|(?:{_HELPER}|{_RELATIVE})[^.;\n]{{0,20}}\b{_TAUGHT}"
)
FAMILY_TRAINED = any_case(r"\b(?:family|caregiver|parent|spouse) (?:training|education|instruction)\b")
