"""Dates around the plan of care, the certification, progress reports and the visit itself, as the note states them."""

from __future__ import annotations

import datetime
import re

from note_review.encounter import PlanOfCareFacts
from note_review.note import Note, Span
from note_review.reading import titles
from note_review.reading.small_letters import any_case, small
from note_review.reading.titles import any_of

_MONTHS = {m: i for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DATE = r"(?:\d{1,2}[/.-]\d{1,2}(?:[/.-](?:\d{4}|\d{2}))?|\d{4}-\d{2}-\d{2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?)"
_PLAN = r"(?:plan of care|poc|cert(?:ification)?(?: period)?|recert(?:ification)?|re-?cert(?:ification)?)"
_PERIOD = any_case(rf"{_PLAN}[^.\n]{{0,40}}?(?P<first>{_DATE})\s*(?:-{{1,2}}|–|—|to|thru|through|until)\s*(?P<last>{_DATE})")
_EXPIRES = any_case(
    rf"(?:{_PLAN}[^.\n]{{0,40}}?(?:expire[sd]?|exp\.?|end(?:s|ed)?|ran out|lapse[sd]?|thru|through|until|good (?:thru|through|until)|valid (?:thru|through|until)|due|up on)\s*(?:on|:)?\s*(?P<date>{_DATE}))"
)
_CERTIFIED = any_case(
    rf"(?:{_PLAN}[^.\n]{{0,50}}?(?:signed|certified|returned|approved)[^.\n]{{0,40}}?(?P<date>{_DATE})|(?:certified|signed)\s+(?:on\s+)?(?P<date2>{_DATE})[^.\n]{{0,20}}(?:plan of care|poc))"
)
_LAPSED = any_case(
    rf"{_PLAN}[^.\n]{{0,60}}?(?:\blapsed|\bexpired|\boverdue|past due|ran out|out of date|no longer (?:current|valid)|(?:is |was )?not (?:yet )?(?:renewed|current))|(?:lapsed|expired|overdue)\s+(?:{_PLAN})"
    rf"|(?:recert(?:ification)?|re-cert|renewal)[^.\n]{{0,50}}(?:not (?:yet )?(?:signed|back|sent|returned|received|done|completed)|still (?:out|unsigned|pending|not)|never (?:sent|signed|came back|returned)|unsigned|awaiting)"
)
_ABSENT = any_case(
    rf"(?:no (?:evaluation or |eval or )?{_PLAN}|{_PLAN} on file:?\s*\[?no\b|no (?:current |active )?{_PLAN}(?: on file| in (?:the )?chart| found| established| yet)?|{_PLAN}[^.\n]{{0,40}}?(?:not (?:yet )?(?:on file|in (?:the )?chart|established|written|found)|missing|none on file)"
    rf"|(?:without|w/o) (?:a )?{_PLAN})"
)
_UNSIGNED = any_case(
    rf"(?:no signed {_PLAN}|{_PLAN}[^.\n]{{0,40}}?(?:not (?:yet )?(?:signed|returned|received|back|certified)|unsigned|never signed|not been signed|still unsigned)"
    rf"|(?:without|w/o) (?:a )?(?:signed|certified) {_PLAN}|(?:awaiting|waiting (?:on|for)|pending) (?:\w+ ){{0,3}}(?:signature|sig) (?:on|of|for) (?:the )?(?:initial )?(?:plan of care|poc|cert))"
)
_SENT = any_case(rf"{_PLAN}[^.\n]{{0,40}}?(?:sent|(?:e-?)?faxed|mailed|forwarded|submitted)[^.\n]{{0,30}}?(?P<date>{_DATE})")
_PROGRESS = any_case(
    r"(?:visit|tx day|treatment day|session)\s*#?\s*(?P<n>\d{1,2})\s*(?:since|after)\s*(?:last )?(?:progress|PN|eval|recert)|(?P<n2>\d{1,2}) visits since (?:the )?(?:last )?(?:progress|PN|eval|re-?eval)"
)
_VISIT_DATE = any_case(
    rf"(?:date of (?:serv\s?ice|visit|treatment)|dos|d\.o\.s\.|visit date|service date|treatment date|date seen|date|dated|seen (?:on )?)\s*[:=]?\s*(?P<date>{_DATE}|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})"
)
# A bare "PT" is the patient as often, "RPT" a repeat.
_PHYSICAL = titles.PHYSICAL_THERAPISTS - {"PT", "RPT"} | titles.PHYSICAL_ASSISTANTS
_OCCUPATIONAL = titles.OCCUPATIONAL_THERAPISTS | titles.OCCUPATIONAL_ASSISTANTS | titles.HAND_THERAPISTS
_DISCIPLINE = (
    ("OT", re.compile(rf"(?<![\w/])(?:{any_of(_OCCUPATIONAL)}|occupational therap(?:y|ist)|GO)(?![\w/])")),
    ("PT", re.compile(rf"(?<![\w/])(?:{any_of(_PHYSICAL)}|[Pp]hysical [Tt]herap(?:y|ist)|GP)(?![\w/])")),
)
_THERAPIST = re.compile(rf"(?<![\w/])(?:{any_of(_PHYSICAL | {'PT'} | _OCCUPATIONAL | titles.SPEECH_THERAPISTS)})(?!\w)")
# A doctor of physical therapy is a doctor too, and certifies nothing.
_DOCTOR = rf"(?i:\bdr\b)(?!\.?\s*(?:(?!for\b)[\w'’.-]+ ){{0,2}}(?!for\b)[\w'’.-]+,? {_THERAPIST.pattern})"
_CERTIFIER = re.compile(
    rf"(?<![\w/])(?:M\.?D|D\.?O|MBBS|DPM|OD|NP|[A-Z]*NP(?:-[A-Z]+)?|PA(?:-C)?|APRN|CNS)(?!\w)|(?i:\bphysician\b)|{_DOCTOR}"
)


def _is_therapist(name: str | None) -> bool:
    """Say whether who signed the plan is a therapist: only a physician or NPP certifies (Benefit Policy Manual ch. 15, 220.1.3)."""
    return name is not None and _THERAPIST.search(name) is not None and _CERTIFIER.search(name) is None


def parse_date(written: str, *, year: int | None = None) -> datetime.date | None:
    """Return the date that a note writes the American way, or None where it is no date or its year is unknown."""
    written = written.strip().rstrip(".")
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            return datetime.date.fromisoformat(written)
        if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2,4}))?", written):
            when = int(match[3]) if match[3] else year
            return None if when is None else datetime.date(when + 2000 if when < 100 else when, int(match[1]), int(match[2]))
        if match := re.fullmatch(r"(?i)([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?", written):
            when = int(match[3]) if match[3] else year
            return None if when is None else datetime.date(when, _MONTHS[match[1].lower()], int(match[2]))
    except (ValueError, KeyError):
        return None
    return None


