"""Sections of a note: what stands under which heading. Sections tile the text without gap or overlap."""

from __future__ import annotations

import re
from bisect import bisect_right

from note_review.encounter import Section
from note_review.note import Span
from note_review.reading.lines import Lines, split_lines
from note_review.reading.marks import Marks
from note_review.reading.service_names import names_in
from note_review.reading.small_letters import any_case, small
from note_review.reading.vocabulary import MINUTES

# Kind -> headings as notes write them; matched at the start of a line, before ':', ')', ';', '-', '=' or the line's end.
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("subjective", r"s|subj(?:ective)?|s/|chief complaint|cc|hpi(?:/interval)?|interval (?:history|hx)|pt (?:report|states)|patient (?:report|reports|comments?)|"
                   r"current complaints?|pain(?: level| scale| report)?|c/o|complaints?|report|interval|pt c/o|caregiver report|parent report|arrival"),
    ("history", r"(?:past )?(?:medical |surgical |social |family |therapy )?(?:history|hx)|pmh(?:x)?|psh|hx(?: of present illness)?|history of present illness|onset|doi|mechanism of injury|"
                r"medications?|meds|allergies|review of systems|ros|prior level of function|plof|living situation|home (?:environment|set-?up)|background|referral"),
    ("objective", r"o|obj(?:ective)?(?: findings| data| measures?)?|o/|exam(?:ination)?|physical exam(?:ination)?|tests?(?: and measures)?|measures?|vitals?(?: signs)?|special tests?|palpation|observation|"
                  r"rom|arom|prom|active range of motion|range of motion|strength|mmt|balance|gait|sensation|posture|findings|imaging|medical imaging|neurologic(?:al)?|data|d"),
    ("treatment", r"tx|rx|treatment(?:s)?(?: today| provided| rendered| session| performed| given| diary)?|interventions?(?: today| provided| performed| given)?|skilled (?:interventions?|services?|tx|treatment)(?: provided)?|"
                  r"today'?s (?:treatment|tx|session|visit)|procedures?|session(?: content| activities)?|services?(?: provided| rendered)?|exercises?(?: log| grid)?|flow ?sheet|activities|therapy provided|program|tx provided|"
                  r"exercise flow ?sheet|stations?|work(?:ed)? on|i"),
    ("response", r"(?:pt |patient |pts |patient's |client )?(?:response|resp|rsp|tolerance|tol)(?: to (?:tx|treatment|intervention|session|therapy))?|r|outcome|results?|progress(?: toward goals| to date)?|patient/caregiver response"),
    ("assessment", r"a|assess(?:ment)?|a/|impression|clinical impression|summary|clinical reasoning|skilled need|justification|justification for skilled (?:care|services)|medical necessity|need for skilled (?:care|services|therapy)|"
                   r"problem list|problems?|impairments?|deficits?|limitations?|barriers?|functional limitations?|dx|diagnos[ie]s|tx dx|medical dx|tx diagnosis|treatment diagnosis"),
    ("plan", r"p|plan(?: of care| for next (?:visit|session|tx))?|poc|p/|next(?: visit| session| tx| time| appt| week)?|nv|nxt|recommendations?|recs?|follow[- ]?up|f/u|session plan|treatment plan|plan of treatment|discharge plan(?:ning)?|d/c plan|to do|frequency|freq(?:/dur(?:ation)?)?|"
             r"planned interventions?|proposed interventions?|next steps?"),
    ("goals", r"(?:short|long)[- ]?term (?:goals?|objectives?)(?: of treatment)?|[sl]tgs?(?: ?#?\d+)?|goals?(?: ?#?\d+)?(?: status| addressed| update)?|functional goals?|pt goals?|patient(?:'s)? goals?|outcomes? expected|prognosis|rehab potential"),
    ("home_program", r"hep|home (?:exercise )?program(?:me)?|home exercises?|homework|home ex|h\.?e\.?p\.?|home instructions?|education|pt ed(?:ucation)?|patient education|written home program"),
    ("billing", r"billing|charges?|codes?|cpt(?: codes?)?|billed|units?|time(?: log| in| in/out)?|minutes|total(?: (?:time|tx time|treatment time|timed|min|mins|minutes))?|charge (?:capture|grid|summary)|procedure codes?|claim|timed codes?|untimed codes?|billing summary|tx time"),
    ("signature", r"signed?(?: by)?|signature|electronically signed(?: by)?|e-?signed|therapist|clinician|treating therapist|provider|co-?sign(?:ed|ature)?|credentials"),
    ("precautions", r"precautions?|contraindications?|wb status|weight ?bearing|restrictions?|protocol"),
    ("equipment", r"equipment|dme|supplies|setup|set-up"),
    ("prior_visit", r"(?:previous|prior|last) (?:visit|session|tx|treatment|note|week)(?: \([^)]*\))?"),
)  # fmt: skip
_BEFORE_LABEL = r"^[\s>*#_\-•|]*(?:\d{1,2}[.)]\s*)?"
_BEHIND_LABEL = r"(?P<tail>\s*+(?:\*\*\s*+)?(?:[:;=]|\)(?=\s)|(?<=\s)[-–—](?=\s)|\*\*|$)|\s*\.(?=\s+[A-Z]))"
_LABEL = re.compile(
    f"{_BEFORE_LABEL}(?P<name>" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _HEADINGS) + f"){_BEHIND_LABEL}",
    re.IGNORECASE,
)
# The same without the kinds: few lines have a label, and this sees sooner that one has none.
_LABELLED = any_case(f"{_BEFORE_LABEL}(?:" + "|".join(pattern for _, pattern in _HEADINGS) + f"){_BEHIND_LABEL}")
_INLINE = re.compile(
    r"(?=[A-Z])(?<=[.\s;!?)])(?:(?P<s>S|Subjective|SUBJECTIVE)|(?P<o>O|Objective|OBJECTIVE)|(?P<a>A|Assessment|ASSESSMENT)|"
    r"(?P<p>P|Plan|PLAN|NEXT|Next (?:visit|session|time)|NV)|(?P<r>R|Response|RESPONSE|Pt response|Patient response|Resp)|"
    r"(?P<h>HEP|Home program)|(?P<g>STG|LTG|Goals?|GOALS?)|(?P<t>I|Tx|TX|Treatment|Interventions?|TREATMENT|INTERVENTIONS?))"
    r"(?=\s?:(?!\d))"
)
_INLINE_KINDS = {"s": "subjective", "o": "objective", "a": "assessment", "p": "plan", "r": "response",
                 "h": "home_program", "g": "goals", "t": "treatment"}  # fmt: skip
