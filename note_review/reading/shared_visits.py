"""Visits in which others had a share, by the words that say so: a group, two patients at once, a helper in the therapist's place (guide: Groups and helpers).

Words for it alone prove nothing: an aide follows with a chair, a group meets another day, a form offers a box for it. What speaks of another time,
of what did not happen or of another discipline counts for nothing, and neither does anything where the note says that the whole visit was individual.
"""

from __future__ import annotations

import re

from note_review.encounter import Flag, Section
from note_review.note import Span
from note_review.reading.helpers import treating_helpers
from note_review.reading.lines import Lines
from note_review.reading.small_letters import any_case, has_any, small

_NUMBER = r"(?:[2-9]|1\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen)"
_PATIENTS = r"(?:pts|patients|residents|clients|athletes|students|kids|children|boys|girls|classmates|teammates|peers|players|participants|attendees|ladies|veterans|spouses)"
_PATIENT = (
    r"(?:pt|patient|resident|client|athlete|student|kid|child|boy|girl|classmate|teammate|peer|player|participant|room-?mate)"
)
_PEOPLE = rf"(?:{_PATIENTS}|people|persons|members|women|men|others)"
_THERAPIST = r"(?:i|me|pt|ot|pta|ota|cota|spt|(?:the |this |treating )?(?:(?:physical |occupational )?therapist|clinician|assistant|chiropractor|doctor|provider))"
# A patient who is not this one ("another knee pt", "the 3:15 patient", "second athlete").
_ANOTHER = rf"(?:(?:(?:an|the )?other|(?:a |the )?(?:second|2nd|different)|(?:the |my )?next|the \d{{1,2}}:\d\d) (?:[\w-]+ ){{0,2}}{_PATIENT}s?\b|my (?:(?:[\w-]+ )?o['’]clock|\d{{1,2}}(?::\d\d)?) (?:[\w-]+ ){{0,2}}(?:pt|patient)\b)"
_BOTH = (
    rf"(?:(?:the |these )?(?:two|both|2)(?: of them)?(?: {_PATIENTS})?|both|them|(?:the |my )?{_PATIENTS})(?! (?!patients|pts)\w)"
)
_ELSEWHERE = rf"(?:{_ANOTHER}|(?:an?|the|my|new|finish\w*) (?:[\w-]+ ){{0,2}}eval(?:uation|s)?\b|eval (?:rm|room|next|in|on)|(?:room|rm|bay) [\w-]+|(?:two|three|2|3) (?:others|other \w+|more)|next (?:door|table|room|bay|station|mat)|an? (?:[\w-]+ )?(?:patient|pt|client|resident)\b|other (?:patients|pts|clients|residents)|others\b|\d{{3}}-?[ab]?\b)"
# Helpers of the clinic; an aide of the home, the ward or the classroom is none.
_CLINIC_HELPER = r"(?:(?:rehab(?:ilitation)?|(?:physical |occupational )?therapy|pt|ot|at|physio|clinic|gym|exercise|restorative)[- ](?:tech(?:nician)?|aide)s?|(?:chiro(?:practic)?|rehab|office) assistant|tech(?:nician)? in the (?:\w+ )?gym|gym staff|athletic training (?:student|aide)|student volunteer)"
_TECH = r"(?:(?<!low )(?<!high )(?<!low-)(?<!high-)(?<!pharmacy )(?<!ray )(?<!lab )(?<!vet )(?<!nail )(?<!it )(?<!rad )(?<!radiology )(?<!surgical )(?<!dental )(?<!assistive )(?<!cast )(?<!ortho )(?<!ultrasound )(?<!dialysis )(?<!service )(?<!hvac )tech(?:nician)?)"
_AIDE = r"(?:(?<!health )(?<!classroom )(?<!care )(?<!hearing )(?<!nurse )(?<!nurse's )(?<!nursing )(?<!her )(?<!his )(?<!their )(?<!school )(?<!bus )(?<!private )(?<!home )aide)"
_HELPER = rf"\b(?:{_CLINIC_HELPER}|{_TECH})\b"
_ANY_HELPER = rf"\b(?:{_CLINIC_HELPER}|{_TECH}|{_AIDE}|volunteer|athletic trainer)\b"
_NAMED = r"(?:,? \(?(?!and\b|who\b|was\b|to\b|for\b)[\w.]{1,12}\)?,?)?"
_TOOK_OVER = r"(?:ran(?! out| late| to)|led\b|runs\b|running (?:it|the|her|him)|supervis(?:ed|ing)|oversaw|conducted|coached|in charge|(?:took|walked|put|guided|carried|brought) (?:him|her|them|pt|the (?:pt|patient)|patient|[a-z]+) through|(?:stayed|remained|was|worked) with (?:him|her|them|pt|the (?:pt|patient)|patient)\b|did (?:all|everything|the (?:ex\w*|whole|bands?|sets?|rest)|every)|took over)"
_WORKED = rf"(?:{_TOOK_OVER}|carried out|directed|delivered|provided (?:the|all|skilled|ex|treatment|neuro|ther)|performed (?:all|ther|neuro|the|his|her)|finished (?:the|his|her|with)|completed (?:the|his|her))"
# A second pair of hands beside the therapist.
_ONLY_HELPS = r"(?!,? (?:\w+ )?(?:follow\w*|assist\w*|stand\w*|stood|for (?:safety|chair|w/?c|the chair|second|lines?|equip\w*)|behind|guard\w*|sba|cga|hold\w*|manag\w*|push\w*|pull\w*|train\w*|set[- ]?up|present|nearby))"