def date_of_service(note: Note, mended: str) -> datetime.date | None:
    """Return the day of the visit: as given, else as the note itself labels it (its text with a scanner's figures put right)."""
    if note.date_of_service:
        return note.date_of_service
    match = _VISIT_DATE.search(small(mended))
    return parse_date(match["date"]) if match else None


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
    named = [name for name, pattern in _DISCIPLINE if pattern.search(note.text)]
    return named[0] if len(named) == 1 else None


def _over_before_visit(text: str, period: re.Match[str]) -> bool:
    """Whether dates without a year show that the visit lies behind the period's end (a period may pass New Year)."""
    visit = _VISIT_DATE.search(text)
    dates = [parse_date(d, year=2001) for d in (period["first"], period["last"], visit["date"])] if visit else []
    if len(dates) < 3 or None in dates:
        return False
    first, last, day = (d.timetuple().tm_yday for d in dates if d is not None)
    last += 365 if last < first else 0
    day += 365 if day < first and last > 365 else 0
    return last < day < last + 120


def read_plan_of_care(note: Note, mended: str, visit: datetime.date | None) -> PlanOfCareFacts:
    """Return what is known of the plan of care: given facts first, then what the note says."""
    given, lowered = note.plan_of_care, mended.lower()
    if given is None and not any(word in lowered for word in ("poc", "plan of care", "cert", "since", "visits")):
        return PlanOfCareFacts()
    text = small(mended)
    year = visit.year if visit else None
    evidence: list[Span] = []
    start = certified = expires = None
    if match := _PERIOD.search(text):
        start, expires = parse_date(match["first"], year=year), parse_date(match["last"], year=year)
        evidence.append(Span(match.start(), match.end()))
    if expires is None and (match := _EXPIRES.search(text)):
        expires = parse_date(match["date"], year=year)
        evidence.append(Span(match.start(), match.end()))
    if match := _CERTIFIED.search(text):
        certified = parse_date(match["date"] or match["date2"], year=year)
        evidence.append(Span(match.start(), match.end()))
    if expires is None and (match := _PERIOD.search(text)) and _over_before_visit(text, match):
        overrun: re.Match[str] | None = match
    else:
        overrun = None
    lapsed, absent, unsigned = _LAPSED.search(text) or overrun, _ABSENT.search(text), _UNSIGNED.search(text)
    # A renewal that is not back, or a plan that is not there, is no first plan out for signature.
    out = unsigned is not None and lapsed is None and absent is None
    sent = _SENT.search(text) if out else None
    evidence += [Span(m.start(), m.end()) for m in (lapsed, absent, unsigned, sent) if m]
    progress = _PROGRESS.search(text)
    visits = int(progress["n"] or progress["n2"]) if progress else None
    if given is not None:
        start, certified, expires = given.start or start, given.certified_on or certified, given.expires_on or expires
        visits = given.visits_since_progress_report if given.visits_since_progress_report is not None else visits
    by_therapist = given is not None and _is_therapist(given.signed_by)
    certified = None if by_therapist else certified
    return PlanOfCareFacts(
        start=start,
        certified_on=certified,
        expires_on=expires,
        ordered_on=given.ordered_on if given else None,
        sent_on=(given.sent_on if given else None) or (parse_date(sent["date"], year=year) if sent else None),
        signed=True if certified else False if out or by_therapist else True if given and given.signed_by else None,
        signed_by_therapist=by_therapist,
        absent=(absent or unsigned) is not None and lapsed is None,
        lapsed=lapsed is not None,
        visits_since_progress_report=visits,
        evidence=tuple(evidence),
    )
