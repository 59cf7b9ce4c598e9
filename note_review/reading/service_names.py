"""How notes name a billable service: codes and the usual headings, each with the code it takes (guide, Minutes)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from note_review.reading.number_words import NUMBER_WORD
from note_review.reading.small_letters import any_case, small

TIMED_CODES = frozenset(
    "97032 97033 97034 97035 97036 97110 97112 97113 97116 97124 97129 97130 97140 97530 97533 97535 97537 97542 "
    "97545 97546 97750 97755 97760 97761 97763".split()
)
UNTIMED_CODES = frozenset(
    "97010 97012 97014 97016 97018 97022 97024 97026 97028 97039 97139 97150 97161 97162 97163 97164 97165 97166 97167 97168 "
    "G0283 G0515 95992 98940 98941 98942 98943 20560 20561 90901 90912 90913 92507 92508 92521 92522 92523 92524 92526 92610 "
    "29581 29582 29583 29584 29240 29530 29540 97597 97598 97602 97605 97606 97607 97608 95851 95852 96125 98960 98975 98980 "
    "97550 97551 97552 97802 97803 97804 99202 99203 99204 99205 99211 99212 99213 99214 99215 S9128 S9129 S9131 G0151 G0152 G0157 G0158 G0159 G0160 "
    "L1932 L3806 L3808 L3809 L3913 L3921 L3933 L3935 L4361 L4396 L1970 L3730 L3760 L3763 L3764 L3900 L3906 L3908 L3915 L3919 L3923".split()
)
EVALUATIONS = frozenset("97161 97162 97163 97164 97165 97166 97167 97168".split())
KNOWN_CODES = TIMED_CODES | UNTIMED_CODES

# Heat, cold and stimulation without a therapist: minutes beside the name alone are no billed service (guide, Minutes).
UNTIMED_MODALITIES = frozenset({"97010", "97014", "97016", "97018", "97022", "97024", "G0283"})
# What leaves a timed service beside it the only one.
BESIDE_ANYTHING = EVALUATIONS | UNTIMED_MODALITIES | {"98940", "98941", "98942", "98943"}

CODE = re.compile(
    rf"(?=[{''.join(sorted({c[0] for c in KNOWN_CODES}))}])"
    r"(?:(?<![\w.#$])(?<!\d-)|(?<=\d[xX])|(?<=\bTE)|(?<=\bTA)|(?<=\bMT)|(?<=\bGT)|(?<=\bNMR))("
    + "|".join(sorted(KNOWN_CODES))
    + r")(?=$|[^\w]|(?:GP|GO|GN|KX|59|X[ESPU]|CQ|CO|AT|x\d|X\d)(?![a-z]))"
)

# Headings written out: these name a service wherever they stand.
WRITTEN: tuple[tuple[str, str], ...] = (
    (r"neuro[\s-]?muscular\s+re-?\s?-?education|neuro-?\s?muscular\s+re-?ed(?:uc)?\b\.?|neuro-?\s?re-?\s?-?education|neuro\.?[\s-]*re-?\s?-?ed\b\.?|"
     r"neuro[\s-]?musc(?:\.|ular)?\s+(?:re-?\s?ed(?:\.|ucation|uc\.?)?|retrain(?:ing)?|training)|nm[\s-]?re-?ed\b\.?|n(?:eu)?(?:ro)?m*\.\s?re-?\s?ed(?:uc)?\b\.?|n\.?m\.\s?re-?ed\b|n[./]?m\.?\s?re-?ed(?:ucation)?|"
     r"neuromuscular reeducation|neuro\s+reeducation|neuro\s?reed\b|neuro\s+rea?d\b|nmre-?ed\b|neuro[\s-]?re-?edu\b", "97112"),
    (r"there?[\s-]x(?=,? )|th(?:er(?:apeutic)?)?\.?[\s-]*ex(?:er(?:cises?|c|s)?)?s?\b\.?|there-?\s?ex\b\.?|thera\.?[\s-]?ex\b|thex\b", "97110"),
    (r"th(?:er(?:apeutic)?)?\.?[\s-]*act(?:ivit(?:y|ies)|s|iv)?\b\.?|theract\b|there?a?\.?[\s-]?act\b|t\.?\s?act\b|dynamic\s+(?:functional\s+)?activit(?:y|ies)|(?:fxn?'?l|functional)\s+act\b\.?", "97530"),
    (r"manual\s+(?:therapy(?:\s+tech(?:nique)?s?)?|tx|rx|tech(?:nique)?s?|ther\b\.?|treatment)|man\.?\s?(?:ther(?:apy)?|tx|rx|tech)\b\.?", "97140"),
    (r"(?:gait|gate|gt)(?:\s?[/&]\s?(?:stairs?|balance|transfers?))?\s+(?:training|trng|trg|trn|tr\b\.?|train\b|retraining)", "97116"),
    (r"self[\s-]?care(?:\s*/?\s*(?:and\s+)?home\s+(?:management|mgmt))?(?:\s+(?:training|trng|mgmt))?|adl\s+(?:training|retraining|trng)|"
     r"adls?/self[\s-]?care", "97535"),
    (r"aquatic\s+(?:therapy|ther\s?ex|exercise|tx|pt)|aquatics|pool\s+therapy", "97113"),
    (r"therapeutic\s+group|group\s+(?:therapy|tx|treatment)", "97150"),
    (r"moist\s+hot\s+packs?|hot\s+packs?|cold\s+packs?|ice\s+packs?|cryotherapy|hot/cold\s+packs?", "97010"),
    (r"un-?attended\s+e-?\s?stim(?:ulation)?|interferential(?:\s+current)?", "G0283"),
    (r"attended\s+e-?\s?stim(?:ulation)?|attended\s+electrical\s+stim(?:ulation)?", "97032"),
    (r"(?:therapeutic|pulsed|continuous)\s+ultrasound|ultrasound", "97035"),
    (r"mech(?:anical)?\.?\s+traction", "97012"),
    (r"vaso-?\s?pneumatic(?:\s+(?:compression|device))?|game\s?ready", "97016"),
    (r"paraffin(?:\s+bath)?", "97018"),
    (r"fluido(?:therapy)?", "97022"),
    (r"iontophoresis|ionto\b", "97033"),
    (r"orthotics?\s+(?:manage(?:ment)?|mgm?t|fit(?:ting)?|train(?:ing)?|trng)(?:\s*(?:and|&|/|,|\+)\s*(?:manage(?:ment)?|mgm?t|fit(?:ting)?|train(?:ing)?|trng))*", "97760"),
    (r"prosthetics?\s+(?:train(?:ing)?|trng)", "97761"),
    (r"w(?:heel)?/?c(?:hair)?\s+(?:management|mgmt)(?:\s+training)?|wheelchair\s+(?:management|training)", "97542"),
    (r"physical\s+performance\s+(?:test(?:ing)?|measurement)", "97750"),
    (r"community(?:/work)?\s+re-?integration", "97537"),
    (r"sensory\s+integration|sensory\s+integrative\s+techniques?", "97533"),
    (r"work\s+(?:hardening|conditioning)", "97545"),
    (r"canalith\s+repositioning|crm\b|canalith\s+repo", "95992"),
    (r"dry\s+needling", "20560"),
    (r"(?:p(?:t|hysical therapy)|o(?:t|ccupational therapy)|initial)\s+eval(?:uation)?(?!['’])", "97161"),
    (r"re-?eval(?:uation)?", "97164"),
)  # fmt: skip

# Plain words that are a service's name where a length of its own follows at once: `Exercise seventeen minutes, putty ...`, `Activities took fourteen`.
_THEN_A_LENGTH = (
    rf"(?=,? (?:(?:was|were|for|took|x) )?(?:about )?(?:\d{{1,2}}\s?-?min|[1-9]\d'|{NUMBER_WORD}(?:[\s-]min|\s*[:.;](?!\d))))"
)

# Abbreviations: these name a service only in a heading's place (line start, beside a time, a code or a colon).
SHORT: tuple[tuple[str, str], ...] = (
    (
        r"NMRE|NM-?RE|NMR|N\.M\.R\.?(?:E\.?)?|NRE|nmre?(?=\s*x?\s*\d{1,2}\s*(?:min|m\b|'))|NM(?=\s*(?:re|[:x(]|-\s*\d|\d))|N/R(?=\s*(?:x\s*)?\d)|(?:Neuro|NEURO)(?=\s*(?:[:x(]|-\s*\d|\d))|neuro(?=\s\d{1,2}\b)|neuro (?:work|stuff|drills)(?=\s*(?:\d|[:x(]))|(?:Neuromuscular|NEUROMUSCULAR)"
        + _THEN_A_LENGTH
        + r"|(?:Balance|BALANCE)(?=\s*\(\d)",
        "97112",
    ),
    (
        r"T[./]?E\.?|te(?=\s*x?\s*\d{1,2}\s*(?:min|m\b|'))|(?:Strength(?:ening)?|STRENGTH(?:ENING)?)(?=\s*\(\d)|Ther(?=\s*[:x(])|TherEx|TExs?|E[xX](?=\s\d{1,2}\b)|EX(?=\s*[:(])|Exercise(?= [Tt]ime)|[Ee](?:(?<=E)|(?<=then e)|(?<=today e)|(?<=and e)|(?<=min, e))xercises?"
        + _THEN_A_LENGTH
        + r"|Exercises?(?=\s*(?:[:(|]|,\s*(?:\d{1,2}|[a-z]+(?:[ -][a-z]+)?)\s*min|(?:was|were|for) ))",
        "97110",
    ),
    (
        r"T[./]?A\.?|ta(?=\s*x?\s*\d{1,2}\s*(?:min|m\b|'))|TACT|Activities(?=\s*[:(|])|Activity(?= [Tt]ime)|[Aa](?:(?<=A)|(?<=then a)|(?<=and a))ctivities"
        + _THEN_A_LENGTH
        + r"|FTA|[Ff]unctional (?:activities|training)",
        "97530",
    ),
    (
        r"M[./]?T\.?|mt(?=\s*x?\s*\d{1,2}\s*(?:min|m\b|'))|Man(?=\s\d{1,2}\b)|Manual|MANUAL|m(?<!per m)(?<!the m)(?<!by m)anual",
        "97140",
    ),
    (r"G[./]?T\.?|Gait|GAIT|gait", "97116"),
    (r"SC|ADLs?|SCHM|S/C|Self Care", "97535"),
    (r"CP|HP|MHP|MH|Ice|ICE|ice|Heat|HEAT", "97010"),
    (r"IFC|ES|E-?stim|ESTIM|e-?stim|US(?=\s*[:x(\d])", "G0283"),
    (r"Vaso|VASO|vaso", "97016"),
    (r"Aquatic|AQUATIC|Aqua|(?:Pool|POOL)(?: gait)?(?=,?\s*(?:x\s*|[:(-]\s*)?\d{1,2}\s*(?:min|m\b|'))", "97113"),
    (r"Group|GROUP", "97150"),
    (r"EVAL|Eval|PT Eval|OT Eval", "97161"),
)


@dataclass(frozen=True, slots=True)
class _Names:
    """Names to look for: one pattern without groups finds them fast, another at the same place says which it was."""

    anywhere: re.Pattern[str]
    which: re.Pattern[str]
    codes: tuple[str, ...]

    @classmethod
    def of(
        cls, names: tuple[tuple[str, str], ...], before: str, after: str, compiled: Callable[[str], re.Pattern[str]]
    ) -> _Names:
        """Compile names with what may not stand before and must stand behind them."""
        start = rf"(?=\w)(?<![{before}])"
        return cls(
            compiled(start + "(?:" + "|".join(pattern for pattern, _ in names) + ")" + after),
            compiled(start + "(?:" + "|".join(f"(?P<n{n}>{pattern})" for n, (pattern, _) in enumerate(names)) + ")" + after),
            tuple(code for _, code in names),
        )

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Give start, end and code of every name."""
        for match in self.anywhere.finditer(text):
            named = self.which.match(text, match.start())
            if named is not None:
                yield match.start(), match.end(), self.codes[int(str(named.lastgroup)[1:])]


