"""Codes and figures that are no service of this visit: only talked about (fees, denials, policies), or a number of another kind (ZIP codes, records)."""

from __future__ import annotations

import re

from note_review.note import Span
from note_review.reading.anchor import Anchor
from note_review.reading.definitions import units_defined
from note_review.reading.lines import Lines, clause_at
from note_review.reading.small_letters import any_case, small

_NUMBER_OF_A_THING = any_case(
    r"\b(?:(?:zip(?:\s?code)?|mrn|m\.r\.n\.|med(?:ical)? rec(?:ord)?(?: no\.?| number)?|acct|account|invoice|inv|icn|npi|tax id|ein|phone|ph|tel(?:ephone)?|fax|cell|mobile|ext(?:ension)?|pager|(?:p\.?\s?o\.?\s)?box|(?:member|pt|patient|subscriber|policy|group|case) id)"
    r"\s*(?:#|no\b\.?|number|num\b)?"
    r"|(?:chart|case|policy|member|subscriber|claim|ref(?:erence)?|id|record|patient|encounter|confirmation|ticket|serial|lot|model|item|order|auth(?:orization)?|room|rm|suite|ste|apt|unit|tracking|check|patient account)\s*(?:#|no\b\.?|number|num\b|id\b))"
    r"\s*(?:is|was)?\s*[:#=.]*\s*(?:\(?\d{3}\)?[\s.-]+)?$"
)
_LABELS = re.compile(
    r"#|\b(?:[Nn]o\b|[Nn]um|NO|ID|id|[Zz]ip|ZIP|[Mm]|[Ii][CN]|[Aa]c|AC|NPI|[Tt]e?[al]|EIN|[Pp]|[Ff]ax|FAX|[Cc]ell|[Ee]xt|[Bb]ox|BOX)"
)
_STATES = ("OR", "WA", "CA", "SC", "DC", "NY", "Ore", "Oregon", "Wash", "Washington", "Calif", "California")
_STATE = re.compile(r"[A-Z][A-Za-z.]+,?\s+(?:OR|WA|CA|SC|DC|NY|Ore\.?|Oregon|Wash\.?|Washington|Calif\.?|California)\.?,?\s+$")
_STREET = re.compile(
    r"(?:-\d{3,4}\b|\s+(?:Highway|Hwy|Route|Rte|State R|County R)|\s+(?:[NSEW]{1,2}\.?\s+)?(?:[A-Z][A-Za-z]+|\d+(?:st|nd|rd|th))(?:\s+[A-Z][a-z]+)?\s+(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Hwy|Highway|Way|Ct|Court|Pkwy|Pl|Place|Ter|Circle)\b"
    r"|\s*(?:steps|miles?\b|mi\b|km\b|USD|dollars))"
)
_OF_OTHER_CLAIMS = any_case(
    r"\bfee[- ]?sched\w*|\bfees?:|\bfees? (?:for|of|list|is|are|was)\b|\bletter (?:says|states|from|that)\b|\bnot (?:medically necessary|supported|payable)\b|\bcharge-?master|\$\d+(?:\.\d\d)? ?(?:per|/|each)|\bconversion factor|\brvus?\b|\breimburs\w+|\ballow(?:able|ed amount)s?\b|\bcontracted rate|\brate (?:sheet|card|table)|\brates?:|\bpays? (?:only )?\$|\bcopay|"
    r"\bdenials?\b|\b(?:was|were|been|got|insurance|insurer|payer|payor|claims?|carrier|plan|medicare|medicaid|humana|aetna|cigna|uhc|bcbs|they|it|tricare|reviewer|va) (?:has |have )?denied\b|"
    r"\bdenied (?:by|as|because|due|per|pending|for (?:med|lack|missing|not|no|auth|bundl)|codes?|claims?|lines?|units?|charges?|on \d|in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|\bdenied\s+9\d{4}|"
    r"\b(?:not|never|didn't|don't|won't|cannot|can't|without) (?:be )?(?:bill(?:ing|ed)?|charg(?:e|ed|ing)|cod(?:e|ed|ing))\b|\bdown-?cod\w+|\b(?:payer|payor|insurance|insurer|medicare|medicaid|carrier|plan) (?:paid|pays|processed|approved|allowed|cut|reduced|bundled)\b|\bappeal(?:s|ed|ing)?\b|\breconsider\w*|\bletter (?:to|of)\b|\blmn\b|\bpre-?(?:auth|cert)\w*|\bresubmi\w+|\brebill\w*|\breject(?:s|ed|ions?|ing)\b|\b(?:insurance|insurer|plan|payer|payor|policy|medicare|medicaid|carrier|aetna|cigna|humana|bcbs|uhc|tricare) (?:will )?(?:only )?(?:covers?|excludes?|bundles?|denies|deny|caps?|limits?)\b|\bchanged (?:to|from)\b|\bby (?:the )?coders?\b|\brecoup\w*|\boverp(?:aid|ayments?)\b|\btake-?backs?\b|\bremit\w*|\beob (?:received|shows|showed|from|denied|states|for|dated|lists)|\bexplanation of benefits|\baudit(?:ed|or|ors|s)?\b|\bpeer[- ]to[- ]peer|"
    r"\b(?:prior|previous|old|earlier|last|pending|outstanding|unpaid|past) claims?\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]* claims?\b|\bclaims? (?:from|in|of) \w|\b(?:was|were|been|not|never|yet|be) paid\b|\bpaid in full\b|\bunpaid\b|\b(?:last|previous|prior) (?:month|week|year)'s (?:claim|bill|charge)|\bin error\b|\bby mistake\b|\berroneous\w*|\bincorrectly\b|\bwrongly\b|\b(?:claims?|billing|payment) history\b|\b(?:paid|processed|adjudicated|posted|submitted|sent|filed|billed|charged) (?:out )?(?:on )?(?:\d{1,2}/\d|last (?:week|month|year)|yesterday|in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|"
    r"\b(?:payer|payor|medicare|medicaid|cms|insurance|carrier|clinic|facility|billing|company) (?:policy|rules?|manual|says|states|requires|wants|allows|guid\w+)\b|\bpolicy (?:states|says|requires|update)|\bncci\b|\bcci edits?\b|\blcd\b|"
    r"\b(?:former|previous|prior|other|outside|old) (?:clinic|therapist|provider|facility|practice|pt\b|ot\b)|\b(?:needs?|requires?|requested|request(?:ing)? for|awaiting|pending|obtain(?:ed)?|submitted for) (?:prior )?auth\w*|\bprior auth\w*|\b(?:visits?|units?|sessions?|codes?) (?:were |are |was )?(?:approved|authori[sz]ed|auth'?d|certified|requested)\b|\b(?:approved|authori[sz]ed|auth'?d|certified|requested|requesting) (?:for )?(?:up to )?\d+ (?:visits?|units?|sessions?)\b|\bauthorization (?:covers|for|request|lists|includes|approved)|\bauth(?:orized)? codes?\b|"
    r"\bin-?service\b|\bcode (?:definition|description|of the)\b|\bcheat sheet\b|\bcoding (?:tip|question|class|seminar|update|manual)"
)
_SUPPOSED = any_case(
    r"\b(?:may|might|could|would|should|must) (?:not |also |only |never )?(?:be|have been|apply|fit|qualify|support|work|need|bill|use)\b|\b(?:is|are) (?:not )?(?:billable|payable|covered|reimbursable|allowed|separately)\b|\breminded\b|\bwhether\b|\bwhich (?:code|one)\b|\b(?:should|can|could|do|would|shall) (?:we|i|you|it|they)\b|\binstead of\b|\brather than\b|\b(?:better|wrong|correct|right|appropriate|different) code\b|\b(?:explained|asks?|asked|asking|choos\w+|wondered|question\w*|discussed|clarified|reviewed|told|educated)\b[^.;]{0,40}\b(?:cod(?:e|es|ing)|bill(?:ed|ing|s)?|charges?|why|what|when|which|how|if|over|about|differ\w*|claims?)\b|"
    r"\b(?:needs?|requires?|must have|should have|without) (?:a |the )?(?:modifier|59|mod\b)|\bsame[- ]day\b|\bif (?:billed|used|balance|the|we|he|she|pt|patient|progress\w*|appropriate|tolerated|able|needed)\b|\bis (?:defined|described|a timed|an untimed|timed|untimed|used|meant|for)\b|\b(?:defin|means|mutually exclusive|bundl)\w*|\bper visit\b|\bhold(?:ing)?\b|\buntil\b|\bnone of\b|\bsample\b|\bexample\b|\b(?:we|i|am|are|is|hereby|respectfully|kindly|to) request(?:ing)?\b|\brequests? (?:for |of |auth|approval|coverage|cert)|\bcertify\b|\bplease (?:sign|certify|approve|authori[sz]e|send|fax|order)\b|\border(?:ed|s|ing)? (?:for|of)\b"
)
_TODAY = any_case(r"\b(?:today|this (?:visit|session|date|dos)|billed:|charges?:|now)\b")
_CODE = re.compile(r"\b[9G]\d{4}\b")
_OLD_OR_FEES = r"\s*[*#>_=-]*\s*(?:\w+\s){0,3}?(?:fee schedule|fees|rate sheet|rate card|rates|denied|denials?|appeals?|prior claims?|previous claims?|past claims?|claims? history|billing history|(?:prior )?auth(?:ori[sz]ations?|ori[sz]ed)?(?!\w)(?! ?#| no)|eob|remittance|unpaid claims?)\b"
_HEADING = any_case(rf"{_OLD_OR_FEES}[^.]{{0,40}}$")
_LABEL = any_case(rf"{_OLD_OR_FEES}[^.:\n]{{0,25}}:")
_CLAIM_LINE = re.compile(r"\s*(?:claim )?(?:line|ln|item)\s*#?\d", re.IGNORECASE)
_BLOCK = 12


