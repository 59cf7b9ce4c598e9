"""Codes and figures that are no service of this visit: only talked about (fees, denials, policies), or a number of another kind (ZIP codes, records)."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.lines import Lines, clause_at
from note_review.reading.small_letters import any_case, small

_NUMBER_OF_A_THING = any_case(
    r"\b(?:(?:zip(?:\s?code)?|mrn|m\.r\.n\.|med(?:ical)? rec(?:ord)?(?: no\.?| number)?|acct|account|invoice|inv|icn|npi|tax id|ein|phone|ph|tel(?:ephone)?|fax|cell|mobile|ext(?:ension)?|pager|(?:p\.?\s?o\.?\s)?box|(?:member|pt|patient|subscriber|policy|group|case) id)"
    r"\s*(?:#|no\b\.?|number|num\b)?"
    r"|(?:chart|case|policy|member|subscriber|claim|ref(?:erence)?|id|record|patient|encounter|confirmation|ticket|serial|lot|model|item|order|auth(?:orization)?|room|rm|suite|ste|apt|unit|tracking|check|patient account)\s*(?:#|no\b\.?|number|num\b|id\b))"
    r"\s*(?:is|was)?\s*[:#=.]*\s*(?:\(?\d{3}\)?[\s.-]+)?$"
)
_STATE = re.compile(r"[A-Z][A-Za-z.]+,?\s+(?:OR|WA|CA|SC|DC|NY|Ore\.?|Oregon|Wash\.?|Washington|Calif\.?|California)\.?,?\s+$")
_STREET = re.compile(
    r"(?:-\d{3,4}\b|\s+(?:Highway|Hwy|Route|Rte|State R|County R)|\s+(?:[NSEW]{1,2}\.?\s+)?(?:[A-Z][A-Za-z]+|\d+(?:st|nd|rd|th))(?:\s+[A-Z][a-z]+)?\s+(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Hwy|Highway|Way|Ct|Court|Pkwy|Pl|Place|Ter|Circle)\b"
    r"|\s*(?:steps|miles?\b|mi\b|km\b|USD|dollars))"
)
_OF_OTHER_CLAIMS = any_case(
    r"\bfee[- ]?sched\w*|\bfees?:|\bfees? (?:for|of|list)\b|\bcharge-?master|\$\d+(?:\.\d\d)? ?(?:per|/|each)|\bconversion factor|\brvus?\b|\breimburs\w+|\ballow(?:able|ed amount)s?\b|\bcontracted rate|\brate (?:sheet|card|table)|\brates?:|\bpays? (?:only )?\$|\bcopay|"
    r"\bdenials?\b|\b(?:was|were|been|got|insurance|insurer|payer|payor|claims?|carrier|plan|medicare|medicaid|humana|aetna|cigna|uhc|bcbs|they|it|tricare|reviewer|va) (?:has |have )?denied\b|"
    r"\bdenied (?:by|as|because|due|per|pending|for (?:med|lack|missing|not|no|auth|bundl)|codes?|claims?|lines?|units?|charges?|on \d|in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|\bdenied\s+9\d{4}|"
    r"\b(?:not|never|didn't|don't|won't|cannot|can't|without) (?:be )?(?:bill(?:ing|ed)?|charg(?:e|ed|ing)|cod(?:e|ed|ing))\b|\bdown-?cod\w+|\b(?:payer|payor|insurance|insurer|medicare|medicaid|carrier|plan) (?:paid|pays|processed|approved|allowed|cut|reduced|bundled)\b|\bappeal(?:s|ed|ing)?\b|\breconsider\w*|\bletter to\b|\bpre-?(?:auth|cert)\w*|\bresubmi\w+|\brebill\w*|\breject(?:ed|ions?)\b|\brecoup\w*|\boverp(?:aid|ayments?)\b|\btake-?backs?\b|\bremit\w*|\beob (?:received|shows|showed|from|denied|states|for|dated|lists)|\bexplanation of benefits|\baudit(?:ed|or|ors|s)?\b|\bpeer[- ]to[- ]peer|"
    r"\b(?:prior|previous|old|earlier|last|pending|outstanding|unpaid|past) claims?\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]* claims?\b|\bclaims? (?:from|in|of) \w|\bin error\b|\bby mistake\b|\berroneous\w*|\bincorrectly\b|\bwrongly\b|\b(?:claims?|billing|payment) history\b|\b(?:paid|processed|adjudicated|posted|submitted|sent|filed|billed|charged) (?:out )?(?:on )?(?:\d{1,2}/\d|last (?:week|month|year)|yesterday|in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|"
    r"\b(?:payer|payor|medicare|medicaid|cms|insurance|carrier|clinic|facility|billing|company) (?:policy|rules?|manual|says|states|requires|wants|allows|guid\w+)\b|\bpolicy (?:states|says|requires|update)|\bncci\b|\bcci edits?\b|\blcd\b|"
    r"\b(?:former|previous|prior|other|outside|old) (?:clinic|therapist|provider|facility|practice|pt\b|ot\b)|\b(?:needs?|requires?|requested|request(?:ing)? for|awaiting|pending|obtain(?:ed)?|submitted for) (?:prior )?auth\w*|\bprior auth\w*|\bauthorization (?:covers|for|request|lists|includes|approved)|\bauth(?:orized)? codes?\b|"
    r"\bin-?service\b|\bcode (?:definition|description|of the)\b|\bcheat sheet\b|\bcoding (?:tip|question|class|seminar|update|manual)"
)
_SUPPOSED = any_case(
    r"\b(?:may|might|could|would|should|must) (?:not |also |only |never )?(?:be|have been|apply|fit|qualify|support|work|need|bill|use)\b|\b(?:is|are) (?:not )?(?:billable|payable|covered|reimbursable|allowed|separately)\b|\breminded\b|\bwhether\b|\binstead of\b|\brather than\b|\b(?:better|wrong|correct|right|appropriate|different) code\b|\b(?:explained|asks?|asked|asking|choos\w+|wondered|question\w*|discussed|clarified|reviewed|told|educated)\b[^.;]{0,40}\b(?:cod(?:e|es|ing)|bill(?:ed|ing|s)?|charges?|why|what|when|which|how|if|over|about|differ\w*|claims?)\b|"
    r"\b(?:needs?|requires?|must have|should have|without) (?:a |the )?(?:modifier|59|mod\b)|\bsame[- ]day\b|\bif (?:billed|used|balance|the|we|he|she|pt|patient|progress\w*|appropriate|tolerated|able|needed)\b|\bis (?:defined|described|a timed|an untimed|timed|untimed|used|meant|for)\b|\b(?:defin|means|mutually exclusive|bundl)\w*|\bper visit\b|\bsample\b|\bexample\b"
)
_TODAY = any_case(r"\b(?:today|this (?:visit|session|date|dos)|billed:|charges?:|now)\b")
_CODE = re.compile(r"\b[9G]\d{4}\b")
_HEADING = any_case(
    r"\s*[*#>_=-]*\s*(?:\w+\s){0,3}?(?:fee schedule|fees|rates|rate sheet|rate card|denied|denials?|appeals?|prior claims?|previous claims?|past claims?|claims? history|billing history|prior auth\w*|authorizations?|eob|remittance|unpaid claims?)\b[^.]{0,40}$"
)
_CLAIM_LINE = re.compile(r"\s*(?:claim )?(?:line|ln|item)\s*#?\d", re.IGNORECASE)
_BLOCK = 12


def is_other_number(text: str, code: Span) -> bool:
    """Whether five figures that look like a code are another kind of number: a ZIP code, a record's, a telephone's, a house's."""
    before = text[max(0, code.start - 40) : code.start]
    return (
        _STREET.match(text, code.end) is not None
        or _STATE.search(before) is not None
        or _NUMBER_OF_A_THING.search(small(before)) is not None
    )


