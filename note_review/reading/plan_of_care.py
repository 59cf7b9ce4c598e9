"""Dates around the plan of care, the certification and progress reports, as the note states them."""

from __future__ import annotations

import datetime
import re

from note_review.encounter import PlanOfCareFacts
from note_review.note import Note, Span
from note_review.reading import titles
from note_review.reading.dates import DATE, date_near, parse_date
from note_review.reading.small_letters import any_case, has_any, small
from note_review.reading.titles import any_of
from note_review.reading.visit_date import labelled_date

# Within a sentence, which an initial's or a doctor's full stop does not end.
_ON = r"(?:[^.\n]|(?<=\b[a-z])\.|(?<=\bdr)\.)"
_PLAN = r"(?:plan of care|poc|cert(?:ification)?(?: period)?|recert(?:ification)?|re-?cert(?:ification)?)"
_PERIOD = any_case(rf"{_PLAN}[^.\n]{{0,40}}?(?P<first>{DATE})\s*(?:-{{1,2}}|–|—|to|thru|through|until)\s*(?P<last>{DATE})")
_EXPIRES = any_case(
    rf"(?:{_PLAN}{_ON}{{0,40}}?(?:expire[sd]?|exp\.?|end(?:s|ed)?|ran out|lapse[sd]?|thru|through|until|good (?:thru|through|until)|valid (?:thru|through|until)|due|up on)\s*(?:on|:)?\s*(?P<date>{DATE}))"
)
# These words are of an authorization, an order or a licence as often: only right behind the plan.
_ENDS_ON = any_case(
    rf"(?<!cpr )(?<!bls )\b(?:poc|plan of care|(?:re-?)?cert(?:ification)?)(?: period)? (?:expir(?:ation|y)(?: date)?|exp\.? date|end date|due(?: date| by))\s*(?:on|is|:)?\s*(?P<date>{DATE})"
)
_FIRST_TREATMENT = (
    r"(?:soc|ie|start of (?:care|therapy|treatment)|init(?:ial)? eval(?:uation)?|(?:initial|first) (?:visit|treatment|tx))"
)
_START = any_case(rf"\b{_FIRST_TREATMENT}(?: date)?[ :=@(–—-]*(?:(?:was )?(?:done|completed|performed)? ?on )?(?P<date>{DATE})")
# Other disciplines evaluate too: an evaluation that heads its clause dates the start where nothing else does.
_EVALUATED = any_case(
    rf"(?:(?<=^)|(?<=\n)|(?<=[.;|] )|(?<=  )|\bpt |\binitial )(?:eval(?:uation)? date|date of (?:the )?(?:initial )?eval(?:uation)?)[ :=@(–—-]*(?P<date>{DATE})"
)
_BY_A_PHYSICIAN = r"by (?:the )?(?:dr\b|m\.?d\b|d\.?o\b|physician|pcp|n\.?p\b|p\.?a\b)"
_CERTIFIED = any_case(
    rf"{_PLAN}{_ON}{{0,50}}?\b(?P<verb>signed|(?:re-?)?certified|returned|approved)\b{_ON}{{0,40}}?(?P<date>{DATE})"
    rf"|\b(?P<verb2>(?:re-?)?certified|signed)\s+(?:on\s+)?(?P<date2>{DATE})(?=[^.,;\n]{{0,20}}(?:plan of care|poc))"
    rf"|\b(?:physician|md) {_PLAN} (?P<verb3>received)(?: back)?(?: on)? (?P<date3>{DATE})"
)
# Who certified stands behind the verb, or before it; what leads to it may say that it was not so.
_CERTIFIED_BY = any_case(
    rf"\b(?P<verb>(?:re-?)?certified)\s+{_BY_A_PHYSICIAN}{_ON}{{0,30}}?(?P<date>{DATE})"
    rf"|\b(?P<verb2>signed|certified)\s+(?:the )?{_PLAN}(?:(?!expir|thru|through|until|valid|good|due\b|end|sent|fax|as of|\bby \d){_ON}){{0,30}}?(?P<date2>{DATE})"
)
_NOT_FOR_THERAPY = r"(?! for (?!p\.?t\b|o\.?t\b|outpatient|physical|occupational|therapy|rehab|eval|treatment|tx))"
_ORDERS = r"(?:orders?|referral|prescription|script)"
_ORDER = rf"(?<!verbal )\b{_ORDERS}{_NOT_FOR_THERAPY}"
_ORDERED = any_case(
    rf"{_ORDER}(?:(?!\b{_PLAN}\b){_ON}){{0,40}}?\b(?:signed|dated){_ON}{{0,40}}?(?P<date>(?>{DATE})){_NOT_FOR_THERAPY}|\bsigned {_ORDER}{_ON}{{0,40}}?(?P<date2>(?>{DATE})){_NOT_FOR_THERAPY}"
)
# Right before an order: what else than therapy a physician orders.
_OF_ANOTHER_KIND = any_case(
    r"\b(?:mri|ct|scan|x-?rays?|imaging|ultrasound|emg|labs?|blood\w*|brace|bracing|[akh]*fo|orthos[ie]s|orthotics?|prosthe\w+|splint|shoes?|dme|equipment|wheelchair|walker|cane|crutches|bed|med(?:ication)?s?|drugs?)"
    r"[^\w.,;\n]+(?:\w+[^\w.,;\n]+){0,4}(?<!\bpt )(?<!\bot )(?<!therapy )(?<!rehab )$"
)
_NO_SIGNATURE = r"\b(?:not|never|no|unsigned|awaiting|pending|needs?|to be|if)\b"
_NOT_SO = any_case(_NO_SIGNATURE)
# A comma or bracket parts the verb from what is not so of something else: `no changes needed, signed 1/20`.
_NOT_SO_RIGHT_BEFORE = any_case(rf"{_NO_SIGNATURE}[^,;()\n]*$")
_ORDER_RIGHT_BEFORE = any_case(rf"{_ORDER}[^.;\n]{{0,20}}$")
# A certification after the first that the note speaks of, dated or not.
_LATER = any_case(r"\bre-?cert\w*|\brenew(?:al|ed)\b|\bupdated (?:poc|plan of care)\b")
_LAPSED = any_case(
    rf"{_PLAN}[^.\n]{{0,60}}?(?<!\bnot )(?<!\bnot yet )(?:\blapsed|\bexpired|\boverdue|past due|ran out|out of date|no longer (?:current|valid)|(?:is |was )?not (?:yet )?(?:renewed|current))|(?<!\bnot )(?:lapsed|expired|overdue)\s+(?:{_PLAN})"
    rf"|(?:recert(?:ification)?|re-cert|renewal){_ON}{{0,50}}(?:not (?:yet )?(?:signed|back|sent|returned|received|done|completed)|still (?:out|unsigned|pending|not)|never (?:sent|signed|came back|returned)|unsigned|awaiting)"
)
_ABSENT = any_case(
    rf"(?:no (?:evaluation or |eval or )?{_PLAN}|{_PLAN} on file:?\s*\[?no\b|no (?:current |active )?{_PLAN}(?: on file| in (?:the )?chart| found| established| yet)?|{_PLAN}[^.\n]{{0,40}}?(?:not (?:yet )?(?:on file|in (?:the )?chart|established|written|found)|missing|none on file)"
    rf"|(?:without|w/o) (?:a )?{_PLAN})"
)
_UNSIGNED = any_case(
    rf"(?:no signed {_PLAN}|{_PLAN}{_ON}{{0,40}}?(?:not (?:yet )?(?:signed|returned|received|back|certified)|unsigned|never signed|not been signed|still unsigned)"
    rf"|(?:without|w/o) (?:a )?(?:signed|certified) {_PLAN}|(?:awaiting|waiting (?:on|for)|pending) (?:\w+ ){{0,3}}(?:signature|sig) (?:on|of|for) (?:the )?(?:initial )?(?:plan of care|poc|cert))"
)
# A renewal that is sent is not the first plan.
_FIRST_PLAN = r"(?:plan of care|\bpoc|\bcert(?:ification)?(?: period)?)"
_SENT = any_case(
    rf"(?<!re-){_FIRST_PLAN}{_ON}{{0,40}}?\b(?:sent|(?:e-?)?faxed|mailed|forwarded|submitted){_ON}{{0,30}}?(?P<date>{DATE})"
)
_REPORT = r"(?:progress (?:reports?|notes?)|pn|pr)"
_REPORTED = rf"(?:{_REPORT}|progress|(?:re-?)?eval(?:uation)?|recert)"
_PROGRESS = any_case(
    rf"(?:visit|tx day|treatment day|session)\s*#?\s*(?P<n>\d{{1,2}})\s*(?:since|after)\s*(?:last )?(?:progress|pn|eval|recert)|(?P<n2>\d{{1,2}}) visits since (?:the )?(?:last )?(?:progress|pn|eval|re-?eval)"
    rf"|\blast {_REPORTED}\b[^.;\n]{{0,30}}?\b(?P<n3>\d{{1,2}}) (?:visits|treatment days|sessions|treatments) ago\b"
)
# An overdue "PR" may be a personal record in a lift.
_LATE_REPORT = r"(?:progress (?:reports?|notes?)|pn)"
_REPORT_OVERDUE = any_case(
    rf"(?<!no )(?<!not )\b(?:{_LATE_REPORT} (?:is |was |now )*(?:overdue|past due)|overdue (?:for )?(?:a )?{_LATE_REPORT})\b(?!\s*\?)"
)
_REPORT_DUE = any_case(
    rf"\b{_REPORT} (?:is |was )?due (?:(?:at|on|by) )?(?:visit|tx|treatment day) ?#?(?P<due>\d{{1,3}})\b[^.\n]{{0,10}}?\b(?:today|now|this|current)\b[^.\n]{{0,8}}?(?:visit|tx|treatment day) ?#?(?P<now>\d{{1,3}})\b"
)
# Every statement read here has one of these words.
_SPEAKS_OF_PLAN = any_case(rf"\b(?:{_PLAN}|{_FIRST_TREATMENT}\b|{_ORDERS}\b|{_REPORTED}\b|renew)")
# And every one of a plan or its certification one of these.
_NAMES_A_PLAN = ("plan of care", "poc", "cert", "renew")
# A bare "PT" is the patient as often, "RPT" a repeat.
_PHYSICAL = titles.PHYSICAL_THERAPISTS - {"PT", "RPT"} | titles.PHYSICAL_ASSISTANTS
_OCCUPATIONAL = titles.OCCUPATIONAL_THERAPISTS | titles.OCCUPATIONAL_ASSISTANTS | titles.HAND_THERAPISTS
_DISCIPLINE = (
    (
        "OT",
        ("OT", "CHT", "GO", "occupational"),
        re.compile(rf"(?<![\w/])(?:{any_of(_OCCUPATIONAL)}|occupational therap(?:y|ist)|GO)(?![\w/])"),
    ),
    ("PT", ("PT", "GP", "hysical"), re.compile(rf"(?<![\w/])(?:{any_of(_PHYSICAL)}|[Pp]hysical [Tt]herap(?:y|ist)|GP)(?![\w/])")),
)
_THERAPIST = re.compile(rf"(?<![\w/])(?:{any_of(_PHYSICAL | {'PT'} | _OCCUPATIONAL | titles.SPEECH_THERAPISTS)})(?!\w)")
# A doctor of physical therapy is a doctor too, and certifies nothing.
_DOCTOR = rf"(?i:\bdr\b)(?!\.?\s*(?:(?!for\b)[\w'’.-]+ ){{0,2}}(?!for\b)[\w'’.-]+,? {_THERAPIST.pattern})"
_CERTIFIER = re.compile(
    rf"(?<![\w/])(?:M\.?D|D\.?O|MBBS|DPM|OD|NP|[A-Z]*NP(?:-[A-Z]+)?|PA(?:-C)?|APRN|CNS)(?!\w)|(?i:\bphysician\b)|{_DOCTOR}"
)


