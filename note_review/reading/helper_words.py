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
# A person begins a word, the patient at times with the comma before it: only there the long lists are tried.
HELPER = any_case(rf"(?<!\w)(?=\w)(?:{_HELPER}|{_BARE_STUDENT}|{_RELATIVE})")
SUBJECT = re.compile(
    rf"(?=[\w,])(?:(?<!\w)|(?=,))(?:(?P<helper>(?i:{_HELPER}))|(?P<student>(?i:{_BARE_STUDENT}))|(?P<relative>(?i:{_RELATIVE}))|(?P<therapist>{_THERAPIST})|(?P<patient>(?i:{_PATIENT_ACTS})))"
)
# In a school the student is the patient.
SCHOOL = any_case(r"\b(?:iep|grade|gr\.? \d|teacher|classroom|school|kindergarten|recess)\b")

_ANY_PATIENT = r"(?:him|her|them|pt|patient|res|resident|client|the (?:pt|patient|resident|client|child|boy|girl))\b(?!['’]s\b)"
_PATIENT = r"(?:him|her|them|pt|patient|res|resident|client|the (?:pt|patient|resident|client|child|boy|girl))\b(?!['’]s\b| (?:daughter|son|wife|husband|mother|father|mom|dad|sister|brother|family|med(?:s|ication)?|pills?|nurse|lunch|breakfast|about|if|whether|down|in|back|home|over to|up to|to (?:hurry|come|wait|sign|eat|finish|rest|the|her|his|lunch|dinner|class|bed|room))\b)"
_BODY = r"(?:hands?|fingers?|thumbs?|wrists?|elbows?|forearms?|arms?|shoulders?|shoulder blades?|scapulae?|collarbone|trap|ribs?|trunk|waist|pelvis|hips?|knees?|thighs?|shins?|shanks?|legs?|ankles?|heels?|foot|feet|toes|chin|jaw|neck|quads?|glutes?|cal(?:f|ves)|hamstrings?|[lr]?[lu]e)\b(?! (?:rests?|boards?|plates?|pedals?|splint|brace|wrap|bag|bandage|sling|dressing|cuff|sleeve|of (?:the )?(?:bed|chair|table)))"
# A hand or an arm that is held is comforted, or held for the blood pressure.
_NO_HELD_ARM = r"(?!(?:hands?|fingers?|thumbs?|arms?|forearms?|[lr]?ue)\b)"
_PLACED = r"(?:(?:down|up|in|out|back|on|at|against|through|under|behind) ){0,2}(?:the |his |her |their |both |each |a |one |pt'?s? |[\w.]+'s )?(?:(?!(?:from|to|on|with|of|in|for|off|belt)\b)[\w-]+ ){0,2}"
_SHAPES = rf"(?:held|holds?|holding|had|took|takes|kept|keeps|keeping) {_PLACED}{_NO_HELD_ARM}{_BODY}|(?:brought|brings|drew|drawing|swung|bent|{_any_form('guid steer block support tapp? nudg push pull press lift turn stead plac assist resist mov carr eas strok cupp? controll? straighten lower rais roll tilt tipp? facilitat stretch squeez swing shap open brac set bump')}) {_PLACED}{_BODY}"
_TOUCHES = r"(?:hands?|fingers?|fingertips?|thumbs?|palms?|fist|knee|forearm)(?: was| were|,)? (?:on|at|over|under|behind|between|against|across|along|round|around) (?!(?:the |a |his |her )?(?:[\w-]+ )?(?:rails?|walker|chair|bars?|door|watch|stopwatch|phone|wheel|tray|clipboard)\b)"
# `held her at the hips`, but `held her glasses`.
_OF_HER = r"(?:at|by|on|in|up|upright|still|steady|back|from|while|when|as|and|until|through|over|under|with|to|for|each|every|both|throughout)\b"
_TELLS = (
    rf"(?:told|tells?|telling|{_any_form('cu remind ask coach prompt instruct talk slow stopp?')}) {_PATIENT}"
    rf"|(?:held|kept|caught|catches|{_any_form('guid steer stead guard spott? block push pull nudg')}) (?!her (?!{_OF_HER})[a-z])(?!(?:the )?(?:pt|patient|resident|client|child) (?:[lr] |left |right )?(?:hands?|arms?)\b){_PATIENT}"
    r"|(?:took|walked|ran|led|put) (?:him|her|them|pt) (?:through|thru)\b|had (?:him|her|them|pt) (?:blow|breathe|keep|hold|push|reach|step|lean|look|shift|turn|bend|stay|slow|stop|get|lift)\b"
)
_GIVES = (
    r"(?:g[ai]v(?:e|es|ing)|provid(?:ed|es|ing))\b[^.;\n]{0,30}?\b(?:cues?|cueing|vcs?|tcs?|hands[- ]on|taps?|hand[- ]over[- ]hand|overpressure|resistance|counts?|cga|min a|mod a|max a)\b|cue(?:d|s|ing) (?!to\b)\S"
    r"|(?:call(?:ed|s|ing)|said|says|saying|spoke) (?:out |each |the (?:steps?|turns?|beats?|rhythm|sides?|shifts?|colors?|pace|words?|counts?)\b|[\"“'‘])"
)
_LEADS = (
    r"(?:ran|led|conducted|did|took) (?:it|all|everything|this|these|both|the (?:whole|rest|drills?|exercises?|session|sets?|handling|hands[- ]on|cue?ing))\b(?! (?:the )?(?:paper|chart|note|laundry|bed))"
    rf"|(?:did|does|doing|performed|completed) (?:them|the {_BODY}|(?:(?:all|the|his|her|these|both) )*(?:[\w-]+ )?(?:exercises?|drills?|ther ?ex|activit(?:y|ies)|sets|reaches|steps)) (?:with|w/) {_PATIENT}"
    rf"|(?:instruct|coach|guid)(?:s|ed|ing)? {_ANY_PATIENT} (?:in|on|with|through) (?:(?:all|the|his|her|these|both|of) )*(?:[\w-]+ )?(?:exercises?|drills?|ther ?ex|sets|reaches|steps|balance)\b"
    rf"|(?:helped|helps|helping) {_PATIENT} (?:with|w/|do|through) (?:(?:all|the|his|her|these|both|of) )*(?:[\w-]+ )?(?:exercises?|drills?|ther ?ex|sets|reaches|steps)\b"
    r"|facilitat(?:ed|es|ing) (?:[\w-]+ ){0,3}(?:weight ?shift(?:s|ing)?|weight[- ]bearing|rotation|reach(?:es|ing)?|extension|flexion|stepping|sit to stand)\b"
    r"|had (?:him|her|them|pt) (?:for (?:all|these|this|the|both|it)|by (?:him|her)self|to (?:him|her)self)\b"
)
_LETS_GO = r"let(?:s|ting)? go\b|(?:faded|eased|lightened) (?:his |her |their |the )?(?:hands?|touch|hold|grip|pressure|cues?|cueing)\b|(?:took|taking) (?:his |her |their |the |one )?hands? (?:off|away)\b"
# Hands, cues or the lead of a person whose clause this is.
TREATS = any_case(
    rf"\b(?:{_SHAPES}|{_TOUCHES}|{_TELLS}|{_GIVES}|{_LEADS}|{_LETS_GO})|^'s (?:hands?|fingers?|thumbs?|palm|cues?|voice)\b"
)
# The same before `by the aide`.
GIVEN_BY = any_case(
    r"\b(?:cues?|cued|cueing|vcs?|hands?|hands-on|guard(?:ed|ing)|cga|facilitat(?:ed|ion)|assist(?:ed|ance)?|held|blocked|guided|led|run|given|graded|(?:drills?|sets?|exercises?|reps) (?:were )?done)\b[^.;\n]{0,40}\bby (?:[\w'’-]+ ){0,3}$"
)
# What may be a therapist's part, be it told ever so shortly: hands, words, a grading, a reason for one.
MAY_TREAT = any_case(
    rf"\b(?:hands?|fingers?|thumbs?|cue\w*|vcs?|cga|sba|min a|mod a|max a|{_inflected('guard spott facilitat guid assist perturb widen narrow vary cover lower rais dropp? fad progress modif chang adjust correct shorten slow stopp? show teach train demonstrat instruct remind prompt add stretch mobiliz mobilis massag resist')}"
    r"|block(?:ed|ing)|grad(?:ed|ing)|guard|spot|assist|pushes|nudges|varied|varies|set the (?:pace|beat|rhythm|tempo)|when(?! (?:the |an? |our |my |his |her )?$)|once|so (?:that|as|he|she|the)|if|by \w+ing|shown|taught|told|asked|said|chose|decid\w*|judg\w*|cut|let|took (?:the |it |one |his |her )?[^.;\n]{0,20}\b(?:away|out|off)|made (?:it|him|her|the)|(?:had|moved) (?:him|her|pt|them)"
    r"|for (?:him|her|them|pt|the (?:pt|patient|child)) to|beats?|metronome|perturb\w*|pnf|ndt|nmes|e-?stim|manual\w*|elicit\w*|toys?|advanc\w*|approximat\w*|key points?|handl(?:ed|ing)|rock(?:ed|ing)|tilt(?:ed|ing)|tipp(?:ed|ing)|direct(?:ed|ing)|support(?:ed|ing|s)?|position(?:ed|ing)|co-?(?:tx|treat\w*)|(?<!not )present"
    rf"|(?:at|on|with|w/|to|over|under|by|from) (?:(?:the|his|her|their|pt's|patient's|other|opposite|both|each|involved|affected|l|r|left|right) )*(?:{_BODY}|sides?|front|back|rear|behind)|on (?:the )?(?:l|r|left|right)"
    r"|worked with|treat(?:ed|ing)?(?! (?:the next|another|a different|my))|tap(?:ed|ing) (?:his|her|the (?:knee|ankle|shoulder|patella))|(?:with|beside|behind|alongside|in front of|facing|near) (?:him|her|pt|them|the (?:pt|patient|resident))|in front|(?:stood|was|knelt|sat|stayed|walked|from) (?:\w+ )?behind)\b"
)
_TOUCH_OR_WORD = r"(?:hands?|fingers?|thumbs?|palms?|cues?|voice)"
GIVEN_BY_THERAPIST = re.compile(
    rf"\b(?:[Bb]y|[Ff]rom) (?:the |a )?(?:licensed |treating )?{_THERAPIST}|\b[Mm]ine (?:on|at|over|under|behind|was|were)\b|\b[Mm]e (?:in front|behind|beside|with (?:a )?hands?)\b"
    rf"|\b[Mm]y (?!student|intern|aide|tech)(?:own )?(?:[\w-]+ )?(?:{_TOUCH_OR_WORD}|foot|knee|arm)\b|\b(?:PT|OT|PTA|COTA|[Tt]herapist|[Cc]linician)'s (?:own )?{_TOUCH_OR_WORD}\b"
)
# That somebody did something or was somewhere, be it treatment or not, also behind the label of a part (`Therapist's part: filled in the sheet`).
DOES = any_case(
    r"\s?[,:|–-]? ?(?:\(\w+\) )?(?:'s )?(?:(?:part|role|input|activity|actions?)(?:: ?| ))?(?:(?:who|then|also|only|just|and|in turn|meanwhile|\w+ly) )*"
    r"(?:\w+(?:ed|ing)|tall(?:y|ies)|charts?|times?|writes?|counts?|watch(?:es)?|keeps?|sets?|documents?|sits?|looks?|fetch(?:es)?|is|was|were|had|held|dealt|cast|kept|sat|stood|swept|wrote|rang|spoke|put|laid|lay|brought|took|left|went|did|read|saw|ran|got|made"
    r"|at|in|on|over|across|out|away|down|busy|by (?:the|a|his|her)|stopwatch|phone|desk|tally|timer|(?:with|w/) (?:the|an?|my|rm|room|next|another))\b"
)
_END = (
    rf" ?(?:[.,;:)\n|]|$|-|(?:while|as|when|and) (?:(?:the|our|my|his|her|an?|rehab|restorative) )*(?:$|{_HELPER}|{_RELATIVE}))"
)
_ENDED = rf"(?={_END})"
_WHOSE = r"(?:(?:the|my|his|her|their|this|an?|some|up|out|in|on|it|more|other|another|last|next|daily|progress|pt|patient|visit|session|treatment|soap|tx) )*"
_PAPERS = r"(?:notes?|papers?|paperwork|documentation|charts?|charting|(?:score |data |tally )?sheets?|recerts?|reports?|scores?|tall(?:y|ies)|data|results?|figures|numbers|marks|hits|misses|times|reps|sets|log|flow ?sheet|billing|orders|e-?mails?)"
_CLOCKS = r"(?:tall(?:y|ies)|count|score(?:s|card)?|stop-?watch|(?<=the )watch|clock|timer|(?<=the )time|clipboard|phone(?! (?:[\w-]+ )?(?:apps?|timer|metronome|station|number))|log|(?:score|data|tally) ?sheet)\b"
_DESKS = r"(?:(?:front |nurs\w+'? |my |the )*(?:desk|computer|laptop|phone(?! (?:[\w-]+ )?(?:apps?|timer|metronome|station|number))|(?<=[sg] )station|office|printer|copier|meeting|rounds|(?<=a )call|clipboard|keyboard)\b|(?:door|doorway|window|table)(?=[^.;\n]{0,12}(?:clipboard|notes?|chart|paper)))"
_THINGS = r"(?:cones?|mats?|boards?|blocks|cups?|rings?|pegs?|weights?|bands?|chairs?|walker|equipment|things|supplies|water|towels?|linens?|papers?|cards|bean ?bags|balls?|steps?|foam|markers?|discs?|dots|hurdles|mail|clipboard|stop-?watch)\b"
# Where a therapist is, or what one does, who cannot treat meanwhile. Whatever else is told of one may be a treatment.
ELSEWHERE = any_case(
    r"\s?[,:|–-]? ?(?:\(\w+\) )?(?:'s )?(?:(?:part|role|input|activity|actions?)(?:: ?| ))?(?:(?:who|then|also|only|just|and|in turn|meanwhile|is|was|were|had|sat|seated|stood|standing|sitting|stayed|busy|away|over|down|back|\w+ly) )*(?:"
    rf"(?:chart(?:s|ed|ing)?|document(?:s|ed|ing)?|writ(?:es|ing)|wrote|typ(?:es|ed|ing)|paperwork|tall(?:y|ies|ied|ying))(?: {_WHOSE}{_PAPERS}\b|(?: (?:it|this|that))?(?: up| down)?(?: (?:at|by|in|on) (?:(?:the|my|a) )?(?:{_DESKS}|table|chart|room|corner|side table|next room|paper|pad)\b)?{_ENDED})"
    rf"|(?:fill(?:s|ed|ing)? (?:in|out)|typ(?:ed|ing)|sign(?:ed|ing)) {_WHOSE}(?:[\w-]+ )?forms?{_ENDED}"
    rf"|(?:fill(?:s|ed|ing)? (?:in|out)|complet(?:es|ed|ing)|finish(?:es|ed|ing)(?: up)?|did|does|doing|work(?:s|ed|ing) on|caught up on|catching up on|with|w/|on|in|at|read|reading|sign(?:ed|ing)) {_WHOSE}(?!sets|reps|hits|marks|results|figures|numbers|times){_PAPERS}{_ENDED}"
    rf"|(?:(?:ke(?:pt|eps?|eping)|held|h[ao]lding|ran|running|work(?:ed|ing)|watch(?:ed|ing)|at|on|with|w/|by) (?:(?:the|a|my) )?{_CLOCKS}|(?:stop-?watch|timer|tally|phone|desk|clipboard){_ENDED})"
    rf"|(?:tim(?:ed|ing)|times(?= (?:the|each|him|her|it|every))|count(?:s|ed|ing)(?= (?:the )?(?:reps|sets|hits|misses|steps|trials|laps)| ?[.,;)\n]| ?$))(?: (?:the|each|him|her|it|every|both|all))*(?: [\w-]+)?{_ENDED}"
    rf"|(?:at|by|on|in|to|out at|out on|out to|out for|for|out of) (?:(?:the|my|a|an) )?{_DESKS}|(?:took|made|making|taking|answer(?:ed|ing)) (?:(?:the|a|my) )?(?:phone|calls?)\b|(?:phon(?:ed|ing)|call(?:ed|ing)|rang|ringing) (?:(?:the|his|her) )?(?:md|doctor|physician|surgeon|family|agency|insur\w+|office|nurse|{_RELATIVE})(?! (?:over|in|to)\b)|(?:(?<=was )at|on|out to|out at|out for|went to|gone to) (?:(?:her|his|my|a) )?(?:lunch|break)\b"
    rf"|(?:watch(?:es|ed|ing)|observ(?:es|ed|ing)|look(?:s|ed|ing) on)(?: only| (?:from|by|at) (?:the |a )?(?:door|doorway|desk|chair|office|computer))?{_ENDED}"
    rf"|(?:fetch(?:es|ed|ing)|brought|bring(?:s|ing)|got|getting|set(?:s|ting)? out|put(?:s|ting)? (?:out|away|back)|laid out|pick(?:s|ed|ing) up|clean(?:s|ed|ing)(?: up)?|wip(?:es|ed|ing)(?: down)?|dri(?:es|ed)|drying) (?:(?:the|more|some|all|a|an|out|two|three|next) )*(?:[\w-]+ )?{_THINGS}{_ENDED}|(?:swept|sweeping|clean(?:ed|ing)|tid(?:ied|ying)|sweeps)(?: up)?{_ENDED}"
    r"|(?:with|w/|treating|seeing|saw|treat(?:ed|s)|evaluating|on|in|working with|work(?:ed|s) with) (?:(?:an?other|(?:the|my) next|a different) (?:[\w-]+ )?(?:pt|patient|resident|client|room|child|eval)|(?:the )?next (?:room|door|patient|pt))\b|next door\b"
    rf"|step(?:ped|ping) (?:out|away)(?= (?:of the (?:room|gym)|to|for)\b|{_END})|left (?:the (?:room|gym|area|floor|building|clinic|session)|for (?:the |a |an )?(?:phone|call|lunch|meeting))\b|(?:not|wasn't|out) (?:present|there|of the (?:room|gym|building)|in (?:the )?(?:room|gym|building|clinic|area))\b"
    rf"|(?:talk(?:s|ed|ing)|spoke|speak(?:s|ing)|meeting|met) (?:with|w/|to) (?:(?:the|his|her|pt's|patient's|a) )*(?:md|np|doctor|physician|surgeon|family|case manager|social worker|nurse|rn|agency|{_RELATIVE})(?! (?:who|to|and|as|while (?:he|she|they))\b)"
    r")"
)
# Another time than the helper's, or further acts of the therapist's own.
NOT_MEANWHILE = any_case(r"\b(?:after(?:wards?)?|later|before(?:hand)?|at the end|end of|between|prior|post|earlier)\b")
FURTHER = any_case(
    r"(?:,|\band|\bthen|\bbut)(?: (?:then|also|\w+ly))* (?=[a-z]+(?:ed|ing)\b|gave|held|put|took|did|set|ran|got|brought|kept|had|went|sat|wrote|spoke|at\b|on\b)"
)
# What a helper's hands are for where it is no exercise.
FOR_CARE = any_case(
    r"\b(?:before|prior to|at (?:home|night|school)|for (?:(?:the|her|his|a|an|pt's) )*(?:bp|b/p|blood|iv|meds?|medications?|pills?|ultrasound|us|injections?|labs?|vitals?|dressing|wound|shots?|x-?rays?|photos?|pictures?)|to (?:the )?(?:bathroom|toilet|restroom|commode|shower|dining))\b"
)
# Who is told or taught something is no subject of it, and what others plan or report is no treatment.
NOT_ACTING = re.compile(
    r"[,:]? ?(?:[A-Z][\w.]* ){0,2}(?i:(?:(?:was|were|is|to be|being) )?(?:told|asked|instructed|informed|shown|taught|trained|educated|advised|notified|practi[sc]\w+|learn\w*|return[- ]demo\w*|demonstrated back|verbali[sz]\w+|reports?|reported|says (?![\"“'‘])|states?|will|to\b|needs?|has to|wants?|likes?|can|may|should|would)\b(?! (?:him|her|them|pt|patient|res|resident|the (?:pt|patient|resident))\b))"
)
_TAUGHT = r"(?:taught|train(?:ed|ing)|educated|showed|shown|instructed|return[- ]demo\w*|in-?servic\w+)\b"
HELPER_TAUGHT = any_case(
    rf"\b{_TAUGHT}[^.;\n]{{0,30}}\b(?:{_HELPER}|{_RELATIVE})|(?:{_HELPER}|{_RELATIVE})[^.;\n]{{0,20}}\b{_TAUGHT}(?! {_ANY_PATIENT})"
)
FAMILY_TRAINED = any_case(r"\b(?:family|caregiver|parent|spouse) (?:training|education|instruction)\b")