_LETTER_ONLY = re.compile(r"[SOAPDIRsoapdir]/?")


def find_sections(text: str, lines: Lines | None = None) -> tuple[Section, ...]:
    """Tile a text with sections; ``lines`` are its own, where they are known already.

    Text before the first heading is of kind ``opening``; a blank heading never makes an empty section.
    """
    marks: list[tuple[int, int, str]] = []
    labels = Marks(len(text))
    lines = lines or split_lines(text)
    for line in lines.spans:
        content = text[line.start : line.end]
        match = _LABEL.match(content) if _LABELLED.match(small(content)) else None
        if match and _is_heading(match):
            marks.append((line.start, line.start + match.end("name"), _kind(match)))
            labels.take(line.start, line.start + match.end("name"))
    for match in _INLINE.finditer(text):
        kind = _INLINE_KINDS[str(match.lastgroup)]
        line = lines.at(match.start())
        if match.start() > line.start and labels.free(*match.span()):
            marks.append((match.start(), match.end(), kind))
    return _tile(text, _closed(text, sorted(marks), lines))


def section_at(sections: tuple[Section, ...], offset: int) -> Section:
    """Return the section that holds an offset."""
    return sections[max(0, bisect_right(sections, offset, key=lambda s: s.span.start) - 1)]


def _kind(match: re.Match[str]) -> str:
    return next(kind for kind, _ in _HEADINGS if match[kind] is not None)


def _is_heading(match: re.Match[str]) -> bool:
    name, tail = match["name"], match["tail"]
    if _LETTER_ONLY.fullmatch(name):
        return bool(tail.strip()) and (name.isupper() or tail.strip()[0] in ":;)=")
    return bool(tail.strip()) or name.isupper() or len(name) > 3


_SHORT_LIVED = frozenset({"history", "goals", "home_program", "prior_visit", "precautions", "equipment"})
_NEW_MATTER = re.compile(r"[\s*#>•-]*(?:(?:[A-Za-z][A-Za-z ./-]{0,24}[,:(]?\s?)?9[57]\d{3}\b|[A-Z][A-Za-z /&'()-]{2,32}:(?!\d))")
_LISTED = re.compile(r"\s*(?:\d{1,2}[.)]|[-*•]|[SL]TG|goal|by |in \d|pt (?:will|to)|patient (?:will|to))", re.IGNORECASE)