_PLURALS = ("pts", "patients", "residents", "clients", "athletes", "students", "kids", "children", "boys", "girls", "classmates", "teammates", "peers", "players", "participants", "attendees", "ladies", "veterans", "spouses", "people", "persons", "members", "women", " men", "others")  # fmt: skip
_BESIDE_IT = ("adjacent", "neighbo", *(f"{which} {place}" for which in ("next", "other") for place in ("mat", "table", "station", "bay", "plinth", "machine", "room")))  # fmt: skip
_OF_ANOTHER = ("other ", "second ", "2nd ", "different ", "next ", "clock", *(f"{whose} {hour}" for whose in ("the", "my") for hour in range(1, 10)))  # fmt: skip
_WHILE_THEY = ("while ", "when ", *(f"as {who}" for who in ("i ", "me ", "pt", "ot", "spt", "cota", "the ", "this ", "treating ", "physical ", "occupational ", "therapist", "clinician", "assistant", "chiropractor", "doctor", "provider")))  # fmt: skip
# What is found, the words without one of which it cannot be (none where they would be too many), and its pattern.
_RULES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = tuple((name, needs, any_case(pattern)) for name, needs, pattern in (
    # How many there were.
    ("group", ("group", "grp", "circuit", "class"), rf"\b(?:group|grp|circuit)s? (?:session )?(?:of|with|\() ?(?:the )?(?:other )?{_NUMBER}\b|\bclass of {_NUMBER}\b|\bgroup of (?:{_PATIENTS}|seniors)\b|\b97(?!150)\d{{3}} ?[(,]? ?group\b(?! ?:? ?0)|\b(?:group|grp|class),? size:? ?{_NUMBER}\b|\bgrouping \| {_NUMBER}"),
    ("group", ("attend", "took part", "present", "class", "group", "participants", "pool", "water", "circle", " end"), rf"\b(?<!/){_NUMBER} (?:of \d+ )?(?:(?:{_PEOPLE} )(?:in (?:the |this )?(?:pool|water|circle|\w+ end)|attended|took part)|(?:{_PEOPLE} )?(?:in (?:the |this )?(?:class|group)\b|present\b|in attendance))|\b(?:present:? {_NUMBER} ?(?:/|of) ?\d|attendance:? {_NUMBER} (?:persons|people|members|residents|patients)|(?:participants|attendees):? {_NUMBER}\b)"),
    ("group", (*_PLURALS, "ratio", "group"), rf"\b{_NUMBER} {_PEOPLE}(?:[,;.:/]|,? (?:and|with|to|per))? ?(?:(?:1|one) (?:pt|ot|otr|pta|cota|therapist|staff|instructor|clinician)\b|me\b|stations\b|rotat\w+)|\b\d{{1,2}}:1 (?:ratio|group)"),
    ("group", (*_PLURALS, "clubmates"), rf"\b(?:with|w/|and|plus|beside|alongside) (?:the |her |his )?{_NUMBER} (?:other|more) {_PEOPLE}\b|\b(?:with|w/|and|plus|alongside) (?:the )?{_NUMBER} (?:others|classmates|teammates|peers|clubmates)\b|\bother (?:two|three|four|2|3|4) {_PATIENTS}"),
    ("group", (" of us", " of them", "all t", "all f", "all s", "all e", "one of"), rf"\b(?:the (?:three|four|five|six|seven|eight) of (?:us|them)\b|all (?:two|three|four|five|six|seven|eight) (?:{_PEOPLE} )?(?:together|performed|did|took|worked)|one of (?:two|three|four|five|six|seven|eight|nine|ten|\d) (?:{_PEOPLE} )?(?:today|in (?:the|a) (?:class|group|circuit)|(?:i|treated|seen|sharing) ))"),
    ("group", tuple(f"{beside} {room}" for beside in ("with", "w/", "beside") for room in ("rm", "room")), r"\b(?:with|w/|beside) (?:rms?|rooms?) ?\d+[a-z]?(?:,| and| &) ?(?:(?:and )?(?:rms?|rooms?) ?)?\d+"),
    # What all of them did.
    ("group", (*_PLURALS, "each ", "every", "class", "group", "circle"), r"\b(?:(?:all|the) (?:members|participants|kids|children|students|athletes|residents|ladies)|(?:each|every) (?:member|participant|kid|child|student|athlete|resident)) (?:took (?:turns|part)|did\b|performed|participated|worked|were led|loved|together)|\b(?:everybody|everyone) (?:did|was led|took turns|performed|worked|left|in the (?:class|group))|\b(?:the|this|whole|entire) (?:class|group|circle) (?:began|did|moved|started|worked|warmed|practi[sc]ed|then did|went through|was led|participated)|\bclass did\b"),
    ("group", ("per ", "each ", "every ", "ea for all"), r"\b97\d{3}[^\n.]{0,40}\b(?:(?:per|each|every) (?:member|kid|child|participant|athlete|resident|student|pt|patient|person)\b|(?:ea|each) for all\b)|\bto each (?:participant|member|resident|student)"),
    ("group", ("group", "class"), r"\b(?:in|as|during|part of) (?:(?:a|the|this|\w+day(?:'s)?) (?:\w+day )?(?:(?:small|balance|exercise|therapy|therapeutic|movement|circuit|\w+ing) )?(?:group|class)|group)(?! (?:home|room|work|discussion))(?=[.,;:)\n]| (?:session|setting|format|today|with|of|exercise|led|for \d|treatment|therapy))"),
    ("group", ("group", "class", "all participated"), r"\bgroup (?:session|format|tx|therapy|treatment|setting|exercise|class)\b|\b(?:whole|entire) (?:group|class)\b|\b(?:reminded|told|cued|led) the (?:group|class)\b|\ball participated\b|\b(?:aqua\w*|pool|balance|exercise|fitness|chair|feet|movement|water) (?:class|group)(?:,| -|:| note| today)|\brotated (?:among|through the (?:group|class))"),
    ("group", ("group",), r"\b(?:mode|delivery|session(?: type)?|format|type|tx type|encounter|treatment)s?: (?:small )?group\b(?! ?home)"),
    # Two at once.
    ("concurrent", (*_PLURALS, *_BESIDE_IT, "on-one", "on one", "on-1", "on 1", "dual "), rf"\b{_THERAPIST} (?:was |also )?(?:had|has|treat\w+|seeing|saw|watch\w+|supervis\w+|oversee\w*|oversaw|work\w+ with|with) (?:all |both |these )?(?:{_NUMBER} (?:pts|patients|residents|clients|athletes|students|others)|both (?:pts|patients|residents|clients|athletes|students))\b|\b{_PATIENT} (?:on|at|in) (?:the )?(?:next|other|adjacent|neighbou?ring) (?:mat|table|station|bay|plinth|machine|room)\b|\b(?:two|2|three|3)[- ]on[- ](?:one|1) (?:session|treatment|visit|slot|tx)|\bdual (?:session|treatment|tx)\b"),
    ("concurrent", ("concurrent",), r"\b(?:mode|delivery|session(?: type)?|format|type|tx type|encounter|treatment)s?: concurrent\b"),
    ("concurrent", (*_PLURALS, "other ", "second", "roommate", "classmate", "teammate"), rf"\b{_NUMBER} (?:{_PATIENTS}|{_PEOPLE}) (?:at (?:once|the same time|a time|one time)|(?:this|in (?:this|the same|one)|per|that) (?:s ?lot|hour|session|half[- ]hour|appointment)|concurrently|together|simultaneously|side by side|[^\n.;]{{0,20}}\b(?:taking turns|took turns|simultaneously|concurrently|at once|at the same time))|\band (?:one |an)other (?:at the same time|at once|simultaneously|concurrently)|\b(?:with|treated|saw|seen|had) (?:him|her|them|pt|patient|the (?:pt|patient)|mrs?\.? \w+|ms\.? \w+) and (?:(?:his|her|their) (?:roommate|classmate|teammate)|an?other (?:[\w-]+ )?{_PATIENT}|a second {_PATIENT})\b|\band (?:one |an)other {_PATIENT}\b[^\n.;]{{0,25}}\b(?:simultaneously|concurrently|together|at once|at the same time|same (?:drills|exercises|circuit|time)|took turns|taking turns)"),
    ("concurrent", ("side by side", "both "), rf"\bside by side with (?:{_ANOTHER}|mrs?\b|ms\b|(?:his|her|their) (?:roommate|classmate|teammate|friend))|\b(?:two|both|the) {_PATIENTS} (?:were |was )?(?:(?:worked|treated|seen|exercis\w+|training) )?side by side|\bboth {_PATIENTS} (?:did|worked|at (?:the|once)|in the|on the)"),
    ("concurrent", _OF_ANOTHER, rf"\b(?:with|w/|beside|alongside|next to|same time as|at once with|opposite|paired with) {_ANOTHER}(?!'s)|(?:\bsecond|\bother|\banother|\bdifferent|\bnext) (?:[\w-]+ ){{0,2}}{_PATIENT}\b[^\n.;]{{0,25}}\b(?:alongside|same time|at once|took turns|taking turns|at the next|in the next|on the next|under my eye|beside (?:him|her)|in the (?:same|other) )"),
    ("concurrent", ("back and forth", "between", "among", "from one to", "round"), rf"\b{_THERAPIST}(?: was| were)? (?:go(?:ing)?|went|mov(?:ing|ed)|walk(?:ing|ed)|switch(?:ing|ed)|alternat(?:ing|ed)|split(?:ting)?(?: time)?|rotat(?:ing|ed)|float(?:ing|ed)|circulat(?:ing|ed)|divid(?:ing|ed)(?: time)?|bounc(?:ing|ed)) (?:back and forth(?! (?:between|from|over|on) (?!{_BOTH}|him|her|this|my|mrs?\b|ms\b|an?other|stations|tables))|(?:between|among) {_BOTH}|between(?= ?[.,;\n])|from one to (?:the )?(?:next|other)|round(?= ?[.,;\n]))"),
    ("concurrent", (*(f"{verb}{form} {with_whom}" for verb in ("alternat", "split", "divid", "switch", "mov") for form in ("ing", "ed") for with_whom in ("between", "with")), "ts both", " mine", " on me", *(f"each {one}" for one in ("kid", "child", "athlete", "pa", "pt", "in turn"))), rf"\b(?:alternat|split|divid|switch|mov)(?:ing|ed) (?:between|with) (?:(?:this|my|the|one) (?:pt|patient|resident|client) and |{_ANOTHER}|the two (?:{_PATIENTS}|[.,;\n])|two {_PATIENTS}|(?:the )?{_PATIENTS}\b)|\b(?:\w+ )?(?:pts|patients) both\b[^\n.;]{{0,20}}\b(?:alternat|at|turns)|\b(?:all|2|two|both) (?:mine|on me)\b(?= \d)|\beach (?:kid|child|athlete|patient|pt) (?:in turn|took turns)|\bto each in turn\b"),
    ("concurrent", ("shar", "double", "dovetail", "overlap", "split", "divid", "concurrent"), r"\bshar(?:ed|ing) (?:the |this |an? |my |her |his |one )?(?:\d+[- ]?min(?:ute)? )?(?:hour|slot|session|period|half[- ]hour|time slot|treatment time|appointment|therapist)\b|\b(?:session|slot|hour|time|treatment) (?:was |is )?shared with (?:an?other|a second|the|mrs?\b|ms\b|his|her)|\bdouble[- ]?book\w*|\bdovetail\w*|\boverlap\w* with (?:an?other|other|the next|\d{1,2}:\d\d|my)|\b(?:split(?:ting)?|divid(?:ed|ing)) (?:my |the |pt's |therapist'?s? |their )?(?:time|attention) (?:between|among|with)|\btreated concurrently|\bconcurrent (?:treatment|therapy|session|tx|visit|(?:(?:for )?\d+ ?min(?:ute)?s? )?with (?:rm|room|an?other|mr|ms|\d|(?:his|her|their) room-?mate))"),
    ("concurrent", ("together", "along", "jointly", "concurrently", "simultaneously", "same time", "side by side", "tandem"), rf"\b(?:seen|worked|treated|exercis\w+|done|given|trained|performed)\b[^\n.;]{{0,40}}\b(?:together|along|jointly|concurrently|simultaneously|at the same time|side by side|in tandem) (?:with|as) (?:(?:{_ANOTHER})|(?:his|her|their) (?:roommate|classmate|teammate|friend)|mrs?\.? \w|ms\.? \w|[a-z]+ [a-z]\.)"),
    ("concurrent", ("with mr", "with ms", "w/ mr", "w/ ms"), r"\bwith (?:mr|mrs|ms)\.? \w+\.? (?:doing|working on|on|at) (?:his|her|the)\b|\bw/ (?:mr|mrs|ms)\.? \w+\.? (?:at|on|doing|in)\b"),
    ("concurrent", _WHILE_THEY, rf"\b(?:while|as|when) {_THERAPIST} (?:was|were|is|had|saw|sees|seeing|worked|treated|started|evaluated|finish\w*|did|set up|took|handled|attended|helped|walked|went)\b[^\n.;]{{0,30}}?\b{_ELSEWHERE}"),
    ("concurrent", ("pta ", "ota ", "therapist ", "clinician ", *(f"i {then} " for then in ("was", "were", "is", "also", "in", "on", "at", "with", "w/", "upstairs"))), rf"\b(?:i|pta|ota|cota|(?:the )?therapist|clinician) (?:was |were |is )?(?:also )?(?:in|on|at|with|w/|upstairs) (?:the |an? |my )?{_ELSEWHERE}"),
    # A helper in the therapist's place.
    ("aide", (), rf"\b(?:run|led|supervised|overseen|conducted|coached|carried out|directed|taken through|guided through|handled)\b[^\n.;]{{0,25}}?\bby (?:the |our |an? |my )?(?:[\w.]+ ?[(,]? ?)?(?:the )?{_ANY_HELPER}"),
    ("aide", (), rf"\b(?:performed|completed|done|provided|given|delivered|rendered|guided|monitored|administered)\b[^\n.;]{{0,15}}? by (?:the |our |an? |my )?(?:[\w.]+ ?[(,]? ?)?(?:the )?{_HELPER}"),
    ("aide", (), rf"{_HELPER}{_NAMED} {_WORKED}|\b(?:{_AIDE}|volunteer|assistant)\b{_NAMED} (?:{_TOOK_OVER}|(?:performed|completed|delivered|provided|gave|carried out) (?:the |all (?:of the )?|his |her )?(?:neuro\w*|ther\w*|nmr|balance|exercis\w*|treatment|drills?|session|program|circuit))|\bthe aide that ran\b"),
    ("aide", (), rf"(?:^|[.;:,(] ?|\bmin(?:utes)?\.? |\bexercises? |\b(?:completed|performed|done|worked|given|session|program|part|time|ther ?ex|nmr|97\d{{3}}) )(?!discuss|spoke|talk|review|coordinat|consult|communicat|conferr|collaborat|check|meet|met |help)(?:\w+ )?(?:with|w/) (?:the |our |an? |my )?\b{_CLINIC_HELPER}\b{_ONLY_HELPS}|\b(?:completed|performed|done|program|circuit|exercises?|97\d{{3}}|ther ?ex|nmr|min(?:utes)?) (?:\w+ ){{0,2}}(?:with|w/) (?:the |our |a |my )?{_TECH}\b{_ONLY_HELPS}|\bwith (?:the|a|our) tech(?:nician)? (?:for (?:\d|the)|while|throughout)|\bunder (?:the |an? )?{_ANY_HELPER}(?:'s)? (?:eye|supervision|direction|watch|guidance)|\bby (?:the |an )?aide (?=while)|\bwith the aide (?=while|throughout|for all)"),
    ("aide", (), rf"{_ANY_HELPER}{_NAMED} with (?:him|her|them|pt|(?:the )?(?:patient|resident|client))\b[^\n.;]{{0,40}}(?:whole|entire|throughout|all|while (?:the )?{_THERAPIST} )|{_HELPER} on the floor with"),
    ("aide", (), r"\b(?:unsupervised|independent(?:ly)?|on (?:his|her|their|pt's) own|alone|by (?:him|her)self) (?:in|on) (?:the )?gym(?: floor)?\b(?! with)"),
))  # fmt: skip
_NEEDED = frozenset(word for _, needs, _ in _RULES for word in needs)
# Most notes name no helper, and need not be searched for what one did.
_HELPERS = ("tech", "technician", "aide", "atc", "volunteer", "assistant", "trainer", "staff", "student", "gym")
_HELPER_NAMED = re.compile(rf"\b(?:{'|'.join(_HELPERS)})s?\b")
# "PT" is the therapist only in capitals.
_THERAPIST_AWAY = re.compile(
    r"\b(?:PT|PTA|OT|OTR|DPT|COTA)(?: was| is| were)? (?:(?:with|w/) (?:an?other|other|the next|next|a different) (?:\w+ )?(?:pt|patient|client|resident)|(?:in|on|at) (?:an? |the )?(?:eval(?:uation)? (?:rm|room|table|next door|in)|next (?:table|room|bay))|on the phones?\b)"
    r"|\b(?:PT|OT|PTA) (?:doing|finishing|busy with|tied up with) (?:an? |the )?(?:\w+ )?(?:eval|an?other)|\bPT IN EVAL\b|\bPT on the eval table"
)
# Rows of what was done, each with the helper who did it.
_HELPER_ROW = any_case(
    r"^[^\n]*\S(?:[ \t]{2,}|[ \t]*\|[ \t]*|[ \t]*\()(?:rehab |pt |at[- ])?(?:tech|aide|atc)(?: [a-z]+\.?)?(?:,[^\n]{0,40})?(?:\)|[ \t]{2,}|[ \t]*\||[ \t]*$)",
    re.MULTILINE,
)
_ROWS = 2
# Minutes by mode ("Ind 0 Conc 32 Grp 0"), the group's and the concurrent ones each with their figure.
_MODE = any_case(
    r"\b(?P<mode>ind(?:iv(?:idual)?)?|conc(?:urrent)?|gr(?:ou)?p)\b(?: min(?:ute)?s?)?[ :=]{0,3}(?P<figure>\d{1,3})\b(?! ?(?:of|/)\d)"
)
_BOX = any_case(r"\[ ?x ?\] ?(?:(?P<alone>individual|1:1|one[- ]on[- ]one)|(?P<kind>group|concurrent))\b(?! ?\(?97150)")
_WHOLLY_ALONE = any_case(
    r"\b(?:1:1|one[- ](?:on|to)[- ]one)(?:,? (?:with|w/|by) (?:the )?(?:pt|pta|ot|cota|therapist|me))?,? (?:throughout|the (?:whole|entire) (?:time|session|visit))|\ball (?:of it |minutes |of (?:the )?(?:time|session) )?(?:1:1|one[- ](?:on|to)[- ]one)|\b1:1 (?:pta|pt|ot|cota) throughout"
    r"|\balone (?:in the (?:\w+ )?(?:gym|pool|clinic)|w/ pt|with (?:the )?(?:pt|therapist|me\b))|\b(?:mode|encounter|session context|service)s?: (?:pt |ot )?individual\b(?! ?:? ?0)|\bindividual pull-out|\bno (?:other|one else) (?:pts?|patients?|in the (?:gym|clinic))\b|\bonly (?:pt|patient) in the (?:gym|clinic|slot)"
)
_ALONE = any_case(
    r"\b1:1\b(?!:\d| ?- ?\d)|\bone[- ](?:on|to)[- ]one\b|\b(?:seen|treated|provided|given|delivered|worked) individually|\bindividual (?:session|treatment|tx|visit|therapy|pull-out|slot)\b|(?<=[.,|:] )individual(?=[,.;|)]|\n|$)"
    r"|\balone (?:w/|with) (?:me|pt|ot|the therapist)\b|^individual(?=, )",
    re.MULTILINE,
)
_SAYS_ALONE = ("1:1", "individual", "alone", "one-on", "one on", "one-to", "one to")
_SAYS_WHOLLY_ALONE = (*_SAYS_ALONE, "no other", "no one else", "only pt", "only patient")
_SAYS_AWAY = ("other ", "next ", "different ", "eval", "phone")
_BREAK = re.compile(r"\n|[.;](?= |\n|$)|\|| - (?=[A-Z])")
_NOT_THIS_VISIT = any_case(
    r"\b(?:next|plan|will|goals?|stgs?|ltgs?|hep|home program|ymca|community center|church|senior center|silver|attends|attending|used to|yesterday|last (?:visit|week|session|time|mon|tues|wed|thurs|fri)\w*|tomorrow|offer\w*|declin\w*|refus\w*|invit\w*|lives|living|plays|eligible|would|could|should|might|may|if|when (?:ready|able)|transition\w*|refer\w*|consider\w*|recommend\w*|begin|join|later today|previously|prior|"
    r"weekly|daily|evenings?|weekends?|cancel\w*|bingo|p\.?e\.? (?:class|teacher)|restorative aide continues|did not|didn't|not(?=\s*$)|not (?:in|seen|given|with|by|a)|never|without|no|cannot|can not|can't|instead of|rather than|unsafe|not safe|advised|stayed (?:on )?for|between (?:my|our|pt|ot|therapy) visits|colou?ring|sitting|sat|talk\w*|chat\w*|ate|lunch with|wait\w*|(?:his|her|their) own (?:visit|session|appointment|slot))\b"
)
_NOT_AFTER = any_case(
    r"[^\n.;]{0,12}\b(?:offered|declined|refused|tomorrow|next (?:week|visit)|yesterday|on (?:mon|tue|wed|thu|fri|sat|sun)\w*|w/f|m/w/f|cancel\w*|daily|not (?:today|held|attended)|later|at (?:the )?(?:ymca|church|senior)|would|could|will|may)\b"
    r"|[^\n.;]{0,60}\b(?:that day|bill(?:ed)? (?:under|as) group|not (?:billed|counted|part)|before (?:the |our |pt )?(?:session|visit)|(?:days|times|x) (?:a|per) week|every (?:day|evening|morning))\b"
)
# Another patient who was busy by himself ("a teammate on the next table did his own bands").
_HIS_OWN = any_case(r"[^\n.;]{0,60}?\b(?:did|does|doing) (?:his|her|their) own \w")
_OTHER_DISCIPLINE = any_case(r"\b(?:slp|speech|activities dept|recreation\w*|music therap\w*|chaplain)\b")
_OTHER_SECTION = any_case(
    r"[\s\-*>]*(?:p|plan|hep|home|goals?|next|stgs?|ltgs?|social\w*|plof|pmh|history|hx|discharge plan)\b ?[:\-–]"
)
# Dictation has no stops.
_REACH = 90
_GROUP_CODE = any_case(r"\b97150\b")
_OTHER_CODE = any_case(r"\b97(?!150)\d{3}\b")