# How long after the first treatment the first certification may begin (Benefit Policy Manual ch. 15, 220.1.3.B).
_FOR_THE_FIRST = datetime.timedelta(days=30)
_NEAR = 40
_NOT_YET = re.compile(
    rf"(?i){_NO_SIGNATURE}|\b(?:wait\w*|need\w*|must|should|request\w*|call\w*|msg|message|re|regarding|for|have|pt|patient|homebound|disab\w*|fmla)\b"
)
_SPEAKS_OF_CERTIFYING = any_case(_PLAN)
_ON_FILE = any_case(r"\b(?:on file|in (?:the )?chart)\b")
_CLAUSE = re.compile(r"[;\n|]|\s\s|(?<!\bDr)(?<!\b[A-Z])\.\s")


def _is_therapist(name: str | None) -> bool:
    """Say whether who signed the plan is a therapist: only a physician or NPP certifies (Benefit Policy Manual ch. 15, 220.1.3)."""
    return name is not None and _THERAPIST.search(name) is not None and _CERTIFIER.search(name) is None


def given_discipline(note: Note) -> str | None:
    """Return PT or OT as given with the note, else as the claim's modifiers say."""
    if note.discipline:
        return note.discipline
    modifiers = {m for line in note.claim for m in line.modifiers or ()}
    return "OT" if "GO" in modifiers else "PT" if "GP" in modifiers else None


