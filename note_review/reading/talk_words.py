"""The words of talk about codes: fees, denials, appeals, rules and authorisations, and what is only supposed, asked or explained."""

from __future__ import annotations

from note_review.reading.small_letters import any_case
from note_review.reading.vocabulary import either

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_AUTHORISED = r"authori[sz]ed|auth'?d|certified|requested"

_FEES_AND_LETTERS = either(
    r"\bfee[- ]?sched\w*",
    r"\bfees?:",
    r"\bfees? (?:for|of|list|is|are|was)\b",
    r"\bletter (?:says|states|from|that)\b",
    r"\bnot (?:medically necessary|supported|payable)\b",
    r"\bcharge-?master",
    r"\$\d+(?:\.\d\d)? ?(?:per|/|each)",
    r"\bconversion factor",
    r"\brvus?\b",
    r"\breimburs\w+",
    r"\ballow(?:able|ed amount)s?\b",
    r"\bcontracted rate",
    r"\brate (?:sheet|card|table)",
    r"\brates?:",
    r"\bpays? (?:only )?\$",
    r"\bcopay",
)
# A denial of a claim, and not what a patient denies: `pt denied pain`.
_WHO_DENIES = either(
    r"was|were|been|got|insurance|insurer|payer|payor|claims?|carrier|plan|medicare|medicaid|humana|aetna|cigna|uhc|bcbs",
    r"they|it|tricare|reviewer|va",
)
_DENIED_WHAT_OR_WHY = either(
    r"by|as|because|due|per|pending|for (?:med|lack|missing|not|no|auth|bundl)|codes?|claims?|lines?|units?|charges?",
    rf"on \d|in (?:{_MONTHS})",
)
_DENIALS = either(
    r"\bdenials?\b",
    rf"\b(?:{_WHO_DENIES}) (?:has |have )?denied\b",
    rf"\bdenied (?:{_DENIED_WHAT_OR_WHY})",
    r"\bdenied\s+9\d{4}",
)
_INSURERS_THAT_LIMIT = r"insurance|insurer|plan|payer|payor|policy|medicare|medicaid|carrier|aetna|cigna|humana|bcbs|uhc|tricare"
_INSURERS = r"payer|payor|insurance|insurer|medicare|medicaid|carrier|plan"
_PAYING_AND_APPEALS = either(
    r"\b(?:not|never|didn't|don't|won't|cannot|can't|without) (?:be )?(?:bill(?:ing|ed)?|charg(?:e|ed|ing)|cod(?:e|ed|ing))\b",
    r"\bdown-?cod\w+",
    rf"\b(?:{_INSURERS}) (?:paid|pays|processed|approved|allowed|cut|reduced|bundled)\b",
    r"\bappeal(?:s|ed|ing)?\b",
    r"\breconsider\w*",
    r"\bletter (?:to|of)\b",
    # A letter of medical necessity.
    r"\blmn\b",
    r"\bpre-?(?:auth|cert)\w*",
    r"\bresubmi\w+",
    r"\brebill\w*",
    r"\breject(?:s|ed|ions?|ing)\b",
    rf"\b(?:{_INSURERS_THAT_LIMIT}) (?:will )?(?:only )?(?:covers?|excludes?|bundles?|denies|deny|caps?|limits?)\b",
    r"\bchanged (?:to|from)\b",
    r"\bby (?:the )?coders?\b",
    r"\brecoup\w*",
    r"\boverp(?:aid|ayments?)\b",
    r"\btake-?backs?\b",
    r"\bremit\w*",
    # An explanation of benefits.
    r"\beob (?:received|shows|showed|from|denied|states|for|dated|lists)",
    r"\bexplanation of benefits",
    r"\baudit(?:ed|or|ors|s)?\b",
    r"\bpeer[- ]to[- ]peer",
)
_OLDER_CLAIMS = either(
    r"\b(?:prior|previous|old|earlier|last|pending|outstanding|unpaid|past) claims?\b",
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]* claims?\b",
    r"\bclaims? (?:from|in|of) \w",
    r"\b(?:was|were|been|not|never|yet|be) paid\b",
    r"\bpaid in full\b",
    r"\bunpaid\b",
    r"\b(?:last|previous|prior) (?:month|week|year)'s (?:claim|bill|charge)",
    r"\bin error\b",
    r"\bby mistake\b",
    r"\berroneous\w*",
    r"\bincorrectly\b",
    r"\bwrongly\b",
    r"\b(?:claims?|billing|payment) history\b",
    r"\b(?:paid|processed|adjudicated|posted|submitted|sent|filed|billed|charged) (?:out )?(?:on )?"
    rf"(?:\d{{1,2}}/\d|last (?:week|month|year)|yesterday|in (?:{_MONTHS}))",
)
_RULES = either(
    r"\b(?:payer|payor|medicare|medicaid|cms|insurance|carrier|clinic|facility|billing|company)"
    r" (?:policy|rules?|manual|says|states|requires|wants|allows|guid\w+)\b",
    r"\bpolicy (?:states|says|requires|update)",
    # Correct coding edits; a local coverage determination.
    r"\bncci\b",
    r"\bcci edits?\b",
    r"\blcd\b",
)
_OTHER_PROVIDERS = r"\b(?:former|previous|prior|other|outside|old) (?:clinic|therapist|provider|facility|practice|pt\b|ot\b)"
_AUTHORISATIONS = either(
    r"\b(?:needs?|requires?|requested|request(?:ing)? for|awaiting|pending|obtain(?:ed)?|submitted for) (?:prior )?auth\w*",
    r"\bprior auth\w*",
    rf"\b(?:visits?|units?|sessions?|codes?) (?:were |are |was )?(?:approved|{_AUTHORISED})\b",
    rf"\b(?:approved|{_AUTHORISED}|requesting) (?:for )?(?:up to )?\d+ (?:visits?|units?|sessions?)\b",
    r"\bauthorization (?:covers|for|request|lists|includes|approved)",
    r"\bauth(?:orized)? codes?\b",
)
_TEACHING = either(
    r"\bin-?service\b",
    r"\bcode (?:definition|description|of the)\b",
    r"\bcheat sheet\b",
    r"\bcoding (?:tip|question|class|seminar|update|manual)",
)
OF_OTHER_CLAIMS = any_case(
    either(_FEES_AND_LETTERS, _DENIALS, _PAYING_AND_APPEALS, _OLDER_CLAIMS, _RULES, _OTHER_PROVIDERS, _AUTHORISATIONS, _TEACHING)
)

