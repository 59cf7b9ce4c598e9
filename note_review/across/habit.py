"""Which copies are out of the ordinary for their author.

About half of clinical text is copied, so an author's own habit is the measure: the median share of a section that stands in earlier
notes, and the median distance from it. A clinician who carries everything is not found by this but by the comparison with peers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from note_review.across.copied import LEAST_SHINGLES
from note_review.across.finding import AcrossFinding
from note_review.across.rules import NOTE_CARRIED, SECTION_CARRIED
from note_review.reviewed import Reviewed

LEAST_SHARE = 0.7
LEAST_MORE = 0.2
LEAST_NOTES = 10
WHOLE_NOTE = 0.97
LEAST_WORDS = 40
CARRIED = 0.8

# The nearest copy of each section; where two hold as much, the same patient's, then the latest.
_NEAREST = """
CREATE OR REPLACE TABLE nearest AS
SELECT c.n, c.section, c.size, c.share, c.other, c.basis, r.clinician, r.clinic, r.patient, r.date_of_service AS date
FROM (SELECT *, row_number() OVER (PARTITION BY n, section ORDER BY share DESC, basis DESC, other DESC) AS place FROM copies) c
JOIN reviews r USING (n) WHERE c.place = 1
"""
_HABIT = """
CREATE OR REPLACE TABLE habit AS
WITH middle AS (SELECT clinician, section, median(share) AS usual, count(*) AS notes FROM nearest GROUP BY ALL),
     house AS (SELECT section, median(share) AS usual FROM nearest GROUP BY ALL),
     away AS (SELECT n.clinician, n.section, median(abs(n.share - m.usual)) AS away
              FROM nearest n JOIN middle m ON n.section = m.section AND n.clinician IS NOT DISTINCT FROM m.clinician GROUP BY ALL)
SELECT m.clinician, m.section, m.notes, m.notes >= {least} AS own, round(CASE WHEN m.notes >= {least} THEN m.usual ELSE h.usual END, 4) AS usual,
       round(CASE WHEN m.notes >= {least} THEN a.away ELSE 0 END, 4) AS away
FROM middle m JOIN house h USING (section) JOIN away a ON a.section = m.section AND a.clinician IS NOT DISTINCT FROM m.clinician
"""
_SECTIONS = """
SELECT n.*, h.usual, h.notes, h.own, o.date_of_service, o.patient IS NOT DISTINCT FROM n.patient AND n.patient IS NOT NULL
FROM nearest n JOIN habit h ON h.section = n.section AND h.clinician IS NOT DISTINCT FROM n.clinician JOIN reviews o ON o.n = n.other
WHERE n.size >= {shingles} AND n.share >= greatest({share}, h.usual + {more}, h.usual + 3 * 1.4826 * h.away) AND n.n NOT IN (SELECT n FROM whole)
ORDER BY n.n, n.section
"""
_WHOLE = """
CREATE OR REPLACE TABLE whole AS
SELECT n, sum(size) AS words, round(sum(size * share) / sum(size), 4) AS share, any_value(clinician) AS clinician, any_value(clinic) AS clinic,
       any_value(patient) AS patient, any_value(date) AS date, arg_max(other, (size, other)) AS other
FROM nearest GROUP BY n HAVING (sum(size) >= {words} AND sum(size * share) >= {whole} * sum(size)) OR (min(share) = 1 AND bool_and(basis = 'patient'))
"""


def settle(tables: Reviewed) -> None:
    """Make the tables of nearest copies, habits and wholly carried notes of the view ``copies``."""
    tables.connection.execute(_NEAREST)
    tables.connection.execute(_HABIT.format(least=LEAST_NOTES))
    tables.connection.execute(_WHOLE.format(words=LEAST_WORDS, whole=WHOLE_NOTE))


def carried_findings(tables: Reviewed) -> Iterator[AcrossFinding]:
    """Give the notes that are wholly carried, and the sections that are carried far more than their author's are."""
    query = "SELECT w.*, o.date_of_service, o.patient IS NOT DISTINCT FROM w.patient AND w.patient IS NOT NULL FROM whole w JOIN reviews o ON o.n = w.other ORDER BY w.n"
    for n, _, share, clinician, clinic, patient, date, other, other_date, same in tables.rows(query):
        yield AcrossFinding(
            NOTE_CARRIED, f"{share:.0%} of the note's clinical text stands in {_note(other_date, same=same)}, word for word.", n=n, others=(other,),
            patient=patient, clinician=clinician, clinic=clinic, date=date, value=share,
        )  # fmt: skip
    for row in tables.rows(_SECTIONS.format(shingles=LEAST_SHINGLES, share=LEAST_SHARE, more=LEAST_MORE)):
        yield _section(row)


def _section(row: tuple[Any, ...]) -> AcrossFinding:
    n, section, _, share, other, _, clinician, clinic, patient, date, usual, notes, own, other_date, same = row
    habit = f"this author's usual share is {usual:.0%} over {notes} notes" if own else f"usual for all authors is {usual:.0%}"
    return AcrossFinding(
        SECTION_CARRIED, f"{share:.0%} of the {section} section stands in {_note(other_date, same=same)}, word for word; {habit}.", n=n,
        others=(other,), patient=patient, clinician=clinician, clinic=clinic, date=date, section=section, count=notes, value=share, usual=usual,
    )  # fmt: skip


def _note(date: object, *, same: bool) -> str:
    whose = "the same patient's note" if same else "another patient's note"
    return f"{whose} of {date}" if date else whose