def discipline_of(note: Note) -> str | None:
    """Return PT or OT: as given, else from modifiers and credentials in the note where only one speaks."""
    if given := given_discipline(note):
        return given
    named = [name for name, parts, pattern in _DISCIPLINE if has_any(note.text, parts) and pattern.search(note.text)]
    return named[0] if len(named) == 1 else None


def _over_before_visit(text: str, period: re.Match[str]) -> bool:
    """Whether dates without a year show that the visit lies behind the period's end (a period may pass New Year)."""
    visit = labelled_date(text)
    dates = [parse_date(d, year=2001) for d in (period["first"], period["last"], visit)] if visit else []
    if len(dates) < 3 or None in dates:
        return False
    first, last, day = (d.timetuple().tm_yday for d in dates if d is not None)
    last += 365 if last < first else 0
    day += 365 if day < first and last > 365 else 0
    return last < day < last + 120


def _certified(note: Note, text: str, visit: datetime.date | None) -> re.Match[str] | None:
    """Return where the note dates a physician's or NPP's signature under the plan."""
    for match in _CERTIFIED.finditer(text):
        verb = next(match.span(verb) for verb in ("verb", "verb2", "verb3") if match[verb])
        order_s = _ORDERED.search(text, match.start(), match.end()) or (
            match["verb2"] and _ORDER_RIGHT_BEFORE.search(text, max(0, verb[0] - _NEAR), verb[0])
        )
        not_so = _NOT_SO_RIGHT_BEFORE.search(text, match.start(), verb[0]) or _NOT_SO.search(text, verb[1], match.end())
        if not (order_s or not_so or _is_therapist(note.text[match.start() : match.end()])):
            return match
    return next((m for m in _CERTIFIED_BY.finditer(text) if _is_certification(note.text, m, visit)), None)