_ASKED_OR_EXPLAINED = (
    r"\b(?:explained|asks?|asked|asking|choos\w+|wondered|question\w*|discussed|clarified|reviewed|told|educated)\b[^.;]{0,40}"
    r"\b(?:cod(?:e|es|ing)|bill(?:ed|ing|s)?|charges?|why|what|when|which|how|if|over|about|differ\w*|claims?)\b"
)
_MAY_BE = either(
    r"\b(?:may|might|could|would|should|must) (?:not |also |only |never )?(?:be|have been|apply|fit|qualify|support|work|need|bill|use)\b",
    r"\b(?:is|are) (?:not )?(?:billable|payable|covered|reimbursable|allowed|separately)\b",
    r"\breminded\b",
    r"\bwhether\b",
    r"\bwhich (?:code|one)\b",
    r"\b(?:should|can|could|do|would|shall) (?:we|i|you|it|they)\b",
    r"\binstead of\b",
    r"\brather than\b",
    r"\b(?:better|wrong|correct|right|appropriate|different) code\b",
)
_DEFINED_OR_PUT_OFF = either(
    r"\b(?:needs?|requires?|must have|should have|without) (?:a |the )?(?:modifier|59|mod\b)",
    r"\bsame[- ]day\b",
    r"\bif (?:billed|used|balance|the|we|he|she|pt|patient|progress\w*|appropriate|tolerated|able|needed)\b",
    r"\bis (?:defined|described|a timed|an untimed|timed|untimed|used|meant|for)\b",
    r"\b(?:defin|means|mutually exclusive|bundl)\w*",
    r"\bper visit\b",
    r"\bhold(?:ing)?\b",
    r"\buntil\b",
    r"\bnone of\b",
    r"\bsample\b",
    r"\bexample\b",
)
_REQUESTED = either(
    r"\b(?:we|i|am|are|is|hereby|respectfully|kindly|to) request(?:ing)?\b",
    r"\brequests? (?:for |of |auth|approval|coverage|cert)",
    r"\bcertify\b",
    r"\bplease (?:sign|certify|approve|authori[sz]e|send|fax|order)\b",
    r"\border(?:ed|s|ing)? (?:for|of)\b",
)
SUPPOSED = any_case(either(_MAY_BE, _ASKED_OR_EXPLAINED, _DEFINED_OR_PUT_OFF, _REQUESTED))

TODAY = any_case(r"\b(?:today|this (?:visit|session|date|dos)|billed:|charges?:|now)\b")

_OLD_OR_FEES_NAMES = either(
    r"fee schedule|fees|rate sheet|rate card|rates|denied|denials?|appeals?",
    r"prior claims?|previous claims?|past claims?|claims? history|billing history",
    # `Auth #1234` heads a visit's own paper.
    r"(?:prior )?auth(?:ori[sz]ations?|ori[sz]ed)?(?!\w)(?! ?#| no)",
    r"eob|remittance|unpaid claims?",
)
_OLD_OR_FEES = rf"\s*[*#>_=-]*\s*(?:\w+\s){{0,3}}?(?:{_OLD_OR_FEES_NAMES})\b"
HEADING = any_case(rf"{_OLD_OR_FEES}[^.]{{0,40}}$")
LABEL = any_case(rf"{_OLD_OR_FEES}[^.:\n]{{0,25}}:")

# What every one of the patterns has in it somewhere: most clauses have none, and this sees it sooner.
HINTS = {
    OF_OTHER_CLAIMS: (
        "fee", "master", "$", "conversion", "rvu", "relative", "reimb", "allow", "contracted", "rate", "pays", "copay",
        "denie", "denial", "appeal", "reconsider", "letter", "lmn", "pre-", "preauth", "precert",
        "bill", "charg", "cod", "paid", "process", "approved", "cut", "reduced", "bundled", "resubmi", "reject", "recoup", "overp",
        "take", "remit", "eob", "explanation", "audit", "peer", "claim", "history",
        "error", "mistake", "wrong", "incorrect", "adjudicated", "posted", "submitted", "sent", "filed",
        "policy", "rule", "manual", "says", "states", "requires", "wants", "guid", "cci", "lcd", "former", "previous", "prior",
        "other", "outside", "old ", "auth", "service", "cheat", "not ", "cover", "exclud", "bundle", "deny", "denies", "caps", "limit", "changed",
    ),
    SUPPOSED: (
        "may ", "might", "could", "would", "should", "must", "billable", "payable", "covered", "reimbursable", "allowed", "separately",
        "remind", "whether", "instead", "rather", "code", "cod", "bill", "charge", "why", "what",
        "if ", "about", "differ", "claim", "when", "which", "how", "over", "modifier", "59", "mod", "same", "is ",
        "defin", "means", "exclusive", "bundl", "per visit", "sample", "example", "hold", "until", "none", "can ", "do ", "shall",
        "request", "certify", "please", "order",
    ),
}  # fmt: skip
