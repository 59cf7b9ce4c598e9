"""The claims around the notes: a book of billed visits that a note's claim is looked up in, by patient, day and clinician.

The book is an SQLite file, so that a batch's workers share it and a hundred thousand claims cost no memory.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from note_review.errors import InputError
from note_review.note import ClaimLine
from note_review.sources import fhir_lines, x12
from note_review.sources.billed import BilledVisit
from note_review.sources.document import UnreadableNote
from note_review.sources.folder import files_of
from note_review.sources.headers import name_key
from note_review.sources.kinds import Kind, kind_of

IN_MEMORY = Path(":memory:")
OTHER = "the claims of this patient and day name another clinician: none was joined"
SEVERAL = "several claims fit this patient and day: none was joined"
_SCHEMA = """
create table visit (id integer primary key, day text, clinicians text, lines text, source text, place text);
create table patient (key text, day text, visit integer);
create index patient_day on patient (key, day);
"""


class Found(NamedTuple):
    """The claim of a note, or a word on why there is none; ``visits`` are its numbers in the book."""

    lines: tuple[ClaimLine, ...] = ()
    warnings: tuple[str, ...] = ()
    visits: tuple[int, ...] = ()


class ClaimBook:
    """Billed visits by patient and day.

    Parameters
    ----------
    path
        An SQLite file, read where it exists and made where not, or ``IN_MEMORY``.
    """

    def __init__(self, path: Path = IN_MEMORY) -> None:
        fresh = path == IN_MEMORY or not path.exists()
        self._base = sqlite3.connect(path)
        if fresh:
            self._base.executescript(_SCHEMA)

    def add(self, visits: Iterable[BilledVisit]) -> int:
        """Enter visits, and return how many."""
        count = 0
        for visit in visits:
            clinicians = json.dumps(sorted({name_key(c) for c in visit.clinicians}))
            keys = sorted({key for patient in visit.patients if (key := name_key(patient))})
            if visit.replaces:
                self._forget(keys, visit.day, clinicians)
            if not visit.lines:
                continue
            lines = json.dumps([line.model_dump(mode="json") for line in visit.lines])
            row = (visit.day.isoformat(), clinicians, lines, visit.source, visit.place)
            number = self._base.execute(
                "insert into visit (day, clinicians, lines, source, place) values (?, ?, ?, ?, ?)", row
            ).lastrowid
            self._base.executemany("insert into patient values (?, ?, ?)", [(key, row[0], number) for key in keys])
            count += 1
        self._base.commit()
        return count

    def _forget(self, keys: Sequence[str], day: datetime.date, clinicians: str) -> None:
        """Strike an earlier claim for the same visit, which a corrected one replaces."""
        self._base.executemany(
            "delete from patient where key = ? and day = ? and visit in (select id from visit where clinicians = ?)",
            [(key, day.isoformat(), clinicians) for key in keys],
        )

    def claim_for(self, *, patients: Sequence[str], day: datetime.date | None, clinicians: Sequence[str]) -> Found:
        """Return the claim of one patient's visit on one day, by one clinician where both sides name one."""
        keys = sorted({key for patient in patients if (key := name_key(patient))})
        if day is None or not keys:
            return Found()
        marks = ",".join("?" * len(keys))
        rows = self._base.execute(
            f"select distinct id, clinicians, lines from visit join patient on visit.id = patient.visit"
            f" where patient.key in ({marks}) and patient.day = ? order by id",
            (*keys, day.isoformat()),
        ).fetchall()
        by = {key for clinician in clinicians if (key := name_key(clinician))}
        named = [(number, set(json.loads(clinicians)), lines) for number, clinicians, lines in rows]
        fitting = [(number, lines) for number, theirs, lines in named if theirs & by]
        if not fitting:
            # Names and numbers of different systems cannot contradict each other; a single claim of the day is the visit's.
            fitting = [(number, lines) for number, theirs, lines in named if not _comparable(theirs, by)]
            if len(fitting) != 1:
                return Found(warnings=(SEVERAL,) if fitting else (OTHER,) if named else ())
        # The same claim twice is one claim.
        written = dict.fromkeys(lines for _, lines in fitting)
        found = tuple(ClaimLine.model_validate(line) for lines in written for line in json.loads(lines))
        return Found(found, visits=tuple(number for number, _ in fitting))

    def without(self, joined: Set[int]) -> Iterator[tuple[str, str]]:
        """Give source and place of every visit that is none of the joined."""
        query = "select id, source, place from visit where id in (select visit from patient) order by id"
        for number, source, place in self._base.execute(query):
            if number not in joined:
                yield source, place

    def digest(self) -> str:
        """Return the hash of all that the book says."""
        digest = hashlib.sha256()
        for query in (
            "select day, clinicians, lines from visit order by id",
            "select key, day, visit from patient order by visit, key",
        ):
            for row in self._base.execute(query):
                digest.update(repr(row).encode())
        return digest.hexdigest()

    def close(self) -> None:
        """Let the file go."""
        self._base.close()


def _comparable(one: set[str], other: set[str]) -> bool:
    """Whether both sides have a name, or both a number: then that they differ means something."""
    return any(a.isdigit() == b.isdigit() for a in one for b in other)


def collect_claims(
    path: Path, *, beside: Path | None = None, at: Path = IN_MEMORY
) -> tuple[ClaimBook | None, list[UnreadableNote]]:
    """Enter the claims of every 837P and FHIR NDJSON file under ``path`` and ``beside``; no book where there is none.

    Returns
    -------
    tuple
        The book, and what could not be read. A file under ``path`` that is no claims file is left to ``open_inputs``.
    """
    book, entered, problems = ClaimBook(at), 0, list[UnreadableNote]()
    for root in filter(None, (path, beside)):
        if root is beside and not root.exists():
            problems.append(UnreadableNote("does not exist", source=str(root)))
        for file, source in _files(root):
            try:
                visits, refused = _visits(file, source)
                problems += refused
                entered += book.add(visits)
            except (InputError, OSError) as error:
                if root is beside:
                    reason = error.reason if isinstance(error, InputError) else "cannot be opened"
                    problems.append(UnreadableNote(reason, source=source, id=file.stem))
    if entered:
        return book, problems
    book.close()
    return None, problems


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    if root.is_dir():
        yield from ((root / file, file.as_posix()) for file in files_of(root) if (root / file).is_file())
    elif root.is_file():
        yield root, str(root)


def _visits(file: Path, source: str) -> tuple[Iterable[BilledVisit], list[UnreadableNote]]:
    kind = kind_of(file)
    if kind is Kind.CLAIMS:
        try:
            return x12.read(file, source=source)
        except InputError as error:
            return (), [UnreadableNote(error.reason, source=source, id=file.stem)]
    return (fhir_lines.billed_visits(file, source) if kind is Kind.FHIR_LINES else ()), []