def _is_certification(text: str, match: re.Match[str], visit: datetime.date | None) -> bool:
    """Whether a plan is said to be signed by one who certifies, or to be on file signed, and not awaited or asked for (`MD signed POC 8/5`)."""
    # ``match`` is of the text in small letters; titles are told by their capitals.
    led, written = _CLAUSE.split(text[max(0, match.start() - _NEAR) : match.start()])[-1], text[match.start() : match.end()]
    day = _date(match, visit)
    if _NOT_YET.search(led) or day is None or (visit is not None and day > visit) or _is_therapist(led + written):
        return False
    if match["verb"]:
        return not led.strip() or _SPEAKS_OF_CERTIFYING.search(small(led)) is not None
    return _CERTIFIER.search(led + written) is not None or _ON_FILE.search(match[0]) is not None


def _ordered(text: str) -> re.Match[str] | None:
    """Return where the note dates the signature under an order or referral for therapy."""
    for match in _ORDERED.finditer(text):
        of_another_kind = _OF_ANOTHER_KIND.search(text, max(0, match.start() - _NEAR), match.start())
        if not (of_another_kind or _NOT_SO.search(match[0])):
            return match
    return None


def _start(text: str, visit: datetime.date | None) -> tuple[datetime.date | None, re.Match[str] | None]:
    """Return the first treatment, the evaluation included, where the note tells one such day and it is not still to come."""
    told = {date_near(match["date"], visit): match for match in _START.finditer(text)}
    told = told or {date_near(match["date"], visit): match for match in _EVALUATED.finditer(text)}
    day, match = told.popitem() if len(told) == 1 else (None, None)
    return (day, match) if day is not None and (visit is None or day <= visit) else (None, None)