def read_shares(text: str, lines: Lines, sections: tuple[Section, ...]) -> tuple[Flag, ...]:
    """Return the words that say that others had a share in the visit, ``group``, ``concurrent``, ``aide`` and ``helper`` (one who alone treats; a ``relative`` is no share), or that they had none, ``individual``."""
    lower = small(text)
    modes = _modes(lower) if has_any(lower, ("conc", "grp", "group")) else []
    boxes = list(_BOX.finditer(lower))
    alone = has_any(lower, _SAYS_WHOLLY_ALONE) and _WHOLLY_ALONE.search(lower)
    if alone or any(b["alone"] for b in boxes) or (modes and not any(f for _, f, _ in modes)):
        return _individual(lower)
    found = [Flag("group" if b["kind"] == "group" else "concurrent", Span(*b.span())) for b in boxes]
    found += [Flag(name, span) for name, figure, span in modes if figure]
    helped = has_any(lower, _HELPERS) and _HELPER_NAMED.search(lower)
    there = frozenset(filter(lower.__contains__, _NEEDED))
    for name, needs, pattern in _RULES:
        if (name == "aide" and not helped) or (needs and there.isdisjoint(needs)):
            continue
        told = [m for m in pattern.finditer(lower) if _of_this_visit(lower, m.start(), m.end())]
        found += [Flag(name, Span(*m.span())) for m in told if name != "concurrent" or not _HIS_OWN.match(lower, m.start())]
    if has_any(lower, _SAYS_AWAY):
        found += [Flag("concurrent", Span(*m.span())) for m in _THERAPIST_AWAY.finditer(text)]
    rows = list(_HELPER_ROW.finditer(lower)) if helped else []
    if len(rows) >= _ROWS:
        found += [Flag("aide", Span(*m.span())) for m in rows]
    found += treating_helpers(text, lines, sections)
    return tuple(sorted((*found, *_individual(lower)), key=lambda f: f.span))