# What every one of the patterns above has in it somewhere: most clauses have none, and this sees it sooner.
_HINTS = {
    _OF_OTHER_CLAIMS: (
        "fee", "master", "$", "conversion", "rvu", "relative", "reimb", "allow", "contracted", "rate", "pays", "copay", "denie", "denial", "appeal", "reconsider", "letter", "lmn", "pre-", "preauth", "precert",
        "bill", "charg", "cod", "paid", "process", "approved", "cut", "reduced", "bundled", "resubmi", "reject", "recoup", "overp", "take", "remit", "eob", "explanation", "audit", "peer", "claim", "history",
        "error", "mistake", "wrong", "incorrect", "adjudicated", "posted", "submitted", "sent", "filed", "policy", "rule", "manual", "says", "states", "requires", "wants", "guid", "cci", "lcd", "former", "previous", "prior",
        "other", "outside", "old ", "auth", "service", "cheat", "not ", "cover", "exclud", "bundle", "deny", "denies", "caps", "limit", "changed",
    ),
    _SUPPOSED: (
        "may ", "might", "could", "would", "should", "must", "billable", "payable", "covered", "reimbursable", "allowed", "separately", "remind", "whether", "instead", "rather", "code", "cod", "bill", "charge", "why", "what",
        "if ", "about", "differ", "claim", "when", "which", "how", "over", "modifier", "59", "mod", "same", "is ", "defin", "means", "exclusive", "bundl", "per visit", "sample", "example", "hold", "until", "none", "can ", "do ", "shall", "request", "certify", "please", "order",
    ),
}  # fmt: skip