def is_of_other_claims(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether the words around a code tell of fees, denials, appeals, authorisations, rules or another's claims."""
    return _told(text, lines, anchor, _OF_OTHER_CLAIMS) or _under_such_a_heading(text, lines, anchor)


def is_supposed(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether a code is only supposed, asked about or explained."""
    return _told(text, lines, anchor, _SUPPOSED)


def _told(text: str, lines: Lines, anchor: Anchor, words: re.Pattern[str]) -> bool:
    clause = clause_at(text, lines, anchor.span.start)
    before = small(text[max(clause.start, anchor.span.start - 200) : anchor.span.start])
    last = None
    for last in words.finditer(before):
        pass
    if last is not None and not _TODAY.search(before, last.end()):
        return True
    behind = text[anchor.span.end : min(clause.end, anchor.span.end + 200)]
    first = words.search(small(behind))
    return first is not None and not _CODE.search(behind, first.end()) and not _TODAY.search(small(behind[: first.start()]))


def _under_such_a_heading(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether the line that opens the anchor's block of lines is a heading of fees, denials or older claims."""
    number = lines.index_at(anchor.span.start)
    if _CLAIM_LINE.match(text, lines.spans[number].start, anchor.span.start):
        return False
    first = number
    while first > max(0, number - _BLOCK) and text[lines.spans[first - 1].start : lines.spans[first - 1].end].strip():
        first -= 1
    top = lines.spans[first]
    return first < number and top.end - top.start < 80 and _HEADING.match(small(text[top.start : top.end])) is not None