def _closed(text: str, marks: list[tuple[int, int, str]], lines: Lines) -> list[tuple[int, int, str]]:
    """End history, goals and home programme where their paragraph ends: what follows stands under no heading."""
    closed = []
    for number, (start, heading_end, kind) in enumerate(marks):
        closed.append((start, heading_end, kind))
        end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        if kind in _SHORT_LIVED and (stop := _paragraph_end(text, lines, kind, heading_end, end)) < end:
            closed.append((stop, stop, "opening"))
    return closed


_MINUTES = rf"[(:=x×–—-]{{0,2}}\s?\d{{1,3}}\s?(?:{MINUTES}\b|m\b|['’′])"
_LENGTH_FIRST = re.compile(rf"[\s*#>•-]*(?P<length>\(?{_MINUTES}\)?\s+(?:of\s+)?)?", re.IGNORECASE)
_LENGTH_BEHIND = re.compile(rf"\s?{_MINUTES}", re.IGNORECASE)
_AT_HOME = re.compile(
    r"\b(?:daily|nightly|weekly|(?:a|per|each|every) (?:day|week)|bid|tid|q[oi]?d|qhs|morning|evening|at home|bed(?:time)?|times\b)"
    r"|[x/]\s?(?:d(?:ay)?|wk|week)\b",
    re.IGNORECASE,
)
# What is told whole on the heading's own line: a goal's sentence, or whether the patient keeps to the programme.
_TOLD = {
    "goals": re.compile(r".*\w\.\s*"),
    "home_program": re.compile(
        r"(?!.*\b(?:perform|follow|below|instruct|handout|issued)).*\w\.\s*"
        r"|\W*(?:fully |not |non-?)?(?:complian(?:t|ce)\w*|adherent|doing|independent|given|reviewed|same|no change)\W*",
        re.IGNORECASE,
    ),
}

# A line of a history that the next one completes: `prior PT consisted of`.
_GOES_ON = re.compile(r"(?:\b(?:of|with|and|was|were|in|for|had|received|includ\w+)|[,:])\s*$")


def _begins_a_service(line: str) -> bool:
    """Say whether a line begins with a service and its length (`NMR 20 min: tandem`, `20 min of TE`), and not with what is done at home."""
    lead = _LENGTH_FIRST.match(line)
    start = lead.end() if lead else 0
    named = next(
        (end for written in (True, False) for at, end, _ in names_in(line[start : start + 40], written=written) if at == 0), None
    )
    if lead is None or named is None or _AT_HOME.search(line):
        return False
    return lead["length"] is not None or _LENGTH_BEHIND.match(line, start + named) is not None


def _paragraph_end(text: str, lines: Lines, kind: str, start: int, end: int) -> int:
    """Return where new matter begins after a heading: behind a blank line, or at a line with a label or code of its own."""
    number = lines.index_at(start)
    if lines.spans[number].end >= end:
        return end
    beside = text[start : lines.spans[number].end].strip(" :;*=-")
    told = kind in _TOLD and _TOLD[kind].fullmatch(beside) is not None
    filled = bool(beside.strip("."))
    blank = False
    for following in range(number + 1, lines.index_at(end - 1) + 1):
        line = lines.spans[following]
        content = text[line.start : line.end]
        if filled and content.strip() and (_NEW_MATTER.match(content) or (blank and not _LISTED.match(content))):
            return line.start
        if (told or (kind == "history" and not _GOES_ON.search(text, start, line.start))) and _begins_a_service(content):
            return line.start
        blank = filled and not content.strip()
        filled = filled or bool(content.strip())
    return end


def _tile(text: str, marks: list[tuple[int, int, str]]) -> tuple[Section, ...]:
    sections: list[Section] = []
    if not marks or marks[0][0] > 0:
        sections.append(Section(Span(0, marks[0][0] if marks else len(text)), "opening"))
    for number, (start, heading_end, kind) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(text)
        if end > start:
            sections.append(Section(Span(start, end), kind, Span(start, heading_end) if heading_end > start else None))
    return tuple(sections) or (Section(Span(0, 0), "opening"),)