def read_plan_of_care(note: Note, mended: str, visit: datetime.date | None) -> PlanOfCareFacts:
    """Return what is known of the plan of care: given facts first, then what the note says."""
    given, text = note.plan_of_care, small(mended)
    if given is None and _SPEAKS_OF_PLAN.search(text) is None:
        return PlanOfCareFacts()
    plan = text if has_any(text, _NAMES_A_PLAN) else ""
    start, began = _start(text, visit)
    period, expiry, certification = _PERIOD.search(plan), None, _certified(note, plan, visit)
    certified, first, expires, is_later = _date(certification, visit), None, None, False
    if period:
        first, expires = date_near(period["first"], visit), date_near(period["last"], visit)
        begins_by_now = first is not None and (visit is None or first <= visit)
        is_later = start is not None and first is not None and begins_by_now and first - start > _FOR_THE_FIRST
    # The dates of a later period stand by themselves, unless the first's signature is dated beside them.
    start = first if start is None or (is_later and certified is None) else start
    if expires is None and (expiry := _EXPIRES.search(plan) or _ENDS_ON.search(plan)):
        expires = date_near(expiry["date"], visit)
    overrun = period if period and expires is None and _over_before_visit(text, period) else None
    lapsed, absent, unsigned = _LAPSED.search(plan) or overrun, _ABSENT.search(plan), _UNSIGNED.search(plan)
    # A renewal that is not back, or a plan that is not there, is no first plan out for signature.
    out = unsigned is not None and lapsed is None and absent is None
    order = _ordered(text)
    sent = _SENT.search(plan) if out or order else None
    progress = _PROGRESS.search(text)
    visits = int(progress["n"] or progress["n2"] or progress["n3"]) if progress else None
    overdue = _report_overdue(text)
    stands = (began, period, expiry, certification, lapsed, absent, unsigned, order, sent, progress, overdue)
    if given is not None:
        start, certified, expires = given.start or start, given.certified_on or certified, given.expires_on or expires
        visits = given.visits_since_progress_report if given.visits_since_progress_report is not None else visits
    by_therapist = given is not None and _is_therapist(given.signed_by)
    certified = None if by_therapist else certified
    return PlanOfCareFacts(
        start=start,
        certified_on=certified,
        expires_on=expires,
        ordered_on=(given.ordered_on if given else None) or _date(order, visit),
        sent_on=(given.sent_on if given else None) or (date_near(sent["date"], visit) if sent else None),
        signed=True if certified else False if out or by_therapist else True if given and given.signed_by else None,
        signed_by_therapist=by_therapist,
        absent=(absent or unsigned) is not None and lapsed is None,
        lapsed=lapsed is not None,
        renewed=is_later or expiry is not None or _LATER.search(plan) is not None,
        visits_since_progress_report=visits,
        progress_report_overdue=overdue is not None,
        given=given is not None,
        evidence=tuple(dict.fromkeys(Span(match.start(), match.end()) for match in stands if match)),
    )


def _date(match: re.Match[str] | None, visit: datetime.date | None) -> datetime.date | None:
    return (
        next((date_near(d, visit) for name, d in match.groupdict().items() if d and name.startswith("date")), None)
        if match
        else None
    )


def _report_overdue(text: str) -> re.Match[str] | None:
    """Return where the note itself says that a progress report is overdue, or is due at an earlier visit than this."""
    due = _REPORT_DUE.search(text)
    return _REPORT_OVERDUE.search(text) or (due if due and int(due["now"]) > int(due["due"]) else None)