# What a name is narrowed to before its length: `NMR/balance 20 min`.
_REST_OF_ASIDE = r"[A-Za-z-]+(?: [a-z]+)?(?=,?\s*(?:x\s*|for\s+|[(:=–-]\s*)?\d{1,3}\s?(?:min|m\b|['’]))"
ASIDE = re.compile(rf"/[A-Za-z]{_REST_OF_ASIDE}")

_WRITTEN = _Names.of(WRITTEN, r"\w", r"(?!\w)", any_case)
_SHORT = _Names.of(SHORT, r"\w.-", rf"(?!(?![xX]?\d)\w)(?!/(?:\d|[a-z](?!{_REST_OF_ASIDE})))", re.compile)


def names_in(text: str, *, written: bool) -> list[tuple[int, int, str]]:
    """Return start, end and code of every name in a text, written out or abbreviated."""
    return list(_WRITTEN.find(small(text)) if written else _SHORT.find(text))


# What patients and therapists call it aloud: a name only right behind a length (`that was twelve minutes of weights`).
_SPOKEN_LENGTH = any_case(
    r"(?:went down|(?:put|set) down|recorded|counted|logged|listed) as (?:the )?|minutes (?:(?:of|on)(?: the| your)?|for the) |\bof (?:that|it|those|these|them) (?:was|were|went to|on) (?:the |your )?"
)
_LAY_NAMES = tuple(
    (any_case(rf"(?:{pattern})(?: (?:stuff|work|part|side|training|drills|piece|exercises?|activities))?\b"), code)
    for pattern, code in (
        (r"strength(?:ening)?|weights?|exercises?", "97110"),
        (r"balance|coordination|neuro|re-?ed", "97112"),
        (r"functional", "97530"),
        (r"hands[- ]on(?! time)|manual", "97140"),
    )
)


def lay_names_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and code of every name as patients and therapists say it."""
    words = small(text)
    for length in _SPOKEN_LENGTH.finditer(words):
        for pattern, code in _LAY_NAMES:
            if match := pattern.match(words, length.end()):
                yield *match.span(), code