def _individual(text: str) -> tuple[Flag, ...]:
    if not has_any(text, _SAYS_ALONE):
        return ()
    return tuple(Flag("individual", Span(*m.span())) for m in _ALONE.finditer(text) if _of_this_visit(text, m.start(), m.end()))


def _modes(text: str) -> list[tuple[str, int, Span]]:
    """Return the minutes of a group and with another patient, where a line counts minutes by mode and none of them are individual."""
    for line in re.finditer(r"[^\n]+", text):
        counted = {m["mode"][0]: m for m in _MODE.finditer(line[0])}
        if ("i" in counted and len(counted) > 1) or {"c", "g"} <= counted.keys():
            alone = int(counted["i"]["figure"]) if "i" in counted else 0
            names = {"c": "concurrent", "g": "group"}
            return [
                (names[k], 0 if alone else int(m["figure"]), Span(line.start() + m.start(), line.start() + m.end()))
                for k, m in counted.items()
                if k in names
            ]
    return []


def _of_this_visit(text: str, start: int, end: int) -> bool:
    """Say whether words tell of this visit: nothing in their clause puts them off, denies them or gives them to others."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line = text[line_start : len(text) if line_end < 0 else line_end]
    if (
        _OTHER_SECTION.match(line)
        or _OTHER_DISCIPLINE.search(text, line_start, start)
        or (_GROUP_CODE.search(line) and not _OTHER_CODE.search(line))
    ):
        return False
    clause = max(line_start, start - _REACH)
    for stop in _BREAK.finditer(text, clause, start):
        clause = stop.end()
    return not (_NOT_THIS_VISIT.search(text[clause:start]) or _NOT_AFTER.match(text, end))