def is_other_number(text: str, code: Span) -> bool:
    """Whether five figures that look like a code are another kind of number: a ZIP code, a record's, a telephone's, a house's."""
    before = text[max(0, code.start - 40) : code.start]
    return (
        _STREET.match(text, code.end) is not None
        or (before.rstrip(" ,.").endswith(_STATES) and _STATE.search(before) is not None)
        or (_LABELS.search(before) is not None and _NUMBER_OF_A_THING.search(small(before)) is not None)
    )


def is_of_other_claims(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether the words around a code tell of fees, denials, appeals, authorisations, rules or another's claims."""
    return _told(text, clause_at(text, lines, anchor.span.start), anchor, _OF_OTHER_CLAIMS) or _under_such_a_heading(
        text, lines, anchor
    )


def is_only_talked_about(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether a code is of other claims, or (without units or minutes of its own) only supposed, asked about or explained."""
    clause = clause_at(text, lines, anchor.span.start)
    bare = anchor.units is None and not anchor.times
    return (
        _told(text, clause, anchor, _OF_OTHER_CLAIMS)
        or (bare and _told(text, clause, anchor, _SUPPOSED))
        or (bare and units_defined(text[anchor.span.start : anchor.span.end]) != [])
        or _under_such_a_heading(text, lines, anchor)
    )


def _told(text: str, clause: Span, anchor: Anchor, words: re.Pattern[str]) -> bool:
    around = small(text[max(clause.start, anchor.span.start - 200) : min(clause.end, anchor.span.end + 200)])
    if not any(hint in around for hint in _HINTS[words]):
        return False
    before = small(text[max(clause.start, anchor.span.start - 200) : anchor.span.start])
    told = list(words.finditer(before))
    if told and not _TODAY.search(before, told[-1].end()):
        return True
    behind = text[anchor.span.end : min(clause.end, anchor.span.end + 200)]
    first = words.search(small(behind))
    if first is not None and first.start() < 8:
        return True
    return first is not None and not _CODE.search(behind, first.end()) and not _TODAY.search(small(behind[: first.start()]))


def _under_such_a_heading(text: str, lines: Lines, anchor: Anchor) -> bool:
    """Whether the anchor's line begins with a label of fees, denials or older claims, or the line that opens its block is such a heading."""
    number = lines.index_at(anchor.span.start)
    label = _LABEL.match(small(text[lines.spans[number].start : anchor.span.start]))
    if label is not None and not re.search(r"[.]\s", text[lines.spans[number].start + label.end() : anchor.span.start]):
        return True
    if _CLAIM_LINE.match(text, lines.spans[number].start, anchor.span.start):
        return False
    first = number
    while first > max(0, number - _BLOCK) and text[lines.spans[first - 1].start : lines.spans[first - 1].end].strip():
        first -= 1
    top = lines.spans[first]
    return first < number and top.end - top.start < 80 and _HEADING.match(small(text[top.start : top.end])) is not None
