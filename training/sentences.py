"""Plain sentences about a patient, as dictation has them: some filled with the trade's terms and with figures (``sentences.tsv``), some as they stand (``bank/``).

They carry marks as annotated notes do, and slots that are filled:

- ``{deficit}``: a deficit's term, marked; ``{state}`` and ``{act}`` the same for terms that are no nouns ("unable to kneel", "fatigues easily").
- ``{unmarked}``: a deficit's term where it is no deficit (denied, resolved, a goal, another person's), so without a mark.
- The others (``{side}``, ``{joint}``, …) are figures of one patient. With a capital (``{Deficit}``) what is filled in opens the sentence.

A whole sentence may be inserted ``anywhere``, a fragment at the ``end`` only: under another heading it could mean something else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

SENTENCES = Path(__file__).parent / "sentences.tsv"
# Written one by one, each in words of its own: a sentence, fragment or block a line.
BANK = Path(__file__).parent / "bank"
# Terms that are no nouns, and what they can follow.
STATES = re.compile(
    r"(?:unable|dependent|able|limited (?:in|to)|non-ambulatory|debilitated|deconditioned|unaware|unsteady(?! gait))\b",
    re.IGNORECASE,
)
ACTS = re.compile(
    r"(?:cannot|requires|needs|fatigues|falls|drops|loses|leans|looks|lacks|overshoots|touches|avoids|ambulates|trips|holds|favors|pushes|walks|sits|stands)\b"
)
# Motions of a joint with its full range in degrees (AAOS 1965).
MOTIONS = {
    "shoulder": {"flexion": 180, "abduction": 180, "external rotation": 90},
    "elbow": {"flexion": 150},
    "wrist": {"extension": 70, "flexion": 80},
    "hip": {"flexion": 120, "abduction": 45},
    "knee": {"flexion": 135},
    "ankle": {"dorsiflexion": 20, "plantar flexion": 50},
}
MUSCLES = (
    "quadriceps", "hamstrings", "hip abductors", "hip flexors", "gluteals", "dorsiflexors", "plantar flexors", "rotator cuff muscles",
    "deltoids", "biceps", "triceps", "wrist extensors", "grip muscles", "scapular stabilizers", "abdominals", "trunk extensors",
)  # fmt: skip
GRADES = ("2", "2+", "3-", "3", "3+", "4-", "4", "4+")
SPINAL = ("flexion", "extension", "side bending", "rotation")
_MARK = re.compile(r"\[\[[^|]*\||\]\]")
_SLOT = re.compile(r"\{(\w+)\}")
# The terms of each domain of deficits.
Terms = Mapping[str, Sequence[str]]
# Where a sentence may stand, and the sentence with its marks.
Row = tuple[str, str]


class Sentences:
    """Draws sentences that say what the patient has or how the patient responded, and such as name what is none of that.

    Parameters
    ----------
    terms
        Plain terms of deficits by domain.
    told
        Sentences of other notes with their marks, of which some are drawn too.
    """

    def __init__(self, terms: Terms, told: Sequence[str] = ()) -> None:
        sources = [_rows(SENTENCES.read_text(encoding="utf-8").splitlines()[1:]), read_bank()]
        self._present = [[row for row in rows if _says_present(row[1])] for rows in sources]
        self._absent = [[row for row in rows if not _says_present(row[1])] for rows in sources]
        self._told: list[Row] = [("anywhere", sentence) for sentence in told]
        every = [(domain, term) for domain, of_domain in terms.items() for term in of_domain]
        self._of_kind = {
            "state": [t for t in every if STATES.match(t[1])],
            "act": [t for t in every if ACTS.match(t[1])],
            "deficit": [t for t in every if not STATES.match(t[1]) and not ACTS.match(t[1])],
        }

    def present(self, rng: random.Random) -> Row:
        """Return where a sentence may stand, and the sentence with its marks: half of them from the bank, which has the most words."""
        templates, bank = self._present
        drawn = rng.choice([templates, bank, bank, self._told or templates])
        row = rng.choice(drawn)
        return row if drawn is self._told else self._filled(*row, rng)

    def absent(self, rng: random.Random) -> Row:
        """Return where a sentence without a mark may stand, and the sentence."""
        return self._filled(*rng.choice(rng.choice(self._absent)), rng)

    def _filled(self, where: str, sentence: str, rng: random.Random) -> Row:
        facts = _facts(rng)

        def fill(slot: re.Match[str]) -> str:
            name = slot[1].lower()
            if name in facts:
                words, mark = facts[name], "{}"
            else:
                kind = "deficit" if name == "unmarked" else name
                domain, words = self._term(kind, rng)
                mark = "{}" if name == "unmarked" else f"[[D:{domain}|{{}}]]"
            return mark.format(words[0].upper() + words[1:] if slot[1][0].isupper() else words)

        return where, _SLOT.sub(fill, sentence)

    def _term(self, kind: str, rng: random.Random) -> tuple[str, str]:
        """Return a term of a kind, each domain being as likely as the others."""
        known = self._of_kind[kind]
        domain = rng.choice(sorted({domain for domain, _ in known}))
        return rng.choice([term for term in known if term[0] == domain])


def read_bank() -> list[Row]:
    """Return every sentence of the bank and where it may stand: a sentence of its own anywhere, a fragment or list at the end."""
    lines = [line for file in sorted(BANK.glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [(line.replace("\\n", "\n"), _MARK.sub("", line)) for line in lines]
    return [("anywhere" if is_whole(words) else "end", sentence) for sentence, words in rows]


def is_whole(words: str) -> bool:
    """Say whether words without marks are a sentence that can stand between two others: no fragment, no list, no text with a heading."""
    return words[:1].isupper() and words.endswith(".") and not any(sign in words for sign in (":", "\n", "\\n"))


def _rows(lines: Sequence[str]) -> list[Row]:
    return [(where, sentence.replace("\\n", "\n")) for where, sentence in (line.split("\t") for line in lines)]


def _says_present(sentence: str) -> bool:
    return "[[" in sentence or any(f"{{{name}}}" in sentence.lower() for name in ("deficit", "state", "act"))


def _facts(rng: random.Random) -> dict[str, str]:
    """Return one patient's figures: a side, a joint with a motion short of its full range, a weak muscle, small numbers."""
    side, other = rng.sample(("left", "right"), 2)
    joint = rng.choice(list(MOTIONS))
    motion, whole = rng.choice(list(MOTIONS[joint].items()))
    full = whole - 5 * rng.randrange(2)
    low = rng.randrange(full // 3, full - full // 7)
    return {
        "side": side,
        "other": other,
        "joint": joint,
        "motion": motion,
        "full": str(full),
        "low": str(low),
        "gap": str(rng.randrange(4, 30)),
        "spinal": rng.choice(SPINAL),
        "muscle": rng.choice(MUSCLES),
        "grade": rng.choice(GRADES),
        "few": str(rng.randrange(2, 10)),
        "feet": str(10 * rng.randrange(1, 30)),
    }
