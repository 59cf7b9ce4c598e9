"""Findings across notes with the sentences they point at, and without the names of patients unless they are asked for.

Of a quoted sentence the patient's known names are left out, what follows Mr., Mrs. and the like, and every capitalized word that no
note of the folder writes small and that is no known test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from note_review.reading.outcome_measures import MEASURES
from note_review.reports.wording import quote
from note_review.reviewed import Reviewed

LEFT_OUT = "[...]"
_TITLED = re.compile(r"\b(Mr|Mrs|Ms|Miss|Mister|Dr|Sr|Sra)\b\.?(?:\s+[A-Z][\w'-]+){1,2}")
_CAPITALIZED = re.compile(r"\b[A-Z][a-z]+(?:['-][A-Z]?[a-z]+)*\b")
# Words that often begin a sentence of a therapy note: a small folder may write them small nowhere.
_KNOWN = frozenset(
    "berg tinetti romberg fugl meyer ashworth airex oswestry nustep bosu a an the he she they his her no not now today pt patient client reports "
    "states denies says slept walks walked gait balance pain strength weakness sensation posture transfers transfer stairs standing sitting sit "
    "stand left right bilateral knee hip ankle foot leg arm shoulder elbow wrist hand thumb neck back trunk lumbar cervical requires needs able "
    "unable continues continue progressing tolerated improved increased decreased limited impaired delayed static dynamic active passive range "
    "motion flexion extension with without after before during still using used performed completed cued cues therapist fell feels felt had has "
    "was is presents demonstrates ambulates ambulated verbal tactile manual".split()
)
_ROWS = """
SELECT a.finding, a.rule, a.severity, a.message, a.n, r.id, r.patient, p.number AS patient_number, a.clinician, a.clinic, a.date, a.section,
       a.others, a.value, a.usual, a.count, r.amount, substr(t.text, a."start" + 1, a."end" - a."start") AS carried,
       substr(t.text, a.against_start + 1, a.against_end - a.against_start) AS against
FROM {source} a LEFT JOIN reviews r USING (n) LEFT JOIN notes t USING (n) LEFT JOIN patient_numbers p ON p.patient = r.patient
ORDER BY a.rule, {order}, a.n NULLS FIRST, a.clinician, a."start", a.message
"""
# The gravest of each rule, no more than three of one clinician.
_WORST = """(
SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY rule ORDER BY gravity DESC, n, "start", clinician, message) AS place FROM (
  SELECT *, coalesce(value, count, 0) AS gravity,
         row_number() OVER (PARTITION BY rule, clinician ORDER BY coalesce(value, count, 0) DESC, n, "start", message) AS own FROM across)
  WHERE own <= 3) WHERE place <= {limit})"""


class Names:
    """What may be shown of patients and notes."""

    def __init__(self, tables: Reviewed, *, shown: bool) -> None:
        self.shown = shown
        self._tables = tables
        tables.connection.execute(
            "CREATE OR REPLACE TABLE patient_numbers AS SELECT patient, row_number() OVER (ORDER BY first, patient) AS number"
            " FROM (SELECT patient, min(n) AS first FROM reviews WHERE patient IS NOT NULL GROUP BY patient)"
        )
        words = "" if shown else "SELECT DISTINCT unnest(regexp_extract_all(text, '\\b[a-z]{2,}\\b')) FROM notes"
        self._small = frozenset(word for (word,) in tables.rows(words)) if words else frozenset[str]()

    def patient(self, name: str | None, number: int | None) -> str:
        """Return a patient's name, or the number that stands for it in this report."""
        return "" if name is None else name if self.shown else f"patient {number}"

    def note(self, n: int | None, id: str | None) -> str:
        """Return a note's id where names are shown, for an id may hold one; else its number in the batch."""
        return "" if n is None else str(id) if self.shown else f"note {n}"

    def sentence(self, words: str | None, patient: str | None, *, limit: int = 220) -> str:
        """Return a quoted sentence on one line, names left out."""
        if not words:
            return ""
        if not self.shown:
            for part in re.findall(r"\w{2,}", patient or ""):
                words = re.sub(rf"\b{re.escape(part)}\b", LEFT_OUT, words, flags=re.IGNORECASE)
            words = _TITLED.sub(lambda match: f"{match[1]}. {LEFT_OUT}", words)
            words = _CAPITALIZED.sub(lambda match: match[0] if self._ordinary(match[0]) else LEFT_OUT, words)
        return quote(words.strip(), limit=limit)

    def _ordinary(self, word: str) -> bool:
        small = word.lower()
        return small in self._small or small in _KNOWN or any(m.pattern.fullmatch(small) for m in MEASURES)


def across_rows(tables: Reviewed, names: Names, *, worst: int | None = None) -> Iterator[dict[str, Any]]:
    """Give the findings across notes as they may be shown, by rule; with ``worst`` only so many of each, the gravest first."""
    source = "across" if worst is None else _WORST.format(limit=int(worst))
    order = "1" if worst is None else "a.place"
    cursor = ("finding", "rule", "severity", "message", "n", "id", "patient", "patient_number", "clinician", "clinic", "date", "section",
              "others", "value", "usual", "count", "amount", "carried", "against")  # fmt: skip
    for values in tables.rows(_ROWS.format(source=source, order=order)):
        row = dict(zip(cursor, values, strict=True))
        patient = row.pop("patient")
        row["note"] = names.note(row["n"], row.pop("id"))
        row["with"] = ", ".join(f"note {n}" for n in (row.pop("others") or [])[:12])
        row["carried"], row["against"] = names.sentence(row["carried"], patient), names.sentence(row["against"], patient)
        row["patient"] = names.patient(patient, row.pop("patient_number"))
        yield row
